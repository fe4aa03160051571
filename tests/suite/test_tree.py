"""YAML as typed, with places, within limits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.suite.errors import SuiteError
from dropcheck.suite.tree import MAX_BYTES, MAX_DEPTH, Source, parse, read_source

from .conftest import outcome


def tree(text: str):
    return parse(Source("x.yaml", text)).data()


def problem(text: str):
    with pytest.raises(SuiteError) as caught:
        parse(Source("x.yaml", text))
    return caught.value.problems[0]


@pytest.mark.parametrize(
    "typed", ["2:58", "NO", "yes", "0859712345678", "1989", "2026-11-20", "1_000", "0x10", "1e3"]
)
def test_a_plain_scalar_keeps_the_text_that_was_typed(typed):
    assert tree(f"a: {typed}") == {"a": typed}


@pytest.mark.parametrize("typed", ["", "~", "null"])
def test_an_empty_value_is_nothing(typed):
    assert tree(f"a: {typed}") == {"a": None}


def test_a_quoted_null_is_a_text():
    assert tree('a: "null"') == {"a": "null"}


def test_nodes_know_where_they_stand():
    node = parse(Source("x.yaml", "a:\n  - b: c\n")).value["a"].value[0].value["b"]
    assert (node.line, node.column) == (2, 8)


def test_an_alias_means_what_its_anchor_holds():
    assert tree("a: &x {k: v}\nb: *x") == {"a": {"k": "v"}, "b": {"k": "v"}}


def test_a_merge_key_gives_way_to_own_keys_before_and_after_it():
    text = "base: &b {one: 1, two: 2, three: 3}\na:\n  one: own\n  <<: *b\n  two: own\n"
    assert tree(text)["a"] == {"one": "own", "two": "own", "three": "3"}


def test_a_duplicate_key_names_the_line_of_the_first():
    found = problem("a: 1\nb: 2\na: 3\n")
    assert (found.line, found.column) == (3, 1)
    assert "given twice" in found.message
    assert "line 1" in found.hint


def test_every_duplicate_key_is_told():
    with pytest.raises(SuiteError) as caught:
        parse(Source("x.yaml", "a: 1\na: 2\nb: {c: 1, c: 2}\n"))
    assert [p.line for p in caught.value.problems] == [2, 3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: !!python/object/apply:os.system [ls]", "tag"),
        ("!x {a: 1}", "tag"),
        ("a: !!str 1", "tag"),
        ("a: *b", "not defined above"),
        ("a: &a [*a]", "not defined above"),
        ("? [a]\n: b", "a key must be a word"),
        ("a: 1\n---\nb: 2", "second document"),
        ("", "empty"),
        ("# only a comment\n", "empty"),
        ("---\n...\n", "empty"),
        ("<<: 3", "takes a mapping"),
        ("a: [1", "not valid YAML"),
        ("a: b: c", "not valid YAML"),
        ("a: \x07", "doesn't allow"),
        ("a: \ud800", "half a character"),
    ],
)
def test_what_is_no_plain_data_is_refused(text, said):
    assert said in problem(text).message


def test_text_of_another_encoding_is_told_as_that():
    assert "UTF-8" in problem("suite: x\n".encode("utf-16-le").decode()).hint


def test_a_tab_is_explained():
    assert "tabs" in problem("a:\n\tb: 1\n").hint


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("- url:https://a.example\n  name: x\n", 1, "no space after the colon"),
        ("a: Love: A Story\n", 1, "put quotes around"),
        ('a:\n  b: "Love\nc: d\n', 2, "never closed"),
        ("a: @home\n", 1, "put the value in quotes"),
        ("l:\n  - a: b\n   c: d\n", 3, "indent this line"),
        ("l: {a: ${X}}\n", 1, "put quotes around"),
    ],
)
def test_the_usual_slips_are_told_where_they_were_made(text, line, said):
    found = problem(text)
    assert found.line == line
    assert said in f"{found.message} {found.hint}"


def test_a_yaml_bomb_is_refused_before_it_is_expanded():
    rows = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for here, above in zip("bcdefghi", "abcdefgh", strict=True):
        rows.append(f"{here}: &{here} [{', '.join([f'*{above}'] * 9)}]")
    assert "aliases" in problem("\n".join(rows)).message


@pytest.mark.parametrize("text", ["[" * 5000, "{a: " * 5000, "- " * 5000])
def test_deep_nesting_is_refused(text):
    assert str(MAX_DEPTH) in problem(text).message


def test_nesting_through_aliases_counts():
    text = "k0: &a0 [x]\n" + "".join(f"k{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 100))
    assert str(MAX_DEPTH) in problem(text).message


def test_json_is_read_with_its_surrogate_pairs():
    data = {"title": "😀 \\ud83d", "n": [1, "a/b"], "e": ""}
    assert tree(json.dumps(data)) == {"title": "😀 \\ud83d", "n": ["1", "a/b"], "e": ""}
    assert tree('{"a":"x\\/y",\n\t"b":1}') == {"a": "x/y", "b": "1"}


json_texts = st.recursive(
    st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), json_texts, min_size=1, max_size=4), st.booleans())
def test_every_json_text_is_read_as_it_was_written(data, ascii_only):
    text = json.dumps(data, ensure_ascii=ascii_only)
    # YAML has no place for some control characters, and no key above 1024 characters.
    said = outcome(lambda: tree(text))
    assert said == "read" or "doesn't allow" in said or "not valid YAML" in said
    assert said != "read" or tree(text) == data


def test_utf16_with_its_mark_is_read(tmp_path: Path):
    file = tmp_path / "a.yaml"
    file.write_bytes("a: é".encode("utf-16"))
    assert parse(read_source(file, "a.yaml")).data() == {"a": "é"}


def test_bytes_that_are_no_text_name_their_line(tmp_path: Path):
    file = tmp_path / "a.yaml"
    file.write_bytes(b"a: b\nc: \xff\n")
    with pytest.raises(SuiteError, match=r"a\.yaml:2:1: this line is not UTF-8"):
        read_source(file, "a.yaml")


def test_a_file_above_the_limit_is_not_parsed(tmp_path: Path):
    file = tmp_path / "a.yaml"
    file.write_bytes(b"a: " + b"x" * MAX_BYTES)
    with pytest.raises(SuiteError, match="larger than 10 MB"):
        read_source(file, "a.yaml")


@pytest.mark.parametrize("name", ["missing.yaml", ".", "a\x00b"])
def test_what_is_no_file_is_said(tmp_path: Path, name):
    with pytest.raises(SuiteError):
        read_source(tmp_path / name, name)
