"""What the built-in checks can be asked. Models only: a suite is validated without loading a browser."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field

from dropcheck.suite.moment import ReleaseMoment
from dropcheck.suite.registry import (
    CheckOptions,
    CheckRegistry,
    CheckSpec,
    UnresolvedOptionError,
    UrlOrReference,
    look_up,
)
from dropcheck.suite.scalars import (
    Country,
    Day,
    Duration,
    OneOrMany,
    SuiteFile,
    TikTokUrl,
    WebUrl,
    service_of,
)
from dropcheck.suite.sheet import Release, StrictModel

App = Literal[
    "spotify",
    "apple_music",
    "deezer",
    "youtube_music",
    "youtube",
    "tidal",
    "amazon_music",
    "soundcloud",
]
#: Sheet fields an escape without `opens` may mean, in the order an artist would.
_STORE_FIELDS = ("spotify", "apple_music", "deezer", "youtube_music", "amazon_music", "tidal", "soundcloud")
Words = Annotated[tuple[str, ...], OneOrMany]
Count = Annotated[int, Field(ge=0)]


class EscapeOptions(CheckOptions):
    """Does the link leave the in-app browser, and end where it should?"""

    to: Literal["app", "browser"] = "app"
    """`app`: the native app on the right item. `browser`: a usable page in the real browser."""
    app: App | None = None
    """The app that must open; the one `opens` belongs to when left out."""
    opens: UrlOrReference | None = None
    """What the app must open: a store address or `release.spotify`; the sheet's first store when left out."""
    max_taps: Annotated[int, Field(ge=0, le=10)] = 1
    """Taps a fan may need, in both browsers together. More fail when it is named, else they are a warning."""
    keeps: Words = ()
    """Parameters of the link's address that must arrive at the end; a lost one fails."""
    within: Duration | None = None
    """Seconds from the tap in the app to the end of the journey."""

    @property
    def names_max_taps(self) -> bool:
        """Whether the suite names `max_taps` itself, which turns too many taps into a failure."""
        return "max_taps" in self.model_fields_set

    def resolved(self, release: Release) -> Self:
        """Return the options with `opens` as an address and `app` set, where the link leads to an app."""
        if self.to == "browser":
            opens = look_up(self.opens, release, "opens") if self.opens is not None else None
            return self.model_copy(update={"opens": opens})
        opens = (
            look_up(self.opens, release, "opens") if self.opens is not None else self._default_target(release)
        )
        app = self.app or service_of(opens)
        if app not in get_args(App):
            raise UnresolvedOptionError(
                "opens",
                "the address doesn't say which app it belongs to",
                "add `app:` (spotify, apple_music, …)",
            )
        return self.model_copy(update={"opens": opens, "app": app})

    def _default_target(self, release: Release) -> str:
        fields = (self.app,) if self.app is not None else _STORE_FIELDS
        for field in fields:
            url = getattr(release, field, None)
            if isinstance(url, str):
                return url
        wanted = self.app or "spotify"
        raise UnresolvedOptionError(
            None,
            f"the release sheet doesn't say where `escape` should lead ({wanted})",
            f"add `{wanted}: https://…` under `release:`, or `opens:` to the check",
        )


class PresaveOptions(CheckOptions):
    """Does the link escape before it asks for a login, and does the login then work?"""

    service: Literal["spotify", "apple_music", "deezer", "auto", "none"] = "auto"
    """Whose login is expected; `none`: the page must not ask for one (an e-mail sign-up by design)."""
    action: Literal["presave", "follow", "save", "playlist-add"] = "presave"
    """What the fan does there."""
    depth: Literal["static", "anonymous", "account"] = "anonymous"
    """How far to go: read the address, reach the login page, or log in (`--account`)."""
    scopes: Words | None = None
    """The permissions the service may ask for; others are named. Not judged when left out."""
    mode: Literal["auto", "presave", "live"] = "auto"
    """What the page must be today; `auto`: `presave` before the release moment, `live` after it."""
    callback_hosts: Words = ()
    """Hosts the login may return to, beside the link service's own."""
    services: Words = ()
    """Services the page must offer, in this order."""
    tap: Words = ()
    """Playwright selectors of the pre-save button, in the app (after any way out) and outside; the most likely control
    when left out. Several are tapped one after the other: a box to tick, then the button."""


class SmartLinkOptions(CheckOptions):
    """Does the smart-link page offer the services it should, each on the release's own item?"""

    services: Words = ()
    """Services the page must offer, in this order; those of the release sheet when left out."""
    keeps: Words = ()
    """Parameters of the link's address that every store button must carry on; a lost one fails."""
    mode: Literal["auto", "presave", "live"] = "auto"
    """What the page must be today; `auto`: `presave` before the release moment, `live` after it."""


class Tolerances(StrictModel):
    """How far a value may be off."""

    duration: Duration = 2.0
    """Seconds without a remark (`reference/services.md` 8.4)."""
    duration_review: Duration = 5.0
    """Seconds with a warning; beyond them it is another edit."""
    release_day: Annotated[int, Field(ge=0, le=7)] = 0
    """Days a release date may be off."""


Source = Literal["spotify", "deezer", "apple_music", "musicbrainz"]
MetadataField = Literal[
    "title",
    "version",
    "artists",
    "isrc",
    "upc",
    "label",
    "released",
    "duration",
    "explicit",
    "tracks",
    "markets",
]


