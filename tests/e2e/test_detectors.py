"""Detectors that pages use take our phones for what they are: by user agent, by headers, by client hints.

What is judged is what a page really meets: each profile's browser asks a server here, which keeps the request,
and its scripts are asked what they see.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.node_packages import run_node
from tests.e2e.stage import FIXTURES

from dropcheck.device.load import load_profiles, variants_of, with_variant
from dropcheck.device.model import Profile
from dropcheck.engine.base import (
    LOAD,
    BrowserMissingError,
    NavigationAnswer,
    NavigationAttempt,
    PageEvent,
)
from dropcheck.engine.select import EngineChoice, make_engine
from dropcheck.handoff.rows import Play
from dropcheck.journey.views import view_settings
from dropcheck.localnet import LocalInternet, Request, Response
from dropcheck.network import Dialler, EgressProxy, ResolveMap

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/user_agents.json").read_text("utf-8"))["cases"]
SCRIPT = Path(__file__).with_name("detectors.cjs")
PROFILES = load_profiles()

#: What each detector calls an app. A detector that isn't named for an app doesn't know it in this version:
#: detect-inapp and device-detector-js never learnt of TikTok's current tokens or of Threads, ua-parser-js not of
#: Threads. That is theirs, real phones get the same answer.
NAMES: dict[str, dict[str, str]] = {
    "tiktok": {"inapp-spy": "tiktok", "ua-parser-js": "TikTok"},
    "instagram": {
        "inapp-spy": "instagram",
        "detect-inapp": "instagram",
        "ua-parser-js": "Instagram",
        "device-detector-js": "Instagram App",
    },
    "facebook": {
        "inapp-spy": "facebook",
        "detect-inapp": "facebook",
        "ua-parser-js": "Facebook",
        "device-detector-js": "Facebook",
    },
    "threads": {"inapp-spy": "threads"},
    "snapchat": {"inapp-spy": "snapchat", "ua-parser-js": "Snapchat", "device-detector-js": "Snapchat"},
    "safari": {
        "ua-parser-js": "Mobile Safari",
        "detect-inapp": "safari",
        "device-detector-js": "Mobile Safari",
    },
    "chrome": {
        "ua-parser-js": "Mobile Chrome",
        "detect-inapp": "chrome",
        "device-detector-js": "Chrome Mobile",
    },
    "samsung_internet": {"ua-parser-js": "Samsung Internet", "device-detector-js": "Samsung Browser"},
}
#: These apps hand every link to a browser's own view (Custom Tab, SFSafariViewController), whose agent is the
#: browser's (reference on in-app browsers, 2.7).
IN_A_BROWSERS_VIEW = {
    "snapchat-android": "chrome",
    "youtube-android": "chrome",
    "youtube-ios": "safari",
}
#: Faces by which one detector mistakes the app, as it does on the real phone that sent them.
MISTAKEN = {
    ("facebook-ios", "no-safari-token", "inapp-spy"): "takes every FBAN agent with FBOP/80 for Messenger",
    ("facebook-ios", "ads-half-sheet", "ua-parser-js"): "doesn't know MetaIAB",
    ("facebook-ios", "ads-half-sheet", "detect-inapp"): "doesn't know MetaIAB",
    ("facebook-ios", "ads-half-sheet", "device-detector-js"): "doesn't know MetaIAB",
}
#: Agents that an engine can't be given.
UNWEARABLE = {"facebook-ios": "WebKitGTK refuses agents with brackets outside a comment and keeps its own"}
OS_NAMES = {"ios": "iOS", "android": "Android"}


@dataclass
class Met:
    """What a server and a page's scripts met."""

    headers: dict[str, str] = field(default_factory=dict)
    page: dict[str, Any] = field(default_factory=dict)


class _Lets:
    """A phone that loads everything."""

    async def navigation(self, attempt: NavigationAttempt) -> NavigationAnswer:
        return LOAD

    def page_event(self, event: PageEvent) -> None:
        pass


_ASKS = (
    "Sec-CH-UA-Full-Version-List, Sec-CH-UA-Model, Sec-CH-UA-Platform-Version, Sec-CH-UA-Arch, "
    "Sec-CH-UA-Bitness"
)
_HEAD = '<!doctype html><meta name="viewport" content="width=device-width,initial-scale=1">'
_SEES = """
({agent: navigator.userAgent, hints: navigator.userAgentData ? navigator.userAgentData.toJSON() : null,
  platform: navigator.platform, touch: navigator.maxTouchPoints, languages: [...navigator.languages],
  width: innerWidth, title: document.title})
"""


