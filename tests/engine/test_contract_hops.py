"""Every kind of hop: who caused it, whether a finger did, and what becomes of the answer."""

# Pages under test stay on one line.

from __future__ import annotations

import asyncio

import pytest
from tests.engine.phone import ANDROID, Page, Phone, Stage, loads_web

from dropcheck.engine.base import (
    ERROR_PAGE,
    STAY,
    Answer,
    NavigationAnswer,
    PageEventKind,
    SyntheticAnswer,
    ViewSettings,
)
from dropcheck.engine.differences import differs
from dropcheck.localnet import Response
from dropcheck.result import Cause

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_first_load_is_the_apps_and_has_no_gesture(stage: Stage) -> None:
    stage.serve("first.test", {"/": "<p>hello</p>"})
    view, phone = await stage.open("https://first.test/")
    (attempt,) = phone.attempts
    assert (attempt.by, attempt.gesture, attempt.page_url, attempt.main_frame) == (
        Cause.APP,
        False,
        None,
        True,
    )
    landed = await phone.event(PageEventKind.LANDED)
    assert (landed.url, landed.status) == ("https://first.test/", 200)
    assert "hello" in (await view.survey()).text


async def test_a_redirect_chain_is_one_attempt_per_hop_and_remembers_who_began(stage: Stage) -> None:
    stage.serve("a.test", {"/": Response.redirect("https://b.test/", 301)})
    stage.serve("b.test", {"/": Response.redirect("https://c.test/x", 307)})
    stage.serve("c.test", {"/x": "<p>there</p>"})
    _, phone = await stage.open("https://a.test/")
    assert [(a.url, a.by, a.chain_by, a.status) for a in phone.attempts] == [
        ("https://a.test/", Cause.APP, None, None),
        ("https://b.test/", Cause.REDIRECT, Cause.APP, 301),
        ("https://c.test/x", Cause.REDIRECT, Cause.APP, 307),
    ]


async def test_a_tapped_link_is_a_tap_with_a_gesture_that_lasts_through_redirects(stage: Stage) -> None:
    stage.serve(
        "tap.test",
        {"/": "<a id=go href=/r#part>go</a>", "/r": Response.redirect("/end"), "/end": "<p>end</p>"},
    )
    view, phone = await stage.open("https://tap.test/")
    await stage.tap(view, "#go")
    end = await phone.attempt("https://tap.test/end")
    tapped = await phone.attempt("https://tap.test/r")
    assert (tapped.by, tapped.gesture, tapped.page_url) == (Cause.TAP, True, "https://tap.test/")
    assert (end.by, end.gesture, end.chain_by, end.status) == (Cause.REDIRECT, True, Cause.TAP, 302)
    await phone.event(PageEventKind.LANDED, "https://tap.test/end")
    assert len(phone.attempts) == 3


@pytest.mark.parametrize(
    ("body", "by"),
    [
        ("<script>location = '/next'</script>", Cause.SCRIPT),
        ("<script>setTimeout(() => location.replace('/next'), 50)</script>", Cause.SCRIPT),
        ("<a id=x href=/next>n</a><script>x.click()</script>", Cause.SCRIPT),
        ("<meta http-equiv=refresh content='0;url=/next'>", Cause.META),
        ("<meta http-equiv=refresh content='0; /next'>", Cause.META),
        (Response.html("<p>wait", headers=[("Refresh", "0; url=/next")]), Cause.META),
        (Response.html("<p>wait", headers=[("Refresh", "0;/next")]), Cause.META),
        ("<form id=f action=/next method=post></form><script>f.submit()</script>", Cause.FORM),
        ("<form id=f action=/next></form><script>f.submit()</script>", Cause.FORM),
    ],
    ids=["inline", "timer", "click()", "meta", "bare-meta", "header", "bare-header", "post-form", "get-form"],
)
async def test_a_navigation_of_the_pages_own_has_its_cause_and_no_gesture(
    stage: Stage, body: Page, by: Cause
) -> None:
    stage.serve("own.test", {"/": body, "/next": "<p>next</p>"})
    _, phone = await stage.open("https://own.test/")
    attempt = await phone.attempt("https://own.test/next")
    assert (attempt.by, attempt.gesture) == (by, False)
    await phone.event(PageEventKind.LANDED, "https://own.test/next")
    assert len(phone.attempts) == 2


