"""What is Chromium's own: a browser that is missing, killed or crashed, workers, and how it starts."""

# Pages under test stay on one line.
# ruff: noqa: E501

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.engine.phone import Phone, Stage

from dropcheck.engine._chromium_window import ChromiumWindow
from dropcheck.engine.base import LOAD, STAY, BrowserMissingError, EngineError, PageEventKind, ViewLostError
from dropcheck.engine.chromium import ChromiumEngine
from dropcheck.localnet import Response
from dropcheck.network import Dialler, EgressProxy
from dropcheck.result import Cause

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.browser]


@pytest.fixture(scope="module")
def engine_name() -> str:
    return "chromium"


async def test_a_missing_browser_names_the_command_that_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DROPCHECK_CHROMIUM", "no-such-browser")
    engine = ChromiumEngine(EgressProxy(Dialler()))
    with pytest.raises(BrowserMissingError, match="dropcheck install chromium") as raised:
        await engine.start()
    assert raised.value.command == "dropcheck install chromium"
    await engine.close()


async def test_a_program_that_is_no_browser_is_one_clear_error() -> None:
    engine = ChromiumEngine(EgressProxy(Dialler()), executable="/bin/false")
    with pytest.raises(EngineError, match="Chromium did not start"):
        await engine.start()
    await engine.close()


def _browser_processes() -> list[int]:
    """Main browser processes below this test: Chromium's, without the `--type` of its helpers."""
    parents: dict[int, int] = {}
    mains: list[int] = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            status = (folder / "status").read_text()
        except OSError:
            continue
        parent = next(line for line in status.splitlines() if line.startswith("PPid:"))
        parents[int(folder.name)] = int(parent.split()[1])
        if b"--remote-debugging-pipe" in words and not any(word.startswith(b"--type=") for word in words):
            mains.append(int(folder.name))

    def is_ours(pid: int) -> bool:
        while pid > 1:
            if pid == os.getpid():
                return True
            pid = parents.get(pid, 0)
        return False

    return [pid for pid in mains if is_ours(pid)]


async def test_a_killed_browser_loses_its_views_and_the_next_view_gets_another(stage: Stage) -> None:
    stage.serve("alive.test", {"/": "<p>alive</p>"})
    view, phone = await stage.open("https://alive.test/")
    for pid in _browser_processes():
        os.kill(pid, signal.SIGKILL)
    await phone.event(PageEventKind.LOST)
    assert not phone.events_of(PageEventKind.CLOSED)
    with pytest.raises(ViewLostError):
        await view.survey()
    assert await view.screenshot() is None
    await view.close()
    again, _ = await stage.open("https://alive.test/")
    assert "alive" in (await again.survey()).text


async def test_a_killed_driver_loses_its_views_and_the_next_view_gets_another(stage: Stage) -> None:
    stage.serve("driven.test", {"/": "<p>driven</p>"})
    view, _ = await stage.open("https://driven.test/")
    for child in psutil.Process().children():
        if "node" in child.name():
            child.kill()
    with pytest.raises(EngineError):
        await view.survey()
    await view.close()
    again, _ = await stage.open("https://driven.test/")
    assert "driven" in (await again.survey()).text


@pytest.mark.parametrize("way", ["/", "/on"])
async def test_a_redirect_that_chromium_drops_without_a_word_is_a_failure_at_once(
    stage: Stage, way: str
) -> None:
    stage.serve(
        "script.test",
        {"/": Response.redirect("javascript:alert(1)"), "/on": Response.redirect("https://script.test/")},
    )
    view, phone = await stage.open()
    await view.start(f"https://script.test{way}")
    failed = await phone.event(PageEventKind.FAILED, "https://script.test/")
    assert failed.detail["code"] == "ERR_UNSAFE_REDIRECT"


async def test_a_redirect_that_the_phone_takes_elsewhere_is_none(stage: Stage) -> None:
    stage.serve("elsewhere.test", {"/": Response.redirect("https://app.test/x")})
    phone = Phone(lambda attempt: STAY if "app.test" in attempt.url else LOAD)
    view, _ = await stage.open(phone=phone)
    await view.start("https://elsewhere.test/")
    await phone.attempt("https://app.test/x")
    await view.settle(2)
    assert not phone.events_of(PageEventKind.FAILED)


