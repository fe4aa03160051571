"""Which music item an address names, and whether two addresses name the same one."""

from __future__ import annotations

from dropcheck.apps.address import split_address
from dropcheck.apps.music import (
    amazon_music,
    apple_music,
    deezer,
    neighbours,
    soundcloud,
    spotify,
    tidal,
    youtube,
)
from dropcheck.apps.music.link import MusicLink

_ADDRESS_READERS = (
    spotify.from_address,
    apple_music.from_address,
    deezer.from_address,
    youtube.from_address,
    amazon_music.from_address,
    tidal.from_address,
    soundcloud.from_address,
    neighbours.from_address,
)
_URI_READERS = (
    spotify.from_uri,
    apple_music.from_uri,
    deezer.from_uri,
    youtube.from_uri,
    tidal.from_uri,
    soundcloud.from_uri,
)
_ONE_CATALOGUE = frozenset({"itunes", "apple_music"})


def parse(url: str) -> MusicLink | None:
    """Return the music item `url` names: a web address (with or without scheme) or an app's own URI.

    None for any other address and for one the service could not open (no id, a malformed one). Nothing is
    fetched and nothing raised. Wrappers such as ``intent:`` are `dropcheck.apps.target.resolve_target`'s.
    """
    address = split_address(url)
    if address is not None:
        return next((found for reader in _ADDRESS_READERS if (found := reader(address))), None)
    return next((found for reader in _URI_READERS if (found := reader(url))), None)


def same_item(first: MusicLink | None, second: MusicLink | None) -> bool | None:
    """Return whether two links name the same item (service, kind, id), None where that can't be told.

    It can't be told of no link, of a link that must be followed first, and of a SoundCloud number
    against a SoundCloud name. Apple's storefront is no part of the item; iTunes and Apple Music number their
    items from one catalogue. SoundCloud names are compared without case (an assumption: that no two differ
    by case only).
    """
    if first is None or second is None:
        return None
    if first.service != second.service and {first.service, second.service} != _ONE_CATALOGUE:
        return False
    if first.id is None or second.id is None:
        return None
    if first.kind != second.kind:
        return False
    if first.service == "soundcloud" and first.id.isdigit() != second.id.isdigit():
        return None
    if first.id == "starred" and first.user != second.user:
        return False
    if first.service == "soundcloud":
        return first.id.lower() == second.id.lower()
    return first.id == second.id
