"""What a document that could not be had is called, the same in every engine."""

from __future__ import annotations

from collections.abc import Mapping

from dropcheck.network import FailureKind

#: Chromium's own names (its ``net_error_list.h``) for what the run's proxy can only answer with a failed
#: tunnel; the private-address rule is ours and has none there.
FAILURE_CODES: Mapping[FailureKind, str] = {
    FailureKind.PRIVATE_ADDRESS: "ERR_BLOCKED_BY_PRIVATE_ADDRESS_RULE",
    FailureKind.BAD_CERTIFICATE: "ERR_CERT_INVALID",
    FailureKind.NAME_NOT_FOUND: "ERR_NAME_NOT_RESOLVED",
    FailureKind.UNREACHABLE: "ERR_CONNECTION_REFUSED",
    FailureKind.TIMED_OUT: "ERR_CONNECTION_TIMED_OUT",
}
