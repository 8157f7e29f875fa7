"""Photos, drawn anew: of what was sent only the picture is left, no place, no device, no time, no hidden code."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from gis.errors import Refusal

MOST_PHOTOS = 5
MOST_BYTES = 20 << 20  # of one as it is sent
MOST_PIXELS = 80_000_000  # of one as it is opened: 240 MB in memory
LONGEST_SIDE_PX = 1600
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "MPO")  # MPO: a phone's JPEG with a second view, which is left out
QUALITY = 85
MEDIA_TYPE = "image/jpeg"
SRGB = ImageCms.createProfile("sRGB")
# What Pillow's readers raise of a file that is cut off or forged.
UNREADABLE = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError)
UNREADABLE += (struct.error, zlib.error)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as it is stored: a JPEG without metadata."""

    content: bytes
    width: int
    height: int


def redrawn(data, *, name="photo"):
    """A photo as it is stored.

    Parameters
    ----------
    data : bytes
        JPEG, PNG, WebP, GIF, BMP or TIFF.
    name : str
        What the sentence of a refusal calls it.

    Returns
    -------
    Photo
        JPEG in sRGB, turned upright, its longer side at most 1600 pixels.

    Raises
    ------
    Refusal
        ``photo_too_large``, ``photo_too_many_pixels``, ``photo_moves``, ``not_a_photo``, ``photo_damaged``.

    Examples
    --------
    >>> out = io.BytesIO()
    >>> Image.new("RGB", (3200, 800), "red").save(out, "PNG")
    >>> photo = redrawn(out.getvalue())
    >>> photo.width, photo.height, photo.content[:2]
    (1600, 400, b'\\xff\\xd8')
    """
    if len(data) > MOST_BYTES:
        raise Refusal("photo_too_large", f"{name} is larger than {MOST_BYTES >> 20} MB; send it smaller.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = _opened(data, name)
        try:
            return _stored(_flat(_upright(image)))
        except BOMBS as error:
            raise _too_many_pixels(name) from error
        except UNREADABLE as error:
            raise Refusal("photo_damaged", f"{name} is cut off or damaged; send it again.") from error


def _opened(data, name):
    """The picture's head: its pixels are not read before they are counted."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        frames = 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
    except BOMBS as error:
        raise _too_many_pixels(name) from error
    except UNREADABLE as error:
        raise Refusal("not_a_photo", f"{name} is no JPEG, PNG, WebP, GIF, BMP or TIFF; send a photo.") from error
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels(name)
    if frames > 1:
        raise Refusal("photo_moves", f"{name} has several pictures; send one that stands still.")
    return image


def _upright(image):
    """Small, then turned by the Exif tag, which is its last use. A JPEG is read at a fraction of its size."""
    # Other libraries switch this on for the whole process (WeasyPrint, when it is loaded); half a photo is none.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    image.draft("RGB", (LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    image.load()
    small = _eight_bit(image)
    small.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), Image.Resampling.LANCZOS)
    return _in_srgb(ImageOps.exif_transpose(small), image.info.get("icc_profile"))


def _eight_bit(image):
    """Without palette; greys of sixteen bits in eight."""
    if image.mode in ("P", "PA", "LA") or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image


def _in_srgb(image, profile):
    """Colours as they were meant where the file says how (a print's CMYK, a phone's wide gamut), else as they are."""
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            return ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            pass
    return image


def _flat(image):
    """On white where it is transparent, as JPEG knows no transparency."""
    if image.mode not in ("RGBA", "RGBa"):
        return image.convert("RGB")
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _stored(image):
    plain = Image.frombytes("RGB", image.size, image.tobytes())  # nothing hangs on to it
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Photo(out.getvalue(), *plain.size)


def _too_many_pixels(name):
    return Refusal("photo_too_many_pixels", f"{name} has more than {MOST_PIXELS // 10**6} million pixels; send it smaller.")
