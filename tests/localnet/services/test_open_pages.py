"""The stand-ins of MusicBrainz and of Instagram's audio pages."""

from __future__ import annotations

import pytest
from tests.localnet.conftest import FIXTURES
from tests.localnet.services.asking import ask, told

from dropcheck.localnet.services.open_pages import InstagramAudio, MusicBrainz
from dropcheck.localnet.services.shelf import Shelf

BRAINZ, AUDIO = "https://musicbrainz.org/ws/2/isrc", "https://www.instagram.com/reels/audio"
CONTACT = {"user-agent": "dropcheck ( mara@label.example )"}


@pytest.mark.parametrize(
    ("code", "headers", "status"),
    [
        ("QZABC2600009", CONTACT, 200),
        ("QZABC2600001", CONTACT, 404),
        ("QZABC2600009", {"user-agent": "dropcheck (run by its user)"}, 403),
        ("QZABC2600009", {}, 403),
    ],
)
def test_musicbrainz_wants_to_know_whom_it_may_write_to(
    code: str, headers: dict[str, str], status: int
) -> None:
    answer = ask(MusicBrainz(Shelf(FIXTURES)).api, f"{BRAINZ}/{code}?fmt=json", headers)
    assert answer is not None
    assert answer.status == status
    assert status != 200 or told(answer)["recordings"][0]["title"] == "Old Harbour"


@pytest.mark.parametrize(
    ("last", "status", "part"),
    [(1, 200, "Audio on Instagram"), (2, 302, ""), (3, 404, "not found"), (9, 404, "not found")],
)
def test_an_audio_page_is_open_behind_the_login_or_gone(last: int, status: int, part: str) -> None:
    answer = ask(InstagramAudio(Shelf(FIXTURES)).pages, f"{AUDIO}/110000000000000{last}/")
    assert answer is not None
    assert answer.status == status
    assert part in answer.body.decode()
    assert (
        dict(answer.headers).get("Location", "").startswith("https://www.instagram.com/accounts/login/")
    ) is (status == 302)


def test_other_pages_are_passed_on() -> None:
    shelf = Shelf(FIXTURES)
    assert ask(MusicBrainz(shelf).api, "https://musicbrainz.org/artist/1", CONTACT) is None
    assert ask(InstagramAudio(shelf).pages, "https://www.instagram.com/maravale/") is None
