"""The process that decodes one file: `python -c "... main()" FOLDER MEDIA_TYPE LIMITS`.

In FOLDER it finds `original`, and leaves `clean`, `thumb` and `verdict.json`.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import msgspec

from recours.files.kinds import KINDS
from recours.files.limits import Limits
from recours.files.press.verdict import Flawed, Verdict


def main() -> None:
    """Press the file named on the command line."""
    folder, media_type = Path(sys.argv[1]), sys.argv[2]
    limits = msgspec.json.decode(sys.argv[3], type=Limits)
    kind = KINDS[media_type]
    memory = {
        "pdf": limits.pdf_memory_bytes,
        "mail": limits.text_memory_bytes,
        "text": limits.text_memory_bytes,
    }
    seconds = limits.video_work_seconds if kind == "video" else limits.seconds
    _hold_back(memory.get(kind, limits.image_memory_bytes), seconds, limits)
    try:
        verdict = _press(folder, media_type, limits)
    except Flawed as flaw:
        verdict = flaw.refused
    (folder / "verdict.json").write_bytes(msgspec.json.encode(verdict))


def _press(folder: Path, media_type: str, limits: Limits) -> Verdict:
    thumb: bytes | None = None
    with (folder / "original").open("rb") as source:
        match KINDS[media_type]:
            case "pdf":
                from recours.files.press.pdfs import press_pdf  # slow import, and only for a PDF

                verdict, clean = press_pdf(source, limits)
            case "video":
                from recours.files.press.videos import press_video  # slow import, and only for a film

                verdict, clean, thumb = press_video(folder, media_type, limits)
            case "mail":
                from recours.files.press.mails import press_mail  # slow import, and only for a mail

                verdict, clean = press_mail(source)
            case "text":
                from recours.files.press.texts import press_text  # as the others

                verdict, clean = press_text(source)
            case _:
                from recours.files.press.images import press_image  # slow import, and only for a picture

                verdict, clean, thumb = press_image(source, media_type, limits)
    (folder / "clean").write_bytes(clean)
    if thumb:
        (folder / "thumb").write_bytes(thumb)
    return verdict


def _hold_back(memory_bytes: int, seconds: int, limits: Limits) -> None:
    """Bound what this process may take. Where the system knows no such limit, the time-out remains."""
    wanted = (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 8 * limits.max_bytes),
    )
    for what, amount in wanted:
        try:
            resource.setrlimit(what, (amount, amount))
        except (OSError, ValueError):  # macOS refuses some of them
            continue
