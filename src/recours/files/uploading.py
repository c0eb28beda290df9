"""Keeps the server from writing down what will be refused anyway."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

from recours.files.limits import DEFAULT


class CappedUploadHandler(FileUploadHandler):
    """Lets through the first chunks of each file, up to the one that makes it too large, and drops the rest.

    The file that arrives is then larger than `max_bytes`, so `judge` refuses it by name, and a stranger's
    gigabyte has cost ten megabytes of disk. First in FILE_UPLOAD_HANDLERS; the handlers after it keep files.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to count."""
        super().new_file(*args, **kwargs)
        self._seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Return the chunk for the next handler, or None to drop it."""
        already_too_large = self._seen > DEFAULT.max_bytes
        self._seen += len(raw_data)
        return None if already_too_large else raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
        return
