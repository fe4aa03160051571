"""What the stand-ins of the stores hold: one set of songs, and faulty copies that differ in what they say they do."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from stdnum import ean, isrc
from tests.localnet.conftest import FIXTURES

from dropcheck.localnet.services.shelf import Shelf


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf(FIXTURES)


def test_every_song_has_codes_of_the_right_form(shelf: Shelf) -> None:
    for song in shelf.songs:
        assert isrc.is_valid(song.isrc), song.name
        assert ean.is_valid(song.upc) or song.name == "style", song.name


def test_ids_belong_to_one_song(shelf: Shelf) -> None:
    tracks = Counter(song.spotify.track for song in shelf.songs if song.spotify)
    sounds = Counter(song.sound.id for song in shelf.songs if song.sound)
    deezer = Counter(song.deezer.track for song in shelf.songs if song.deezer)
    apple = Counter(song.apple.song for song in shelf.songs if song.apple)
    for ids in (tracks, sounds, deezer, apple):
        assert {item: count for item, count in ids.items() if count > 1} == {}
    assert all(one.isdigit() for one in sounds)


def test_a_copy_takes_everything_it_does_not_change(shelf: Shelf) -> None:
    original, copy = shelf.named("neon-hours"), shelf.named("wrong-isrc")
    assert original is not None
    assert copy is not None
    assert (copy.title, copy.label, copy.picture) == (original.title, original.label, original.picture)
    assert copy.isrc != original.isrc
    assert (original.listed, copy.listed) == (True, False)


def test_credits_are_joined_as_stores_join_them(shelf: Shelf) -> None:
    duet = shelf.named("night-lines-2")
    assert duet is not None
    assert duet.credit == "Mara Vale & Kai, The Tide"


def test_pictures_are_there(shelf: Shelf) -> None:
    files = {song.picture for song in shelf.songs} | {
        song.sound.picture for song in shelf.songs if song.sound and song.sound.picture
    }
    assert all(shelf.picture(file)[:2] == b"\xff\xd8" for file in files)


def test_a_key_nobody_knows_is_refused(tmp_path: Path) -> None:
    text = (FIXTURES / "stores.yaml").read_text(encoding="utf-8").replace("label: Night", "labbel: Night", 1)
    (tmp_path / "stores.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="labbel"):
        Shelf(tmp_path)