class MetadataOptions(CheckOptions):
    """Do the stores show what the release sheet says?"""

    sources: Annotated[tuple[Source, ...], OneOrMany, Field(min_length=1)] = (
        "spotify",
        "deezer",
        "apple_music",
    )
    """Who is asked. Spotify tells codes and countries to `DROPCHECK_SPOTIFY_ID` and `DROPCHECK_SPOTIFY_SECRET`;
    MusicBrainz answers only whom it may write to: `DROPCHECK_CONTACT`, an e-mail address or a web page."""
    fields: Annotated[tuple[MetadataField, ...], OneOrMany] = ()
    """What is compared; everything the sheet says when left out."""
    markets: Annotated[tuple[Country, ...], OneOrMany] = ()
    """Countries it must be available in; those of the sheet when left out."""
    tolerances: Tolerances = Tolerances()
    """How far a value may be off."""


class ArtworkOptions(CheckOptions):
    """Is the cover everywhere the cover?"""

    sources: Annotated[
        tuple[Literal["spotify", "apple_music", "deezer", "tiktok", "smart_link"], ...],
        OneOrMany,
        Field(min_length=1),
    ] = ("spotify", "apple_music", "deezer", "tiktok", "smart_link")
    """Where it is looked up."""
    smart_link: WebUrl | None = None
    """The smart link's page, whose preview picture (`og:image`) is looked at."""
    same_within: Annotated[int, Field(ge=0, le=64)] = 6
    """Bits of a 64-bit perceptual hash that may differ without a remark (`reference/services.md` 8.3)."""
    different_above: Annotated[int, Field(ge=0, le=64)] = 12
    """Bits above which it is another picture."""


class SoundPageOptions(CheckOptions):
    """Is the Sound Page the delivered release, and does *Add to Music App* lead to it?"""

    sound: TikTokUrl | None = None
    """The Sound Page; `release.tiktok_sound` when left out."""
    services: Annotated[
        tuple[Literal["spotify", "apple_music", "amazon_music", "deezer"], ...], OneOrMany
    ] = ()
    """Services that must stand behind *Add to Music App*; those of the sheet when left out."""
    window: Annotated[float, Field(gt=0, le=24 * 30)] = 48
    """Hours after the release moment in which a missing link is `pending`."""
    instagram: bool = True
    """Whether to look at `release.instagram_audio` too, where the sheet has it."""

    def resolved(self, release: Release) -> Self:
        """Return the options with `sound` set, where the sheet has one."""
        return self if self.sound is not None else self.model_copy(update={"sound": release.tiktok_sound})


class PlacementOptions(CheckOptions):
    """Does the place where the link is published hold: an ad, a story, a bio, a list of links?"""

    kind: Literal["spark-ad", "story", "bio", "link-list"] | None = None
    """What it is; told by the link's `placement` when left out."""
    post: WebUrl | None = None
    """The boosted post."""
    own_post: bool = True
    """Whether the post is the artist's own; another creator's needs their authorisation."""
    authorised: bool | None = None
    """Whether the creator has handed over an authorisation code (never write the code itself)."""
    code_ends: Day | None = None
    """The last day the authorisation code holds."""
    campaign_ends: Day | None = None
    """The last day the campaign runs."""
    posted: ReleaseMoment | None = None
    """When the story was posted."""
    highlight: bool = False
    """Whether the story is kept in a highlight."""
    params: Words = ()
    """Parameters that must reach the end of every hop of an ad's link; when left out, every `utm_` parameter,
    `ttclid`, and whatever carries a macro."""
    contains: UrlOrReference | None = None
    """For a list of links: the link that must be in it."""
    position: Literal["first", "pinned", "any"] = "first"
    """For a list of links: where it must stand."""
    cpm: Annotated[float, Field(ge=0)] | None = None
    """What a thousand views cost, for the cost of a fan who reaches the app."""
    currency: Annotated[str, Field(min_length=3, max_length=3)] = "USD"
    """The currency of `cpm`."""

    def resolved(self, release: Release) -> Self:
        """Return the options with `contains` as an address."""
        if self.contains is None:
            return self
        return self.model_copy(update={"contains": look_up(self.contains, release, "contains")})


class FunnelNumbers(StrictModel):
    """What was counted in one period. Leave out what nobody counted."""

    period: str | None = None
    """Which period, such as a week: `2026-W47`."""
    views: Count | None = None
    """TikTok views."""
    sound_page_visits: Count | None = None
    """Visits of the Sound Page."""
    adds: Count | None = None
    """Additions to a music app."""
    streams: Count | None = None
    """Streams."""
    saves: Count | None = None
    """Saves."""
    link_clicks: Count | None = None
    """Clicks on the link."""


class FunnelOptions(CheckOptions):
    """Where between the view and the stream are fans lost? Context, never a verdict on a link."""

    numbers: tuple[FunnelNumbers, ...] = ()
    """The counts, one entry per period, oldest first."""
    csv: Annotated[tuple[SuiteFile, ...], OneOrMany] = ()
    """Exports with the same columns, in the suite's folder."""
    per_stream: Annotated[float, Field(gt=0)] = 0.004
    """What a stream pays, in US dollars (`reference/mission_facts.md` A)."""


def builtin_registry() -> CheckRegistry:
    """Return a new registry with dropcheck's own checks."""
    return CheckRegistry(
        (
            CheckSpec("escape", EscapeOptions, "link"),
            CheckSpec("presave", PresaveOptions, "link"),
            CheckSpec("smart_link", SmartLinkOptions, "link"),
            CheckSpec("placement", PlacementOptions, "link"),
            CheckSpec("metadata", MetadataOptions, "release", store=True),
            CheckSpec("artwork", ArtworkOptions, "release", store=True),
            CheckSpec("sound_page", SoundPageOptions, "release", store=True),
            CheckSpec("funnel", FunnelOptions, "release"),
        )
    )
