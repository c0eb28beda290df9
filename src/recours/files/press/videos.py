"""A film, decoded within limits and filmed again: its pictures and its sound, without where, when and with what.

The work is done by the program `ffmpeg`, which the operator installs; we only ever hand it one local file, of a format
that is named, so that no list inside the file can make it open another.
"""

from __future__ import annotations

import io
import json
import math
import subprocess
from pathlib import Path
from typing import Any

from PIL import Image

from recours.files.limits import Limits
from recours.files.press.images import THUMB_QUALITY
from recours.files.press.verdict import Fault, Flawed, Pressed

READERS = {"video/mp4": "mov", "video/quicktime": "mov", "video/webm": "matroska"}
"""The one reader each accepted type may reach: lists of other files, subtitles and devices stay out of it."""

CODECS = (
    "h264,hevc,vp8,vp9,av1,libdav1d,mpeg4,h263,mjpeg,aac,mp3,opus,vorbis,pcm_s16le,pcm_s16be,amrnb,amrwb,alac"
)
COPY = "clean.mp4"
_MISSING_SECONDS = 1.0
"""A copy shorter than the film announced itself by more than this was cut short on its way."""


def press_video(folder: Path, media_type: str, limits: Limits) -> tuple[Pressed, bytes, bytes]:
    """Return what was found, the copy to show (H.264 in MP4) and a thumbnail of a frame (WebP). Raises Flawed."""
    reader = READERS[media_type]
    width, height, announced = _looked_at("original", folder, reader)
    if width * height > limits.max_video_pixels:
        raise Flawed(Fault.TOO_MANY_PIXELS, width=width, height=height)
    if announced > limits.max_video_seconds:
        raise Flawed(Fault.TOO_LONG, seconds=math.ceil(announced))
    _filmed_again(folder, reader, limits)
    width, height, seconds = _looked_at(COPY, folder, "mov")
    if seconds > limits.max_video_seconds:  # it said less than it holds
        raise Flawed(Fault.TOO_LONG, seconds=math.ceil(seconds))
    if seconds <= 0 or seconds + _MISSING_SECONDS < announced:
        raise Flawed(Fault.UNREADABLE, detail=f"{seconds} s of {announced} s")
    found = Pressed(media_type="video/mp4", width=width, height=height, seconds=max(1, round(seconds)))
    return found, (folder / COPY).read_bytes(), _thumb(folder, seconds, limits)


def _looked_at(name: str, folder: Path, reader: str) -> tuple[int, int, float]:
    """Return width, height and seconds of the first picture stream; 0 seconds where the file does not say."""
    wanted = "stream=codec_type,width,height,duration:format=duration"
    said = _run(
        ["ffprobe", *_held(reader), "-show_entries", wanted, "-select_streams", "v:0", "-of", "json"],
        name,
        folder,
    )
    told: dict[str, Any] = json.loads(said)
    streams = told.get("streams") or []
    if not streams:
        raise Flawed(Fault.UNREADABLE, detail="no picture")
    seconds = told.get("format", {}).get("duration") or streams[0].get("duration") or 0
    try:
        return int(streams[0]["width"]), int(streams[0]["height"]), max(0.0, float(seconds))
    except (KeyError, ValueError, TypeError) as error:
        raise Flawed(Fault.UNREADABLE, detail=repr(error)[:300]) from error


def _filmed_again(folder: Path, reader: str, limits: Limits) -> None:
    edge = limits.video_edge_px
    fitting = f"scale=w='min({edge},iw)':h='min({edge},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2"
    _run(
        ["ffmpeg", "-nostdin", *_held(reader), "-t", str(limits.max_video_seconds + 1)],
        "original",
        folder,
        [
            *("-map", "0:v:0", "-map", "0:a:0?", "-dn", "-sn"),
            *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact"),
            *("-flags:v", "+bitexact", "-flags:a", "+bitexact", "-vf", fitting, "-fpsmax", "30"),
            *(
                "-c:v",
                "libx264",
                "-preset",
                "superfast",
                "-crf",
                "24",
                "-maxrate",
                "2500k",
                "-bufsize",
                "5000k",
            ),
            *("-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-ac", "2", "-threads", "2"),
            *("-movflags", "+faststart", "-f", "mp4", f"file:{COPY}"),
        ],
    )


def _thumb(folder: Path, seconds: float, limits: Limits) -> bytes:
    frame = _run(
        ["ffmpeg", "-nostdin", *_held("mov"), "-ss", f"{seconds / 3:.2f}"],
        COPY,
        folder,
        ["-frames:v", "1", "-c:v", "png", "-f", "image2pipe", "-"],
    )
    with Image.open(io.BytesIO(frame), formats=("PNG",)) as picture:
        drawn = picture.convert("RGB")
    drawn.thumbnail((limits.thumb_edge_px, limits.thumb_edge_px))
    out = io.BytesIO()
    drawn.save(out, "WEBP", quality=THUMB_QUALITY)
    return out.getvalue()


def _held(reader: str) -> list[str]:
    return ["-v", "error", "-protocol_whitelist", "file", "-codec_whitelist", CODECS, "-f", reader]


def _run(command: list[str], name: str, folder: Path, rest: list[str] | None = None) -> bytes:
    """Run a tool on one file of the folder; our own limits on memory and time are its too. Raises Flawed."""
    done = subprocess.run(
        [*command, "-i", f"file:{name}", *(rest or [])],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise Flawed(Fault.UNREADABLE, detail=done.stderr.decode(errors="replace")[-300:])
    return done.stdout
