"""Who the page thinks it is on, what stays between views (nothing), and what the network lets it reach."""

# Pages under test stay on one line.
# ruff: noqa: E501

from __future__ import annotations

import asyncio
import json

import pytest
import pytest_asyncio
from tests.engine.conftest import ENGINES
from tests.engine.phone import ANDROID, IOS, Stage

from dropcheck.device.model import Identity
from dropcheck.engine.base import PageEventKind, ViewSettings
from dropcheck.engine.differences import differs
from dropcheck.localnet import LocalInternet, Response
from dropcheck.network import Dialler, EgressProxy, ResolveMap

pytestmark = pytest.mark.asyncio(loop_scope="module")

READ = """<script>
document.title = JSON.stringify({ua: navigator.userAgent, platform: navigator.platform, touch: navigator.maxTouchPoints,
 languages: navigator.languages, zone: Intl.DateTimeFormat().resolvedOptions().timeZone, width: innerWidth,
 ratio: devicePixelRatio, data: typeof navigator.userAgentData, share: typeof navigator.share, push: typeof PushManager,
 worker: 'serviceWorker' in navigator, bridge: typeof window.bridge?.messages?.log?.postMessage,
 native: typeof nativeLogger, webkit: typeof window.webkit?.messageHandlers?.navigationPerformanceLoggerWithReply})
</script>"""


async def read(stage: Stage, settings: ViewSettings) -> dict[str, object]:
    stage.serve("who.test", {"/": READ})
    view, _ = await stage.open("https://who.test/", settings=settings)
    return dict(json.loads((await view.survey()).title))


async def test_the_page_sees_an_android_phone(stage: Stage) -> None:
    seen = await read(stage, ViewSettings(ANDROID))
    assert seen["ua"] == ANDROID.user_agent
    assert (seen["platform"], seen["touch"], seen["zone"]) == ("Linux armv8l", 5, "Europe/London")
    assert (seen["width"], seen["ratio"], seen["languages"]) == (412, 2, ["en-GB", "en"])
    assert (seen["share"], seen["push"], seen["native"], seen["bridge"]) == (
        "undefined",
        "undefined",
        "object",
        "function",
    )


@pytest.mark.parametrize("identity", [ANDROID, IOS], ids=["android", "ios"])
async def test_the_page_sees_a_phone_held_upright(stage: Stage, identity: Identity) -> None:
    held = "[screen.orientation.type, screen.orientation.angle, orientation, matchMedia('(orientation: portrait)').matches]"
    stage.serve("upright.test", {"/": f"<script>document.title = JSON.stringify({held})</script>"})
    view, _ = await stage.open("https://upright.test/", settings=ViewSettings(identity))
    assert json.loads((await view.survey()).title) == ["portrait-primary", 0, 0, True]


async def test_the_page_sees_an_iphone_without_client_hints(stage: Stage) -> None:
    seen = await read(stage, ViewSettings(IOS))
    assert seen["ua"] == IOS.user_agent
    assert (seen["platform"], seen["zone"], seen["data"]) == ("iPhone", "America/New_York", "undefined")
    assert (seen["worker"], seen["webkit"]) == (False, "object")
    (request,) = stage.net.requests.to("who.test", "/")[-1:]
    assert not [name for name in request.headers if name.startswith("sec-ch-ua")]


