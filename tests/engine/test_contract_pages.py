"""Dialogs, downloads, logins, pages that hang or die, screenshots, taps, and what a survey reads."""

# Pages under test stay on one line.
# ruff: noqa: E501

from __future__ import annotations

import asyncio
import gzip
import io
import re
import time

import pytest
from PIL import Image
from tests.engine.phone import ANDROID, Stage

from dropcheck.engine.base import DialogPolicy, EngineError, PageEventKind, ViewSettings
from dropcheck.engine.differences import differs
from dropcheck.localnet import Response
from dropcheck.localnet.wire import Wire
from dropcheck.result import Cause

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _never(_request: object) -> Response | None:
    await asyncio.sleep(60)
    return None


@pytest.mark.parametrize(
    ("policy", "answers"), [(DialogPolicy.SHOWS, "true|hm"), (DialogPolicy.SWALLOWS, "false|null")]
)
async def test_dialogs_are_answered_as_the_policy_says(
    stage: Stage, policy: DialogPolicy, answers: str
) -> None:
    script = "alert('hey'); document.title = confirm('sure?') + '|' + prompt('who?', 'hm')"
    stage.serve("dialog.test", {"/": f"<script>setTimeout(() => {{ {script} }}, 10)</script>"})
    view, phone = await stage.open("https://dialog.test/", settings=ViewSettings(ANDROID, dialogs=policy))
    await phone.until(lambda: len(phone.events_of(PageEventKind.DIALOG)) == 3)
    await view.settle(5)
    assert (await view.survey()).title == answers
    kinds = [(e.detail["kind"], e.detail["message"]) for e in phone.events_of(PageEventKind.DIALOG)]
    assert kinds == [("alert", "hey"), ("confirm", "sure?"), ("prompt", "who?")]


async def test_a_page_that_asks_before_it_is_left_is_left(stage: Stage) -> None:
    body = (
        "<a id=go href=/next>go</a><script>onbeforeunload = e => { e.preventDefault(); return 'no' }</script>"
    )
    stage.serve("unload.test", {"/": body, "/next": "<p>next</p>"})
    view, phone = await stage.open("https://unload.test/")
    await stage.tap(view, "#go")
    await phone.event(PageEventKind.LANDED, "https://unload.test/next")


async def test_an_alert_storm_is_bounded_and_closing_works(stage: Stage) -> None:
    stage.serve("storm.test", {"/": "<script>for (;;) alert('again')</script>"})
    view, phone = await stage.open()
    await view.start("https://storm.test/")
    await phone.until(lambda: len(phone.events_of(PageEventKind.DIALOG)) >= 5)
    assert await view.settle(1.0) is False
    await view.close()
    assert len(phone.events_of(PageEventKind.DIALOG)) <= 40


async def test_dialogs_that_nobody_sees_hold_nothing_up(stage: Stage) -> None:
    again = "function again() { alert('1'); confirm('2'); prompt('3'); setTimeout(again, 0); }"
    stage.serve(
        "unseen.test",
        {"/": f"<a id=go href=/next>go</a><script>setTimeout({again}, 0)</script>", "/next": "<p>next</p>"},
    )
    view, phone = await stage.open(settings=ViewSettings(ANDROID, dialogs=DialogPolicy.SWALLOWS))
    await view.start("https://unseen.test/")
    assert await view.settle(20) is True
    assert "go" in (await view.survey()).text
    await stage.tap(view, "#go")
    await phone.event(PageEventKind.LANDED, "https://unseen.test/next")
    assert 3 <= len(phone.events_of(PageEventKind.DIALOG)) <= 40


async def test_a_file_instead_of_a_page_is_a_download_and_the_page_stays(stage: Stage) -> None:
    file = Response(200, (("Content-Type", "application/zip"), ("Content-Disposition", "attachment")), b"zip")
    stage.serve("file.test", {"/": "<a id=go href=/f.zip>get</a>", "/f.zip": file})
    view, phone = await stage.open("https://file.test/")
    await stage.tap(view, "#go")
    await phone.event(PageEventKind.DOWNLOAD, "https://file.test/f.zip")
    await view.settle(5)
    assert (await view.survey()).url == "https://file.test/"
    assert [a.by for a in phone.attempts] == [Cause.APP, Cause.TAP]
    assert len(phone.events_of(PageEventKind.DOWNLOAD)) == 1


