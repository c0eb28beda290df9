"""Why a file was not taken. The sentences are in `rules/wording/<language>/files.toml`."""

from recours.rules.refusals import Refusal


class FileRefused(Refusal):
    """A file was not taken; `name` is what its owner calls it."""


class FileEmpty(FileRefused):
    """There is nothing in it."""


class FileTooLarge(FileRefused):
    """It has more bytes than is accepted (`limit_mb`)."""


class FileTypeNotAccepted(FileRefused):
    """Its content is nothing that is accepted, whatever its name says."""


class PictureTooManyPixels(FileRefused):
    """Its sides multiply to more than is accepted (`width`, `height`, `limit_megapixels`)."""


class PictureUnreadable(FileRefused):
    """It begins like a picture and cannot be decoded: cut short, damaged, or made to harm."""


class PdfLocked(FileRefused):
    """A password is needed to read it."""


class PdfUnreadable(FileRefused):
    """It begins like a PDF and cannot be read to its end."""


class PdfTooManyPages(FileRefused):
    """It has more pages than is accepted (`pages`, `limit_pages`)."""


class VideosNotTaken(FileRefused):
    """This installation has no program that could make a clean copy of a film."""


class VideoTooLong(FileRefused):
    """It lasts longer than is accepted (`limit_seconds`)."""


class VideoTooManyPixels(FileRefused):
    """Its pictures are larger than is accepted (`width`, `height`)."""


class VideoUnreadable(FileRefused):
    """It begins like a film and cannot be decoded to its end."""


class MailUnreadable(FileRefused):
    """It begins like a mail and cannot be read."""


class TextUnreadable(FileRefused):
    """It is called a text and is none."""


class TooManyFiles(FileRefused):
    """There is no room left for it (`limit_files`)."""


class FileNotKept(FileRefused):
    """It was good, and the disk did not take it."""


class FileUnavailable(Refusal):
    """It was kept, and it cannot be read now."""


class FileHidden(FileUnavailable):
    """It is kept, and this reader is not shown it."""
