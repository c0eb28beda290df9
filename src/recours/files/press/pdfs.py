"""A PDF, taken apart and written again with its pages and nothing that acts.

What may stay is listed, what goes is not: a document keeps its pages, their language and their tags, a page
keeps what it draws. Forms and comments are first drawn onto their page, then removed with every script, link,
action, attachment and piece of metadata. Pictures inside lose their EXIF.
"""

from __future__ import annotations

import io
import zlib
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from recours.files.limits import Limits
from recours.files.press.verdict import Fault, Flawed, Pressed

_OF_THE_DOCUMENT = {
    "/Type",
    "/Pages",
    "/Version",
    "/Lang",
    "/PageLabels",
    "/OCProperties",  # layers: without it hidden ones would show
    "/MarkInfo",
    "/StructTreeRoot",  # what a screen reader reads
}
_OF_A_PAGE = {
    "/Type",
    "/Parent",
    "/Resources",
    "/MediaBox",
    "/CropBox",
    "/BleedBox",
    "/TrimBox",
    "/ArtBox",
    "/Contents",
    "/Rotate",
    "/UserUnit",
    "/Group",
    "/StructParents",
    "/Tabs",
}
_NOWHERE = {
    "/AA",
    "/OpenAction",
    "/JS",
    "/JavaScript",
    "/EmbeddedFiles",
    "/EF",
    "/AF",
    "/Annots",
    "/AcroForm",
    "/XFA",
    "/RichMediaContent",
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
    "/OPI",
    "/Alternates",
    "/Thumb",
    "/Next",
}
"""Keys that have no business anywhere in the copy, wherever they hang."""
_ACTIONS = {
    f"/{kind}"
    for kind in (
        *("GoTo", "GoToR", "GoToE", "GoToDp", "GoTo3DView", "Launch", "Thread", "URI", "Sound", "Movie"),
        *("Hide", "Named", "SubmitForm", "ResetForm", "ImportData", "JavaScript", "SetOCGState"),
        *("Rendition", "Trans", "RichMediaExecute"),
    )
}
_DRAWN_WITH = {"/Font", "/XObject", "/ExtGState", "/Pattern", "/OCG", "/OCMD", "/Form", "/Image"}
_DECODER_ERRORS = (
    pikepdf.PdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RuntimeError,
    MemoryError,
    OSError,
)

_END_WITHIN_BYTES = 2048
_DEEPEST = 400
_START_OF_SCAN = 0xDA
_KEPT_JPEG_SEGMENTS = {0xE0, 0xE2, 0xEE}  # JFIF, colour profile, Adobe's transform: needed to draw it right


def press_pdf(source: BinaryIO, limits: Limits) -> tuple[Pressed, bytes]:
    """Return what was found and the copy to show. Raises Flawed.

    A document that opens without a password is accepted even if it forbids printing or copying, as many bank
    statements do. A small fault is mended; a document without its end is refused, since what is missing
    might be what matters.
    """
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=limits.inflated_bytes,
        run_length_max_memory=limits.inflated_bytes,
        png_max_memory=limits.inflated_bytes,
        tiff_max_memory=limits.inflated_bytes,
        dct_max_memory=limits.inflated_bytes,
        doc_max_warnings=1000,
    )
    source.seek(max(0, source.seek(0, io.SEEK_END) - _END_WITHIN_BYTES))
    if b"%%EOF" not in source.read():
        raise Flawed(Fault.UNREADABLE, detail="no end of file")
    source.seek(0)
    try:
        with pikepdf.open(source, suppress_warnings=True) as pdf:
            pages = len(pdf.pages)
            if pages > limits.max_pages:
                raise Flawed(Fault.TOO_MANY_PAGES, pages=pages)
            if not pages:
                raise Flawed(Fault.UNREADABLE, detail="no page")
            _strip(pdf)
            once = _written(pdf)
        # Opened again: what nothing points to any more has stayed behind, and only the rest is walked.
        with pikepdf.open(io.BytesIO(once), suppress_warnings=True) as pdf:
            for thing in pdf.objects:
                _scrub(thing, depth=0)
            clean = _written(pdf)
    except pikepdf.PasswordError as error:
        raise Flawed(Fault.LOCKED) from error
    except _DECODER_ERRORS as error:
        raise Flawed(Fault.UNREADABLE, detail=repr(error)[:300]) from error
    return Pressed(media_type="application/pdf", pages=pages), clean


