"""What a login's address says by itself."""

import datetime as dt
from urllib.parse import urlencode

import pytest

from dropcheck.catalog.oauth import read_authorize
from dropcheck.check.presave_address import address_facts, address_findings
from dropcheck.check.presave_terms import PresaveTerms, verdict_of
from dropcheck.result import Verdict

BASE = {
    "client_id": "1",
    "response_type": "code",
    "redirect_uri": "https://smart.example/callback",
    "scope": "user-library-modify",
    "state": "d41d8cd98f00b204",
}


def terms(**changes):
    base = {
        "page_url": "https://smart.example/neon",
        "now": dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        "where": "TikTok",
        "technique": "",
        "service": "spotify",
    }
    return PresaveTerms(**{**base, **changes})


def request(**changes):
    asked = {name: value for name, value in {**BASE, **changes}.items() if value is not None}
    return read_authorize(f"https://accounts.spotify.com/authorize?{urlencode(asked)}")


def rules(found):
    return [finding.rule.removeprefix("presave/") for finding in found]


def test_a_sound_address_has_no_findings():
    assert address_findings(request(), terms()) == []


@pytest.mark.parametrize(
    ("changes", "rule", "verdict"),
    [
        ({"response_type": "token"}, "implicit-grant", Verdict.FAIL),
        ({"response_type": None}, "response-type", Verdict.FAIL),
        ({"redirect_uri": None}, "no-redirect", Verdict.FAIL),
        ({"redirect_uri": "http://smart.example/callback"}, "insecure-redirect", Verdict.FAIL),
        ({"redirect_uri": "https://elsewhere.example/cb"}, "foreign-callback", Verdict.WARN),
        ({"state": None}, "no-state", Verdict.WARN),
        ({"state": "abcd"}, "short-state", Verdict.PASS),
        ({"scope": "user-read-email"}, "scope-missing", Verdict.FAIL),
        ({"scope": "user-libary-modify"}, "scope-unknown", Verdict.FAIL),
    ],
)
def test_each_fault_of_an_address_has_its_own_finding(changes, rule, verdict):
    found = address_findings(request(**changes), terms())
    assert rules(found) == [rule]
    assert verdict_of(found) is verdict


def test_two_visits_with_one_state_are_told():
    assert rules(address_findings(request(), terms(), request())) == ["constant-state"]
    assert address_findings(request(), terms(), request(state="0cc175b9c0f1b6a8")) == []


def test_a_callback_the_suite_names_is_no_stranger():
    other = request(redirect_uri="https://elsewhere.example/cb")
    assert address_findings(other, terms(callback_hosts=("elsewhere.example",))) == []


def test_another_services_login_is_the_first_thing_to_say():
    assert rules(address_findings(request(), terms(service="deezer"))) == ["wrong-service"]


def test_no_secret_of_an_address_reaches_a_finding_or_the_data():
    secret = request(
        state="S3cretStateValue",
        code_challenge="S3cretChallenge",
        redirect_uri="http://a.example/cb?t=S3cretToken",
    )
    found = address_findings(secret, terms())
    told = repr([finding.model_dump() for finding in found]) + repr(address_facts(secret))
    assert "S3cret" not in told
