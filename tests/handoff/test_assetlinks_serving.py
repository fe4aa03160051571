"""How an assetlinks.json is served: the rules that differ from Apple's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dropcheck.handoff.assetlinks import ServingFaultKind, serving_faults

GOOD = b"[]"


def kinds(status: int = 200, content_type: str | None = "application/json", **answer: Any) -> list[str]:
    answer.setdefault("body", GOOD)
    return [fault.kind.value for fault in serving_faults(status, content_type=content_type, **answer)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({}, []),
        ({"content_type": "application/json;charset=utf-8"}, []),
        ({"status": 301}, ["redirect"]),
        ({"status": 404}, ["not-found"]),
        ({"secure": False, "status": 403}, ["insecure", "login-required"]),
        ({"body": b"<html></html>"}, ["web-page"]),
        ({"body": b"[,]"}, ["not-json"]),
        ({"body": b"{}"}, ["malformed"]),
        ({"body_size": 1024 * 1024}, []),
        ({"body_size": 1024 * 1024 + 1}, ["too-large"]),
        ({"content_type": "application/pkcs7-mime"}, ["wrong-content-type"]),
    ],
)
def test_each_way_to_serve_it_wrongly_is_named(answer: dict[str, Any], expected: list[str]) -> None:
    assert kinds(**answer) == expected


def test_one_malformed_statement_is_pointed_at_and_spares_the_others() -> None:
    include = {"include": "https://example.com/more.json"}
    (fault,) = serving_faults(200, content_type="application/json", body=json.dumps([include, {}]))
    assert (fault.kind, fault.fatal) == (ServingFaultKind.MALFORMED, False)
    assert fault.seen.startswith("statement 2:")
