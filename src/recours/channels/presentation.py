"""Channels put into words for the desk: what may still be sent, what became of what was, what is noted beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from recours.channels.commands.commenting import answers_to
from recours.channels.connected import PAGE_CHANNELS
from recours.channels.models import ChannelEvent, ChannelSending, ChannelThread
from recours.channels.providers import TAKEN_BACK, Kind
from recours.channels.queries import (
    comments_in,
    latest_comment,
    news_beside,
    noted_in,
    sendings_in,
    window_of,
)
from recours.channels.templates_known import REPLY
from recours.conversations.models import Conversation
from recours.conversations.presentation import ThreadEntry, support_name
from recours.files.limits import DEFAULT
from recours.rules.channel_files import MEGABYTE, TAKEN, takes_files
from recours.rules.channel_windows import OPEN, Allowed, Channel, Shape, Way, Writer
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording.format import time as clock_time
from recours.ui.language import lang

State = ChannelSending.State


@dataclass(frozen=True)
class Window:
    """What stands above the field where the desk writes: `channels/window.html`."""

    channel: str
    sentence: str
    until: dt.datetime | None
    is_open: bool
    costs: str
    template: str
    """The words of the template that may be sent; empty for none."""
    unproved: bool
    """Nothing proves who writes."""
    by_mail: bool = False
    """Their answers can go by mail: it is known who they are."""
    prefers_mail: bool = False
    """They chose it."""
    private: str = ""
    """The words of the one private answer to a comment; empty where there is none to give."""
    public: str = ""
    """The words of the one sentence below it."""
    takes_files: bool = True
    """Files may go along with an answer, wherever it goes."""
    files: str = ""
    """Which, and how large; empty where none go by this channel."""


@dataclass(frozen=True)
class Doubt:
    """A message of which nobody knows whether it left."""

    id: UUID
    excerpt: str


def channel_name(channel: str) -> str:
    """Name a channel as people do."""
    return {
        Channel.WHATSAPP: "WhatsApp",
        Channel.MESSENGER: "Messenger",
        Channel.FACEBOOK: _("la page Facebook"),
        Channel.MAIL: _("le courriel"),
        Channel.FORM: _("le formulaire de contact"),
        Channel.PAGE: _("le site"),
    }[Channel(channel)]


def window(thread: ChannelThread, row: Conversation, now: dt.datetime) -> Window | None:
    """Say what may be sent to the contact of a conversation; None on a channel that never closes."""
    channel = Channel(thread.identity.channel)
    if channel in OPEN:
        return None
    found = window_of(thread.identity, Writer.PERSON, now)
    comment = latest_comment(thread.identity) if channel in PAGE_CHANNELS else None
    answers = answers_to(comment, row, now, address=_("(un lien)")) if comment is not None else {}
    has_template = Shape.TEMPLATE in {way.shape for way in (found.now, found.then) if way}
    contact = thread.identity.contact
    prefers_mail = contact.buyer_id is not None and contact.answer_by_mail
    by_channel = found.now is not None and takes_files(channel, found.now.shape)
    return Window(
        channel=channel_name(channel),
        sentence=_sentence(found, now),
        until=found.now.until if found.now else None,
        is_open=found.now is not None and found.now.shape not in (Shape.TEMPLATE, Shape.PUBLIC_COMMENT),
        costs=_costs(found.now),
        template=REPLY.words(contact.language, row.marketplace.name) if has_template else "",
        unproved=contact.buyer_id is None,
        by_mail=contact.buyer_id is not None,
        prefers_mail=prefers_mail,
        takes_files=by_channel or prefers_mail or (contact.buyer_id is not None and channel in TAKEN),
        files=_files(channel) if by_channel and not prefers_mail else "",
        private=answers.get(Shape.PRIVATE_REPLY, ""),
        public=answers.get(Shape.PUBLIC_COMMENT, ""),
    )


def _sentence(found: Allowed, now: dt.datetime) -> str:
    way = found.now
    if way is None:
        return _(
            "Plus rien ne peut partir par ce canal tant que votre correspondant n’a pas écrit à nouveau."
        )
    if way.shape is Shape.TEMPLATE:
        return _("Le délai est passé : modèle obligatoire.")
    if way.shape is Shape.PUBLIC_COMMENT:
        return _(
            "Plus rien ne peut partir en privé tant que votre correspondant n’a pas écrit dans Messenger."
        )
    if way.until is None:
        return ""
    left = left_words(way.until - now)
    if way.shape is Shape.HUMAN_AGENT:
        return _("Encore %(left)s, pour une réponse écrite par une personne.") % {"left": left}
    if way.shape is Shape.PRIVATE_REPLY:
        return _("Encore %(left)s pour une seule réponse, en privé, dans Messenger.") % {"left": left}
    match found.then:
        case Way(shape=Shape.TEMPLATE):
            return _("Encore %(left)s, ensuite modèle obligatoire.") % {"left": left}
        case Way(shape=Shape.HUMAN_AGENT):
            return _("Encore %(left)s, ensuite seulement ce qu’une personne écrit.") % {"left": left}
        case _:
            return _("Encore %(left)s, ensuite plus rien tant que votre correspondant n’écrit pas.") % {
                "left": left
            }


def left_words(left: dt.timedelta) -> str:
    """Write how much time is left, in hours and minutes; in days from two on."""
    minutes = max(0, int(left.total_seconds() // 60))
    if minutes >= 2 * 24 * 60:
        return _("%(days)d jours") % {"days": minutes // (24 * 60)}
    if minutes >= 60:
        return _("%(hours)d h %(minutes)02d") % {"hours": minutes // 60, "minutes": minutes % 60}
    return _("%(minutes)d min") % {"minutes": minutes}


def _files(channel: Channel) -> str:
    """Say which files go by a channel: of each kind the most that both it and we take."""
    most = {kind: min(TAKEN[channel][kind], DEFAULT.max_bytes) // MEGABYTE for kind in TAKEN[channel]}
    return _(
        "Chaque fichier part comme un message à part, après votre texte : photo jusqu’à %(photo)d Mo, film, PDF ou"
        " texte jusqu’à %(rest)d Mo."
    ) % {"photo": most["image/jpeg"], "rest": most["application/pdf"]}


def _costs(way: Way | None) -> str:
    if way is None or not way.costs:
        return ""
    return _(
        "Chaque message envoyé est facturé par WhatsApp : mieux vaut une réponse complète que cinq courtes."
    )


def with_notes(entries: Sequence[ThreadEntry], conversation_id: UUID) -> list[ThreadEntry]:
    """Put beside the messages of a thread what became of them elsewhere, and where they stand in public: three
    queries."""
    sent, noted = sendings_in(conversation_id), noted_in(conversation_id)
    comments = comments_in(conversation_id)
    return [
        replace(
            one,
            source=comments[one.id].link if one.id in comments else "",
            notes=(
                *(sending_words(row) for row in sent if row.message_id == one.id),
                *(_noted(event) for event in noted if event.message_id == one.id),
            ),
        )
        for one in entries
    ]


def with_news(entries: Sequence[ThreadEntry], row: Conversation) -> list[ThreadEntry]:
    """Put among the messages of a thread what its contact was told by the channel and nobody wrote: one query."""
    told = [
        ThreadEntry(
            id=0,
            at=one.created_at,
            who=support_name(row),
            role=Role.AGENT,
            text=one.text,
            mine=True,
            channel=one.identity.channel,
            notes=(_written_by_nobody(one), sending_words(one)),
        )
        for one in news_beside(row)
    ]
    return sorted([*entries, *told], key=lambda one: one.at)


def _written_by_nobody(row: ChannelSending) -> str:
    if row.template:
        return _("Nouvelle d’un dossier, envoyée d’elle-même par le modèle « %(template)s ».") % {
            "template": row.template
        }
    return _("Nouvelle d’un dossier, envoyée d’elle-même.")


def sending_words(row: ChannelSending) -> str:
    """Say where a message that was sent by a channel is, or one of its files."""
    if row.file is None:
        return _state_words(row)
    return _("%(file)s : %(state)s") % {"file": row.file.download_name, "state": _state_words(row)}


def _state_words(row: ChannelSending) -> str:
    match State(row.state):
        case State.READ:
            return _("Lu à %(time)s.") % {"time": _time(row.read_at)}
        case State.DELIVERED:
            return _("Remis à %(time)s.") % {"time": _time(row.delivered_at)}
        case State.SENT:
            return _("Envoyé à %(time)s.") % {"time": _time(row.sent_at)}
        case State.FAILED:
            return _("Non remis. %(why)s") % {"why": trouble_words(row.trouble)}
        case State.UNKNOWN:
            return _(
                "Envoi incertain : le service n’a pas répondu. Le message ne repart pas de lui-même ; il sera marqué"
                " comme envoyé si le service l’annonce."
            )
        case _ if row.trouble:
            return _("En attente : le service demande de patienter ou ne répond pas.")
        case _:
            return _("Envoi en cours.")


def trouble_words(trouble: str) -> str:
    """Say why a message failed: in our words, with the service's own where it gave some."""
    code, _space, said = trouble.partition(" ")
    words = {
        "window_closed": _("Le délai de réponse est passé avant l’envoi."),
        "no_key": _("Ce canal n’a plus de clé."),
        "comment_gone": _("Le commentaire a été retiré par son auteur avant l’envoi."),
        "not_private": _("La réponse privée dont il parle n’est pas partie."),
        "no_words": _("Le message qu’il accompagne n’est pas parti."),
        "file_withheld": _("Le fichier a été retiré de la vue de son destinataire."),
        "not_scanned": _("L’antivirus ne s’est pas prononcé sur ce fichier."),
        "refused": _("Le service l’a refusé."),
    }.get(code, _("Le service n’a pas pu être joint."))
    return f"{words} ({said})" if said else words


