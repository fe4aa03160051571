"""The picture a smart link shows when somebody shares it: is it still the release's cover?"""

from __future__ import annotations

from urllib.parse import urljoin

import httpx

from dropcheck.catalog.picture import (
    MAX_BYTES,
    Alike,
    Picture,
    PictureError,
    compare_pictures,
    read_file,
    read_picture,
)
from dropcheck.catalog.smart_link import SmartLinkPage
from dropcheck.check.model import CheckContext
from dropcheck.check.rulebook import finding
from dropcheck.result import Basis, Finding
from dropcheck.suite import Case

#: Previews are recompressed and cut to a card: the bands of `artwork` for such sources (services reference 8.3).
_SAME_WITHIN, _DIFFERENT_ABOVE = 10, 16


async def preview_findings(page: SmartLinkPage, case: Case, context: CheckContext) -> list[Finding]:
    """Compare the page's `og:image` with the sheet's artwork; nothing where the sheet has none to compare with."""
    if page.og_image is None:
        return [finding("smart_link/no-preview", "The page names no og:image.", Basis.OBSERVED)]
    cover = _cover(case)
    if cover is None or case.url is None:
        return []
    try:
        shown = read_picture(await _fetch(urljoin(case.url, page.og_image), context.http))
    except (PictureError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        why = str(error) or type(error).__name__
        return [finding("smart_link/preview-unreadable", f"{why[:120]}.", Basis.OBSERVED)]
    compared = compare_pictures(
        cover, shown, same_within=_SAME_WITHIN, different_above=_DIFFERENT_ABOVE, cut=True
    )
    if compared.alike not in (Alike.DIFFERENT, Alike.TINTED):
        return []
    kind = "another picture" if compared.alike is Alike.DIFFERENT else "the same picture in other colours"
    seen = f"The preview shows {kind} ({compared.distance} of 64 bits apart)."
    evidence = {"distance": compared.distance, "tint": compared.tint}
    return [finding("smart_link/stale-artwork", seen, Basis.OBSERVED, evidence=evidence)]


def _cover(case: Case) -> Picture | None:
    """The sheet's artwork; what is wrong with the file itself is for `artwork` to say."""
    if case.release.artwork is None or case.folder is None:
        return None
    try:
        return read_file(case.folder / case.release.artwork)
    except (OSError, PictureError):
        return None


async def _fetch(url: str, http: httpx.AsyncClient) -> bytes:
    async with http.stream("GET", url, follow_redirects=True) as answer:
        if answer.status_code != httpx.codes.OK:
            raise PictureError(f"the preview picture answered {answer.status_code}")
        content = b""
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > MAX_BYTES:
                raise PictureError(f"the preview picture is larger than {MAX_BYTES // 2**20} MB")
        return content
