"""What a visit leaves behind is gone before the next visit from the same jar, or the jar itself is."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import CDPSession, Page
from tests.engine.jar_channels import CHANNELS, Channel, Ends, MarkedInternet
from tests.engine.phone import ANDROID, IOS, Stage

from dropcheck.engine import _chromium_jars as jars
from dropcheck.engine._chromium_stragglers import Stragglers
from dropcheck.engine._chromium_view import ChromiumView
from dropcheck.engine.base import View, ViewSettings, WindowPolicy
from dropcheck.engine.browsers import find_chromium
from dropcheck.engine.chromium import ChromiumEngine
from dropcheck.localnet import LocalInternet
from dropcheck.network import Dialler, EgressProxy, ResolveMap
from dropcheck.network.door import Door

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.browser]

HOSTS = ("jar.test", "hsts.test", "third.test", "cors.test", "late.test")


@pytest.fixture(scope="module")
def engine_name() -> str:
    return "chromium"


async def _fingerprint(net: LocalInternet, host: str) -> str:
    """SHA-256 of a host's public key, as Chromium's switch takes it."""
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection(
        "127.0.0.1", net.https_port, ssl=unchecked, server_hostname=host
    )
    found = x509.load_der_x509_certificate(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
    writer.close()
    key = found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


@pytest.fixture(scope="module")
def marked(net: LocalInternet) -> MarkedInternet:
    return MarkedInternet(net)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def engine(
    marked: MarkedInternet, net: LocalInternet, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ChromiumEngine]:
    """A Chromium that trusts the test's hosts: it caches nothing and learns no HSTS from others."""
    found = find_chromium()
    if found is None:
        pytest.skip("no Chromium here; run `dropcheck install chromium`")
    keys = ",".join([await _fingerprint(net, host) for host in HOSTS])
    script = Path(tmp_path_factory.mktemp("browser")) / "trusting-headless-shell"
    script.write_text(f'#!/bin/sh\nexec "{found.path}" "$@" --ignore-certificate-errors-spki-list={keys}\n')
    script.chmod(0o755)
    async with EgressProxy(Dialler(ResolveMap.parse(net.resolve_rules()))) as proxy:
        engine = ChromiumEngine(proxy, str(script))
        await engine.start()
        yield engine
        await engine.close()


@pytest.fixture
def internet(marked: MarkedInternet, monkeypatch: pytest.MonkeyPatch) -> MarkedInternet:
    # However many tests came before, no jar is thrown away for its age.
    monkeypatch.setattr(jars, "MOST_VISITS", 10_000)
    return marked


async def said(view: View) -> object:
    """Wait for what the page under test has to say."""
    async with asyncio.timeout(60):
        while not (title := (await view.survey()).title).startswith("done "):
            await view.settle(1)
    return json.loads(title.removeprefix("done "))


def jar_of(view: View) -> jars.Jar:
    assert isinstance(view, ChromiumView)
    return view.jar


async def plant(stage: Stage, internet: MarkedInternet, channel: Channel) -> View:
    """Make the first visit, in which the mark is planted."""
    internet.channel, internet.planting = channel, True
    view, _ = await stage.open(channel.at.replace("/find", "/plant").replace("hsts.test", "jar.test"))
    assert not await said(view)
    internet.planting = False
    return view


async def look(stage: Stage, channel: Channel) -> tuple[object, jars.Jar]:
    """Make the next visit, which looks for the mark."""
    view, _ = await stage.open(channel.at)
    found = await said(view)
    await view.close()
    return found, jar_of(view)


def those(*ends: Ends) -> pytest.MarkDecorator:
    chosen = [channel for channel in CHANNELS if not ends or channel.ends in ends]
    return pytest.mark.parametrize("channel", chosen, ids=lambda channel: channel.name)


