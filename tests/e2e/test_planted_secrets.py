"""Secrets planted in a pre-save run are in no artefact: states, codes, cookies, a token, an e-mail, an address."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from dropcheck.engine.browsers import find_chromium
from dropcheck.localnet import LocalInternet, Request, Response
from dropcheck.localnet.services.logins import mount_logins
from dropcheck.report import (
    cases_csv,
    github_annotations,
    junit_xml,
    markdown_report,
    write_allure,
    write_html,
    write_pdf,
)
from dropcheck.result import Results
from dropcheck.run.api import perform_plan
from dropcheck.run.custom_checks import load_checks
from dropcheck.run.options import RunOptions
from dropcheck.run.plan_files import plan_files

FIXTURES = Path(__file__).parents[2] / "fixtures"
MAIL = "planted.fan@mail.example"
ADDRESS = "203.0.113.77"
TOKEN = "planted-web-api-token-1234567890"
STATE = base64.urlsafe_b64encode(json.dumps({"ip": ADDRESS, "mail": MAIL}).encode()).decode().rstrip("=")
SUITE = """
suite: planted
release:
  title: Neon Hours
  spotify: https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl
  released: 2099-01-01
profiles: [instagram-android, safari-ios]
links:
  - name: account
    url: https://presave.example/redirect
    checks: [{presave: {depth: account}}]
  - name: half-way
    url: https://presave.example/half-way
    checks: [presave, {escape: {to: browser}}]
  - name: typed
    url: https://telling.example/typed?email=planted.fan%40mail.example
    checks: [{presave: {service: none}}]
  - name: typed-otherwise
    url: https://telling.example/typed?email=another.one%40mail.example
    checks: [{presave: {service: none}}]
  - name: telling
    url: https://telling.example/neon?email=planted.fan%40mail.example
    checks: [presave, smart_link]
"""
pytestmark = [pytest.mark.e2e, pytest.mark.browser]


async def telling(request: Request) -> Response | None:
    """A pre-save whose state and page carry the fan's address and mail, as a real service's do."""
    if request.path == "/typed":
        typed = request.parameters["email"]
        return Response.html(
            f'<h1>Neon</h1><form><input type=email value="{typed}" size=40><textarea>{typed}</textarea></form>'
        )
    ask = (
        "https://accounts.spotify.com/authorize?client_id=0f1e2d3c4b5a69788796a5b4c3d2e1f0&response_type=code"
        f"&redirect_uri=https%3A%2F%2Fpresave.example%2Fcallback&scope=user-library-modify&state={STATE}"
    )
    return Response.html(
        f'<h1>Neon</h1><p>Hello {MAIL}, you come from {ADDRESS}</p><a href="{ask}">Pre-save</a>'
    )


def secrets_of(net: LocalInternet, cookie: str) -> Iterator[str]:
    yield from (MAIL, ADDRESS, TOKEN, STATE, cookie, MAIL.replace("@", "%40"))
    for request in net.requests:
        for name in ("state", "code", "code_challenge"):
            value = request.parameters.get(name, "")
            if len(value) >= 12:
                yield value


def picture_of(results: Results, link: str, out: Path) -> bytes:
    """Return the last picture that a link's journey in the real browser kept."""
    case = next(one for one in results.cases if one.link == link and one.profile == "safari-ios")
    names = [hop.screenshot for hop in case.hops if hop.screenshot]
    return (out / names[-1]).read_bytes()


async def test_no_artefact_holds_a_planted_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("DROPCHECK_SPOTIFY_USER_TOKEN", TOKEN)
    suite = tmp_path / "planted.yaml"
    suite.write_text(SUITE)
    out = tmp_path / "out"
    async with LocalInternet(FIXTURES) as net:
        accounts = mount_logins(net, FIXTURES)
        net.mount("telling.example", telling)
        session = accounts.sign_in("fan")["sp_dc"]
        cookie = {
            "name": "sp_dc",
            "value": session,
            "domain": "accounts.spotify.com",
            "path": "/",
            "expires": -1,
        }
        account = tmp_path / "account.json"
        state = {"cookies": [{**cookie, "secure": True, "httpOnly": True, "sameSite": "Lax"}], "origins": []}
        account.write_text(json.dumps(state))
        checks = load_checks([])
        options = RunOptions(
            resolve=tuple(net.resolve_rules()), insecure=True, out=out, account=account, jobs=3, trace=True
        )
        results = await perform_plan(plan_files([suite], checks), checks, options)
        planted = sorted(set(secrets_of(net, session)))
    # The run did meet them: the login was reached, with and without the account.
    assert any(request.host == "accounts.spotify.com" for request in net.requests)
    assert accounts.library.get("fan")

    write_html(results, out / "report", evidence=out)
    write_allure(results, out / "allure", evidence=out)
    (out / "junit.xml").write_text(junit_xml(results))
    (out / "report.md").write_text(markdown_report(results))
    (out / "cases.csv").write_text(cases_csv(results))
    (out / "annotations.txt").write_text(github_annotations(results))

    chromium = find_chromium()
    assert chromium is not None
    write_pdf(out / "report" / "index.html", out / "report.pdf", executable_path=chromium.path)

    # Two addresses of one length, both drawn as dots.
    assert picture_of(results, "typed", out) == picture_of(results, "typed-otherwise", out)
    artefacts = [file for file in out.rglob("*") if file.is_file()]
    assert {".html", ".xml", ".csv", ".md", ".json", ".txt"} <= {file.suffix for file in artefacts}
    traces = [file for file in artefacts if file.suffix == ".zip"]
    assert traces
    contents = [(file.name, file.read_bytes()) for file in artefacts if file not in traces]
    pdf = PdfReader(out / "report.pdf")
    words = "".join(page.extract_text() for page in pdf.pages)
    assert "Neon Hours" in words
    # What a PDF shows is broken into lines anywhere.
    contents.append(("report.pdf", "".join(words.split()).encode()))
    for file in traces:
        with zipfile.ZipFile(file) as trace:
            contents += [(f"{file.name}: {member}", trace.read(member)) for member in trace.namelist()]
    for name, content in contents:
        leaked = [secret for secret in planted if secret.encode() in content]
        assert not leaked, f"{name} holds {len(leaked)} planted secret(s), such as {leaked[0][:6]}…"
