"""Asks Spotify about a track or an album: the Web API where there are credentials, else the public pages."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from . import spotify_api as api
from . import spotify_page as public
from .ask import Asker, AskError, Trouble, must_be_ok
from .facts import ItemFacts, merged
from .page import list_at, text_at

TOKEN_URL = "https://accounts.spotify.com/api/token"  # noqa: S105 - an address
API = "https://api.spotify.com/v1"
#: Countries asked for singly, so that a long list of markets doesn't use up the rate limit. Our choice.
MOST_MARKETS = 12
#: A Development Mode search gives at most ten hits (`reference/services.md` 1.1).
SEARCH_LIMIT = 10
#: Pages of an album's tracks that are read, of up to fifty each. Our choice.
MOST_PAGES = 10


@dataclass(frozen=True, slots=True)
class SpotifyKey:
    """The user's own client credentials; never shown."""

    client_id: str
    secret: str

    def __repr__(self) -> str:
        return "SpotifyKey(…)"

    @classmethod
    def of(cls, credentials: Mapping[str, str]) -> SpotifyKey | None:
        """Return the credentials the user set, None when one of the two is missing."""
        pair = credentials.get("DROPCHECK_SPOTIFY_ID", ""), credentials.get("DROPCHECK_SPOTIFY_SECRET", "")
        return cls(*pair) if all(pair) else None