async def _meet(profiles: list[Profile]) -> dict[str, Met | str]:
    met: dict[str, Met | str] = {}
    arrived: dict[str, dict[str, str]] = {}

    async def answer(request: Request) -> Response:
        # The second visit carries the hints that the first answer asked for.
        arrived[request.host] = dict(request.headers)
        again = "" if "again" in request.target else "<script>location.replace('/?again=1')</script>"
        return Response.html(
            f"{_HEAD}<title>{request.target}</title>Hello{again}", headers=[("Accept-CH", _ASKS)]
        )

    async with LocalInternet(FIXTURES) as net:
        dialler = Dialler(ResolveMap.parse(net.resolve_rules()), insecure=True)
        async with EgressProxy(dialler) as proxy:
            engines: dict[str, Any] = {}
            for profile in profiles:
                host = f"{profile.name}.example"
                net.mount(host, answer)
                name = EngineChoice().engine_of(profile)
                try:
                    if name not in engines:
                        engines[name] = make_engine(name, proxy)
                        await engines[name].start()
                    view = await engines[name].open(view_settings(profile, Play.FAILS), _Lets())
                except BrowserMissingError as error:
                    met[profile.name] = str(error)
                    continue
                await view.start(f"https://{host}/")
                async with asyncio.timeout(60):
                    page: dict[str, Any] = {"title": ""}
                    while "again" not in page["title"]:
                        await view.settle(10)
                        page = await view.evaluate(_SEES)
                met[profile.name] = Met(arrived[host], page)
                await view.close()
            for engine in engines.values():
                await engine.close()
    return met


@pytest.fixture(scope="module")
def met() -> dict[str, Met | str]:
    return asyncio.run(_meet(list(PROFILES.values())))


def _met(met: dict[str, Met | str], name: str) -> Met:
    found = met[name]
    if isinstance(found, str):
        pytest.skip(found)
    return found


@pytest.fixture(scope="module")
def told(met: dict[str, Met | str]) -> dict[str, dict[str, Any]]:
    seen = {name: found for name, found in met.items() if isinstance(found, Met)}
    asked = [{"ua": found.headers["user-agent"], "headers": found.headers} for found in seen.values()]
    return dict(zip(seen, json.loads(run_node(SCRIPT, json.dumps(asked))), strict=True))


def _marks(name: str) -> Any:
    webkit = PROFILES[name].engine == "webkit"
    return pytest.param(name, marks=pytest.mark.webkit if webkit else pytest.mark.browser)


def _wears(met: dict[str, Met | str], name: str) -> Met:
    found = _met(met, name)
    if found.page["agent"] != PROFILES[name].identity.user_agent and name in UNWEARABLE:
        pytest.xfail(UNWEARABLE[name])
    return found


EVERY = [_marks(name) for name in PROFILES]


@pytest.mark.parametrize("name", EVERY)
def test_the_server_and_the_page_see_the_profiles_agent(met, name):
    found, identity = _wears(met, name), PROFILES[name].identity
    assert found.headers["user-agent"] == identity.user_agent
    assert found.page["agent"] == identity.user_agent
    assert found.page["platform"] == identity.platform
    assert found.page["touch"] == identity.touch_points
    assert found.page["languages"] == list(identity.languages)
    assert found.page["width"] == identity.screen.width
    for header, value in identity.headers.items():
        assert found.headers[header.lower()] == value


@pytest.mark.parametrize("name", EVERY)
def test_client_hints_are_an_androids_alone_and_agree_with_the_agent(met, name):
    found, hints = _met(met, name), PROFILES[name].identity.client_hints
    sent = {key: value for key, value in found.headers.items() if key.startswith("sec-ch-ua")}
    if hints is None:
        assert sent == {}
        assert found.page["hints"] is None
        return
    assert f'"{hints.brand}";v="{hints.full_version.split(".")[0]}"' in sent["sec-ch-ua"]
    assert "Headless" not in json.dumps(sent) + json.dumps(found.page["hints"])
    assert sent["sec-ch-ua-mobile"] == "?1"
    assert sent["sec-ch-ua-platform"] == '"Android"'
    assert sent["sec-ch-ua-model"] == f'"{hints.model}"'
    assert sent["sec-ch-ua-platform-version"] == f'"{hints.platform_version}"'
    assert hints.full_version in sent["sec-ch-ua-full-version-list"]
    assert {brand["brand"] for brand in found.page["hints"]["brands"]} == {b.brand for b in hints.brands}


