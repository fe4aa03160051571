"""Every way in which one visit could reach the next: how a page plants its mark, and how it finds one."""

# Pages under test stay on one line.
# ruff: noqa: E501

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum

from tests.engine.phone import document

from dropcheck.localnet import LocalInternet, Request, Response


class Ends(Enum):
    """What ends a mark: the jar is emptied, or thrown away, or the window it lives in closes."""

    EMPTIED = "emptied"
    THROWN_AWAY = "thrown away"
    WINDOW = "window"


@dataclass(frozen=True)
class Channel:
    """JavaScript that plants a mark, and that finds it (anything false for nothing).

    `at` is the page that looks for it. A mark that is not `stays` does not outlive its own document.
    """

    name: str
    plant: str
    find: str
    ends: Ends = Ends.EMPTIED
    at: str = "https://jar.test/find"
    stays: bool = True


_INDEXED = "const base = await new Promise((yes, no) => { const asked = indexedDB.open('mark', 1); asked.onupgradeneeded = () => asked.result.createObjectStore('s'); asked.onsuccess = () => yes(asked.result); asked.onerror = no; }); base.close()"
_TEMPORARY = "const said = await new Promise((yes, no) => webkitRequestFileSystem(0, 999, (f) => %s, no))"
_SCRIPT = "await new Promise((done) => { const s = document.createElement('script'); s.src = '/classic.js'; s.onload = done; document.head.append(s); })"
_STYLE = "await new Promise((done) => { const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = '/style.css'; l.onload = done; document.head.append(l); })"
_IMAGE = "const i = new Image(); await new Promise((done) => { i.onload = done; i.src = '/picture.svg'; })"
_FRAME = "const said = await new Promise((yes) => { addEventListener('message', (e) => yes(e.data), {once: true}); const f = document.createElement('iframe'); f.src = 'https://third.test/%s'; document.body.append(f); })"
_PREFLIGHT = "await fetch('https://cors.test/x', {headers: {'X-Mark': '1'}})"
_LOGIN = "await new Promise((done) => { const x = new XMLHttpRequest(); x.open('GET', '/private', true, 'fan', 'secret'); x.onloadend = done; x.send(); })"
# The engine takes the blank page out of the history once the first page has landed.
_HISTORY = "for (let n = 0; n < 50 && history.length > 1; n++) await new Promise((done) => setTimeout(done, 20)); return history.length > 1"
_SHARED = "const w = new SharedWorker('/shared.js'); w.port.postMessage('%s'); const said = await new Promise((done) => { w.port.onmessage = (e) => done(e.data); })"

