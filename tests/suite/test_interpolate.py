from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.suite.interpolate import interpolate
from dropcheck.suite.tree import Source, parse

ENVIRON = {"DROPCHECK_VAR_A": "one", "DROPCHECK_VAR_b2": "two", "HOME": "home"}


def filled(text: str):
    root = parse(Source("x.yaml", text))
    return root.data(), interpolate(root, ENVIRON), root.data()


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("${DROPCHECK_VAR_A}", "one"),
        ("'a ${DROPCHECK_VAR_A}/${DROPCHECK_VAR_b2}'", "a one/two"),
        ("$${DROPCHECK_VAR_A}", "${DROPCHECK_VAR_A}"),
        ("$DROPCHECK_VAR_A", "$DROPCHECK_VAR_A"),
    ],
)
def test_a_variable_is_put_in_where_it_is_named(typed, value):
    _, problems, after = filled(f"a: [{{b: '{typed}'}}]" if "'" not in typed else f"a: [{{b: {typed}}}]")
    assert problems == []
    assert after == {"a": [{"b": value}]}


@pytest.mark.parametrize(
    "typed", ["${HOME}", "${}", "${DROPCHECK_VAR_}", "${DROPCHECK_VAR_A", "${DROPCHECK_SPOTIFY_SECRET}"]
)
def test_any_other_name_is_refused_and_nothing_is_put_in(typed):
    before, problems, after = filled(f'a: "{typed}"')
    assert len(problems) == 1
    assert problems[0].hint
    assert before == after


def test_keys_are_left_alone():
    assert filled('"${HOME}": 1')[1] == []


def test_a_shared_value_is_filled_once():
    _, problems, after = filled('a: &x "${DROPCHECK_VAR_A}"\nb: *x\nc: &y "$${q}"\nd: *y')
    assert problems == []
    assert after == {"a": "one", "b": "one", "c": "${q}", "d": "${q}"}


@given(st.text(alphabet="${}DROPCHECK_VAR_Ab2 ", max_size=60))
def test_no_variable_without_the_prefix_is_ever_read(text):
    read: list[str] = []

    class Watched(dict):
        def get(self, key, default=None):
            read.append(key)
            return super().get(key, default)

        def __getitem__(self, key):
            read.append(key)
            return super().__getitem__(key)

    root = parse(Source("x.yaml", "a: x"))
    root.value["a"].value = text
    interpolate(root, Watched(ENVIRON))
    assert all(name.startswith("DROPCHECK_VAR_") for name in read)
