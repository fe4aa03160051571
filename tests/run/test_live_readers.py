"""The live readers, tried on the local internet: which condition each answer means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from dropcheck.localnet import LocalInternet, Request, Response
from dropcheck.run.live_readers import Condition, try_readers

Answer = Callable[[Request], Awaitable[Response]]


def says(status: int, body: str) -> Answer:
    async def handler(_: Request) -> Response:
        return Response.text(body, status)

    return handler


@pytest.fixture
def fixtures(tmp_path: Path) -> Path:
    (tmp_path / "sites").mkdir()
    return tmp_path


async def conditions(fixtures: Path, answers: dict[str, Answer]) -> dict[str, Condition]:
    async with LocalInternet(fixtures) as internet:
        for host, answer in answers.items():
            internet.mount(host, answer)
        readings = await try_readers(resolve=internet.resolve_rules(), insecure=True)
    return {reading.reader: reading.condition for reading in readings}


async def test_a_reader_that_finds_its_title_works(fixtures: Path) -> None:
    found = await conditions(
        fixtures, {"api.deezer.com": says(200, '{"id": 3135556, "title": "Harder, Better", "type": "track"}')}
    )
    assert found["Deezer"] is Condition.WORKS


async def test_an_answer_of_another_shape_says_that_our_reader_broke(fixtures: Path) -> None:
    found = await conditions(
        fixtures,
        {"www.tiktok.com": says(200, "<html><title>Shop</title></html>"), "api.deezer.com": says(200, "[]")},
    )
    assert found["Deezer"] is Condition.BROKEN
    assert found["TikTok's Sound Page"] in (Condition.BROKEN, Condition.BLOCKED)


async def test_a_service_that_is_not_there_is_unreachable_and_no_fault_of_the_reader(fixtures: Path) -> None:
    found = await conditions(fixtures, {})
    assert set(found.values()) == {Condition.UNREACHABLE}
