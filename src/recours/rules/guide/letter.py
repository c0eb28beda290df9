"""The formal letter that follows from the answers, as the story that `rules.letters` writes it from."""

from __future__ import annotations

from recours.rules.guide.answers import Answers, Wanted
from recours.rules.guide.model import Outcome
from recours.rules.guide.phrases import Phrases
from recours.rules.letters import Kind, Party, Story
from recours.rules.letters.checks import NEEDED, LetterNeeds
from recours.rules.letters.reading import NOT_TO_THE_MARKETPLACE, ProfileWithoutAddress
from recours.rules.profile import Profile
from recours.rules.refusals import Refusal


class GuideNoLetter(Refusal, ValueError):
    """No letter of this kind follows from the answers."""


def letter_story(
    found: Outcome, sender: Party, addressee: Party | None = None, *, place: str, kind: Kind | None = None
) -> Story:
    """Return the story of a letter: `kind`, or the fittest that can be written today.

    The addressee is the marketplace's own address where none is given. Raises GuideNoLetter, ProfileWithoutAddress,
    and LetterNeeds where a bank or a mediator is not named; `rules.letters.write` refuses what is still missing.
    """
    chosen = kind or next(iter(found.letters), None)
    if chosen is None or chosen not in found.letters:
        raise GuideNoLetter()
    answers = found.answers
    return Story(
        kind=chosen,
        sender=sender,
        addressee=addressee or marketplace(found.profile, chosen),
        place=place,
        written_on=found.today,
        marketplace=found.profile.meta.name,
        order_number=answers.order_number.strip(),
        product=answers.product.strip(),
        amount=f"{answers.amount.to_decimal():f}" if answers.amount is not None else "",
        currency=answers.amount.currency if answers.amount is not None else "EUR",
        story=answers.story.strip(),
        wanted=_wanted(answers, chosen),
        ordered_on=answers.ordered_on,
        promised_on=answers.promised_on,
        delivered_on=answers.delivered_on,
        sent_back_on=answers.sent_back_on,
        claimed_on=answers.claimed_on,
        complained_on=answers.complained_on if chosen is Kind.MEDIATOR else None,
        paid_on=answers.paid_on,
        refund_of=answers.refund_of,
        is_informed=answers.is_informed,
        is_outside_eea=answers.is_outside_eea,
        tried=answers.tried,
    )


def missing(answers: Answers, kind: Kind) -> tuple[str, ...]:
    """Return the answers that a letter of a kind still wants, by the names of their fields."""
    fields = (field for field in NEEDED[kind] if field in answers.__struct_fields__)
    values = {field: getattr(answers, field) for field in fields}
    return tuple(
        field
        for field, value in values.items()
        if value is None or (isinstance(value, str) and not value.strip())
    )


def marketplace(profile: Profile, kind: Kind) -> Party:
    """Return whom a letter goes to, as far as a profile can tell. Raises ProfileWithoutAddress, LetterNeeds."""
    if kind in NOT_TO_THE_MARKETPLACE:
        raise LetterNeeds(field="addressee")
    if profile.address is None:
        raise ProfileWithoutAddress(marketplace=profile.meta.name)
    name, *lines = profile.address.lines
    return Party(name=name, address=tuple(lines))


def _wanted(answers: Answers, kind: Kind) -> str:
    """What a letter asks for beside its own demand: a complaint has none, and a seller who brings an article into
    conformity may be told how. Source for the choice: C. conso L217-9.
    """
    wanted = answers.wanted
    if wanted is None or not (
        kind is Kind.COMPLAINT or (kind, wanted) == (Kind.CONFORMITY, Wanted.REPLACEMENT)
    ):
        return ""
    phrases = Phrases("fr")
    if wanted is Wanted.REFUND and answers.amount is not None:
        return phrases.said("letter.refund_of", {"amount": phrases.money(answers.amount)})
    return phrases.said(f"letter.{wanted.value}")
