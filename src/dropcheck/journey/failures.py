"""Puts into an ending and into words why a document could not be had, from what the engines call it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dropcheck.journey.model import Ending


@dataclass(frozen=True, slots=True)
class Failed:
    """A document could not be had, or not whole: the engine's own code and its reason in words."""

    url: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Why one side's story is over, in a word and in a sentence."""

    ending: Ending
    reason: str


#: A page with a wrong letter here and there is still read; one that is a tenth of them is none. Our choice.
_SHORTEST_NOISE = 40
_MOST_REPLACED = 0.1


@dataclass(frozen=True, slots=True)
class _Kind:
    words: re.Pattern[str]
    ending: Ending
    reason: str


def _kind(words: str, ending: Ending, reason: str) -> _Kind:
    return _Kind(re.compile(words, re.IGNORECASE), ending, reason)


#: What stands in an engine's code and words, gravest meaning first. Chromium's codes are those of its
#: ``net_error_list.h``; WebKitGTK's are numbers of GLib, libsoup and WebKit (``WebKitError.h``) with their words.
_KINDS = (
    _kind(
        "PRIVATE_ADDRESS",
        Ending.REFUSED_ADDRESS,
        "the link leads to a private address, which dropcheck doesn't visit",
    ),
    _kind("^unknown-scheme", Ending.ERROR_PAGE, "the app shows its own error page instead of the link"),
    # As Chromium's code and WebKit's words have it ("Load cannot follow more than 20 redirections").
    _kind(
        r"TOO_MANY_REDIRECTS|(too many|more than \d+)[\w ]* redirect",
        Ending.LOOP,
        "the link sends the phone round in circles",
    ),
    _kind(
        "CERT_|BAD.CERTIFICATE|unacceptable TLS", Ending.BAD_CERTIFICATE, "the site's certificate isn't valid"
    ),
    _kind("UNEXPECTED_PROXY_AUTH", Ending.BLOCKED, "the server asks for a proxy's login (407)"),
    _kind(
        "(INVALID|UNSAFE)_REDIRECT|MULTIPLE_LOCATION|UNSAFE_PORT|POLICYERROR_10[13]",
        Ending.BAD_ANSWER,
        "the server redirects to an address that no browser follows",
    ),
    _kind("NO_CONTENT", Ending.BAD_ANSWER, "the server answers that there is no page"),
    _kind(
        "INVALID_CHUNKED|INVALID_HTTP_RESPONSE|INVALID_RESPONSE|HEADERS_TOO_BIG|HEADERS_MULTIPLE",
        Ending.BAD_ANSWER,
        "what the server answers is no HTTP that a browser can read",
    ),
    _kind("CONTENT_DECODING", Ending.BAD_ANSWER, "the server packs the page in a way that can't be unpacked"),
    _kind("TIMED?_?OUT|timed? ?out", Ending.TIMED_OUT, "the connection to the site timed out"),
    _kind("NAME_NOT_RESOLVED", Ending.UNREACHABLE, "there is no address for the host's name"),
    _kind("CONNECTION_REFUSED", Ending.UNREACHABLE, "the host can't be connected to"),
    _kind(
        "TRUNCATED|INCOMPLETE|CONTENT_LENGTH_MISMATCH|IO_ERROR_34",
        Ending.UNREACHABLE,
        "the connection ended in the middle of the answer",
    ),
    _kind("CONNECTION_RESET|IO_ERROR_44|reset by peer", Ending.UNREACHABLE, "the site reset the connection"),
    _kind(
        "EMPTY_RESPONSE|CONNECTION_CLOSED|terminated unexpectedly",
        Ending.UNREACHABLE,
        "the site closed the connection without an answer",
    ),
    _kind("SSL|TLS", Ending.UNREACHABLE, "no encrypted connection to the site could be made"),
)


def why_failed(failed: Failed) -> Ended:
    """Return how a story ends with a document that could not be had."""
    told = f"{failed.code} {failed.reason}"
    kind = next((kind for kind in _KINDS if kind.words.search(told)), None)
    if kind is None:
        return Ended(Ending.UNREACHABLE, f"the site couldn't be reached ({failed.code or 'no answer'})")
    if kind.ending in (Ending.ERROR_PAGE, Ending.REFUSED_ADDRESS, Ending.LOOP):
        return Ended(kind.ending, kind.reason)
    return Ended(kind.ending, f"{kind.reason} ({failed.code})")


def why_cut_short(failed: Failed) -> Ended:
    """Return how a story ends on a page of which only the beginning came."""
    ended = why_failed(failed)
    if ended.ending is not Ending.UNREACHABLE:
        return ended
    return Ended(ended.ending, f"the connection ended in the middle of the page ({failed.code})")


def is_noise(text: str) -> bool:
    """Whether what a page shows is data and no text: a browser replaces bytes that are none with U+FFFD."""
    return len(text) >= _SHORTEST_NOISE and text.count("\ufffd") > _MOST_REPLACED * len(text)
