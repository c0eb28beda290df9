"""A conversation put into words for a reader: what the three faces show alike. Nothing is decided here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recours.conversations.models import Conversation, Message, OwnWords
from recours.conversations.queries import OpenedConversation
from recours.files.models import StoredFile, Withheld
from recours.files.showing import Hidden, shown_to
from recours.live.tickets import GOOD_FOR
from recours.marketplaces.models import OrderLine, Parcel
from recours.marketplaces.policies import NoPolicy, policy_at
from recours.rules.contact_details import Contact, contact_details
from recours.rules.conversation import Topic, Waiting, answer_due
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.money import Money
from recours.rules.windows import Dated
from recours.rules.wording import say
from recours.rules.wording.format import day
from recours.ui.language import lang

FileUrl = Callable[[UUID, bool], str]
"""`file_url(file_id, thumbnail)`: where the viewer's face serves an attachment."""


@dataclass(frozen=True)
class ThreadEntry:
    """One message of a thread. `text` is a person's own words and is shown as text; `files` are as `evidence.html`
    takes them, without numbers. `flags` are the ways out of the platform that somebody else's message offers."""

    id: int
    """Of the message; 0 for what went by a channel without one."""
    at: dt.datetime
    who: str
    role: Role
    text: str
    mine: bool
    channel: str
    files: list[dict[str, Any]] = field(default_factory=list)
    flags: tuple[Contact, ...] = ()
    notes: tuple[str, ...] = ()
    """What became of it elsewhere, in sentences: delivered, read, deleted by its author."""
    source: str = ""
    """Where it stands in public."""
    own_text: str = ""
    """What the agent wrote of which `text` is the translation; for the desk alone."""

    @property
    def way(self) -> str:
        """By which way it came, in words; empty for the site's own pages."""
        return way_of(self.channel)


def way_of(channel: str) -> str:
    """Say by which way something came; empty for the site's own pages."""
    return {
        Message.Channel.MAIL: _("par courriel"),
        Message.Channel.FORM: _("par le formulaire de contact"),
        Message.Channel.WHATSAPP: _("par WhatsApp"),
        Message.Channel.MESSENGER: _("par Messenger"),
        Message.Channel.FACEBOOK: _("par la page Facebook"),
        Message.Channel.PHONE: _("par téléphone, noté par le service client"),
        Message.Channel.POST: _("par courrier, saisi par le service client"),
    }.get(Message.Channel(channel), "")


def thread(opened: OpenedConversation, messages: Sequence[Message], file_url: FileUrl) -> list[ThreadEntry]:
    """Return the messages of `queries.messages_of` as `conversations/thread.html` draws them, oldest first."""
    return [_entry(opened, message, file_url) for message in messages]


def _entry(opened: OpenedConversation, message: Message, file_url: FileUrl) -> ThreadEntry:
    role = Role(message.author_role)
    mine = role is opened.role
    return ThreadEntry(
        id=message.pk,
        at=message.sent_at,
        who=_author(opened, message),
        role=role,
        text=message.text,
        mine=mine,
        channel=message.channel,
        files=attachments(message, opened.role, file_url),
        # What leads away from the platform is a party's risk; the desk is the platform, and is given a number to call.
        flags=() if mine or opened.role is Role.AGENT else flags_in(message.text),
        own_text=own_words(message, opened.role),
    )


def own_words(message: Message, reader: Role) -> str:
    """Return what an agent wrote of which the message is the translation; nothing to anybody but the desk."""
    if reader is not Role.AGENT:
        return ""
    kept: OwnWords | None = getattr(message, "own_words", None)
    return kept.text if kept is not None else ""


def attachments(message: Message, reader: Role, file_url: FileUrl | None) -> list[dict[str, Any]]:
    """Return the files of a message as `conversations/attachments.html` draws them; without an address, their names."""
    return [_attachment(stored, reader, file_url) for stored in message.attached()]


def _attachment(stored: StoredFile, reader: Role, file_url: FileUrl | None) -> dict[str, Any]:
    shown = shown_to(stored, reader)
    if isinstance(shown, Hidden):
        return {"name": hidden_text(shown), "url": "", "thumbnail": "", "size": None}
    return {
        "name": shown.original_name,
        "url": file_url(stored.pk, False) if file_url else "",
        "thumbnail": file_url(stored.pk, True) if file_url and shown.thumb_sha256 else "",
        "size": shown.clean_size,
        "length": film_length(shown),
    }


