"""The post's papers as the simulator draws them: they look like scans, and say that they are of a simulator."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw, ImageFont

PAPER, INK, STAMP = (250, 247, 238), (40, 40, 60), (20, 60, 140)


def acknowledgement(letter: dict[str, Any], day: str) -> bytes:
    """Return a signed acknowledgement as a JPEG."""
    return _saved(
        _paper("AVIS DE RÉCEPTION (simulateur)", letter, f"Distribué le {day}", is_signed=True), "JPEG"
    )


def deposit(letter: dict[str, Any], day: str) -> bytes:
    """Return a proof of deposit as a PDF."""
    return _saved(_paper("PREUVE DE DÉPÔT (simulateur)", letter, f"Déposé le {day}", is_signed=False), "PDF")


def _paper(title: str, letter: dict[str, Any], stamped: str, *, is_signed: bool) -> Image.Image:
    image = Image.new("RGB", (1000, 620), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 979, 599), outline=INK, width=3)
    draw.text((50, 45), title, INK, ImageFont.load_default(34))
    draw.text((50, 105), f"Recommandé n° {letter['tracking']}", INK, ImageFont.load_default(28))
    draw.text((50, 150), f"Référence : {letter['reference']}", INK, ImageFont.load_default(22))
    draw.text((50, 210), "Destinataire", INK, ImageFont.load_default(22))
    for row, line in enumerate(line for line in letter["to"] if line):
        draw.text((70, 245 + 36 * row), line, INK, ImageFont.load_default(26))
    draw.ellipse((660, 330, 950, 560), outline=STAMP, width=5)
    draw.text((690, 425), stamped, STAMP, ImageFont.load_default(22))
    if is_signed:
        draw.text((50, 500), "Signature", INK, ImageFont.load_default(22))
        curve = [(190 + 14 * n, 520 + (28 if n % 3 else -26) * (1 if n % 2 else -1)) for n in range(18)]
        draw.line(curve, STAMP, 4, joint="curve")
    return image


def _saved(image: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()
