"""One web view off-screen: it tells the parent what the page wants and obeys its answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from gi.repository import Gio, GLib, Gtk, WebKit2

from . import touch
from .agents import Agent, Agents, Reply
from .lengths import Lengths
from .pictures import packed
from .probes import Probes
from .refusals import refuse_asked
from .session import Session

#: WebKit makes documents of these itself; every other scheme but http(s) can never load here.
_OWN_SCHEMES = frozenset({"http", "https", "about", "data", "blob", "javascript", "file"})
_WEB = frozenset({"http", "https"})
_ANY_FILE = "file:///"
#: Dialogs answered at once; a page that opens more is slowed down to one per `_STORM_MS`, or per `_SWALLOWED_MS` where
#: nobody sees them and the page goes on at once: then only the other views' share of this process is at stake.
_DIALOG_LIMIT = 20
_STORM_MS, _SWALLOWED_MS = 200, 4
#: Statuses that leave a browser where it was (RFC 9110, 15.3.5 and 15.3.6).
_NO_PAGE = (204, 205)
#: Headers told with a document, by the names of the events' fields; `SAID_WITH_A_PAGE` of engine/base.py, which this
#: program under the system's Python can't import, has the last two as well.
_TOLD = {
    "refresh": "Refresh",
    "proxy": "x-dropcheck-proxy",
    "retry_after": "Retry-After",
    "challenge": "cf-mitigated",
}

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
        self._agent = Agent(lambda said: self._emit("agent", said=said))
        self._probes = Probes(
            self._agent,
            session.ask_network,
            self._hold,
            lambda said: self._emit("decide", decision=None, **said),
        )
        self._lengths = Lengths(self._came_short, self._agent.run)
        self._has_document = False
        self._number = 0
        self._decisions: dict[int, Any] = {}
        self._app_load: tuple[str, str] | None = None
        self._asked_for = ""
        self._dialogs = 0
        self._closed = False
        agents.add(self._agent)
        place = {"web_context": session.context} if opener is None else {"related_view": opener.web}
        self.web: Any = WebKit2.WebView(
            user_content_manager=session.scripts, settings=session.settings, **place
        )
        if opener is None:
            self._outlive_file_redirects()
        self._handlers = [
            self.web.connect(signal, getattr(self, "_on_" + signal.replace("-", "_"))) for signal in _SIGNALS
        ]
        self._handlers += refuse_asked(self.web)
        self._frame = Gtk.OffscreenWindow()
        self._frame.set_default_size(wanted["width"], wanted["height"])
        self._frame.add(self.web)
        self._frame.show_all()

    def _outlive_file_redirects(self) -> None:
        # WebKit kills a web process that so much as names a file it was not shown, which a redirect to `file:` makes
        # it do. Who has been handed a page from there may name it; reading files stays refused (2.50.6).
        self.web.load_html("", _ANY_FILE)
        self.web.stop_loading()

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
            reply({"value": packed(surface, self._wanted["width"])})

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
        scheme = _scheme_of(url)
        if scheme == "file" and kind == WebKit2.PolicyDecisionType.NAVIGATION_ACTION:
            decision.ignore()
            return True
        headers = request.get_http_headers()
        said = {
            "t": time.monotonic(),
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
        if scheme in _OWN_SCHEMES or kind == WebKit2.PolicyDecisionType.NEW_WINDOW_ACTION:
            self._hold(decision, said)
        else:
            self._probes.decide(decision, said, has_document=self._has_document)
        return True

    def _token_of(self, said: dict[str, Any]) -> str | None:
        if self._app_load is None or said["gesture"]:
            return None
        url, token = self._app_load
        # While a load of ours is pending the view already says its URL, in WebKit's own spelling; before there is a
        # page, nobody else can want one.
        if self._has_document and said["url"] not in (url, said["page"]):
            return None
        self._app_load = None
        return token

    def _hold(self, decision: Any, said: dict[str, Any]) -> None:
        if self._closed:
            decision.ignore()
            return
        self._number += 1
        self._decisions[self._number] = decision
        self._emit("decide", decision=self._number, **said)

    def _on_resource_load_started(self, web: Any, resource: Any, request: Any) -> None:
        url = request.get_uri()
        main = resource == web.get_main_resource()
        headers = request.get_http_headers()
        kind = headers.get_one("Sec-Fetch-Dest") if headers else None
        self._probes.started(url, main=main)
        if main:
            self._asked_for = url
            self._lengths.expect(resource)
        waits = kind in ("document", "iframe", "script")
        if waits:
            self._emit("request", url=url, started=True)

        def sent(resource: Any, request: Any, redirected: Any) -> None:
            if redirected is not None:
                status = redirected.get_status_code()
                self._probes.redirected(request.get_uri(), status)
                self._emit("redirected", url=request.get_uri(), status=status)
                if resource == web.get_main_resource() and _scheme_of(request.get_uri()) in _WEB:
                    self._asked_for = request.get_uri()

        def ended(*_: Any) -> None:
            if waits and not self._closed:
                self._emit("request", url=url, started=False)

        resource.connect("sent-request", sent)
        resource.connect("finished", ended)

    def _decide_response(self, decision: Any) -> bool:
        response = decision.get_response()
        headers = response.get_http_headers()
        disposition = (headers.get_one("Content-Disposition") or "") if headers else ""
        main = decision.is_main_frame_main_resource()
        attached = disposition.strip().lower().startswith("attachment")
        status = response.get_status_code()
        if main and status in _NO_PAGE and not self._has_document:
            self._emit("failed", url=response.get_uri(), domain="no-content", code=status, message="no page")
        if decision.is_mime_type_supported() and not attached:
            decision.use()
            return True
        if attached or main or response.get_mime_type():
            mime = response.get_mime_type()
            self._emit("download", url=response.get_uri(), status=status, mime=mime, main=main)
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
        if self._count() >= self._wanted["window_limit"] or said["url"].startswith("file:"):
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
            said = {field: headers.get_one(name) if headers else None for field, name in _TOLD.items()}
            self._emit("committed", url=web.get_uri(), status=status or None, **said)
        elif event == WebKit2.LoadEvent.FINISHED:
            url = web.get_uri()
            self._lengths.known(lambda: self._emit("loaded", url=url))

    def _on_load_failed(self, _web: Any, _event: Any, url: str, error: Any) -> bool:
        if self._probes.failed(url):
            return True
        failed = {"domain": error.domain, "code": error.code, "message": error.message}
        self._emit("failed", url=url, asked=self._asked_for, **failed)
        return True

    def _came_short(self, url: str, why: str) -> None:
        if not self._closed:
            self._emit("failed", url=url, domain="length", code=0, message=why)

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
            # A storm: the fan would be tapping them away one by one, unless the app shows none.
            GLib.timeout_add(_STORM_MS if shown else _SWALLOWED_MS, lambda: bool(dialog.close()))
        return True

    def _on_authenticate(self, _web: Any, request: Any) -> bool:
        self._emit("auth", url=self._asked_for)
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


def _scheme_of(url: str) -> str:
    # Pages name addresses that `urlsplit` refuses to split.
    return url.partition(":")[0].lower()


def say_nothing(*_: Any, **__: Any) -> None:
    """Stand in until the window has its number."""
