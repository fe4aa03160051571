"""Who is credited: the sheet's artists beside a service's, by id where there is one, by name and order.

The rules are `reference/services.md` 8.2: same order passes, another order of the same names is style,
anything else is different. A joined credit is never split at commas or ampersands, which names hold too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from . import chinese
from .match import Match, compare_text, folded, has_han, in_other_script, unaccented

#: What stands between two names of a joined credit.
_BETWEEN = (
    r"(?:,|&|\+|/|;|、|·|×|\bx\b|\band\b|\bund\b|\by\b|\bet\b|\bwith\b|\bvs\.?|\bfeat\.?|\bft\.?"
    r"|\bfeaturing\b)"
)
_AROUND = re.compile(rf"(?:{_BETWEEN}|[\s()\[\].])*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credit:
    """One credited artist; `id` is the service's own, None where the service gives none.

    `namesakes` are ids of other artists of the same name.
    """

    name: str
    id: str | None = None
    main: bool = True
    namesakes: frozenset[str] = frozenset()

    def is_on_wrong_page(self, seen_id: str | None) -> bool:
        """Whether an id a service shows for this name is known to be another artist's."""
        return bool(seen_id) and (seen_id in self.namesakes or (self.id is not None and seen_id != self.id))


class CreditFault(StrEnum):
    """What is wrong with a credit."""

    WRONG_PAGE = "wrong-page"
    ORDER = "order"
    MAIN_NOT_FIRST = "main-not-first"
    MISSING = "missing"
    EXTRA = "extra"
    SPELLING = "spelling"


@dataclass(frozen=True, slots=True)
class CreditComparison:
    """How a credit stands to the sheet's; `who` names the artists it is about."""

    match: Match
    fault: CreditFault | None = None
    who: tuple[str, ...] = ()


def compare_credits(
    expected: Sequence[Credit], seen: Sequence[Credit], in_title: Sequence[str] = ()
) -> CreditComparison:
    """Compare a list of credits. `in_title` is what the service says of features in its title instead.

    Same name, other id is `WRONG_PAGE`, whatever else is right.
    """
    if not expected or not seen:
        return CreditComparison(Match.UNKNOWN)
    wrong = [
        want.name
        for want in expected
        for got in seen
        if want.is_on_wrong_page(got.id) and _same_name(want, got)
    ]
    if wrong:
        return CreditComparison(Match.DIFFERENT, CreditFault.WRONG_PAGE, tuple(wrong))
    places = [_place(want, seen) for want in expected]
    missing = [
        want.name
        for want, place in zip(expected, places, strict=True)
        if place is None and (want.main or not any(names_artist(text, want.name) for text in in_title))
    ]
    if missing:
        return CreditComparison(Match.DIFFERENT, CreditFault.MISSING, tuple(missing))
    extra = [got.name for at, got in enumerate(seen) if at not in places]
    if extra:
        return CreditComparison(Match.DIFFERENT, CreditFault.EXTRA, tuple(extra))
    found = [place for place in places if place is not None]
    mains = [place for want, place in zip(expected, places, strict=True) if want.main and place is not None]
    if mains and not any(place == 0 for place in mains):
        return CreditComparison(Match.DIFFERENT, CreditFault.MAIN_NOT_FIRST, (seen[0].name,))
    if found != sorted(found):
        return CreditComparison(Match.STYLE, CreditFault.ORDER, tuple(got.name for got in seen))
    spelt = [
        seen[place].name
        for want, place in zip(expected, places, strict=True)
        if place is not None and seen[place].name != want.name
    ]
    if spelt:
        return CreditComparison(Match.STYLE, CreditFault.SPELLING, tuple(spelt))
    return CreditComparison(Match.EXACT)


