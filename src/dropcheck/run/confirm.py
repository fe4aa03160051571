"""Works out which rule of a phone a person's own observation settles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dropcheck.device.model import Mechanism, Profile, Row
from dropcheck.handoff.decision import decide
from dropcheck.handoff.model import Decision, Navigation, PageEffect, Phone
from dropcheck.result import CaseResult, Cause, Confidence, DecisionKind, OutcomeKind, Verdict, Where
from dropcheck.run import ticks
from dropcheck.run.confirmations import Confirmation, ConfirmationError, Saw
from dropcheck.run.replay import Replayed, phone_of_case, replay


def settle(case: CaseResult, saw: Saw, profiles: Mapping[str, Profile], **about: object) -> Confirmation:
    """Return the observation of `case` with the row it settles; `about` are further fields of it.

    The row is the last one inside the app on which the journey hung: the first that the two branches of a
    contested journey decide differently, else the one behind the last decision. A Sound Page has none: there
    the button itself is seen. Raises `ConfirmationError` for another case without a journey.
    """
    if case.check == ticks.CHECK:
        predicted = "app" if case.verdict is Verdict.PASS else OutcomeKind.UNKNOWN.value
        fields = {"case": case.id, "profile": ticks.APP, "saw": saw, "predicted": predicted, **about}
        return Confirmation.model_validate(fields)
    profile = profiles.get(case.profile or "")
    if profile is None or not case.hops:
        raise ConfirmationError(f"{case.id}: this case has no journey on a phone that could be confirmed")
    predicted = case.outcome.kind.value if case.outcome is not None else OutcomeKind.UNKNOWN.value
    row, does = None, None
    for replayed in _telling(case, profile):
        found = next((one for one in profile.rows if one.id == replayed.hop.rule), None)
        mechanism = (
            _mechanism(found, replayed.navigation, profile, phone_of_case(case), saw) if found else None
        )
        if found is not None and mechanism is not None:
            row, does = found.id, mechanism
            break
    return Confirmation.model_validate(
        {
            "case": case.id,
            "profile": profile.name,
            "saw": saw,
            "predicted": predicted,
            "row": row,
            "does": does,
            **about,
        }
    )


def _telling(case: CaseResult, profile: Profile) -> Iterator[Replayed]:
    """The attempts inside the app whose rule may be the one in question, most likely first."""
    phone = phone_of_case(case)
    inside = [one for one in replay(case.hops, profile, None, phone) if one.hop.where is Where.IN_APP]
    if case.otherwise is not None:
        others = replay(case.otherwise.hops, profile, None, phone)
        other = [one for one in others if one.hop.where is Where.IN_APP]
        for mine, theirs in zip(inside, other, strict=False):
            if (mine.hop.url, mine.hop.decision) != (theirs.hop.url, theirs.hop.decision):
                yield from (mine, theirs)
                break
        else:
            yield from other[len(inside) :]
    yield from (one for one in reversed(inside) if one.hop.by is not Cause.APP)


def _mechanism(
    row: Row, navigation: Navigation, profile: Profile, phone: Phone, saw: Saw
) -> Mechanism | None:
    """What the app must do here for the journey to end as it was seen, the row's own words first."""
    own = [row.does, *([row.fails_as] if row.fails_as is not None else [])]
    for mechanism in (*own, *(one for one in Mechanism if one not in own)):
        settled = row.model_copy(
            update={"does": mechanism, "fails_as": None, "confidence": Confidence.CONFIRMED}
        )
        rows = tuple(settled if one.id == row.id else one for one in profile.rows)
        if _ends(navigation, profile.model_copy(update={"rows": rows}), phone, saw):
            return mechanism
    return None


def _ends(navigation: Navigation, profile: Profile, phone: Phone, saw: Saw) -> bool:
    decision = decide(navigation, profile, phone)
    if decision.rule.id.startswith("os/no-row"):
        return False
    return saw in _ways(decision)


def _ways(decision: Decision) -> set[str]:
    final = decision.final
    if final.kind is DecisionKind.OPENS_APP:
        return {"app"}
    if final.kind is DecisionKind.OPENS_BROWSER:
        return {"browser"}
    if final.kind is DecisionKind.OPENS_STORE:
        return {"store"}
    if final.page in (PageEffect.ERROR_PAGE, PageEffect.HANGS):
        return {"dead_end"}
    return {"webview"}
