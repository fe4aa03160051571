"""JSON from elsewhere: what comes in can be written again."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.report.json_text import json_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_whole_values_come_in_as_they_are(value: object) -> None:
    assert json_of(json.dumps(value)) == value


@given(st.text(alphabet="ab\ud83d\ude00\udfff"))
def test_whatever_text_comes_in_can_be_written_to_a_file(text: str) -> None:
    json_of(json.dumps({text: [text]})).popitem()[0].encode()


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e999", "9" * 5000])
def test_numbers_that_nobody_can_write_again_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"number|limit"):
        json_of(f'{{"a": [{text}]}}')


@pytest.mark.parametrize("levels", [150, 100_000])
def test_nesting_that_nobody_can_write_again_is_refused(levels: int) -> None:
    with pytest.raises(RecursionError):
        json_of("[" * levels + "]" * levels)
