"""New windows under each policy, with and without a gesture, and windows that close themselves."""

# Pages under test stay on one line.
# ruff: noqa: E501

from __future__ import annotations

import pytest
from tests.engine.phone import ANDROID, Phone, Stage, loads_web

from dropcheck.engine.base import STAY, EngineError, PageEventKind, ViewSettings, WindowPolicy
from dropcheck.localnet import Request, Response
from dropcheck.result import Cause

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPENER = "<button onclick=\"result = String(window.open('https://popup.test/p'))\">open</button><p>opener</p>"
UNASKED = "<script>setTimeout(() => { result = String(window.open('https://popup.test/p')) }, 50)</script><p>opener</p>"
BLANK_LINK = "<a id=go target=_blank href='https://popup.test/p'>go</a><p>opener</p>"


def settings(policy: WindowPolicy) -> ViewSettings:
    return ViewSettings(ANDROID, windows_with_gesture=policy, windows_without_gesture=policy)


async def opened_by(stage: Stage, body: str, policy: WindowPolicy, tap: str | None) -> tuple[object, Phone]:
    stage.serve("opener.test", {"/": body})
    stage.serve("popup.test", {"/p": "<p>popup</p><script>document.title = String(window.opener)</script>"})
    view, phone = await stage.open("https://opener.test/", settings=settings(policy))
    if tap:
        await stage.tap(view, tap)
    await phone.attempt("https://popup.test/p")
    await view.settle(5)
    return view, phone


CASES = [
    pytest.param(OPENER, "button", Cause.POPUP, True, id="window.open-tapped"),
    pytest.param(UNASKED, None, Cause.POPUP, False, id="window.open-unasked"),
    pytest.param(BLANK_LINK, "#go", Cause.TAP, True, id="_blank-tapped"),
]


@pytest.mark.parametrize(("body", "tap", "by", "gesture"), CASES)
async def test_null_opens_nothing_but_the_attempt_is_reported(
    stage: Stage, body: str, tap: str | None, by: Cause, gesture: bool
) -> None:
    view, phone = await opened_by(stage, body, WindowPolicy.NULL, tap)
    attempt = phone.attempts[1]
    assert (attempt.by, attempt.gesture, attempt.new_window) == (by, gesture, True)
    assert "opener" in (await view.survey()).text
    if "result" in body:
        assert await view.evaluate("result") == "null"
    assert len(phone.attempts) == 2
    assert not phone.events_of(PageEventKind.WINDOW)


@pytest.mark.parametrize(("body", "tap", "by", "gesture"), CASES)
async def test_replaces_loads_in_the_same_view_without_an_opener(
    stage: Stage, body: str, tap: str | None, by: Cause, gesture: bool
) -> None:
    view, phone = await opened_by(stage, body, WindowPolicy.REPLACES, tap)
    attempt = phone.attempts[1]
    assert (attempt.by, attempt.gesture, attempt.new_window) == (by, gesture, True)
    await phone.event(PageEventKind.LANDED, "https://popup.test/p")
    survey = await view.survey()
    assert (survey.url, survey.title) == ("https://popup.test/p", "null")
    assert len(phone.attempts) == 2
    assert not phone.events_of(PageEventKind.WINDOW)


@pytest.mark.parametrize(("body", "tap", "by", "gesture"), CASES)
async def test_opens_gives_a_window_of_its_own_in_front(
    stage: Stage, body: str, tap: str | None, by: Cause, gesture: bool
) -> None:
    view, phone = await opened_by(stage, body, WindowPolicy.OPENS, tap)
    attempt = phone.attempts[1]
    assert (attempt.by, attempt.gesture, attempt.new_window, attempt.view) == (by, gesture, True, 0)
    landed = await phone.event(PageEventKind.LANDED, "https://popup.test/p")
    assert landed.view == 1
    await view.settle(5)
    assert (await view.survey()).url == "https://popup.test/p"
    has_opener = (await view.survey()).title != "null"
    assert has_opener == ("_blank" not in body)
    assert len(phone.attempts) == 2


