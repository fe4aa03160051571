"""What a case sends a fan to do: the link, the phone, and what is kept of the way."""

from __future__ import annotations

from dropcheck.check.model import CheckContext
from dropcheck.handoff.model import Phone
from dropcheck.journey.model import Errand
from dropcheck.suite import Case

_APPS_OF_DEFAULT_PHONE = frozenset({"spotify", "apple_music"})


def phone_of(case: Case) -> Phone:
    """Return the phone a case runs on."""
    return phone_named(case.phone or "")


def phone_named(name: str) -> Phone:
    """Return the default phone, or one without the app that ``no-APP`` names; ``with-APP`` adds one.

    Several stand together with ``+`` between them.
    """
    installed = set(_APPS_OF_DEFAULT_PHONE)
    for word in name.split("+"):
        if word.startswith("no-"):
            installed.discard(word.removeprefix("no-").replace("-", "_"))
        elif word.startswith("with-"):
            installed.add(word.removeprefix("with-").replace("-", "_"))
    return Phone(installed=frozenset(installed))


def errand_of(case: Case, context: CheckContext, *, pictured: bool = True) -> Errand:
    """Return the case's tap as any check begins with it; `pictured` is whether screenshots are kept."""
    assert case.url is not None
    assert case.profile is not None
    profile, evidence = context.profiles[case.profile], context.evidence

    def keep(number: int, picture: bytes) -> str:
        name = evidence.keep(case.id, f"hop-{number:02d}.png", picture) if evidence is not None else None
        return name or ""

    return Errand(
        url=case.url,
        profile=profile,
        browser=context.profiles[profile.browser] if profile.browser is not None else None,
        phone=phone_of(case),
        selectors=case.tap,
        variant=case.variant,
        placement=case.placement,
        access=context.access,
        send_analytics=context.send_analytics,
        keep_screenshot=keep if pictured and evidence is not None else None,
        on_hop=context.on_hop,
    )
