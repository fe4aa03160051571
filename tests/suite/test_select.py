from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.suite.errors import SelectionError
from dropcheck.suite.select import Shard, tag_test

from .conftest import outcome


@pytest.mark.parametrize(
    ("expression", "tags", "taken"),
    [
        ("", (), True),
        ("a", ("a",), True),
        ("a", ("b",), False),
        ("not a", (), True),
        ("not not a", ("a",), True),
        ("a or b and c", ("a",), True),
        ("(a or b) and c", ("a",), False),
        ("a and not (b or c)", ("a", "d"), True),
        ("a AND NOT b", ("a", "b"), False),
        ("tik*", ("tiktok",), True),
        ("not-a-word", ("not-a-word",), True),
    ],
)
def test_tags_combine_as_written(expression, tags, taken):
    assert tag_test(expression)(tags) is taken


@pytest.mark.parametrize(
    "expression", ["and", "a b", "a and", "(a", "a)", "not", "()", "(" * 500 + "a" + ")" * 500]
)
def test_a_broken_expression_is_told(expression):
    with pytest.raises(SelectionError, match="--tag"):
        tag_test(expression)


@given(
    st.text(alphabet="ab()*?[ ", max_size=30)
    | st.lists(st.sampled_from(["a", "and", "or", "not", "(", ")"])).map(" ".join)
)
def test_any_expression_is_a_test_or_a_selection_error(expression):
    assert outcome(lambda: tag_test(expression)(("a",)))


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0", "", "-1/2", "1/2/3"])
def test_a_share_that_cannot_be_is_told(text):
    with pytest.raises(SelectionError, match="--shard"):
        Shard.parse(text)


@given(st.integers(1, 9), st.lists(st.text()))
def test_every_key_belongs_to_exactly_one_share_and_shares_are_even(count, keys):
    shares = [Shard(index, count).of(keys) for index in range(1, count + 1)]
    assert sorted(key for share in shares for key in share) == sorted(set(keys))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_a_share_is_the_same_on_every_machine_and_in_every_order():
    keys = [f"link-{number}" for number in range(6)]
    assert Shard(1, 2).of(keys) == Shard(1, 2).of(reversed(keys))
    assert sorted(Shard(1, 2).of(keys)) == ["link-2", "link-3", "link-4"]