@pytest.mark.parametrize(
    ("body", "by"),
    [
        ("<script>location = 'spotify:track:1'</script><p id=after>after</p>", Cause.SCRIPT),
        ("<a id=x href='spotify:track:1'>n</a><script>x.click()</script><p>after</p>", Cause.SCRIPT),
        ("<meta http-equiv=refresh content='0;url=spotify:track:1'><p>after</p>", Cause.META),
        ("<iframe src='spotify:track:1'></iframe><p>after</p>", Cause.FRAME),
    ],
    ids=["inline", "click()", "meta", "frame"],
)
async def test_a_custom_scheme_is_reported_and_the_page_lives_on(stage: Stage, body: str, by: Cause) -> None:
    stage.serve("scheme.test", {"/": body})
    view, phone = await stage.open("https://scheme.test/")
    attempt = await phone.attempt("spotify:track:1")
    assert (attempt.by, attempt.gesture, attempt.main_frame) == (by, False, by is not Cause.FRAME)
    await view.settle(5)
    cut_short = "location =" in body and differs(stage.engine.name, "inline-navigation-stops-the-page")
    assert ("after" in (await view.survey()).text) is not cut_short
    assert len(phone.attempts) == 2


FRAME = "const f = document.createElement('iframe'); f.src = 'spotify:track:1';"
BUTTON = '<button id=go onclick="{}">go</button>'


@pytest.mark.parametrize(
    "body",
    [
        BUTTON.format(FRAME + "f.style.display = 'none'; document.body.append(f)"),
        BUTTON.format(FRAME + "document.body.append(f); setTimeout(() => f.remove(), 0)"),
        BUTTON.format(FRAME + "this.parentNode.attachShadow({mode: 'open'}).append(f)").join(
            ("<div style='padding:40px'>", "</div>")
        ),
        "<iframe id=f></iframe>" + BUTTON.format("f.contentWindow.location = 'spotify:track:1'"),
    ],
    ids=["hidden", "gone-at-once", "in-a-shadow-tree", "sent-later"],
)
async def test_a_scheme_in_a_frame_is_the_frames_and_never_the_pages(stage: Stage, body: str) -> None:
    stage.serve("inframe.test", {"/": body})
    view, phone = await stage.open("https://inframe.test/")
    await stage.tap(view, "#go")
    attempt = await phone.attempt("spotify:track:1")
    assert (attempt.by, attempt.main_frame, attempt.gesture) == (Cause.FRAME, False, True)
    await view.settle(5)
    assert len(phone.attempts_at("spotify:")) == 1


@pytest.mark.parametrize("page", ["https", "http"])
async def test_a_frame_redirected_to_a_scheme_is_a_redirect_of_the_frames(stage: Stage, page: str) -> None:
    stage.serve(
        "frameredirect.test",
        {"/": "<iframe src=/r></iframe>", "/r": Response.redirect("spotify:track:1", 307)},
    )
    view, phone = await stage.open(f"{page}://frameredirect.test/")
    if page == "https" and differs(stage.engine.name, "frame-redirect-on-a-secure-page"):
        await phone.attempt("https://frameredirect.test/r")
        await view.settle(5)
        assert not phone.attempts_at("spotify:")
        return
    attempt = await phone.attempt("spotify:track:1")
    assert (attempt.by, attempt.chain_by, attempt.main_frame, attempt.status) == (
        Cause.REDIRECT,
        Cause.FRAME,
        False,
        307,
    )


