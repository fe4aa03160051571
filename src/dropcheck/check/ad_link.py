"""The address inside an ad: TikTok's macros, the click id it adds, and what is left of them on the way.

The macros and `ttclid` are those of `reference/services.md` 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

#: What TikTok fills in, and what stands there in a rehearsal.
MACROS: Mapping[str, str] = {
    "__CAMPAIGN_ID__": "1800000000000001",
    "__CAMPAIGN_NAME__": "dropcheck",
    "__AID__": "1800000000000002",
    "__AID_NAME__": "dropcheck",
    "__CID__": "1800000000000003",
    "__CID_NAME__": "dropcheck",
    "__PLACEMENT__": "TikTok",
    "__CALLBACK_PARAM__": "dropcheck",
}
#: Says that a click is a rehearsal; real click ids are long and opaque.
CLICK_ID = "DROPCHECK-TEST-CLICK"
_MACRO = re.compile(r"__[A-Z][A-Z_]*?__")
_TYPO = re.compile(
    r"(?<![A-Za-z0-9_])(_{1,2})("
    + "|".join(name.strip("_") for name in MACROS)
    + r")(_{1,2})(?![A-Za-z0-9_])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MacroFault:
    """A macro TikTok won't fill in; `right` is what was meant, None where nobody can tell."""

    text: str
    right: str | None


def with_ad_parameters(url: str) -> str:
    """Return a link's address as an ad's click opens it: macros filled in, `ttclid` appended where it is absent."""
    filled = _MACRO.sub(lambda found: MACROS.get(found[0], found[0]), url)
    parts = urlsplit(filled)
    present = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if "ttclid" in present:
        return filled
    added = f"ttclid={quote(CLICK_ID)}"
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def macro_faults(url: str) -> list[MacroFault]:
    """Return the mistyped and the unknown macros of an ad's address."""
    found = []
    plain = url.replace("%5F", "_").replace("%5f", "_")
    for typo in _TYPO.finditer(plain):
        right = f"__{typo[2].upper()}__"
        if typo[0] != right:
            found.append(MacroFault(typo[0], right))
    mistyped = {fault.text for fault in found}
    for macro in _MACRO.findall(plain):
        if macro not in MACROS and macro not in mistyped:
            found.append(MacroFault(macro, None))
    return found


def literal_macros(url: str) -> list[str]:
    """Return the macros that stand unfilled in an address of a live click."""
    return sorted(set(_MACRO.findall(url.replace("%5F", "_").replace("%5f", "_"))))


def lost_parameters(sent: str, arrived: str, names: Iterable[str]) -> list[str]:
    """Return those of `names` that the first address has and the second hasn't, or has with another value."""
    before, after = (dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)) for url in (sent, arrived))
    return [name for name in names if name in before and after.get(name) != before[name]]


def campaign_parameters(url: str) -> tuple[str, ...]:
    """Return the parameters by which an ad's clicks are counted: utm, `ttclid`, and whatever carries a macro."""
    query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    counted = [name for name, value in query if name.startswith("utm_") or _MACRO.search(value)]
    return tuple(dict.fromkeys((*counted, "ttclid")))


def has_utm(url: str) -> bool:
    """Whether an address says where its clicks come from."""
    return any(name.startswith("utm_") for name, _ in parse_qsl(urlsplit(url).query))


def with_long_parameter(url: str, length: int = 2000) -> str:
    """Return an address with a parameter nobody knows, `length` characters long."""
    parts = urlsplit(url)
    added = f"dropcheck_long={'x' * length}"
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def cost_per_fan(cpm: float, rates: Sequence[float]) -> tuple[float, float]:
    """Return what a fan who reaches the app costs, lowest and highest, from the cost of a thousand views.

    `rates` are the shares of views that end in a stream, lowest and highest.
    """
    return cpm / 1000 / max(rates), cpm / 1000 / min(rates)
