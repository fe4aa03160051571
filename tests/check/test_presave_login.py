"""What a login's own page says, and what an answer to it came to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.journey.page import control

from dropcheck.check.presave_login import account_findings, login_findings
from dropcheck.check.presave_terms import PresaveTerms, verdict_of
from dropcheck.journey.login_model import LoginVisit, PageSeen
from dropcheck.result import Verdict, Where

TERMS = PresaveTerms(
    "https://smart.example/neon", dt.datetime(2026, 11, 1, tzinfo=dt.UTC), where="TikTok", technique=""
)
LOGIN = PageSeen(
    "https://accounts.spotify.com/en/login", 200, "Log in to Spotify", False, controls=(control("Log in"),)
)
SERVICE = PageSeen("https://smart.example/cb", 200, "Thank you", False)


def told(login: PageSeen, after_no: PageSeen | None = None) -> tuple[Verdict, list[str]]:
    visit = LoginVisit(Where.BROWSER, login=login, after_no=after_no)
    found = list(login_findings(visit, TERMS))
    return verdict_of(found), [one.rule.removeprefix("presave/") for one in found]


def test_a_login_with_a_button_passes() -> None:
    assert told(LOGIN) == (Verdict.PASS, [])


@pytest.mark.parametrize(
    ("text", "status", "rule"),
    [
        ("INVALID_CLIENT: Invalid redirect URI", 400, "invalid-redirect"),
        ("INVALID_CLIENT: Insecure redirect URI", 400, "insecure-redirect"),
        ("INVALID_CLIENT: Invalid client", 400, "invalid-client"),
        ("Illegal scope", 400, "scope-unknown"),
        ("response_type must be code", 400, "implicit-grant"),
        ("Oops", 500, "login-error"),
    ],
)
def test_what_the_service_complains_of_fails(text: str, status: int, rule: str) -> None:
    assert told(replace(LOGIN, text=text, status=status)) == (Verdict.FAIL, [rule])


def test_a_wall_before_the_login_is_no_fault_of_the_link() -> None:
    wall = "the server says that there were too many visits (429)"
    assert told(replace(LOGIN, status=429, wall=wall)) == (Verdict.BLOCKED, ["blocked"])


def test_a_complaint_counts_whatever_stands_before_the_page() -> None:
    page = replace(LOGIN, text="INVALID_CLIENT: Invalid redirect URI", status=403, wall="a wall")
    assert told(page) == (Verdict.FAIL, ["invalid-redirect"])


@pytest.mark.parametrize("words", ["We couldn't save your song", "We couldn’t save your song", "Traceback"])
def test_a_page_that_is_sorry_after_a_no_is_told(words: str) -> None:
    assert told(LOGIN, replace(SERVICE, text=words))[1] == ["cancel-broken"]


def test_a_page_for_who_said_no_passes() -> None:
    assert told(LOGIN, SERVICE) == (Verdict.PASS, [])
    assert told(LOGIN, replace(SERVICE, status=429, wall="too many visits")) == (Verdict.PASS, [])


def test_a_wall_after_agreeing_decides_nothing() -> None:
    visit = LoginVisit(Where.BROWSER, login=LOGIN, after_yes=replace(SERVICE, status=403, wall="a robot's"))
    assert verdict_of(account_findings(visit, TERMS)) is Verdict.BLOCKED
