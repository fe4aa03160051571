"""What a browser calls a document that could not be had, as an ending and in words."""

from __future__ import annotations

import pytest

from dropcheck.journey.failures import Failed, is_noise, why_cut_short, why_failed
from dropcheck.journey.model import Ending

LINK = "https://bio.example/mara"


@pytest.mark.parametrize(
    ("code", "reason", "ending"),
    [
        ("unknown-scheme", "", Ending.ERROR_PAGE),
        ("ERR_TOO_MANY_REDIRECTS", "", Ending.LOOP),
        ("ERR__0", "Load cannot follow more than 20 redirections", Ending.LOOP),
        ("ERR_CERT_DATE_INVALID", "", Ending.BAD_CERTIFICATE),
        ("bad-certificate", "", Ending.BAD_CERTIFICATE),
        ("ERR_G_TLS_ERROR_3", "Unacceptable TLS certificate", Ending.BAD_CERTIFICATE),
        ("ERR_BLOCKED_BY_PRIVATE_ADDRESS_RULE", "", Ending.REFUSED_ADDRESS),
        ("ERR_UNEXPECTED_PROXY_AUTH", "", Ending.BLOCKED),
    ],
)
def test_what_browsers_say_plainly_is_told_as_that(code, reason, ending):
    assert why_failed(Failed(LINK, code, reason)).ending is ending


@pytest.mark.parametrize(
    "code",
    [
        "ERR_INVALID_REDIRECT",
        "ERR_UNSAFE_REDIRECT",
        "ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION",
        "ERR_WEBKITPOLICYERROR_101",
        "ERR_CONTENT_DECODING_FAILED",
        "ERR_INVALID_CHUNKED_ENCODING",
        "NO_CONTENT_204",
        "ERR_NO_CONTENT_205",
    ],
)
def test_an_answer_of_which_no_browser_makes_a_page_is_the_servers_fault(code):
    assert why_failed(Failed(LINK, code, "")).ending is Ending.BAD_ANSWER


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        ("ERR_CONNECTION_RESET", "", "reset the connection"),
        ("ERR_EMPTY_RESPONSE", "", "without an answer"),
        ("ERR_NAME_NOT_RESOLVED", "", "no address for the host's name"),
        ("ERR_CONNECTION_REFUSED", "", "can't be connected to"),
        ("ERR_RESPONSE_HEADERS_TRUNCATED", "", "in the middle of the answer"),
        ("ERR_SSL_PROTOCOL_ERROR", "", "encrypted connection"),
        ("ERR_G_TLS_ERROR_1", "Error performing TLS handshake", "encrypted connection"),
        ("ERR_SOMETHING_NEW", "", "couldn't be reached (ERR_SOMETHING_NEW)"),
        ("", "", "couldn't be reached (no answer)"),
    ],
)
def test_what_may_be_this_machines_network_is_never_held_against_the_link(code, reason, words):
    ended = why_failed(Failed(LINK, code, reason))
    assert ended.ending is Ending.UNREACHABLE
    assert words in ended.reason


@pytest.mark.parametrize("code", ["ERR_TIMED_OUT", "ERR_CONNECTION_TIMED_OUT"])
def test_a_connection_that_times_out_is_our_time_out(code):
    assert why_failed(Failed(LINK, code, "")).ending is Ending.TIMED_OUT


def test_a_page_cut_short_is_told_so_unless_the_server_is_to_blame():
    cut = why_cut_short(Failed(LINK, "ERR_CONNECTION_RESET", ""))
    assert (cut.ending, cut.reason) == (
        Ending.UNREACHABLE,
        "the connection ended in the middle of the page (ERR_CONNECTION_RESET)",
    )
    assert why_cut_short(Failed(LINK, "ERR_INVALID_CHUNKED_ENCODING", "")).ending is Ending.BAD_ANSWER


@pytest.mark.parametrize(
    ("text", "noise"),
    [
        ("\ufffd" * 50, True),
        ("\ufffdab" * 50, True),
        ("Neon Hours, die n\ufffdchste Single von Mara Vale, jetzt h\ufffdren", False),
        ("\ufffd\ufffd", False),
        ("", False),
        ("ネオンの時間 " * 20, False),
    ],
)
def test_data_shown_as_text_is_told_from_text_with_a_broken_letter(text, noise):
    assert is_noise(text) is noise
