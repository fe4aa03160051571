"""Mounts the stand-ins of the stores, of MusicBrainz, and of the sounds of TikTok and Instagram."""

from __future__ import annotations

from pathlib import Path

from dropcheck.localnet.internet import LocalInternet
from dropcheck.localnet.services.open_pages import InstagramAudio, MusicBrainz
from dropcheck.localnet.services.other_stores import AppleLookup, DeezerCatalogue
from dropcheck.localnet.services.shelf import Shelf
from dropcheck.localnet.services.spotify_catalogue import SpotifyCatalogue
from dropcheck.localnet.services.tiktok_sounds import COVER_HOST, TikTokSounds


def mount_stores(internet: LocalInternet, fixtures: Path | str) -> None:
    """Mount every store on a local internet, before any login service: each passes on what isn't its own.

    Raises what reading ``stores.yaml`` raises.
    """
    shelf = Shelf(Path(fixtures))
    spotify, apple = SpotifyCatalogue(shelf), AppleLookup(shelf)
    deezer, tiktok = DeezerCatalogue(shelf), TikTokSounds(shelf)
    musicbrainz, instagram = MusicBrainz(shelf), InstagramAudio(shelf)
    internet.mount("accounts.spotify.com", spotify.accounts)
    internet.mount("api.spotify.com", spotify.api)
    internet.mount("open.spotify.com", spotify.pages)
    for host in ("i.scdn.co", "image-cdn-ak.spotifycdn.com"):
        internet.mount(host, spotify.pictures)
    internet.mount("itunes.apple.com", apple.lookup)
    internet.mount("is1-ssl.mzstatic.com", apple.pictures)
    internet.mount("api.deezer.com", deezer.api)
    internet.mount("cdn-images.dzcdn.net", deezer.pictures)
    internet.mount("www.tiktok.com", tiktok.pages)
    internet.mount(COVER_HOST, tiktok.pictures)
    internet.mount("musicbrainz.org", musicbrainz.api)
    internet.mount("www.instagram.com", instagram.pages)