class Spotify:
    """Reads Spotify for one check. `refusal` says why the Web API could not be used, once it was tried."""

    def __init__(self, asker: Asker, key: SpotifyKey | None) -> None:
        self._ask = asker
        self._key = key
        self._token: str | None = None
        self.refusal: AskError | None = None

    @property
    def has_key(self) -> bool:
        """Whether the Web API can be used."""
        return self._key is not None and self.refusal is None

    async def item(self, kind: str, item_id: str, markets: Sequence[str] = ()) -> ItemFacts:
        """Return what Spotify says about a track or album; raises `AskError`.

        Credentials that turn out unusable are remembered in `refusal`; the public pages are asked instead.
        """
        if self.has_key:
            try:
                return await self._from_api(kind, item_id, markets)
            except AskError as error:
                if error.trouble not in (Trouble.CREDENTIALS, Trouble.QUOTA, Trouble.RATE_LIMITED):
                    raise
                self.refusal = error
        try:
            return await self.public_item(kind, item_id)
        except AskError as error:
            # Pages that are missing altogether say less than Spotify's own word: we weren't let in.
            if self.refusal is not None and error.status == 404:
                raise self.refusal from error
            raise

    async def public_item(self, kind: str, item_id: str) -> ItemFacts:
        """Return what embed, tags and oEmbed say together; raises `AskError` when none says anything."""
        found: ItemFacts | None = None
        troubles: list[AskError] = []
        for read in (self._embed, self._tags, self._oembed):
            if found is not None and read == self._oembed:
                break  # the last resort only: it says nothing the others don't
            try:
                facts = await read(kind, item_id)
            except AskError as error:
                if error.trouble is Trouble.UNREACHABLE and read == self._embed:
                    raise
                if error.trouble is Trouble.NOT_FOUND and error.status is None:
                    raise  # the embed's JSON says so itself
                troubles.append(error)
                continue
            found = facts if found is None else merged(found, facts)
        if found is None:
            raise next((one for one in troubles if one.trouble is not Trouble.NOT_FOUND), troubles[0])
        return found

    async def by_code(self, kind: str, code: str) -> tuple[ItemFacts, ...]:
        """Return the tracks of an ISRC or the albums of a UPC; raises `AskError` (without a key too)."""
        if not self.has_key:
            raise self.refusal or AskError(Trouble.CREDENTIALS, public.NEEDS_CREDENTIALS)
        name = "isrc" if kind == "track" else "upc"
        bare = code.lstrip("0")
        forms = (code,) if kind == "track" else (code, *(bare.zfill(digits) for digits in (14, 13, 12)))
        for form in dict.fromkeys(forms):
            query = urlencode({"type": kind, "q": f"{name}:{form}", "limit": SEARCH_LIMIT})
            hits = api.search_hits(await self._get(f"/search?{query}"), kind, self._ask.now)
            if hits:
                return hits
        return ()

    async def _from_api(self, kind: str, item_id: str, markets: Sequence[str]) -> ItemFacts:
        data = await self._get(f"/{kind}s/{quote(item_id)}")
        if kind == "album":
            album = api.album_facts(data, item_id, self._ask.now)
            listed = [*album.tracks, *await self._further_tracks(data)]
            tracks = [await self._with_isrc(track) for track in listed]
            return await self._with_markets(replace(album, tracks=tuple(tracks)), item_id, markets)
        track = api.track_facts(data, item_id, self._ask.now)
        album_facts = None
        if track.album_id:
            album_data = await self._get(f"/albums/{quote(track.album_id)}")
            album_facts = api.album_facts(album_data, track.album_id, self._ask.now)
        return await self._with_markets(_with_album(track, album_facts), item_id, markets)

    async def _further_tracks(self, album: object) -> list[ItemFacts]:
        """The tracks of an album's further pages; those after `MOST_PAGES` are left out."""
        found: list[ItemFacts] = []
        following = text_at(album, "tracks", "next")
        for _ in range(MOST_PAGES):
            # The address comes out of an answer, and gets the token: Spotify's API and nobody else.
            if following is None or not following.startswith(f"{API}/"):
                break
            page = await self._get(following.removeprefix(API))
            found += api.listed_tracks(list_at(page, "items"), self._ask.now)
            following = text_at(page, "next")
        return found

    async def _with_isrc(self, track: ItemFacts) -> ItemFacts:
        if track.isrc:
            return track
        data = await self._get(f"/tracks/{quote(track.id)}")
        return merged(track, api.track_facts(data, track.id, self._ask.now))

    async def _with_markets(self, facts: ItemFacts, item_id: str, markets: Sequence[str]) -> ItemFacts:
        """Ask for each of `markets` singly; those after a refusal stay unasked, which loses nothing read before."""
        asked: dict[str, bool] = {}
        twins: dict[str, str] = {}
        read = api.track_facts if facts.kind == "track" else api.album_facts
        for market in list(markets)[:MOST_MARKETS]:
            try:
                data = await self._get(f"/{facts.kind}s/{quote(item_id)}?market={quote(market)}")
            except AskError as error:
                if error.trouble is not Trouble.NOT_FOUND:
                    break
                asked[market] = False
                continue
            there = read(data, item_id, self._ask.now)
            if there.playable is not None:
                asked[market] = there.playable
            if there.replaces is not None:
                twins[market] = there.id
        return replace(facts, checked_markets=asked, twins=twins)

    async def _get(self, path: str) -> object:
        token = await self._access_token()
        answer = await self._ask.get(API + path, headers={"Authorization": f"Bearer {token}"})
        return api.usable(answer).json()

    async def _access_token(self) -> str:
        if self._token is None:
            if self._key is None:
                raise AskError(Trouble.CREDENTIALS, public.NEEDS_CREDENTIALS)
            basic = base64.b64encode(f"{self._key.client_id}:{self._key.secret}".encode()).decode("ascii")
            answer = await self._ask.send(
                "POST",
                TOKEN_URL,
                headers={"Authorization": f"Basic {basic}"},
                form={"grant_type": "client_credentials"},
                follow=False,
            )
            self._token = api.access_token(answer)
        return self._token

    async def _embed(self, kind: str, item_id: str) -> ItemFacts:
        answer = must_be_ok(await self._ask.get(f"https://open.spotify.com/embed/{kind}/{item_id}"))
        return public.from_embed(answer.text, kind, item_id, self._ask.now)

    async def _tags(self, kind: str, item_id: str) -> ItemFacts:
        answer = must_be_ok(await self._ask.get(public.page_url(kind, item_id)))
        return public.from_tags(answer.text, kind, item_id, self._ask.now)

    async def _oembed(self, kind: str, item_id: str) -> ItemFacts:
        query = urlencode({"url": public.page_url(kind, item_id)})
        answer = must_be_ok(await self._ask.get(f"https://open.spotify.com/oembed?{query}"))
        return public.from_oembed(answer.json(), kind, item_id, self._ask.now)


def _with_album(track: ItemFacts, album: ItemFacts | None) -> ItemFacts:
    """Complete a track with what only its album holds."""
    if album is None:
        return track
    return replace(
        track,
        upc=album.upc,
        label=album.label,
        p_line=album.p_line,
        c_line=album.c_line,
        released=album.released or track.released,
        album_title=album.title or track.album_title,
        track_count=album.track_count,
        unasked={**album.unasked, **track.unasked},
    )
