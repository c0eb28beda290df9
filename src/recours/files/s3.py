"""Evidence in an S3-compatible store, under the same contract as on the disk. Needs `recours[s3]`."""

from __future__ import annotations

import base64
import contextlib
import errno
import hashlib
import io
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from django.db import connection, transaction
from storages.backends.s3 import S3Storage

from recours import clock
from recours.files.storage import INCOMING, EvidenceStore

if TYPE_CHECKING:
    from recours.files.places import Bucket

_WRITTEN = "written-at"
"""Name, in an object's metadata, of the instant it was last written by our clock; LastModified is the machine's."""

_ABSENT = {"404", "NoSuchKey", "NoSuchVersion", "NotFound"}

_ASKED = {"s3": {"addressing_style": "auto"}, "connect_timeout": 5, "read_timeout": 60}
_TRIES = {"mode": "standard", "total_max_attempts": 3}

_SHARED = "SELECT pg_advisory_xact_lock_shared(hashtextextended('recours.files ' || %s::text, 0))"
_ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('recours.files ' || %s::text, 0))"


class S3EvidenceStorage(EvidenceStore, S3Storage):  # type: ignore[misc]  # django-storages is not typed
    """Objects named by their content, written in one request each: S3 shows the whole of it or nothing.

    S3 has no step that moves an object aside, so that who writes a content and who discards it meet in PostgreSQL:
    uploads hold a lock on its name together, the sweep takes it alone or leaves the object to another night.
    """

    page = 1000
    """Names asked for at a time: as many as S3 tells."""

    def __init__(self, *, bucket: Bucket) -> None:
        super().__init__(
            bucket_name=bucket.name,
            location=bucket.prefix,
            endpoint_url=bucket.endpoint or None,
            region_name=bucket.region or None,
            client_config=Config(
                **_ASKED,
                retries=_TRIES,
                # Stores that are compatible know the checksum that S3 has always had, which we send ourselves.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def _save(self, name: str, content: File[Any]) -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_SHARED, [self._key(name)])
            if not self._refreshed(name, content.size):
                self._put(name, b"".join(content.chunks()))
        return name

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """Return a content, which was fetched whole: an answer that breaks off half-way is an error here already."""
        with _as_os_errors(name):
            answer = self._client.get_object(**self._at(name))
            return File(io.BytesIO(answer["Body"].read()), name)

    def delete(self, name: str) -> None:
        with _as_os_errors(name):
            self._client.delete_object(**self._at(name))

    def exists(self, name: str) -> bool:
        try:
            self._head(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        return int(self._head(name)["ContentLength"])

    def get_modified_time(self, name: str) -> datetime:
        return _age(self._head(name))

    def names(self) -> Iterator[str]:
        prefix = f"{self.location}/" if self.location else ""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket_name, Prefix=prefix, PaginationConfig={"PageSize": self.page}
        )
        with _as_os_errors(prefix):
            for page in pages:
                yield from (entry["Key"].removeprefix(prefix) for entry in page.get("Contents", ()))

    def discard_if_older(self, name: str, before: datetime) -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ALONE, [self._key(name)])
            if not cursor.fetchone()[0]:
                return False  # being written at this moment
            try:
                found = self._head(name)
            except FileNotFoundError:
                return False
            if _age(found) >= before:
                return False
            # Where the bucket keeps versions, the very one that was looked at, even if this request comes late.
            version = found.get("VersionId", "null")
            which = {} if version == "null" else {"VersionId": version}
            with _as_os_errors(name):
                self._client.delete_object(**self._at(name), **which)
            return True

    def try_out(self) -> None:
        """Write, read and remove an object of no meaning. Raises OSError."""
        name, content = f"{INCOMING}/{secrets.token_hex(16)}", b"recours doctor"
        self._put(name, content)
        try:
            with self._open(name) as back:
                if back.read() != content:
                    raise OSError(errno.EIO, "it gave back something else than was written", name)
        finally:
            self.delete(name)

    def _refreshed(self, name: str, size: int) -> bool:
        """Whether the content is there already, in full; then it counts as written now."""
        try:
            if self._head(name)["ContentLength"] != size:
                return False  # altered: written again
            with _as_os_errors(name):
                self._client.copy_object(
                    **self._at(name),
                    CopySource=self._at(name),
                    MetadataDirective="REPLACE",
                    Metadata=_now(),
                    ContentType=self.default_content_type,
                )
        except FileNotFoundError:
            return False
        return True

    def _put(self, name: str, content: bytes) -> None:
        digest = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
        with _as_os_errors(name):
            self._client.put_object(
                **self._at(name),
                Body=content,
                ContentMD5=digest,  # which S3 compares before it keeps anything
                ContentType=self.default_content_type,
                Metadata=_now(),
            )

    def _head(self, name: str) -> dict[str, Any]:
        with _as_os_errors(name):
            found: dict[str, Any] = self._client.head_object(**self._at(name))
            return found

    @property
    def _client(self) -> Any:
        return self.connection.meta.client

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket_name, "Key": self._key(name)}

    def _key(self, name: str) -> str:
        return str(self._normalize_name(name))


def _now() -> dict[str, str]:
    return {_WRITTEN: clock.now().isoformat()}


def _age(found: dict[str, Any]) -> datetime:
    """Return when an object was written; of one that came some other way than through us, S3's LastModified."""
    written = found["Metadata"].get(_WRITTEN)
    modified: datetime = found["LastModified"]
    return datetime.fromisoformat(written) if written else modified


@contextlib.contextmanager
def _as_os_errors(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _ABSENT:
            raise FileNotFoundError(errno.ENOENT, "not in the evidence store", name) from error
        raise OSError(errno.EIO, f"the evidence store refused: {code}", name) from error
    except BotoCoreError as error:
        raise OSError(
            errno.EIO, f"the evidence store did not answer: {type(error).__name__}", name
        ) from error