async def test_a_download_link_is_an_attempt_to_download(stage: Stage) -> None:
    stage.serve(
        "file2.test",
        {"/": "<a id=go download href=/cover.jpg>get</a>", "/cover.jpg": Response(200, (), b"x")},
    )
    view, phone = await stage.open("https://file2.test/")
    await stage.tap(view, "#go")
    attempt = await phone.attempt("https://file2.test/cover.jpg")
    assert (attempt.by, attempt.gesture) == (Cause.DOWNLOAD, True)
    await phone.event(PageEventKind.DOWNLOAD, "https://file2.test/cover.jpg")


async def test_a_sound_instead_of_a_page_is_shown_by_the_browsers_own_player(stage: Stage) -> None:
    stage.serve("sound.test", {"/": Response(200, (("Content-Type", "audio/mpeg"),), b"ID3")})
    view, phone = await stage.open("https://sound.test/")
    landed = await phone.event(PageEventKind.LANDED)
    await view.settle(2)
    assert (landed.url, landed.status) == ("https://sound.test/", 200)
    assert not phone.events_of(PageEventKind.FAILED)


async def test_what_a_server_says_with_its_page_is_told(stage: Stage) -> None:
    headers = (("Content-Type", "text/html"), ("Retry-After", "90"), ("CF-Mitigated", "challenge"))
    stage.serve("said.test", {"/": Response(403, headers, b"<p>no</p>"), "/plain": "<p>yes</p>"})
    _, phone = await stage.open("https://said.test/")
    landed = await phone.event(PageEventKind.LANDED)
    assert (landed.status, dict(landed.detail)) == (403, {"retry_after": "90", "challenge": "challenge"})
    _, phone = await stage.open("https://said.test/plain")
    assert not (await phone.event(PageEventKind.LANDED)).detail


async def test_a_server_that_wants_a_password_is_reported(stage: Stage) -> None:
    wants = Response(
        401, (("WWW-Authenticate", 'Basic realm="x"'), ("Content-Type", "text/html")), b"<p>no</p>"
    )
    stage.serve("auth.test", {"/": wants})
    _, phone = await stage.open("https://auth.test/")
    await phone.event(PageEventKind.AUTH, "https://auth.test/")
    landed = await phone.event(PageEventKind.LANDED)
    assert landed.status == 401


async def test_access_headers_go_to_their_host_only(stage: Stage) -> None:
    stage.serve(
        "preview.test",
        {
            "/": "<script src=/s.js></script>",
            "/s.js": Response.text("1"),
            "/r": Response.redirect("https://other.test/"),
        },
    )
    stage.serve("other.test", {"/": "<p>other</p>"})
    settings = ViewSettings(ANDROID, access={"preview.test": {"Authorization": "Basic c2VjcmV0"}})
    await stage.open("https://preview.test/", settings=settings)
    await stage.open("https://preview.test/r", settings=settings)
    requests = stage.net.requests.to("preview.test")
    assert {r.headers.get("authorization") for r in requests} == {"Basic c2VjcmV0"}
    assert {r.path for r in requests} >= {"/", "/s.js", "/r"}
    assert {r.headers.get("authorization") for r in stage.net.requests.to("other.test", "/")} == {None}


async def test_a_page_in_an_endless_loop_hangs_nothing(stage: Stage) -> None:
    stage.serve("loop.test", {"/": "<p>loop</p><script>setTimeout(() => { for (;;); }, 100)</script>"})
    view, phone = await stage.open()
    await view.start("https://loop.test/")
    await phone.event(PageEventKind.LANDED)
    began = time.monotonic()
    await view.settle(2)
    with pytest.raises(EngineError):
        await view.evaluate("new Promise(() => 0)")
    assert await view.screenshot() is None
    await view.close()
    assert time.monotonic() - began < 120


