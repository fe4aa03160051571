"""What the table of differences claims, on the engines it names and on those it doesn't."""

# Pages under test stay on one line.

from __future__ import annotations

import json

import pytest
from tests.engine.phone import ANDROID, Stage

from dropcheck.engine.base import PageEventKind, ViewSettings, WindowPolicy
from dropcheck.engine.differences import differs
from dropcheck.localnet import Response

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(("after_ms", "outlives_webkit"), [(200, False), (2500, True)])
async def test_a_tap_stands_behind_a_script_for_as_long_as_the_engine_says(
    stage: Stage, after_ms: int, outlives_webkit: bool
) -> None:
    script = f"setTimeout(() => {{ location = 'spotify:track:1' }}, {after_ms})"
    stage.serve("life.test", {"/": f'<button onclick="{script}">open</button>'})
    view, phone = await stage.open("https://life.test/")
    await stage.tap(view, "button")
    attempt = await phone.attempt("spotify:track:1")
    assert attempt.gesture is not (outlives_webkit and differs(stage.engine.name, "gesture-life"))


async def test_an_empty_window_that_takes_the_pages_place_is_the_pages_own_or_none(stage: Stage) -> None:
    page = "<button onclick=\"result = window.open('about:blank') === window\">open</button>"
    stage.serve("empty.test", {"/": page})
    settings = ViewSettings(ANDROID, windows_with_gesture=WindowPolicy.REPLACES)
    view, phone = await stage.open("https://empty.test/", settings=settings)
    await stage.tap(view, "button")
    await view.settle(5)
    assert await view.evaluate("result") is not differs(stage.engine.name, "replaced-window")
    assert not phone.events_of(PageEventKind.WINDOW)


async def test_only_an_engine_with_client_hints_shows_them(stage: Stage) -> None:
    page = "<script>document.title = typeof navigator.userAgentData</script>"
    stage.serve("nohints.test", {"/": page})
    view, _ = await stage.open("https://nohints.test/")
    has_none = differs(stage.engine.name, "client-hints")
    assert (await view.survey()).title == ("undefined" if has_none else "object")
    request = stage.net.requests.to("nohints.test", "/")[-1]
    assert ("sec-ch-ua" in request.headers) is not has_none


async def test_a_tap_is_a_touch_and_the_pointer_after_it_what_the_table_says(stage: Stage) -> None:
    log = """<script>window.log = [];
    for (const n of ['touchstart', 'touchend', 'pointerdown', 'click'])
      addEventListener(n, e => log.push(n + (n === 'pointerdown' ? ':' + e.pointerType : '')), {capture: true});
    </script>"""
    stage.serve("pointer.test", {"/": "<button>go</button>" + log})
    view, _ = await stage.open("https://pointer.test/")
    await stage.tap(view, "button")
    await view.settle(5)
    own_way = differs(stage.engine.name, "touch-pointer-type")
    seen = await view.evaluate("log")
    assert sorted(seen) == sorted(
        ["touchstart", "touchend", "pointerdown:mouse" if own_way else "pointerdown:touch", "click"]
    )
    assert await view.evaluate("matchMedia('(pointer: coarse)').matches") is not own_way


async def test_a_page_made_for_no_phone_is_laid_out_as_the_table_says(stage: Stage) -> None:
    plain = Response.html("<!doctype html><title>page</title><p>made for a desk</p>")
    stage.serve("desk.test", {"/": plain})
    view, _ = await stage.open("https://desk.test/")
    own_way = differs(stage.engine.name, "page-without-viewport")
    width = ANDROID.screen.width if own_way else 980
    assert await view.evaluate("document.documentElement.clientWidth") == width


async def test_a_broken_device_scale_is_drawn_as_the_table_says(stage: Stage) -> None:
    page = "<script>document.title = JSON.stringify([devicePixelRatio, innerWidth])</script>"
    stage.serve("scale.test", {"/": page})
    screen = ANDROID.screen.model_copy(update={"scale": 2.625})
    identity = ANDROID.model_copy(update={"screen": screen})
    view, _ = await stage.open("https://scale.test/", settings=ViewSettings(identity))
    ratio = 3 if differs(stage.engine.name, "whole-device-scale") else 2.625
    assert json.loads((await view.survey()).title) == [ratio, identity.screen.width]
