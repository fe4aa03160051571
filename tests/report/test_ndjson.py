"""Events as lines: one each, redacted, readable back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.report.example_results import NOW, results

from dropcheck import events
from dropcheck.report import NdjsonListener, ReportError
from dropcheck.report.ndjson import decode, encode
from dropcheck.result import RunStatus

MADE = results()
EVERY = (
    events.RunStarted("r1", NOW, "0.1.0", ("a.yaml",), ("a/b/c/escape",), tuple(MADE.profiles)),
    events.EngineReady("chromium", "156.0.7400.12"),
    events.CaseStarted("a/b/c/escape", "a", "b", "tiktok-ios", "escape"),
    events.HopSeen("a/b/c/escape", MADE.cases[0].hops[0]),
    events.CaseFinished(MADE.cases[0], MADE.releases[0]),
    events.NotChecked("the weather\nof tomorrow"),
    events.ListenerFailed("html", "disk full"),
    events.RunFinished("r1", NOW, RunStatus.FINISHED, tuple(MADE.releases), {"chromium": "156"}),
)


@pytest.mark.parametrize("event", EVERY, ids=lambda event: type(event).__name__)
def test_an_event_is_one_line_and_comes_back_as_it_was(event: events.Event) -> None:
    line = encode(event)
    assert "\n" not in line
    assert json.loads(line)["event"] == type(event).__name__
    if not isinstance(event, events.CaseFinished | events.RunFinished):
        assert decode(line) == event
    else:
        assert type(decode(line)) is type(event)
        assert encode(decode(line)) == line


def test_secrets_never_reach_the_lines() -> None:
    leaky = MADE.cases[0].hops[0].model_copy(update={"url": "https://a.example/?code=AQDx"})
    assert "AQDx" not in encode(events.HopSeen("a", leaky))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{}",
        '{"event": "Nothing"}',
        '{"event": "NotChecked"}',
        "[]",
        '{"event": "NotCh',
        "[" * 100_000,
        '{"event": "NotChecked", "what": NaN}',
    ],
)
def test_a_line_without_an_event_is_one_clear_error(line: str) -> None:
    with pytest.raises(ReportError, match="holds no event"):
        decode(line)


def test_the_listener_has_written_each_event_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "events.ndjson"
    listener = NdjsonListener(path)
    for count, event in enumerate(EVERY, 1):
        listener.handle(event)
        assert len(path.read_text(encoding="utf-8").splitlines()) == count
    listener.close()