async def test_a_window_with_a_finger_and_one_without_follow_their_own_policies(stage: Stage) -> None:
    stage.serve("opener.test", {"/": UNASKED + OPENER})
    stage.serve("popup.test", {"/p": "<p>popup</p>"})
    rules = ViewSettings(
        ANDROID, windows_with_gesture=WindowPolicy.REPLACES, windows_without_gesture=WindowPolicy.NULL
    )
    view, phone = await stage.open("https://opener.test/", settings=rules)
    await phone.attempt("https://popup.test/p")
    await view.settle(5)
    assert await view.evaluate("result") == "null"
    await stage.tap(view, "button")
    await phone.event(PageEventKind.LANDED, "https://popup.test/p")
    assert [(a.by, a.gesture) for a in phone.attempts[1:]] == [(Cause.POPUP, False), (Cause.POPUP, True)]


@pytest.mark.parametrize("policy", list(WindowPolicy))
async def test_a_custom_scheme_in_a_new_window_is_reported_once(stage: Stage, policy: WindowPolicy) -> None:
    stage.serve("opener.test", {"/": "<button onclick=\"window.open('spotify:track:1')\">open</button>"})
    view, phone = await stage.open("https://opener.test/", settings=settings(policy))
    await stage.tap(view, "button")
    attempt = await phone.attempt("spotify:track:1")
    await view.settle(5)
    assert (attempt.by, attempt.gesture, attempt.new_window) == (Cause.POPUP, True, True)
    assert len(phone.attempts) == 2
    assert (await view.survey()).url == "https://opener.test/"


@pytest.mark.parametrize("policy", [WindowPolicy.NULL, WindowPolicy.OPENS])
async def test_a_page_that_hides_the_click_from_others_hides_no_window(
    stage: Stage, policy: WindowPolicy
) -> None:
    stage.serve(
        "opener.test",
        {"/": BLANK_LINK + "<script>go.addEventListener('click', e => e.stopPropagation())</script>"},
    )
    stage.serve("popup.test", {"/p": "<p>popup</p>"})
    stage.net.requests.clear()
    view, phone = await stage.open("https://opener.test/", settings=settings(policy))
    await stage.tap(view, "#go")
    attempt = await phone.attempt("https://popup.test/p")
    assert (attempt.by, attempt.gesture, attempt.new_window) == (Cause.TAP, True, True)
    if policy is WindowPolicy.OPENS:
        await phone.event(PageEventKind.LANDED, "https://popup.test/p")
    else:
        await view.settle(5)
        assert stage.net.requests.count("popup.test", "/p") == 0
        assert (await view.survey()).url == "https://opener.test/"


async def test_a_click_the_page_prevents_opens_nothing(stage: Stage) -> None:
    body = BLANK_LINK + "<script>addEventListener('click', e => e.preventDefault())</script>"
    stage.serve("opener.test", {"/": body})
    view, phone = await stage.open("https://opener.test/", settings=settings(WindowPolicy.OPENS))
    await stage.tap(view, "#go")
    await view.settle(5)
    assert len(phone.attempts) == 1


async def test_a_popup_the_phone_takes_away_closes_and_the_opener_is_in_front_again(stage: Stage) -> None:
    stage.serve("opener.test", {"/": OPENER})
    phone = Phone(lambda a: STAY if a.new_window else loads_web(a))
    view, _ = await stage.open("https://opener.test/", phone=phone, settings=settings(WindowPolicy.OPENS))
    await stage.tap(view, "button")
    await phone.event(PageEventKind.CLOSED)
    await view.settle(5)
    assert (await view.survey()).url == "https://opener.test/"


async def test_a_popup_is_the_same_phone_to_the_page_and_to_the_server(stage: Stage) -> None:
    seen: list[Request] = []

    def popup(request: Request) -> Response:
        seen.append(request)
        return Response.html(
            "<script>document.title = [navigator.userAgent, navigator.platform].join('|')</script>"
        )

    stage.serve("opener.test", {"/": OPENER})
    stage.serve("popup.test", {"/p": Response.redirect("/q"), "/q": popup})
    view, phone = await stage.open("https://opener.test/", settings=settings(WindowPolicy.OPENS))
    await stage.tap(view, "button")
    await phone.event(PageEventKind.LANDED, "https://popup.test/q")
    await view.settle(5)
    assert (await view.survey()).title == f"{ANDROID.user_agent}|{ANDROID.platform}"
    (request,) = seen
    assert request.user_agent == ANDROID.user_agent
    assert request.headers.get("referer") == "https://opener.test/"


