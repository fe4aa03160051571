"""WebKitGTK's host when it is killed, hangs or loses its parent: views are lost, nothing is orphaned."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import textwrap
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from tests.engine.phone import IOS, Page, Phone, Stage

from dropcheck.engine import _webkitgtk_process as process
from dropcheck.engine import _webkitgtk_view as view_module
from dropcheck.engine import _webkitgtk_window as window_module
from dropcheck.engine.base import BrowserMissingError, EngineError, PageEventKind, ViewLostError, ViewSettings
from dropcheck.engine.webkitgtk import WebKitGtkEngine
from dropcheck.localnet import LocalInternet, Response
from dropcheck.network import Dialler, EgressProxy, ResolveMap

pytestmark = [pytest.mark.webkit, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module")
def engine_name() -> str:
    return "webkitgtk"


@pytest_asyncio.fixture(loop_scope="module")
async def engine(net: LocalInternet) -> AsyncIterator[WebKitGtkEngine]:
    async with EgressProxy(Dialler(ResolveMap.parse(net.resolve_rules()), insecure=True)) as proxy:
        engine = WebKitGtkEngine(proxy)
        try:
            await engine.start()
        except BrowserMissingError as error:
            pytest.skip(str(error))
        yield engine
        await engine.close()


@pytest_asyncio.fixture(loop_scope="module")
async def stage(engine: WebKitGtkEngine, net: LocalInternet, sites: dict[str, Mapping[str, Page]]) -> Stage:
    return Stage(engine, net, sites)


def running_in(session: int) -> list[str]:
    """Return the names of the processes of a session that are not just waiting to be buried."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            name, _, rest = (folder / "stat").read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        fields = rest.split()
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(name)
    return found


def environment_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")


async def until(is_so: Callable[[], object], bound_s: float = 30.0) -> None:
    async with asyncio.timeout(bound_s):
        while not is_so():  # noqa: ASYNC110 - other processes set no event of ours
            await asyncio.sleep(0.05)


def host_of(engine: WebKitGtkEngine) -> process.HostProcess:
    (host,) = engine._hosts.values()
    return host


async def opened(stage: Stage) -> tuple[view_module.WebKitGtkView, Phone]:
    stage.serve("page.test", {"/": "<p>page</p><a id=go href='spotify:x'>go</a>"})
    view, phone = await stage.open("https://page.test/", settings=ViewSettings(IOS))
    assert isinstance(view, view_module.WebKitGtkView)
    return view, phone


async def test_a_killed_host_loses_its_views_and_the_next_view_gets_another(
    stage: Stage, engine: WebKitGtkEngine
) -> None:
    view, phone = await opened(stage)
    first = host_of(engine)
    os.kill(first.pid, signal.SIGKILL)
    await phone.event(PageEventKind.LOST)
    with pytest.raises(ViewLostError):
        await view.survey()
    assert await view.screenshot() is None
    await view.close()
    again, _ = await opened(stage)
    assert "page" in (await again.survey()).text
    assert host_of(engine) is not first
    await until(lambda: not running_in(first.pid))


async def test_a_host_that_hangs_is_ended_and_its_view_is_lost(
    stage: Stage, engine: WebKitGtkEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, _ = await opened(stage)
    first = host_of(engine)
    monkeypatch.setattr(view_module, "RUN_BOUND_S", 0.5)
    monkeypatch.setattr(process.HostProcess.is_responsive, "__defaults__", (0.5,))
    os.kill(first.pid, signal.SIGSTOP)
    with pytest.raises(ViewLostError):
        await view.survey()
    again, _ = await opened(stage)
    assert "page" in (await again.survey()).text
    await until(lambda: not running_in(first.pid))


async def test_a_page_that_never_yields_leaves_the_others_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.serve("hang.test", {"/": "<p>hang</p><script>setTimeout(() => { for (;;); }, 50)</script>"})
    view, phone = await stage.open(settings=ViewSettings(IOS))
    await view.start("https://hang.test/")
    await phone.event(PageEventKind.LANDED)
    assert await view.settle(2) is False
    monkeypatch.setattr(view_module, "RUN_BOUND_S", 0.5)
    with pytest.raises(EngineError, match="does not answer"):
        await view.survey()
    other, _ = await opened(stage)
    monkeypatch.undo()
    assert "page" in (await other.survey()).text
    await view.close()


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(
            Response(200, (("Refresh", "0; url=http://["),), b"<p>bad</p>"), id="refresh-to-no-address"
        ),
        pytest.param("<script>location = 'foo:' + 'x'.repeat(150e6)</script>", id="giant-address"),
        pytest.param("<script>open('foo:' + 'x'.repeat(150e6))</script>", id="giant-window"),
        pytest.param(
            "<script>document.body.append(Object.assign(document.createElement('iframe'),"
            " {src: 'data:text/html,' + 'x'.repeat(150e6)}))</script>",
            id="giant-frame",
        ),
        pytest.param("<script>throw new Error('x'.repeat(150e6))</script>", id="giant-error"),
        pytest.param("<script>alert('x'.repeat(150e6))</script>", id="giant-dialog"),
    ],
)
async def test_what_a_page_names_and_says_never_reaches_the_host_or_the_other_views(
    stage: Stage, engine: WebKitGtkEngine, page: Page
) -> None:
    other, _ = await opened(stage)
    host = host_of(engine)
    stage.serve("bad.test", {"/": page})
    view, phone = await stage.open(settings=ViewSettings(IOS))
    await view.start("https://bad.test/")
    await phone.event(PageEventKind.LANDED)
    await view.settle(5)
    assert "page" in (await other.survey()).text
    assert host_of(engine) is host
    assert host.alive
    await view.close()


