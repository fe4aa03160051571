"""A stand-in of TikTok's Sound Pages and post embeds (`reference/services.md` 4.1 to 4.3)."""

from __future__ import annotations

import json
import re
from typing import Any

from dropcheck.localnet.message import Request, Response
from dropcheck.localnet.services.shelf import Shelf, Song, Sound

#: The numbers of the services behind "Add to Music App" (services.md 4.3).
_PLATFORMS = {"apple_music": 1, "amazon_music": 2, "spotify": 3, "deezer": 8}
#: A made-up token in the place where TikTok's pages carry Apple's, to see that it is never kept.
APPLE_TOKEN = "stand-in-developer-token"  # noqa: S105 - of the local internet
COVER_HOST = "p16-sign-sg.tiktokcdn.com"
_CAPTCHA = (
    "<!doctype html><title>Verify</title><div id='captcha_container' class='captcha-verify-container'>"
    "Drag the slider to fit the puzzle</div>"
)


class TikTokSounds:
    """Answers for TikTok's web pages and picture host from a shelf; other pages are passed on."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def pages(self, request: Request) -> Response | None:
        """Sound Pages, and the embed of a post."""
        embed = re.fullmatch(r"/embed/v2/(\d+)", request.path)
        if embed is not None:
            return self._post(embed[1])
        found = re.fullmatch(r"/music/[^/]*?(\d{8,25})", request.path)
        return self._sound_page(found[1], "sec-fetch-mode" in request.headers) if found else None

    async def pictures(self, request: Request) -> Response | None:
        """The covers of sounds; their addresses are signed and expire."""
        for song in self._shelf.songs:
            if song.sound and song.sound.picture and song.sound.cover in request.path:
                return Response(
                    200, (("Content-Type", "image/jpeg"),), self._shelf.picture(song.sound.picture)
                )
        return None

    def _sound_page(self, sound_id: str, from_browser: bool) -> Response:
        song = next((one for one in self._shelf.songs if one.sound and one.sound.id == sound_id), None)
        if song is None or song.sound is None or song.sound.answers == "gone":
            return _page({"statusCode": 10218, "statusMsg": "music does not exist"})
        if song.sound.answers == "captcha":
            return Response.html(_CAPTCHA)
        if song.sound.answers == "empty" or (song.sound.answers == "browsers-only" and not from_browser):
            return Response.html("")
        music = _music(song, song.sound)
        if song.sound.answers == "stores-for-browsers" and not from_browser:
            music.pop("tt2dsp", None)
        info = {
            "music": music,
            "stats": {"videoCount": song.sound.videos},
            "author": {"nickname": music["authorName"]},
        }
        return _page({"statusCode": 0, "musicInfo": info})

    def _post(self, post_id: str) -> Response | None:
        song = self._shelf.named(self._shelf.posts.get(post_id, ""))
        if song is None or song.sound is None:
            return None
        music = _music(song, song.sound)
        infos = {
            "musicId": music["id"],
            "musicName": music["title"],
            "authorName": music["authorName"],
            "original": music["original"] or "",
            "playUrl": [],
            "covers": [music["coverLarge"]],
        }
        state = {"source": {"data": {f"/embed/v2/{post_id}": {"videoData": {"musicInfos": infos}}}}}
        data = json.dumps(state).replace("</", "<\\/")
        return Response.html(
            f'<!doctype html><script id="__FRONTITY_CONNECT_STATE__" type="application/json">{data}</script>'
        )


def _music(song: Song, sound: Sound) -> dict[str, Any]:
    title = f"{song.title} ({song.version})" if song.version else song.title
    cover = f"https://{COVER_HOST}/{sound.cover}~c5_720x720.jpeg?x-expires=1795478400&x-signature=made-up"
    music: dict[str, Any] = {
        "id": sound.id,
        "title": sound.title or title,
        "authorName": sound.author or song.credit,
        "album": (song.album_title or song.title) if sound.album is None else sound.album,
        "original": sound.original,
        "duration": sound.clip_s,
        "preciseDuration": {"preciseDuration": float(sound.clip_s)},
        "coverLarge": cover,
        "coverMedium": cover,
        "coverThumb": cover,
        "private": False,
        "isCopyrighted": True,
        "playUrl": "https://sf16.tiktokcdn.com/obj/made-up.mp3",
    }
    links = _own_links(song) if sound.links and "itself" in sound.links else sound.links
    if links is not None:
        rows = [_row(service, item, song) for service, item in links.items()]
        music["tt2dsp"] = {"tt_to_dsp_song_infos": rows}
    if sound.matched:
        music["matched_song"] = {"title": song.title, "author": song.credit, "album": song.title}
    return music


def _own_links(song: Song) -> dict[str, str]:
    links = {"spotify": song.spotify.track} if song.spotify else {}
    if song.apple:
        links["apple_music"] = str(song.apple.song)
    if song.deezer:
        links["deezer"] = str(song.deezer.track)
    return links


def _row(service: str, item: str, song: Song) -> dict[str, Any]:
    token = (
        {"token": {"apple_music_token": {"developer_token": APPLE_TOKEN}}} if service == "apple_music" else {}
    )
    return {"platform": _PLATFORMS[service], "song_id": item, "meta_song_id": f"70{song.isrc[-5:]}", **token}


def _page(detail: dict[str, Any]) -> Response:
    state = {"__DEFAULT_SCOPE__": {"webapp.music-detail": detail}}
    data = json.dumps(state).replace("</", "<\\/")
    script = f'<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">{data}</script>'
    return Response.html(f"<!doctype html><title>TikTok</title><h1 data-e2e='music-title'></h1>{script}")
