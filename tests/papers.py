"""Reading a PDF that we made, as somebody does who received it."""

import io
import shutil
import subprocess
from typing import Any

import pikepdf
import pytest

UNSEEN = dict.fromkeys(map(ord, "\u200b\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u200e\u200f"))
"""Breaks and isolates that typesetting puts in, and marks that pdftotext adds around text from right to left."""


def words(pdf: bytes) -> str:
    """The text of all pages, as a reader copies it, its lines joined."""
    return " ".join(pages(pdf))


def pages(pdf: bytes) -> list[str]:
    """The text of each page, its lines joined."""
    program = shutil.which("pdftotext")
    if not program:
        pytest.fail("No pdftotext here. Debian, Ubuntu: sudo apt install poppler-utils.", pytrace=False)
    done = subprocess.run([program, "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True)
    read = done.stdout.decode().translate(UNSEEN).removesuffix("\f")
    return [" ".join(page.split()) for page in read.split("\f")]


def stated(pdf: bytes) -> dict[str, str]:
    """What the PDF says of itself in its XMP: standard, title, language, instant."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        root: Any = document.Root
        with document.open_metadata() as told:
            return {
                "part": str(told.get("pdfaid:part", "")),
                "conformance": str(told.get("pdfaid:conformance", "")),
                "title": str(told.get("dc:title", "")),
                "language": str(root.get("/Lang", "")),
                "created": str(told.get("xmp:CreateDate", "")),
            }


def fonts_not_embedded(pdf: bytes) -> list[str]:
    """The fonts that the PDF names without bringing them along."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        descriptors = [
            each
            for each in document.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
        ]
        return [
            str(each["/FontName"])
            for each in descriptors
            if not any(key in each for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        ]


def page_count(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)
