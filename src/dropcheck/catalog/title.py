"""Titles taken apart, not cut down: the song's name, who is featured in it, and which version it is.

Stores write versions after a dash (Spotify) or in brackets (Apple), and features in the title or in the
credit; a version word that is missing or added is another recording (`reference/services.md` 8.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .match import Match, canonical, compare_text, folded, unaccented

_BRACKETS = str.maketrans("（）［］【】", "()[][]")
_GROUP = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_DASH = re.compile(r"\s+[-‐‑‒–—―]\s+")
_FEATURED = re.compile(r"(?:feat\.?|ft\.?|featuring|with|con|avec|x)\s+(?=\S)", re.IGNORECASE)
#: Without brackets only the markers that are no ordinary words.
_FEATURED_BARE = re.compile(r"\s+(?:feat\.?|ft\.|featuring)\s+(?=\S)", re.IGNORECASE)
_NAMES = re.compile(r"\s*(?:,|&|\band\b|、|\bund\b|\by\b|\bet\b)\s*", re.IGNORECASE)
#: Words that make another recording of a song, in the languages stores write them in.
_VERSION = re.compile(
    r"(?<!\w)(?:re-?mix(?:es|ed)?|rmx|remezcla|edit|(?:re)?mix|version|versión|versione|cut|re-?work|bootleg|dub"
    r"|re-?master(?:ed|izado)?|instrumental|acoustic|acústic[oa]|acoustique|akustik|unplugged|karaoke|demo|deluxe"
    r"|sped[ -]?up|speed[ -]?up|slowed|nightcore|reverb|a ?cappella|acapella|extended|vip|stripped|orchestral"
    r"|reprise|sessions?|bonus track|anniversary|clean|explicit|re-?recorded|lo-?fi|8d|mono|stereo"
    r"|live(?:\s+(?:at|in|from|on|version|session|@).*)?$|.*\blive|en vivo|ao vivo|en directo|dal vivo)(?!\w)"
    r"|リミックス|ライブ|インスト|アコースティック|リマスター|现场|現場|混音|伴奏|加速",
    re.IGNORECASE,
)
#: Words of a version that say nothing beside the others: `Deluxe` and `Deluxe Edition`, `Slowed + Reverb` and
#: `Slowed and Reverb`.
_SAY_NOTHING = frozenset({"version", "edition", "and"})
#: Versions that say nothing, which stores forbid but get, and the suffixes stores add to releases.
_NEUTRAL = frozenset({"originalmix", "albumversion", "originalversion", "single", "ep"})


@dataclass(frozen=True, slots=True)
class Title:
    """A title's parts, each as it was written; `text` is the whole."""

    text: str
    base: str
    featured: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()

    @property
    def version(self) -> str | None:
        """The versions as one text, None when the title names none."""
        return " ".join(self.versions) or None


@dataclass(frozen=True, slots=True)
class TitleComparison:
    """How a store's title stands to the sheet's: its name, its version, and the features only one side has.

    `missing_version` and `extra_version` say what is there on one side alone.
    """

    base: Match
    version: Match
    expected: Title
    seen: Title
    extra_featured: tuple[str, ...] = ()
    missing_featured: tuple[str, ...] = ()

    @property
    def missing_version(self) -> str | None:
        """The version the sheet names and the store leaves out."""
        return self.expected.version if self.seen.version is None else None

    @property
    def extra_version(self) -> str | None:
        """The version the store names and the sheet doesn't."""
        return self.seen.version if self.expected.version is None else None


def parse_title(text: str) -> Title:
    """Return the parts of a title; nothing is lost: what is no feature and no version stays in the base."""
    shape = text.translate(_BRACKETS)  # as long as the text itself, so that positions hold for both
    featured: list[str] = []
    versions: list[str] = []
    end = len(text)
    while True:
        kept = shape[:end].rstrip()
        end = len(kept)
        group = _last_group(kept)
        if group is None:
            break
        start, inner_start, inner_end = group
        inner = text[inner_start:inner_end].strip()
        if not kept[:start].strip() or not _sort(inner, featured, versions):
            break
        end = start
    end = _take_dashes(text, shape, end, featured, versions)
    bare = _FEATURED_BARE.search(shape, 0, end)
    if bare is not None and shape[: bare.start()].strip():
        featured[:0] = _names(text[bare.end() : end])
        end = bare.start()
    base, end = _take_inner_groups(text[:end], featured, versions), len(text)
    return Title(text, base or text.strip(), tuple(featured), tuple(versions))


