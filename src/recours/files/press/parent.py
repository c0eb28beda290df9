"""Runs the press on a file and brings back what it made."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import msgspec

import recours
from recours.files.kinds import VIDEOS
from recours.files.limits import Limits
from recours.files.press.verdict import Fault, Pressed, Refused, Verdict

log = logging.getLogger(__name__)

_SOURCE = str(Path(recours.__file__).resolve().parent.parent)
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from recours.files.press.child import main; main()"
)
_VERDICTS: msgspec.json.Decoder[Verdict] = msgspec.json.Decoder(Verdict)
_AT_ONCE = threading.BoundedSemaphore(2)
"""Presses running for one web process: each may take a large part of a gigabyte for a second."""


class Copies(msgspec.Struct, frozen=True, kw_only=True):
    """What the press made of a file."""

    found: Pressed
    clean: bytes
    thumb: bytes | None


def press(original: bytes, media_type: str, limits: Limits) -> Copies | Refused:
    """Return the copies of a file, or why there are none; takes a fifth of a second and more.

    Whatever is in the file, it does not raise. The child gets no environment, so that no secret is near
    what a stranger sent.
    """
    with tempfile.TemporaryDirectory(prefix="recours-press-") as name, _AT_ONCE:
        folder = Path(name)
        (folder / "original").write_bytes(original)
        verdict = _run(folder, media_type, limits)
        if isinstance(verdict, Refused):
            return verdict
        thumb = folder / "thumb"
        return Copies(
            found=verdict,
            clean=(folder / "clean").read_bytes(),
            thumb=thumb.read_bytes() if thumb.exists() else None,
        )


def _run(folder: Path, media_type: str, limits: Limits) -> Verdict:
    settings = msgspec.json.encode(limits).decode()
    command = [sys.executable, "-I", "-X", "utf8", "-c", _PROGRAM, _SOURCE, str(folder), media_type, settings]
    surroundings = {
        "PATH": os.pathsep.join([os.defpath, *_folders_of_tools()]),
        "TMPDIR": str(folder),
        # Threads of a numeric library and arenas of the allocator count against the memory limit.
        "MALLOC_ARENA_MAX": "2",
        "OMP_NUM_THREADS": "1",
    }
    allowed = limits.video_work_seconds if media_type in VIDEOS else limits.seconds
    # A group of its own: what the child has started for a film goes with it.
    child = subprocess.Popen(
        command,
        cwd=folder,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        process_group=0,
    )
    try:
        _, errors = child.communicate(timeout=allowed)
    except subprocess.TimeoutExpired:
        log.warning("The press was stopped after %s s on a %s.", allowed, media_type)
        return Refused(fault=Fault.UNREADABLE, detail="too slow")
    finally:
        _stop(child)
    verdict = folder / "verdict.json"
    if child.returncode == 0 and verdict.exists():
        return _VERDICTS.decode(verdict.read_bytes())
    said = errors.decode(errors="replace")[-500:]
    log.warning("The press ended with %s on a %s: %s", child.returncode, media_type, said)
    return Refused(fault=Fault.UNREADABLE, detail=f"ended with {child.returncode}")


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Leave nothing of the child's group running, whatever became of the child itself."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stderr is not None:
        child.stderr.close()


def video_tools() -> tuple[str, str] | None:
    """Return where `ffmpeg` and `ffprobe` are, None where they are not both installed: then no film is taken."""
    found = shutil.which("ffmpeg"), shutil.which("ffprobe")
    return (found[0], found[1]) if found[0] and found[1] else None


def _folders_of_tools() -> list[str]:
    return sorted({str(Path(tool).parent) for tool in video_tools() or ()})
