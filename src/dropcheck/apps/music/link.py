"""A music item as a link names it."""

from __future__ import annotations

from dataclasses import dataclass

#: The kind of a link whose target only following it tells (``spotify.link/…``).
SHORT_LINK = "short-link"
#: The kind of a player frame that carries another address.
EMBED = "embed"


@dataclass(frozen=True, slots=True)
class MusicLink:
    """The item a music link names: compare `service`, `kind` and `id`.

    `id` is None where the address does not tell it (`SHORT_LINK`, `EMBED`). `canonical` is the service's own
    clean web address, None where the service has none or none is known here. `storefront` is Apple's country
    code as the address gives it; `user` the owner a Spotify address names; `album_id` the album a song
    address goes through; `track_id` the song an album address points out.
    """

    service: str
    kind: str
    id: str | None
    canonical: str | None = None
    storefront: str | None = None
    user: str | None = None
    album_id: str | None = None
    track_id: str | None = None

    @property
    def uri(self) -> str | None:
        """The item in the service's own URI form (``spotify:track:…``), else its canonical address."""
        if self.service == "spotify" and self.user is None and self.id and self.canonical:
            return f"spotify:{self.kind}:{self.canonical.rpartition('/')[2]}"
        return self.canonical

    @property
    def is_short(self) -> bool:
        """Whether only following the link tells its target."""
        return self.kind == SHORT_LINK


def short_link(service: str) -> MusicLink:
    """Return the link to an item of `service` that only following it tells."""
    return MusicLink(service, SHORT_LINK, None)
