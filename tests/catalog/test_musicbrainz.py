"""Asking MusicBrainz: one question a second, whom it may write to, and what its refusals mean."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import httpx
import pytest

from dropcheck.catalog.ask import Asker, AskError, Trouble
from dropcheck.catalog.musicbrainz import recordings_of

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
CONTACT = "mara@label.example"


class Service:
    """A MusicBrainz that notes what happens, in order."""

    def __init__(self, answer: httpx.Response) -> None:
        self.happened: list[str] = []
        self.agents: list[str] = []
        self._answer = answer
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self._handle))

    def asker(self) -> Asker:
        return Asker(self.http, NOW, sleep=self._sleep)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.happened.append("asked")
        self.agents.append(request.headers["User-Agent"])
        return httpx.Response(self._answer.status_code, content=self._answer.content)

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.happened.append(f"waited {seconds:g} s")


def answering(status: int, data: Any) -> Service:
    return Service(httpx.Response(status, json=data))


async def test_two_checks_of_one_run_ask_one_after_the_other() -> None:
    service = answering(404, {"error": "Not Found"})
    asks = [recordings_of(service.asker(), code, ["N"], CONTACT) for code in ("QZABC2600001", "QZABC2600002")]
    assert await asyncio.gather(*asks) == [(), ()]
    assert service.happened == ["asked", "waited 1 s"] * 2
    assert all(CONTACT in agent for agent in service.agents)


@pytest.mark.parametrize(
    ("listed", "others"),
    [
        (["Neon Hours"], ()),
        (["NEON HOURS (Sped Up)"], ()),
        (["夜の時間"], ()),
        (["Old Harbour", "Neon Hours"], ("Old Harbour",)),
        ([], ()),
        ([None, ""], ()),
    ],
)
async def test_only_another_song_of_the_same_code_counts(listed: list[Any], others: tuple[str, ...]) -> None:
    service = answering(200, {"recordings": [{"title": title} for title in listed]})
    found = await recordings_of(service.asker(), "QZABC2600001", ["Neon Hours", "夜の時間"], CONTACT)
    assert found == others


@pytest.mark.parametrize(
    ("status", "data", "trouble"),
    [
        (503, {"error": "Your requests are exceeding the allowable rate limit."}, Trouble.RATE_LIMITED),
        (403, {"error": "no"}, Trouble.WALL),
        (500, {}, Trouble.BROKEN),
        (200, {"isrc": "QZABC2600001"}, Trouble.UNREADABLE),
        (200, [], Trouble.UNREADABLE),
    ],
)
async def test_what_is_no_answer_is_named(status: int, data: Any, trouble: Trouble) -> None:
    with pytest.raises(AskError) as caught:
        await recordings_of(answering(status, data).asker(), "QZABC2600001", ["N"], CONTACT)
    assert caught.value.trouble is trouble
