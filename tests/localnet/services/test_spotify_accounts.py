"""The local authorization server: oauthlib's protocol, with Spotify's words at Spotify's moments."""

import base64
import hashlib
import json
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from tests.localnet.conftest import FIXTURES, Client

from dropcheck.localnet import LocalInternet
from dropcheck.localnet.services.logins import mount_logins
from dropcheck.localnet.services.spotify_accounts import SpotifyAccounts

CLIENT = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
PUBLIC = "1a2b3c4d5e6f708192a3b4c5d6e7f809"
DEVELOPMENT = "2b3c4d5e6f708192a3b4c5d6e7f8091a"
CALLBACK = "https://presave.example/callback"
ACCOUNTS = "https://accounts.spotify.com"


class Fan:
    """A browser with a jar for one host and the habit of not following redirects."""

    def __init__(self, client: Client, cookies: dict[str, str] | None = None) -> None:
        self._client = client
        self.cookies = dict(cookies or {})

    async def get(self, url: str) -> httpx.Response:
        return await self._send("GET", url)

    async def post(self, url: str, form: dict[str, str]) -> httpx.Response:
        return await self._send("POST", url, data=form)

    async def _send(self, method: str, url: str, **more: object) -> httpx.Response:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = await self._client.get(url, method=method, headers={"Cookie": cookie}, **more)
        for line in response.headers.get_list("set-cookie"):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return response


@pytest.fixture
def accounts(net: LocalInternet, fixtures_dir: Path) -> SpotifyAccounts:
    return mount_logins(net, fixtures_dir)


@pytest.fixture
def fan(client: Client, accounts: SpotifyAccounts) -> Fan:
    return Fan(client)


@pytest.fixture
def member(client: Client, accounts: SpotifyAccounts) -> Fan:
    return Fan(client, accounts.sign_in("fan"))


def authorize(**changes: str) -> str:
    asked = {
        "client_id": CLIENT,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": "user-library-modify user-library-read",
        "state": "a-state",
        **changes,
    }
    return f"{ACCOUNTS}/authorize?{urlencode(asked)}"


async def agree(fan: Fan, url: str) -> httpx.Response:
    assert (await fan.get(url)).status_code == 200
    return await fan.post(f"{ACCOUNTS}/authorize/accept", {"request": urlsplit(url).query})


def query_of(response: httpx.Response) -> dict[str, str]:
    return {
        name: values[-1] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()
    }


async def exchange(fan: Fan, code: str, **more: str) -> httpx.Response:
    return await fan.post(
        f"{ACCOUNTS}/api/token",
        {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **more},
    )


async def test_a_stranger_is_sent_to_a_login_page_that_carries_the_authorize_address(fan):
    response = await fan.get(authorize())
    assert response.status_code == 302
    assert query_of(response)["continue"] == authorize()
    page = await fan.get(response.headers["location"])
    assert 'id="login-username"' in page.text
    assert page.headers["x-frame-options"] == "DENY"


async def test_login_consent_and_token_lead_to_the_library(fan, accounts):
    login = (await fan.get(authorize())).headers["location"]
    wrong = await fan.post(login, {"username": "fan", "password": "nope"})
    assert "Incorrect username or password" in wrong.text
    back = await fan.post(login, {"username": "fan", "password": "fan-password"})
    assert back.headers["location"] == authorize()
    answer = query_of(await agree(fan, authorize()))
    assert answer["state"] == "a-state"
    token = await exchange(fan, answer["code"], client_id=CLIENT, client_secret="local-secret-of-presave")
    assert token.status_code == 200
    bearer = {"Authorization": f"Bearer {token.json()['access_token']}"}
    uri = "spotify:track:11dFghVXANMlKmJXsNCbNl"
    library = f"https://api.spotify.com/v1/me/library?uris={uri}"
    assert (await fan._client.get(library, method="PUT", headers=bearer)).status_code == 200
    contains = await fan._client.get(library.replace("?", "/contains?"), headers=bearer)
    assert json.loads(contains.text) == [True]
    assert (await fan._client.get(library, method="DELETE", headers=bearer)).status_code == 200
    assert accounts.library["fan"] == set()


async def test_a_code_serves_once(member):
    code = query_of(await agree(member, authorize()))["code"]
    secret = {"client_id": CLIENT, "client_secret": "local-secret-of-presave"}
    assert (await exchange(member, code, **secret)).status_code == 200
    again = await exchange(member, code, **secret)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