@pytest.mark.parametrize(
    "body",
    [
        "<iframe></iframe><script>setTimeout(() => { location = 'spotify:track:1' }, 100)</script>",
        "<iframe src=/inner></iframe>",
    ],
    ids=["the-pages-script", "its-frames-script"],
)
async def test_a_scheme_of_the_page_is_the_pages_though_it_has_frames(stage: Stage, body: str) -> None:
    inner = "<script>setTimeout(() => { top.location = 'spotify:track:1' }, 100)</script>"
    stage.serve("withframe.test", {"/": body, "/inner": inner})
    view, phone = await stage.open("https://withframe.test/")
    attempt = await phone.attempt("spotify:track:1")
    assert (attempt.by, attempt.main_frame, attempt.gesture) == (Cause.SCRIPT, True, False)
    await view.settle(5)
    assert len(phone.attempts_at("spotify:")) == 1


async def test_a_scheme_is_told_while_the_page_is_being_read(stage: Stage) -> None:
    body = "<iframe></iframe><script>setTimeout(() => { location = 'spotify:track:1' }, 300)</script>"
    stage.serve("read.test", {"/": body})
    view, phone = await stage.open()
    await view.start("https://read.test/")
    await phone.event(PageEventKind.LANDED)
    reading = asyncio.ensure_future(view.find("#never-there", 60))
    attempt = await phone.attempt("spotify:track:1")
    assert not reading.done()
    assert (attempt.by, attempt.main_frame) == (Cause.SCRIPT, True)
    await view.close()
    await asyncio.gather(reading, return_exceptions=True)


async def test_a_tapped_custom_scheme_is_a_tap_with_a_gesture(stage: Stage) -> None:
    stage.serve("tapscheme.test", {"/": "<a id=go href='intent://x#Intent;scheme=https;end'>go</a>"})
    view, phone = await stage.open("https://tapscheme.test/")
    await stage.tap(view, "#go")
    attempt = await phone.attempt("intent:")
    assert attempt.url == "intent://x#Intent;scheme=https;end"
    assert (attempt.by, attempt.gesture, attempt.page_url) == (Cause.TAP, True, "https://tapscheme.test/")


async def test_a_button_that_runs_a_script_is_a_script_with_a_gesture(stage: Stage) -> None:
    stage.serve("button.test", {"/": "<button onclick=\"location='spotify:track:7'\">open</button>"})
    view, phone = await stage.open("https://button.test/")
    await stage.tap(view, "text=open")
    attempt = await phone.attempt("spotify:track:7")
    assert (attempt.by, attempt.gesture) == (Cause.SCRIPT, True)


async def test_a_redirect_to_a_custom_scheme_is_reported_with_its_status_and_the_page_stays(
    stage: Stage,
) -> None:
    stage.serve(
        "toscheme.test",
        {
            "/": "<a id=go href=/r>go</a>",
            "/r": Response.redirect("intent://track/1#Intent;scheme=spotify;end", 307),
        },
    )
    view, phone = await stage.open("https://toscheme.test/")
    await stage.tap(view, "#go")
    attempt = await phone.attempt("intent:")
    assert attempt.url == "intent://track/1#Intent;scheme=spotify;end"
    assert (attempt.by, attempt.chain_by, attempt.gesture, attempt.status) == (
        Cause.REDIRECT,
        Cause.TAP,
        True,
        307,
    )
    await view.settle(5)
    assert (await view.survey()).url == "https://toscheme.test/"
    assert len(phone.attempts) == 3


@pytest.mark.parametrize("to", ["file:///etc/hostname", "data:text/html,there", "about:blank"])
async def test_a_redirect_that_no_browser_follows_fails_and_harms_nothing(stage: Stage, to: str) -> None:
    stage.serve("unsafe.test", {"/": "<a id=go href=/r>go</a>", "/r": Response.redirect(to)})
    _, phone = await stage.open("https://unsafe.test/r")
    failed = await phone.event(PageEventKind.FAILED)
    assert (failed.url, failed.detail["code"]) == ("https://unsafe.test/r", "ERR_UNSAFE_REDIRECT")
    view, phone = await stage.open("https://unsafe.test/")
    await stage.tap(view, "#go")
    failed = await phone.event(PageEventKind.FAILED)
    assert (failed.url, failed.detail["code"]) == ("https://unsafe.test/r", "ERR_UNSAFE_REDIRECT")
    await view.settle(5)
    assert "there" not in (await view.survey()).text
    assert not phone.events_of(PageEventKind.CRASHED)


