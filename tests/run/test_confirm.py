"""What a person saw on their own phone, and stored journeys under other rules."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tests.run.runs import SUITE, case_of, performed, results_of

from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.device.load import load_profiles
from dropcheck.handoff import Navigation, Phone, decide
from dropcheck.result import Basis, CaseResult, Cause, Confidence, Hop, Verdict
from dropcheck.run.confirm import settle
from dropcheck.run.confirmations import Confirmation, ConfirmationError, Confirmations, record
from dropcheck.run.custom_checks import Checks
from dropcheck.run.plan_files import plan_files
from dropcheck.run.rejudge import rejudge
from dropcheck.suite import Case

PAGE = "https://one.example/"
SCHEME = "spotify:track:11dFghVXANMlKmJXsNCbNl"


def hop(n: int, url: str, by: str, decision: str, rule: str, **more: Any) -> dict[str, Any]:
    fields = {"t_ms": n, "where": "in-app", "gesture": by == "tap", "basis": "modelled", "status": None}
    return {"n": n, "url": url, "by": by, "decision": decision, "rule": rule, **fields, **more}


def journey() -> CaseResult:
    """A tap on `spotify:` inside TikTok on iPhone, as today's rules decide it: contested."""
    profile = load_profiles()["tiktok-ios"]
    decision = decide(Navigation(SCHEME, Cause.TAP, True, page_url=PAGE), profile, Phone())
    assert decision.otherwise is not None
    landing = hop(1, PAGE, "app", "loads", "ios/app-started-load", status=200)
    fails = hop(2, SCHEME, "tap", decision.kind.value, decision.rule.id)
    works = hop(2, SCHEME, "tap", decision.otherwise.kind.value, decision.otherwise.rule.id)
    return case_of(
        verdict="warn",
        outcome={"kind": "webview"},
        hops=[landing, fails],
        otherwise={"verdict": "pass", "outcome": {"kind": "app"}, "hops": [landing, works]},
    )


def seen(saw: Any, case: CaseResult | None = None) -> Confirmation:
    return settle(
        case or journey(), saw, load_profiles(), date=dt.date(2026, 11, 22), app_version="46.4", by="Mara"
    )


@pytest.mark.parametrize(("saw", "kind"), [("app", "opens_app"), ("webview", "refused")])
def test_an_observation_settles_the_contested_row_either_way(saw: Any, kind: str) -> None:
    entry = seen(saw)
    assert entry.row is not None
    profile = Confirmations([entry]).applied(load_profiles())["tiktok-ios"]
    row = next(row for row in profile.rows if row.id == entry.row)
    assert row.confidence is Confidence.CONFIRMED
    assert row.source[0] == "seen on a phone by Mara, 2026-11-22, app 46.4"
    decision = decide(Navigation(SCHEME, Cause.TAP, True, page_url=PAGE), profile, Phone())
    assert decision.contested == ()
    assert decision.final.kind.value == kind


def test_the_shipped_table_stays_as_it_is() -> None:
    before = load_profiles()["tiktok-ios"]
    Confirmations([seen("app")]).applied(load_profiles())
    assert load_profiles()["tiktok-ios"] == before


def test_it_is_kept_beside_the_suite_and_read_again(tmp_path: Path) -> None:
    file = record(tmp_path, seen("app"))
    record(tmp_path, seen("webview"))
    kept = Confirmations.beside(tmp_path)
    assert file.name == "confirmations.yaml"
    assert len(kept.entries) == 2
    newest = kept.of_case("s/one/tiktok-ios/escape")
    assert newest is not None
    assert newest.saw == "webview"


def test_a_case_without_a_journey_cannot_be_confirmed() -> None:
    with pytest.raises(ConfirmationError, match="no journey"):
        seen("app", case_of())


ENTRY = "- {case: x, profile: tiktok-ios, saw: app, predicted: webview, date: 2026-11-21}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\nconfirmations: [{case: x}]\n", r"yaml:2: confirmations\[0\]\.profile"),
        ("version: 1\nconfirmations:\n" + ENTRY + ENTRY.replace("11-21", "13-45"), r"yaml:4: .*\.date"),
        ("version: 1\nconfirmations: 5\n", "is a list of observations"),
        ("version: 2\nconfirmations: []\n", "version 1"),
        ("version: 1\nconfirmations: [\n", r"yaml:\d"),
        ("version: 1\nversion: 1\n", r"yaml:2: `version` is given twice"),
        ("[" * 500, r"yaml:1: this is nested deeper"),
        ("", "this file is empty"),
        ("- a\n", "version 1"),
    ],
)
def test_a_broken_file_is_one_clear_error_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "confirmations.yaml").write_text(text)
    with pytest.raises(
        ConfirmationError, match=r"confirmations\." + said if said.startswith("yaml") else said
    ):
        Confirmations.beside(tmp_path)


async def test_later_runs_of_that_suite_go_by_it_and_show_it(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SUITE)
    entry = seen("app")
    record(tmp_path, entry)
    plan = plan_files([tmp_path / "s.yaml"], Checks())

    async def looking(case: Case, context: CheckContext) -> CheckResult:
        assert case.profile is not None
        row = next((one for one in context.profiles[case.profile].rows if one.id == entry.row), None)
        confirmed = case.profile == "tiktok-ios"
        assert row is None or (row.confidence is Confidence.CONFIRMED) is confirmed
        hops = [Hop.model_validate(hop(1, SCHEME, "tap", "opens_app", str(entry.row)))]
        return CheckResult(Verdict.PASS, hops=hops)

    results = await performed(plan, looking)
    case = next(one for one in results.cases if one.id == "s/one/tiktok-ios/escape")
    assert case.verdict is Verdict.PASS
    assert case.data["confirmed"]["saw"] == "app"
    assert case.hops[0].basis is Basis.CONFIRMED
    shown = next(one for one in results.profiles if one.name == "tiktok-ios")
    assert {rule.confidence for rule in shown.rules if rule.id == entry.row} == {Confidence.CONFIRMED}


def test_a_stored_journey_holds_while_the_rules_do() -> None:
    (rejudged,) = rejudge(results_of(journey()), load_profiles())
    assert not rejudged.rerun_needed


def test_past_a_hop_that_would_go_elsewhere_a_new_run_is_needed() -> None:
    case = journey()
    case.hops[1].decision = case.otherwise.hops[1].decision  # type: ignore[union-attr]
    profiles = Confirmations([seen("webview")]).applied(load_profiles())
    (rejudged,) = rejudge(results_of(case), profiles)
    assert rejudged.rerun_needed
    assert rejudged.changed is not None
    assert rejudged.changed.hop.n == 2
    assert rejudged.sentence.startswith("rerun needed from hop 2")


def test_a_phone_that_is_gone_needs_a_new_run() -> None:
    (rejudged,) = rejudge(
        results_of(case_of(profile="nokia", hops=[hop(1, PAGE, "app", "loads", "r")])), load_profiles()
    )
    assert rejudged.rerun_needed
