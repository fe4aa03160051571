"""Counts and days from exports, in whatever notation the exporting program's country uses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.check.funnel_numbers import NumbersError, count, read_csv


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234567", 1_234_567), ("1,234,567", 1_234_567), ("1.234.567", 1_234_567), ("1 234 567", 1_234_567),
        ("1\u202f234\u00a0567", 1_234_567), ("1’234’567", 1_234_567), ("12,34,567", 1_234_567), ("1.234", 1234),
        ("1,234", 1234), ("1,234.00", 1234), ("1.2M", 1_200_000), ("1,2 Mio.", 1_200_000), ("12.5K", 12_500),
        ("12万", 120_000), ("٣٬٤٥٦", 3456), ("１２３", 123), ("", None), ("–", None), ("0", 0),
    ],
)  # fmt: skip
def test_counts_are_read_in_every_notation(text: str, value: int | None) -> None:
    assert count(text) == value


@pytest.mark.parametrize("text", ["12,5", "1.5", "-3", "twelve", "1,23,4", "1.234,5", "5 %", "1e6"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        count(text)


@given(st.integers(0, 10**12), st.sampled_from([",", ".", " ", "'", "\u202f", "\u00a0", "’"]))
def test_any_grouped_count_comes_back(value: int, mark: str) -> None:
    assert count(f"{value:,}".replace(",", mark)) == value


def test_exports_of_other_countries_are_read_and_days_summed_up() -> None:
    german = "\ufeffDatum;Aufrufe;Streams;Klicks\n2026-11-16;1.200.000;9.500;12\n2026-11-17;800.000;500;3\n"
    (week,) = read_csv(german.encode(), "export.csv")
    assert (week.period, week.views, week.streams, week.link_clicks) == ("2026-W47", 2_000_000, 10_000, 15)
    (sheet,) = read_csv("Video views\tSaves\n1,5 Mio.\t12\n".encode("utf-16"), "export.csv")
    assert (sheet.views, sheet.saves, sheet.streams) == (1_500_000, 12, None)


@pytest.mark.parametrize(
    ("days", "weeks"),
    [
        (("2026-11-24", "2026-11-16", "2026-11-17"), {"2026-W47": 2, "2026-W48": 1}),
        (("24.11.2026", "16.11.2026", "1.12.2026"), {"2026-W47": 1, "2026-W48": 1, "2026-W49": 1}),
        (("24/11/2026", "2/11/2026"), {"2026-W45": 1, "2026-W48": 1}),
        (("11/24/2026", "11/2/2026"), {"2026-W45": 1, "2026-W48": 1}),
        # Nobody can tell the day from the month here.
        (("2/11/2026", "3/11/2026"), {"2/11/2026": 1, "3/11/2026": 1}),
        (("31.02.2026", "week one"), {"31.02.2026": 1, "week one": 1}),
        (("2026-W48", "2026-W47"), {"2026-W47": 1, "2026-W48": 1}),
    ],
)
def test_days_are_summed_into_weeks_in_their_order(days: tuple[str, ...], weeks: dict[str, int]) -> None:
    export = "date,views\n" + "".join(f"{day},1\n" for day in days)
    assert {one.period: one.views for one in read_csv(export.encode(), "export.csv")} == weeks
    assert [one.period for one in read_csv(export.encode(), "export.csv")] == list(weeks)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "export.csv:1: the file is empty"),
        (b"PK\x03\x04\x00\x00", "not a text file"),
        (b"name,colour\nx,red\n", "none of its columns is known"),
        (b"views,streams\n10,3\n12;5,4\n", "export.csv:3: views"),
        (b"views,plays\n1,2\n", "two columns mean views"),
    ],
)
def test_a_broken_export_is_told_with_file_and_line(content: bytes, message: str) -> None:
    with pytest.raises(NumbersError, match=message.replace(".", r"\.")):
        read_csv(content, "export.csv")