async def test_a_page_that_never_finishes_loading_is_not_quiet(stage: Stage) -> None:
    stage.serve("slow.test", {"/": "<p>shown</p><img src=https://hang.test/x.png>"})

    stage.net.mount("hang.test", _never)
    view, phone = await stage.open()
    await view.start("https://slow.test/")
    await phone.event(PageEventKind.LANDED)
    assert await view.settle(1) is False
    assert "shown" in (await view.survey()).text


async def test_a_dead_host_fails_and_says_so(stage: Stage) -> None:
    view, phone = await stage.open()
    await view.start("https://nobody-here.test/")
    failed = await phone.event(PageEventKind.FAILED)
    assert failed.url == "https://nobody-here.test/"
    assert failed.detail["code"].startswith("ERR_")
    await view.settle(5)
    assert not phone.events_of(PageEventKind.LANDED)


_LONG = "<p>the beginning of a whole page</p>" + "".join(
    f"<p>{number * 7919 % 10007}</p>" for number in range(2000)
)
_PACKED = gzip.compress(_LONG.encode())
_PACKED_HEADERS = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))


def _closed_early(text: str, *, length: int) -> Response:
    wire = Wire(act="declare-length", length=length)
    return Response(200, (("Content-Type", "text/html"),), text.encode(), wire)


