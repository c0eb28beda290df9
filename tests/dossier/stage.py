"""A claim that went all the way: words, files and secrets of everybody, so that each copy has something to leak."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.claims.stage import AGENT, BUYER, SELLER, Life
from tests.files import samples

from recours.claims.commands.evidence import add_evidence, write_message, write_note
from recours.claims.queries import OpenedClaim
from recours.dossier.queries import opened_as
from recours.files.commands import store_upload
from recours.files.models import StoredFile
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.vocabulary import Role

NOTE = "Soupçon interne à ne jamais montrer"


def a_picture(name: str, size: tuple[int, int] = (640, 480)) -> StoredFile:
    content = samples.picture(size=size, exif=samples.with_place())
    return store_upload(upload=SimpleUploadedFile(name, content), by=None)


def a_document(name: str) -> StoredFile:
    return store_upload(upload=SimpleUploadedFile(name, samples.pdf()), by=None)


class Dispute(Life):
    """A claim at the desk, with exhibits of both sides, messages, an offer and a note."""

    def __init__(self, **asked: Any) -> None:
        super().__init__(**asked)
        self.buyer.name = "Alice Martin"
        self.buyer.email = "alice.martin@example.org"
        self.buyer.save()
        self.offered()
        self.says(BUYER, "L’arceau est fendu, voyez la photo.")
        self.says(SELLER, "包装完好，发货前检查过。")
        self.shows(BUYER, a_picture("arceau.jpg"), a_document("facture.pdf"))
        self.shows(SELLER, a_picture("expédition.jpg"))
        self.does(BUYER, c.Escalate, reasons="Nous ne tomberons pas d’accord.")
        self.does(AGENT, c.Take)
        write_note(claim_id=self.id, by=self.by(AGENT), text=NOTE, now=self.now)

    def says(self, role: Role, text: str) -> None:
        self.now += dt.timedelta(minutes=1)
        write_message(claim_id=self.id, by=self.by(role), text=text, now=self.now)

    def shows(self, role: Role, *files: StoredFile) -> None:
        add_evidence(claim_id=self.id, by=self.by(role), files=files, now=self.now)

    def decided(self) -> Dispute:
        self.does(
            AGENT,
            c.Rule,
            rule="law:FR:conso:L217-3",
            reasons="Le défaut existait à la livraison.",
            terms=self.refund(4500),
        )
        return self

    def opened(self, role: Role) -> OpenedClaim:
        return opened_as(self.row.reference, role)


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}
