"""The files of a message: fetched at once, since their addresses last minutes; sealed as they came; judged; hashed."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.base import ContentFile

from recours import clock
from recours.channels.connected import provider_of
from recours.channels.models import ChannelEvent, ChannelMedia
from recours.channels.providers import Content, Media, NoAnswer, NotGiven, Told
from recours.files import storage
from recours.files.commands import store_judged
from recours.files.judge import Judged, judge
from recours.files.models import SealedContent, StoredFile
from recours.files.names import clean_name
from recours.files.refusals import FileRefused
from recours.rules.channel_windows import Channel
from recours.rules.wording import Lang, say

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "audio/ogg": "ogg",
    "application/pdf": "pdf",
}
"""Put after a name without one, for whoever saves the file."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A file as it came: what may be shown of it, or why nothing is. `sha256` is empty for what was not given."""

    name: str
    sha256: str = ""
    size_bytes: int = 0
    judged: Judged | None = None
    because: str = ""
    refusal: FileRefused | None = None

    def why(self, lang: Lang) -> str:
        """Say why it is not shown."""
        if self.refusal is not None and self.because == self.refusal.code:
            return self.refusal.explain(lang)
        return say(lang, f"channels.because.{self.because}")


def fetch_all(event: ChannelEvent, told: Told, *, is_last_try: bool) -> list[Fetched]:
    """Fetch and judge the files of a message, in their order. Raises NoAnswer: it is tried again as a whole.

    On the last try a file of which nobody answers is left out and named: what somebody wrote is not lost with it.
    """
    provider = provider_of(Channel(event.channel), event.account)
    found = []
    for media in told.media:
        name = _name(media)
        if provider is None:
            found.append(Fetched(name=name, because="no_key"))
            continue
        try:
            content = provider.fetch(media)
        except NotGiven:
            found.append(Fetched(name=name, because="not_given"))
            continue
        except NoAnswer:
            if not is_last_try:
                raise
            found.append(Fetched(name=name, because="no_answer"))
            continue
        found.append(_judged(name, content, is_voice=told.content is Content.VOICE))
    return found


def _judged(name: str, content: bytes, *, is_voice: bool) -> Fetched:
    sha256 = storage.keep(content)
    SealedContent.objects.get_or_create(
        sha256=sha256, defaults={"size_bytes": len(content), "received_at": clock.now()}
    )
    try:
        judged = judge(ContentFile(content, name=name))
    except FileRefused as refusal:
        because = "voice" if is_voice else refusal.code
        return Fetched(name=name, sha256=sha256, size_bytes=len(content), because=because, refusal=refusal)
    return Fetched(name=judged.name, sha256=sha256, size_bytes=len(content), judged=judged)


def keep_fetched(event: ChannelEvent, fetched: list[Fetched]) -> list[StoredFile]:
    """Write what came with a message, and return what may be shown of it; in the caller's transaction."""
    ChannelMedia.objects.bulk_create(
        ChannelMedia(
            event=event,
            position=position,
            sha256=one.sha256,
            size_bytes=one.size_bytes,
            name=one.name,
            refused=one.because,
        )
        for position, one in enumerate(fetched)
    )
    return [store_judged(judged=one.judged, by=None) for one in fetched if one.judged is not None]


def _name(media: Media) -> str:
    name = clean_name(media.name)
    extension = EXTENSIONS.get(media.media_type.partition(";")[0].strip(), "")
    return name if "." in name or not extension else f"{name}.{extension}"
