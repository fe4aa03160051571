"""Apple's lookup: what it tells, and the UPC in its pictures' addresses."""

from __future__ import annotations

import datetime as dt

from dropcheck.catalog import apple

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def test_apples_upc_is_believed_only_with_its_check_digit() -> None:
    prefix = "https://is1-ssl.mzstatic.com/image/thumb/Music/v4/ab/cd/"
    assert apple.upc_in(f"{prefix}859712345677.jpg/100x100bb.jpg") == "859712345677"
    assert apple.upc_in(f"{prefix}859712345678.jpg/100x100bb.jpg") is None
    assert apple.full_size(f"{prefix}x.jpg/100x100bb.jpg") == f"{prefix}x.jpg/1000x1000bb.jpg"
    row = {"trackId": 1, "trackName": "N", "trackExplicitness": "cleaned", "trackTimeMillis": 178345}
    (song,) = apple.parse_lookup({"results": [row, {"wrapperType": "artist"}, 7]}, NOW)
    assert (song.explicit, song.length_s, song.isrc) == ("clean", 178.345, None)