def _strip(pdf: Pdf) -> None:
    _draw_forms_and_comments(pdf)
    for page in pdf.pages:
        _keep_only(page.obj, _OF_A_PAGE)
    _keep_only(pdf.Root, _OF_THE_DOCUMENT)
    for key in set(pdf.trailer.keys()) - {"/Root", "/Size"}:
        del pdf.trailer[key]


def _draw_forms_and_comments(pdf: Pdf) -> None:
    try:
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError):
        # Damaged ones are not drawn. The page is, and the original is kept.
        return


def _keep_only(dictionary: Object, keys: set[str]) -> None:
    for key in set(dictionary.keys()) - keys:
        del dictionary[key]


def _scrub(thing: Any, *, depth: int) -> None:
    """Remove from one object, and from what it holds directly, what acts, what embeds and what tells."""
    if depth > _DEEPEST:
        raise Flawed(Fault.UNREADABLE, detail="nested too deep")
    if isinstance(thing, Array):
        held = [thing[index] for index in range(len(thing))]
    elif isinstance(thing, Dictionary | Stream):
        for key in list(thing.keys()):
            unwelcome = key in _NOWHERE and not _is_drawn_with(thing[key])
            if unwelcome or _is_action(thing, key) or _points_outside(thing, key):
                del thing[key]
        if isinstance(thing, Stream):
            _bare_picture(thing)
        held = [thing[key] for key in thing.keys()]  # noqa: SIM118 -- a stream cannot be iterated
    else:
        return
    for one in held:
        if not getattr(one, "is_indirect", True):  # numbers and texts come as Python's own
            _scrub(one, depth=depth + 1)


def _is_drawn_with(value: Any) -> bool:
    """Whether a page draws with it: fonts and pictures bear any name their maker chose, be it `/AA`."""
    if isinstance(value, Array):
        return len(value) > 0 and isinstance(value[0], Name)  # a colour space
    if not isinstance(value, Dictionary | Stream):
        return False
    kinds = {str(value.get("/Type")), str(value.get("/Subtype"))}
    return bool(kinds & _DRAWN_WITH) or "/PatternType" in value or "/ShadingType" in value


def _is_action(holder: Any, key: str) -> bool:
    """Whether what hangs at `key` is an action, or reaches an annotation through the tags."""
    if key == "/Obj" and holder.get("/Type") == Name.OBJR:
        return True
    value = holder.get(key)
    return isinstance(value, Dictionary) and str(value.get("/S")) in _ACTIONS


def _points_outside(holder: Any, key: str) -> bool:
    """Whether `key` makes a stream read its bytes from a file of whoever opens the document."""
    return isinstance(holder, Stream) and key in {"/F", "/FFilter", "/FDecodeParms"}


def _bare_picture(stream: Stream) -> None:
    """Take the EXIF, and the place with it, out of a JPEG held as it came from the camera."""
    filters = stream.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, Array) else [str(filters)]
    if names[-1:] != ["/DCTDecode"] or len(names) > 2 or names[:-1] not in ([], ["/FlateDecode"]):
        return
    data = stream.read_raw_bytes()
    if len(names) > 1:
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(data, 64 * 1024 * 1024)
        except zlib.error:
            return
        if unpacker.unconsumed_tail or not unpacker.eof:
            return
    bare = bare_jpeg(data)
    if bare is not None and bare != data:
        stream.write(bare, filter=Name.DCTDecode, decode_parms=_parms_of_the_last(stream))


def _parms_of_the_last(stream: Stream) -> Dictionary | None:
    parms = stream.get("/DecodeParms")
    if isinstance(parms, Array) and len(parms):
        parms = parms[-1]
    return parms if isinstance(parms, Dictionary) else None


def bare_jpeg(data: bytes) -> bytes | None:
    """Return a JPEG without its application and comment segments; None if it is not one."""
    if data[:2] != b"\xff\xd8":
        return None
    out, at = bytearray(data[:2]), 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == _START_OF_SCAN:
            return bytes(out + data[at:])
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        tells = 0xE0 <= marker <= 0xEF or marker == 0xFE  # APP0 to APP15, and comments
        if not tells or marker in _KEPT_JPEG_SEGMENTS:
            out += data[at:end]
        at = end
    return None


def _written(pdf: Pdf) -> bytes:
    out = io.BytesIO()
    # Streams pass as they are: nothing is inflated that does not have to be.
    pdf.save(
        out,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
        encryption=False,
    )
    return out.getvalue()
