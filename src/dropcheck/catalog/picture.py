"""Pictures: read with limits, shrunk to what is compared, and compared (`reference/services.md` 1.8 and 8.3).

A perceptual hash ignores colour and small lettering. Colour is measured beside it; that the wording is right,
no comparison here can prove.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

#: 40 megapixels and no more are decoded: stores ask for covers of 3000 to 6000 pixels a side.
MAX_PIXELS = 40_000_000
#: Bytes of a picture that are fetched, and of one that is read from a file: masters come as uncompressed TIFFs.
MAX_BYTES = 25 * 2**20
MAX_FILE_BYTES = 250 * 2**20
#: Services that make their own copies cut the edges off: so much of the middle may be all that is left.
_CUTS = (1.0, 0.95, 0.9)
#: Both pictures are brought to this side before anything is measured.
_SIDE = 256
#: How far a side may be from the other: a cover is square.
_SQUARE_WITHIN = 0.02
#: Mean difference of the small pictures' colour (Cb and Cr, 0 to 255) above which the tint is another. Measured
#: on our own fixtures: recompressed and resized copies stay below 1, tinted ones are above 20.
TINT_ABOVE = 6.0
_SPOTIFY_IMAGE = re.compile(r"/image/([0-9a-f]{16})([0-9a-f]{24})(?:$|[?/])")
_DEEZER_IMAGE = re.compile(r"dzcdn\.net/images/\w+/([0-9a-f]{32})/")
_APPLE_IMAGE = re.compile(r"mzstatic\.com/image/thumb/(.+)/[^/]+$")


class PictureError(Exception):
    """A picture could not be read; the message says why in words a person reads."""


class Alike(StrEnum):
    """How two pictures stand to each other, the surest proof of sameness first."""

    SAME_IMAGE = "same-image"
    SAME_BYTES = "same-bytes"
    SAME = "same"
    SIMILAR = "similar"
    TINTED = "tinted"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was read: its bytes, its own size, and what is compared of it."""

    content: bytes
    width: int
    height: int
    small: Image.Image

    @property
    def is_square(self) -> bool:
        """Whether it is as wide as high, as a cover must be."""
        return abs(self.width - self.height) <= _SQUARE_WITHIN * max(self.width, self.height)


@dataclass(frozen=True, slots=True)
class PictureComparison:
    """How alike two pictures are. `distance` counts differing bits of a 64-bit hash, `tint` the colour."""

    alike: Alike
    distance: int | None = None
    tint: float | None = None


def read_file(file: Path) -> Picture:
    """Read a picture from a file of up to `MAX_FILE_BYTES`; raises `PictureError` and `OSError`."""
    if file.stat().st_size > MAX_FILE_BYTES:
        raise PictureError(f"the file is larger than {MAX_FILE_BYTES // 2**20} MB")
    return read_picture(file.read_bytes())


def read_picture(content: bytes) -> Picture:
    """Read a picture: turned as its EXIF says, transparency on white; raises `PictureError`.

    Nothing above `MAX_PIXELS` is decoded.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    limit = f"more than {MAX_PIXELS // 10**6} megapixels are not read"
                    raise PictureError(f"it has {width} × {height} pixels; {limit}")
                image.draft("RGB", (_SIDE * 4, _SIDE * 4))  # lets a large JPEG be decoded small
                upright = ImageOps.exif_transpose(image)
                small = _on_white(upright).resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError("it is not a picture") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, MemoryError) as error:
        raise PictureError(f"it is a broken picture ({error})") from None
    return Picture(content, width, height, small)


def compare_pictures(
    first: Picture, second: Picture, *, same_within: int = 6, different_above: int = 12, cut: bool = False
) -> PictureComparison:
    """Compare two pictures by their bytes, then by a perceptual hash and by colour.

    Distances are in bits of 64. Up to `same_within` is the same picture, above `different_above` another one.
    With `cut` the second may be the middle of the first.
    """
    if first.content == second.content:
        return PictureComparison(Alike.SAME_BYTES, 0, 0.0)
    middles = [_middle(first.small, share) for share in (_CUTS if cut else _CUTS[:1])]
    distance, nearest = min(
        ((_distance(middle, second.small), middle) for middle in middles), key=lambda pair: pair[0]
    )
    tint = _tint(nearest, second.small)
    if distance > different_above:
        return PictureComparison(Alike.DIFFERENT, distance, tint)
    if tint > TINT_ABOVE:
        return PictureComparison(Alike.TINTED, distance, tint)
    return PictureComparison(Alike.SAME if distance <= same_within else Alike.SIMILAR, distance, tint)


def image_id(address: str) -> str | None:
    """Return what identifies the uploaded picture in a store's address, whatever its host and size."""
    if found := _SPOTIFY_IMAGE.search(address):
        return f"spotify:{found[2]}"
    if found := _DEEZER_IMAGE.search(address):
        return f"deezer:{found[1]}"
    if found := _APPLE_IMAGE.search(address):
        return f"apple:{found[1]}"
    return None


def same_upload(first: str, second: str) -> bool:
    """Whether two addresses are of one uploaded picture: equal means equal, unequal means nothing."""
    return image_id(first) is not None and image_id(first) == image_id(second)


def thumbnail(picture: Picture) -> bytes:
    """Return a PNG of `_SIDE` pixels a side: enough for an eye, and no copy of a store's artwork."""
    out = io.BytesIO()
    picture.small.save(out, "PNG", optimize=True)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


def has_second_hash() -> bool:
    """Whether `imagehash` is installed (the extra `artwork`): it sees a sticker where the first hash doesn't."""
    return find_spec("imagehash") is not None


def _middle(image: Image.Image, share: float) -> Image.Image:
    if share == 1.0:
        return image
    edge = round(_SIDE * (1 - share) / 2)
    return image.crop((edge, edge, _SIDE - edge, _SIDE - edge)).resize(
        (_SIDE, _SIDE), Image.Resampling.LANCZOS
    )


def _distance(first: Image.Image, second: Image.Image) -> int:
    return max((_dhash(first) ^ _dhash(second)).bit_count(), _phash_distance(first, second))


def _phash_distance(first: Image.Image, second: Image.Image) -> int:
    """The distance of perceptual hashes where `imagehash` is installed, else 0."""
    if not has_second_hash():
        return 0
    import imagehash

    hashes: list[Any] = [imagehash.phash(image) for image in (first, second)]
    return int(hashes[0] - hashes[1])


def _dhash(image: Image.Image) -> int:
    """A 64-bit difference hash: whether each of 8 × 8 cells is brighter than its right neighbour."""
    grey = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    pixels = list(grey.tobytes())
    bits = 0
    for row in range(8):
        for column in range(8):
            left, right = pixels[row * 9 + column], pixels[row * 9 + column + 1]
            bits = bits << 1 | (left > right)
    return bits


def _tint(first: Image.Image, second: Image.Image) -> float:
    """The mean difference of colour, brightness aside, over 16 × 16 cells."""
    cells = [
        image.resize((16, 16), Image.Resampling.BOX).convert("YCbCr").tobytes() for image in (first, second)
    ]
    apart = [abs(a - b) for at, (a, b) in enumerate(zip(*cells, strict=True)) if at % 3]
    return float(sum(apart) / len(apart))
