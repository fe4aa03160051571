"""Who is credited: by id, by name and by order, in lists and in joined texts."""

from __future__ import annotations

import pytest

from dropcheck.catalog.credits import Credit, CreditFault, compare_credits, compare_joined
from dropcheck.catalog.match import Match

E, S, D, U = Match.EXACT, Match.STYLE, Match.DIFFERENT, Match.UNKNOWN


MARA, KAI = Credit("Mara Vale", "1"), Credit("Kai, The Tide", "2")


FEATURED = Credit("Kai, The Tide", "2", main=False)


@pytest.mark.parametrize(
    ("expected", "seen", "in_title", "match", "fault"),
    [
        ((MARA,), (MARA,), (), E, None),
        ((MARA, KAI), (MARA, KAI), (), E, None),
        ((MARA, KAI), (KAI, MARA), (), S, CreditFault.ORDER),
        ((MARA,), (Credit("Mara Vale", "9"),), (), D, CreditFault.WRONG_PAGE),
        ((Credit("Mara Vale"),), (Credit("Mara Vale", "9"),), (), E, None),
        ((MARA, KAI), (MARA,), (), D, CreditFault.MISSING),
        ((MARA,), (MARA, KAI), (), D, CreditFault.EXTRA),
        ((MARA, FEATURED), (MARA,), ("Kai, The Tide",), E, None),
        ((MARA, FEATURED), (FEATURED, MARA), (), D, CreditFault.MAIN_NOT_FIRST),
        ((Credit("Beyoncé"),), (Credit("Beyonce"),), (), S, CreditFault.SPELLING),
        ((MARA,), (), (), U, None),
    ],
)
def test_credits_are_compared_by_id_name_and_order(
    expected: tuple[Credit, ...],
    seen: tuple[Credit, ...],
    in_title: tuple[str, ...],
    match: Match,
    fault: CreditFault | None,
) -> None:
    found = compare_credits(expected, seen, in_title)
    assert (found.match, found.fault) == (match, fault)


@pytest.mark.parametrize(
    ("text", "first_id", "match", "fault"),
    [
        ("Mara Vale & Kai, The Tide", None, E, None),
        ("Mara Vale, Kai, The Tide", "1", E, None),
        ("Mara Vale feat. Kai, The Tide", None, E, None),
        ("Mara Vale", None, D, CreditFault.MISSING),
        ("Mara Vale, Kai, The Tide & Lo", None, D, CreditFault.EXTRA),
        ("Kai, The Tide & Mara Vale", None, S, CreditFault.ORDER),
        ("Mara Vale & Kai, The Tide", "9", D, CreditFault.WRONG_PAGE),
        ("MARA VALE & Kai, The Tide", None, S, CreditFault.SPELLING),
        ("", None, U, None),
    ],
)
def test_a_joined_credit_is_searched_for_the_sheets_names(
    text: str, first_id: str | None, match: Match, fault: CreditFault | None
) -> None:
    found = compare_joined((MARA, KAI), text, first_id=first_id)
    assert (found.match, found.fault) == (match, fault)


JAY, LIN = Credit("周杰倫"), Credit("林俊傑")


@pytest.mark.parametrize(
    ("text", "match", "fault"),
    [
        ("周杰倫、林俊傑", E, None),
        ("周杰伦 & 林俊杰", S, CreditFault.SPELLING),
        ("周杰伦", D, CreditFault.MISSING),
        ("周杰伦, 林俊杰 & 张惠妹", D, CreditFault.EXTRA),
    ],
)
def test_names_in_the_other_chinese_characters_are_another_spelling(
    text: str, match: Match, fault: CreditFault | None
) -> None:
    pytest.importorskip("opencc", reason="OpenCC is missing: pip install opencc")
    found = compare_joined((JAY, LIN), text)
    assert (found.match, found.fault) == (match, fault)
    assert compare_credits((JAY,), (Credit("周杰伦"),)).fault is CreditFault.SPELLING


def test_a_namesake_the_sheet_warns_of_is_a_wrong_page() -> None:
    warned = Credit("Mara Vale", namesakes=frozenset({"9"}))
    assert compare_credits((warned,), (Credit("Mara Vale", "9"),)).fault is CreditFault.WRONG_PAGE
    assert compare_joined((warned,), "Mara Vale", first_id="9").fault is CreditFault.WRONG_PAGE
    assert compare_credits((warned,), (Credit("Mara Vale", "8"),)).match is E


@pytest.mark.parametrize(
    ("expected", "seen", "match", "fault"),
    [
        (Credit("Jay Chou", "1"), Credit("周杰倫", "1"), S, CreditFault.SPELLING),
        (Credit("Jay Chou"), Credit("周杰倫", "1"), S, CreditFault.SPELLING),
        (Credit("Кино", "1"), Credit("Kino", "1"), S, CreditFault.SPELLING),
        # Another page, or another name in the same script, is another artist.
        (Credit("Jay Chou", "1"), Credit("周杰倫", "9"), D, CreditFault.MISSING),
        (Credit("Jay Chou"), Credit("J. Chou"), D, CreditFault.MISSING),
        (Credit("Jay Chou"), Credit("Jay 周"), D, CreditFault.MISSING),
    ],
)
def test_a_name_in_another_script_is_a_spelling_as_long_as_the_page_is_the_same(
    expected: Credit, seen: Credit, match: Match, fault: CreditFault
) -> None:
    found = compare_credits((expected,), (seen,))
    assert (found.match, found.fault) == (match, fault)


@pytest.mark.parametrize(
    ("text", "first_id", "match", "fault"),
    [
        ("周杰倫", None, S, CreditFault.SPELLING),
        ("周杰倫", "1", S, CreditFault.SPELLING),
        ("周杰倫", "9", D, CreditFault.WRONG_PAGE),
        ("Jay Chou & 林俊傑", "1", D, CreditFault.EXTRA),
        ("Somebody Else", "1", D, CreditFault.MISSING),
    ],
)
def test_a_joined_credit_in_another_script_is_a_spelling_too(
    text: str, first_id: str | None, match: Match, fault: CreditFault
) -> None:
    found = compare_joined((Credit("Jay Chou", "1"),), text, first_id=first_id)
    assert (found.match, found.fault) == (match, fault)
