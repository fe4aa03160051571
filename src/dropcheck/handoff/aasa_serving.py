"""How an apple-app-site-association file has to be served.

Sources: Apple Developer Documentation, xcode/supporting-associated-domains (HTTPS with a valid certificate,
no redirects); App Search Programming Guide, "Support Universal Links", archived (128 KB, application/json,
and application/pkcs7-mime for a signed file). That other content types are tolerated, and so only warned
about, is an assumption: widely used files are served with them.
"""

from __future__ import annotations

from dropcheck.handoff.aasa_document import (
    MAX_UNCOMPRESSED_BYTES,
    InvalidAssociationError,
    NotJsonError,
    read_association,
)
from dropcheck.handoff.association_serving import (
    FileRules,
    ServingFault,
    ServingFaultKind,
    answer,
    faults_of,
)


def _fault_in(body: bytes) -> ServingFault | None:
    try:
        read_association(body)
    except InvalidAssociationError as error:
        kind = ServingFaultKind.NOT_JSON if isinstance(error, NotJsonError) else ServingFaultKind.MALFORMED
        return ServingFault(kind, str(error), "Mend the file; Apple's applinks page shows its shape.")
    return None


_RULES = FileRules(
    path="/.well-known/apple-app-site-association, without an extension",
    reader="Apple",
    max_bytes=MAX_UNCOMPRESSED_BYTES,
    media_types=frozenset({"application/json", "application/pkcs7-mime"}),
    fault_in=_fault_in,
)


def serving_faults(
    status: int,
    *,
    redirected: bool = False,
    content_type: str | None = None,
    body_size: int | None = None,
    body: bytes | str = b"",
    secure: bool = True,
) -> list[ServingFault]:
    """The faults of one answer for /.well-known/apple-app-site-association, gravest first. Never raises.

    `status` is the first answer's HTTP status, `redirected` whether anything had to be followed, `body_size`
    the uncompressed size in bytes (by default that of `body`), `secure` whether it came over HTTPS with a
    valid certificate. An empty list means that Apple can fetch and parse the file.
    """
    return faults_of(answer(status, redirected, content_type, body_size, body, secure), _RULES)
