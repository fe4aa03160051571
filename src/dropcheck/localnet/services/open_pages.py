"""Stand-ins of MusicBrainz and of Instagram's audio pages (`reference/services.md` 4.5 and 5.3)."""

from __future__ import annotations

import re

from dropcheck.localnet.message import Request, Response
from dropcheck.localnet.services.shelf import Shelf

#: How MusicBrainz tells who runs a client: an e-mail address or a web page in its name.
_CONTACT = re.compile(r"\S+@\S+|https?://\S+")


class MusicBrainz:
    """Answers for MusicBrainz's look-up of an ISRC from a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def api(self, request: Request) -> Response | None:
        """The recordings of an ISRC; clients that don't say whom to write to are refused."""
        found = re.fullmatch(r"/ws/2/isrc/([A-Za-z0-9]+)", request.path)
        if found is None:
            return None
        if not _CONTACT.search(request.user_agent):
            return Response.json({"error": "Your client doesn't identify itself."}, 403)
        titles = self._shelf.musicbrainz.get(found[1])
        if titles is None:
            return Response.json({"error": "Not Found"}, 404)
        recordings = [
            {"id": f"00000000-0000-4000-8000-{number:012}", "title": title, "length": 201000, "releases": []}
            for number, title in enumerate(titles, 1)
        ]
        return Response.json({"isrc": found[1], "recordings": recordings})


class InstagramAudio:
    """Answers for Instagram's audio pages from a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def pages(self, request: Request) -> Response | None:
        """An audio page: open, behind the login, or gone; other pages are passed on."""
        if request.path == "/accounts/login/":
            return Response.html("<!doctype html><title>Login • Instagram</title>")
        found = re.fullmatch(r"/reels/audio/(\d+)/?", request.path)
        if found is None:
            return None
        state = self._shelf.instagram.get(found[1], "gone")
        if state == "open":
            return Response.html("<!doctype html><title>Audio on Instagram</title>")
        if state == "login":
            return Response.redirect(f"https://www.instagram.com/accounts/login/?next={request.path}")
        return Response.html("<!doctype html><title>Page not found • Instagram</title>", 404)