def compare_joined(
    expected: Sequence[Credit], seen: str, in_title: Sequence[str] = (), first_id: str | None = None
) -> CreditComparison:
    """Compare a credit that a service writes as one text, such as Apple's `artistName`.

    The sheet's names are looked for in it; `first_id` is the id the service gives for the first of them.
    """
    if not expected or not seen.strip():
        return CreditComparison(Match.UNKNOWN)
    text = _plain(seen)
    spans: list[tuple[int, int, Credit]] = []
    missing: list[str] = []
    # The longest first: "Mara" must not be found inside "Mara Vale".
    for want in sorted(expected, key=lambda one: -len(one.name)):
        span = _find(want.name, text, [(start, end) for start, end, _ in spans])
        if span is not None:
            spans.append((*span, want))
        elif want.main or not any(names_artist(text, want.name) for text in in_title):
            missing.append(want.name)
    spans.sort(key=lambda span: span[0])
    rest = _outside(text, [(start, end) for start, end, _ in spans])
    extra = tuple(part.strip() for part in rest if not _AROUND.fullmatch(part))
    if missing and len(expected) == 1 and compare_text(expected[0].name, seen) is not Match.DIFFERENT:
        return _page(expected[0], first_id) or CreditComparison(Match.STYLE, CreditFault.SPELLING, (seen,))
    unread = not chinese.has_dictionary() and all(map(has_han, (*missing, seen)))
    if missing and not spans and (unread or all(in_other_script(name, seen) for name in missing)):
        return _page(expected[0], first_id) or CreditComparison(Match.STYLE, CreditFault.SPELLING, (seen,))
    if missing:
        return CreditComparison(Match.DIFFERENT, CreditFault.MISSING, tuple(missing))
    if extra:
        return CreditComparison(Match.DIFFERENT, CreditFault.EXTRA, extra)
    order = [want for _, _, want in spans]
    if order and not order[0].main:
        return CreditComparison(Match.DIFFERENT, CreditFault.MAIN_NOT_FIRST, (order[0].name,))
    if order and (wrong := _page(order[0], first_id)):
        return wrong
    listed = [want for want in expected if want in order]
    if order != listed:
        return CreditComparison(Match.STYLE, CreditFault.ORDER, tuple(one.name for one in order))
    spelt = tuple(want.name for want in order if want.name not in seen)
    return (
        CreditComparison(Match.STYLE, CreditFault.SPELLING, spelt) if spelt else CreditComparison(Match.EXACT)
    )


def names_artist(text: str, name: str) -> bool:
    """Whether a credit names an artist: as a whole word, as ``Mara`` is none in ``Tamara``."""
    whole = re.search(rf"(?<!\w){re.escape(_plain(name))}(?!\w)", _plain(text))
    return whole is not None or (bool(folded(name)) and folded(name) == folded(text))


def _page(want: Credit, seen_id: str | None) -> CreditComparison | None:
    if want.is_on_wrong_page(seen_id):
        return CreditComparison(Match.DIFFERENT, CreditFault.WRONG_PAGE, (want.name,))
    return None


def _same_name(one: Credit, two: Credit) -> bool:
    # What only a dictionary could tell apart, or a reader of both scripts, is told as another spelling.
    if compare_text(one.name, two.name) is not Match.DIFFERENT:
        return True
    other_page = one.id is not None and two.id is not None and one.id != two.id
    return in_other_script(one.name, two.name) and not other_page


def _place(want: Credit, seen: Sequence[Credit]) -> int | None:
    by_id = next((at for at, got in enumerate(seen) if want.id and got.id == want.id), None)
    if by_id is not None:
        # The right page under a wrong name is still a wrong credit.
        return by_id if _same_name(want, seen[by_id]) else None
    return next((at for at, got in enumerate(seen) if _same_name(want, got)), None)


def _plain(text: str) -> str:
    """A credit as it is searched: without case, accents and the choice of Chinese characters."""
    return chinese.simplified(unaccented(text)) if has_han(text) else unaccented(text)


def _find(name: str, text: str, taken: list[tuple[int, int]]) -> tuple[int, int] | None:
    wanted = _plain(name)
    for found in re.finditer(rf"(?<!\w){re.escape(wanted)}(?!\w)", text):
        if all(found.end() <= start or end <= found.start() for start, end in taken):
            return found.span()
    return None


def _outside(text: str, spans: list[tuple[int, int]]) -> list[str]:
    parts, at = [], 0
    for start, end in spans:
        parts.append(text[at:start])
        at = end
    return [*parts, text[at:]]
