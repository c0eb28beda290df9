"""Before any dispute: questions, with and without an answer, to shops and to customer service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from recours.conversations.commands import (
    post_message,
    write_about_order,
    write_to_shop,
    write_to_support,
)
from recours.conversations.commands.canned import save_answer
from recours.conversations.models import Message
from recours.demo.cast import (
    CAMILLE,
    FILOSELLE,
    GABRIELLE,
    GARANCE,
    INES,
    JONAS,
    KOBALT,
    MARILOU,
    NOVA,
    SOIZIC,
    WEN,
    YANIS,
    Persona,
    Shopfront,
)
from recours.demo.stage import Stage
from recours.marketplaces.models import Order
from recours.rules.conversation import Topic
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role


@dataclass
class Talk:
    """One conversation, from its first message on. Every method notes a scene; nothing happens before `Stage.play`."""

    stage: Stage
    buyer: Persona
    id: UUID | None = None

    def about(
        self, at: dt.datetime, order: Order, topic: Topic, text: str, *, photos: Sequence[str] = ()
    ) -> Talk:
        """The buyer writes to the shop about the whole of an order."""
        return self._begins(
            at,
            lambda now: write_about_order(
                order=order,
                by=self._by(),
                line_ids=[line.pk for line in order.lines.all()],
                topic=topic,
                text=text,
                files=[self.stage.picture(name) for name in photos],
                key=uuid4(),
                now=now,
            ),
        )

    def asks(self, at: dt.datetime, shop: Shopfront, subject: str, text: str) -> Talk:
        """The buyer writes to a shop before buying."""
        return self._begins(
            at,
            lambda now: write_to_shop(
                shop=self.stage.shops[shop.ref],
                buyer_id=self.stage.buyers[self.buyer.key].pk,
                by=self._by(),
                subject=subject,
                text=text,
                key=uuid4(),
                now=now,
            ),
        )

    def asks_support(
        self, at: dt.datetime, topic: Topic, subject: str, text: str, *, order: Order | None = None
    ) -> Talk:
        """The buyer writes to customer service."""
        return self._begins(
            at,
            lambda now: write_to_support(
                marketplace_id=self.stage.place.pk,
                buyer_id=self.stage.buyers[self.buyer.key].pk,
                by=self._by(),
                topic=topic,
                subject=subject,
                order_id=order.pk if order else None,
                text=text,
                key=uuid4(),
                now=now,
            ),
        )

    def answers(self, at: dt.datetime, who: Persona, text: str, *, role: Role = Role.SELLER) -> Talk:
        return self._says(at, Actor(role, self.stage.users[who.key].pk), text)

    def goes_on(self, at: dt.datetime, text: str) -> Talk:
        return self._says(at, self._by(), text)

    def _says(self, at: dt.datetime, by: Actor, text: str) -> Talk:
        def scene(now: dt.datetime) -> None:
            if self.id is None:
                raise ValueError("nobody has written yet")
            post_message(conversation_id=self.id, by=by, text=text, now=now)

        self.stage.add(at, scene)
        return self

    def _begins(self, at: dt.datetime, write: Callable[[dt.datetime], Message]) -> Talk:
        def scene(now: dt.datetime) -> None:
            self.id = write(now).conversation_id

        self.stage.add(at, scene)
        return self

    def _by(self) -> Actor:
        return Actor(Role.BUYER, self.stage.users[self.buyer.key].pk)


def unanswered(stage: Stage) -> None:
    """Asked this week, and the shop still has time."""
    order = stage.order(CAMILLE, GARANCE, [("Lampadaire Roseau", 1, 11900)], ordered=4, promised=-5)
    Talk(stage, CAMILLE).about(
        stage.now - dt.timedelta(hours=20),
        order,
        Topic.ADDRESS,
        "Bonjour, je déménage samedi. Est-il encore temps de livrer au 8 rue du Moulin, à Albi ?",
    )


def answered(stage: Stage) -> None:
    """Asked, answered the same day, and thanked."""
    order = stage.order(
        YANIS, KOBALT, [("Lampe de bureau Cobalt", 1, 5490)], ordered=9, promised=2, delivered=3
    )
    talk = Talk(stage, YANIS).about(
        stage.ago(3, "18:20"), order, Topic.QUESTION, "Bonjour, quelle ampoule faut-il pour cette lampe ?"
    )
    talk.answers(
        stage.ago(3, "20:05"), JONAS, "Bonjour, une ampoule E14 de 40 W au plus. Bonne soirée, Jonas"
    )
    talk.goes_on(stage.ago(3, "20:31"), "Parfait, merci.")


def silent_about_damage(stage: Stage) -> None:
    """Broken on arrival, written to the shop with a picture, and its time is over: a dispute can be opened."""
    order = stage.order(
        CAMILLE, NOVA, [("Casque Nova Plume, blanc", 1, 7490)], ordered=17, promised=8, delivered=8
    )
    Talk(stage, CAMILLE).about(
        stage.ago(6, "09:40"),
        order,
        Topic.DAMAGED,
        "Bonjour, le casque est arrivé avec l’arceau fendu, et la boîte était écrasée d’un côté. Voici une photo."
        " Pouvez-vous me le remplacer, ou me rembourser ?",
        photos=("casque", "colis"),
    )


def support(stage: Stage) -> None:
    """To customer service: one that waits, one that was answered."""
    order = stage.order(
        CAMILLE, KOBALT, [("Multiprise Quai, 6 prises", 1, 2990)], ordered=22, promised=15, delivered=15
    )
    Talk(stage, CAMILLE).asks_support(
        stage.now - dt.timedelta(hours=5),
        Topic.INVOICE,
        "Facture au nom de mon association",
        "Bonjour, la facture de cette commande est à mon nom. Peut-elle être refaite à celui de mon association ?",
        order=order,
    )
    talk = Talk(stage, YANIS).asks_support(
        stage.ago(4, "11:10"), Topic.QUESTION, "Changer d’adresse électronique", "Comment changer d’adresse ?"
    )
    talk.answers(
        stage.ago(4, "14:02"), INES, "Bonjour, sur la page de votre compte : « Adresses ».", role=Role.AGENT
    )


def before_buying(stage: Stage) -> None:
    """Questions of people who have not bought: one that waits, one answered."""
    Talk(stage, MARILOU).asks(
        stage.now - dt.timedelta(hours=3),
        GARANCE,
        "Le plaid gaufré existe-t-il en 180 cm ?",
        "Bonjour, je cherche le plaid vert sauge en grand format. Le refaites-vous bientôt ?",
    )
    talk = Talk(stage, CAMILLE).asks(
        stage.ago(8, "12:15"),
        FILOSELLE,
        "Laine et allergies",
        "Bonjour, vos bonnets contiennent-ils de l’alpaga ?",
    )
    talk.answers(stage.ago(7, "09:05"), SOIZIC, "Bonjour Camille, non : uniquement du mérinos.")


def habits(stage: Stage) -> None:
    """Enough questions for three shops to have figures: one quick, one slow, one that often says nothing."""
    people = (CAMILLE, YANIS, MARILOU)
    quick = ((80, 2), (71, 5), (60, 3), (48, 4), (33, 20), (21, 1), (12, 6))
    _asked(stage, people, GARANCE, GABRIELLE, quick)
    slow = ((77, 30), (64, 70), (50, 20), (36, 52), (25, 33))
    _asked(stage, people, KOBALT, JONAS, slow)
    silent = ((83, 90), (70, 0), (58, 120), (41, 0), (30, 0), (19, 60))
    _asked(stage, people, NOVA, WEN, silent)


def _asked(
    stage: Stage,
    people: Sequence[Persona],
    shop: Shopfront,
    seller: Persona,
    answers: Sequence[tuple[int, int]],
) -> None:
    """Questions so many days ago, each answered after so many hours; 0 stands for never."""
    for number, (days, hours) in enumerate(answers):
        at = stage.ago(days, "10:20")
        talk = Talk(stage, people[number % len(people)])
        talk.asks(at, shop, "Une question avant d’acheter", "Bonjour, cet article est-il disponible ?")
        if hours:
            talk.answers(at + dt.timedelta(hours=hours), seller, "Bonjour, oui, il l’est.")


TOO_LATE = """Bonjour {{ acheteur }},

