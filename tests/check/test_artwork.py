"""The `artwork` check over real HTTP: the cover, a tinted and re-lettered one, and files that are no pictures."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dropcheck.check.artwork import artwork
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.localnet import LocalInternet, Response
from dropcheck.result import Verdict
from dropcheck.suite import Case

CaseOf = Callable[..., Case]
Context = Callable[..., CheckContext]
COVER = {"artwork": "media/neon-hours.jpg"}
SOUND = "https://www.tiktok.com/music/neon-hours-73000000000000000"


def rules(result: CheckResult) -> set[str]:
    return {one.rule for one in result.findings}


def matches(result: CheckResult) -> dict[str, str]:
    assert result.release is not None
    return {one["source"]: one["match"] for one in result.release.artwork}


async def test_the_same_cover_everywhere_passes_with_thumbnails(
    case_of: CaseOf, context: Context, evidence: Any
) -> None:
    sheet = {**COVER, "tiktok_sound": SOUND + "01"}
    result = await artwork(case_of("artwork", sheet=sheet), context())
    assert (result.verdict, result.findings) == (Verdict.PASS, [])
    assert matches(result) == {
        "sheet": "same",
        "spotify": "same",
        "apple_music": "same",
        "deezer": "same",
        "tiktok": "same",
        "smart_link": "skipped",
    }
    assert set(evidence.files) == {f"artwork-{one}.png" for one in matches(result) if one != "smart_link"}
    assert "prove" in result.reason
    assert "x-signature" not in repr(result)


async def test_a_tinted_and_relettered_cover_fails(case_of: CaseOf, context: Context) -> None:
    sheet = {**COVER, "spotify": "https://open.spotify.com/track/3WrongArtTrackIdxxx001"}
    case = case_of("artwork", {"sources": ["spotify", "deezer"]}, sheet=sheet)
    result = await artwork(case, context())
    assert (result.verdict, rules(result)) == (Verdict.FAIL, {"artwork/tinted"})
    assert matches(result) == {"sheet": "same", "spotify": "different", "deezer": "same"}


async def test_one_upload_is_fetched_once(case_of: CaseOf, context: Context, internet: LocalInternet) -> None:
    options = {"sources": ["spotify", "smart_link"], "smart_link": "https://open.spotify.com/embed-preview"}

    async def page(request: Any) -> Any:
        if request.path != "/embed-preview":
            return None
        cover = "https://image-cdn-fa.spotifycdn.com/image/ab67616d00001e020e0f10ad11ce5a0b00000001"
        return Response.html(f'<meta property="og:image" content="{cover}">')

    internet.mount("open.spotify.com", page)
    result = await artwork(case_of("artwork", options, sheet=COVER), context())
    assert matches(result)["smart_link"] == "same"
    assert internet.requests.count("image-cdn-fa.spotifycdn.com") == 0


async def test_without_the_sheets_file_stores_are_compared_among_themselves(
    case_of: CaseOf, context: Context
) -> None:
    same = await artwork(case_of("artwork"), context())
    assert (same.verdict, matches(same)["spotify"]) == (Verdict.PASS, "unknown")
    sheet = {"deezer": "https://www.deezer.com/track/880004"}
    other = await artwork(case_of("artwork", sheet=sheet), context())
    assert (other.verdict, rules(other)) == (Verdict.WARN, {"artwork/tinted"})


@pytest.mark.parametrize("damage", ["not a picture", "41 megapixels", "cut off"])
async def test_a_file_that_is_no_usable_picture_is_told(
    damage: str, tmp_path: Path, case_of: CaseOf, context: Context
) -> None:
    file = tmp_path / "cover.png"
    if damage == "not a picture":
        file.write_bytes(b"%PDF-1.7 not a picture at all")
    else:
        size = (6500, 6500) if damage == "41 megapixels" else (400, 400)
        Image.new("L", size, 7).save(file)
        if damage == "cut off":
            file.write_bytes(file.read_bytes()[:60])
    result = await artwork(case_of("artwork", sheet={"artwork": "cover.png"}, folder=tmp_path), context())
    assert (result.verdict, rules(result)) == (Verdict.WARN, {"artwork/sheet-unreadable"})


async def test_a_cover_that_is_not_square_is_told(tmp_path: Path, case_of: CaseOf, context: Context) -> None:
    Image.open(Path(__file__).parents[2] / "fixtures/media/neon-hours.jpg").resize((900, 600)).save(
        tmp_path / "cover.jpg"
    )
    case = case_of("artwork", {"sources": ["deezer"]}, sheet={"artwork": "cover.jpg"}, folder=tmp_path)
    assert "artwork/not-square" in rules(await artwork(case, context()))


async def test_a_wide_preview_card_is_no_failure_and_another_cover_is(
    case_of: CaseOf, context: Context, internet: LocalInternet
) -> None:
    async def page(request: Any) -> Any:
        wide = Image.new("RGB", (1200, 630) if "wide" in request.path else (900, 900), "navy")
        if request.path.endswith(".png"):
            out = io.BytesIO()
            wide.save(out, "PNG")
            return Response(200, (("Content-Type", "image/png"),), out.getvalue())
        return Response.html(f'<meta property="og:image" content="{request.path}.png">')

    internet.mount("card.example", page)
    found = {}
    for name in ("wide", "square"):
        options = {"sources": "smart_link", "smart_link": f"https://card.example/{name}"}
        found[name] = await artwork(case_of("artwork", options, sheet=COVER), context())
    assert {name: (one.verdict, rules(one)) for name, one in found.items()} == {
        "wide": (Verdict.WARN, {"artwork/different"}),
        "square": (Verdict.FAIL, {"artwork/different"}),
    }


async def test_without_imagehash_what_it_would_have_seen_is_named(
    case_of: CaseOf, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of("artwork", {"sources": "spotify"}, sheet=COVER)
    monkeypatch.setattr("dropcheck.check.artwork.has_second_hash", lambda: False)
    assert any(
        "pip install imagehash" in line for line in (await artwork(case, context())).data["not_checked"]
    )


async def test_a_preview_card_whose_picture_is_no_address_shows_none(
    case_of: CaseOf, context: Context, internet: LocalInternet
) -> None:
    async def page(_request: Any) -> Any:
        return Response.html('<meta property="og:image" content="http://[">')

    internet.mount("card.example", page)
    case = case_of("artwork", {"sources": "smart_link", "smart_link": "https://card.example/x"}, sheet=COVER)
    result = await artwork(case, context())
    assert result.verdict is not Verdict.PASS
    assert "shows no picture" in f"{result.reason} {[one.detail for one in result.findings]} {result.data}"
