"""Is the Sound Page the delivered release, and does *Add to Music App* lead to it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from dropcheck.catalog.ask import AskError, Trouble, must_be_ok
from dropcheck.catalog.match import Match, in_other_script
from dropcheck.catalog.picture import MAX_BYTES, PictureError, read_picture, thumbnail
from dropcheck.catalog.sound import (
    OTHER,
    Delivery,
    SoundFacts,
    artist_differs,
    delivery_of,
    from_page,
    page_address,
)
from dropcheck.catalog.tiktok import NotASoundError, TikTok
from dropcheck.catalog.title import compare_titles
from dropcheck.check.clip import audience_findings, clip_findings
from dropcheck.check.instagram_audio import TICK as INSTAGRAM_TICK
from dropcheck.check.instagram_audio import instagram_findings
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.options import SoundPageOptions
from dropcheck.check.page_in_browser import page_html
from dropcheck.check.recordings import is_titled, song_of
from dropcheck.check.release_clock import in_window, release_of, too_early
from dropcheck.check.rulebook import finding, grave
from dropcheck.check.sound_others import Other, competing_findings, listed, read_others
from dropcheck.check.sound_targets import Target, targets_of
from dropcheck.check.stores import NAMES, Stores
from dropcheck.result import Basis, Finding, Severity, Verdict
from dropcheck.result import Release as ReleaseEntry
from dropcheck.suite import Case
from dropcheck.suite.sheet import Recording, Release

#: Services the sheet can name that TikTok can link to.
_LINKABLE = ("spotify", "apple_music", "amazon_music", "deezer")
#: Those TikTok began with (services.md 4.3); a sheet's others are expected only where the suite names them.
_EVERYWHERE = frozenset({"spotify", "apple_music", "amazon_music"})
_TICK = (
    "The button itself shows only in the app: open the sound there, tap Add to Music App, and tick it off."
)


async def sound_page(case: Case, context: CheckContext) -> CheckResult:
    """Read the Sound Page logged out and judge it by the decision table."""
    options = case.options
    assert isinstance(options, SoundPageOptions)
    if case.is_pending(context.now):
        return too_early(case, context.now)
    hints = [*clip_findings(case.release), *audience_findings(case.release)]
    for track in case.release.tracks:
        hints += clip_findings(track)
    stores = Stores(context)
    tiktok = TikTok(stores.asker)
    window = in_window(case, context.now, options.window)
    if options.instagram and case.release.instagram_audio:
        hints += await instagram_findings(case.release.instagram_audio, stores.asker, window)
    if options.sound is None:
        return _without_sound(case, context, hints)
    try:
        asked = await tiktok.music_id(options.sound)
        facts = await _read(asked, tiktok, context, window)
    except NotASoundError as error:
        return _not_a_sound(case, context, error, hints)
    except AskError as error:
        return _not_read(case, context, options.sound, error, window, hints)
    song, _ = song_of(case.release, facts.title)
    artists = tuple(one.name for one in song.artists or case.release.artists)
    is_ours = facts.title is not None and is_titled(song, facts.title)
    delivery = delivery_of(facts, facts.title if is_ours else song.title, artists)
    targets = await targets_of(facts.rows or (), case.release, stores)
    others = await read_others(tiktok, case.release)
    found = _delivery_findings(facts, delivery, window, _tells_stores(others))
    found += _text_findings(facts, song, artists, delivery)
    if facts.id != asked:
        seen = f"TikTok was asked for the sound {asked} and answered with {facts.id}, “{facts.title}”."
        found.append(finding("sound_page/relinked", seen, Basis.OBSERVED, value=facts.id))
    found += _target_findings(targets, options, case.release, delivery, window)
    found += competing_findings(facts, others) + hints
    shown = _shown(facts, delivery, targets, listed(others), options.sound)
    shown["cover_file"] = await _kept_cover(facts, case, context, stores)
    return _result(found, shown, case, context, delivery)


async def _read(music_id: str, tiktok: TikTok, context: CheckContext, window: bool) -> SoundFacts:
    """Read the page; where TikTok shows a plain client nothing, or no stores in time, once more in a real browser."""
    try:
        facts = await tiktok.sound(music_id)
    except AskError as error:
        if error.trouble not in (Trouble.WALL, Trouble.UNREADABLE):
            raise
        html = await page_html(page_address(music_id), context)
        if html is None:
            raise
        return from_page(html, music_id, context.now)
    if window or facts.rows is not None or facts.original is not False:
        return facts
    html = await page_html(page_address(music_id), context)
    try:
        shown = from_page(html or "", music_id, context.now)
    except AskError:
        return facts
    return shown if shown.rows is not None else facts


def _result(
    found: list[Finding], sound: dict[str, Any], case: Case, context: CheckContext, delivery: Delivery
) -> CheckResult:
    severities = {one.severity for one in found}
    pending = any(one.rule in _PENDING_RULES for one in found)
    if Severity.ERROR in severities:
        verdict = Verdict.FAIL
    elif Severity.WARNING in severities:
        verdict = Verdict.WARN
    else:
        verdict = Verdict.PENDING if pending else Verdict.PASS
    told = [one.title for one in (*grave(found), *(one for one in found if one.rule in _PENDING_RULES))]
    reason = told[0] if told else f"The sound is {delivery.value} and leads to the right recording. {_TICK}"
    return CheckResult(
        verdict, reason, findings=found, release=_entry(case, context, sound), data=_by_hand(case)
    )


def _by_hand(case: Case) -> dict[str, Any]:
    """What a person has to look at in the apps."""
    return {"manual": [_TICK, *([INSTAGRAM_TICK] if case.release.instagram_audio else [])]}


def _entry(case: Case, context: CheckContext, sound: dict[str, Any]) -> ReleaseEntry | None:
    """The sound for the release's page: a second sound_page, which has a name, doesn't replace the first's."""
    if case.name is not None:
        return None
    entry = release_of(case, context.now)
    entry.sound.update(sound)
    entry.sound["case"] = case.id
    return entry


