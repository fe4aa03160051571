"""Is the cover everywhere the cover? Same upload, same bytes, then a perceptual hash and colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin, urlsplit

from dropcheck.catalog.ask import AskError, Trouble, must_be_ok
from dropcheck.catalog.page import read_page
from dropcheck.catalog.picture import (
    MAX_BYTES,
    Alike,
    Picture,
    PictureComparison,
    PictureError,
    compare_pictures,
    has_second_hash,
    read_file,
    read_picture,
    same_upload,
    thumbnail,
)
from dropcheck.catalog.tiktok import TikTok
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.options import ArtworkOptions
from dropcheck.check.release_clock import in_window, release_of, too_early
from dropcheck.check.rulebook import finding, grave
from dropcheck.check.stores import NAMES, Stores
from dropcheck.result import Basis, Finding, Release, Severity, Verdict
from dropcheck.suite import Case

#: Sources that crop and recompress: one band looser (`reference/services.md` 8.3).
_LOSSY = frozenset({"tiktok", "smart_link"})
_LOOSER_BY = 4
_SECOND_HASH = (
    "Artwork: stickers and other changes of a corner (imagehash is missing: pip install imagehash)."
)
_RULES = {
    Alike.SIMILAR: "artwork/similar",
    Alike.TINTED: "artwork/tinted",
    Alike.DIFFERENT: "artwork/different",
}
_SAID = {
    Alike.SAME_IMAGE: "the same upload",
    Alike.SAME_BYTES: "the same file",
    Alike.SAME: "the same picture",
    Alike.SIMILAR: "nearly the same picture",
    Alike.TINTED: "the same picture in other colours",
    Alike.DIFFERENT: "another picture",
}


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a source's picture is: its address, or why there is none."""

    source: str
    url: str | None = None
    error: AskError | None = None
    why_not: str = ""