async def test_a_page_reaches_no_file_of_the_machine(stage: Stage) -> None:
    file = "file:///etc/hostname"
    body = (
        f"<iframe src='{file}'></iframe><iframe src=/r></iframe><a id=go href='{file}'>go</a>"
        f"<button onclick=\"open('{file}')\">open</button>"
        f"<script>window.seen = []; fetch('{file}').then(() => seen.push('read'), () => seen.push('refused'));"
        f"const img = new Image(); img.onload = img.onerror = e => seen.push(e.type); img.src = '{file}'</script>"
    )
    stage.serve("files.test", {"/": body, "/r": Response.redirect(file)})
    view, phone = await stage.open("https://files.test/")
    await stage.tap(view, "#go")
    await stage.tap(view, "button")
    await view.settle(5)
    assert sorted(await view.evaluate("seen")) == ["error", "refused"]
    assert await view.evaluate(
        "[...document.querySelectorAll('iframe')].map(f => f.contentDocument?.body.innerText ?? '')"
    ) in ([], ["", ""])
    assert (await view.survey()).url == "https://files.test/"
    assert not phone.events_of(PageEventKind.CRASHED)


async def test_a_frame_is_a_hop_of_its_own_and_not_of_the_main_frame(stage: Stage) -> None:
    stage.serve("outer.test", {"/": "<iframe src='https://inner.test/'></iframe>"})
    stage.serve("inner.test", {"/": "<p>inner</p>"})
    _, phone = await stage.open("https://outer.test/")
    attempt = await phone.attempt("https://inner.test/")
    assert (attempt.by, attempt.main_frame, attempt.page_url) == (Cause.FRAME, False, "https://outer.test/")


async def test_moves_within_a_page_are_no_hops(stage: Stage) -> None:
    stage.serve(
        "spa.test",
        {"/": "<a id=h href='#part'>part</a><button onclick=\"history.pushState(1,'','/two')\">two</button>"},
    )
    view, phone = await stage.open("https://spa.test/")
    await stage.tap(view, "#h")
    await stage.tap(view, "text=two")
    await view.settle(5)
    assert (await view.survey()).url == "https://spa.test/two"
    assert len(phone.attempts) == 1


async def test_stay_leaves_the_page_in_place_and_fetches_nothing(stage: Stage) -> None:
    stage.serve("stay.test", {"/": "<a id=go href='https://gone.test/'>go</a><p>still here</p>"})
    stage.serve("gone.test", {"/": "<p>gone</p>"})
    phone = Phone(lambda a: STAY if "gone" in a.url else loads_web(a))
    view, _ = await stage.open("https://stay.test/", phone=phone)
    await stage.tap(view, "#go")
    await phone.attempt("https://gone.test/")
    await view.settle(5)
    assert "still here" in (await view.survey()).text
    assert stage.net.requests.count("gone.test") == 0


async def test_error_page_shows_the_browsers_error_for_web_and_custom_urls(stage: Stage) -> None:
    stage.serve(
        "err.test", {"/": "<a id=w href='https://refused.test/'>w</a>", "/s": "<a id=s href='foo:bar'>s</a>"}
    )
    for path, selector, url in (("/", "#w", "https://refused.test/"), ("/s", "#s", "foo:bar")):
        phone = Phone(lambda a: ERROR_PAGE if "err.test" not in a.url else loads_web(a))
        view, _ = await stage.open(f"https://err.test{path}", phone=phone)
        await stage.tap(view, selector)
        failed = await phone.event(PageEventKind.FAILED)
        assert failed.url == url
        assert "err.test" not in (await view.survey()).url
        assert len(phone.attempts) == 2