async def _kept_cover(facts: SoundFacts, case: Case, context: CheckContext, stores: Stores) -> str | None:
    """Keep a small picture of the cover; its signed address expires, so it is fetched in the same run."""
    if facts.cover is None or context.evidence is None:
        return None
    try:
        answer = must_be_ok(await stores.asker.get(facts.cover, limit=MAX_BYTES))
        picture = read_picture(answer.body)
    except (AskError, PictureError):
        return None  # a cover that can't be had is the artwork check's matter
    return context.evidence.keep(case.id, "sound-cover.png", thumbnail(picture))


_PENDING_RULES = frozenset(
    {"sound_page/linking-pending", "sound_page/service-pending", "sound_page/not-live-yet"}
)


def _without_sound(case: Case, context: CheckContext, hints: list[Finding]) -> CheckResult:
    """Without a Sound Page only what the sheet itself says about clip and audience is told."""
    warned = any(one.severity is Severity.WARNING for one in hints)
    reason = "The release sheet names no Sound Page; add tiktok_sound."
    release = release_of(case, context.now)
    verdict = Verdict.WARN if warned else Verdict.SKIPPED
    return CheckResult(verdict, hints[0].title if warned else reason, findings=hints, release=release)


def _not_a_sound(
    case: Case, context: CheckContext, error: NotASoundError, hints: list[Finding]
) -> CheckResult:
    made = finding("sound_page/not-a-sound", f"{error.detail}.", Basis.OBSERVED, value=error.address)
    entry = _entry(
        case, context, {"url": error.address, "state": Delivery.UNKNOWN.value, "note": error.detail}
    )
    return CheckResult(Verdict.FAIL, made.title, findings=[made, *hints], release=entry)


def _not_read(
    case: Case, context: CheckContext, address: str, error: AskError, window: bool, hints: list[Finding]
) -> CheckResult:
    rules = {
        Trouble.NOT_FOUND: ("sound_page/not-live-yet", Verdict.PENDING)
        if window
        else ("sound_page/not-available", Verdict.FAIL),
        Trouble.UNREADABLE: ("sound_page/reader-broke", Verdict.BLOCKED),
        Trouble.UNREACHABLE: ("sound_page/unreachable", Verdict.ERROR),
    }
    rule, verdict = rules.get(error.trouble, ("sound_page/blocked", Verdict.BLOCKED))
    seen = f"{error.detail[:1].upper()}{error.detail[1:]}."
    made = finding(rule, seen, Basis.OBSERVED, evidence={"url": address}, value=error.detail)
    sound = {
        "url": address,
        "state": Delivery.UNKNOWN.value,
        "read_at": context.now.isoformat(),
        "note": error.detail,
    }
    entry = _entry(case, context, sound)
    return CheckResult(verdict, made.title, findings=[made, *hints], release=entry, data=_by_hand(case))


def _tells_stores(others: Sequence[Other]) -> bool:
    """Whether TikTok names the stores of another sound to us: then it isn't silent about this one's."""
    return any(one.facts is not None and one.facts.rows is not None for one in others)


def _delivery_findings(
    facts: SoundFacts, delivery: Delivery, window: bool, tells_stores: bool
) -> list[Finding]:
    marks = {
        "original": facts.original,
        "album": facts.album,
        "author": facts.author,
        "cover_is_avatar": facts.cover_is_avatar,
        "matched_to": facts.matched,
        "stores": None if facts.rows is None else [row.service for row in facts.rows],
        "read_at": facts.read_at.isoformat(),
    }
    # A page that doesn't so much as hold the field may be one that never shows it to visitors (services.md 11).
    not_linked = "not-linked" if facts.rows is not None or tells_stores else "stores-not-told"
    rule = {
        Delivery.DIRECT_UPLOAD: "direct-upload",
        Delivery.MATCHED_UPLOAD: "matched-upload",
        Delivery.LINKING_PENDING: "linking-pending" if window else not_linked,
        Delivery.UNKNOWN: "unclear",
    }.get(delivery)
    if rule is None:
        return []
    seen = (
        f"The page says: original {_said(facts.original)}, album {facts.album or 'none'}, by {facts.author or '?'},"
        f" {'the cover is a user’s avatar' if facts.cover_is_avatar else 'a cover of its own'},"
        f" {len(facts.rows or ())} stores{'' if facts.rows is not None else ' (the page says nothing of stores)'}."
    )
    return [finding(f"sound_page/{rule}", seen, Basis.OBSERVED, evidence=marks)]