def doubts_in(conversation_id: UUID) -> list[Doubt]:
    """Return the messages of a conversation that wait for a person's word."""
    rows = sendings_in(conversation_id)
    return [Doubt(row.pk, _excerpt(row)) for row in rows if row.state == State.UNKNOWN]


def _excerpt(row: ChannelSending) -> str:
    return row.file.download_name if row.file is not None else row.text[:80]


def _noted(event: ChannelEvent) -> str:
    if event.kind == Kind.DELETED:
        return _("Supprimé par son auteur à %(time)s ; le message reste au dossier.") % {
            "time": _time(event.said_at)
        }
    if event.kind == Kind.EDITED:
        return _("Modifié par son auteur à %(time)s : « %(words)s »") % {
            "time": _time(event.said_at),
            "words": event.note,
        }
    if event.because == TAKEN_BACK:
        return _("Réaction retirée à %(time)s.") % {"time": _time(event.said_at)}
    if event.note:
        return _("Réaction « %(sign)s » reçue à %(time)s.") % {
            "sign": event.note,
            "time": _time(event.said_at),
        }
    return _("Réaction reçue à %(time)s.") % {"time": _time(event.said_at)}


def _time(at: dt.datetime | None) -> str:
    if at is None:
        return "–"
    local = localtime(at)
    return clock_time(local.hour, local.minute, lang())
