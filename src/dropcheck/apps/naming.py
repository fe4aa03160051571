"""Which music services words speak of: a button's label, a picture's text, what stands beside it."""

from __future__ import annotations

import re
from functools import cache

from dropcheck.apps.catalogue import Role, catalogue


@cache
def _names() -> tuple[tuple[str, str], ...]:
    music = ((_squeezed(app.name), app.id) for app in catalogue().values() if app.role is Role.MUSIC)
    return tuple(sorted(music, key=lambda pair: -len(pair[0])))


def _squeezed(words: str) -> str:
    return re.sub(r"[\s_-]+", "", words.lower())


def services_named(words: str) -> tuple[str, ...]:
    """Return the music services (catalogue slugs) that `words` name, the longest name first.

    Blanks, dashes and case don't count (“AppleMusic”); a name inside a longer one (“YouTube” in “YouTube Music”)
    is none. Words never say where a button leads.
    """
    rest, found = _squeezed(words), []
    for name, service in _names():
        if name in rest:
            found.append(service)
            rest = rest.replace(name, "\0")
    return tuple(found)
