"""What a store says of a release, as the first lines of its sheet."""

from __future__ import annotations

from dropcheck.run.local_internet import local_internet
from dropcheck.run.look_up import look_up

TRACK = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"


async def test_a_store_address_fills_in_the_sheet():
    async with local_internet() as internet:
        sheet = await look_up(TRACK, resolve=internet.resolve_rules(), insecure=True)
    assert sheet["title"] == "Neon Hours"
    assert sheet["artists"] == [{"name": "Mara Vale", "spotify": "4Z8W4fKeB5YxbusRsdQVPb"}]
    assert sheet["duration"] == 178


async def test_a_store_that_cannot_be_reached_fills_in_nothing():
    # A port on which nobody listens.
    assert await look_up(TRACK, resolve=["*:443:127.0.0.1:9"]) == {}


async def test_an_address_that_is_no_song_is_not_asked():
    assert await look_up("https://open.spotify.com/artist/4Z8W4fKeB5YxbusRsdQVPb") == {}