def _expected(name: str) -> dict[str, str]:
    return NAMES[IN_A_BROWSERS_VIEW.get(name, PROFILES[name].app)]


@pytest.mark.parametrize("name", EVERY)
def test_detectors_recognise_the_app(met, told, name):
    _wears(met, name)
    expected = _expected(name)
    assert {detector: told[name][detector] for detector in expected} == expected
    is_app = PROFILES[name].in_app and name not in IN_A_BROWSERS_VIEW
    assert bool(told[name]["inapp-spy"]) is is_app
    assert told[name]["ua-parser-js os"] == OS_NAMES[PROFILES[name].os]
    assert told[name]["device-detector-js os"] == OS_NAMES[PROFILES[name].os]


@pytest.mark.parametrize("name", [_marks(n) for n, p in PROFILES.items() if p.identity.client_hints])
def test_client_hints_name_the_device_and_the_system(met, told, name):
    _met(met, name)
    hinted, hints = told[name]["ua-parser-js hints"], PROFILES[name].identity.client_hints
    assert hinted["os"]["name"] == "Android"
    assert hinted["os"]["version"].split(".")[0] == hints.platform_version.split(".")[0]
    assert hinted["device"].get("model") == hints.model
    assert "Headless" not in hinted["browser"]["name"]


FACES = [
    (name, variant)
    for name, p in PROFILES.items()
    for variant in sorted(variants_of(p))
    if variant in p.variants
]


def test_every_other_face_of_an_app_is_recognised_too():
    faces = [(name, variant) for name, variant in FACES if PROFILES[name].variants[variant].user_agent]
    agents = [with_variant(PROFILES[name], variant).identity.user_agent for name, variant in faces]
    answers = json.loads(run_node(SCRIPT, json.dumps([{"ua": agent, "headers": {}} for agent in agents])))
    for (name, variant), answer in zip(faces, answers, strict=True):
        for detector, called in _expected(name).items():
            if detector == "detect-inapp" and PROFILES[name].app in ("safari", "chrome"):
                continue
            mistaken = (name, variant, detector) in MISTAKEN
            assert (answer[detector] == called) is not mistaken, (name, variant, detector, answer[detector])


def test_the_detectors_read_agents_that_a_reference_suite_captured():
    """Else the tests above would say little; the suite is independent of the detectors and of us."""
    known = [case for case in VECTORS if case["app"] in NAMES and case["in_app_browser"]]
    answers = json.loads(run_node(SCRIPT, json.dumps([{"ua": case["ua"], "headers": {}} for case in known])))
    missed = {
        case["id"]
        for case, answer in zip(known, answers, strict=True)
        if not any(answer[detector] == called for detector, called in NAMES[case["app"]].items())
    }
    assert len(known) > 20
    # Its agent says no more than MetaIAB, without the app's name.
    assert missed == {"ua-121"}


#: What marks an app's own web view, as captured agents have it (reference on in-app browsers, section 1).
MARKS = {
    "tiktok": ("musical_ly", "trill"),
    "instagram": ("instagram ",),
    "facebook": ("fban/", "fb_iab/"),
    "threads": ("barcelona ",),
    "snapchat": ("snapchat/",),
}


@pytest.mark.parametrize(
    "name", [n for n, p in PROFILES.items() if p.app in MARKS and n not in IN_A_BROWSERS_VIEW]
)
def test_our_agents_carry_the_mark_that_captured_ones_carry(name):
    profile = PROFILES[name]
    captured = [
        case["ua"].lower()
        for case in VECTORS
        if case["app"] == profile.app and case["os"] == OS_NAMES[profile.os] and case["in_app_browser"]
    ]
    if not captured:
        pytest.skip(f"the sample has no agent of {profile.title}")
    mark = next(mark for mark in MARKS[profile.app] if mark in profile.identity.user_agent.lower())
    assert any(mark in agent for agent in captured)
