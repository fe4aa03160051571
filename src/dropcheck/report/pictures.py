"""Pictures on their way into a report: found only beside the results, stripped and made small."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from dropcheck.report.redact import redact_picture

#: A phone frame is at most 300 CSS pixels wide; twice that is sharp on a phone's own screen.
_WIDEST = 600
#: A full-page screenshot is cut here: the frame shows the first screen, the rest is for scrolling.
_TALLEST = 2400
#: Larger files are no screenshots; reading them would only cost memory.
_LARGEST_BYTES = 40_000_000

#: Names that `Pictures` gives.
_OURS = re.compile(r"[0-9a-f]{20}\.webp")


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a page finds a picture (a relative path or a ``data:`` URL) and its size in pixels."""

    src: str
    width: int
    height: int


@dataclass(slots=True)
class Pictures:
    """The pictures of one report.

    `beside` is the folder of the results file, the only place pictures are read from; `folder` is where side
    files go, None to put them inside the page. `missing` collects the names that could not be shown.
    """

    beside: Path | None
    folder: Path | None
    missing: list[str] = field(default_factory=list)
    _made: dict[str, Picture | None] = field(default_factory=dict)
    _placed_names: set[str] = field(default_factory=set)

    def get(self, name: str | None) -> Picture | None:
        """Return the picture called `name`, or None when there is none that can be shown."""
        if not name:
            return None
        if name not in self._made:
            made = self._make(name)
            self._made[name] = made
            if made is None:
                self.missing.append(name)
        return self._made[name]

    def add(self, file: Path) -> Picture | None:
        """Return the picture in `file`, which the user named (a logo), wherever it is."""
        return self._shrunk(file)

    def tidy(self) -> None:
        """Remove the pictures that an earlier report left in the folder: who sends it on sends only its own."""
        if self.folder is None or not self.folder.is_dir():
            return
        for file in self.folder.iterdir():
            if _OURS.fullmatch(file.name) and file.name not in self._placed_names:
                file.unlink(missing_ok=True)

    def _make(self, name: str) -> Picture | None:
        if self.beside is None:
            return None
        try:
            root = self.beside.resolve()
            file = (root / name).resolve()
        except (OSError, ValueError):
            return None
        # A results file may come from elsewhere: it must not choose files outside its own folder.
        return self._shrunk(file) if file.is_relative_to(root) else None

    def _shrunk(self, file: Path) -> Picture | None:
        try:
            if file.stat().st_size > _LARGEST_BYTES:
                return None
            content = redact_picture(file.read_bytes())
        except (OSError, ValueError):
            return None
        with Image.open(io.BytesIO(content)) as opened:
            picture = opened.convert("RGBA" if "A" in opened.getbands() or opened.mode == "P" else "RGB")
        if picture.width > _WIDEST:
            picture = picture.resize((_WIDEST, max(1, round(picture.height * _WIDEST / picture.width))))
        if picture.height > _TALLEST:
            picture = picture.crop((0, 0, picture.width, _TALLEST))
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=80, method=2)
        return self._placed(written.getvalue(), picture.width, picture.height)

    def _placed(self, content: bytes, width: int, height: int) -> Picture:
        if self.folder is None:
            return Picture("data:image/webp;base64," + base64.b64encode(content).decode(), width, height)
        name = hashlib.sha256(content).hexdigest()[:20] + ".webp"
        self._placed_names.add(name)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(content)
        return Picture(f"{self.folder.name}/{name}", width, height)
