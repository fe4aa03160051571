"""What WebKitGTK's errors come to: Chromium's words where there are any, and nothing for a load that gave way."""

from __future__ import annotations

from typing import Any

import pytest

from dropcheck.engine._webkitgtk_failures import failure_of
from dropcheck.network import Failure, FailureKind


def failed(url: str, domain: str, code: int, asked: str = "https://a.test/") -> dict[str, Any]:
    return {"url": url, "asked": asked, "domain": domain, "code": code, "message": "WebKit's words"}


def nothing_known(_url: str) -> None:
    return None


@pytest.mark.parametrize(
    ("domain", "code"),
    [("WebKitPolicyError", 102), ("WebKitNetworkError", 302), ("WebKitPluginError", 204)],
)
def test_a_load_that_gave_way_is_no_failure(domain: str, code: int) -> None:
    assert failure_of(failed("https://a.test/", domain, code), nothing_known) is None


@pytest.mark.parametrize(
    ("url", "domain", "code"),
    [
        ("file:///etc/hostname", "WebKitNetworkError", 302),
        ("data:text/html,x", "WebKitPolicyError", 103),
        ("about:blank", "WebKitPolicyError", 103),
        ("javascript:alert(1)", "", 0),
    ],
)
def test_a_redirect_no_browser_follows_is_the_failure_of_who_sent_it(
    url: str, domain: str, code: int
) -> None:
    failure = failure_of(failed(url, domain, code), nothing_known)
    assert failure is not None
    assert (failure.url, failure.detail["code"]) == ("https://a.test/", "ERR_UNSAFE_REDIRECT")
    assert url.partition(":")[0] in failure.detail["reason"]


def test_an_empty_page_that_gave_way_is_no_redirect() -> None:
    assert failure_of(failed("about:blank", "WebKitNetworkError", 302), nothing_known) is None


@pytest.mark.parametrize(
    ("domain", "code", "told"),
    [
        ("WebKitPolicyError", 101, "ERR_INVALID_REDIRECT"),
        ("WebKitPolicyError", 103, "ERR_UNSAFE_PORT"),
        ("length", 0, "ERR_CONTENT_LENGTH_MISMATCH"),
        ("g-io-error-quark", 44, "ERR_G_IO_ERROR_44"),
    ],
)
def test_errors_have_chromiums_names_where_there_are_any(domain: str, code: int, told: str) -> None:
    failure = failure_of(failed("https://a.test/", domain, code), nothing_known)
    assert failure is not None
    assert failure.detail == {"code": told, "reason": "WebKit's words"}


def test_a_bad_certificate_is_a_refusal_too() -> None:
    failure = failure_of(failed("https://a.test/", "tls", 0), nothing_known)
    assert failure is not None
    assert failure.refusal is not None
    assert (failure.detail["code"], failure.refusal["code"]) == ("ERR_CERT_INVALID", "bad-certificate")


def test_what_the_proxy_knows_goes_before_what_webkit_says() -> None:
    known = Failure("a.test", 443, FailureKind.NAME_NOT_FOUND, "no such name")
    failure = failure_of(failed("https://a.test/", "WebKitNetworkError", 399), lambda _: known)
    assert failure is not None
    assert failure.detail == {
        "code": "ERR_NAME_NOT_RESOLVED",
        "reason": "no such name",
        "kind": known.kind.value,
    }
