"""Stand-ins of Apple's lookup and of Deezer's API, with their picture hosts (`reference/services.md` 5)."""

from __future__ import annotations

import re
from typing import Any

from dropcheck.localnet.message import Request, Response
from dropcheck.localnet.services.shelf import OnApple, OnDeezer, Shelf, Song


class AppleLookup:
    """Answers for Apple's lookup and picture hosts from a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def lookup(self, request: Request) -> Response | None:
        """Albums and songs by id or UPC, in one storefront."""
        if request.path != "/lookup":
            return None
        query = request.parameters
        country = query.get("country", "US").upper()
        on = [(song, song.apple) for song in self._shelf.songs if song.apple and country in song.markets]
        wanted, upc = query.get("id"), query.get("upc")
        if upc is not None:
            albums = {place.album for song, place in on if song.upc.lstrip("0") == upc.lstrip("0")}
        else:
            albums = {place.album for _, place in on if str(place.album) == wanted}
        rows = [_song(song, place) for song, place in on if str(place.song) == wanted]
        for album in sorted(albums):
            tracks = sorted(
                (pair for pair in on if pair[1].album == album), key=lambda pair: pair[0].position
            )
            rows.append(_collection(*tracks[0], len(tracks)))
            if query.get("entity") == "song":
                rows += [_song(*pair) for pair in tracks]
        return Response.json({"resultCount": len(rows), "results": rows})

    async def pictures(self, request: Request) -> Response | None:
        """The covers, any size."""
        found = re.search(r"/(\d+)/\d+\.jpg/", request.path)
        for song in self._shelf.songs:
            if found and song.apple and str(song.apple.album) == found[1]:
                return Response(200, (("Content-Type", "image/jpeg"),), self._shelf.picture(song.picture))
        return None


class DeezerCatalogue:
    """Answers for Deezer's API and picture hosts from a shelf; errors come inside a 200."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def api(self, request: Request) -> Response | None:
        """Tracks by id or ISRC, albums by id or UPC, and an album's tracks."""
        found = re.fullmatch(r"/(track|album)/(?:(isrc|upc):)?(\w+)(/tracks)?", request.path)
        if found is None:
            return None
        kind, code, value, listing = found.groups()
        songs = sorted(self._find(kind, code, value), key=lambda pair: pair[0].position)
        if not songs:
            return Response.json({"error": {"type": "DataException", "message": "no data", "code": 800}})
        if kind == "track":
            return Response.json(_track(*songs[0]))
        if listing:
            return Response.json({"data": [_track(*pair) for pair in songs], "total": len(songs)})
        return Response.json(_album(*songs[0], len(songs)))

    async def pictures(self, request: Request) -> Response | None:
        """The covers, any size."""
        for song in self._shelf.songs:
            if song.deezer and song.deezer.image in request.path:
                return Response(200, (("Content-Type", "image/jpeg"),), self._shelf.picture(song.picture))
        return None

    def _find(self, kind: str, code: str | None, value: str) -> list[tuple[Song, OnDeezer]]:
        on = [(song, song.deezer) for song in self._shelf.songs if song.deezer]
        if code == "isrc":
            return [pair for pair in on if pair[0].isrc == value][:1]
        if code == "upc":
            same = [pair for pair in on if pair[0].upc == value]
            return [pair for pair in same if pair[1].album == same[0][1].album]
        return [pair for pair in on if str(pair[1].track if kind == "track" else pair[1].album) == value]


def _song(song: Song, place: OnApple) -> dict[str, Any]:
    title = f"{song.title} ({song.version})" if song.version else song.title
    return {
        **_collection(song, place, 1),
        "wrapperType": "track",
        "kind": "song",
        "trackId": place.song,
        "trackName": title,
        "trackCensoredName": title,
        "trackTimeMillis": song.duration_ms,
        "trackExplicitness": "explicit" if song.explicit else "notExplicit",
        "trackNumber": song.position,
        "discNumber": 1,
        "isStreamable": True,
        "artistName": song.credit,
        "trackViewUrl": f"https://music.apple.com/us/album/{place.album}?i={place.song}",
    }


def _collection(song: Song, place: OnApple, count: int) -> dict[str, Any]:
    picture = f"https://is1-ssl.mzstatic.com/image/thumb/Music/v4/{place.album}/{song.upc}.jpg"
    return {
        "wrapperType": "collection",
        "collectionType": "Album",
        "collectionId": place.album,
        "collectionName": f"{song.album_title or song.title} - Single",
        "artistName": song.artists[0].name,
        "artistId": song.artists[0].apple,
        "artworkUrl60": f"{picture}/60x60bb.jpg",
        "artworkUrl100": f"{picture}/100x100bb.jpg",
        "releaseDate": f"{song.released}T08:00:00Z",
        "collectionExplicitness": "explicit" if song.explicit else "notExplicit",
        "trackCount": count,
        "copyright": f"℗ {song.copyright}",
        "country": "USA",
        "primaryGenreName": "Pop",
        "collectionViewUrl": f"https://music.apple.com/us/album/{place.album}",
    }


def _track(song: Song, place: OnDeezer) -> dict[str, Any]:
    version = f"({song.version})" if song.version else ""
    return {
        "id": place.track,
        "readable": True,
        "title": f"{song.title} {version}".strip(),
        "title_short": song.title,
        "title_version": version,
        "isrc": song.isrc,
        "duration": song.duration_ms // 1000,
        "explicit_lyrics": song.explicit,
        "explicit_content_lyrics": 1 if song.explicit else 0,
        "release_date": song.released,
        "available_countries": list(song.markets),
        "track_position": song.position,
        "disk_number": 1,
        "contributors": [_person(one.deezer, one.name) for one in song.artists],
        "artist": {"id": song.artists[0].deezer, "name": song.artists[0].name},
        "type": "track",
        "album": {"id": place.album, "title": song.album_title or song.title, "cover_xl": _cover(place)},
    }


def _album(song: Song, place: OnDeezer, count: int) -> dict[str, Any]:
    return {
        "id": place.album,
        "title": song.album_title or song.title,
        "upc": song.upc,
        "label": song.label,
        "record_type": "single",
        "nb_tracks": count,
        "release_date": song.released,
        "cover_xl": _cover(place),
        "contributors": [_person(song.artists[0].deezer, song.artists[0].name)],
        "type": "album",
        "explicit_lyrics": song.explicit,
        "artist": {"id": song.artists[0].deezer, "name": song.artists[0].name},
    }


def _person(artist_id: int, name: str) -> dict[str, Any]:
    return {"id": artist_id, "name": name, "role": "Main"}


def _cover(place: OnDeezer) -> str:
    return f"https://cdn-images.dzcdn.net/images/cover/{place.image}/1000x1000-000000-80-0-0.jpg"
