"""Pictures: what is the same cover and what isn't, with and without `imagehash`, and files that are no pictures."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from dropcheck.catalog import picture
from dropcheck.catalog.picture import (
    Alike,
    PictureError,
    compare_pictures,
    image_id,
    read_file,
    read_picture,
    same_upload,
)

MEDIA = Path(__file__).parents[2] / "fixtures" / "media"
needs_imagehash = pytest.mark.skipif(
    not picture.has_second_hash(), reason="imagehash is missing: pip install imagehash"
)


@pytest.fixture(scope="module")
def cover() -> Image.Image:
    return Image.open(MEDIA / "neon-hours.jpg").convert("RGB")


def saved(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def with_sticker(image: Image.Image) -> Image.Image:
    made = image.copy()
    width, height = made.size
    corner = (width * 0.75, height * 0.86, width * 0.97, height * 0.97)
    ImageDraw.Draw(made).rectangle(corner, fill="white", outline="black", width=4)
    return made


def turned_by_its_exif(image: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn me by 90 degrees to the right"
    return saved(image.rotate(90, expand=True), "JPEG", exif=exif, quality=90)


def on_nothing(image: Image.Image) -> bytes:
    clear = Image.new("RGBA", image.size, (0, 0, 0, 0))
    return saved(clear)


Make = Callable[[Image.Image], bytes]
COPIES: dict[str, tuple[Make, Alike]] = {
    "a strong JPEG": (lambda image: saved(image, "JPEG", quality=40), Alike.SAME),
    "a small WebP": (lambda image: saved(image.resize((720, 720)), "WEBP", quality=30), Alike.SAME),
    "a thumbnail": (lambda image: saved(image.resize((64, 64)), "JPEG"), Alike.SAME),
    "a large copy": (lambda image: saved(image.resize((3000, 3000)), "JPEG"), Alike.SAME),
    "inks": (lambda image: saved(image.convert("CMYK"), "JPEG"), Alike.SAME),
    "a palette": (lambda image: saved(image.convert("P")), Alike.SAME),
    "turned by its EXIF": (turned_by_its_exif, Alike.SAME),
    "without colour": (lambda image: saved(image.convert("L")), Alike.TINTED),
    "half as bright": (lambda image: saved(ImageEnhance.Brightness(image).enhance(0.5)), Alike.TINTED),
    "tinted and re-lettered": (lambda _: (MEDIA / "neon-hours-tinted.jpg").read_bytes(), Alike.TINTED),
    "the negative": (lambda image: saved(ImageOps.invert(image)), Alike.DIFFERENT),
    "upside down": (lambda image: saved(ImageOps.flip(image)), Alike.DIFFERENT),
    "somebody's avatar": (lambda _: (MEDIA / "avatar.jpg").read_bytes(), Alike.DIFFERENT),
    "nothing but white": (on_nothing, Alike.DIFFERENT),
}


@pytest.mark.parametrize("name", COPIES)
@pytest.mark.parametrize("hashes", [pytest.param(2, marks=needs_imagehash), 1])
def test_copies_are_told_from_other_pictures(
    name: str, hashes: int, cover: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    if hashes == 1:
        monkeypatch.setattr(picture, "has_second_hash", lambda: False)
    make, alike = COPIES[name]
    assert compare_pictures(read_picture(saved(cover)), read_picture(make(cover))).alike is alike


@needs_imagehash
def test_a_sticker_in_a_corner_is_seen_by_the_second_hash_alone(
    cover: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, stuck = read_picture(saved(cover)), read_picture(saved(with_sticker(cover)))
    assert compare_pictures(plain, stuck).alike is Alike.DIFFERENT
    monkeypatch.setattr(picture, "has_second_hash", lambda: False)
    assert compare_pictures(plain, stuck).alike is Alike.SAME


def test_only_a_service_that_cuts_may_show_the_middle(cover: Image.Image) -> None:
    width, height = cover.size
    edge = (round(width * 0.05), round(height * 0.05), round(width * 0.95), round(height * 0.95))
    whole, middle = read_picture(saved(cover)), read_picture(saved(cover.crop(edge)))
    assert compare_pictures(whole, middle, cut=True).alike is Alike.SAME
    assert compare_pictures(whole, middle).alike is Alike.DIFFERENT
    other = read_picture((MEDIA / "avatar.jpg").read_bytes())
    assert compare_pictures(whole, other, cut=True).alike is Alike.DIFFERENT


def test_the_same_bytes_need_no_hash(cover: Image.Image) -> None:
    content = saved(cover)
    assert compare_pictures(read_picture(content), read_picture(content)).alike is Alike.SAME_BYTES


HEAD = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a picture"),
        (b"<!doctype html><title>404</title>", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (HEAD + b"\x00\x00\xff\xff\x00\x00\xff\xff\x08\x02\x00\x00\x00\x00\x00\x00\x00", "picture"),
        (saved(Image.new("L", (6400, 6400))), "6400 × 6400 pixels"),
        (saved(Image.new("RGB", (400, 400), "red"))[:70], "broken picture"),
    ],
)
def test_what_is_no_picture_is_said_to_be_none(content: bytes, said: str) -> None:
    with pytest.raises(PictureError, match=said):
        read_picture(content)


def test_forty_megapixels_are_still_read() -> None:
    assert read_picture(saved(Image.new("L", (6324, 6324)))).width == 6324


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "cover.tif"
    with file.open("wb") as out:
        out.truncate(picture.MAX_FILE_BYTES + 1)
    with pytest.raises(PictureError, match="larger than 250 MB"):
        read_file(file)


TAIL = "0e0f10ad11ce5a0b00000001"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (f"https://i.scdn.co/image/ab67616d0000b273{TAIL}",
         f"https://image-cdn-fa.spotifycdn.com/image/ab67616d00004851{TAIL}", True),
        (f"https://i.scdn.co/image/ab67616d0000b273{TAIL}", f"https://i.scdn.co/image/ab6761610000e5eb{TAIL}", True),
        (f"https://i.scdn.co/image/ab67616d0000b273{TAIL}",
         "https://i.scdn.co/image/ab67616d0000b2730e0f10ad11ce5a0b00000002", False),
        ("https://cover.example/1.jpg", "https://cover.example/1.jpg", False),
        (f"https://i.scdn.co/image/{TAIL}", f"https://i.scdn.co/image/{TAIL}", False),
    ],
)  # fmt: skip
def test_one_upload_is_known_by_its_id_whatever_its_host_and_size(
    first: str, second: str, same: bool
) -> None:
    assert same_upload(first, second) is same
    assert same_upload(second, first) is same


def test_apples_and_deezers_addresses_have_ids_too() -> None:
    apple = "https://is1-ssl.mzstatic.com/image/thumb/Music/v4/ab/859712345677.jpg/{}"
    assert image_id(apple.format("100x100bb.jpg")) == image_id(apple.format("600x600bb.webp"))
    deezer = "https://{}.dzcdn.net/images/cover/5d0c1f6e5a0b40e0a0000000000000f1/{}-000000-80-0-0.jpg"
    assert same_upload(deezer.format("cdn-images", "1000x1000"), deezer.format("e-cdns-images", "56x56"))
