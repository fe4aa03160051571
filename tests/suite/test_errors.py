from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from dropcheck.suite.errors import Problem, SuiteError, did_you_mean


def test_a_problem_shows_the_line_with_a_caret_under_the_place():
    shown = str(Problem("s.yaml", 3, 5, "unknown key `urk`", "did you mean `url`?", "  - urk: x"))
    assert shown.splitlines() == [
        "s.yaml:3:5: unknown key `urk`",
        "    - urk: x",
        "      ^",
        "  → did you mean `url`?",
    ]


def test_the_caret_counts_wide_characters_twice():
    line = "title: 夜に {a: b}"
    shown = str(Problem("s.yaml", 1, line.index("{") + 1, "x", "", line)).splitlines()
    assert shown[2].index("^") == 2 + len("title: ") + 4 + 1


def test_escape_codes_of_a_hostile_file_never_reach_the_terminal():
    assert "\x1b" not in str(Problem("s.yaml", 1, 1, "x", "", "a: \x1b[2J"))


@given(st.text(), st.integers(1, 5000))
def test_any_line_can_be_shown(line, column):
    shown = str(Problem("s.yaml", 1, column, "x", "", line))
    assert "\x1b" not in shown
    assert len(shown) < 600


def test_a_near_word_is_suggested_and_a_far_one_is_not():
    assert did_you_mean("checkz", ["links", "checks"]) == "checks"
    assert did_you_mean("q", ["links", "checks"]) is None


def test_a_suite_error_survives_the_way_to_another_process():
    error = SuiteError([Problem("s.yaml", 1, 1, "x")])
    assert pickle.loads(pickle.dumps(error)).problems == error.problems
