"""What a person saw of a Sound Page in the app: the button that no page shows, ticked off by hand."""

from __future__ import annotations

from dropcheck.check.rulebook import finding
from dropcheck.result import Basis, CaseResult, Release, Severity, Verdict
from dropcheck.run.confirmations import Confirmation

CHECK = "sound_page"
#: The app in which a sound's button is looked for, in the place of a phone's name.
APP = "tiktok"
#: What a page may say, or leave out, of a button that somebody has seen.
_SETTLED = frozenset({"sound_page/linking-pending", "sound_page/not-linked", "sound_page/stores-not-told"})


def tick(result: CaseResult, release: Release | None, seen: Confirmation) -> None:
    """Write into a Sound Page's result, in place, what was seen in the app; `release` is the report's entry of it.

    A button that was seen settles what the page says of its stores; one that wasn't is no pass.
    """
    if seen.saw == "app":
        if release is not None:
            by = seen.by or "somebody"
            release.sound["ticked"] = {"by": by, "at": seen.date.isoformat(), "app_version": seen.app_version}
        _settle(result, seen)
        return
    what = {"dead_end": "no button that leads anywhere"}.get(seen.saw, f"a button that ends in: {seen.saw}")
    made = finding(
        "sound_page/button-not-seen",
        f"In the app, on {seen.date.isoformat()}, {seen.by or 'somebody'} saw {what}.",
        Basis.CONFIRMED,
        value=seen.date.isoformat(),
    )
    result.findings.append(made)
    if result.verdict is Verdict.PASS:
        result.verdict, result.reason = Verdict.WARN, made.title


def _settle(result: CaseResult, seen: Confirmation) -> None:
    settled = [one for one in result.findings if one.rule in _SETTLED]
    for one in settled:
        one.severity, one.basis = Severity.INFO, Basis.CONFIRMED
    grave = [one for one in result.findings if one.severity is not Severity.INFO]
    if settled and not grave and result.verdict in (Verdict.FAIL, Verdict.WARN, Verdict.PENDING):
        result.verdict = Verdict.PASS
        result.reason = (
            f"Add to Music App was seen in the app on {seen.date.isoformat()}, and opened the right song."
        )
    elif settled and grave:
        result.reason = grave[0].title
        if not any(one.severity is Severity.ERROR for one in grave):
            result.verdict = Verdict.WARN