async def test_client_hints_name_the_webview_to_server_and_page(stage: Stage, engine_name: str) -> None:
    if engine_name != "chromium":
        pytest.skip("client hints are Chromium's; no profile that has them runs on WebKit")
    page = "<script>navigator.userAgentData.getHighEntropyValues(['model','fullVersionList']).then(v => document.title = JSON.stringify(v))</script>"
    frame = "<iframe src=https://hints-frame.test/></iframe>"
    stage.serve("hints.test", {"/": Response.redirect("/end"), "/end": page + frame})
    stage.serve("hints-frame.test", {"/": "<p>frame</p>"})
    view, phone = await stage.open("https://hints.test/")
    await phone.until(lambda: stage.net.requests.count("hints-frame.test"))
    await view.settle(5)
    for request in (*stage.net.requests.to("hints.test"), *stage.net.requests.to("hints-frame.test", "/")):
        if request.path == "/favicon.ico":
            continue
        assert '"Android WebView";v="150"' in request.headers["sec-ch-ua"], request
        assert (request.headers["sec-ch-ua-mobile"], request.headers["sec-ch-ua-platform"]) == (
            "?1",
            '"Android"',
        )
    assert '"model":"Pixel 9"' in (await view.survey()).title
    assert "HeadlessChrome" not in (await view.survey()).title


async def test_headers_of_the_identity_survive_redirects_and_reach_frames(stage: Stage) -> None:
    stage.serve("h1.test", {"/": Response.redirect("https://h2.test/")})
    stage.serve("h2.test", {"/": "<iframe src=https://h3.test/></iframe>"})
    stage.serve("h3.test", {"/": "<p>x</p>"})
    await stage.open("https://h1.test/")
    for host in ("h1.test", "h2.test", "h3.test"):
        (request,) = stage.net.requests.to(host, "/")
        sends = not differs(stage.engine.name, "identity-headers")
        assert request.headers.get("x-requested-with") == ("com.instagram.android" if sends else None)
        assert request.user_agent == ANDROID.user_agent
        assert request.headers["accept-language"].startswith("en-GB,en")


async def test_nothing_crosses_from_one_view_to_the_next(stage: Stage) -> None:
    keep = """<script>
    document.cookie = 'seen=1; max-age=9999'; localStorage.seen = 1; window.name = 'seen';
    Promise.all([caches.open('c').then(c => c.put('/x', new Response('1'))),
      navigator.serviceWorker ? navigator.serviceWorker.register('/sw.js').then(r => r.active || navigator.serviceWorker.ready) : 0,
      new Promise(r => { const o = indexedDB.open('d'); o.onsuccess = r })]).then(() => document.title = 'kept', e => document.title = 'kept ' + e)
    </script>"""
    look = """<script>(async () => {
    const workers = navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).length : 0;
    const bases = indexedDB.databases ? (await indexedDB.databases()).length : 0;
    document.title = [document.cookie, localStorage.seen, window.name, (await caches.keys()).length, workers, bases].join('|')
    })()</script>"""
    cached = Response(200, (("Content-Type", "text/javascript"), ("Cache-Control", "max-age=9999")), b"1")
    worker = Response(200, (("Content-Type", "text/javascript"),), b"self.addEventListener('fetch', () => 0)")
    stage.serve(
        "jar.test",
        {
            "/keep": keep + "<script src=/c.js></script>",
            "/look": look + "<script src=/c.js></script>",
            "/sw.js": worker,
            "/c.js": cached,
        },
    )
    first, _ = await stage.open("https://jar.test/keep")
    async with asyncio.timeout(60):
        while not (await first.survey()).title.startswith("kept"):
            await first.settle(1)
    assert (await first.survey()).title == "kept"
    second, _ = await stage.open("https://jar.test/look")
    async with asyncio.timeout(60):
        while "|" not in (title := (await second.survey()).title):
            await second.settle(1)
    assert title == "|||0|0|0"
    assert stage.net.requests.count("jar.test", "/c.js") == 2
    assert all(not r.cookies for r in stage.net.requests.to("jar.test", "/look"))