CHANNELS = (
    Channel("cookie", "document.cookie = 'mark=1; max-age=999'", "return document.cookie"),
    Channel("cookie-of-the-server", "await fetch('/set-cookie')", "return (await fetch('/cookies')).text()"),
    Channel("cookie-store", "await cookieStore.set('mark', '2')", "return (await cookieStore.getAll()).length"),
    Channel("local-storage", "localStorage.mark = 1", "return localStorage.mark"),
    Channel("indexed-db", _INDEXED, "return (await indexedDB.databases()).length"),
    Channel("cache-storage", "await (await caches.open('mark')).put('/x', new Response('1'))", "return (await caches.keys()).length"),
    Channel("private-files", "await (await navigator.storage.getDirectory()).getFileHandle('mark', {create: true})", "for await (const name of (await navigator.storage.getDirectory()).keys()) return name"),
    Channel("storage-buckets", "await navigator.storageBuckets.open('mark')", "return (await navigator.storageBuckets.keys()).length"),
    Channel("temporary-files", _TEMPORARY % "f.root.getFile('mark', {create: true}, yes, no)", _TEMPORARY % "f.root.createReader().readEntries((all) => yes(all.length), no)" + "; return said"),
    Channel("storage-of-a-frame", _FRAME % "plant", _FRAME % "find" + "; return said"),
    Channel("http-cache", "await fetch('/cached')", "return (await (await fetch('/cached')).text()) === 'planted'"),
    Channel("http-cache-without-tls", "await fetch('/cached')", "return (await (await fetch('/cached')).text()) === 'planted'", at="http://jar.test/find"),
    Channel("etag", "await fetch('/etag')", "return (await (await fetch('/etag')).text()) === 'planted'"),
    Channel("permanent-redirect", "await fetch('/moved')", "return (await (await fetch('/moved')).text()) === 'planted'"),
    Channel("module", "await import('/module.js')", "return (await import('/module.js')).token === 'planted'"),
    Channel("script", _SCRIPT, _SCRIPT + "; return window.token === 'planted'"),
    Channel("stylesheet", _STYLE, _STYLE + "; return getComputedStyle(document.body).zIndex === '77'"),
    Channel("picture", _IMAGE, _IMAGE + "; return i.naturalWidth === 77"),
    Channel("preflight", _PREFLIGHT, f"return (await ({_PREFLIGHT}).text()) === 'not asked'"),
    Channel("hsts", "await fetch('https://hsts.test/learn', {mode: 'no-cors'})", "return location.protocol === 'https:'", at="http://hsts.test/find"),
    Channel("client-hints", "", "return document.body.dataset.hints", Ends.THROWN_AWAY),
    Channel("login", _LOGIN, "return (await fetch('/private', {credentials: 'include'})).status === 200", Ends.THROWN_AWAY),
    Channel("service-worker", "await navigator.serviceWorker.register('/worker.js'); await navigator.serviceWorker.ready", "return (await navigator.serviceWorker.getRegistrations()).length", Ends.THROWN_AWAY),
    Channel("shared-worker", _SHARED % "mark", _SHARED % "ask" + "; return said", Ends.THROWN_AWAY, stays=False),
    Channel("worker", "const w = new Worker('/busy.js'); await new Promise((done) => { w.onmessage = done; })", "return new Promise((done) => { const c = new BroadcastChannel('busy'); c.onmessage = () => done(true); setTimeout(() => done(false), 300); })", Ends.THROWN_AWAY, stays=False),
    Channel("lock", "await new Promise((got) => { navigator.locks.request('mark', () => { got(); return new Promise(() => 0); }); })", "return (await navigator.locks.query()).held.length", Ends.WINDOW, stays=False),
    Channel("session-storage", "sessionStorage.mark = 1", "return sessionStorage.mark", Ends.WINDOW),
    Channel("window-name", "window.name = 'mark'", "return window.name", Ends.WINDOW),
    Channel("history", "history.pushState({}, '', '?pushed')", _HISTORY, Ends.WINDOW),
)  # fmt: skip

_IN_FRAME = "localStorage.mark = 1; document.cookie = 'mark=1; Secure; SameSite=None; Partitioned; max-age=99'; await (await caches.open('m')).put('/x', new Response('1'))"
_FIND_IN_FRAME = "[localStorage.mark, document.cookie, (await caches.keys()).length || ''].join('')"
_SHARED_WORKER = b"let mark = 0; onconnect = (e) => { const p = e.ports[0]; p.onmessage = (m) => { if (m.data === 'mark') mark = 1; p.postMessage(mark); } }"
_BUSY_WORKER = b"const c = new BroadcastChannel('busy'); postMessage(1); const say = () => { c.postMessage(1); setTimeout(say, 20); }; say();"


