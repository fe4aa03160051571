"""A suite's headers for protected hosts, and which of their values redaction is told of."""

from __future__ import annotations

import pytest
from tests.run.runs import SUITE

from dropcheck.report.redact import secrets_in
from dropcheck.run.access import access_of, environment_with
from dropcheck.run.custom_checks import Checks
from dropcheck.suite import parse_suite

ACCESS = """
access:
  preview.example: {basic: {username: mara, password: opensesame}}
  other.example:8443: {headers: {Authorization: Bearer abcdef123, X-Door: key-1234}}
"""


def test_headers_stand_by_host_as_they_are_sent() -> None:
    suite = parse_suite(SUITE + ACCESS, Checks().registry)
    assert access_of(suite) == {
        "preview.example": {"Authorization": "Basic bWFyYTpvcGVuc2VzYW1l"},
        "other.example:8443": {"Authorization": "Bearer abcdef123", "X-Door": "key-1234"},
    }


@pytest.mark.parametrize("value", ["bWFyYTpvcGVuc2VzYW1l", "opensesame", "abcdef123", "key-1234"])
def test_every_value_is_a_secret_with_and_without_its_scheme(value: str) -> None:
    suite = parse_suite(SUITE + ACCESS, Checks().registry)
    assert value in secrets_in(environment_with(access_of(suite)))