@dataclass(slots=True)
class _Comparison:
    """The pictures of one check, compared with the sheet's (or the first store's) one after the other."""

    case: Case
    context: CheckContext
    options: ArtworkOptions
    release: Release
    reference: Picture | None = None
    reference_name: str = "the sheet's artwork"
    findings: list[Finding] = field(default_factory=list)
    seen: list[tuple[str, Picture, PictureComparison | None]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def add_sheet(self) -> None:
        """Read the sheet's file; one that is no picture is told, and stores are then compared among themselves."""
        artwork, folder = self.case.release.artwork, self.case.folder
        if artwork is None or folder is None:
            return
        try:
            self.reference = read_file(folder / artwork)
        except (OSError, PictureError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            seen = f"{artwork}: {why}."
            made = finding(
                "artwork/sheet-unreadable", seen, Basis.OBSERVED, evidence={"file": artwork}, value=why
            )
            self.findings.append(made)
            self.release.artwork.append({"source": "sheet", "match": "unknown", "note": str(why)})
            return
        self._note_shape("The sheet", self.reference)
        self._entry("sheet", None, self.reference, "same", "")

    def add(self, found: _Found, picture: Picture | None) -> None:
        """Compare one source's picture; without `picture` it is the same upload as one seen before."""
        name = NAMES[found.source]
        if picture is None:
            _, picture, comparison = next(one for one in self.seen if same_upload(one[0], found.url or ""))
            comparison = comparison or PictureComparison(Alike.SAME_IMAGE)
        elif self.reference is None:
            self.reference, self.reference_name = picture, f"{name}'s picture"
            self.seen.append((found.url or "", picture, None))
            self._note_shape(name, picture)
            note = "what the others are compared with: the sheet has no artwork"
            self._entry(found.source, found.url, picture, "unknown", note)
            return
        else:
            looser = _LOOSER_BY if found.source in _LOSSY else 0
            comparison = compare_pictures(
                self.reference,
                picture,
                same_within=self.options.same_within + looser,
                different_above=self.options.different_above + looser,
                cut=found.source in _LOSSY,
            )
            if found.source != "smart_link":
                self._note_shape(name, picture)
        self.seen.append((found.url or "", picture, comparison))
        self._judge(found, picture, comparison)

    def _judge(self, found: _Found, picture: Picture, comparison: PictureComparison) -> None:
        name = NAMES[found.source]
        rule = _RULES.get(comparison.alike)
        words = _SAID[comparison.alike]
        measured = {"distance": comparison.distance, "tint": comparison.tint}
        if rule is not None:
            seen = f"{name} shows {words}, compared with {self.reference_name}."
            evidence = {**measured, "url": _kept_address(found.url)}
            # Without the sheet's own file nobody knows which of two covers is the right one.
            against_sheet = self.reference_name == "the sheet's artwork"
            # A link's preview is often a wide card made around the cover.
            is_card = found.source == "smart_link" and not picture.is_square
            severity = None if against_sheet and not is_card else Severity.WARNING
            made = finding(rule, seen, Basis.OBSERVED, evidence=evidence, severity=severity, service=name)
            self.findings.append(made)
        match = {Alike.SIMILAR: "similar", Alike.TINTED: "different", Alike.DIFFERENT: "different"}
        self._entry(found.source, found.url, picture, match.get(comparison.alike, "same"), words, measured)

    def miss(self, found: _Found) -> None:
        """Note a source without a picture: an error of its own, or nothing to ask."""
        name = NAMES[found.source]
        if found.error is None:
            entry = {"source": found.source, "match": "skipped", "note": found.why_not}
            self.release.artwork.append(entry)
            return
        self.release.artwork.append({"source": found.source, "match": "unknown", "note": found.error.detail})
        self.troubles.append(found.error.trouble)
        if found.error.trouble is not Trouble.NOT_FOUND:
            seen = f"{name}: {found.error.detail}."
            made = finding(
                "artwork/unavailable", seen, Basis.OBSERVED, service=name, value=found.error.detail
            )
            self.findings.append(made)

    def _note_shape(self, name: str, picture: Picture) -> None:
        if not picture.is_square:
            value = f"{picture.width} × {picture.height}"
            seen = f"It has {value} pixels."
            made = finding("artwork/not-square", seen, Basis.OBSERVED, service=name, value=value)
            self.findings.append(made)

    def _entry(
        self,
        source: str,
        url: str | None,
        picture: Picture,
        match: str,
        note: str,
        measured: Mapping[str, float | None] = MappingProxyType({}),
    ) -> None:
        kept = None
        if self.context.evidence is not None:
            kept = self.context.evidence.keep(self.case.id, f"artwork-{source}.png", thumbnail(picture))
        entry: dict[str, Any] = {
            "source": source,
            "file": kept,
            "url": _kept_address(url),
            "match": match,
            "note": note,
            **measured,
            "width": picture.width,
            "height": picture.height,
            "read_at": self.context.now.isoformat(),
        }
        self.release.artwork.append(entry)


async def artwork(case: Case, context: CheckContext) -> CheckResult:
    """Compare the sheet's cover with every store's, the Sound Page's and the smart link's preview."""
    options = case.options
    assert isinstance(options, ArtworkOptions)
    if case.is_pending(context.now):
        return too_early(case, context.now)
    stores = Stores(context)
    comparison = _Comparison(case, context, options, release_of(case, context.now))
    comparison.add_sheet()
    for source in options.sources:
        found = await _look_up(source, case, options, stores)
        if found.url is None:
            comparison.miss(found)
            continue
        if any(same_upload(url, found.url) for url, _, _ in comparison.seen):
            comparison.add(found, None)
            continue
        try:
            answer = must_be_ok(await stores.asker.get(found.url, limit=MAX_BYTES))
            comparison.add(found, read_picture(answer.body))
        except AskError as error:
            comparison.miss(_Found(source, error=error))
        except PictureError as error:
            comparison.miss(_Found(source, error=AskError(Trouble.UNREADABLE, str(error))))
    return _result(comparison, in_window(case, context.now))


def _result(comparison: _Comparison, window: bool) -> CheckResult:
    found, troubles = comparison.findings, comparison.troubles
    compared = [one for one in comparison.release.artwork if one["match"] in ("same", "similar", "different")]
    compared = [one for one in compared if one["source"] != "sheet"]
    told = grave(found)
    if any(one.severity is Severity.ERROR for one in found):
        verdict = Verdict.FAIL
    elif Trouble.UNREACHABLE in troubles:
        verdict = Verdict.ERROR
    elif any(one is not Trouble.NOT_FOUND for one in troubles):
        verdict = Verdict.BLOCKED
    elif told:
        verdict = Verdict.WARN
    elif troubles and window:
        verdict = Verdict.PENDING
    else:
        verdict = Verdict.PASS if compared else Verdict.SKIPPED
    if told:
        reason = told[0].title
    elif verdict is Verdict.PASS:
        names = ", ".join(NAMES[one["source"]] for one in compared)
        reason = f"{names}: the same picture. That the wording on it is right, no comparison can prove."
    elif verdict is Verdict.PENDING:
        reason = "Not every store shows the release yet; they take up to 48 hours."
    else:
        reason = "There is nothing to compare: no artwork on the sheet, or no store that shows one."
    not_checked = [] if has_second_hash() else [_SECOND_HASH]
    data = {"not_checked": not_checked}
    return CheckResult(verdict, reason, findings=found, release=comparison.release, data=data)


async def _look_up(source: str, case: Case, options: ArtworkOptions, stores: Stores) -> _Found:
    sheet = case.release
    try:
        if source == "tiktok":
            if sheet.tiktok_sound is None:
                return _Found(source, why_not="the sheet names no Sound Page")
            tiktok = TikTok(stores.asker)
            facts = await tiktok.sound(await tiktok.music_id(sheet.tiktok_sound))
            return _of(source, facts.cover)
        if source == "smart_link":
            if options.smart_link is None:
                return _Found(source, why_not="no smart_link is given")
            answer = must_be_ok(await stores.asker.get(options.smart_link))
            image = read_page(answer.text).first("og:image", "og:image:url", "twitter:image")
            return _of(source, _joined(answer.url, image))
        reading = await stores.read(source, sheet)
    except AskError as error:
        return _Found(source, error=error)
    if reading.facts is None:
        return _Found(source, error=reading.error, why_not=reading.why_not)
    return _of(source, reading.facts.artwork)


def _joined(base: str, image: str | None) -> str | None:
    """Return a picture's whole address; None where a page names none, or something that is no address."""
    try:
        return urljoin(base, image) if image else None
    except ValueError:
        return None


def _of(source: str, url: str | None) -> _Found:
    if url is None or urlsplit(url).scheme not in ("http", "https"):
        return _Found(source, error=AskError(Trouble.UNREADABLE, "it shows no picture"))
    return _Found(source, url)


def _kept_address(url: str | None) -> str | None:
    """Return a picture's address without its query: TikTok signs there, and signatures are kept nowhere."""
    return urlsplit(url)._replace(query="", fragment="").geturl() if url else None
