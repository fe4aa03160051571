"""The login's address read from a page's source, without a browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

import httpx
import pytest
from tests.check.conftest import LATER

from dropcheck.catalog.ask import Asker
from dropcheck.check.presave_static import StaticReading, read_statically
from dropcheck.localnet import LocalInternet, Request, Response

PAGE = "https://smart.test/neon"
LOGIN = (
    "https://accounts.spotify.com/authorize?client_id=1&response_type=code"
    "&redirect_uri=https%3A%2F%2Fsmart.test%2Fcb&state="
)
FORM = (
    '<form action="https://accounts.spotify.com/authorize"><input name=client_id value=1><input name=response_type'
    ' value=code><input name=redirect_uri value="https://smart.test/cb"><input name=state value=abcdefgh></form>'
)


@pytest.fixture
def asker(http: httpx.AsyncClient) -> Asker:
    return Asker(http, LATER)


async def read(
    asker: Asker,
    internet: LocalInternet,
    answers: Mapping[str, Response | Callable[[Request], Response]],
    service: str | None = None,
) -> StaticReading:
    async def handler(request: Request) -> Response | None:
        found = answers.get(request.path)
        return found(request) if callable(found) else found

    internet.mount("smart.test", handler)
    return await read_statically(PAGE, "Mozilla/5.0 (iPhone)", asker, service, {})


@pytest.mark.parametrize(
    "html",
    [
        f'<a href="{LOGIN}abcdefgh">Pre-save</a>',
        f'<button data-url="{LOGIN}abcdefgh">Pre-save</button>',
        f"<script>location = '{LOGIN}abcdefgh'</script>".replace("/", "\\/"),
        FORM,
    ],
    ids=["link", "data", "script", "form"],
)
async def test_the_address_is_found_wherever_it_stands(
    asker: Asker, internet: LocalInternet, html: str
) -> None:
    reading = await read(asker, internet, {"/neon": Response.html(html)})
    assert reading.request is not None
    assert (reading.request.service, reading.request.state) == ("spotify", "abcdefgh")
    assert reading.again is not None, "read a second time, to compare"
    assert internet.requests.count("accounts.spotify.com") == 0, "the login itself is not visited"


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["data-", "href=", "https://", "<form>", '{"a":', "\\u0026"])
async def test_a_page_is_read_in_the_time_its_length_asks_for(
    asker: Asker, internet: LocalInternet, piece: str
) -> None:
    html = piece * (400_000 // len(piece))
    assert (await read(asker, internet, {"/neon": Response.html(html)})).request is None


async def test_a_link_that_begins_the_login_is_followed_up_to_it(
    asker: Asker, internet: LocalInternet
) -> None:
    answers = {
        "/neon": Response.html('<a href="/presave/spotify">Pre-save</a><a href="/imprint">Imprint</a>'),
        "/presave/spotify": Response.redirect(f"{LOGIN}abcdefgh"),
    }
    reading = await read(asker, internet, answers)
    assert reading.request is not None
    assert reading.request.redirect_host == "smart.test"
    assert internet.requests.count("smart.test", "/imprint") == 0


async def test_of_several_logins_the_wanted_services_is_taken(asker: Asker, internet: LocalInternet) -> None:
    deezer = "https://connect.deezer.com/oauth/auth.php?app_id=1&redirect_uri=https://smart.test/cb&perms=basic_access"
    html = f'<a href="{deezer}">Deezer</a><a href="{LOGIN}abcdefgh">Spotify</a>'
    reading = await read(asker, internet, {"/neon": Response.html(html)}, "spotify")
    assert reading.request is not None
    assert reading.request.service == "spotify"


async def test_a_page_whose_link_redirects_for_ever_is_circular(
    asker: Asker, internet: LocalInternet
) -> None:
    answers = {
        "/neon": Response.html('<a href="/presave/go">Pre-save</a>'),
        "/presave/go": Response.redirect("https://smart.test/presave/go"),
    }
    reading = await read(asker, internet, answers)
    assert (reading.request, reading.is_circular, reading.page.is_circular) == (None, True, False)


@pytest.mark.parametrize("status", [403, 429, 503])
async def test_a_wall_is_told_as_one(asker: Asker, internet: LocalInternet, status: int) -> None:
    late = (("Retry-After", "79200"),)
    reading = await read(asker, internet, {"/neon": Response.text("no", status, late)})
    assert (reading.request, reading.page.wall is not None) == (None, True)


async def test_a_script_that_holds_only_the_logins_beginning_says_nothing(
    asker: Asker, internet: LocalInternet
) -> None:
    half = f"<script>const login = 'https://accounts.spotify.com/authorize?' + {quote('query')!r}</script>"
    assert (await read(asker, internet, {"/neon": Response.html(half)})).request is None
