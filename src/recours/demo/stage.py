"""The stage on which the demo's past is played: every act at its own instant, oldest first, by the real commands.

Stories only write down who does what and when. `play` then puts all of it in one order, lets silence act at each
instant it was due, and so leaves the same rows and events as if people had done it day by day.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile

from recours.claims.commands import OpeningRequest, act, open_claim
from recours.claims.commands.evidence import add_evidence, write_message, write_note
from recours.claims.commands.merging import merge
from recours.claims.commands.splitting import split
from recours.claims.commands.withdrawing import WithdrawalRequest, withdraw_from_contract
from recours.claims.models import Claim
from recours.claims.sweep import sweep
from recours.demo import pictures
from recours.demo.cast import INES, ZONE, Persona, Shopfront
from recours.files.commands import store_judged
from recours.files.judge import Judged, judge
from recours.marketplaces.models import Buyer, Marketplace, Order, OrderLine, Parcel, Payment, Shop
from recours.people.models import User
from recours.refunds.commands import give_account, prepare, record_transfer
from recours.refunds.commands.recording import record_answer
from recours.refunds.models import Refund
from recours.refunds.providers import Order as Payout
from recours.refunds.providers import provider
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.commands import Command
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Role
from recours.rules.money import Money

CURRENCY = "EUR"


def euros(minor: int) -> Money:
    return Money(minor=minor, currency=CURRENCY)


@dataclass(frozen=True)
class Scene:
    """Something that somebody did at an instant."""

    at: dt.datetime
    play: Callable[[dt.datetime], None]


@dataclass
class Stage:
    """The marketplace, its people, and what is still to be played. `now` is the present (aware UTC)."""

    now: dt.datetime
    place: Marketplace
    users: Mapping[str, User]
    shops: Mapping[str, Shop]
    buyers: Mapping[str, Buyer]
    scenes: list[Scene] = field(default_factory=list)
    _judged: dict[str, Judged] = field(default_factory=dict)
    _numbers: int = 0

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(ZoneInfo(ZONE)).date()

    def day(self, days_ago: int) -> dt.date:
        """The marketplace's day that long ago; a negative number lies ahead."""
        return self.today - dt.timedelta(days=days_ago)

    def ago(self, days: int, at: str = "10:00") -> dt.datetime:
        """An hour of the marketplace's day that many days ago."""
        local = dt.datetime.combine(self.day(days), dt.time.fromisoformat(at), ZoneInfo(ZONE))
        return local.astimezone(dt.UTC)

    def number(self) -> int:
        self._numbers += 1
        return self._numbers

    # -- orders ------------------------------------------------------------------------------------------------

    def order(
        self,
        buyer: Persona,
        shop: Shopfront,
        lines: Sequence[tuple[str, int, int]],
        *,
        ordered: int,
        promised: int | None = None,
        delivered: int | None = None,
        source: str = "carrier",
        carrier: str = "Colissimo",
        shipping: int = 0,
        method: str = "card",
    ) -> Order:
        """Write down an order in one parcel: `lines` are (article, quantity, cents for all); days are days ago."""
        number = self.number()
        order = Order.objects.create(
            marketplace=self.place,
            shop=self.shops[shop.ref],
            buyer=self.buyers[buyer.key],
            number=f"MM-{48200 + number * 7}",
            ordered_at=self.ago(ordered, f"{9 + number % 11:02}:{number * 13 % 60:02}"),
            currency=CURRENCY,
            shipping_captured_minor=shipping,
        )
        parcel = self.parcel(order, promised=promised, delivered=delivered, source=source, carrier=carrier)
        self.fill(order, parcel, lines)
        total = sum(cents for *_, cents in lines) + shipping
        self.payment(buyer, total, days=ordered, order=order, method=method)
        return order

    def parcel(
        self,
        order: Order,
        *,
        promised: int | None,
        delivered: int | None,
        source: str = "carrier",
        carrier: str = "Colissimo",
    ) -> Parcel:
        number = order.parcels.count() + 1
        zone = ZoneInfo(ZONE)
        shipped = order.ordered_at.astimezone(zone).date() + dt.timedelta(days=1)
        return Parcel.objects.create(
            order=order,
            ref=str(number),
            carrier=carrier,
            tracking=f"6A{order.number[3:]}{number:04}FR",
            shipped_on=min(shipped, self.today),
            promised_on=None if promised is None else self.day(promised),
            delivered_on=None if delivered is None else self.day(delivered),
            delivery_source=source if delivered is not None else "",
        )

    def fill(self, order: Order, parcel: Parcel | None, lines: Sequence[tuple[str, int, int]]) -> None:
        """Put articles into a parcel of an order."""
        first = order.lines.count() + 1
        for position, (title, quantity, cents) in enumerate(lines, start=first):
            OrderLine.objects.create(
                order=order,
                parcel=parcel,
                position=position,
                title=title,
                quantity=quantity,
                currency=CURRENCY,
                captured_minor=cents,
            )

    def payment(
        self,
        buyer: Persona,
        cents: int,
        *,
        days: int,
        order: Order | None = None,
        method: str = "card",
        status: Payment.Status = Payment.Status.CAPTURED,
    ) -> Payment:
        """Write a payment down; without `order`, one from which no purchase came."""
        return Payment.objects.create(
            marketplace=self.place,
            buyer=self.buyers[buyer.key],
            order=order,
            # Unlike any other, of this demo and of those before it: the payment provider keeps books of its own.
            ref=f"pi_{secrets.token_hex(12)}" if method == "card" else f"MIR-{71940 + self.number() * 31}",
            method=method,
            status=status,
            captured_at=order.ordered_at if order else self.ago(days, "20:41"),
            currency=CURRENCY,
            captured_minor=cents,
        )

    # -- claims ------------------------------------------------------------------------------------------------

    def story(self, buyer: Persona, seller: Persona | None = None) -> Story:
        """Begin the story of a claim between these two."""
        return Story(self, buyer, seller)

    def add(self, at: dt.datetime, play: Callable[[dt.datetime], None]) -> None:
        if at > self.now:
            raise ValueError(f"{at} has not come yet")
        self.scenes.append(Scene(at, play))

    def play(self) -> None:
        """Play all scenes in order, with what silence and the refunds' jobs do between them."""
        for scene in sorted(self.scenes, key=lambda scene: scene.at):
            self._let_time_pass(scene.at)
            scene.play(scene.at)
            prepare(scene.at)
        self._let_time_pass(self.now)
        self.scenes.clear()

    def _let_time_pass(self, until: dt.datetime) -> None:
        open_claims = Claim.objects.filter(marketplace=self.place, due_at__lte=until, parked_at=None)
        while (due := open_claims.order_by("due_at").values_list("due_at", flat=True).first()) is not None:
            sweep(due)
            prepare(due)

    def picture(self, name: str) -> Judged:
        """Draw a picture and have it judged like any upload, once however many claims show it."""
        if name not in self._judged:
            self._judged[name] = judge(ContentFile(pictures.draw(name), name=f"{name}.jpg"))
        return self._judged[name]


