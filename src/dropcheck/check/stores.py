"""Finds a release in the stores: by the sheet's address, else by its codes where the store lets us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from dropcheck.apps import MusicLink, parse
from dropcheck.catalog.apple import Apple
from dropcheck.catalog.ask import Asker, AskError, Trouble
from dropcheck.catalog.deezer import Deezer
from dropcheck.catalog.facts import ItemFacts
from dropcheck.catalog.match import Match, folded
from dropcheck.catalog.spotify import Spotify, SpotifyKey
from dropcheck.catalog.title import parse_title
from dropcheck.catalog.values import compare_upc
from dropcheck.check.model import CheckContext
from dropcheck.check.recordings import has_isrc
from dropcheck.suite.sheet import Release

NAMES = {
    "spotify": "Spotify",
    "deezer": "Deezer",
    "apple_music": "Apple Music",
    "amazon_music": "Amazon Music",
    "musicbrainz": "MusicBrainz",
    "tiktok": "TikTok",
    "smart_link": "The smart link",
}
#: Storefronts of Apple's asked in one check: its lookup takes about 20 questions a minute (services.md 5.1).
MOST_STOREFRONTS = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of asking one store: `facts`, or the `error`, or `why_not` it wasn't asked at all.

    `linked` is whether the sheet gives the item's address, so that a missing item is a fault. `refusal` is
    why the store's better interface could not be used.
    """

    service: str
    facts: ItemFacts | None = None
    error: AskError | None = None
    why_not: str = ""
    linked: bool = False
    refusal: AskError | None = None