@pytest.mark.parametrize("link", ["https://wrapped.test/", "intent://x#Intent;end"])
async def test_instead_loads_another_url_and_asks_only_about_its_redirects(stage: Stage, link: str) -> None:
    stage.serve("inst.test", {"/": f"<a id=go href='{link}'>go</a>"})
    stage.serve("fall.test", {"/": Response.redirect("/back"), "/back": "<p>fallback</p>"})
    answer = NavigationAnswer(Answer.LOAD, instead="https://fall.test/")
    phone = Phone(lambda a: answer if a.url == link else loads_web(a))
    view, _ = await stage.open("https://inst.test/", phone=phone)
    await stage.tap(view, "#go")
    await phone.event(PageEventKind.LANDED, "https://fall.test/back")
    assert [a.url for a in phone.attempts] == ["https://inst.test/", link, "https://fall.test/back"]


async def test_a_synthetic_answer_is_given_locally_and_its_redirect_followed(stage: Stage) -> None:
    stage.serve("artist.test", {"/": "<p>artist</p>"})
    first = "https://www.tiktok.com/link/v2?aid=1233&target=https%3A%2F%2Fartist.test%2F"
    settings = ViewSettings(
        ANDROID, synthetic={first: SyntheticAnswer(302, {"Location": "https://artist.test/"})}
    )
    _, phone = await stage.open(first, settings=settings)
    assert [(a.url, a.by, a.chain_by, a.status) for a in phone.attempts] == [
        (first, Cause.APP, None, None),
        ("https://artist.test/", Cause.REDIRECT, Cause.APP, 302),
    ]
    assert stage.net.requests.count("www.tiktok.com") == 0


@pytest.mark.parametrize("path", ["/cover.zip", "/on"])
async def test_a_download_behind_a_synthetic_redirect_is_told(stage: Stage, path: str) -> None:
    file = Response(200, (("Content-Type", "application/zip"), ("Content-Disposition", "attachment")), b"zip")
    stage.serve("filehop.test", {"/cover.zip": file, "/on": Response.redirect("/cover.zip")})
    first = "https://www.tiktok.com/link/v2?aid=1233"
    answers = {first: SyntheticAnswer(302, {"Location": f"https://filehop.test{path}"})}
    view, phone = await stage.open(first, settings=ViewSettings(ANDROID, synthetic=answers))
    await phone.event(PageEventKind.DOWNLOAD, "https://filehop.test/cover.zip")
    assert await view.settle(5)
    assert not phone.events_of(PageEventKind.LANDED)
    assert len(phone.events_of(PageEventKind.DOWNLOAD)) == 1


async def test_a_synthetic_page_can_be_tapped(stage: Stage) -> None:
    stage.serve("artist2.test", {"/": "<p>artist</p>"})
    first = "https://www.tiktok.com/link/v2?scene=bio_url"
    page = "<meta name=viewport content='width=device-width'><a id=go style='display:block;height:80px' href='https://artist2.test/'>continue</a>"
    view, phone = await stage.open(
        first, settings=ViewSettings(ANDROID, synthetic={first: SyntheticAnswer(200, body=page)})
    )
    await stage.tap(view, "#go")
    attempt = await phone.attempt("https://artist2.test/")
    assert (attempt.by, attempt.gesture, attempt.page_url) == (Cause.TAP, True, first)


async def test_going_back_is_a_hop_of_the_pages_script(stage: Stage) -> None:
    stage.serve(
        "back.test",
        {"/": "<a id=go href=/two>two</a>", "/two": "<button onclick='history.back()'>back</button>"},
    )
    view, phone = await stage.open("https://back.test/")
    await stage.tap(view, "#go")
    await phone.event(PageEventKind.LANDED, "https://back.test/two")
    await view.settle(5)
    await stage.tap(view, "text=back")
    await phone.until(lambda: len(phone.events_of(PageEventKind.LANDED)) == 3)
    assert [(a.url, a.by) for a in phone.attempts][2] == ("https://back.test/", Cause.SCRIPT)