@dataclass
class Story:
    """One claim, from its opening on. Every method notes a scene; nothing happens before `Stage.play`."""

    stage: Stage
    buyer_persona: Persona
    seller_persona: Persona | None
    id: UUID | None = None

    def opens(
        self,
        at: dt.datetime,
        ground: Ground,
        explanation: str,
        *,
        order: Order | None = None,
        payment: Payment | None = None,
        quantities: Mapping[int, int] | None = None,
        photos: Sequence[str] = (),
        remedy: Remedy = Remedy.REFUND,
        amount: Money | None = None,
        goods_return: bool = False,
        contact_first: bool = False,
    ) -> Story:
        """The buyer opens the claim; `quantities` by position of the order's lines, all of them unless told."""

        def scene(now: dt.datetime) -> None:
            rows = {line.position: line for line in order.lines.all()} if order else {}
            wanted = quantities or {position: line.quantity for position, line in rows.items()}
            request = OpeningRequest(
                key=uuid4(),
                buyer_id=self.stage.buyers[self.buyer_persona.key].pk,
                ground=ground,
                remedy=remedy,
                explanation=explanation,
                order_id=order.pk if order else None,
                payment_id=payment.pk if payment else None,
                lines={rows[position].pk: quantity for position, quantity in wanted.items()},
                amount=amount,
                goods_return=goods_return,
                contact_first=contact_first,
            )
            self.id = open_claim(request, by=self._actor(Role.BUYER, self.buyer_persona), now=now).pk

        self.stage.add(at, scene)
        if photos:
            self.shows(at + dt.timedelta(seconds=1), Role.BUYER, photos)
        return self

    def withdraws(
        self,
        at: dt.datetime,
        *,
        order: Order,
        quantities: Mapping[int, int] | None = None,
        contests: bool = False,
    ) -> Story:
        """The buyer withdraws from the contract; `quantities` as in `opens`."""

        def scene(now: dt.datetime) -> None:
            rows = {line.position: line for line in order.lines.all()}
            wanted = quantities or {position: line.quantity for position, line in rows.items()}
            request = WithdrawalRequest(
                key=uuid4(),
                buyer_id=self.stage.buyers[self.buyer_persona.key].pk,
                order_id=order.pk,
                lines={rows[position].pk: quantity for position, quantity in wanted.items()},
                name=self.buyer_persona.name,
                email=self.buyer_persona.email,
                lang="fr",
                contests_exclusion=contests,
            )
            by = self._actor(Role.BUYER, self.buyer_persona)
            self.id = withdraw_from_contract(request, by=by, now=now).pk

        self.stage.add(at, scene)
        return self

    def buyer(self, at: dt.datetime, command: type[Command], **fields: Any) -> Story:
        return self._does(at, Role.BUYER, self.buyer_persona, command, fields)

    def seller(self, at: dt.datetime, command: type[Command], **fields: Any) -> Story:
        return self._does(at, Role.SELLER, self.seller_persona, command, fields)

    def agent(self, at: dt.datetime, command: type[Command], *, who: Persona = INES, **fields: Any) -> Story:
        return self._does(at, Role.AGENT, who, command, fields)

    def says(self, at: dt.datetime, role: Role, text: str) -> Story:
        """Somebody writes in the claim's conversation."""
        who = self._persona(role)
        self.stage.add(
            at,
            lambda now: _ignore(
                write_message(claim_id=self._known, by=self._actor(role, who), text=text, now=now)
            ),
        )
        return self

    def notes(self, at: dt.datetime, text: str, *, who: Persona = INES) -> Story:
        """An agent notes something for the desk alone."""
        self.stage.add(
            at,
            lambda now: _ignore(
                write_note(claim_id=self._known, by=self._actor(Role.AGENT, who), text=text, now=now)
            ),
        )
        return self

    def shows(self, at: dt.datetime, role: Role, photos: Sequence[str]) -> Story:
        """Somebody adds pictures as exhibits."""

        def scene(now: dt.datetime) -> None:
            by = self._actor(role, self._persona(role))
            user = self.stage.users[self._persona(role).key]
            files = [store_judged(judged=self.stage.picture(name), by=user) for name in photos]
            add_evidence(claim_id=self._known, by=by, files=files, now=now)

        self.stage.add(at, scene)
        return self

    def goes_on_in(self, at: dt.datetime, other: Story, *, who: Persona, reason: str) -> Story:
        """An agent merges the claim into another one of the same order."""
        by = self._actor(Role.AGENT, who)
        return self._at(
            at,
            lambda now: merge(claim_id=self._known, into_id=other._known, by=by, reason=reason, now=now),
        )

    def gives_up(self, at: dt.datetime, line: int, *, who: Persona, reason: str) -> Story:
        """An agent lets one line of the claim, counted from 1, go on in a claim of its own; return that one's story."""
        by, other = self._actor(Role.AGENT, who), self.stage.story(self.buyer_persona, self.seller_persona)

        def scene(now: dt.datetime) -> None:
            lines = Claim.objects.get(pk=self._known).snapshot.opening.lines
            row = split(claim_id=self._known, lines=(lines[line - 1].line_id,), by=by, reason=reason, now=now)
            other.id = row.pk

        self._at(at, scene)
        return other

    def paid(self, at: dt.datetime, *, transfer: str = "", by: Persona | None = None) -> Story:
        """Every open refund of the claim is paid: by the payment provider, or recorded by hand as `transfer`."""

        def scene(now: dt.datetime) -> None:
            for refund in Refund.objects.filter(claim_id=self._known, status=Refund.Status.APPROVED):
                if transfer:
                    actor = Actor(Role.AGENT, self.stage.users[by.key].pk) if by else Actor(Role.MARKETPLACE)
                    day = now.astimezone(ZoneInfo(ZONE)).date()
                    record_transfer(refund.pk, by=actor, reference=transfer, paid_on=day, now=now)
                else:
                    _pay_by_provider(refund, now)

        self.stage.add(at, scene)
        return self

    def gives_account(self, at: dt.datetime, iban: str) -> Story:
        """The buyer says which account the transfer goes to."""
        who = self.buyer_persona
        return self._at(
            at,
            lambda now: give_account(
                self._known, holder=who.name, iban=iban, by=self.stage.users[who.key].pk, now=now
            ),
        )

    def _at(self, at: dt.datetime, scene: Callable[[dt.datetime], object]) -> Story:
        self.stage.add(at, lambda now: _ignore(scene(now)))
        return self

    def _does(
        self,
        at: dt.datetime,
        role: Role,
        who: Persona | None,
        command: type[Command],
        fields: Mapping[str, Any],
    ) -> Story:
        if who is None:
            raise ValueError("nobody to act")
        self.stage.add(
            at,
            lambda now: _ignore(act(self._known, command(by=self._actor(role, who), **fields), now=now)),
        )
        return self

    @property
    def _known(self) -> UUID:
        if self.id is None:
            raise ValueError("the claim is not opened yet")
        return self.id

    def _persona(self, role: Role) -> Persona:
        found = {Role.BUYER: self.buyer_persona, Role.SELLER: self.seller_persona, Role.AGENT: INES}[role]
        if found is None:
            raise ValueError(f"no {role} in this story")
        return found

    def _actor(self, role: Role, who: Persona) -> Actor:
        return Actor(role, self.stage.users[who.key].pk)


def _pay_by_provider(refund: Refund, now: dt.datetime) -> None:
    """What `refunds.commands.submit` does, without its own commit: the demo's past is one transaction."""
    refund.status, refund.submitted_at = Refund.Status.SUBMITTED, now
    refund.save(update_fields=["status", "submitted_at"])
    payout = Payout(
        key=refund.key, amount=refund.amount, payment_ref=refund.payment.ref if refund.payment else ""
    )
    record_answer(refund.pk, provider(refund.provider).pay(payout), now=now)


def _ignore(result: object) -> None:
    """A scene has no result."""
