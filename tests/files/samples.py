"""Files that people send, and files that people send to do harm; all made here."""

from __future__ import annotations

import io
import struct
import subprocess
import tempfile
import zipfile
import zlib
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageDraw

LATITUDE = b"48 deg 51 min"
"""What no copy may hold."""


def picture(
    format: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: Any
) -> bytes:
    """A small drawing: a red mark in the top left corner of a blue sheet, so that a turn can be seen."""
    sheet = Image.new("RGB", size, (20, 60, 160))
    ImageDraw.Draw(sheet).rectangle((0, 0, size[0] // 4, size[1] // 4), fill=(220, 30, 30))
    sheet = sheet.convert(mode)
    out = io.BytesIO()
    sheet.save(out, format, **options)
    return out.getvalue()


def with_place(orientation: int = 1) -> Image.Exif:
    """EXIF as a phone writes it: where it was, which way it was held, whose it is."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Phone of Camille"
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 3.0), 29: LATITUDE.decode()}
    )
    return exif


def transparent(format: str = "PNG") -> bytes:
    sheet = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    ImageDraw.Draw(sheet).ellipse((50, 50, 150, 150), fill=(220, 30, 30, 255))
    out = io.BytesIO()
    sheet.save(out, format)
    return out.getvalue()


def heic(orientation: int = 1) -> bytes:
    pillow_heif.register_heif_opener()
    return picture("HEIF", exif=with_place(orientation).tobytes(), quality=60)


def animated(format: str = "WEBP") -> bytes:
    frames = [Image.new("RGB", (120, 80), colour) for colour in ((220, 30, 30), (20, 60, 160))]
    out = io.BytesIO()
    frames[0].save(out, format, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def png_of(width: int, height: int, *, rows: int = 1) -> bytes:
    """A PNG that announces a size and holds only `rows` of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(bytes((width + 7) // 8 + 1) * rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@cache
def forty_megapixels() -> bytes:
    """A phone's photo: 7,728 by 5,152, held sideways, with the place it was taken."""
    return picture("JPEG", (7728, 5152), quality=60, exif=with_place(6))


def jpeg_and_zip() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("../../etc/cron.d/evil", "* * * * * root true")
        made.writestr("page.html", "<script>alert(1)</script>")
    return picture() + archive.getvalue()


def jpeg_and_script() -> bytes:
    """A picture whose comment is a page, for browsers that guess."""
    return picture(comment=b"<html><script>alert(document.domain)</script></html>")


EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every virus scanner recognises, and what harms nobody."""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
HTACCESS = b"AddType application/x-httpd-php .jpg\n"


def pdf(pages: int = 1, **save: Any) -> bytes:
    with Pdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(595, 842))
        return _saved(made, **save)


def hostile_pdf() -> bytes:
    """A PDF with one of everything that acts, hides or tells."""
    with Pdf.new() as made:
        page = made.add_blank_page(page_size=(595, 842))
        script = Dictionary(S=Name.JavaScript, JS=String("app.alert('EVIL-SCRIPT')"))
        launch = Dictionary(S=Name.Launch, F=String("EVIL-LAUNCH.exe"))
        link = Dictionary(S=Name.URI, URI=String("https://example.org/EVIL-LINK"))
        attached = made.make_indirect(
            Dictionary(
                Type=Name.Filespec,
                F=String("EVIL-ATTACHED.exe"),
                EF=Dictionary(F=made.make_stream(b"MZ EVIL-EMBEDDED")),
            )
        )
        root = made.Root
        root.OpenAction = made.make_indirect(Dictionary(**launch, Next=script))
        root.AA = Dictionary(WC=script)
        root.Names = Dictionary(
            JavaScript=Dictionary(Names=Array([String("a"), script])),
            EmbeddedFiles=Dictionary(Names=Array([String("b"), attached])),
        )
        root.AF = Array([attached])
        root.Metadata = made.make_stream(b"<x:xmpmeta>EVIL-AUTHOR</x:xmpmeta>")
        widget = made.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String("field"),
                V=String("kept value"),
                DA=String("/Helv 12 Tf 0 g"),
                Rect=Array([10, 10, 200, 40]),
                AA=Dictionary(K=script),
                A=launch,
            )
        )
        annotation = made.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=link, PA=launch)
        )
        helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        root.AcroForm = Dictionary(
            Fields=Array([widget]),
            XFA=String("EVIL-XFA"),
            CO=Array([widget]),
            DR=Dictionary(Font=Dictionary(Helv=helvetica)),
            NeedAppearances=True,
        )
        page.obj.Annots = Array([widget, annotation])
        page.obj.AA = Dictionary(O=script)
        page.obj.PieceInfo = Dictionary(App=Dictionary(Private=String("EVIL-PRIVATE")))
        photo = made.make_stream(
            picture(exif=with_place()),
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=640,
            Height=480,
            BitsPerComponent=8,
            ColorSpace=Name.DeviceRGB,
            Filter=Name.DCTDecode,
            Metadata=made.make_stream(b"EVIL-PLACE"),
        )
        # A font may be called anything, `/AA` and `/JS` too, and must stay.
        page.obj.Resources = Dictionary(XObject=Dictionary(JS=photo), Font=Dictionary(AA=helvetica))
        page.obj.Contents = made.make_stream(
            b"q 200 0 0 150 50 600 cm /JS Do Q BT /AA 12 Tf 50 500 Td (Bonjour) Tj ET"
        )
        # Reached through the tags only: a page outside the tree, and the annotation itself.
        hidden = made.make_indirect(
            Dictionary(Type=Name.Page, Annots=Array([annotation]), AA=Dictionary(O=script))
        )
        element = Dictionary(
            S=Name.Link,
            Pg=hidden,
            AF=Array([attached]),
            K=Array([Dictionary(Type=Name.OBJR, Obj=annotation)]),
        )
        root.StructTreeRoot = made.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([element])))
        made.docinfo["/Author"] = "EVIL-AUTHOR"
        return _saved(made)


@cache
def film(extension: str = "mp4", seconds: float = 1, size: str = "320x240", *extra: str) -> bytes:
    """A test card with a tone, which says where and with what it was filmed."""
    codecs = (
        ["-c:v", "libvpx", "-c:a", "libvorbis"] if extension == "webm" else ["-c:v", "libx264", "-c:a", "aac"]
    )
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, f"film.{extension}")
        subprocess.run(
            [
                *("ffmpeg", "-nostdin", "-v", "error"),
                *("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=10:duration={seconds}"),
                *("-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"),
                *(
                    "-metadata",
                    f"comment={FILMED_AT}",
                    "-metadata",
                    "com.apple.quicktime.make=Phone of Camille",
                ),
                *("-metadata", f"title={FILMED_AT}", "-movflags", "use_metadata_tags"),
                *codecs,
                *("-preset", "ultrafast") * (extension != "webm"),
                *extra,
                str(made),
            ],
            check=True,
        )
        return made.read_bytes()


FILMED_AT = "+48.8566+002.3522/"
"""Where a phone says it filmed, as ISO 6709 writes it."""


def mail(text: str = "Bonjour,\nle casque est cassé.", **attached: bytes) -> bytes:
    """A mail from a shop, with a page that calls for pictures and runs scripts, and files by their names."""
    made = EmailMessage()
    made["From"] = "Boutique Belle <contact@example.org>"
    made["To"] = "camille@example.org"
    made["Date"] = "Mon, 23 Nov 2026 09:12:00 +0100"
    made["Subject"] = "Votre commande, cassée\u202e ?"
    made["Message-ID"] = "<1234@example.org>"
    made["Received"] = "from secret-host.example.org [192.0.2.17]"
    made.set_content(text)
    made.add_alternative(
        "<html><head><style>p{}</style></head><body><script>alert(1)</script><p>Bonjour</p>"
        "<img src='https://example.org/pixel.gif'></body></html>",
        subtype="html",
    )
    for name, content in attached.items():
        made.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=f"../{name}.exe"
        )
    return made.as_bytes()


def locked_pdf(*, user: str) -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="owner", user=user, R=6))


def inflating_pdf() -> bytes:
    """A PDF whose objects are packed in a stream that grows a thousandfold."""
    packed = zlib.compress(b"1 0 " + b" " * 400_000_000, 9)
    body = b"%PDF-1.5\n"
    first = len(body)
    stream = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(packed)
    body += b"3 0 obj\n" + stream + b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    second = len(body)
    entries = b"".join(
        struct.pack(">BIB", *entry) for entry in ((0, 0, 0), (2, 3, 0), (1, second, 0), (1, first, 0))
    )
    table = b"<< /Type /XRef /Size 4 /W [1 4 1] /Root 1 0 R /Length %d >>" % len(entries)
    body += b"2 0 obj\n" + table + b"\nstream\n" + entries + b"\nendstream\nendobj\n"
    return body + b"startxref\n%d\n%%%%EOF" % second


def _saved(made: Pdf, **save: Any) -> bytes:
    out = io.BytesIO()
    made.save(out, **save)
    return out.getvalue()


def told_by(content: bytes) -> bytes:
    """Everything a PDF says, unpacked, for looking for a word in it."""
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(content)) as opened:
        opened.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()
