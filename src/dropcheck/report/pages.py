"""Makes a page of a report from its template: everything a page is handed, and how it is escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dropcheck.report.comparison import Change, Comparison, compare
from dropcheck.report.errors import ReportError
from dropcheck.report.headline import headline
from dropcheck.report.inert import one_line, plain_text, web_address
from dropcheck.report.journeys import host_of
from dropcheck.report.pictures import Picture, Pictures
from dropcheck.report.reading import notices
from dropcheck.report.release_table import ReleaseTable, release_table
from dropcheck.report.release_view import ReleaseView, release_views
from dropcheck.report.trace_links import TraceLinks
from dropcheck.report.trust import phone_trust
from dropcheck.report.wording import Word, Wording, proper_name, word_of, wording
from dropcheck.result import Basis, CaseResult, Ceiling, Results

REPORT_NAME = "index.html"
PHONE_PAGE_NAME = "on-your-phone.html"
_TEMPLATES = resources.files("dropcheck.report") / "templates"


@dataclass(frozen=True, slots=True)
class Edition:
    """For whom a report is made.

    `language` is one of `wording.languages()`. `label` leaves tool words and commands out and puts `client`,
    `logo` (a picture file) and `notes` on the page; `link_artwork` links store artwork instead of copying it.
    """

    language: str = "en"
    label: bool = False
    client: str = ""
    logo: Path | None = None
    notes: str = ""
    link_artwork: bool = False


def render(
    template: str,
    results: Results,
    previous: Results | None,
    edition: Edition,
    pictures: Pictures,
    *,
    traces: TraceLinks | None = None,
    single_file: bool,
    index: str = "",
    table: ReleaseTable | None = None,
) -> str:
    """Return a page made from `template`.

    `index` is the address of the page over all releases, where there is one; `table` the table of releases,
    made here where it isn't given and there are several.
    """
    say = wording(edition.language)
    comparison = compare(previous, results) if previous is not None else None
    releases = release_views(results, pictures, say, traces=traces, link_artwork=edition.link_artwork)
    if table is None and len(releases) > 1:
        table = release_table({"": results}, say)
    script = _file("report.js")
    return (
        _environment()
        .get_template(template)
        .render(
            say=say,
            results=results,
            run=results.run,
            edition=edition,
            logo=_logo(edition, pictures),
            headline=headline(results, say),
            releases=releases,
            table=table,
            index=index,
            title=_title(releases, edition, say),
            changes=_changes(comparison),
            anchors={case_id: at for release in releases for case_id, at in release.anchors.items()},
            named={case_id: name for release in releases for case_id, name in release.named.items()},
            not_decided=_not_decided(results),
            previous=previous,
            trust=phone_trust(results.profiles, say),
            notices=notices(results),
            single_file=single_file,
            phone_page=f"#{PHONE_PAGE_NAME.removesuffix('.html')}" if single_file else PHONE_PAGE_NAME,
            report_page="" if single_file else REPORT_NAME,
            style=Markup(_style()),  # noqa: S704 - our own files
            script=Markup(script),  # noqa: S704 - our own file, and its hash is in the page's policy
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            phones={
                case.profile: say.phone(case.profile, results.profiles)
                for case in results.cases
                if case.profile
            },
        )
    )


def _logo(edition: Edition, pictures: Pictures) -> Picture | None:
    if edition.logo is None:
        return None
    logo = pictures.add(edition.logo)
    if logo is None:
        raise ReportError(
            f"{edition.logo}: this picture can't be read; a logo is a PNG, JPEG, WebP or GIF file"
        )
    return logo


def _title(releases: list[ReleaseView], edition: Edition, say: Wording) -> str:
    if len(releases) == 1:
        return releases[0].title
    return edition.client or say("page.several_releases", count=len(releases))


def _not_decided(results: Results) -> list[tuple[str, list[CaseResult]]]:
    """Return the reasons why cases came to no result, each with its cases."""
    reasons: dict[str, list[CaseResult]] = {}
    for case in results.cases:
        if word_of(case.verdict) in (Word.UNCHECKED, Word.EARLY):
            reasons.setdefault(case.reason or case.verdict.value, []).append(case)
    return list(reasons.items())


def _changes(comparison: Comparison | None) -> list[tuple[str, list[Any]]]:
    if comparison is None:
        return []
    sections = (
        ("new", (Change.NEW, Change.WORSE)),
        ("still", (Change.STILL,)),
        ("fixed", (Change.FIXED,)),
        ("flaky", (Change.FLAKY,)),
        ("unchecked", (Change.UNCHECKED,)),
        ("added", (Change.ADDED,)),
        ("gone", (Change.GONE,)),
    )
    return [(name, entries) for name, kinds in sections if (entries := comparison.of(*kinds))]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dropcheck.report", "templates"),
        autoescape=True,
        finalize=_without_control_characters,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., Any]] = {
        "line": one_line,
        "plain": plain_text,
        "address": web_address,
        "host": host_of,
        "proper": proper_name,
        "word": word_of,
        "qr": qr_code,
    }
    environment.filters.update(filters)
    environment.globals.update(Basis=Basis, Ceiling=Ceiling)
    return environment


def qr_code(url: str) -> Markup | None:
    """Return `url` as an inline SVG QR code, or None when it is too long for one."""
    try:
        code = segno.make(url, error="m", micro=False)
    except (segno.DataOverflowError, ValueError):
        return None
    drawn = code.svg_inline(scale=4, border=2, dark="#17151a", light="#ffffff", omitsize=True)
    return Markup(drawn)  # noqa: S704 - squares as segno draws them; no text of the address is in it


def _without_control_characters(value: object) -> object:
    return plain_text(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(maxsize=1)
def _style() -> str:
    font = base64.b64encode((_TEMPLATES / "display.woff2").read_bytes()).decode()
    return _file("report.css").replace("url(display.woff2)", f"url(data:font/woff2;base64,{font})")


def _file(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
