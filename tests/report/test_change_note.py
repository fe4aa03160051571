"""The message of a change: only what changed, nothing secret, nothing that formats or mentions."""

from __future__ import annotations

import datetime as dt
import json

from dropcheck.report.change_note import change_note
from dropcheck.result import CaseResult, Known, Results, RunInfo, RunStatus, Summary, Verdict


def run(**verdicts: str) -> Results:
    cases = [
        CaseResult(
            id=f"song/{name}", suite="song", link=name, check="escape", verdict=Verdict(verdict), reason="why"
        )
        for name, verdict in verdicts.items()
    ]
    info = RunInfo(id="x", status=RunStatus.FINISHED, started=dt.datetime.now(dt.UTC), version="0")
    return Results(run=info, summary=Summary.of(cases), cases=cases)


def test_only_what_changed_is_told():
    note = change_note(
        run(a="pass", b="fail", c="pending"), run(a="fail", b="fail", c="pass"), "song", "1 h after"
    )
    assert note is not None
    assert [(change.id, change.before, change.now) for change in note.changes] == [
        ("song/a", "pass", "fail"),
        ("song/c", "pending", "pass"),
    ]
    assert "song/b" not in note.text()


def test_nothing_changed_is_no_message():
    assert change_note(run(a="fail"), run(a="fail"), "song", "now") is None
    assert change_note(None, run(a="pass"), "song", "now") is None


def test_the_first_run_tells_what_does_not_work():
    note = change_note(None, run(a="pass", b="warn"), "song", "now")
    assert note is not None
    assert [change.id for change in note.changes] == ["song/b"]


def test_a_known_failure_is_no_news():
    known = run(a="fail")
    known.cases[0].known = Known(reason="agreed")
    assert change_note(None, known, "song", "now") is None


def test_hostile_and_secret_text_stays_out_of_messages():
    now = run(a="fail")
    now.cases[0].reason = "<!channel> \x1b[31mred https://x.example/?access_token=s3cr3tvalue"
    note = change_note(None, now, "song", "now")
    assert note is not None
    whole = json.dumps([note.slack(), note.webhook(), note.text()])
    assert "s3cr3tvalue" not in whole
    assert "\\u001b" not in whole
    assert "<!channel>" not in note.slack()["text"]


def test_long_lists_are_counted():
    note = change_note(None, run(**{f"l{number}": "fail" for number in range(50)}), "song", "now")
    assert note is not None
    assert "and 30 more" in note.text()
    assert len(note.webhook()["changes"]) == 50