def film_length(stored: StoredFile) -> str:
    """Say how long a film is, which is shown by its first picture and fetched whole; empty for what is none."""
    if not stored.seconds:
        return ""
    minutes, seconds = divmod(stored.seconds, 60)
    words = ngettext("Film de %(count)d seconde", "Film de %(count)d secondes", seconds) % {"count": seconds}
    return (
        _("Film de %(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": seconds}
        if minutes
        else words
    )


def hidden_text(hidden: Hidden) -> str:
    """Say why a file is not shown, in place of its name."""
    return {
        Hidden.SEALED: _("Pièce sous scellé : l’historique du dossier dit pourquoi."),
        Hidden.WAITING: _("Vérification en cours : ce fichier sera visible dans quelques instants."),
        Hidden.INFECTED: _(
            "Fichier dangereux, mis sous scellé : notre antivirus y a reconnu un programme malveillant. "
            "Personne ne peut l’ouvrir ; si vous l’avez envoyé, remplacez-le par une photo ou une capture d’écran."
        ),
    }[hidden]


def withheld_text(stored: StoredFile) -> str:
    """Say what is withheld of a file to who sees it all the same; empty when nothing is."""
    withheld: Withheld | None = getattr(stored, "withheld", None)
    if withheld is None:
        return ""
    if withheld.copy is not None:
        return _("Masquée en partie ; l’original est conservé sous scellé.")
    if withheld.from_buyer and withheld.from_seller:
        return _("Sous scellé : aucune des parties ne la voit.")
    return (
        _("Sous scellé : l’acheteur ne la voit pas.")
        if withheld.from_buyer
        else _("Sous scellé : le vendeur ne la voit pas.")
    )


def _author(opened: OpenedConversation, message: Message) -> str:
    """Name who wrote. A buyer reads the shop's name, never that of its staff; colleagues read each other's."""
    role = Role(message.author_role)
    if role is opened.role and (role is Role.BUYER or message.author_id == opened.actor.id):
        return _("Vous")
    if role is opened.role and message.author is not None and message.author.name:
        return message.author.name
    return party_name(opened.row, role)


def party_name(row: Conversation, role: Role) -> str:
    """Name a party: the buyer by their name, the shop by its own, the desk as the marketplace's customer service."""
    match role:
        case Role.BUYER:
            return row.buyer_name or _("L’acheteur")
        case Role.SELLER if row.shop is not None:
            return row.shop.name
        case _:
            return support_name(row)


def support_name(row: Conversation) -> str:
    return _("Service client de %(site)s") % {"site": row.marketplace.name}


def topic_word(topic: str) -> str:
    """Return what a conversation is about in a few words; empty for one that has no topic."""
    return say(lang(), f"topic.{Topic(topic)}") if topic else ""


def flags_in(text: str) -> tuple[Contact, ...]:
    """Return the ways out of the platform that a text offers; links to this site are none."""
    return contact_details(text, own_hosts=own_hosts())


def own_hosts() -> tuple[str, ...]:
    """The hosts of this site's own addresses."""
    host = urlsplit(settings.SITE_URL).hostname
    return (host,) if host else ()


@dataclass(frozen=True)
class CardLine:
    """One article of the order; `meant` when the first message was about it."""

    title: str
    quantity: int
    captured: Money
    meant: bool


@dataclass(frozen=True)
class OrderCard:
    """An order as both parties see it above a thread: what `conversations/order_card.html` draws."""

    number: str
    ordered_at: dt.datetime
    lines: list[CardLine]
    shipping: Money
    delivery: list[str]
    """Sentences on its parcels."""
    reason: str
    """The topic in words."""

    @property
    def some_meant(self) -> bool:
        """Whether pointing out the articles that are meant says anything."""
        return not all(line.meant for line in self.lines)


def order_card(row: Conversation) -> OrderCard | None:
    """Return the order that a conversation is about: two queries; None for one about no order."""
    if row.order is None:
        return None
    order = row.order
    lines = list(OrderLine.objects.filter(order=order).select_related("parcel").order_by("position"))
    meant = set(row.lines.values_list("pk", flat=True))
    return OrderCard(
        number=order.number,
        ordered_at=order.ordered_at,
        lines=[
            CardLine(title=line.title, quantity=line.quantity, captured=line.captured, meant=line.pk in meant)
            for line in lines
        ],
        shipping=Money(minor=order.shipping_captured_minor, currency=order.currency),
        delivery=_delivery(lines),
        reason=topic_word(row.topic),
    )


