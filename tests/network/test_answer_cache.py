"""Answers kept on disk: as long as their servers allow, with their age, and never what is somebody's own."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import AsyncIterator, Callable
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

pytest.importorskip("hishel", reason="needs the extra `cache`")

from dropcheck.network import ResolveMap
from dropcheck.network.answer_cache import KeepingTransport, default_file, kept, kept_answers

URL = "https://api.example/track/1"
Answering = Callable[..., httpx.AsyncClient]


class Service(httpx.AsyncBaseTransport):
    """A service that says how often it was asked."""

    def __init__(self, **headers: str) -> None:
        self.headers = headers
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        return httpx.Response(200, headers=self.headers, text=f"answer {self.asked}")


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Answering]:
    opened: list[httpx.AsyncClient] = []

    def made(service: Service, *resolve: str, file: Path = tmp_path / "answers.sqlite") -> httpx.AsyncClient:
        opened.append(httpx.AsyncClient(transport=KeepingTransport(service, file, ResolveMap.parse(resolve))))
        return opened[-1]

    yield made
    for one in opened:
        await one.aclose()


async def texts(client: httpx.AsyncClient, url: str = URL, **more: object) -> list[str]:
    return [(await client.get(url, **more)).text for _ in range(2)]  # type: ignore[arg-type]


async def test_an_answer_is_kept_where_its_server_allows_it(client: Answering) -> None:
    assert await texts(client(Service(**{"Cache-Control": "max-age=600"}))) == ["answer 1", "answer 1"]


@pytest.mark.parametrize("said", ["no-store", "private, max-age=600", "max-age=0", "no-cache"])
async def test_an_answer_is_asked_for_again_where_it_does_not(client: Answering, said: str) -> None:
    assert await texts(client(Service(**{"Cache-Control": said}))) == ["answer 1", "answer 2"]


async def test_the_next_run_takes_the_answer_and_says_how_old_it_is(client: Answering) -> None:
    made = format_datetime(dt.datetime.now(dt.UTC) - dt.timedelta(seconds=40), usegmt=True)
    await client(Service(**{"Cache-Control": "max-age=600", "Date": made})).get(URL)
    later = Service()
    with kept_answers() as used:
        answer = await client(later).get(URL)
    assert (answer.text, later.asked) == ("answer 1", 0)
    found = kept(answer)
    assert found is not None
    assert found.age_s >= 40
    assert used == {URL: found}


async def test_a_fresh_answer_is_told_as_fresh(client: Answering) -> None:
    with kept_answers() as used:
        answer = await client(Service(**{"Cache-Control": "max-age=600"})).get(URL)
    assert kept(answer) is None
    assert used == {}


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        (URL, {"Authorization": "Bearer s3cret"}),
        (URL, {"Cookie": "session=s3cret"}),
        (URL, {"X-Preview": "s3cret"}),
        ("https://api.example/get_access_token", {}),
        ("https://api.example/track/1?key=s3cret", {}),
        ("https://api.example/track/1?api_key=s3cret", {}),
        ("https://api.example/oauth2/x", {}),
        ("http://api.example/track/1", {}),
    ],
)
async def test_nothing_of_anybodys_own_reaches_the_file(
    client: Answering, tmp_path: Path, url: str, headers: dict[str, str]
) -> None:
    one = client(Service(**{"Cache-Control": "public, max-age=600"}))
    assert await texts(one, url, headers=headers) == ["answer 1", "answer 2"]
    await one.aclose()
    file = tmp_path / "answers.sqlite"
    assert b"s3cret" not in (file.read_bytes() if file.exists() else b"")


async def test_a_mapped_host_is_always_asked(client: Answering) -> None:
    one = client(Service(**{"Cache-Control": "max-age=600"}), "api.example:443:203.0.113.7")
    assert await texts(one) == ["answer 1", "answer 2"]


async def test_a_post_is_never_kept(client: Answering) -> None:
    one = client(Service(**{"Cache-Control": "max-age=600"}))
    assert [(await one.post(URL)).text for _ in range(2)] == ["answer 1", "answer 2"]


async def test_a_file_of_something_else_costs_no_answer(client: Answering, tmp_path: Path) -> None:
    file = tmp_path / "taken"
    file.write_bytes(b"this is no database, but long enough to be taken for one" * 100)
    assert await texts(client(Service(**{"Cache-Control": "max-age=600"}), file=file)) == [
        "answer 1",
        "answer 2",
    ]


async def test_a_folder_nobody_can_make_costs_no_answer(client: Answering, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    one = client(Service(**{"Cache-Control": "max-age=600"}), file=tmp_path / "file" / "answers.sqlite")
    assert await texts(one) == ["answer 1", "answer 2"]


async def test_two_runs_share_a_file(client: Answering, tmp_path: Path) -> None:
    first, second = Service(**{"Cache-Control": "max-age=600"}), Service()
    one, other = client(first), client(second)
    for number in range(20):
        await one.get(f"{URL}{number}")
        assert (await other.get(f"{URL}{number}")).text == f"answer {number + 1}"
    assert second.asked == 0
    with sqlite3.connect(tmp_path / "answers.sqlite") as base:
        assert base.execute("pragma integrity_check").fetchone() == ("ok",)


def test_the_file_lies_in_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_file() == tmp_path / "dropcheck" / "answers.sqlite"