class MarkedInternet:
    """The hosts of the channels: what they answer while a mark is `planted` differs from what they answer later."""

    def __init__(self, net: LocalInternet) -> None:
        self.planting = True
        self.channel = CHANNELS[0]
        self.leaving = ""
        self.release, self.answered = asyncio.Event(), asyncio.Event()
        self._was_asked = False
        for host in ("jar.test", "hsts.test", "third.test", "cors.test", "late.test"):
            net.mount(host, getattr(self, f"_{host.partition('.')[0]}"))

    @property
    def _token(self) -> str:
        return "planted" if self.planting else "clean"

    def _page(self, work: str, **data: str) -> Response:
        attributes = "".join(f' data-{name}="{value.replace(chr(34), "")}"' for name, value in data.items())
        script = f"<body{attributes}><script>(async () => {{ {work} }})().then((v) => document.title = 'done ' + JSON.stringify(v ?? null), (e) => document.title = 'done ' + JSON.stringify('error ' + e))</script>"
        return Response.html(
            document(script),
            headers=[("Accept-CH", "Sec-CH-UA-Model")] if self.channel.name == "client-hints" else [],
        )

    async def _jar(self, request: Request) -> Response:
        for_long = ("Cache-Control", "max-age=9999")
        script = (("Content-Type", "text/javascript"), for_long)
        match request.path:
            case "/plant":
                return self._page(self.channel.plant)
            case "/find":
                return self._page(self.channel.find, hints=request.headers.get("sec-ch-ua-model", ""))
            case "/set-cookie":
                return Response.text("", headers=[("Set-Cookie", "served=1; HttpOnly; Max-Age=999")])
            case "/cookies":
                return Response.text(request.headers.get("cookie", ""))
            case "/cached":
                return Response.text(self._token, headers=[for_long])
            case "/moved":
                return Response.redirect(f"/token/{self._token}", 301, headers=[for_long])
            case "/token/planted" | "/token/clean":
                return Response.text(request.path.rpartition("/")[2])
            case "/etag":
                known = "if-none-match" in request.headers
                headers = (("ETag", '"e"'), ("Cache-Control", "max-age=0"))
                return Response(304 if known else 200, headers, b"" if known else self._token.encode())
            case "/module.js":
                return Response(200, script, f"export const token = '{self._token}'".encode())
            case "/classic.js":
                return Response(200, script, f"window.token = '{self._token}'".encode())
            case "/style.css":
                order = 77 if self.planting else 55
                return Response(
                    200, (("Content-Type", "text/css"), for_long), f"body{{z-index:{order}}}".encode()
                )
            case "/picture.svg":
                picture = f"<svg xmlns='http://www.w3.org/2000/svg' width='{77 if self.planting else 55}' height='9'/>"
                return Response(200, (("Content-Type", "image/svg+xml"), for_long), picture.encode())
            case "/private":
                if "authorization" in request.headers:
                    return Response.text("in")
                return Response(401, (("WWW-Authenticate", 'Basic realm="r"'),), b"out")
            case "/worker.js":
                return Response(200, script, b"self.addEventListener('fetch', () => 0)")
            case "/shared.js":
                return Response(200, script, _SHARED_WORKER)
            case "/busy.js":
                return Response(200, script, _BUSY_WORKER)
        return Response.text("")

    async def _hsts(self, request: Request) -> Response:
        if request.path == "/find":
            return self._page(self.channel.find)
        return Response.text("", headers=[("Strict-Transport-Security", "max-age=9999")])

    async def _third(self, request: Request) -> Response:
        work = f"{_IN_FRAME}; return ''" if request.path == "/plant" else f"return {_FIND_IN_FRAME}"
        script = f"<script>(async () => {{ {work} }})().then((v) => parent.postMessage(v, '*'), (e) => parent.postMessage('error ' + e, '*'))</script>"
        return Response.html(document(script))

    async def _cors(self, request: Request) -> Response:
        allow = {"Origin": "*", "Headers": "*"}
        headers = [(f"Access-Control-Allow-{name}", value) for name, value in allow.items()]
        if request.method == "OPTIONS":
            self._was_asked = True
            return Response(204, (*headers, ("Access-Control-Max-Age", "600")), b"")
        asked, self._was_asked = self._was_asked, False
        return Response.text("asked" if asked else "not asked", headers=headers)

    async def _late(self, request: Request) -> Response:
        """Answer `/late` with a cookie, but not before `release`."""
        if request.path == "/late":
            await self.release.wait()
            self.answered.set()
            return Response.text("", headers=[("Set-Cookie", "late=1; Max-Age=999")])
        if request.path == "/cookies":
            return Response.text(request.headers.get("cookie", ""))
        return self._page(self.leaving)