def _delivery(lines: Sequence[OrderLine]) -> list[str]:
    parcels = {line.parcel_id: line.parcel for line in lines}
    return [parcel_sentence(parcel) for parcel in parcels.values()]


def parcel_sentence(parcel: Parcel | None) -> str:
    """Say where a parcel is, with its carrier and number where they are known."""
    if parcel is None:
        return _("Expédition : aucune information.")
    tracking = " ".join(part for part in (parcel.carrier, parcel.tracking) if part)
    if parcel.delivered_on is not None:
        source = say(lang(), f"delivery_source.{parcel.delivery_source}")
        where = _("Livrée le %(day)s (%(source)s).") % {
            "day": day(parcel.delivered_on, lang()),
            "source": source,
        }
    elif parcel.promised_on is not None:
        where = _("Promise au plus tard le %(day)s.") % {"day": day(parcel.promised_on, lang())}
    else:
        where = _("Date de livraison inconnue.")
    if not tracking:
        return where
    return where + " " + _("Colis : %(tracking)s.") % {"tracking": tracking}


def awaited_sentence(opened: OpenedConversation) -> str:
    """Say whose answer is awaited, for this reader; empty when nobody's is."""
    row = opened.row
    match Waiting(row.waiting_on):
        case Waiting.SELLER if opened.role is Role.SELLER:
            return _("L’acheteur attend votre réponse.")
        case Waiting.PLATFORM if opened.role is Role.AGENT:
            return _("L’acheteur attend la réponse du service client.")
        case Waiting.SELLER:
            return _("C’est à %(shop)s de répondre.") % {"shop": party_name(row, Role.SELLER)}
        case Waiting.PLATFORM:
            return _("C’est au service client de %(site)s de répondre.") % {"site": row.marketplace.name}
        case Waiting.NOBODY:
            return ""


def answer_dated(row: Conversation) -> Dated | None:
    """Return by when the shop should answer the first message, with its trace, as the policy of that day counts it.

    None where no answer is due by a date, or where the policy of that day counts another date than was promised.
    """
    if row.answer_due_at is None:
        return None
    try:
        dated = answer_due(row.started_at, policy_at(row.marketplace_id, row.started_at))
    except NoPolicy:
        return None
    return dated if dated.due_at == row.answer_due_at else None


@dataclass(frozen=True)
class LiveThread:
    """What a page that shows a thread needs to be brought up to date: see `conversations/thread.html`.

    `url` answers with the fragment, or 204 when `has_news` says no; `topic` is for `{% live_url %}`.
    """

    url: str
    topic: str
    news: str = ""


def live_thread(
    opened: OpenedConversation, entries: Sequence[ThreadEntry], path: str, since: int, now: dt.datetime
) -> LiveThread:
    """Return how a page listens; `since` is the last message that it showed before (0: nothing is announced)."""
    last = entries[-1].id if entries else 0
    fresh = [one for one in entries if one.id > since and not one.mine] if since else []
    return listening(opened.row.pk, path, last, fresh[-1].who if fresh else "", now)


def listening(conversation_id: UUID, path: str, last: int, who: str, now: dt.datetime) -> LiveThread:
    """Return the same for a page that draws its thread in its own way: the `last` message shown, `who` wrote anew."""
    return LiveThread(
        url=f"{path}?since={last}&at={int(now.timestamp())}",
        topic=f"conversation:{conversation_id}",
        news=_("Nouveau message de %(who)s.") % {"who": who} if who else "",
    )


def shown_before(given: Mapping[str, str]) -> int:
    """Return the last message that the page which asks again has shown; 0 for none, or for nonsense."""
    since = given.get("since", "")
    return int(since) if since.isascii() and since.isdigit() and len(since) < 18 else 0


def has_news(given: Mapping[str, str], messages: Sequence[Message], now: dt.datetime) -> bool:
    """Whether a page that asks again has something to draw: a newer message, or a ticket that grows old."""
    at = given.get("at", "")
    drawn = int(at) if at.isascii() and at.isdigit() and len(at) < 12 else 0
    last = messages[-1].pk if messages else 0
    return last > shown_before(given) or now.timestamp() - drawn > TICKET_GROWS_OLD_S


TICKET_GROWS_OLD_S = GOOD_FOR.total_seconds() - 60
"""Seconds after which a page is drawn anew although nothing was said: its ticket would soon be good no longer."""