@pytest.mark.parametrize(("allowed", "workers"), [(True, 1), (False, 0)])
async def test_service_workers_can_be_switched_off(stage: Stage, allowed: bool, workers: int) -> None:
    worker = Response(200, (("Content-Type", "text/javascript"),), b"")
    page = """<script>(async () => {
    const host = navigator.serviceWorker;
    if (host) await host.register('/sw.js').catch(() => 0);
    document.title = 'workers ' + (host ? (await host.getRegistrations().catch(() => [])).length : 0);
    })()</script>"""
    stage.serve("nosw.test", {"/": page, "/sw.js": worker})
    stage.net.requests.clear()
    view, _ = await stage.open("https://nosw.test/", settings=ViewSettings(ANDROID, service_workers=allowed))
    async with asyncio.timeout(60):
        while (title := (await view.survey()).title) == "page":
            await view.settle(1)
    assert title == f"workers {workers}"
    assert stage.net.requests.count("nosw.test", "/sw.js") == workers


async def test_third_party_cookies_are_refused_as_in_a_webview(stage: Stage) -> None:
    sets = Response.html("<p>x</p>", headers=[("Set-Cookie", "third=1; SameSite=None; Secure")])
    stage.serve(
        "top.test",
        {
            "/": "<iframe src=https://third.test/></iframe><script>setTimeout(() => fetch('https://third.test/again', {mode:'no-cors',credentials:'include'}), 500)</script>"
        },
    )
    stage.serve("third.test", {"/": sets, "/again": Response.text("x")})
    await stage.open("https://top.test/")
    (again,) = await stage.requested("third.test", "/again")
    assert "third" not in again.cookies


async def test_a_storage_state_fills_the_jar(stage: Stage) -> None:
    state = {
        "cookies": [
            {
                "name": "sp",
                "value": "1",
                "domain": "state.test",
                "path": "/",
                "expires": -1,
                "httpOnly": False,
                "secure": True,
                "sameSite": "Lax",
            }
        ],
        "origins": [{"origin": "https://state.test", "localStorage": [{"name": "token", "value": "t"}]}],
    }
    stage.serve("state.test", {"/": "<script>document.title = localStorage.token</script>"})
    view, _ = await stage.open("https://state.test/", settings=ViewSettings(ANDROID, storage_state=state))
    assert (await view.survey()).title == "t"
    assert stage.net.requests.to("state.test", "/")[0].cookies == {"sp": "1"}


async def test_analytics_are_answered_locally_unless_asked_for(stage: Stage) -> None:
    calls = """<script src='https://www.googletagmanager.com/gtag/js?id=G-1'></script>
    <script>navigator.sendBeacon('https://www.google-analytics.com/g/collect?v=2', 'x');
    new Image().src = 'https://www.facebook.com/tr?id=1&ev=PageView'; fetch('https://analytics.tiktok.com/api/v2/pixel', {method: 'POST'})</script>"""
    hosts = (
        "www.googletagmanager.com",
        "www.google-analytics.com",
        "www.facebook.com",
        "analytics.tiktok.com",
    )
    stage.serve("pixel.test", {"/": calls})
    for host in hosts:
        stage.serve(host, {})
    _, phone = await stage.open("https://pixel.test/")
    await phone.until(lambda: len(phone.events_of(PageEventKind.ANALYTICS)) == 4)
    assert [stage.net.requests.count(host) for host in hosts] == [0, 0, 0, 0]
    await stage.open("https://pixel.test/", settings=ViewSettings(ANDROID, send_analytics=True))
    for host in hosts:
        await stage.requested(host)


class _Rules:
    """Engines of their own network rules, by rule set."""

    def __init__(self, engine_name: str, net: LocalInternet, sites: dict) -> None:
        self._name, self._net, self._sites = engine_name, net, sites
        self._closing: list = []

    async def stage(self, rules: list[str], *, insecure: bool, lookup=None) -> Stage:
        dialler = Dialler(
            ResolveMap.parse(rules), insecure=insecure, **({"lookup": lookup} if lookup else {})
        )
        proxy = EgressProxy(dialler)
        await proxy.start()
        engine = ENGINES[self._name](proxy)
        await engine.start()
        self._closing += [engine, proxy]
        return Stage(engine, self._net, self._sites)

    async def close(self) -> None:
        for thing in self._closing:
            await thing.close()