@pytest.mark.parametrize(
    "page",
    [
        _closed_early("<p>the beginning</p>", length=4000),
        # The fault is known before the last picture is there.
        _closed_early("<p>the beginning</p><img src=https://hang.test/x.png>", length=4000),
        Response(
            200,
            _PACKED_HEADERS,
            _PACKED[: len(_PACKED) // 2],
            Wire(act="declare-length", length=len(_PACKED)),
        ),
    ],
    ids=["length", "length-with-a-hanging-picture", "packed"],
)
async def test_a_page_of_which_only_the_beginning_came_lands_and_fails(stage: Stage, page: Response) -> None:
    stage.net.mount("hang.test", _never)
    stage.serve("short.test", {"/": Response.redirect("/page"), "/page": page})
    view, phone = await stage.open()
    await view.start("https://short.test/")
    failed = await phone.event(PageEventKind.FAILED)
    assert failed.url == "https://short.test/page"
    assert failed.detail["code"] == "ERR_CONTENT_LENGTH_MISMATCH"
    assert phone.events_of(PageEventKind.LANDED, "https://short.test/page")


async def test_a_page_in_chunks_without_its_last_fails(stage: Stage) -> None:
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    wire = Wire(act="raw", raw=f"{head}1000\r\n<p>the beginning</p>")
    stage.serve("short.test", {"/": Response(200, (), b"", wire)})
    view, phone = await stage.open()
    await view.start("https://short.test/")
    failed = await phone.event(PageEventKind.FAILED)
    assert re.search("INCOMPLETE_CHUNKED|IO_ERROR_34", failed.detail["code"])


@pytest.mark.parametrize(
    "page",
    [
        Response(200, (("Content-Type", "text/html; charset=utf-16"),), "<p>whole é".encode("utf-16")),
        Response(200, (("Content-Type", "text/html; charset=latin1"),), "<p>whole é".encode("latin1")),
        Response.html("<p>whole<script>document.write('and more'); history.pushState({}, '', '/x')</script>"),
        Response.html("<p>whole" + "\n<p>line of a long page" * 100_000),
        Response.html("<p>left before it was whole<script>location = '/end'</script>" + "<!-- -->" * 200_000),
        Response(200, _PACKED_HEADERS, _PACKED),
    ],
    ids=["utf-16", "latin-1", "moved", "long", "left", "packed"],
)
async def test_a_whole_page_has_not_come_short(stage: Stage, page: Response) -> None:
    stage.serve("whole.test", {"/": page, "/end": "<p>whole"})
    view, phone = await stage.open("https://whole.test/")
    await phone.event(PageEventKind.LOADED)
    assert "whole" in (await view.survey()).text
    assert not phone.events_of(PageEventKind.FAILED)


async def test_a_screenshot_shows_the_page(stage: Stage) -> None:
    stage.serve("red.test", {"/": "<style>html{background:rgb(255,0,0)}</style>"})
    view, _ = await stage.open("https://red.test/")
    png = await view.screenshot()
    assert png is not None
    image = Image.open(io.BytesIO(png)).convert("RGB")
    screen = ANDROID.screen
    # The whole viewport, at least a pixel for each of its own; how many more is the engine's choice.
    assert image.width >= screen.width
    assert image.height == pytest.approx(image.width * screen.height / screen.width, abs=2)
    assert image.getpixel((image.width // 2, image.height // 2)) == (255, 0, 0)


async def test_a_tap_scrolls_to_what_is_below_and_touches_it(stage: Stage) -> None:
    body = "<div style='height:3000px'></div><button onclick=\"document.title='touched ' + event.isTrusted\">deep</button>"
    touch = "<script>addEventListener('touchstart', () => { window.fingers = 1 })</script>"
    stage.serve("deep.test", {"/": body + touch})
    view, _ = await stage.open("https://deep.test/")
    control = next(c for c in (await view.survey()).controls if c.text == "deep")
    assert (control.visible, control.in_view) == (True, False)
    assert await view.tap(control)
    await view.settle(5)
    assert (await view.survey()).title == "touched true"
    assert await view.evaluate("window.fingers") == 1


async def test_a_covered_control_is_not_tapped_and_says_what_covers_it(stage: Stage) -> None:
    cover = "<div id=wall style='position:fixed;inset:0;background:#fff'>We use cookies <button>Accept all</button></div>"
    stage.serve("cover.test", {"/": "<a id=go href=/next>go</a>" + cover})
    view, phone = await stage.open("https://cover.test/")
    survey = await view.survey()
    link = next(c for c in survey.controls if c.tag == "a")
    assert link.covered_by is not None
    assert "wall" in link.covered_by
    assert await view.tap(link, 0.5) is False
    assert len(phone.attempts) == 1


async def test_a_survey_reads_controls_text_and_furniture(stage: Stage) -> None:
    body = """
    <h1>Neon Hours</h1><p style='display:none'>hidden words</p>
    <a href='https://open.spotify.com/track/1'>Listen on <b>Spotify</b></a>
    <button data-url='spotify:track:1' onclick="go('https://music.apple.com/x')">Play</button>
    <input type=password><div style='height:3000px'></div><p>far below</p>
    <div id=cookie-banner style='position:fixed;bottom:0'>We use cookies <button>Accept all</button></div>
    <x-card></x-card>
    <script>document.querySelector('x-card').attachShadow({mode:'open'}).innerHTML='<a href="/shadow">in shadow</a>'</script>"""
    stage.serve("survey.test", {"/": body})
    view, _ = await stage.open("https://survey.test/")
    survey = await view.survey()
    by_text = {control.text: control for control in survey.controls}
    assert by_text["Listen on Spotify"].href == "https://open.spotify.com/track/1"
    assert set(by_text["Play"].hints) == {"spotify:track:1", "https://music.apple.com/x"}
    assert by_text["in shadow"].href == "https://survey.test/shadow"
    assert "hidden words" not in survey.text
    assert "far below" in survey.text
    assert "far below" not in survey.view_text
    assert "Neon Hours" in survey.view_text
    assert survey.marks["password-field"] == ""
    assert survey.marks["cookie-banner"] == by_text["Accept all"].ref
    assert not survey.blank


PICTURE = (
    "<img usemap=#m alt=flyer width=300 height=1500 style='border:5px solid;padding:10px;margin:30px' "
    "src='data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22 width=%22300%22 height=%221500%22/>'>"
)
AREAS = {
    "rect": "coords=20,30,120,90",
    "circle": "shape=circle coords=200,200,40",
    # An L: the middle of its box lies outside.
    "poly": "shape=poly coords=0,300,40,300,40,440,200,440,200,480,0,480",
    "far down": "shape=rect coords=0,1380,300,1480",
    "the rest": "shape=default",
}


@pytest.mark.parametrize("name", AREAS)
async def test_an_area_of_an_image_map_is_read_and_tapped_where_its_shape_is(stage: Stage, name: str) -> None:
    areas = "".join(f"<area {shape} href=/{i} alt='{alt}'>" for i, (alt, shape) in enumerate(AREAS.items()))
    pages = {f"/{i}": f"<p>{alt}" for i, alt in enumerate(AREAS)}
    stage.serve("map.test", {"/": f"{PICTURE}<map name=m>{areas}</map>", **pages})
    view, phone = await stage.open("https://map.test/")
    survey = await view.survey()
    control = next(control for control in survey.controls if control.text == name)
    number = list(AREAS).index(name)
    assert (control.tag, control.href) == ("area", f"https://map.test/{number}")
    assert control.visible
    assert control.in_view is (name != "far down")
    assert await view.find(f"area[alt='{name}']", 5.0) is not None
    assert await view.tap(control)
    attempt = await phone.attempt(f"https://map.test/{number}")
    assert (attempt.by, attempt.gesture) == (Cause.TAP, True)


async def test_an_area_without_a_picture_or_a_shape_is_not_visible(stage: Stage) -> None:
    lost = "<map name=lost><area shape=default href=/a alt=lost></map>"
    odd = "<area shape=poly coords=1,2 href=/b alt=odd><area coords=900,900,950,950 href=/c alt=outside>"
    drawn = "<svg><map name=m><area href=/d aria-label=drawn /></map></svg>"
    endless = f"<area shape=poly coords={'9' * 400},1,{'-2,' * 200_000}7 href=/e alt=endless>"
    maps = f"{lost}{drawn}<map name=m>{odd}{endless}</map>"
    stage.serve("map.test", {"/": f"{maps}{PICTURE.replace('1500', '200')}"})
    view, _ = await stage.open("https://map.test/")
    controls = (await view.survey()).controls
    assert {control.text: control.visible for control in controls} == {
        "lost": False,
        "odd": False,
        "outside": False,
        "drawn": False,
        "endless": False,
    }
    assert not await view.tap(controls[0], 1.0)


async def test_an_empty_page_is_blank_and_one_with_a_picture_is_not(stage: Stage) -> None:
    stage.serve(
        "empty.test",
        {
            "/": "<div id=root></div>",
            "/art": "<div style='width:200px;height:200px;background:linear-gradient(red,blue)'></div>",
        },
    )
    view, _ = await stage.open("https://empty.test/")
    assert (await view.survey()).blank is True
    view, _ = await stage.open("https://empty.test/art")
    assert (await view.survey()).blank is False


async def test_a_text_nobody_sees_is_not_in_view_and_a_bare_text_is_a_label(stage: Stage) -> None:
    body = """<body style='background:#fff'><h1>Neon Hours</h1><div><span>Spotify</span></div><button>Menu</button>
    <p style='color:#fff'>white on white</p>
    <p style='position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0 0 0 0)'>for screen readers</p>
    <p id=under>under the lid</p>
    <div style='position:absolute;left:0;right:0;height:60px;background:#333' id=lid></div>
    <script>lid.style.top = (under.getBoundingClientRect().top - 5) + 'px'</script>
    <div style='height:3000px'></div><p>far below</p><a href='/x'>below</a>"""
    stage.serve("seen.test", {"/": body})
    view, _ = await stage.open("https://seen.test/")
    survey = await view.survey()
    assert survey.view_text.splitlines() == ["Neon Hours", "Spotify", "Menu"]
    assert {"Neon Hours", "Spotify"} <= {label.text for label in survey.labels}
    assert not {"Menu", "below"} & {label.text for label in survey.labels}
    await view.tap(next(control for control in survey.controls if control.text == "below"))
    assert "far below" not in (await view.survey()).view_text


async def test_find_waits_for_what_appears_and_gives_up_in_time(stage: Stage) -> None:
    late = "<script>setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<a class=late href=/x>late</a>'), 300)</script>"
    stage.serve("late.test", {"/": late})
    view, _ = await stage.open()
    await view.start("https://late.test/")
    control = await view.find("a.late", 5)
    assert control is not None
    assert (control.text, control.href) == ("late", "https://late.test/x")
    assert await view.find("a.never", 0.3) is None
    assert await view.find("text=late", 1) is not None


async def test_a_selector_that_cannot_be_read_is_a_clear_error(stage: Stage) -> None:
    stage.serve("sel.test", {"/": "<p>x</p>"})
    view, _ = await stage.open("https://sel.test/")
    with pytest.raises(EngineError, match=r"a\[\["):
        await view.find("a[[", 1)


async def test_leaving_and_coming_back_fire_the_events_of_an_app_switch(stage: Stage) -> None:
    script = """<script>window.log = [];
    for (const n of ['visibilitychange']) document.addEventListener(n, () => log.push(n + ':' + document.hidden));
    for (const n of ['blur', 'focus', 'pagehide', 'pageshow']) addEventListener(n, () => log.push(n));
    </script>"""
    stage.serve("vis.test", {"/": script})
    view, _ = await stage.open("https://vis.test/")
    await view.evaluate("log.length = 0")
    await view.set_visibility(hidden=True)
    assert await view.evaluate("log") == ["blur", "visibilitychange:true", "pagehide"]
    await view.set_visibility(hidden=False)
    assert await view.evaluate("log") == [
        "blur",
        "visibilitychange:true",
        "pagehide",
        "pageshow",
        "visibilitychange:false",
        "focus",
    ]


async def test_reading_a_page_gives_it_no_gesture(stage: Stage) -> None:
    stage.serve(
        "wake.test",
        {
            "/": "<p>x</p><button>b</button><script>setInterval(() => { if (window.go) { go = 0; location = 'spotify:track:1' } }, 20)</script>"
        },
    )
    view, phone = await stage.open("https://wake.test/")
    await view.survey()
    await view.find("button", 1)
    await view.screenshot()
    await view.evaluate("window.go = 1")
    attempt = await phone.attempt("spotify:track:1")
    assert attempt.gesture is False


@pytest.mark.parametrize("host", ["<x-button></x-button>", "<div></div>"])
async def test_a_control_in_a_closed_shadow_tree_is_read_and_tapped(stage: Stage, host: str) -> None:
    """No page can tell that it was; where the engine can't, a custom element is told as a part nobody could read."""
    button = "<a href=/next style='display:block;padding:20px'>in the dark<x-deep></x-deep></a>"
    deep = "<p style='padding:20px'>deeper still</p>"
    script = f"""<script>
      customElements.define('x-button', class extends HTMLElement {{}});
      customElements.define('x-deep', class extends HTMLElement {{}});
      const own = Element.prototype.attachShadow;
      const root = document.body.firstElementChild.attachShadow({{mode: 'closed'}});
      root.innerHTML = "{button}";
      root.querySelector('x-deep').attachShadow({{mode: 'closed'}}).innerHTML = "{deep}";
    </script>"""
    stage.serve("closed.test", {"/": host + script, "/next": "<p>next"})
    view, phone = await stage.open("https://closed.test/")
    survey = await view.survey()
    if differs(stage.engine.name, "closed-shadow-trees"):
        assert not survey.controls
        assert ("unread-tree" in survey.marks) is host.startswith("<x-")
        return
    (control,) = (c for c in survey.controls if c.visible)
    assert (control.text, control.href) == ("in the dark", "https://closed.test/next")
    assert control.covered_by is None
    assert "deeper still" in survey.text
    assert "unread-tree" not in survey.marks
    seen = "[document.body.firstElementChild.shadowRoot, Element.prototype.attachShadow === own]"
    assert await view.evaluate(f"JSON.stringify({seen})") == "[null,true]"
    assert await view.tap(control)
    attempt = await phone.attempt("https://closed.test/next")
    assert (attempt.by, attempt.gesture) == (Cause.TAP, True)
