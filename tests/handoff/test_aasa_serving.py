"""How an association file is served: one finding for each way to get it wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.handoff.aasa import ServingFaultKind, serving_faults

GOOD = b'{"applinks": {"details": []}}'
LOGIN_PAGE = b"<!doctype html><form><input type='password'></form>"


def kinds(status: int = 200, content_type: str | None = "application/json", **answer: Any) -> list[str]:
    answer.setdefault("body", GOOD)
    return [fault.kind.value for fault in serving_faults(status, content_type=content_type, **answer)]


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; charset=utf-8", "application/pkcs7-mime"]
)
def test_a_file_served_as_apple_asks_has_no_fault(content_type: str) -> None:
    assert kinds(content_type=content_type) == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"status": 301}, "redirect"),
        ({"status": 302, "body": LOGIN_PAGE}, "redirect"),
        ({"redirected": True}, "redirect"),
        ({"status": 404}, "not-found"),
        ({"status": 410}, "not-found"),
        ({"status": 401}, "login-required"),
        ({"status": 403}, "login-required"),
        ({"status": 503}, "bad-status"),
        ({"status": 204, "body": b""}, "bad-status"),
        ({"body": LOGIN_PAGE, "content_type": "text/html"}, "login-required"),
        ({"body": b"<html>Neon Hours, out now</html>"}, "web-page"),
        ({"body": b" \n"}, "empty"),
        ({"body": b"{'applinks': {}}"}, "not-json"),
        ({"body": "{"}, "not-json"),
        ({"body": b"[]"}, "malformed"),
        ({"body": b'{"applinks": {"details": 1}}'}, "malformed"),
        ({"body": GOOD + b" " * 131_072}, "too-large"),
        ({"body_size": 131_073}, "too-large"),
        ({"secure": False}, "insecure"),
    ],
)
def test_a_fault_that_keeps_the_apps_shut(answer: dict[str, Any], expected: str) -> None:
    assert kinds(**answer) == [expected]
    fault = serving_faults(**({"status": 200, "content_type": "application/json", "body": GOOD} | answer))[0]
    assert fault.fatal
    assert fault.seen
    assert fault.fix


@pytest.mark.parametrize("content_type", ["text/plain", "text/html", "application/octet-stream", "", None])
def test_good_json_with_another_content_type_is_a_warning(content_type: str | None) -> None:
    (fault,) = serving_faults(200, content_type=content_type, body=GOOD)
    assert (fault.kind, fault.fatal) == (ServingFaultKind.WRONG_CONTENT_TYPE, False)


def test_exactly_128_kilobytes_are_not_too_large() -> None:
    assert kinds(body_size=131_072) == []


@given(
    status=st.integers(),
    redirected=st.booleans(),
    content_type=st.none() | st.text(),
    body=st.binary() | st.text(),
    secure=st.booleans(),
)
def test_no_answer_makes_judging_raise(
    status: int, redirected: bool, content_type: str | None, body: bytes | str, secure: bool
) -> None:
    faults = serving_faults(
        status, redirected=redirected, content_type=content_type, body=body, secure=secure
    )
    assert len({fault.kind for fault in faults}) == len(faults)
