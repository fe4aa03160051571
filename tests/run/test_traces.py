"""`--trace`: a Playwright trace per case, found by the results, with none of the secrets the pages met."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from dropcheck.localnet import LocalInternet, Request, Response
from dropcheck.result import CaseResult, Results, Verdict
from dropcheck.run.api import perform_plan
from dropcheck.run.custom_checks import Checks
from dropcheck.run.evidence import trace_of
from dropcheck.run.options import KeepEvidence, RunOptions
from dropcheck.run.plan_files import plan_suites
from dropcheck.run.results_file import with_pictures_from
from dropcheck.suite import parse_suite

TOKEN = "planted-token-0123456789"
COOKIE = "planted-cookie-0123456789"
BEARER = "planted-bearer-0123456789"
DOOR = "planted-door-0123456789"
MAIL = "planted.fan@mail.example"
PLANTED = (TOKEN, COOKIE, BEARER, DOOR, MAIL, MAIL.replace("@", "%40"))
SUITE = f"""
suite: s
release: {{spotify: "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"}}
profiles: [chrome-android]
access:
  page.example: {{headers: {{X-Preview: {DOOR}}}}}
links:
  - {{name: page, url: "https://page.example/?token={TOKEN}", checks: [{{escape: {{to: browser}}}}]}}
"""
PAGE = f"""<!doctype html><meta name=viewport content="width=device-width"><h1>Hello {MAIL}</h1>
<form><input name=odd value="{TOKEN}"></form>
<script>
console.log("token={TOKEN}", "{MAIL}")
fetch("/more?access_token={TOKEN}", {{method: "POST", body: "password={TOKEN}&mail={MAIL}",
  headers: {{Authorization: "Bearer {BEARER}"}}}})
</script>"""

pytestmark = pytest.mark.browser


async def answer(request: Request) -> Response:
    if request.path == "/more":
        return Response.json({"refresh_token": TOKEN, "mail": MAIL})
    return Response.html(PAGE, headers=[("Set-Cookie", f"odd={COOKIE}; Path=/")])


async def performed(tmp_path: Path, suite: str = SUITE, **options: object) -> tuple[Results, list[Request]]:
    empty = tmp_path / "fixtures"
    (empty / "sites").mkdir(parents=True)
    async with LocalInternet(empty) as net:
        net.mount("page.example", answer)
        checks = Checks()
        settings = RunOptions(
            resolve=tuple(net.resolve_rules()), insecure=True, out=tmp_path / "out", jobs=1, **options
        )
        plan = plan_suites([parse_suite(suite, checks.registry)], checks)
        return await perform_plan(plan, checks, settings), list(net.requests)


async def test_the_trace_of_a_case_opens_and_holds_no_planted_secret(tmp_path: Path) -> None:
    results, requests = await performed(tmp_path, trace=True)
    (case,) = results.cases
    assert case.verdict is Verdict.PASS, case.reason
    # The page did meet every secret.
    more = next(request for request in requests if request.path == "/more")
    met = f"{more.url} {more.headers} {more.body!r}"
    for secret in (COOKIE, BEARER, DOOR, TOKEN, MAIL):
        assert secret in met

    name = trace_of(case)
    assert name is not None
    with zipfile.ZipFile(tmp_path / "out" / name) as archive:
        assert archive.testzip() is None
        members = {member: archive.read(member) for member in archive.namelist()}
    assert any(member.endswith(".trace") for member in members)
    network = b"".join(content for member, content in members.items() if member.endswith(".network"))
    assert b"page.example/more?access_token=REDACTED" in network
    assert any(member.endswith(".jpeg") for member in members)
    for member, content in members.items():
        leaked = [secret for secret in PLANTED if secret.encode() in content or secret in member]
        assert not leaked, member
    assert "playwright show-trace" in (tmp_path / "out" / "traces" / "README.txt").read_text()


async def test_nothing_is_recorded_unasked(tmp_path: Path) -> None:
    results, _ = await performed(tmp_path)
    assert trace_of(results.cases[0]) is None
    assert not (tmp_path / "out" / "traces").exists()


async def test_with_evidence_of_failures_a_case_that_passes_leaves_no_trace(tmp_path: Path) -> None:
    results, _ = await performed(tmp_path, trace=True, evidence=KeepEvidence.FAILURES)
    assert results.cases[0].verdict is Verdict.PASS
    assert trace_of(results.cases[0]) is None
    assert not (tmp_path / "out" / "traces").exists()


@pytest.mark.webkit
async def test_a_run_says_that_webkit_leaves_no_trace(tmp_path: Path) -> None:
    results, _ = await performed(tmp_path, SUITE.replace("chrome-android", "safari-ios"), trace=True)
    if results.cases[0].verdict is Verdict.SKIPPED:
        pytest.skip(results.cases[0].reason)
    assert trace_of(results.cases[0]) is None
    assert any("only Chromium records them" in what for what in results.run.not_checked)


@pytest.mark.parametrize("name", [None, 3, "elsewhere.zip", "traces/../x.zip", "/traces/x.zip"])
def test_a_checks_own_data_is_taken_for_no_trace(name: object) -> None:
    assert trace_of(_case(name)) is None


def test_results_written_elsewhere_still_name_the_trace(tmp_path: Path) -> None:
    results = Results.model_validate(
        {
            "schema": "dropcheck.results/1",
            "run": {"id": "r", "status": "finished", "started": "2026-11-22T00:00:00Z", "version": "0"},
            "summary": {},
            "cases": [_case("traces/c.zip").model_dump()],
        }
    )
    moved = with_pictures_from(results, tmp_path / "out", tmp_path / "else")
    assert moved.cases[0].data["trace"] == "../out/traces/c.zip"


def _case(trace: object) -> CaseResult:
    return CaseResult(id="c", suite="s", check="escape", verdict=Verdict.PASS, data={"trace": trace})
