"""What a document that could not be had is called, the same in every engine."""

from __future__ import annotations

from collections.abc import Mapping

from dropcheck.network import FailureKind

#: Statuses that leave a browser where it was (RFC 9110, 15.3.5 and 15.3.6); as the first answer to a link, that
#: is an empty screen. The code is ours: browsers don't take it for a failure.
NO_PAGE = frozenset({204, 205})
NO_CONTENT = "NO_CONTENT"

#: Chromium's own names (its ``net_error_list.h``) for what the run's proxy can only answer with a failed
#: tunnel; the private-address rule is ours and has none there.
FAILURE_CODES: Mapping[FailureKind, str] = {
    FailureKind.PRIVATE_ADDRESS: "ERR_BLOCKED_BY_PRIVATE_ADDRESS_RULE",
    FailureKind.BAD_CERTIFICATE: "ERR_CERT_INVALID",
    FailureKind.NAME_NOT_FOUND: "ERR_NAME_NOT_RESOLVED",
    FailureKind.UNREACHABLE: "ERR_CONNECTION_REFUSED",
    FailureKind.TIMED_OUT: "ERR_CONNECTION_TIMED_OUT",
}
