"""What lies in a frame of another site is read and tapped like the page's own."""

from __future__ import annotations

import pytest
from tests.engine.phone import Stage

from dropcheck.engine.base import Control, PageSurvey
from dropcheck.result import Cause

pytestmark = pytest.mark.asyncio(loop_scope="module")

FRAME = (
    "<style>iframe{width:300px;height:150px;margin:40px 20px;border:3px solid}</style>"
    "<iframe src=https://inner.test/></iframe>"
)


def shown(survey: PageSurvey, text: str) -> Control:
    return next(control for control in survey.controls if control.text == text)


def skip_unless_read(stage: Stage) -> None:
    if stage.engine.name == "webkit":
        pytest.skip("Playwright's WebKit reads no frame of another site yet; its pages keep `foreign-frame`")


async def test_a_button_in_a_frame_is_surveyed_where_it_stands(stage: Stage) -> None:
    skip_unless_read(stage)
    stage.serve("inner.test", {"/": "<button>inside</button><p>words within</p>"})
    stage.serve("outer.test", {"/": f"<a href=/x>outside</a>{FRAME}"})
    view, _ = await stage.open("https://outer.test/")
    survey = await view.survey()
    inside = shown(survey, "inside")
    assert inside.visible
    assert inside.in_view
    # Under the link, the margin and the frame's border.
    assert inside.box.y > shown(survey, "outside").box.y + 40
    assert inside.box.x > 20
    assert "words within" in survey.view_text
    assert "foreign-frame" not in survey.marks


@pytest.mark.parametrize(
    ("link", "to"),
    [
        ("<a href=https://login.test/#here target=_top>log in</a>", "https://login.test/"),
        ("<base target=_parent><a href=https://login.test/>log in</a>", "https://login.test/"),
        ("<a href=spotify:track:1 target=_top>log in</a>", "spotify:track:1"),
    ],
    ids=["top", "parent", "scheme"],
)
async def test_a_tap_in_a_frame_that_leads_the_page_away_is_a_fingers_and_the_pages(
    stage: Stage, link: str, to: str
) -> None:
    skip_unless_read(stage)
    stage.serve("inner.test", {"/": link})
    stage.serve("login.test", {"/": "<p>login"})
    stage.serve("outer.test", {"/": f"<div style='height:3000px'>far</div>{FRAME}"})
    view, phone = await stage.open("https://outer.test/")
    control = shown(await view.survey(), "log in")
    assert not control.in_view
    assert await view.tap(control)
    attempt = await phone.attempt(to)
    assert (attempt.by, attempt.gesture, attempt.main_frame) == (Cause.TAP, True, True)
    assert attempt.page_url == "https://outer.test/"


async def test_a_script_in_a_frame_that_leads_the_page_away_after_a_tap_is_the_pages(stage: Stage) -> None:
    skip_unless_read(stage)
    stage.serve(
        "inner.test", {"/": "<button onclick=\"top.location = 'https://login.test/'\">log in</button>"}
    )
    stage.serve("login.test", {"/": "<p>login"})
    stage.serve("outer.test", {"/": FRAME})
    view, phone = await stage.open("https://outer.test/")
    assert await view.tap(shown(await view.survey(), "log in"))
    attempt = await phone.attempt("https://login.test/")
    assert (attempt.by, attempt.gesture, attempt.main_frame) == (Cause.SCRIPT, True, True)


async def test_a_button_two_frames_deep_is_surveyed_and_tapped_where_it_stands(stage: Stage) -> None:
    skip_unless_read(stage)
    stage.serve("deep.test", {"/": "<a href=https://login.test/ target=_top>log in</a>"})
    stage.serve("login.test", {"/": "<p>login"})
    inner = FRAME.replace("inner.test", "deep.test").replace("width:300px", "width:200px")
    stage.serve("inner.test", {"/": f"<p>between</p>{inner}<button>beside</button>"})
    outer = FRAME.replace("height:150px", "height:400px")
    stage.serve("outer.test", {"/": f"<div style='height:2000px'>far</div>{outer}"})
    view, phone = await stage.open("https://outer.test/")
    survey = await view.survey()
    control = shown(survey, "log in")
    # Under the far text, and in two margins and borders.
    assert control.box.y > 2000 + 2 * 43
    assert control.box.x > 2 * 23
    assert control.box.y < shown(survey, "beside").box.y
    assert "foreign-frame" not in survey.marks
    assert await view.tap(control)
    attempt = await phone.attempt("https://login.test/")
    assert (attempt.by, attempt.gesture, attempt.main_frame) == (Cause.TAP, True, True)


async def test_a_tap_in_a_frame_that_leads_on_within_it_is_the_frames(stage: Stage) -> None:
    skip_unless_read(stage)
    stage.serve("inner.test", {"/": "<a href=/next>next</a>", "/next": "<p>next"})
    stage.serve("outer.test", {"/": FRAME})
    view, phone = await stage.open("https://outer.test/")
    assert await view.tap(shown(await view.survey(), "next"))
    attempt = await phone.attempt("https://inner.test/next")
    assert (attempt.gesture, attempt.main_frame) == (True, False)


async def test_a_control_of_a_frame_that_went_away_is_not_tapped(stage: Stage) -> None:
    skip_unless_read(stage)
    stage.serve("inner.test", {"/": "<button>inside</button>"})
    stage.serve("outer.test", {"/": f"<p>page</p>{FRAME}"})
    view, _ = await stage.open("https://outer.test/")
    control = shown(await view.survey(), "inside")
    await view.evaluate("document.querySelector('iframe').remove()")
    assert not await view.tap(control, 1.0)


async def test_a_page_neither_hears_nor_calls_what_reads_its_frames(stage: Stage) -> None:
    skip_unless_read(stage)
    listens = "<script>addEventListener('message', () => parent.postMessage('heard', '*'), true)</script>"
    stage.serve("inner.test", {"/": f"{listens}<button>inside</button>"})
    own = "<script>told = []; addEventListener('message', (e) => told.push(String(e.data)))</script>"
    stage.serve("outer.test", {"/": f"{own}{FRAME}"})
    view, _ = await stage.open("https://outer.test/")
    assert shown(await view.survey(), "inside")
    assert await view.evaluate("told") == []
    assert await view.evaluate("typeof dropcheckFrames + typeof dropcheckPage") == "undefinedundefined"
