from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from dropcheck.suite.moment import ReleaseMoment
from dropcheck.suite.scalars import Duration, Isrc, Upc, service_of, upc_check_digit_fits, web_url

duration = TypeAdapter(Duration)
moment = TypeAdapter(ReleaseMoment)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        *(("2:58", 178), ("02:58", 178), ("1:02:03", 3723), ("178", 178), (178, 178), ("178 s", 178)),
        *(("178000 ms", 178), ("PT2M58S", 178), ("pt1h", 3600), ("2:58.5", 178.5), ("90:00", 5400)),
    ],
)
def test_a_duration_is_read_in_every_usual_form(typed, seconds):
    assert duration.validate_python(typed) == seconds


@pytest.mark.parametrize(
    "typed", ["", "2:60", "2.58 min", "PT", "-3", "0", "nan", "inf", "178000", True, None, [], "٣"]
)
def test_what_is_no_duration_is_refused(typed):
    with pytest.raises(ValidationError):
        duration.validate_python(typed)


@given(st.integers(1, 86_399))
def test_a_clock_reads_back_as_its_seconds(total):
    minutes, seconds = divmod(total, 60)
    hours, rest = divmod(minutes, 60)
    assert duration.validate_python(f"{hours}:{rest:02}:{seconds:02}") == total


def test_a_day_rolls_in_at_every_countrys_midnight():
    day = moment.validate_python("2026-11-20")
    assert day.at is None
    assert day.anywhere.astimezone(dt.UTC).isoformat() == "2026-11-19T10:00:00+00:00"
    assert day.everywhere.astimezone(dt.UTC).isoformat() == "2026-11-20T12:00:00+00:00"
    assert day.hours_since(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)) == 24


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-20T00:00:00-05:00",
        "2026-11-20 00:00:00 -05:00",
        "2026-11-20 00:00 -5",
        "2026-11-20T05:00Z",
        "20261120T050000Z",
    ],
)
def test_a_moment_is_the_same_in_every_spelling(typed):
    assert moment.validate_python(typed).everywhere == dt.datetime(2026, 11, 20, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "typed", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"]
)
def test_a_year_at_the_ends_of_the_calendar_is_a_slip_and_no_release(typed):
    with pytest.raises(ValidationError, match="no release is of the year"):
        moment.validate_python(typed)


@pytest.mark.parametrize(
    "typed", ["20/11/2026", "2026-11", "2026-13-01", "2026-11-20T00:00:00", "soon", "", "20 November 2026"]
)
def test_what_is_no_moment_is_refused(typed):
    with pytest.raises(ValidationError):
        moment.validate_python(typed)


def test_codes_are_kept_without_their_presentation():
    assert TypeAdapter(Isrc).validate_python("qz-abc-26-00001") == "QZABC2600001"
    assert TypeAdapter(Upc).validate_python("0 85971 23456 7") == "085971234567"


@pytest.mark.parametrize(
    "typed", ["QZ‑ABC–26—00001", "ＱＺＡＢＣ２６０００01", "\ufeffQZABC2600001\u200b", " qz abc 26 00001"]
)
def test_a_code_from_a_mail_or_a_spreadsheet_is_the_same_code(typed):
    assert TypeAdapter(Isrc).validate_python(typed) == "QZABC2600001"


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        (Isrc, "QZABC26OOOO1", "letter O"),
        (Isrc, "QZABC26٠٠٠٠١", "not an ISRC"),
        (Upc, "8,59712E+11", "rounded number"),
        (Upc, "8.59712E+11", "rounded number"),
        (Upc, "85971234567O", "letter O"),
        (Upc, "59712345677", "leading zeros"),
        (Upc, "8597123456770000", "not a UPC"),
    ],
)
def test_what_a_spreadsheet_did_to_a_code_is_named(kind, typed, said):
    with pytest.raises(ValidationError, match=said):
        TypeAdapter(kind).validate_python(typed)


@pytest.mark.parametrize(
    ("code", "fits"),
    [("036000291452", True), ("4006381333931", True), ("859712345678", False), ("96385074", True)],
)
def test_the_check_digit_is_gs1s(code, fits):
    assert upc_check_digit_fits(code) is fits


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl", "spotify"),
        ("https://music.apple.com/us/song/1440833060", "apple_music"),
        ("https://vm.tiktok.com/ZM1/", "tiktok"),
        ("https://spotify.com.evil.example/track/x", None),
        ("https://bio.example/open.spotify.com", None),
    ],
)
def test_an_address_belongs_to_the_service_of_its_host(url, service):
    assert service_of(url) == service


@given(st.text(max_size=60) | st.text(max_size=40).map("https://{}".format))
def test_any_text_is_a_web_address_unchanged_or_refused(text):
    from pydantic_core import PydanticCustomError

    try:
        assert web_url(text) == text
    except PydanticCustomError:
        return
    assert text.casefold().startswith(("http://", "https://"))
    assert service_of(text) is None or "." in text
