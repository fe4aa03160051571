"""One web view off-screen: it tells the parent what the page wants and obeys its answers."""

from __future__ import annotations

import base64
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from gi.repository import Gio, GLib, Gtk, WebKit2

from . import touch
from .agents import Agent, Agents, Reply
from .probes import COUNT_MS, PROBE_MS, Probe
from .refusals import refuse_asked
from .session import Session

#: WebKit makes documents of these itself; every other scheme but http(s) can never load here.
_OWN_SCHEMES = frozenset({"http", "https", "about", "data", "blob", "javascript", "file"})
#: Dialogs answered at once; a page that opens more is slowed down to one per `_STORM_MS`.
_DIALOG_LIMIT = 20
_STORM_MS = 200

_SIGNALS = (
    "decide-policy",
    "create",
    "close",
    "load-changed",
    "load-failed",
    "load-failed-with-tls-errors",
    "script-dialog",
    "authenticate",
    "web-process-terminated",
    "resource-load-started",
)

Emit = Callable[..., None]


class Window:
    """A web view in an off-screen window; `emit` sends an event, `opened` registers a popup.

    Navigations are held: `decisions` maps a number to WebKit's policy decision until `answer` is called.
    """

    def __init__(
        self,
        session: Session,
        agents: Agents,
        wanted: dict[str, Any],
        emit: Emit,
        opened: Callable[[Window], int],
        count: Callable[[], int],
        opener: Window | None = None,
    ) -> None:
        self.session = session
        self._agents = agents
        self._wanted = wanted
        self._emit = emit
        self._opened = opened
        self._count = count
        self._agent = Agent(self._heard)
        self._has_frames = False
        self._has_document = False
        self._number = 0
        self._decisions: dict[int, Any] = {}
        self._app_load: tuple[str, str] | None = None
        self._dialogs = 0
        self._probes: list[Probe] = []
        self._closed = False
        agents.add(self._agent)
        place = {"web_context": session.context} if opener is None else {"related_view": opener.web}
        self.web: Any = WebKit2.WebView(
            user_content_manager=session.scripts, settings=session.settings, **place
        )
        self._handlers = [
            self.web.connect(signal, getattr(self, "_on_" + signal.replace("-", "_"))) for signal in _SIGNALS
        ]
        self._handlers += refuse_asked(self.web)
        self._frame = Gtk.OffscreenWindow()
        self._frame.set_default_size(wanted["width"], wanted["height"])
        self._frame.add(self.web)
        self._frame.show_all()

    # -- what the parent asks for

    def load(self, url: str, token: str) -> None:
        """Load `url` as the host app does; the decision it causes carries `token`."""
        self._app_load = (url, token)
        self.web.load_uri(url)

    def load_html(self, html: str, base: str, token: str) -> None:
        """Show `html` as if it had come from `base`."""
        self._app_load = (base, token)
        self.web.load_html(html, base)

    def end_process(self) -> None:
        """End the web process at once, which popups share; a page that never yields ends no other way."""
        self._closed = True
        self.web.terminate_web_process()

    def trust(self, host: str, certificate: str) -> None:
        """Take `certificate` (PEM) for `host` in this view."""
        made = Gio.TlsCertificate.new_from_pem(certificate, -1)
        self.session.context.allow_tls_certificate_for_host(made, host)

    def stop(self) -> None:
        """Give up the load that is under way."""
        self.web.stop_loading()

    def answer(self, number: int, use: bool) -> None:
        """Let a held navigation go on, or drop it."""
        decision = self._decisions.pop(number, None)
        if decision is not None:
            (decision.use if use else decision.ignore)()

    def run(self, script: str, reply: Reply) -> None:
        """Evaluate `script` in the agent's world of the main frame, without a user gesture."""
        self._agent.run(script, reply)

    def evaluate(self, script: str, reply: Reply) -> None:
        """Evaluate `script` as the body of an async function in the page's own world.

        WebKit counts what it does as the person's own doing.
        """

        def finished(web: Any, result: Any) -> None:
            try:
                value = web.call_async_javascript_function_finish(result)
                reply({"value": value.to_string()})
            except GLib.Error as error:
                reply({"error": error.message})

        self.web.call_async_javascript_function(script, -1, None, None, None, None, finished)

    def tap(self, x: float, y: float) -> None:
        """Tap with one finger at CSS pixels `x`, `y`."""
        touch.tap(self.web, x, y)

    def snapshot(self, reply: Reply) -> None:
        """Reply with a PNG of the viewport in base64, or an error."""

        def finished(web: Any, result: Any) -> None:
            try:
                surface = web.get_snapshot_finish(result)
            except GLib.Error as error:
                reply({"error": error.message})
                return
            png = BytesIO()
            surface.write_to_png(png)
            reply({"value": base64.b64encode(png.getvalue()).decode("ascii")})

        self.web.get_snapshot(WebKit2.SnapshotRegion.VISIBLE, WebKit2.SnapshotOptions.NONE, None, finished)

    def close(self) -> None:
        """Close the window."""
        self._closed = True
        self._agent.forget("the view was closed")
        self._agents.remove(self._agent)
        for handler in self._handlers:
            self.web.disconnect(handler)
        self._handlers.clear()
        for decision in self._decisions.values():
            decision.ignore()
        self._decisions.clear()
        self._frame.destroy()

    def _heard(self, said: dict[str, Any]) -> None:
        if said["kind"] == "document" and said["top"]:
            self._has_frames = False
        elif said["kind"] == "frame-source" or not said["top"]:
            self._has_frames = True
        self._emit("agent", said=said)

    # -- navigations

    def _on_decide_policy(self, _web: Any, decision: Any, kind: Any) -> bool:
        if self._closed:
            decision.ignore()
            return True
        if kind == WebKit2.PolicyDecisionType.RESPONSE:
            return self._decide_response(decision)
        action = decision.get_navigation_action()
        request = action.get_request()
        url = request.get_uri()
        headers = request.get_http_headers()
        said = {
            "kind": kind.value_nick,
            "url": url,
            "type": action.get_navigation_type().value_nick,
            "button": action.get_mouse_button(),
            "gesture": action.is_user_gesture(),
            "redirect": action.is_redirect(),
            "method": request.get_http_method() or "GET",
            "page": self.web.get_uri(),
            "destination": headers.get_one("Sec-Fetch-Dest") if headers else None,
            "app": None,
        }
        if not said["redirect"] and said["type"] in ("other", "reload"):
            said["app"] = self._token_of(said)
        if urlsplit(url).scheme in _OWN_SCHEMES or kind == WebKit2.PolicyDecisionType.NEW_WINDOW_ACTION:
            self._hold(decision, said)
        elif said["redirect"]:
            self._probe(decision, said)
        elif not self._has_document:
            self._hold(decision, {**said, "main": True})
        else:
            self._find_frame(decision, said)
        return True

    def _find_frame(self, decision: Any, said: dict[str, Any]) -> None:
        # WebKit does not say which frame wants to navigate. Without frames it is the main one; else, or when
        # the page is too busy to say, the attempt is probed.
        def counted(answer: dict[str, Any]) -> None:
            nonlocal decision
            if decision is None:
                return
            held, decision = decision, None
            if answer.get("value", 0 if not self._has_frames else 1) == 0:
                self._hold(held, {**said, "main": True})
            else:
                self._probe(held, said)

        self.run("document.querySelectorAll('iframe,frame,object,embed').length", counted)

        def took_too_long() -> bool:
            counted({})
            return False

        GLib.timeout_add(COUNT_MS, took_too_long)

    def _token_of(self, said: dict[str, Any]) -> str | None:
        # While a load of ours is pending the view already says its URL, in WebKit's own spelling.
        if self._app_load is None or said["gesture"]:
            return None
        url, token = self._app_load
        if said["url"] not in (url, said["page"]):
            return None
        self._app_load = None
        return token

    def _hold(self, decision: Any, said: dict[str, Any]) -> None:
        self._number += 1
        self._decisions[self._number] = decision
        self._emit("decide", decision=self._number, **said)

    def _probe(self, decision: Any, said: dict[str, Any]) -> None:
        # No scheme but WebKit's own can load, so going on costs nothing and shows what the decision does
        # not tell: the redirect's status and which frame it was. The failure it ends in is not told.
        probe = Probe(
            said["url"],
            said["redirect"],
            lambda status, main: self._emit("decide", decision=None, **said, status=status, main=main),
        )
        self._probes.append(probe)
        GLib.timeout_add(PROBE_MS, probe.give_up)
        decision.use()

    def _on_resource_load_started(self, web: Any, resource: Any, request: Any) -> None:
        url = request.get_uri()
        main = resource == web.get_main_resource()
        headers = request.get_http_headers()
        kind = headers.get_one("Sec-Fetch-Dest") if headers else None
        self._seen(url, None, main)
        waits = kind in ("document", "iframe", "script")
        if waits:
            self._emit("request", url=url, started=True)

        def sent(resource: Any, request: Any, redirected: Any) -> None:
            status = redirected.get_status_code() if redirected is not None else None
            self._seen(request.get_uri(), status, resource == web.get_main_resource())
            if status is not None:
                self._emit("redirected", url=request.get_uri(), status=status)

        def ended(*_: Any) -> None:
            if waits and not self._closed:
                self._emit("request", url=url, started=False)

        resource.connect("sent-request", sent)
        resource.connect("finished", ended)

    def _seen(self, url: str, status: int | None, main: bool) -> None:
        for probe in self._probes:
            if not probe.told and probe.url == url:
                probe.tell(status, main)
                return

    def _decide_response(self, decision: Any) -> bool:
        response = decision.get_response()
        headers = response.get_http_headers()
        disposition = (headers.get_one("Content-Disposition") or "") if headers else ""
        main = decision.is_main_frame_main_resource()
        attached = disposition.strip().lower().startswith("attachment")
        if decision.is_mime_type_supported() and not attached:
            decision.use()
            return True
        if attached or main or response.get_mime_type():
            self._emit(
                "download",
                url=response.get_uri(),
                status=response.get_status_code(),
                mime=response.get_mime_type(),
                main=main,
            )
        decision.ignore()
        return True

    def _on_create(self, _web: Any, action: Any) -> Any:
        gesture = action.is_user_gesture()
        said = {
            "url": action.get_request().get_uri(),
            "gesture": gesture,
            "type": action.get_navigation_type().value_nick,
            "button": action.get_mouse_button(),
        }
        policy = self._wanted["windows_with_gesture" if gesture else "windows_without_gesture"]
        if self._count() >= self._wanted["window_limit"]:
            policy = "null"
        if policy != "opens" or self._closed:
            self._emit("create", child=None, policy=policy, **said)
            return None
        popup = Window(
            self.session, self._agents, self._wanted, say_nothing, self._opened, self._count, opener=self
        )
        number = self._opened(popup)
        self._emit("create", child=number, policy=policy, **said)
        return popup.web

    def told_to(self, emit: Emit) -> None:
        """Send events through `emit` from now on."""
        self._emit = emit

    # -- what happened to the page

    def _on_load_changed(self, web: Any, event: Any) -> None:
        if event == WebKit2.LoadEvent.COMMITTED:
            self._agents.committed(self._agent, web.get_uri())
            self._has_document = True
            resource = web.get_main_resource()
            response = resource.get_response() if resource is not None else None
            status = response.get_status_code() if response is not None else 0
            headers = response.get_http_headers() if response is not None else None
            refresh = headers.get_one("Refresh") if headers else None
            proxy = headers.get_one("x-dropcheck-proxy") if headers else None
            self._emit("committed", url=web.get_uri(), status=status or None, refresh=refresh, proxy=proxy)
        elif event == WebKit2.LoadEvent.FINISHED:
            self._emit("loaded", url=web.get_uri())

    def _on_load_failed(self, _web: Any, _event: Any, url: str, error: Any) -> bool:
        for probe in self._probes:
            if probe.url == url:
                self._probes.remove(probe)
                probe.tell(None, True)
                return True
        self._emit("failed", url=url, domain=error.domain, code=error.code, message=error.message)
        return True

    def _on_load_failed_with_tls_errors(self, _web: Any, url: str, _certificate: Any, flags: Any) -> bool:
        self._emit("failed", url=url, domain="tls", code=0, message=" ".join(flags.value_nicks))
        return True

    def _on_script_dialog(self, _web: Any, dialog: Any) -> bool:
        kind = dialog.get_dialog_type().value_nick
        shown = self._wanted["dialogs"] == "shows"
        if kind in ("confirm", "before-unload-confirm"):
            dialog.confirm_set_confirmed(shown or kind == "before-unload-confirm")
        elif kind == "prompt" and shown:
            dialog.prompt_set_text(dialog.prompt_get_default_text() or "")
        if kind == "before-unload-confirm":
            return True
        self._dialogs += 1
        if self._dialogs <= _DIALOG_LIMIT:
            self._emit("dialog", kind=kind, message=(dialog.get_message() or "")[:500])
        else:
            # A storm: the fan would be tapping them away one by one.
            GLib.timeout_add(_STORM_MS, lambda: bool(dialog.close()))
        return True

    def _on_authenticate(self, _web: Any, request: Any) -> bool:
        self._emit("auth", url=self.web.get_uri())
        request.authenticate(None)
        return True

    def _on_web_process_terminated(self, _web: Any, reason: Any) -> None:
        if self._closed:
            return
        self._agent.forget("the page's process died")
        self._emit("crashed", reason=reason.value_nick)

    def _on_close(self, _web: Any) -> None:
        if not self._closed:
            self._emit("closed")


def say_nothing(*_: Any, **__: Any) -> None:
    """Stand in until the window has its number."""