async def test_an_event_that_cannot_be_read_breaks_its_own_view_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(self: window_module.Window, _event: Mapping[str, object]) -> None:
        raise ZeroDivisionError

    other, _ = await opened(stage)
    with monkeypatch.context() as broken:
        broken.setattr(window_module.Window, "_on_committed", unreadable)
        view, _ = await stage.open(settings=ViewSettings(IOS))
        await view.start("https://page.test/")
        with pytest.raises(ZeroDivisionError):
            await view.settle(30)
    assert "page" in (await other.survey()).text


async def test_a_host_that_does_not_take_a_load_is_ended(
    stage: Stage, engine: WebKitGtkEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, _ = await opened(stage)
    host = host_of(engine)
    monkeypatch.setattr(window_module.Window.ask, "__defaults__", (0.5,))
    monkeypatch.setattr(process.HostProcess.is_responsive, "__defaults__", (0.5,))
    os.kill(host.pid, signal.SIGSTOP)
    with pytest.raises(ViewLostError):
        await view.start("https://page.test/")
    await until(lambda: not running_in(host.pid))


async def test_what_asks_the_system_for_a_way_out_is_told_the_runs_own(
    stage: Stage, engine: WebKitGtkEngine
) -> None:
    await opened(stage)
    environment = environment_of(host_of(engine).pid)
    assert f"http_proxy={engine._proxy.url}" in environment
    assert not [one for one in environment if one.lower().startswith("no_proxy=")]


async def test_a_web_process_that_dies_is_a_crash_of_its_page_only(
    stage: Stage, engine: WebKitGtkEngine
) -> None:
    other, _ = await opened(stage)
    before = web_processes(host_of(engine).pid)
    view, phone = await opened(stage)
    (mine,) = web_processes(host_of(engine).pid) - before
    os.kill(mine, signal.SIGKILL)
    await phone.event(PageEventKind.CRASHED)
    assert await view.settle(5) is True
    assert await view.screenshot() is None
    assert "page" in (await other.survey()).text


def web_processes(session: int) -> set[int]:
    found = set()
    for folder in Path("/proc").iterdir():
        try:
            name, _, rest = (folder / "stat").read_text().partition("(")[2].rpartition(")")
        except (OSError, ValueError):
            continue
        fields = rest.split()
        if name.startswith("WebKitWeb") and fields[0] != "Z" and int(fields[3]) == session:
            found.add(int(folder.name))
    return found


async def test_closing_the_engine_leaves_nothing_behind(
    net: LocalInternet, sites: dict[str, Mapping[str, Page]]
) -> None:
    async with EgressProxy(Dialler(ResolveMap.parse(net.resolve_rules()), insecure=True)) as proxy:
        engine = WebKitGtkEngine(proxy)
        await engine.start()
        await opened(Stage(engine, net, sites))
        session = host_of(engine).pid
        assert "Xvfb" in running_in(session)
        await engine.close()
        await until(lambda: not running_in(session))


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT], ids=["kill-9", "ctrl-c"])
async def test_a_parent_that_ends_takes_host_display_and_web_processes_with_it(by: signal.Signals) -> None:
    program = textwrap.dedent(
        """
        import asyncio
        import signal
        from tests.engine.phone import IOS, Phone
        from dropcheck.engine.base import ViewSettings
        from dropcheck.engine.webkitgtk import WebKitGtkEngine
        from dropcheck.network import Dialler, EgressProxy

        async def main():
            engine = WebKitGtkEngine(EgressProxy(Dialler()))
            await engine.start()
            await engine.open(ViewSettings(IOS), Phone())
            print(*(host.pid for host in engine._hosts.values()), flush=True)
            await asyncio.Event().wait()

        # A shell that put the tests in the background had Ctrl-C ignored, and children inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        asyncio.run(main())
        """
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert parent.stdout is not None
    session = int(await parent.stdout.readline())
    assert running_in(session)
    parent.send_signal(by)
    await parent.wait()
    await until(lambda: not running_in(session))


async def test_a_killed_hosts_folder_is_cleared_by_the_next_host(
    net: LocalInternet, sites: dict[str, Mapping[str, Page]]
) -> None:
    def folders(host: process.HostProcess) -> list[Path]:
        return list(Path(tempfile.gettempdir()).glob(f"dropcheck-webkitgtk-{host.pid}-*"))

    async with EgressProxy(Dialler(ResolveMap.parse(net.resolve_rules()), insecure=True)) as proxy:
        engine = WebKitGtkEngine(proxy)
        await engine.start()
        stage = Stage(engine, net, sites)
        await opened(stage)
        killed = host_of(engine)
        assert folders(killed)
        await killed.kill()
        await opened(stage)
        assert not folders(killed)
        last = host_of(engine)
        await engine.close()
        assert not folders(last)


async def test_a_machine_without_webkitgtk_is_told_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BrowserMissingError, match=r"gir1\.2-webkit2-4\.1 python3-gi python3-gi-cairo xvfb"):
        await WebKitGtkEngine(EgressProxy(Dialler())).start()
