"""Which files are accepted, by the media type that their content tells; and what each copy is saved as."""

PDF = "application/pdf"
MAIL = "message/rfc822"
TEXT = "text/plain"
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/heic")
VIDEOS = ("video/mp4", "video/quicktime", "video/webm")

KINDS = (
    dict.fromkeys(PICTURES, "image")
    | dict.fromkeys(VIDEOS, "video")
    | {PDF: "pdf", MAIL: "mail", TEXT: "text"}
)
"""The kind of each accepted type, as `files.models.Kind` names it."""

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "video/mp4": "mp4", PDF: "pdf", TEXT: "txt"}
"""Of the copies that we make: a copy is never of another type."""