def _text_findings(
    facts: SoundFacts, song: Recording, artists: tuple[str, ...], delivery: Delivery
) -> list[Finding]:
    if delivery in (Delivery.DIRECT_UPLOAD, Delivery.MATCHED_UPLOAD):
        return []  # an upload is called what its uploader called it
    found = []
    evidence = {"title": facts.title, "author": facts.author, "read_at": facts.read_at.isoformat()}

    def tell(rule: str, value: str | None, expected: str, severity: Severity | None = None) -> None:
        seen = f"The Sound Page shows {value}; the sheet says {expected}."
        made = finding(
            rule, seen, Basis.OBSERVED, evidence=evidence, severity=severity, value=value, expected=expected
        )
        found.append(made)

    if song.title and facts.title:
        localized = tuple(song.title_localized.values())
        titles = compare_titles(song.title, facts.title, version=song.version, localized=localized)
        if titles.base in (Match.DIFFERENT, Match.UNKNOWN):
            unlike = "different" if titles.base is Match.DIFFERENT else "unclear"
            tell(f"sound_page/title-{unlike}", facts.title, song.title)
        if titles.version is Match.DIFFERENT:
            own, seen = titles.expected.version, titles.seen.version
            tell("sound_page/version-different", seen or "original", own or "the song itself")
    if artist_differs(facts, artists):
        # A name in another script may be the artist's own there; nothing is transliterated to decide.
        unread = all(in_other_script(name, facts.author or "") for name in artists)
        tell(
            "sound_page/artist-different",
            facts.author,
            ", ".join(artists),
            Severity.WARNING if unread else None,
        )
    if facts.cover is None or facts.cover_is_avatar:
        tell("sound_page/artwork-missing", "no cover of its own", "a cover")
    return found


def _target_findings(
    targets: Sequence[Target], options: SoundPageOptions, sheet: Release, delivery: Delivery, window: bool
) -> list[Finding]:
    found = []
    nothing_proven = not any(target.ours for target in targets)
    for target in targets:
        if target.ours is True or target.service == OTHER:
            continue
        name = NAMES.get(target.service, target.service)
        expected = getattr(sheet, target.service, None) or sheet.isrc or sheet.title or ""
        # A catalogue nobody can read takes nothing from what the others prove.
        harmless = target.ours is None and not target.comparable and not nothing_proven
        found.append(
            finding(
                "sound_page/wrong-target" if target.ours is False else "sound_page/target-unproven",
                f"{name} opens {target.url}: {target.why}.",
                Basis.OBSERVED,
                evidence={"service": target.service, "opens": target.url, "why": target.why},
                severity=Severity.INFO if harmless else None,
                service=name,
                value=target.url,
                expected=expected,
            )
        )
    if delivery is not Delivery.DELIVERED:
        return found  # nothing linked at all is told by the decision table
    linked = {target.service for target in targets}
    for service in options.services or [one for one in _LINKABLE if getattr(sheet, one)]:
        if service not in linked:
            rule = "sound_page/service-pending" if window else "sound_page/service-missing"
            seen = f"The page names {', '.join(sorted(linked)) or 'no store'}."
            # Which services stand there differs by country (services.md 4.3); those the suite names must.
            doubtful = not window and not options.services and service not in _EVERYWHERE
            severity = Severity.WARNING if doubtful else None
            made = finding(rule, seen, Basis.OBSERVED, severity=severity, service=NAMES[service])
            found.append(made)
    return found


def _shown(
    facts: SoundFacts,
    delivery: Delivery,
    targets: Sequence[Target],
    competing: list[dict[str, Any]],
    address: str,
) -> dict[str, Any]:
    """Return what the report shows; of TikTok's signed addresses only the path is kept."""
    cover = urlsplit(facts.cover)._replace(query="", fragment="").geturl() if facts.cover else None
    return {
        "url": address,
        "page": page_address(facts.id),
        "id": facts.id,
        "state": delivery.value,
        "title": facts.title,
        "artist": facts.author,
        "album": facts.album,
        "clip_seconds": facts.clip_s,
        "video_count": facts.videos,
        "cover": cover,
        "read_at": facts.read_at.isoformat(),
        "services": [
            {"service": one.service, "ours": one.ours, "id": one.song_id, "url": one.url, "note": one.why}
            for one in targets
        ],
        "competing": competing,
        "note": _TICK,
    }


def _said(flag: bool | None) -> str:
    return {True: "yes", False: "no", None: "not told"}[flag]
