"""The account file of depth `account`, and the library behind it."""

import datetime as dt
import json

import httpx
import pytest
from tests.check.test_presave_address import terms

from dropcheck import apps
from dropcheck.check.presave_account import TOKEN, library_findings, read_account

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
LATER = NOW.timestamp() + 1000
ITEM = apps.parse("https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl")


def cookie(domain="accounts.spotify.com", expires=LATER):
    return {"name": "sp_dc", "value": "S3cret", "domain": domain, "path": "/", "expires": expires}


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "account.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


@pytest.mark.parametrize("domain", ["accounts.spotify.com", ".spotify.com"])
@pytest.mark.parametrize("expires", [LATER, -1])
def test_a_fresh_session_of_the_right_site_is_taken(written, domain, expires):
    account = read_account(written({"cookies": [cookie(domain, expires)], "origins": []}), terms())
    assert account.problem is None
    assert account.storage_state is not None
    assert "S3cret" not in repr(account)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("{", "account-unreadable"),
        ([], "account-unreadable"),
        ({"log": {"entries": []}}, "account-unreadable"),
        ({"cookies": [{"name": "x"}]}, "account-unreadable"),
        ({"cookies": [cookie("www.tiktok.com")]}, "account-other-site"),
        ({"cookies": [cookie("evilaccounts.spotify.com.example")]}, "account-other-site"),
        ({"cookies": []}, "account-other-site"),
        ({"cookies": [cookie(expires=1_600_000_000)]}, "account-expired"),
    ],
)
def test_what_is_wrong_with_the_file_is_named(written, content, rule):
    problem = read_account(written(content), terms()).problem
    assert problem is not None
    assert problem.rule == f"presave/{rule}"
    assert "S3cret" not in repr(problem.model_dump())


def test_no_file_is_its_own_finding(tmp_path):
    assert read_account(None, terms()).problem.rule == "presave/account-missing"
    assert read_account(tmp_path / "none.json", terms()).problem.rule == "presave/account-unreadable"


def web_api(contains, removes=200):
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer S3cret"
        if request.method == "DELETE":
            return httpx.Response(removes, json={})
        return httpx.Response(200, json=contains) if contains is not None else httpx.Response(401, json={})

    return httpx.AsyncClient(transport=httpx.MockTransport(answer))


@pytest.mark.parametrize(
    ("contains", "removes", "rules"),
    [
        ([True], 200, []),
        ([True], 500, ["presave/left-in-library"]),
        ([False], 200, ["presave/not-in-library"]),
        (None, 200, ["presave/library-not-checked"]),
    ],
)
async def test_the_library_decides_and_is_left_as_it_was(contains, removes, rules):
    async with web_api(contains, removes) as http:
        found = await library_findings(ITEM, terms(), http, {TOKEN: "S3cret"}, released=True)
    assert [finding.rule for finding in found] == rules


@pytest.mark.parametrize(("credentials", "released"), [({}, True), ({TOKEN: "S3cret"}, False)])
async def test_without_a_token_or_a_release_the_library_is_not_asked(credentials, released):
    async with web_api([True]) as http:
        found = await library_findings(ITEM, terms(), http, credentials, released=released)
    assert [finding.rule for finding in found] == ["presave/library-not-checked"]