@pytest_asyncio.fixture(loop_scope="module")
async def rules(engine: object, engine_name: str, net: LocalInternet, sites: dict):
    found = _Rules(engine_name, net, sites)
    yield found
    await found.close()


async def test_resolve_sends_a_host_where_it_says_and_no_other(rules: _Rules, net: LocalInternet) -> None:
    async def nobody(host: str) -> list[str]:
        raise OSError("no such host")

    stage = await rules.stage([f"staging.test:80:127.0.0.1:{net.http_port}"], insecure=False, lookup=nobody)
    stage.serve("staging.test", {"/": "<p>staging</p>"})
    view, phone = await stage.open("http://staging.test/")
    assert "staging" in (await view.survey()).text
    _, phone = await stage.open("http://elsewhere.test/")
    failed = await phone.event(PageEventKind.FAILED)
    assert failed.detail["code"] == "ERR_NAME_NOT_RESOLVED"
    assert not phone.events_of(PageEventKind.LANDED)


async def test_a_bad_certificate_is_refused_even_of_a_mapped_host_without_insecure(
    rules: _Rules, net: LocalInternet
) -> None:
    stage = await rules.stage([f"tls.test:443:127.0.0.1:{net.https_port}"], insecure=False)
    stage.serve("tls.test", {"/": "<p>tls</p>"})
    _, phone = await stage.open("https://tls.test/")
    refused = await phone.event(PageEventKind.REFUSED, "https://tls.test/")
    assert refused.detail["code"] == "bad-certificate"
    await phone.event(PageEventKind.FAILED, "https://tls.test/")
    assert not phone.events_of(PageEventKind.LANDED)


async def test_insecure_accepts_mapped_hosts_and_no_others(
    rules: _Rules, net: LocalInternet, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def loopback(host: str) -> list[str]:
        return ["127.0.0.1"]

    # The unmapped host is let through the address rule on purpose: its certificate is what is tested.
    monkeypatch.setattr("dropcheck.network.dial.refusal", lambda address: None)
    stage = await rules.stage([f"mapped.test:443:127.0.0.1:{net.https_port}"], insecure=True, lookup=loopback)
    stage.serve("mapped.test", {"/": "<p>mapped</p>"})
    stage.serve("unmapped.test", {"/": "<p>unmapped</p>"})
    view, _ = await stage.open("https://mapped.test/")
    assert "mapped" in (await view.survey()).text
    url = f"https://unmapped.test:{net.https_port}/"
    _, phone = await stage.open(url)
    refused = await phone.event(PageEventKind.REFUSED, url)
    assert refused.detail["code"] == "bad-certificate"


PRIVATE = [
    "127.0.0.1",
    "[::1]",
    "10.0.0.1",
    "169.254.169.254",
    "0x7f.1",
    "2130706433",
    "[::ffff:127.0.0.1]",
    "localhost",
]


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_private_addresses_are_refused_as_pages_and_as_parts_of_pages(
    rules: _Rules, net: LocalInternet, scheme: str
) -> None:
    stage = await rules.stage([f"page.test:80:127.0.0.1:{net.http_port}"], insecure=False)
    port = net.http_port if scheme == "http" else net.https_port
    fetches = "".join(
        f"<script>fetch('{scheme}://{host}:{port}/secret', {{mode:'no-cors'}}).catch(() => 0)</script>"
        for host in PRIVATE
    )
    stage.serve(
        "page.test",
        {"/": f"<p>page</p>{fetches}", "/r": Response.redirect(f"{scheme}://127.0.0.1:{port}/secret")},
    )
    _, phone = await stage.open("http://page.test/")
    await phone.until(lambda: len(phone.events_of(PageEventKind.REFUSED)) >= len(PRIVATE))
    _, phone = await stage.open("http://page.test/r")
    refused = await phone.event(PageEventKind.REFUSED, f"{scheme}://127.0.0.1")
    assert refused.detail["code"] == "private-address"
    assert not [r for r in net.requests if r.path == "/secret"]
