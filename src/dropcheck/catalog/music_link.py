"""Music links, under their public path; the code is `dropcheck.apps.music_link`."""

from __future__ import annotations

from dropcheck.apps import MusicLink, parse

__all__ = ["MusicLink", "parse"]
