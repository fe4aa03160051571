"""How far to trust a report: what the rules about each phone rest on and how old they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dropcheck.report.wording import Wording
from dropcheck.result import ProfileUsed, RuleRow


@dataclass(frozen=True, slots=True)
class PhoneTrust:
    """The rules behind one phone, in sentences, and the rules themselves for who wants to see them."""

    phone: str
    sentences: tuple[str, ...]
    rules: tuple[RuleRow, ...]
    stale: bool


def phone_trust(profiles: Sequence[ProfileUsed], say: Wording) -> list[PhoneTrust]:
    """Return what the rules about each phone rest on; phones with stale rules come first."""
    return sorted((_trust(profile, profiles, say) for profile in profiles), key=lambda one: not one.stale)


def _trust(profile: ProfileUsed, profiles: Sequence[ProfileUsed], say: Wording) -> PhoneTrust:
    rules = profile.rules
    phone = say.phone(profile.name, profiles)
    if not rules:
        return PhoneTrust(phone, (), (), False)
    deciding = sum(rule.confidence.decides for rule in rules)
    sentences = [
        say(
            "fidelity.rules",
            count=len(rules),
            phone=phone,
            deciding=deciding,
            contested=len(rules) - deciding,
        )
    ]
    dates = sorted(rule.date for rule in rules)
    oldest, newest = say.moment_or_text(dates[0]), say.moment_or_text(dates[-1])
    sentences.append(
        say("fidelity.oldest_one", oldest=oldest)
        if oldest == newest
        else say("fidelity.oldest", oldest=oldest, newest=newest)
    )
    stale = sum(rule.stale for rule in rules)
    sentences.append(say("fidelity.stale", count=stale) if stale else say("fidelity.fresh"))
    return PhoneTrust(phone, tuple(sentences), tuple(rules), stale > 0)
