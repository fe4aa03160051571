"""A plain client's way to a page: what is followed, what is sent to whom, and what it came to."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from tests.check.conftest import LATER

from dropcheck.catalog.ask import Asker
from dropcheck.check.plain_visit import visit
from dropcheck.localnet import LocalInternet, Request, Response

TRACK = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"


@pytest.fixture
def asker(http: httpx.AsyncClient) -> Asker:
    async def at_once(_: float) -> None:
        return

    return Asker(http, LATER, sleep=at_once)


def mounted(internet: LocalInternet, host: str, answer: Callable[[Request], Response]) -> None:
    async def handler(request: Request) -> Response | None:
        return answer(request)

    internet.mount(host, handler)


async def test_a_preview_hosts_headers_are_sent_there_and_to_nobody_else(
    asker: Asker, internet: LocalInternet
) -> None:
    mounted(internet, "preview.test", lambda _: Response.redirect("https://elsewhere.test/page"))
    mounted(internet, "elsewhere.test", lambda _: Response.html("<p>x</p>"))
    secret = {"Authorization": "Basic c2VjcmV0", "X-Preview": "secret"}
    visited = await visit("https://preview.test/", asker, access={"preview.test": secret})
    assert (visited.status, visited.url) == (200, "https://elsewhere.test/page")
    there = internet.requests.to("preview.test")[0].headers
    assert (there["authorization"], there["x-preview"]) == ("Basic c2VjcmV0", "secret")
    assert not {"authorization", "x-preview"} & set(internet.requests.to("elsewhere.test")[0].headers)


async def test_what_is_stopped_at_is_not_asked(asker: Asker, internet: LocalInternet) -> None:
    mounted(internet, "go.test", lambda _: Response.redirect(TRACK))
    visited = await visit("https://go.test/song", asker, stops_at=lambda url: url == TRACK)
    assert (visited.leads_to, visited.way) == (TRACK, ("https://go.test/song", TRACK))
    assert internet.requests.count("open.spotify.com") == 0


@pytest.mark.parametrize("address", ["spotify:track:11dFghVXANMlKmJXsNCbNl", "intent://x#Intent;end"])
async def test_an_apps_own_address_ends_the_way(asker: Asker, internet: LocalInternet, address: str) -> None:
    mounted(internet, "go.test", lambda _: Response.redirect(address))
    visited = await visit("https://go.test/", asker)
    assert (visited.leads_to, visited.wall, visited.is_unreachable) == (address, None, False)


async def test_a_way_in_circles_is_no_wall_and_not_unreachable(asker: Asker, internet: LocalInternet) -> None:
    mounted(internet, "go.test", lambda _: Response.redirect("https://go.test/again"))
    visited = await visit("https://go.test/", asker)
    assert (visited.is_circular, visited.wall, visited.is_unreachable) == (True, None, False)


async def test_a_host_that_gives_no_answer_is_unreachable() -> None:
    def refuses(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(refuses)) as http:
        visited = await visit("https://go.test/", Asker(http, LATER))
    assert (visited.is_unreachable, visited.status, visited.url) == (True, 0, "https://go.test/")


async def test_an_address_that_is_none_breaks_the_way_off(asker: Asker) -> None:
    visited = await visit("https://[::1", asker)
    assert (visited.trouble is not None, visited.is_unreachable, visited.status) == (True, False, 0)


@pytest.mark.parametrize(
    ("answer", "is_wall"),
    [
        (Response.text("no", 401), True),
        (Response.text("no", 403), True),
        (Response.text("later", 429, (("Retry-After", "79200"),)), True),
        (Response.text("not here", 451), True),
        (Response.text("One moment.", 503), True),
        (Response.html("<title>Just a moment...</title>", 500), True),
        (Response(500, (("cf-mitigated", "challenge"),), b""), True),
        (Response.text("gone", 410), False),
        (Response.text("broken", 500), False),
        (Response.html("<p>We use a captcha on our form.</p>"), False),
    ],
)
async def test_a_wall_is_told_from_a_broken_page(
    asker: Asker, internet: LocalInternet, answer: Response, is_wall: bool
) -> None:
    mounted(internet, "go.test", lambda _: answer)
    assert ((await visit("https://go.test/", asker)).wall is not None) is is_wall
