"""What the stand-ins of the stores hold, from `stores.yaml`: one set of songs that every service shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ArtistEntry(_Strict):
    """An artist and their ids."""

    name: str
    spotify: str
    apple: int
    deezer: int


class OnSpotify(_Strict):
    """A song on Spotify; `answers` is how the service misbehaves for it."""

    track: str
    album: str = "0"
    image: str
    relinked_to: str | None = None
    answers: str | None = None


class OnApple(_Strict):
    """A song in Apple's catalogue."""

    song: int
    album: int


class OnDeezer(_Strict):
    """A song on Deezer."""

    track: int
    album: int
    image: str


class Sound(_Strict):
    """A song's Sound Page; without `links` of its own it leads to the song itself, with none nowhere.

    With null the page says nothing of stores, as those of uploads do.
    """

    id: str
    original: bool = False
    title: str | None = None
    author: str | None = None
    album: str | None = None
    videos: int = 12
    clip_s: int = 60
    cover: str = "tos-alisg-v-2774/o0Cover"
    picture: str | None = None
    links: dict[str, str] | None = Field(default_factory=lambda: {"itself": ""})
    matched: bool = False
    answers: str | None = None


class Song(_Strict):
    """A song as the stores show it."""

    name: str
    title: str
    version: str | None = None
    album_title: str | None = None
    artists: tuple[ArtistEntry, ...]
    isrc: str
    upc: str
    label: str
    copyright: str
    released: str
    duration_ms: int
    explicit: bool
    markets: tuple[str, ...]
    picture: str
    position: int = 1
    listed: bool = True
    spotify: OnSpotify | None = None
    apple: OnApple | None = None
    deezer: OnDeezer | None = None
    sound: Sound | None = None

    @property
    def credit(self) -> str:
        """The artists as one text, the way stores join them."""
        names = [one.name for one in self.artists]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} & {names[-1]}"


class Shelf:
    """Every song, found by any of its ids; raises `ValueError` for a file that doesn't fit."""

    def __init__(self, fixtures: Path) -> None:
        self.fixtures = fixtures
        data = yaml.safe_load((fixtures / "stores.yaml").read_text(encoding="utf-8"))
        artists = {name: ArtistEntry.model_validate(entry) for name, entry in data["artists"].items()}
        entries: dict[str, dict[str, Any]] = {}
        for name, entry in data["songs"].items():
            whole = {**entries.get(entry.get("like", ""), {}), **entry}
            whole["listed"] = bool(entry.get("listed", "like" not in entry))
            whole.pop("like", None)
            entries[name] = whole
        self.songs: list[Song] = []
        for name, entry in entries.items():
            people = [artists[one] for one in entry["artists"]]
            fields = {**entry, "name": name, "artists": people, "released": str(entry["released"])}
            self.songs.append(Song.model_validate(fields))
        self.musicbrainz: dict[str, list[str]] = data.get("musicbrainz", {})
        self.instagram: dict[str, str] = data.get("instagram", {})
        self.posts: dict[str, str] = {key: str(post["sound"]) for key, post in data.get("posts", {}).items()}

    def named(self, name: str) -> Song | None:
        """The song of this name in the file."""
        return next((song for song in self.songs if song.name == name), None)

    def picture(self, file: str) -> bytes:
        """The bytes of a picture among the fixtures."""
        return (self.fixtures / file).read_bytes()