async def test_a_popup_that_closes_itself_gives_the_opener_back(stage: Stage) -> None:
    stage.serve("opener.test", {"/": OPENER})
    stage.serve("popup.test", {"/p": "<script>setTimeout(() => window.close(), 100)</script>"})
    view, phone = await stage.open("https://opener.test/", settings=settings(WindowPolicy.OPENS))
    await stage.tap(view, "button")
    closed = await phone.event(PageEventKind.CLOSED)
    assert closed.view == 1
    assert (await view.survey()).url == "https://opener.test/"


async def test_a_page_that_closes_itself_is_reported_and_nothing_hangs(stage: Stage) -> None:
    stage.serve("self.test", {"/": "<button onclick='window.close()'>bye</button>"})
    view, phone = await stage.open("https://self.test/")
    await stage.tap(view, "button")
    closed = await phone.event(PageEventKind.CLOSED)
    assert closed.view == 0
    assert await view.settle(5) is True
    assert await view.screenshot() is None
    with pytest.raises(EngineError):
        await view.survey()


async def test_a_page_may_close_its_window_at_once_and_one_that_came_later_may_not(stage: Stage) -> None:
    stage.serve("first.test", {"/": "<script>window.close()</script><p>gone"})
    view, phone = await stage.open()
    await view.start("https://first.test/")
    await phone.event(PageEventKind.CLOSED)
    stage.serve("later.test", {"/": "<a href=/2>on</a>", "/2": "<script>window.close()</script><p>stays"})
    view, phone = await stage.open("https://later.test/")
    await stage.tap(view, "a")
    await phone.event(PageEventKind.LANDED, "https://later.test/2")
    await view.settle(5)
    assert (await view.survey()).text == "stays"
    assert not phone.events_of(PageEventKind.CLOSED)


async def test_a_storm_of_windows_stays_bounded(stage: Stage) -> None:
    storm = (
        "<script>for (let i = 0; i < 60; i++) window.open('https://popup.test/p?' + i)</script><p>storm</p>"
    )
    stage.serve("opener.test", {"/": storm})
    stage.serve("popup.test", {"/p": "<p>popup</p>"})
    view, phone = await stage.open("https://opener.test/", settings=settings(WindowPolicy.OPENS))
    await phone.until(lambda: len(phone.attempts) >= 60)
    await view.settle(10)
    assert len(phone.attempts) <= 61
    await view.close()


async def test_a_form_sent_to_a_new_window_takes_its_fields_and_the_phones_identity_along(
    stage: Stage,
) -> None:
    form = "<form target=_blank method=post action='https://popup.test/p'><input name=a value=1><button name=b value=2>send</button></form>"
    stage.serve("opener.test", {"/": form})
    stage.serve("popup.test", {"/p": "<p>popup</p>"})
    stage.net.requests.clear()
    view, phone = await stage.open("https://opener.test/", settings=settings(WindowPolicy.OPENS))
    await stage.tap(view, "button")
    attempt = await phone.attempt("https://popup.test/p")
    assert (attempt.by, attempt.gesture, attempt.new_window, attempt.method) == (
        Cause.FORM,
        True,
        True,
        "POST",
    )
    await phone.event(PageEventKind.LANDED, "https://popup.test/p")
    (request,) = stage.net.requests.to("popup.test", "/p")
    assert (request.form, request.user_agent) == ({"a": "1", "b": "2"}, ANDROID.user_agent)
    assert len(phone.attempts) == 2


@pytest.mark.parametrize(
    "then", ["w.location = url", "setTimeout(() => { w.location = url }, 300)"], ids=["at-once", "later"]
)
async def test_a_window_opened_empty_and_then_sent_somewhere_is_reported_once(
    stage: Stage, then: str
) -> None:
    script = f"const url = 'https://popup.test/p', w = window.open(''); {then}"
    stage.serve("opener.test", {"/": f'<button onclick="{script}">open</button>'})
    stage.serve("popup.test", {"/p": "<p>popup</p>"})
    view, phone = await stage.open("https://opener.test/", settings=settings(WindowPolicy.OPENS))
    await stage.tap(view, "button")
    await phone.attempt("https://popup.test/p")
    await view.settle(5)
    assert len(phone.attempts) == 2
    assert (await view.survey()).url == "https://popup.test/p"
