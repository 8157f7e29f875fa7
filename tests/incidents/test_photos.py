"""What comes in as a photo goes out as a small JPEG in which nothing but the picture is left, or is refused in words."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile, PngImagePlugin

from gis.errors import Refusal
from incidents import photos
from incidents.photos import LONGEST_SIDE_PX, MOST_BYTES, redrawn

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def picture(mode="RGB", size=(64, 32)):
    """Left half red, right half blue: which side is up can be seen."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return image.convert(mode)


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(photo):
    return Image.open(io.BytesIO(photo.content))


def code_of(data):
    with pytest.raises(Refusal) as refused:
        redrawn(data, name="photo 1")
    assert refused.value.message.startswith("photo 1 ")
    return refused.value.code


def near(pixel, wanted):
    return np.abs(np.array(pixel) - np.array(wanted)).max() < 40


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("WEBP", "RGB"),
        ("GIF", "P"),
        ("BMP", "RGB"),
        ("TIFF", "CMYK"),
    ],
)
def test_any_usual_kind_of_picture_becomes_a_jpeg_in_rgb(kind, mode):
    grey = picture("L")
    image = Image.fromarray(np.asarray(grey, dtype=np.uint16) * 257) if mode == "I;16" else picture(mode)
    photo = redrawn(encoded(image, kind))
    shown = opened(photo)
    assert (shown.format, shown.mode, shown.size) == ("JPEG", "RGB", (64, 32)) == ("JPEG", "RGB", (photo.width, photo.height))
    left, right = shown.getpixel((5, 5)), shown.getpixel((60, 5))
    if mode in ("L", "I;16"):
        assert near(left, [76] * 3) and near(right, [29] * 3)
    elif mode != "1":
        assert near(left, (254, 0, 0)) and near(right, (0, 0, 254))


def test_nothing_is_left_but_the_picture():
    exif = Image.Exif()
    exif[MAKE] = "PhoneMaker"
    exif.get_ifd(GPS)[2] = (28.0, 52.0, 48.0)
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "PhoneMaker")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = [
        encoded(picture(), "JPEG", exif=exif, comment=b"PhoneMaker", icc_profile=profile),
        encoded(picture(), "PNG", exif=exif, pnginfo=note),
        encoded(picture(), "WEBP", exif=exif, xmp=b"<x>PhoneMaker</x>"),
        encoded(picture(), "JPEG") + b"PhoneMaker <script>alert(1)</script>",
    ]
    for data in sent:
        assert b"PhoneMaker" in data
        photo = redrawn(data)
        assert b"PhoneMaker" not in photo.content and b"script" not in photo.content
        shown = opened(photo)
        assert not shown.getexif() and set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_turned_upright(turn, kind):
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # what undoes each turn, by the numbers of Image.Transpose
    turned = picture().transpose(Image.Transpose(back[turn])) if turn > 1 else picture()
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    shown = opened(redrawn(encoded(turned, kind, exif=exif)))
    assert shown.size == (64, 32)
    assert near(shown.getpixel((5, 5)), (254, 0, 0)) and near(shown.getpixel((60, 25)), (0, 0, 254))


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_the_longer_side_is_at_most_1600_pixels_and_the_shape_is_kept(width, height):
    photo = redrawn(encoded(Image.new("1", (width, height)), "PNG"))
    longer = max(width, height)
    assert max(photo.width, photo.height) == min(longer, LONGEST_SIDE_PX)
    scale = min(1, LONGEST_SIDE_PX / longer)
    assert abs(photo.width - width * scale) <= 1 and abs(photo.height - height * scale) <= 1


def test_what_is_transparent_stands_on_white():
    assert near(opened(redrawn(encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG"))).getpixel((9, 9)), (255, 255, 255))


def test_a_photo_of_50_mb_is_refused_before_it_is_opened():
    assert code_of(encoded(picture(), "JPEG") + bytes(50 << 20)) == "photo_too_large"
    assert redrawn(encoded(picture(), "JPEG") + bytes(MOST_BYTES - 5000))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\xff\xd8\xff\xe0",
    ],
)
def test_what_is_no_photo_is_refused(data):
    assert code_of(data) in ("not_a_photo", "photo_damaged")


def bomb(side):
    """A PNG of a few bytes that says it has so many pixels a side."""
    rows = zlib.compress(bytes(1000))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    packed = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + packed


@pytest.mark.parametrize("side", [9_000, 30_000, 2_000_000_000])
def test_a_decompression_bomb_is_refused_before_its_pixels_are_read(side):
    assert code_of(bomb(side)) in ("photo_too_many_pixels", "not_a_photo")


def test_a_bomb_of_text_in_a_picture_is_refused():
    with pytest.raises(Refusal):
        redrawn(bomb(10)[:33] + chunk(b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(200 << 20))) + bomb(10)[33:])


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def test_what_moves_is_refused():
    frames = [picture(), Image.new("RGB", (64, 32), "green")]
    for kind in ("GIF", "PNG", "WEBP", "TIFF"):
        assert code_of(encoded(frames[0], kind, save_all=True, append_images=frames[1:])) == "photo_moves"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
def test_a_photo_that_is_cut_off_is_refused_whatever_other_libraries_allow(kind, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    noise = Image.fromarray(np.random.default_rng(3).integers(0, 255, (90, 90, 3), dtype=np.uint8))
    whole = encoded(noise, kind)
    assert code_of(whole[: len(whole) // 2]) in ("photo_damaged", "not_a_photo")


@given(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "TIFF"]), st.data())
def test_a_forged_file_is_a_photo_or_a_refusal_and_never_an_error(kind, data):
    whole = bytearray(encoded(picture(), kind))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=12)):
        whole[place] = data.draw(st.integers(0, 255))
    try:
        assert redrawn(bytes(whole)).content[:2] == b"\xff\xd8"
    except Refusal as refusal:
        assert refusal.code in ("not_a_photo", "photo_damaged", "photo_moves", "photo_too_many_pixels")


def test_the_readers_are_those_of_photos_alone():
    assert "EPS" not in photos.FORMATS and "PDF" not in photos.FORMATS  # they run other programs