class Stores:
    """Reads the stores for one check."""

    def __init__(self, context: CheckContext) -> None:
        self.asker = Asker(context.http, context.now)
        self.spotify = Spotify(self.asker, SpotifyKey.of(context.credentials))
        self.deezer = Deezer(self.asker)
        self.apple = Apple(self.asker)

    async def read(self, service: str, sheet: Release, markets: Sequence[str] = ()) -> Reading:
        """Return what a store says about the sheet's release; a store that gives nothing is no exception."""
        readers = {"spotify": self._spotify, "deezer": self._deezer, "apple_music": self._apple}
        try:
            return await readers[service](sheet, markets)
        except AskError as error:
            linked = _address(sheet, service) is not None
            refusal = self.spotify.refusal if service == "spotify" else None
            return Reading(service, error=error, linked=linked, refusal=refusal)

    async def _spotify(self, sheet: Release, markets: Sequence[str]) -> Reading:
        address = _address(sheet, "spotify")
        link = await self._item(address)
        if link is not None and link.id is not None and link.kind in ("track", "album"):
            facts = await self.spotify.item(link.kind, link.id, markets)
        elif address is not None:
            return Reading("spotify", why_not=f"{address} is not the address of a track or an album")
        elif not (sheet.isrc or sheet.upc):
            return Reading("spotify", why_not="the sheet has no Spotify address and no code to look for")
        elif not self.spotify.has_key:
            return Reading("spotify", why_not="without an address only Spotify's Web API can find it")
        else:
            facts = await self._spotify_by_code(sheet, markets)
        if self.spotify.has_key:
            facts = replace(facts, duplicates=await self._spotify_copies(facts))
        return Reading("spotify", facts, linked=address is not None, refusal=self.spotify.refusal)

    async def _spotify_by_code(self, sheet: Release, markets: Sequence[str]) -> ItemFacts:
        """The release by its UPC, else the recording by its ISRC, on the release itself where it is there."""
        albums = await self.spotify.by_code("album", sheet.upc) if sheet.upc else ()
        if sheet.isrc is None or sheet.tracks:
            if not albums:
                raise AskError(Trouble.NOT_FOUND, f"nothing has the code {sheet.upc or sheet.isrc}")
            return await self.spotify.item("album", albums[0].id, markets)
        hits = await self.spotify.by_code("track", sheet.isrc)
        if not hits:
            raise AskError(Trouble.NOT_FOUND, f"nothing has the code {sheet.isrc}")
        ids = {album.id for album in albums}
        on_release = (hit for hit in hits if hit.album_id in ids)
        of_its_name = (hit for hit in hits if is_own_release(hit, sheet))
        hit = next(on_release, None) or next(of_its_name, hits[0])
        facts = await self.spotify.item("track", hit.id, markets)
        return facts if hit.album_id in ids else of_recording(facts, sheet)

    async def _spotify_copies(self, facts: ItemFacts) -> tuple[str, ...]:
        """Other releases of the same name that hold the same recording or code."""
        code, kind = (facts.isrc, "track") if facts.kind == "track" else (facts.upc, "album")
        if code is None:
            return ()
        try:
            hits = await self.spotify.by_code(kind, code)
        except AskError:
            return ()  # a search that fails takes nothing from what was read
        own = facts.album_id if kind == "track" else facts.id
        name = facts.album_title if kind == "track" else facts.title
        copies = {
            (hit.album_id if kind == "track" else hit.id): hit
            for hit in hits
            if folded((hit.album_title if kind == "track" else hit.title) or "") == folded(name or "")
        }
        return tuple(
            f"https://open.spotify.com/album/{found}" for found in copies if found not in (None, own)
        )

    async def _deezer(self, sheet: Release, markets: Sequence[str]) -> Reading:
        address = _address(sheet, "deezer")
        link = await self._item(address)
        if link is not None and link.id is not None and link.kind in ("track", "album"):
            read = self.deezer.track if link.kind == "track" else self.deezer.album
            return Reading("deezer", await read(link.id), linked=True)
        if address is not None:
            return Reading("deezer", why_not=f"{address} is not the address of a track or an album")
        if sheet.isrc and not sheet.tracks:
            return Reading("deezer", await self._deezer_by_isrc(sheet, sheet.isrc))
        if sheet.upc:
            return Reading("deezer", await self.deezer.album(f"upc:{sheet.upc}"))
        return Reading("deezer", why_not="the sheet has no Deezer address and no code to look for")

    async def _deezer_by_isrc(self, sheet: Release, isrc: str) -> ItemFacts:
        """The recording, on the release itself where Deezer has that: it answers with any copy of a recording."""
        facts = await self.deezer.track(f"isrc:{isrc}")
        if sheet.upc is None or is_own_release(facts, sheet):
            return of_recording(facts, sheet)
        try:
            album = await self.deezer.album(f"upc:{sheet.upc}")
        except AskError as error:
            if error.trouble is not Trouble.NOT_FOUND:
                raise
            return of_recording(facts, sheet)
        own = next((track for track in album.tracks if has_isrc(sheet, track.isrc or "")), None)
        return of_recording(facts, sheet) if own is None else await self.deezer.track(own.id)

    async def _apple(self, sheet: Release, markets: Sequence[str]) -> Reading:
        address = _address(sheet, "apple_music")
        link = await self._item(address)
        if link is not None and link.id is not None and link.kind in ("song", "album"):
            countries = list(dict.fromkeys([(link.storefront or "us").upper(), *markets]))[:MOST_STOREFRONTS]
            kind = "track" if link.kind == "song" else "album"
            return Reading("apple_music", await self.apple.item(kind, link.id, countries), linked=True)
        if address is not None:
            return Reading("apple_music", why_not=f"{address} is not the address of a song or an album")
        if sheet.upc is None:
            return Reading(
                "apple_music", why_not="the sheet has no Apple Music address and no UPC to look for"
            )
        albums = await self.apple.by_upc(sheet.upc, markets)
        if not albums:
            raise AskError(Trouble.NOT_FOUND, f"no release has the UPC {sheet.upc}")
        copies = tuple(album.url for album in albums[1:])
        return Reading("apple_music", replace(albums[0], duplicates=copies))

    async def _item(self, address: str | None) -> MusicLink | None:
        """Return the item an address names, a short link followed to its page."""
        link = parse(address) if address else None
        if link is None or not link.is_short or address is None:
            return link
        return parse((await self.asker.get(address)).url)


def _address(sheet: Release, service: str) -> str | None:
    """The sheet's address on a service: the album's, where the sheet lists its tracks and has one."""
    item: str | None = getattr(sheet, service)
    album: str | None = getattr(sheet, f"album_{service}")
    return album or item if sheet.tracks else item or album


def is_own_release(facts: ItemFacts, sheet: Release) -> bool:
    """Whether a recording was found on the sheet's release: by the UPC where both have one, else by its name."""
    if sheet.upc and facts.upc:
        return compare_upc(sheet.upc, facts.upc).match is Match.EXACT
    names = [sheet.title, *sheet.title_localized.values()]
    own = {folded(parse_title(name).base) for name in names if name}
    return not facts.album_title or not own or folded(parse_title(facts.album_title).base) in own


#: What belongs to a release and not to the recording on it.
_OF_RELEASE = ("upc", "label", "p_line", "c_line", "released", "track_count", "artwork")


def of_recording(facts: ItemFacts, sheet: Release) -> ItemFacts:
    """Return what was found by an ISRC without what belongs to another release, a compilation say."""
    if is_own_release(facts, sheet) or is_own_release(replace(facts, upc=None), sheet):
        return facts
    why = f"found by its ISRC on another release, “{facts.album_title}”"
    without: dict[str, Any] = dict.fromkeys(_OF_RELEASE)
    return replace(facts, **without, unasked={**facts.unasked, **dict.fromkeys(_OF_RELEASE, why)})
