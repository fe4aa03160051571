"""What a login needs and the app keeps: a state, a verifier; and what only looks like it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json

import pytest

from dropcheck.check.presave_left_behind import left_behind_findings
from dropcheck.check.presave_terms import PresaveTerms
from dropcheck.handoff import os_rules
from dropcheck.handoff.model import Decision, PageEffect
from dropcheck.journey.login_model import Form, LoginAsked, LoginVisit
from dropcheck.result import DecisionKind, Severity, Where

PAGE = "https://smart.example/neon"
LOGIN = "https://accounts.spotify.com/authorize?client_id=1&response_type=code&redirect_uri=https://smart.example/cb"
TERMS = PresaveTerms(PAGE, dt.datetime(2026, 11, 1, tzinfo=dt.UTC), where="TikTok", technique="")
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def asked_for(url: str) -> LoginVisit:
    visit = LoginVisit(Where.BROWSER)
    visit.asked.append(LoginAsked(url, 1, Form.TOP, loads=True))
    return visit


def left(
    kept: object, *, handed: str = PAGE, login: str = LOGIN, again: str | None = None
) -> list[tuple[str, Severity]]:
    """What is left behind where the app's page kept `kept`, and handed `handed` to the real browser."""
    inside = LoginVisit(Where.IN_APP)
    inside.kept = json.dumps(kept)
    inside.handed = Decision(DecisionKind.OPENS_BROWSER, os_rules.PLAIN_LOAD, handed, PageEffect.STAYS)
    other = asked_for(again) if again is not None else None
    found = left_behind_findings(inside, asked_for(login), TERMS, other)
    return [(str(one.evidence["left"]), one.severity) for one in found]


@pytest.mark.parametrize("kept", [["state", "k3Jx"], "sid=k3Jx; theme=dark", "next=%2Fcb%3Fstate%3Dk3Jx"])
def test_a_state_kept_in_the_app_stays_there(kept: object) -> None:
    assert left(kept, login=f"{LOGIN}&state=k3Jx") == [("state", Severity.ERROR)]


@pytest.mark.parametrize("kept", ["a-k3Jx-b", "pk3Jxq", "other"])
def test_four_letters_inside_another_word_are_no_state(kept: str) -> None:
    assert left(kept, login=f"{LOGIN}&state=k3Jx") == []


def test_a_state_that_everybody_is_given_was_not_made_in_the_app() -> None:
    login = f"{LOGIN}&state=neon-hours"
    assert left(["slug", "neon-hours"], login=login, again=login) == []
    assert left(["slug", "x"], handed=login, login=login, again=login) == []


def test_a_state_handed_over_with_the_login_is_a_doubt() -> None:
    login = f"{LOGIN}&state=k3Jx93"
    assert left([], handed=login, login=login, again=f"{LOGIN}&state=other1") == [("state", Severity.WARNING)]


def test_a_verifier_kept_in_the_app_fails_the_login() -> None:
    login = f"{LOGIN}&code_challenge={CHALLENGE}&code_challenge_method=S256"
    assert left(["verifier", VERIFIER], login=login) == [("verifier", Severity.ERROR)]
    assert left(["verifier", "x" * 43], login=login) == []


def test_a_login_begun_in_the_real_browser_leaves_nothing_behind() -> None:
    assert left(["theme", "dark"], login=f"{LOGIN}&state=k3Jx93") == []
