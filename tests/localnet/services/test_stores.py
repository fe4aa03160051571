"""Every store on one local internet, over its wires."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.localnet.conftest import Client

from dropcheck.localnet import LocalInternet
from dropcheck.localnet.services.stores import mount_stores


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("https://open.spotify.com/embed/track/11dFghVXANMlKmJXsNCbNl", b"Neon Hours"),
        ("https://itunes.apple.com/lookup?id=1440833060", b"Neon Hours"),
        ("https://api.deezer.com/track/isrc:QZABC2600001", b"Neon Hours"),
        ("https://www.tiktok.com/music/x-7300000000000000001", b"Neon Hours"),
        ("https://www.instagram.com/reels/audio/1100000000000001/", b"Instagram"),
        ("https://i.scdn.co/image/ab67616d0000b2730e0f10ad11ce5a0b00000001", b"JFIF"),
        # What no stand-in answers is a fixture page, as before.
        ("https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl", b"Neon Hours"),
    ],
)
async def test_every_host_is_reached(
    url: str, part: bytes, net: LocalInternet, client: Client, fixtures_dir: Path
) -> None:
    mount_stores(net, fixtures_dir)
    answer = await client.get(url)
    assert answer.status_code == 200
    assert part in answer.content


def test_a_folder_without_songs_is_an_error(net: LocalInternet, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"stores\.yaml"):
        mount_stores(net, tmp_path)