def compare_titles(
    expected: str,
    seen: str,
    *,
    version: str | None = None,
    seen_version: str | None = None,
    artists: tuple[str, ...] = (),
    localized: tuple[str, ...] = (),
) -> TitleComparison:
    """Compare a store's title with the sheet's, part by part.

    `version` and `seen_version` are versions that stand beside the titles. `artists` are the credited names:
    a feature named in the store's title is extra unless it is one of them or of the sheet's title.
    `localized` are other titles that are right too.
    """
    sheet, store = (
        _with_version(parse_title(expected), version),
        _with_version(parse_title(seen), seen_version),
    )
    bases = [(compare_text(sheet.base, store.base), sheet)]
    for other in localized:
        parsed = _with_version(parse_title(other), version)
        bases.append((compare_text(parsed.base, store.base), parsed))
    order = (Match.EXACT, Match.STYLE, Match.UNKNOWN, Match.DIFFERENT)
    base, best = min(bases, key=lambda pair: order.index(pair[0]))
    known = [unaccented(name) for name in (*artists, *sheet.featured)]
    extra = tuple(name for name in store.featured if not any(_is_part(name, one) for one in known))
    shown = [unaccented(name) for name in store.featured]
    missing = tuple(
        name
        for name in best.featured
        if unaccented(name) not in shown and not any(_is_part(name, one) for one in shown)
    )
    return TitleComparison(base, _compare_versions(best, store), best, store, extra, missing)


def _is_part(name: str, known: str) -> bool:
    """Whether a feature is a known name, or the part of one that splitting at its comma left."""
    return bool(re.search(rf"(?<!\w){re.escape(unaccented(name))}(?!\w)", known))


def _with_version(title: Title, version: str | None) -> Title:
    """Add a version that stands beside the title, as Deezer's `title_version` does, once."""
    if not version or not version.strip():
        return title
    bare = version.strip()
    unwrapped = bare[1:-1] if bare[:1] in "([" and bare[-1:] in ")]" else bare
    featured: list[str] = []
    versions: list[str] = []
    if _FEATURED.match(unwrapped):
        _sort(unwrapped, featured, versions)
    elif not _is_neutral(unwrapped):
        versions.append(unwrapped)
    present = {folded(one) for one in title.versions}
    return Title(
        title.text,
        title.base,
        (*title.featured, *(name for name in featured if name not in title.featured)),
        (*title.versions, *(one for one in versions if folded(one) not in present)),
    )


def _compare_versions(expected: Title, seen: Title) -> Match:
    if expected.version is None and seen.version is None:
        return Match.EXACT
    if expected.version is None or seen.version is None:
        return Match.DIFFERENT
    plain = compare_text(expected.version, seen.version)
    if plain is Match.DIFFERENT and _words(expected.version) == _words(seen.version):
        return Match.STYLE
    return plain


def _words(version: str) -> list[str]:
    """The words of a version in any order: `2011 Remaster` and `Remastered 2011` are one."""
    found = re.findall(r"\w+", canonical(version).casefold().replace("remastered", "remaster"))
    return sorted(word for word in found if word not in _SAY_NOTHING)


def _last_group(shape: str) -> tuple[int, int, int] | None:
    """The bracketed group a text ends in: where it starts, and its inside."""
    close = shape[-1:]
    if close not in (")", "]"):
        return None
    depth = 0
    for at in range(len(shape) - 1, -1, -1):
        depth += (shape[at] in ")]") - (shape[at] in "([")
        if depth == 0:
            return at, at + 1, len(shape) - 1
    return None


def _take_dashes(text: str, shape: str, end: int, featured: list[str], versions: list[str]) -> int:
    """Take versions and features after dashes off the end; return where the rest ends."""
    while dashes := list(_DASH.finditer(shape, 0, end)):
        last = dashes[-1]
        if not shape[: last.start()].strip() or not _sort(text[last.end() : end].strip(), featured, versions):
            break
        end = last.start()
    return end


def _take_inner_groups(text: str, featured: list[str], versions: list[str]) -> str:
    """Take a feature in brackets out of the middle of what is left."""

    def take(found: re.Match[str]) -> str:
        inner = found[1].strip()
        return "" if _FEATURED.match(inner) and _sort(inner, featured, versions) else found[0]

    head, rest = text[:1], text[1:]
    return (
        (head + _GROUP.sub(take, rest.translate(_BRACKETS))).strip()
        if _GROUP.search(rest.translate(_BRACKETS))
        else text.strip()
    )


def _sort(inner: str, featured: list[str], versions: list[str]) -> bool:
    """Put a part where it belongs, in front of those found before it; False when it is part of the name."""
    if not inner:
        return True
    marker = _FEATURED.match(inner)
    if marker is not None:
        featured[:0] = _names(inner[marker.end() :])
        return True
    if _is_neutral(inner):
        return True
    if _VERSION.search(inner):
        versions.insert(0, inner)
        return True
    return False


def _is_neutral(version: str) -> bool:
    return folded(version) in _NEUTRAL


def _names(text: str) -> list[str]:
    return [name for name in (part.strip() for part in _NAMES.split(text)) if name]
