"""A picture, decoded within limits and drawn again: nothing survives of it but what the eye sees."""

from __future__ import annotations

import io
import struct
import zlib
from typing import BinaryIO

import pi_heif
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from recours.files.limits import Limits
from recours.files.press.verdict import Fault, Flawed, Pressed

DECODERS = {
    "image/jpeg": ("JPEG",),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/heic": ("HEIF",),
}
"""The one decoder each accepted type may reach: the others in Pillow stay out of a stranger's hands."""

THUMB_QUALITY = 78
WHITE = (255, 255, 255)

_MAX_PROFILE_BYTES = 1_000_000
# What Pillow and pi-heif raise on bytes made to break them, as read in their sources and met in tests.
_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    OverflowError,
    ArithmeticError,
    RuntimeError,
    AttributeError,
    MemoryError,
    struct.error,
    zlib.error,
    UnidentifiedImageError,
    Image.DecompressionBombError,
)


def press_image(source: BinaryIO, media_type: str, limits: Limits) -> tuple[Pressed, bytes, bytes]:
    """Return what was found, the copy to show and its thumbnail (WebP).

    The size is read from the header before a pixel is decoded. Of an animation the first frame is kept. The
    copy is turned the way the camera was held, brought to sRGB, made to fit `clean_edge_px`, and carries no
    EXIF, no place, no profile, no comment. Raises Flawed.
    """
    Image.MAX_IMAGE_PIXELS = None  # ours is asked below, with the reader's sentence
    pi_heif.register_heif_opener(thumbnails=False)
    pi_heif.options.DECODE_THREADS = 1
    try:
        with Image.open(source, formats=DECODERS[media_type]) as picture:
            width, height = picture.size
            if width * height > limits.max_pixels:
                raise Flawed(Fault.TOO_MANY_PIXELS, width=width, height=height)
            drawn = _drawn(picture, limits.clean_edge_px)
    except _DECODER_ERRORS as error:
        raise Flawed(Fault.UNREADABLE, detail=repr(error)[:300]) from error
    width, height = drawn.size
    clean, clean_type = _encoded(drawn, limits)
    drawn.thumbnail((limits.thumb_edge_px, limits.thumb_edge_px))
    thumb = io.BytesIO()
    drawn.save(thumb, "WEBP", quality=THUMB_QUALITY)
    return Pressed(media_type=clean_type, width=width, height=height), clean, thumb.getvalue()


def _drawn(picture: Image.Image, edge_px: int) -> Image.Image:
    """Return the first frame in RGB or RGBA, upright, small enough, without anything that came along."""
    picture.seek(0)
    target = (edge_px, edge_px)
    if picture.mode in {"RGB", "RGBA", "L"} and "transparency" not in picture.info:
        # A JPEG is decoded at a fraction of its size here, which is what makes 50 megapixels cheap.
        picture.thumbnail(target, Image.Resampling.LANCZOS)
        upright = ImageOps.exif_transpose(picture)
    else:
        profile = picture.info.get("icc_profile")
        orientation = picture.getexif()
        plain = _plain(picture)
        plain.thumbnail(target, Image.Resampling.LANCZOS)
        plain.info = {"exif": orientation.tobytes(), "icc_profile": profile}
        upright = ImageOps.exif_transpose(plain)
    upright = _in_srgb(upright)
    if upright.mode not in {"RGB", "RGBA"}:
        upright = upright.convert("RGB")
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    return bare


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey: Pillow would clip it to white
        return picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    if picture.mode in {"CMYK", "YCbCr", "LAB", "HSV"}:
        if picture.mode == "CMYK" and picture.info.get("icc_profile"):
            return _in_srgb(picture)
        return picture.convert("RGB")
    has_alpha = picture.mode in {"LA", "PA", "La", "RGBa", "RGBA"} or "transparency" in picture.info
    return picture.convert("RGBA" if has_alpha else "RGB")


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Return the picture in sRGB: a phone's wide colours, shown without their profile, look faded."""
    profile = picture.info.get("icc_profile")
    if not profile or len(profile) > _MAX_PROFILE_BYTES or picture.mode not in {"RGB", "RGBA", "L", "CMYK"}:
        return picture if picture.mode != "CMYK" else picture.convert("RGB")
    try:
        converted = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if picture.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        # A profile that does not fit says nothing about the picture.
        return picture if picture.mode != "CMYK" else picture.convert("RGB")
    return converted or picture


def _encoded(drawn: Image.Image, limits: Limits) -> tuple[bytes, str]:
    """Return the copy's bytes and type: PNG if something shows through and it stays small, else JPEG."""
    out = io.BytesIO()
    if drawn.mode == "RGBA":
        lowest, _ = drawn.getchannel("A").getextrema()
        if isinstance(lowest, int | float) and lowest < 255:
            drawn.save(out, "PNG")
            if out.tell() <= limits.max_bytes:
                return out.getvalue(), "image/png"
            out = io.BytesIO()
        backdrop = Image.new("RGB", drawn.size, WHITE)
        backdrop.paste(drawn, mask=drawn.getchannel("A"))
        drawn = backdrop
    drawn.save(out, "JPEG", quality=limits.jpeg_quality, optimize=True)
    return out.getvalue(), "image/jpeg"
