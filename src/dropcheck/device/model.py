"""Device profiles as data: one phone, one OS, one app's in-app browser or the real browser.

What an app does with a scheme, a popup or a universal link is a `Row` with its source, the date it was
last seen to hold and a confidence. A row describes the host app's *mechanism*; where the URL then goes
follows from the OS's rules in `dropcheck.handoff`.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dropcheck.result import Cause, Confidence

#: A row older than this is stale: said in the report, never a change of verdict (design, section 2).
STALE_AFTER_DAYS = 180


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Os(StrEnum):
    """The phone's operating system."""

    IOS = "ios"
    ANDROID = "android"


class Topic(StrEnum):
    """What part of the host app's behaviour a row is about."""

    SCHEME = "scheme"
    INTENT = "intent"
    INTENT_FALLBACK = "intent-fallback"
    UNIVERSAL_LINK = "universal-link"
    APP_LINK = "app-link"
    POPUP = "popup"
    DIALOG = "dialog"
    DOWNLOAD = "download"
    FIRST_HOP = "first-hop"
    MENU_EXIT = "menu-exit"
    OAUTH = "oauth"


class Mechanism(StrEnum):
    """What the host app's own code does.

    Schemes and intents: `passes-to-os` hands the URL to the system; `parses-intent` starts the intent it
    parsed; `opens-browser` opens the URL carried in the link's `url` parameter in the real browser;
    `stays-in-app` routes it inside the app; `drops` does nothing; `error-page` shows the engine's error;
    `hangs` never finishes. Links: `offers-links` lets the system try a universal or app link;
    `loads-page` keeps every https URL in the view. Windows: `opens-window`, `replaces-page`,
    `no-window` (``window.open`` gives null). Dialogs: `shows-dialog`, `swallows-dialog`. Downloads:
    `shows-file`, `hands-to-browser`, `ignores-download`. Menu: `menu-opens-browser`, `no-menu`.
    Fallbacks: `loads-fallback`. Logins: `allows-login`, `refuses-login`. First hop: `answers-302`.
    """

    PASSES_TO_OS = "passes-to-os"
    PARSES_INTENT = "parses-intent"
    OPENS_BROWSER = "opens-browser"
    STAYS_IN_APP = "stays-in-app"
    DROPS = "drops"
    ERROR_PAGE = "error-page"
    HANGS = "hangs"
    OFFERS_LINKS = "offers-links"
    LOADS_PAGE = "loads-page"
    LOADS_FALLBACK = "loads-fallback"
    OPENS_WINDOW = "opens-window"
    REPLACES_PAGE = "replaces-page"
    NO_WINDOW = "no-window"
    SHOWS_DIALOG = "shows-dialog"
    SWALLOWS_DIALOG = "swallows-dialog"
    SHOWS_FILE = "shows-file"
    HANDS_TO_BROWSER = "hands-to-browser"
    IGNORES_DOWNLOAD = "ignores-download"
    MENU_OPENS_BROWSER = "menu-opens-browser"
    NO_MENU = "no-menu"
    ALLOWS_LOGIN = "allows-login"
    REFUSES_LOGIN = "refuses-login"
    ANSWERS_302 = "answers-302"


class When(_Strict):
    """Which navigations a row speaks of; an absent field speaks of all.

    `schemes` are without the colon and may be ``*``; `hosts` are the host part behind the scheme
    (``extbrowser`` in ``instagram://extbrowser/``); `packages` those named in an intent, ``none`` for an
    intent that names none; `app_version` a comparison such as ``>=417`` or ``>=424,<444``; `dead_intent_form`
    is the ``intent:https://…`` form without ``scheme=``.
    """

    schemes: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    by: tuple[Cause, ...] = ()
    gesture: bool | None = None
    app_version: str | None = None
    dead_intent_form: bool | None = None


class Row(_Strict):
    """One rule of a phone: what the host app does, who says so, since when and how surely.

    A `contested` or `assumed` row never decides alone: it is played both ways, as `does` (it works) and as
    `fails_as` (it doesn't), so it must name both. `asks` is the host app's own consent sheet first.
    """

    id: str
    topic: Topic
    when: When = When()
    does: Mechanism
    fails_as: Mechanism | None = None
    asks: bool = False
    confidence: Confidence
    date: dt.date
    source: Annotated[tuple[str, ...], Field(min_length=1)]
    note: str = ""

    @model_validator(mode="after")
    def _both_ways(self) -> Row:
        if not self.confidence.decides and self.fails_as is None:
            raise ValueError(f"row {self.id}: a {self.confidence} row must say `fails_as` too")
        return self

    def is_stale(self, today: dt.date) -> bool:
        """Return whether the row was last seen to hold more than `STALE_AFTER_DAYS` ago."""
        return (today - self.date).days > STALE_AFTER_DAYS


