"""A story becomes a letter: pure, on the law it is given."""

from __future__ import annotations

from recours.rules.law import Law
from recours.rules.letters.address import Address, address
from recours.rules.letters.basis import Basis
from recours.rules.letters.checks import check
from recours.rules.letters.kinds import BUILDERS, Parts
from recours.rules.letters.model import Kind, Letter, Party, Prepared, Step, Story
from recours.rules.letters.texts import fill, texts
from recours.rules.money import Money
from recours.rules.windows import Calendar, Unit
from recours.rules.wording import format as formats


def write(story: Story, law: Law, calendar: Calendar) -> Prepared:
    """Return the letter of a story, and what to show before it is printed.

    Articles and terms are those in force on the day of the letter. What the person wrote stands as they wrote it.
    Raises the refusals of `address`, `check`, and of the kind.
    """
    amount = check(story)
    sender, addressee = _address(story.sender), _address(story.addressee)
    basis, parts = Basis(law, story.written_on, calendar), Parts()
    general, own = texts()["letter"], texts()[story.kind.value]
    basis.words |= _plain_words(story, amount, own)
    BUILDERS[story.kind](story, basis, amount, parts)

    def said(text: str) -> str:
        return fill(text, basis.words)

    demand = [said(own[parts.demand])]
    if story.wanted.strip():
        demand.append(fill(general["wanted"], {"wanted": story.wanted.strip()}))
    if story.kind is Kind.COMPLAINT:
        demand.append(said(general["within"]))
    letter = Letter(
        kind=story.kind,
        sender=sender,
        reach=_reach(story.sender),
        addressee=addressee,
        place_and_date=said(general["date"]),
        sending=general["sending"],
        subject=said(own["subject"]),
        references=_references(story, amount),
        salutation=general["salutation"],
        opening=said(own[parts.opening]),
        facts=_facts(story),
        story=story.story.strip(),
        tried=_tried(story),
        law=tuple(said(text) for text in (*own["law"], *parts.more_law)),
        demand="\n\n".join(demand),
        follows=said(own["follows"]),
        closing=general["closing"],
        signature=story.sender.name.strip(),
        enclosures=tuple(f"{n}. {each.title.strip()}" for n, each in enumerate(story.enclosures, 1)),
    )
    return Prepared(
        letter=letter,
        shortened=sender.shortened + addressee.shortened,
        untried=untried(story),
        articles=tuple(basis.cited),
        unverified=tuple(article for article, verified in basis.cited.items() if not verified),
        meter=parts.meter,
    )


def untried(story: Story) -> tuple[Step, ...]:
    """Return the steps of the ladder that were not tried, in its order; none for a bank or a mediator."""
    if story.kind in (Kind.BANK, Kind.MEDIATOR, Kind.WITHDRAWAL):
        return ()
    return tuple(step for step in Step if step not in {tried.step for tried in story.tried})


def _address(party: Party) -> Address:
    return address([party.name, *party.address], country=party.country)


def _reach(party: Party) -> tuple[str, ...]:
    general = texts()["letter"]
    email = [fill(general["email"], {"email": party.email})] if party.email else []
    return (*email, *([fill(general["phone"], {"phone": party.phone})] if party.phone else []))


def _plain_words(story: Story, amount: Money | None, own: dict[str, object]) -> dict[str, str]:
    term = story.term_days or own.get("term_days", 0)
    return {
        "place": story.place.strip(),
        "on": formats.day(story.written_on, "fr", weekday=False),
        "order_number": story.order_number.strip(),
        "marketplace": story.marketplace.strip(),
        "amount": formats.money(amount, "fr") if amount is not None else "",
        "term": formats.window(int(str(term)), Unit.DAYS, "fr"),
    }


def _references(story: Story, amount: Money | None) -> tuple[tuple[str, str], ...]:
    general = texts()["letter"]
    pairs = [
        (general["marketplace"], story.marketplace.strip()),
        (general["order"], story.order_number.strip()),
        (general["product"], story.product.strip()),
        (general["amount"], formats.money(amount, "fr") if amount is not None else ""),
    ]
    return tuple((term, said) for term, said in pairs if said)


def _facts(story: Story) -> tuple[tuple[str, str], ...]:
    general = texts()["letter"]
    known = [
        (on, str(general[name]))
        for name in ("ordered_on", "promised_on", "paid_on", "delivered_on", "sent_back_on", "complained_on")
        if (on := getattr(story, name)) is not None
    ]
    told = sorted([*known, *((fact.on, fact.text.strip()) for fact in story.facts)], key=lambda pair: pair[0])
    return tuple((formats.day(on, "fr", weekday=False), text) for on, text in told)


def _tried(story: Story) -> tuple[tuple[str, str], ...]:
    steps = texts()["step"]
    ordered = sorted(story.tried, key=lambda tried: tried.on)
    return tuple(
        (formats.day(each.on, "fr", weekday=False), f"{steps[each.step.value]} {each.text.strip()}".strip())
        for each in ordered
    )
