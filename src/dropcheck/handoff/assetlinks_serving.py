"""How an assetlinks.json file has to be served.

Sources: google/digitalassetlinks, well-known/details.md (status 200, no redirects, application/json); Android
Open Source Project, packages/StatementService, UrlFetcher and StatementRetriever (HTTPS only, redirects not
followed, 1 MiB, content type not looked at). Google's own service refuses another content type
(ERROR_CODE_WRONG_CONTENT_TYPE), so that is a warning here.
"""

from __future__ import annotations

from dropcheck.handoff.assetlinks_statements import (
    MalformedContentError,
    WebAsset,
    load_json,
    read_statement_list,
)
from dropcheck.handoff.association_serving import (
    FileRules,
    ServingFault,
    ServingFaultKind,
    answer,
    faults_of,
)

_ANY_SITE = WebAsset("https", "site", 443)


def _fault_in(body: bytes) -> ServingFault | None:
    try:
        value = load_json(body)
    except MalformedContentError as error:
        return ServingFault(
            ServingFaultKind.NOT_JSON, str(error), "Mend the file; a JSON checker shows the place."
        )
    try:
        entries = read_statement_list(_ANY_SITE, value)
    except MalformedContentError as error:
        return ServingFault(ServingFaultKind.MALFORMED, str(error), "Put the statements into a JSON array.")
    for number, entry in enumerate(entries, 1):
        if isinstance(entry, MalformedContentError):
            return ServingFault(
                ServingFaultKind.MALFORMED,
                f"statement {number}: {entry}",
                "Mend the statement; the others still count.",
                fatal=False,
            )
    return None


_RULES = FileRules(
    path="/.well-known/assetlinks.json",
    reader="Android",
    max_bytes=1024 * 1024,
    media_types=frozenset({"application/json"}),
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
    """The faults of one answer for /.well-known/assetlinks.json, gravest first. Never raises.

    `status` is the first answer's HTTP status, `redirected` whether anything had to be followed, `body_size`
    the uncompressed size in bytes (by default that of `body`), `secure` whether it came over HTTPS with a
    valid certificate. An empty list means that Android can fetch and parse the file.
    """
    return faults_of(answer(status, redirected, content_type, body_size, body, secure), _RULES)