_GREASE_CHARACTERS = " (:-./);=?_"
_BRAND_ORDERS = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))


class Brand(_Strict):
    """One brand of the client hints, with its major and full version."""

    brand: str
    version: str
    full_version: str


class ClientHints(_Strict):
    """What ``Sec-CH-UA`` headers and ``navigator.userAgentData`` say; iOS has none.

    `brand` is the browser's own (``Android WebView``, ``Google Chrome``), `full_version` the engine's four-part
    version.
    """

    brand: str
    full_version: str
    platform: str
    platform_version: str
    model: str
    mobile: bool = True
    architecture: str = ""
    bitness: str = ""

    @property
    def brands(self) -> tuple[Brand, ...]:
        """The brand list in the order and with the made-up brand that Chromium gives this major version.

        Source: chromium components/embedder_support/user_agent_utils.cc (GetGreasedUserAgentBrandVersion,
        GetRandomOrder); checked against the Android WebView 143 list in matomo-org/device-detector
        Tests/fixtures/clienthints-app.yml.
        """
        major = self.full_version.split(".")[0]
        seed = int(major)
        first, second = _GREASE_CHARACTERS[seed % 11], _GREASE_CHARACTERS[(seed + 1) % 11]
        grease_version = ("8", "99", "24")[seed % 3]
        candidates = (
            Brand(
                brand=f"Not{first}A{second}Brand",
                version=grease_version,
                full_version=f"{grease_version}.0.0.0",
            ),
            Brand(brand="Chromium", version=major, full_version=self.full_version),
            Brand(brand=self.brand, version=major, full_version=self.full_version),
        )
        places = _BRAND_ORDERS[seed % 6]
        return tuple(candidates[places.index(position)] for position in range(3))


class Screen(_Strict):
    """CSS pixels and device scale, from Playwright's device descriptors where it has the phone."""

    width: int
    height: int
    scale: float


class Identity(_Strict):
    """Everything a page can read about the phone and its browser.

    `globals` names the native objects the app injects, `missing` the web APIs its view lacks (dotted
    paths from ``window``); both are applied before page scripts.
    """

    user_agent: str
    client_hints: ClientHints | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    screen: Screen
    touch_points: int = 5
    platform: str
    locale: str = "en-US"
    languages: tuple[str, ...] = ("en-US", "en")
    timezone: str = "America/New_York"
    globals: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    third_party_cookies: bool = False


class FirstHop(_Strict):
    """The app's own link service between the bio tap and the artist's page.

    `template` carries ``{url}`` percent-encoded; `adds` are the parameters the artist's URL gains when
    they are absent; `variants` the other answers a suite can ask for.
    """

    template: str
    adds: dict[str, str] = Field(default_factory=dict)
    variants: tuple[Literal["interstitial", "warning", "blocked", "http"], ...] = ()


class IdentityVariant(_Strict):
    """A different face of the same app that a suite can ask for."""

    user_agent: str | None = None
    headers: dict[str, str] | None = None
    app_version: str | None = None
    note: str = ""


class Profile(_Strict):
    """One phone, one OS, one app's in-app browser or the real browser.

    `browser` names the profile of the real browser on the same phone (an in-app profile has one); `engine`
    the engine family the phone really uses.
    """

    name: str
    title: str
    app: str
    os: Os
    in_app: bool
    app_version: str
    os_version: str
    device: str
    engine: Literal["chromium", "webkit"]
    browser: str | None = None
    placement: str
    identity: Identity
    first_hop: FirstHop | None = None
    rows: tuple[Row, ...]
    variants: dict[str, IdentityVariant] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_whole(self) -> Profile:
        if self.in_app and self.browser is None:
            raise ValueError(f"profile {self.name}: an in-app profile must name its phone's real `browser`")
        seen: set[str] = set()
        for row in self.rows:
            if row.id in seen:
                raise ValueError(f"profile {self.name}: two rows are called {row.id}")
            seen.add(row.id)
        return self
