"""Files made to do harm, each with what must become of it: a refusal by name, or a copy that harms nobody."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image
from tests.files import samples

from recours.files.refusals import (
    FileEmpty,
    FileRefused,
    FileTooLarge,
    FileTypeNotAccepted,
    PdfLocked,
    PdfTooManyPages,
    PdfUnreadable,
    PictureTooManyPixels,
    PictureUnreadable,
    TextUnreadable,
    VideoUnreadable,
)

PAGE = b"<html><body><script>alert(document.domain)</script></body></html>"
ACTIVE = (b"<script", b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/URI", b"/XFA", b"EVIL")
"""What no copy of a picture, a film or a PDF may hold; a text is free to speak of it. `/JS` and `/AA` are
not here: one of the files calls a picture and a font so, which must stay."""


class Hostile(NamedTuple):
    """`becomes` is the refusal, or the media type of the copy."""

    label: str
    name: str
    content: bytes
    becomes: type[FileRefused] | str


def corpus() -> Iterator[Hostile]:
    yield from _bombs()
    yield from _disguised()
    yield from _polyglots()
    yield from _pdfs()
    yield from _broken()
    yield from _texts()


def _bombs() -> Iterator[Hostile]:
    yield Hostile("png of 30,000 by 30,000", "a.png", samples.png_of(30_000, 30_000), PictureTooManyPixels)
    whole = samples.png_of(30_000, 30_000, rows=30_000)
    yield Hostile("the same, with all its rows", "a.png", whole, PictureTooManyPixels)
    yield Hostile(
        "png of two thousand million by one", "a.png", samples.png_of(2**31 - 1, 1), PictureTooManyPixels
    )
    yield Hostile("pdf whose objects grow a thousandfold", "a.pdf", samples.inflating_pdf(), PdfUnreadable)
    yield Hostile("pdf of two hundred and one pages", "a.pdf", samples.pdf(201), PdfTooManyPages)
    yield Hostile(
        "gzip of a hundred megabytes", "a.jpg", gzip.compress(bytes(100_000_000)), FileTypeNotAccepted
    )
    yield Hostile("zip within zip", "a.zip", _zip("a.zip", _zip("b", bytes(10_000_000))), FileTypeNotAccepted)
    yield Hostile("a byte too many", "a.jpg", samples.picture() + bytes(10 * 1024 * 1024), FileTooLarge)
    text = _png_with(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000)))
    yield Hostile("png whose comment grows a thousandfold", "a.png", text, PictureUnreadable)


def _disguised() -> Iterator[Hostile]:
    yield Hostile("svg named .jpg", "a.jpg", samples.SVG, FileTypeNotAccepted)
    yield Hostile(
        "svg with a declaration", "a.png", b"<?xml version='1.0'?>" + samples.SVG, FileTypeNotAccepted
    )
    yield Hostile("page named .pdf", "a.pdf", PAGE, FileTypeNotAccepted)
    yield Hostile("page named .jpg", "a.jpg", PAGE, FileTypeNotAccepted)
    yield Hostile("settings of a web server", ".htaccess", samples.HTACCESS, FileTypeNotAccepted)
    yield Hostile("program of Windows", "facture.pdf.exe", b"MZ" + bytes(200), FileTypeNotAccepted)
    yield Hostile("program of Linux", "a.jpg", b"\x7fELF" + bytes(200), FileTypeNotAccepted)
    yield Hostile("script of a shell", "a.jpg", b"#!/bin/sh\nrm -rf /", FileTypeNotAccepted)
    yield Hostile("script of PHP", "a.php.jpg", b"<?php system($_GET[0]);", FileTypeNotAccepted)
    yield Hostile("postscript", "a.jpg", b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file", FileTypeNotAccepted)
    yield Hostile("commands for ImageMagick", "a.jpg", b"push graphic-context\nurl(x)", FileTypeNotAccepted)
    yield Hostile("eicar as a photo", "a.jpg", samples.EICAR, FileTypeNotAccepted)
    yield Hostile("eicar as a program", "eicar.com", samples.EICAR, FileTypeNotAccepted)
    yield Hostile(
        "archive with a way out", "a.jpg", _zip("../../etc/cron.d/evil", b"* * *"), FileTypeNotAccepted
    )
    yield Hostile("tar with a link", "a.jpg", _tar(), FileTypeNotAccepted)
    yield Hostile("animated gif", "a.jpg", samples.animated("GIF"), FileTypeNotAccepted)
    yield Hostile("list of films", "film.mp4", b"#EXTM3U\nfile:///etc/passwd\n", FileTypeNotAccepted)
    hidden = b"\x00\x00\x00\x18ftypmp42#EXTM3U\nfile:///etc/passwd\n"
    yield Hostile("list of films behind a box", "film.mp4", hidden, VideoUnreadable)


def _polyglots() -> Iterator[Hostile]:
    yield Hostile("jpeg followed by a zip", "a.jpg", samples.jpeg_and_zip(), "image/jpeg")
    yield Hostile("jpeg whose comment is a page", "a.html", samples.jpeg_and_script(), "image/jpeg")
    yield Hostile("jpeg followed by a page", "a.jpg", samples.picture() + PAGE, "image/jpeg")
    yield Hostile(
        "gif that is a jar",
        "a.gif",
        samples.picture("GIF") + _zip("A.class", b"\xca\xfe"),
        FileTypeNotAccepted,
    )
    yield Hostile(
        "gif that is a script", "a.jpg", b"GIF89a/*" + bytes(10) + b"*/=1;alert(1)", FileTypeNotAccepted
    )
    yield Hostile(
        "png whose comment is a page", "a.png", _png_with(b"tEXt", b"Comment\0" + PAGE), "image/jpeg"
    )
    yield Hostile("webp followed by a page", "a.webp", samples.picture("WEBP") + PAGE, "image/jpeg")
    yield Hostile("pdf behind a script", "a.js", b"\n\n" + samples.pdf() + b"\n//alert(1)", "application/pdf")
    yield Hostile("pdf followed by a zip", "a.pdf", samples.pdf() + _zip("a", b"b"), "application/pdf")
    yield Hostile("jpeg followed by a pdf", "a.pdf", samples.picture() + samples.hostile_pdf(), "image/jpeg")


def _pdfs() -> Iterator[Hostile]:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    launch = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    fetch = Dictionary(S=Name.URI, URI=String("http://127.0.0.1:9/canary"))
    submit = Dictionary(S=Name.SubmitForm, F=String("http://127.0.0.1:9/canary"))
    for label, action in (("script", script), ("launch", launch), ("address", fetch), ("form", submit)):
        yield Hostile(f"pdf that opens with a {label}", "a.pdf", _opening(action), "application/pdf")
    yield Hostile("pdf with one of everything", "a.pdf", samples.hostile_pdf(), "application/pdf")
    yield Hostile("pdf with a file in it", "a.pdf", _embedding(), "application/pdf")
    yield Hostile("pdf with a password", "a.pdf", samples.locked_pdf(user="secret"), PdfLocked)


def _broken() -> Iterator[Hostile]:
    yield Hostile("nothing", "a.jpg", b"", FileEmpty)
    yield Hostile("jpeg cut short", "a.jpg", samples.picture()[:600], PictureUnreadable)
    yield Hostile("png cut short", "a.png", samples.picture("PNG")[:-40], PictureUnreadable)
    yield Hostile("webp cut short", "a.webp", samples.picture("WEBP")[:200], PictureUnreadable)
    yield Hostile("heic cut short", "a.heic", samples.heic()[:400], PictureUnreadable)
    yield Hostile("pdf cut short", "a.pdf", samples.hostile_pdf()[:3000], PdfUnreadable)
    yield Hostile("film cut short", "a.mp4", samples.film()[:-400], VideoUnreadable)
    yield Hostile("jpeg of noise", "a.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8, PictureUnreadable)


def _texts() -> Iterator[Hostile]:
    yield Hostile("page named .txt", "a.txt", PAGE, "text/plain")
    yield Hostile("letters that turn round", "a.txt", "pay\u202egnp.exe".encode(), "text/plain")
    yield Hostile("commands for a terminal", "a.txt", b"\x1b]0;title\x07\x1b[2J", "text/plain")
    yield Hostile("program named .txt", "a.txt", b"MZ\x90\x00\x03\x00", TextUnreadable)
    yield Hostile("mail with a script and a program", "a.eml", samples.mail(facture=b"MZ"), "text/plain")
    deep = b"From: a@example.org\nDate: x\n" + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 2_000
    yield Hostile("mail within mail, two thousand deep", "a.eml", deep, "text/plain")
    many = b"From: a@example.org\nDate: x\n" + b"X-A: b\n" * 100_000 + b"\nBonjour"
    yield Hostile("mail of a hundred thousand headers", "a.eml", many, "text/plain")


NAMES = {
    "\u200b.htaccess": "htaccess.jpg",
    "../../../etc/passwd": "passwd.jpg",
    "..%2f..%2fetc%2fpasswd.jpg": "passwd.jpg",
    "C:\\Windows\\a.jpg": "a.jpg",
    "a.php\x00.jpg": "a.php.jpg",
    "photo\u202egpj.exe": "photogpj.jpg",
    "x" * 4_000 + ".jpg": None,
    "CON": "_CON.jpg",
    "nul.jpg": "_nul.jpg",
    " . ": "document.jpg",
    "": "document.jpg",
    'a"; filename="b.html': None,
    "a\r\nSet-Cookie: b=c.jpg": None,
    "<img src=x onerror=alert(1)>.jpg": None,
}
"""Names that people and programs give, and what a copy is saved as; None: whatever is harmless."""


def _zip(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return out.getvalue()


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        link = tarfile.TarInfo("a")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        made.addfile(link)
    return out.getvalue()


def _png_with(kind: bytes, data: bytes) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 32), (20, 60, 160)).save(out, "PNG")
    plain = out.getvalue()
    chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return plain[:33] + chunk + plain[33:]  # after the header


def _opening(action: Dictionary) -> bytes:
    out = io.BytesIO()
    with Pdf.new() as made:
        made.add_blank_page(page_size=(200, 200))
        made.Root.OpenAction = action
        made.save(out)
    return out.getvalue()


def _embedding() -> bytes:
    out = io.BytesIO()
    with Pdf.new() as made:
        made.add_blank_page(page_size=(200, 200))
        held = Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=made.make_stream(b"MZ")))
        made.Root.Names = Dictionary(
            EmbeddedFiles=Dictionary(Names=Array([String("a"), made.make_indirect(held)]))
        )
        made.save(out)
    return out.getvalue()
