"""The release sheet: what is true about a release, against which everything else is held.

Its fields are those a label hands over (`reference/services.md` section 9). All are optional: what the
sheet doesn't say, a check cannot expect.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from .moment import ReleaseMoment
from .scalars import (
    AppleMusicUrl,
    Country,
    Day,
    DeezerUrl,
    Duration,
    InstagramUrl,
    Isrc,
    Offset,
    OneOrMany,
    ShortForm,
    SpotifyUrl,
    SuiteFile,
    TikTokUrl,
    Upc,
    WebUrl,
    wrong,
)


class StrictModel(BaseModel):
    """A part of a suite: a key it doesn't know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)


def _id_of(service: str, pattern: str) -> Any:
    """Take a service's artist id, or the artist's address, and keep the id."""

    def check(value: str) -> str:
        last = value.split("?")[0].rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        if not re.fullmatch(pattern, last):
            raise wrong(f"this is not an artist id of {service}", "copy it from the artist's page address")
        return last

    return AfterValidator(check)


SpotifyArtistId = Annotated[str, _id_of("Spotify", r"[A-Za-z0-9]{22}")]
_DIGITS = WithJsonSchema({"type": ["string", "integer"]})
AppleArtistId = Annotated[str, _id_of("Apple Music", r"\d{1,15}"), _DIGITS]
DeezerArtistId = Annotated[str, _id_of("Deezer", r"\d{1,15}"), _DIGITS]


class Identity(StrictModel):
    """Where an artist really lives on each service, and who is easily mistaken for them."""

    spotify: SpotifyArtistId | None = None
    """Spotify artist id (22 characters), or the artist's address."""
    apple_music: AppleArtistId | None = None
    """Apple Music artist id (digits), or the artist's address."""
    deezer: DeezerArtistId | None = None
    """Deezer artist id (digits), or the artist's address."""
    tiktok: str | None = None
    """TikTok handle."""
    instagram: str | None = None
    """Instagram handle."""
    namesakes: Annotated[tuple[str, ...], OneOrMany] = ()
    """Ids or addresses of other artists of the same name."""


class Artist(Identity):
    """One artist of the release, in the order of the credit."""

    name: str
    """The name as the stores must show it."""
    role: Literal["main", "featured", "remixer", "with"] = "main"
    """The artist's role in the credit."""


_OneArtist = Annotated[
    Artist, ShortForm(lambda value: {"name": value} if isinstance(value, str) else value, {"type": "string"})
]
#: A bare name is an artist; a single artist needs no list.
Artists = Annotated[
    tuple[_OneArtist, ...], ShortForm(lambda value: [value] if isinstance(value, (str, dict)) else value)
]


def _explicit(value: Any) -> Any:
    word = value.casefold() if isinstance(value, str) else value
    known = {"true": True, "yes": True, "explicit": True, "false": False, "no": False, "clean": "clean"}
    if isinstance(word, str) and word not in known:
        raise wrong(
            "this is not an advisory flag",
            "write true (explicit), false (nothing explicit) or clean (an edited version)",
        )
    return known[word] if isinstance(word, str) else word


Explicit = Annotated[
    bool | Literal["clean"], BeforeValidator(_explicit), WithJsonSchema({"enum": [True, False, "clean"]})
]


class Recording(StrictModel):
    """What a single and each track of an album have in common."""

    title: str | None = None
    """The title without features and version."""
    version: str | None = None
    """The version or subtitle, such as `Sped Up` or `Live`."""
    title_localized: dict[str, str] = Field(default_factory=dict)
    """Titles in other scripts or languages that are right too, by language code."""
    artists: Artists = ()
    """The credited artists in order."""
    isrc: Isrc | None = None
    """The recording's ISRC."""
    alternate_isrcs: Annotated[tuple[Isrc, ...], OneOrMany] = ()
    """Other ISRCs this recording is known to have."""
    duration: Duration | None = None
    """The master's length: "2:58", or seconds."""
    explicit: Explicit | None = None
    """true, false, or `clean` for an edited version."""
    spotify: SpotifyUrl | None = None
    """The address on Spotify."""
    apple_music: AppleMusicUrl | None = None
    """The address on Apple Music."""
    deezer: DeezerUrl | None = None
    """The address on Deezer."""
    clip_start: Offset | None = None
    """Where in the song TikTok's clip begins."""
    hook_at: Offset | None = None
    """Where in the song the hook begins."""


class Track(Recording):
    """One track of an album or EP."""

    position: Annotated[int, Field(ge=1)] | None = None
    """Track number; counted by the order of the list when left out."""
    disc: Annotated[int, Field(ge=1)] = 1
    """Disc number."""
    focus: bool = False
    """Whether this is a track the campaign pushes."""


class Release(Recording):
    """The release sheet."""

    type: Literal["single", "ep", "album"] | None = None
    """What kind of release it is."""
    upc: Upc | None = None
    """UPC or EAN, in quotes so that no leading zero is lost."""
    released: ReleaseMoment | None = None
    """The release moment with its time zone; or a date, which rolls in at each country's midnight."""
    original_release: Day | None = None
    """The original date of a re-issue."""
    label: str | None = None
    """The label as the stores must show it."""
    p_line: str | None = None
    """The ℗ line."""
    c_line: str | None = None
    """The © line."""
    distributor: str | None = None
    """Who delivers it, and so who can correct it."""
    genre: str | None = None
    """The main genre, as delivered."""
    language: str | None = None
    """The language of the lyrics, or the script of the title."""
    artwork: SuiteFile | None = None
    """The cover: a file in the suite's folder."""
    album_spotify: SpotifyUrl | None = None
    """The album's address on Spotify, when `spotify` is a track."""
    album_apple_music: AppleMusicUrl | None = None
    """The album's address on Apple Music, when `apple_music` is a song."""
    album_deezer: DeezerUrl | None = None
    """The album's address on Deezer, when `deezer` is a track."""
    youtube_music: WebUrl | None = None
    """The address on YouTube Music."""
    amazon_music: WebUrl | None = None
    """The address on Amazon Music."""
    tidal: WebUrl | None = None
    """The address on TIDAL."""
    soundcloud: WebUrl | None = None
    """The address on SoundCloud."""
    tiktok_sound: TikTokUrl | None = None
    """The official Sound Page."""
    alternate_sounds: Annotated[tuple[TikTokUrl, ...], OneOrMany] = ()
    """Other Sound Pages that are right too."""
    instagram_audio: InstagramUrl | None = None
    """The audio page on Instagram."""
    markets: Annotated[tuple[Country, ...], OneOrMany] = ()
    """Countries it must be available in (ISO codes)."""
    markets_excluded: Annotated[tuple[Country, ...], OneOrMany] = ()
    """Countries it must not be available in (ISO codes)."""
    audience: Annotated[tuple[Country, ...], OneOrMany] = ()
    """Countries the campaign is aimed at (ISO codes)."""
    identities: dict[str, Identity] = Field(default_factory=dict)
    """Artist ids and handles by artist name, for artists credited in more than one place."""
    tracks: tuple[Track, ...] = ()
    """The tracks of an EP or album, in order."""

    def identity_of(self, artist: Artist) -> Identity:
        """Return an artist's ids: those of the credit, completed by `identities`."""
        shared = self.identities.get(artist.name, Identity())
        own = artist.model_dump(exclude={"name", "role"}, exclude_defaults=True)
        return shared.model_copy(update=own)

    def as_sheet(self) -> dict[str, Any]:
        """Return the sheet as JSON-ready data without its empty fields."""
        return self.model_dump(mode="json", exclude_defaults=True)
