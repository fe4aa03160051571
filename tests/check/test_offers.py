"""Where the trackers and short links among a page's buttons lead."""

from __future__ import annotations

import httpx
from tests.check.conftest import LATER

from dropcheck.catalog.ask import Asker
from dropcheck.catalog.smart_link_readers import Offer, offer_of
from dropcheck.check.offers import followed, is_unclear
from dropcheck.localnet import LocalInternet, Request, Response

TRACK = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
PAGE = "https://smart.test/neon"
PHONE = "Mozilla/5.0 (iPhone)"


def button(url: str) -> Offer:
    offer = offer_of(url, "Play on Spotify", "link", "spotify")
    assert offer is not None
    return offer


async def test_a_short_link_is_followed_as_no_phone_for_phones_are_sent_into_the_app(
    http: httpx.AsyncClient, internet: LocalInternet
) -> None:
    async def short(request: Request) -> Response:
        if "iPhone" in request.user_agent:
            return Response.redirect("intent://open?link_click_id=1#Intent;scheme=spotify;end")
        return Response.redirect(f"{TRACK}?si=x")

    internet.mount("spotify.link", short)
    before = button("https://spotify.link/abc")
    (offer,) = await followed([before], PAGE, PHONE, Asker(http, LATER))
    assert (is_unclear(before), is_unclear(offer)) == (True, False)
    assert offer.target is not None
    assert offer.target.canonical == TRACK


async def test_a_short_link_that_leads_to_a_page_stays_unclear(
    http: httpx.AsyncClient, internet: LocalInternet
) -> None:
    async def page(_: Request) -> Response:
        return Response.html("<p>Open the app</p>")

    internet.mount("spotify.link", page)
    (offer,) = await followed([button("https://spotify.link/abc")], PAGE, PHONE, Asker(http, LATER))
    assert is_unclear(offer)


async def test_a_tracker_sees_the_phones_browser_come_from_the_page(
    http: httpx.AsyncClient, internet: LocalInternet
) -> None:
    async def tracker(_: Request) -> Response:
        return Response.redirect(TRACK)

    internet.mount("go.test", tracker)
    (offer,) = await followed([button("https://go.test/c/1")], PAGE, PHONE, Asker(http, LATER))
    seen = internet.requests.to("go.test")[0]
    assert (seen.user_agent, seen.headers["referer"]) == (PHONE, PAGE)
    assert (offer.url, offer.way) == (TRACK, ("https://go.test/c/1", TRACK))
