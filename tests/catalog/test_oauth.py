"""Authorize addresses, read without being fetched."""

import base64
import datetime as dt
import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.catalog import oauth

AUTHORIZE = "https://accounts.spotify.com/authorize"
BASE = {
    "client_id": "a0b1c2d3e4f5061728394a5b6c7d8e9f",
    "response_type": "code",
    "redirect_uri": "https://smart.example/callback",
    "scope": "user-library-modify user-read-email",
    "state": "k2Jd83hshd92",
}


def address(**changes: str) -> str:
    return f"{AUTHORIZE}?{urlencode({**BASE, **changes})}"


def test_the_parts_of_a_spotify_authorize_address_are_read():
    request = oauth.read_authorize(
        address(code_challenge="x" * 43, code_challenge_method="S256", show_dialog="true")
    )
    assert request is not None
    assert (request.service, request.response_type) == ("spotify", "code")
    assert request.scopes == ("user-library-modify", "user-read-email")
    assert request.redirect_host == "smart.example"
    assert request.uses_pkce
    assert request.show_dialog


@pytest.mark.parametrize(
    "path", ["/login", "/en/login", "/de-DE/login", "/en/v2/login", "/v2/login", "/login/google"]
)
@pytest.mark.parametrize("times", [1, 2])
def test_the_login_page_gives_up_the_authorize_address_it_carries(path, times):
    carried = address()
    for _ in range(times):
        carried = quote(carried, safe="")
    request = oauth.read_authorize(f"https://accounts.spotify.com{path}?continue={carried}")
    assert request is not None
    assert request.at_login
    assert request.state == BASE["state"]


@pytest.mark.parametrize(
    "url",
    [
        "https://accounts.spotify.com/",
        "https://accounts.spotify.com/login",
        "https://accounts.spotify.com.evil.example/authorize?client_id=1",
        "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl",
        "spotify:track:11dFghVXANMlKmJXsNCbNl",
        "https://[",
        "",
    ],
)
def test_other_addresses_ask_for_no_login(url):
    assert oauth.read_authorize(url) is None


def test_an_unknown_server_counts_when_its_address_is_an_authorize_address():
    request = oauth.read_authorize(
        "https://login.example/auth?client_id=1&response_type=code&redirect_uri=https%3A%2F%2Fa.example%2Fcb"
    )
    assert request is not None
    assert request.service == "other"


def test_deezer_speaks_its_own_names():
    request = oauth.read_authorize(
        "https://connect.deezer.com/oauth/auth.php?app_id=1&redirect_uri=https://a.example/cb&perms=basic_access,email"
    )
    assert request is not None
    assert (request.service, request.client_id, request.scopes) == ("deezer", "1", ("basic_access", "email"))


def test_scopes_are_sorted_into_unknown_beyond_and_missing():
    request = oauth.read_authorize(address(scope="user-top-read user-libary-modify"))
    assert request is not None
    reading = oauth.read_scopes(request, "presave", ["user-library-modify"])
    assert reading.unknown == ("user-libary-modify",)
    assert reading.beyond == ("user-top-read", "user-libary-modify")
    assert reading.missing == ("user-library-modify",)


def test_without_a_list_nothing_is_beyond_it():
    request = oauth.read_authorize(address(scope="user-top-read user-library-modify"))
    assert request is not None
    assert oauth.read_scopes(request, "presave", None).beyond == ()


@pytest.mark.parametrize(
    ("uri", "fine"),
    [
        ("https://smart.example/callback", True),
        ("http://smart.example/callback", False),
        ("http://127.0.0.1:8000/cb", True),
        ("http://[::1]/cb", True),
        ("http://localhost:8000/cb", False),
        ("https://localhost/cb", False),
        ("myapp://cb", True),
        ("callback", False),
    ],
)
def test_redirect_addresses_follow_spotifys_rules(uri, fine):
    assert (oauth.redirect_fault(uri) is None) is fine


def musickit(claims: dict[str, object] | None) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    token = "nonsense" if claims is None else f"{part({'alg': 'ES256'})}.{part(claims)}.c2ln"
    blob = base64.b64encode(
        json.dumps({"thirdPartyName": "Smart", "thirdPartyToken": token}).encode()
    ).decode()
    return f"https://authorize.music.apple.com/woa?{urlencode({'a': blob, 'app': 'music', 'p': 'subscribe'})}"


def test_an_expired_developer_token_is_told_from_its_own_date():
    request = oauth.read_authorize(musickit({"exp": 1_700_000_000}))
    assert request is not None
    assert request.apple_token is not None
    assert request.apple_token.has_expired(dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
    assert not request.apple_token.has_expired(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))


def test_a_broken_developer_token_is_unreadable():
    request = oauth.read_authorize(musickit(None))
    assert request is not None
    assert request.apple_token is not None
    assert not request.apple_token.readable


def test_states_and_challenges_do_not_show_in_a_representation():
    request = oauth.read_authorize(address(code_challenge="SeCrEtChallenge", code_challenge_method="S256"))
    assert BASE["state"] not in repr(request)
    assert "SeCrEtChallenge" not in repr(request)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("api.ffm.to", "ffm.to", True),
        ("smart.example", "smart.example", True),
        ("smart.example", "evil.example", False),
        ("a.co.uk", "b.co.uk", False),
        ("www.a.co.uk", "a.co.uk", True),
    ],
)
def test_hosts_of_one_site_are_told_from_strangers(first, second, same):
    assert oauth.same_site(first, second) is same


@given(st.text(max_size=200))
def test_no_address_is_too_strange_to_read(text):
    oauth.read_authorize(text)
    oauth.read_authorize(f"{AUTHORIZE}?{text}")
    oauth.read_authorize(f"https://authorize.music.apple.com/woa?a={text}")
    oauth.is_challenge(text)
