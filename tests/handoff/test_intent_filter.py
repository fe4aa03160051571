import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dropcheck.handoff import intent_filter
from dropcheck.handoff.intent_filter import MatchCategory, PatternError, PatternType, pattern_match

VECTORS = Path(__file__).parent.parent / "vectors" / "android_patterns.json"
CASES = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]
PATTERNS = [case for case in CASES if case["kind"] == "pattern" and case["expected"] != "invalid-pattern"]
REFUSED = [case for case in CASES if case["expected"] == "invalid-pattern"]
FILTERS = [case for case in CASES if case["kind"] == "intent_filter"]
_OF_THE_INTENT = ("action", "categories", "scheme_given", "wildcard_query")

globs = st.text(alphabet="ab01-[]^{}\\.*+,/", max_size=16)
texts = st.text(alphabet="ab01-/.", max_size=10)
patterns = st.fixed_dictionaries({"type": st.sampled_from(list(PatternType)), "pattern": globs})
filters = st.fixed_dictionaries(
    {},
    optional={
        "actions": st.lists(st.sampled_from("ab")),
        "categories": st.lists(st.sampled_from("ab")),
        "schemes": st.lists(st.sampled_from(["http", "https", "spotify", ""])),
        "ssps": st.lists(patterns, max_size=2),
        "paths": st.lists(patterns, max_size=2),
        "authorities": st.lists(
            st.fixed_dictionaries(
                {
                    "host": st.sampled_from(["a.example", "*.example", "*"]),
                    "port": st.sampled_from([None, "80"]),
                }
            ),
            max_size=2,
        ),
    },
)
data_uris = (
    st.none() | st.text() | st.from_regex(r"(https?|spotify):(//(b\.)?a\.example(:80)?)?/[ab]*(\?a)?(#b)?")
)


def _ids(cases: list[dict[str, Any]]) -> list[str]:
    return [case["id"] for case in cases]


@pytest.mark.parametrize("case", PATTERNS, ids=_ids(PATTERNS))
def test_a_pattern_matches_what_androids_matches(case: dict[str, Any]) -> None:
    assert pattern_match(case["type"], case["pattern"], case["input"]) is (case["expected"] == "match")


@pytest.mark.parametrize("case", REFUSED, ids=_ids(REFUSED))
def test_a_pattern_android_refuses_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(PatternError):
        pattern_match(case["type"], case["pattern"], case["input"])


@pytest.mark.parametrize("case", FILTERS, ids=_ids(FILTERS))
def test_a_filter_takes_what_androids_takes(case: dict[str, Any]) -> None:
    of_the_intent = {name: case[name] for name in _OF_THE_INTENT if name in case}
    matched = intent_filter.match(case["filter"], case["data"], **of_the_intent)
    outcome, _, category = case["expected"].partition(":")
    assert matched == (category if outcome == "match" else None)


@pytest.mark.parametrize(
    ("type", "pattern", "text", "expected"),
    [
        ("literal", "/a", "/a", True),
        ("literal", "/a", "/ab", False),
        ("prefix", "/a", "/ab", True),
        ("suffix", ".mp3", "/x.mp3", True),
        ("simple_glob", "", "", True),
        ("simple_glob", "", "a", False),
        ("simple_glob", "/track/.*", "/track/", True),
        ("simple_glob", ".*/track", "/a/track", False),
        ("simple_glob", "a\\", "a", False),
        ("simple_glob", "a.*\\", "ab", False),
        ("advanced_glob", "a}", "a", True),
        ("advanced_glob", "[a-]", "-", True),
        ("advanced_glob", "[^a]{2}", "bc", True),
        ("advanced_glob", "\\.", "x", False),
        ("advanced_glob", "\\\\.", "\\x", True),
        ("advanced_glob", "[a-z]*z", "az", False),
    ],
)
def test_the_corners_of_each_pattern_type(type: str, pattern: str, text: str, expected: bool) -> None:
    assert pattern_match(type, pattern, text) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "*a",
        "+",
        "{2}",
        "a**",
        "a{2}{3}",
        "a{3,2}",
        "a{x}",
        "a{",
        "[",
        "[^",
        "[^]",
        "a\\",
        "b" * 3000,
        "[" + "b" * 1024 + "]",
    ],
)
def test_malformed_advanced_globs_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        pattern_match("advanced_glob", pattern, "a")