async def test_calls_that_count_leave_neither_from_a_service_nor_from_a_shared_worker(stage: Stage) -> None:
    count = "fetch('https://www.google-analytics.com/g/collect', {mode: 'no-cors', method: 'POST'})"
    javascript = (("Content-Type", "text/javascript"),)
    stage.serve("www.google-analytics.com", {})
    stage.serve(
        "workers.test",
        {
            "/": "<script>const shared = new SharedWorker('/shared.js'); shared.port.start();"
            "Promise.all([new Promise((over) => { shared.port.onmessage = over; }), new Promise((over) => {"
            "navigator.serviceWorker.onmessage = over; navigator.serviceWorker.register('/service.js'); })])"
            ".then(() => fetch('/over'))</script>",
            "/shared.js": Response(
                200,
                javascript,
                f"onconnect = (e) => {count}.catch(() => 0).then(() => e.ports[0].postMessage(1))".encode(),
            ),
            "/service.js": Response(
                200,
                javascript,
                f"onactivate = async () => {{ await clients.claim(); await {count}.catch(() => 0); for (const one of await clients.matchAll()) one.postMessage(1); }}".encode(),
            ),
        },
    )
    view, _ = await stage.open()
    await view.start("https://workers.test/")
    await stage.requested("workers.test", "/over")
    assert stage.net.requests.count("www.google-analytics.com") == 0


async def test_a_crashed_page_is_reported_and_its_neighbours_live(stage: Stage) -> None:
    stage.serve("crash.test", {"/": "<p>neighbour</p>"})
    neighbour, _ = await stage.open("https://crash.test/")
    view, phone = await stage.open("https://crash.test/")
    await view.start("chrome://crash")
    await phone.event(PageEventKind.CRASHED)
    assert await view.settle(5) is True
    with pytest.raises(EngineError, match="crashed"):
        await view.survey()
    assert "neighbour" in (await neighbour.survey()).text


async def test_a_worker_that_answers_for_documents_hides_no_hop(stage: Stage) -> None:
    worker = """self.addEventListener('install', () => self.skipWaiting());
    self.addEventListener('activate', e => e.waitUntil(clients.claim()));
    self.addEventListener('fetch', e => { if (e.request.mode === 'navigate') e.respondWith(Response.redirect('https://trap.test/')) })"""
    ready = "<a id=go href=/next>go</a><script>navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => document.body.append('ready'))</script>"
    script = Response(200, (("Content-Type", "text/javascript"),), worker.encode())
    stage.serve("worker.test", {"/": ready, "/sw.js": script, "/next": "<p>from the network</p>"})
    view, phone = await stage.open("https://worker.test/")
    assert await view.find("text=ready", 10)
    await stage.tap(view, "#go")
    attempt = await phone.attempt("https://worker.test/next")
    assert (attempt.by, attempt.gesture) == (Cause.TAP, True)
    await phone.event(PageEventKind.LANDED, "https://worker.test/next")


async def test_what_a_window_loads_while_it_is_dressed_is_no_frames(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = ChromiumWindow.send

    async def slowly(
        window: ChromiumWindow, method: str, arguments: dict[str, Any] | None = None, bound_s: float = 5
    ) -> dict[str, Any]:
        if method == "Page.getFrameTree":
            await asyncio.sleep(1)
        return await send(window, method, arguments, bound_s)

    fill = "const w = window.open('about:blank', 'x'); setTimeout(() => { w.location = 'https://popup.test/' }, 300)"
    stage.serve("opener.test", {"/": f'<button onclick="{fill}">open</button>'})
    stage.serve("popup.test", {"/": "<p>popup</p>"})
    view, phone = await stage.open("https://opener.test/")
    monkeypatch.setattr(ChromiumWindow, "send", slowly)
    await stage.tap(view, "button")
    attempt = await phone.attempt("https://popup.test/")
    assert (attempt.main_frame, attempt.view) == (True, 1)
    await phone.event(PageEventKind.LANDED, "https://popup.test/")


async def test_nothing_of_the_engine_shows_in_the_page(stage: Stage) -> None:
    stage.serve(
        "look.test",
        {
            "/": "<script>document.title = Object.getOwnPropertyNames(window).filter(n => /^[br][0-9a-f]{12}$|dropcheck|playwright/i.test(n)).join() + '|' + navigator.webdriver</script>"
        },
    )
    view, _ = await stage.open("https://look.test/")
    assert (await view.survey()).title.startswith("|")
    assert await view.evaluate("typeof dropcheckPage") == "undefined"