@those()
async def test_a_mark_is_found_by_its_own_visit_and_never_by_the_next(
    stage: Stage, internet: MarkedInternet, channel: Channel
) -> None:
    view = await plant(stage, internet, channel)
    if channel.stays:
        await view.start(channel.at)
        await view.settle(10)
        assert await said(view), "the mark was not even found where it was planted"
    await view.close()
    found, jar = await look(stage, channel)
    assert not found
    assert (jar is jar_of(view)) == (channel.ends is not Ends.THROWN_AWAY)


# What the tests above are worth: with the defence taken away, the same marks are found.


@pytest.fixture
async def undefended(
    engine: ChromiumEngine, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[pytest.MonkeyPatch]:
    """Takes a defence away; no later test meets a jar in which that left something."""
    yield monkeypatch
    monkeypatch.undo()
    assert engine.jars is not None
    await engine.jars.close()


@those(Ends.EMPTIED)
async def test_the_next_visit_would_find_what_is_not_emptied(
    stage: Stage, internet: MarkedInternet, channel: Channel, undefended: pytest.MonkeyPatch
) -> None:
    undefended.setattr(jars, "CLEARING", ())
    await (await plant(stage, internet, channel)).close()
    found, _ = await look(stage, channel)
    assert found


@pytest.mark.parametrize("name", ["login", "client-hints"])
async def test_the_next_visit_would_find_what_spoils_a_jar(
    stage: Stage, internet: MarkedInternet, name: str, undefended: pytest.MonkeyPatch
) -> None:
    undefended.setattr(jars.Jar, "spoil", lambda *_: None)
    channel = next(channel for channel in CHANNELS if channel.name == name)
    await (await plant(stage, internet, channel)).close()
    found, _ = await look(stage, channel)
    assert found


async def test_the_next_visit_would_find_what_lives_in_a_window_that_is_kept(
    stage: Stage, internet: MarkedInternet, undefended: pytest.MonkeyPatch
) -> None:
    async def empty(jar: jars.Jar, used: Page, seen: CDPSession) -> bool:
        await seen.detach()
        await used.goto("about:blank")
        jar._ready = used, await jar.context.new_cdp_session(used)
        return True

    undefended.setattr(jars.Jar, "empty", empty)
    channel = next(channel for channel in CHANNELS if channel.name == "session-storage")
    await (await plant(stage, internet, channel)).close()
    found, _ = await look(stage, channel)
    assert found


#: Requests that outlive their page: under way as it closes, or made because it closes.
UNDER_WAY = "fetch('/late', {keepalive: true}); navigator.sendBeacon('/late', '1')"
AS_IT_GOES = (
    "for (const sign of ['pagehide', 'unload', 'visibilitychange'])"
    " addEventListener(sign, () => { fetch('/late', {keepalive: true}); navigator.sendBeacon('/late', '1') })"
)


async def late_cookies(stage: Stage, internet: MarkedInternet, leaving: str) -> tuple[str, bool]:
    """Make a visit whose requests are answered after it is over; return the next visit's cookies."""
    internet.leaving = leaving
    internet.release.clear()
    first, _ = await stage.open("https://late.test/")
    await first.close()
    second, _ = await stage.open("https://late.test/cookies")
    internet.release.set()
    found = ""
    for _ in range(20):
        found = found or await second.evaluate("fetch('/cookies').then((answer) => answer.text())")
    await second.close()
    return found, jar_of(first) is jar_of(second)


async def test_an_answer_that_comes_after_its_visit_finds_no_jar(
    stage: Stage, internet: MarkedInternet
) -> None:
    assert await late_cookies(stage, internet, UNDER_WAY) == ("", False)


async def test_a_page_that_has_to_go_asks_for_nothing_more(stage: Stage, internet: MarkedInternet) -> None:
    stage.net.requests.clear()
    assert await late_cookies(stage, internet, AS_IT_GOES) == ("", True)
    assert not stage.net.requests.count("late.test", "/late")


async def test_a_late_answer_would_be_found_by_the_next_visit(
    stage: Stage, internet: MarkedInternet, undefended: pytest.MonkeyPatch
) -> None:
    async def at_once(_: Stragglers) -> None:
        return

    undefended.setattr(Stragglers, "__bool__", lambda _: False)
    undefended.setattr(Stragglers, "gone", at_once)
    undefended.setattr(Door, "shut", lambda _: None)
    assert await late_cookies(stage, internet, UNDER_WAY) == ("late=1", True)


async def test_a_jar_whose_requests_end_in_time_is_used_again(stage: Stage, internet: MarkedInternet) -> None:
    internet.leaving = UNDER_WAY
    internet.release.clear()
    first, _ = await stage.open("https://late.test/")
    await first.close()
    internet.release.set()
    assert isinstance(stage.engine, ChromiumEngine)
    await asyncio.gather(*stage.engine.jars._emptying)
    second, _ = await stage.open("https://late.test/cookies")
    assert jar_of(first) is jar_of(second)
    assert not await second.evaluate("document.cookie")


UNUSUAL = {
    "a popup": "open('https://jar.test/')",
    "a dialog": "alert(1)",
    "a download": "const a = document.createElement('a'); a.download = 'x'; a.href = 'data:,x'; a.click()",
    "a login": "location = '/private'",
    "a worker": "new Worker('/busy.js')",
}


@pytest.mark.parametrize("what", UNUSUAL)
async def test_an_unusual_visit_has_its_jar_to_itself(
    stage: Stage, internet: MarkedInternet, what: str
) -> None:
    internet.channel = Channel(what, UNUSUAL[what], "")
    opens = ViewSettings(ANDROID, windows_without_gesture=WindowPolicy.OPENS)
    first, phone = await stage.open("https://jar.test/plant", settings=opens)
    await phone.until(lambda: jar_of(first).is_spoilt)
    await first.close()
    second, _ = await stage.open("https://jar.test/", settings=opens)
    assert jar_of(first) is not jar_of(second)


async def test_phones_share_no_jar_and_visits_at_once_share_none(
    stage: Stage, internet: MarkedInternet
) -> None:
    one, _ = await stage.open("https://jar.test/")
    beside, _ = await stage.open("https://jar.test/")
    await one.close()
    other_phone, _ = await stage.open("https://jar.test/", settings=ViewSettings(IOS))
    no_workers, _ = await stage.open(
        "https://jar.test/", settings=ViewSettings(ANDROID, service_workers=False)
    )
    after, _ = await stage.open("https://jar.test/")
    assert jar_of(after) is jar_of(one)
    assert len({id(jar_of(view)) for view in (one, beside, other_phone, no_workers)}) == 4


@pytest.mark.parametrize(
    "settings",
    [
        ViewSettings(ANDROID, storage_state={"cookies": [], "origins": []}),
        ViewSettings(ANDROID, access={"preview.test": {"Authorization": "Basic x"}}),
    ],
    ids=["an account", "access to a preview"],
)
async def test_what_a_suite_entrusts_to_one_visit_stays_in_a_jar_of_its_own(
    stage: Stage, internet: MarkedInternet, settings: ViewSettings
) -> None:
    first, _ = await stage.open("https://jar.test/", settings=settings)
    await first.close()
    second, _ = await stage.open("https://jar.test/", settings=settings)
    assert jar_of(first) is not jar_of(second)


async def test_a_jar_ends_after_its_share_of_visits(
    stage: Stage, internet: MarkedInternet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jars, "MOST_VISITS", 2)
    identity = ANDROID.model_copy(update={"platform": "of this test alone"})
    served = []
    for _ in range(3):
        view, _ = await stage.open("https://jar.test/", settings=ViewSettings(identity))
        await view.close()
        served.append(jar_of(view))
    assert served[0] is served[1]
    assert served[1] is not served[2]


async def test_a_jar_that_cannot_be_emptied_is_thrown_away(
    stage: Stage, internet: MarkedInternet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jars, "CLEARING", (("Storage.noSuchCommand", {}),))
    first, _ = await stage.open("https://jar.test/")
    await first.close()
    second, _ = await stage.open("https://jar.test/")
    assert jar_of(first) is not jar_of(second)
