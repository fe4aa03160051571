"""What the services behind *Add to Music App* open, against answers of the shapes they really give."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dropcheck.catalog.sound import StoreRow
from dropcheck.check.model import CheckContext
from dropcheck.check.sound_targets import targets_of
from dropcheck.check.stores import Stores
from dropcheck.localnet import Response
from dropcheck.suite import Case

CaseOf = Callable[..., Case]
Context = Callable[..., CheckContext]
OWN, OTHER = "11dFghVXANMlKmJXsNCbNl", "3CopyOnAlbumTrackId001"
LINK = f"https://open.spotify.com/track/{OWN}"
#: A sheet of six lines knows an address and nothing else.
ONLY_LINK = dict.fromkeys(("title", "artists", "isrc", "upc", "duration", "explicit", "label", "apple_music"))


#: What the embed says of an id that doesn't exist, with status 200.
GONE = '<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"status":404}}}</script>'


def embed(title: str, artist: str = "Mara Vale", length: int = 178_000) -> str:
    entity = {
        "type": "track", "name": title, "duration": length, "isPlayable": True,
        "artists": [{"name": artist, "uri": "spotify:artist:4Z8W4fKeB5YxbusRsdQVPb"}],
    }  # fmt: skip
    state = json.dumps({"props": {"pageProps": {"state": {"data": {"entity": entity}}}}})
    return f'<script id="__NEXT_DATA__" type="application/json">{state}</script>'


def deezer(isrc: str) -> dict[str, Any]:
    return {"id": 880001, "title": "Neon Hours", "isrc": isrc, "artist": {"id": 1, "name": "Mara Vale"}}


async def opens(
    answers: Any, case_of: CaseOf, context: Context, rows: list[StoreRow], sheet: dict[str, Any]
) -> list[bool | None]:
    case = case_of("sound_page", sheet=sheet)
    stores = Stores(replace(context(), http=answers.http))
    return [one.ours for one in await targets_of(rows, case.release, stores)]


@pytest.mark.parametrize(
    ("page", "sheet", "ours"),
    [
        (embed("Neon Hours"), {}, None),
        (embed("Slow Tide"), {}, False),
        (embed("Neon Hours", "Somebody Else"), {}, False),
        (embed("Neon Hours - Sped Up", length=141_000), {}, False),
        (embed("Neon Hours", length=141_000), {}, False),
        # Without anything else on the sheet, our own item on that service is what it is held against.
        (embed("Slow Tide"), ONLY_LINK, False),
        (embed("Neon Hours"), ONLY_LINK, None),
        (Response.json({"props": 1}), {}, None),
        (Response.text("no", 403), {}, None),
        (GONE, {}, False),
    ],
)  # fmt: skip
async def test_another_id_is_ours_only_when_proven(
    page: Any, sheet: dict[str, Any], ours: bool | None, answers: Any, case_of: CaseOf, context: Context
) -> None:
    answers.table |= {f"embed/track/{OWN}": embed("Neon Hours"), f"embed/track/{OTHER}": page}
    rows = [StoreRow("spotify", OTHER)]
    assert await opens(answers, case_of, context, rows, {"spotify": LINK, **sheet}) == [ours]


@pytest.mark.parametrize(
    ("page", "code", "recordings", "expected"),
    [
        (embed("Neon Hours"), "QZABC2600001", ("7", "7"), [True, True]),
        (embed("Neon Hours"), "QZABC2600001", ("7", "8"), [None, True]),
        (embed("Neon Hours"), "QZABC2600001", (None, None), [None, True]),
        (embed("Neon Hours"), "QZABC2600009", ("7", "7"), [None, False]),
        # TikTok's own mistake proves nothing against what can be seen.
        (embed("Slow Tide"), "QZABC2600001", ("7", "7"), [False, True]),
        (Response.text("no", 403), "QZABC2600001", ("7", "7"), [None, True]),
    ],
)
async def test_tiktoks_own_id_of_a_recording_carries_a_proof_over(
    page: Any,
    code: str,
    recordings: tuple[str | None, str | None],
    expected: list[bool | None],
    answers: Any,
    case_of: CaseOf,
    context: Context,
) -> None:
    answers.table |= {f"embed/track/{OTHER}": page, "/track/880001": deezer(code)}
    rows = [StoreRow("spotify", OTHER, recordings[0]), StoreRow("deezer", "880001", recordings[1])]
    assert await opens(answers, case_of, context, rows, {"spotify": LINK}) == expected


async def test_any_track_of_an_ep_is_ours(answers: Any, case_of: CaseOf, context: Context) -> None:
    answers.table |= {
        f"embed/track/{OTHER}": embed("Slow Tide", length=201_000),
        "/track/880001": deezer("QZABC2600012"),
    }
    ep = {
        "title": "Night Lines", "isrc": None, "duration": None,
        "spotify": "https://open.spotify.com/album/4NightLinesAlbumId0001",
        "tracks": [{"title": "Neon Hours", "isrc": "QZABC2600011", "spotify": LINK},
                   {"title": "Slow Tide", "isrc": "QZABC2600012", "duration": "3:21"}],
    }  # fmt: skip
    rows = [StoreRow("spotify", OWN), StoreRow("spotify", OTHER), StoreRow("deezer", "880001")]
    assert await opens(answers, case_of, context, rows, ep) == [True, None, True]


async def test_a_service_whose_catalogue_cannot_be_read_stays_open(
    answers: Any, case_of: CaseOf, context: Context
) -> None:
    assert await opens(
        answers, case_of, context, [StoreRow("amazon_music", "B0X"), StoreRow("other", "1")], {}
    ) == [
        None,
        None,
    ]
    assert len(answers.requests) == 0
