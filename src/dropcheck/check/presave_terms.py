"""What a suite asks of a pre-save, and the words its findings are filled in with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dropcheck.apps import MusicLink
from dropcheck.catalog.oauth import login_services
from dropcheck.catalog.smart_link_readers import Offer
from dropcheck.check.rulebook import finding
from dropcheck.result import SEVERITY_ORDER, Basis, Finding, Severity, Verdict

_OURS = frozenset({"presave/unreachable", "presave/engine-failed"})
_NOTHING_DECIDED = frozenset(
    {
        "presave/challenge",
        "presave/blocked",
        "presave/address-not-readable",
        "presave/needs-input",
        "presave/frame-not-read",
        "presave/live-target-unclear",
        "presave/account-missing",
        "presave/account-unreadable",
        "presave/account-expired",
        "presave/account-other-site",
    }
)
_OF_SEVERITY = {Severity.ERROR: Verdict.FAIL, Severity.WARNING: Verdict.WARN, Severity.INFO: Verdict.PASS}


@dataclass(frozen=True, slots=True)
class PresaveTerms:
    """What the suite asks for.

    `service` is a catalogue slug, None for any; `expects_login` false turns a login into a failure.
    `scopes` None judges none. `callback_hosts` are those the login may return to beside the page's own
    site. `mode` is what the page must be today, `item` what its live buttons must lead to, `offers` what they
    lead to where trackers among them were followed. `where` is the app's name in words.
    """

    page_url: str
    now: dt.datetime
    where: str
    technique: str
    mode: Literal["presave", "live"] = "presave"
    service: str | None = None
    expects_login: bool = True
    names_service: bool = False
    action: str = "presave"
    scopes: tuple[str, ...] | None = None
    callback_hosts: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    item: MusicLink | None = None
    offers: tuple[Offer, ...] = ()

    def say(
        self,
        rule: str,
        seen: str,
        basis: Basis = Basis.OBSERVED,
        *,
        evidence: Mapping[str, Any] | None = None,
        severity: Severity | None = None,
        **values: object,
    ) -> Finding:
        """Return the finding `presave/<rule>`."""
        filled: dict[str, Any] = {
            "where": self.where,
            "technique": self.technique,
            "service": service_name(self.service),
            **values,
        }
        return finding(f"presave/{rule}", seen, basis, evidence=evidence, severity=severity, **filled)


def service_name(service: str | None) -> str:
    """Return what a service is called; “the music service” for none."""
    known = login_services().get(service or "")
    return known.name if known is not None else "the music service"


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return the worst that the findings come to; pass without any."""
    verdicts = [Verdict.PASS]
    for found in findings:
        if found.rule in _OURS:
            verdicts.append(Verdict.ERROR)
        elif found.rule in _NOTHING_DECIDED:
            verdicts.append(Verdict.BLOCKED)
        else:
            verdicts.append(_OF_SEVERITY[found.severity])
    return min(verdicts, key=SEVERITY_ORDER.index)
