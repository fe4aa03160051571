"""A stand-in of Spotify's catalogue: Web API, embed, oEmbed, public page and picture host.

The shapes are those of `reference/services.md` 1. The access token is any client's but ``nobody``'s.
"""

from __future__ import annotations

import base64
import json
import re
from html import escape
from typing import Any

from dropcheck.localnet.message import Request, Response
from dropcheck.localnet.services.shelf import OnSpotify, Shelf, Song

TOKEN = "stand-in-access-token"  # noqa: S105 - of the local internet
_NEXT = '<!doctype html><script id="__NEXT_DATA__" type="application/json">{}</script>'
_COVER = "ab67616d0000b273"
#: Seconds a busy Spotify asks for: what anonymous clients were seen to get (services.md 1.4).
_HOURS = "79200"


class SpotifyCatalogue:
    """Answers for Spotify's hosts from a shelf; what isn't the catalogue's is passed on (None)."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._asked: dict[str, int] = {}

    async def accounts(self, request: Request) -> Response | None:
        """The token of the client-credentials grant; other grants are passed on."""
        if request.path != "/api/token" or request.form.get("grant_type") != "client_credentials":
            return None
        if not request.headers.get("authorization", "").startswith("Basic ") or b"nobody" in _basic(request):
            return Response.json({"error": "invalid_client", "error_description": "Invalid client"}, 400)
        return Response.json({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600})

    async def api(self, request: Request) -> Response | None:
        """Tracks, albums and search of the Web API; other endpoints are passed on."""
        found = re.fullmatch(r"/v1/(tracks|albums)/([A-Za-z0-9]+)", request.path)
        if found is None and request.path != "/v1/search":
            return None
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _error(401, "Invalid access token")
        if found is None:
            return self._search(request)
        kind, item_id = found.groups()
        market = request.parameters.get("market")
        return self._track(item_id, market) if kind == "tracks" else self._album(item_id, market)

    async def pages(self, request: Request) -> Response | None:
        """The embed, oEmbed and public pages of the shelf's songs; other pages are passed on."""
        if request.path == "/oembed":
            return self._oembed(request.parameters.get("url", ""))
        embed = re.fullmatch(r"/embed/(track|album)/([A-Za-z0-9]+)", request.path)
        if embed is not None:
            return self._embed(*embed.groups())
        page = re.fullmatch(r"/(track|album)/([A-Za-z0-9]+)", request.path)
        # The healthy song's page is a fixture page, made for the journeys.
        if (
            page is None
            or (songs := self._of(*page.groups())) == []
            or songs[0].name in ("neon-hours", "slow-tide")
        ):
            return None
        return self._tags(page[1], songs[0])

    async def pictures(self, request: Request) -> Response | None:
        """The covers, in each of the sizes Spotify names."""
        tail = request.path.rpartition("/")[2][16:]
        song = next((one for one in self._shelf.songs if one.spotify and one.spotify.image == tail), None)
        if song is None:
            return None
        return Response(200, (("Content-Type", "image/jpeg"),), self._shelf.picture(song.picture))

    def _of(self, kind: str, item_id: str) -> list[Song]:
        """The song of a track id, or an album's songs in order."""
        on = [(song, song.spotify) for song in self._shelf.songs if song.spotify]
        songs = [song for song, place in on if item_id == (place.track if kind == "track" else place.album)]
        return (
            sorted((song for song in songs if _answers(song) is None), key=lambda song: song.position)
            or songs[:1]
        )

    def _fault(self, song: Song) -> Response | None:
        answers = _answers(song)
        visit = self._asked[song.name] = self._asked.get(song.name, 0) + 1
        if answers == "busy-once" and visit == 1:
            return _error(429, "API rate limit exceeded", (("Retry-After", "0"),))
        if answers == "busy":
            return _error(429, "API rate limit exceeded", (("Retry-After", _HOURS),))
        if answers == "quota":
            return Response.json(
                {"error": {"status": 429, "message": "Quota exceeded", "reason": "QUOTA_EXCEEDED"}}, 429
            )
        if answers == "premium":
            return _error(403, "Active premium subscription required for the owner of the app.")
        return _error(404, "Resource not found") if answers == "bogus" else None

    def _track(self, item_id: str, market: str | None) -> Response:
        songs = self._of("track", item_id)
        if not songs:
            return _error(404, "Resource not found")
        song = songs[0]
        if (fault := self._fault(song)) is not None:
            return fault
        if market is not None and market not in song.markets:
            return _error(404, "Resource not found")
        place = song.spotify
        if place is not None and place.relinked_to:
            song = self._of("track", place.relinked_to)[0]
        return Response.json(self._track_json(song, market))

    def _album(self, item_id: str, market: str | None) -> Response:
        songs = self._of("album", item_id)
        if not songs or (market is not None and market not in songs[0].markets):
            return _error(404, "Resource not found")
        return Response.json(self._album_json(songs, market))

    def _search(self, request: Request) -> Response:
        kind = request.parameters.get("type", "track")
        field, _, code = request.parameters.get("q", "").partition(":")
        hits = [song for song in self._shelf.songs if song.spotify and song.listed]
        if field == "isrc" and kind == "track":
            items = [self._track_json(song, None) for song in hits if song.isrc == code]
        else:
            same = [song for song in hits if song.upc.zfill(14) == code and song.position == 1]
            items = [self._album_json([song], None) for song in same]
        return Response.json({f"{kind}s": {"items": items[:10], "total": len(items)}})

    def _track_json(self, song: Song, market: str | None) -> dict[str, Any]:
        place = _place(song)
        return {
            **_simple_track(song, market),
            "album": {
                "id": place.album,
                "name": song.album_title or song.title,
                "release_date": song.released,
                "release_date_precision": "day",
                "images": _images(place),
            },
            "external_ids": {"isrc": song.isrc},
        }

    def _album_json(self, songs: list[Song], market: str | None) -> dict[str, Any]:
        song = songs[0]
        place = _place(song)
        return {
            "id": place.album,
            "name": song.album_title or song.title,
            "type": "album",
            "album_type": "single",
            "uri": f"spotify:album:{place.album}",
            "artists": _artists(song),
            "release_date": song.released,
            "release_date_precision": "day",
            "images": _images(place),
            "total_tracks": len(songs),
            "tracks": {
                "items": [_simple_track(one, market) for one in songs],
                "next": None,
                "total": len(songs),
            },
            "external_ids": {"upc": song.upc.zfill(14)},
            "copyrights": [{"type": "P", "text": song.copyright}, {"type": "C", "text": song.copyright}],
        }

    def _embed(self, kind: str, item_id: str) -> Response:
        songs = self._of(kind, item_id)
        if not songs or _answers(songs[0]) == "bogus":
            return Response.html(_NEXT.format(json.dumps({"props": {"pageProps": {"status": 404}}})))
        song = songs[0]
        place = _place(song)
        entity: dict[str, Any] = {
            "type": kind,
            "name": _shown_title(song),
            "title": _shown_title(song),
            "id": item_id,
            "uri": f"spotify:{kind}:{item_id}",
            "releaseDate": {"isoString": f"{song.released}T00:00:00Z"},
            "isPlayable": True,
            "playabilityReason": "PLAYABLE",
            "isExplicit": song.explicit,
            "visualIdentity": {
                "image": [
                    {
                        "url": f"https://i.scdn.co/image/ab67616d00001e02{place.image}",
                        "maxWidth": 300,
                        "maxHeight": 300,
                    },
                    {
                        "url": f"https://i.scdn.co/image/{_COVER}{place.image}",
                        "maxWidth": 640,
                        "maxHeight": 640,
                    },
                ]
            },
        }
        if kind == "track":
            entity |= {
                "artists": [
                    {"name": one.name, "uri": f"spotify:artist:{one.spotify}"} for one in song.artists
                ],
                "duration": song.duration_ms,
                "relatedEntityUri": f"spotify:artist:{song.artists[0].spotify}",
            }
        else:
            entity["name"] = entity["title"] = song.album_title or song.title
            entity["subtitle"] = song.artists[0].name
            entity["trackList"] = [
                {
                    "uri": f"spotify:track:{_place(one).track}",
                    "title": _shown_title(one),
                    "duration": one.duration_ms,
                    "subtitle": ",\u00a0".join(artist.name for artist in one.artists),
                    "isExplicit": one.explicit,
                    "isPlayable": True,
                    "playabilityReason": "PLAYABLE",
                    "entityType": "track",
                }
                for one in songs
            ]
        state = {"props": {"pageProps": {"state": {"data": {"entity": entity}}}}}
        return Response.html(_NEXT.format(json.dumps(state).replace("</", "<\\/")))

    def _oembed(self, url: str) -> Response:
        found = re.search(r"/(track|album)/([A-Za-z0-9]{22})", url)
        songs = self._of(found[1], found[2]) if found else []
        if not songs or _answers(songs[0]) == "bogus":
            return Response.text("Not found", 404)
        image = f"https://image-cdn-ak.spotifycdn.com/image/ab67616d00001e02{_place(songs[0]).image}"
        return Response.json(
            {
                "title": _shown_title(songs[0]),
                "thumbnail_url": image,
                "thumbnail_width": 300,
                "type": "rich",
                "thumbnail_height": 300,
                "version": "1.0",
                "provider_name": "Spotify",
                "width": 456,
                "height": 152,
                "provider_url": "https://spotify.com",
                "html": "<iframe></iframe>",
            }
        )

    def _tags(self, kind: str, song: Song) -> Response:
        place = _place(song)
        item_id = place.track if kind == "track" else place.album
        if _answers(song) == "bogus":
            return Response.html("<!doctype html><title>Spotify – Web Player</title>")
        title = _shown_title(song) if kind == "track" else song.album_title or song.title
        tags = [
            ("og:title", title),
            ("og:type", "music.song" if kind == "track" else "music.album"),
            ("og:url", f"https://open.spotify.com/{kind}/{item_id}"),
            ("og:image", f"https://i.scdn.co/image/{_COVER}{place.image}"),
            ("og:description", f"{song.credit} · {song.title} · Song · {song.released[:4]}"),
            *(("music:musician", f"https://open.spotify.com/artist/{one.spotify}") for one in song.artists),
            ("music:musician_description", ", ".join(one.name for one in song.artists)),
            ("music:album", f"https://open.spotify.com/album/{place.album}"),
            ("music:album:track", str(song.position)),
            ("music:duration", str(song.duration_ms // 1000)),
            ("music:release_date", song.released),
            *(("og:restrictions:country:allowed", code) for code in song.markets),
        ]
        head = "".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in tags)
        return Response.html(f"<!doctype html><title>{escape(title)}</title>{head}<h1>{escape(title)}</h1>")


def _place(song: Song) -> OnSpotify:
    if song.spotify is None:
        raise ValueError(f"{song.name} is not on Spotify")
    return song.spotify


def _answers(song: Song) -> str | None:
    return song.spotify.answers if song.spotify else None


def _shown_title(song: Song) -> str:
    """Spotify shows versions after a dash."""
    return f"{song.title} - {song.version}" if song.version else song.title


def _simple_track(song: Song, market: str | None) -> dict[str, Any]:
    place = _place(song)
    playable = {"is_playable": True} if market is not None else {}
    return {
        "id": place.track,
        "name": _shown_title(song),
        "uri": f"spotify:track:{place.track}",
        "type": "track",
        "href": f"https://api.spotify.com/v1/tracks/{place.track}",
        "artists": _artists(song),
        "disc_number": 1,
        "track_number": song.position,
        "duration_ms": song.duration_ms,
        "explicit": song.explicit,
        "is_local": False,
        **playable,
    }


def _artists(song: Song) -> list[dict[str, str]]:
    return [{"id": one.spotify, "name": one.name, "type": "artist"} for one in song.artists]


def _images(place: OnSpotify) -> list[dict[str, Any]]:
    sizes = {_COVER: 640, "ab67616d00001e02": 300, "ab67616d00004851": 64}
    return [
        {"url": f"https://i.scdn.co/image/{prefix}{place.image}", "width": size, "height": size}
        for prefix, size in sizes.items()
    ]


def _error(status: int, message: str, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    return Response.json({"error": {"status": status, "message": message}}, status, headers)


def _basic(request: Request) -> bytes:
    return base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic "), validate=False)