Votre commande {{ commande }} vient de partir : il est trop tard pour changer l’adresse ici, mais le transporteur le \
permet depuis son suivi.

{{ moi }}, {{ boutique }}"""
PICTURE = """Bonjour {{ acheteur }},

Pouvez-vous nous envoyer une photo ({{ article }}) ? Nous revenons vers vous dans la journée.

{{ moi }}"""
SEEN = "Bonjour {{ acheteur }}, nous regardons votre commande {{ commande }}."
INVOICE = """Bonjour {{ acheteur }},

La boutique établit les factures : nous lui transmettons votre demande pour la commande {{ commande }}.

{{ moi }}, service client"""


def canned(stage: Stage) -> None:
    """What is answered often, written once."""
    texts = {
        GARANCE.ref: (("Adresse déjà partie", TOO_LATE), ("Demande de photo", PICTURE)),
        NOVA.ref: (("Accusé de réception", SEEN),),
        "": (("Facture", INVOICE),),
    }
    for ref, answers in texts.items():
        for title, text in answers:
            save_answer(
                marketplace_id=stage.place.pk,
                shop_id=stage.shops[ref].pk if ref else None,
                title=title,
                text=text,
                now=stage.now,
            )


STORIES = (unanswered, answered, silent_about_damage, support, before_buying, habits, canned)