def test_an_unknown_pattern_type_is_refused_with_the_known_ones() -> None:
    with pytest.raises(PatternError, match="advanced_glob"):
        pattern_match("regex", "a", "a")


@pytest.mark.parametrize("host", ["open.spotify.com", "OPEN.spotify.com", "user@open.spotify.com"])
def test_a_host_is_compared_without_case_and_without_the_user(host: str) -> None:
    spotify = {"schemes": ["https"], "authorities": [{"host": "open.spotify.com", "port": None}]}
    assert intent_filter.match(spotify, f"https://{host}/track/1") == MatchCategory.HOST


def test_a_starred_host_takes_any_beginning() -> None:
    starred = {"schemes": ["https"], "authorities": [{"host": "*.spotify.com", "port": None}]}
    assert intent_filter.match(starred, "https://a.b.spotify.com/") == MatchCategory.HOST
    assert intent_filter.match(starred, "https://spotify.com/") is None


def test_the_path_is_compared_decoded() -> None:
    decoded = {
        "schemes": ["https"],
        "authorities": [{"host": "a.example", "port": None}],
        "paths": [{"type": "literal", "pattern": "/é x"}],
    }
    assert intent_filter.match(decoded, "https://a.example/%C3%A9%20x?q#f") == MatchCategory.PATH


def test_a_group_that_blocks_does_not_undo_a_path_that_matched() -> None:
    filter = {
        "schemes": ["https"],
        "authorities": [{"host": "a.example", "port": None}],
        "paths": [{"type": "prefix", "pattern": "/"}],
        "uri_relative_filter_groups": [
            {"action": "block", "filters": [{"part": "path", "type": "prefix", "pattern": "/"}]}
        ],
    }
    assert intent_filter.match(filter, "https://a.example/x") == MatchCategory.PATH


@pytest.mark.parametrize(
    ("action", "expected"), [("*", "empty"), ("b", None), ("a", "empty"), (None, "empty")]
)
def test_when_apps_are_enumerated_a_starred_action_is_any(action: str | None, expected: str | None) -> None:
    assert intent_filter.match({"actions": ["a"]}, None, action=action, wildcard_query=True) == expected


# Android's CTS asserts these of wildcards; link resolution never uses them.
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("scheme1:*", None),
        ("scheme1://*/", "host"),
        ("scheme1://*:200/", "host"),
        ("*:foo", None),
        ("*://authority1:200/", "host"),
        ("*:*", None),
    ],
)
def test_wildcards_in_the_data_match_any_authority(data: str, expected: str | None) -> None:
    ported = {"schemes": ["scheme1"], "authorities": [{"host": "authority1", "port": "100"}]}
    assert intent_filter.match(ported, data, wildcard_query=True) == expected
    assert intent_filter.match(ported, data) is None


def test_a_port_that_is_no_number_is_refused() -> None:
    with pytest.raises(PatternError, match="port"):
        intent_filter.match({"schemes": ["a"], "authorities": [{"host": "b", "port": "x"}]}, "a://b")


@given(st.sampled_from([*PatternType, "regex"]), globs | st.text(), st.none() | texts | st.text())
@example("simple_glob", ".*\\", "a")
def test_pattern_match_raises_nothing_but_its_own_error(type: str, pattern: str, text: str | None) -> None:
    try:
        assert pattern_match(type, pattern, text) in (True, False)
    except PatternError:
        assert type in ("advanced_glob", "regex")


@given(filters, data_uris, st.sampled_from([None, "a", "b"]), st.booleans())
def test_match_answers_with_a_category_or_none(
    filter: dict[str, Any], data: str | None, action: str | None, wildcard: bool
) -> None:
    try:
        matched = intent_filter.match(filter, data, action=action, wildcard_query=wildcard)
    except PatternError:
        return
    assert matched is None or matched in list(MatchCategory)