async def test_a_wrong_secret_gets_no_token(member):
    code = query_of(await agree(member, authorize()))["code"]
    refused = await exchange(member, code, client_id=CLIENT, client_secret="wrong")
    assert refused.json()["error"] == "invalid_client"


@pytest.mark.parametrize(("verifier", "status"), [("v" * 64, 200), ("w" * 64, 400)])
async def test_pkce_wants_the_verifier_the_login_began_with(member, verifier, status):
    digest = hashlib.sha256(b"v" * 64).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    redirect = f"{CALLBACK}?client=public"
    asked = authorize(
        client_id=PUBLIC, redirect_uri=redirect, code_challenge=challenge, code_challenge_method="S256"
    )
    code = query_of(await agree(member, asked))["code"]
    token = await exchange(member, code, client_id=PUBLIC, redirect_uri=redirect, code_verifier=verifier)
    assert token.status_code == status


async def test_cancel_comes_back_with_access_denied_and_the_state(member):
    await member.get(authorize())
    response = await member.post(f"{ACCOUNTS}/authorize/cancel", {"request": urlsplit(authorize()).query})
    assert response.headers["location"].startswith(CALLBACK)
    assert query_of(response) == {"error": "access_denied", "state": "a-state"}


async def test_who_agreed_before_sees_no_consent_unless_it_is_asked_for(member):
    await agree(member, authorize())
    assert "code" in query_of(await member.get(authorize()))
    assert "auth-accept" in (await member.get(authorize(show_dialog="true"))).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "9" * 32}, "INVALID_CLIENT: Invalid client"),
        ({"redirect_uri": "https://presave.example/Callback"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"response_type": "token"}, "response_type must be code"),
        ({"scope": "user-libary-modify"}, "Illegal scope"),
    ],
)
async def test_what_is_wrong_is_told_before_the_login(fan, changes, words):
    response = await fan.get(authorize(**changes))
    assert response.status_code == 400
    assert words in response.text


@pytest.mark.parametrize("redirect", ["http://presave.example/callback", "http://localhost:8000/callback"])
async def test_an_insecure_redirect_is_told_after_the_login_only(fan, member, redirect):
    before = await fan.get(authorize(redirect_uri=redirect))
    assert "/login" in before.headers["location"]
    after = await member.get(authorize(redirect_uri=redirect))
    assert "INVALID_CLIENT: Insecure redirect URI" in after.text


async def test_an_app_in_development_mode_refuses_the_fan_after_consent(member):
    redirect = f"{CALLBACK}?client=development"
    begun = await member.get("https://presave.example/start/development")
    page = begun.headers["location"]
    callback = (await agree(member, page)).headers["location"]
    assert callback.startswith(redirect)
    answer = await member.get(callback)
    assert answer.status_code == 502
    assert "could not save" in answer.text


async def test_the_pre_save_service_saves_what_the_fan_agreed_to(member, accounts):
    begun = await member.get("https://presave.example/start/healthy")
    callback = (await agree(member, begun.headers["location"])).headers["location"]
    answer = await member.get(callback)
    assert "You are all set" in answer.text
    assert accounts.library["fan"] == {"spotify:track:11dFghVXANMlKmJXsNCbNl"}


async def test_a_callback_in_another_browser_is_refused(member, client):
    begun = await member.get("https://presave.example/start/healthy")
    callback = (await agree(member, begun.headers["location"])).headers["location"]
    answer = await Fan(client).get(callback)
    assert answer.status_code == 400
    assert "start again" in answer.text


async def test_google_refuses_embedded_views_by_their_agent(client, accounts):
    url = "https://accounts.google.com/o/oauth2/v2/auth?client_id=1"
    embedded = await client.get(url, agent="Mozilla/5.0 (Linux; Android 16; wv) Chrome/150 Instagram 445")
    assert (embedded.status_code, "disallowed_useragent" in embedded.text) == (403, True)
    assert (await client.get(url, agent="Mozilla/5.0 Safari/604.1")).status_code == 200


async def test_a_developer_token_that_cannot_be_read_ends_musickits_popup(client, accounts):
    assert (await client.get("https://authorize.music.apple.com/woa?a=bm8=")).status_code == 400


def test_the_fixtures_live_where_the_tests_look() -> None:
    assert (FIXTURES / "sites/presave.example/starts.yaml").is_file()
