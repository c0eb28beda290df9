"""The texts that a person copies and sends: to the seller, into a dispute, to customer service, to the bank.

Each is made of parts, in order, from what the person said and from what follows from it; a part without its word is
left out. What the person wrote stands as they wrote it, and is never read as a placeholder or as markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from recours.rules.guide.answers import Answers, Trouble, Wanted, remedies
from recours.rules.guide.model import Outcome, Rung, Way
from recours.rules.guide.phrases import LANGUAGES, Phrases
from recours.rules.letters import Step

MOST_SOCIAL = 280
"""Characters of a message that can be public: what the shortest of the networks takes."""

Reader = Literal["seller", "dispute", "social", "support", "bank"]


class Text(Struct, frozen=True, kw_only=True):
    """A text ready to be copied. `most` is how many characters its form takes, None where no form is known.

    `left_out` are parts that were dropped to fit ("tried", "law"), never the person's own words: if those alone are too
    long, `over` says by how much.
    """

    reader: Reader
    lang: str
    subject: str
    body: str
    most: int | None = None
    left_out: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.body)

    @property
    def over(self) -> int:
        """How many characters are too many."""
        return max(0, self.count - self.most) if self.most is not None else 0


def messages(found: Outcome, lang: str) -> tuple[Text, ...]:
    """Return the texts for what came of the answers, in "fr", "en" or "zh", in the order in which they are sent.

    In Chinese there is what a seller is written, and nothing else. Raises KeyError for another language.
    """
    if lang not in LANGUAGES:
        raise KeyError(lang)
    if found.answers.trouble is None:
        return ()
    return tuple(
        _text(found, reader, lang) for reader in readers(found) if lang != "zh" or reader == "seller"
    )


def readers(found: Outcome) -> tuple[Reader, ...]:
    """Return to whom there is something to write."""
    trouble = found.answers.trouble
    if trouble is Trouble.FRAUD:
        return ("bank",)
    if trouble is Trouble.UNAUTHORISED_CHARGE:
        return ("bank", "social")
    if found.way is Way.FAULT:
        return ("support", "social", "bank") if found.answers.paid_on is not None else ("support", "social")
    if found.way is Way.BANK:
        return ("bank", "dispute", "social")
    if trouble is Trouble.LOST:
        return ("seller", "dispute", "social", "bank")
    return ("seller", "dispute", "social")


def _text(found: Outcome, reader: Reader, lang: str) -> Text:
    phrases = Phrases(lang)
    if reader == "social":
        return Text(reader=reader, lang=lang, subject="", body=_social(found, phrases), most=MOST_SOCIAL)
    limits = found.profile.limits
    most = None
    if limits is not None:
        most = {"seller": limits.message, "dispute": limits.dispute}.get(reader)
    body, left_out = _fitted(dict(_parts(found, reader, phrases)), most)
    words = {"order_number": found.answers.order_number.strip()}
    subject = phrases.maybe("subject.bank" if reader == "bank" else "subject.seller", words)
    return Text(reader=reader, lang=lang, subject=subject, body=body, most=most, left_out=left_out)


def _fitted(parts: dict[str, str], most: int | None) -> tuple[str, tuple[str, ...]]:
    """Drop what is not the person's own until the rest fits, or nothing is left to drop."""
    left_out: list[str] = []
    for name in ("", "tried", "law", "hello", "thanks"):
        if name:
            if name not in parts:
                continue
            del parts[name]
            left_out.append(name)
        body = "\n\n".join(text for text in parts.values() if text)
        if most is None or len(body) <= most:
            break
    return body, tuple(left_out)


def _parts(found: Outcome, reader: Reader, phrases: Phrases) -> Iterator[tuple[str, str]]:
    answers = found.answers
    trouble = answers.trouble
    if trouble is None:
        return
    yield "hello", phrases.said("hello")
    opening = phrases.said("what.change_of_mind_late" if _is_asked_for(found) else f"what.{trouble.value}")
    yield "what", f"{phrases.said('bank.opening')} {opening}" if reader == "bank" else opening
    yield "facts", "\n".join(_facts(answers, reader, phrases))
    story = answers.story.strip()
    yield "story", phrases.maybe("story", {"story": story}) or story
    if reader != "seller":
        yield "tried", "\n".join(_tried(answers, phrases))
    yield "law", "\n".join(_bank_law(found, phrases) if reader == "bank" else _law(found, phrases))
    yield "wanted", phrases.gap.join(_wanted(found, reader, phrases))
    yield "thanks", phrases.said("thanks")


def _is_asked_for(found: Outcome) -> bool:
    """Whether a change of mind comes too late to be a right: it can still be asked for."""
    return any(note.code == "withdrawal_over" for note in found.notes)


def _facts(answers: Answers, reader: Reader, phrases: Phrases) -> Iterator[str]:
    for name in ("order_number", "product", "shop"):
        if name != "shop" or reader == "bank":
            yield from phrases.line(f"fact.{name}", {name: getattr(answers, name).strip()})
    for name in ("ordered_on", "promised_on", "delivered_on", "claimed_on", "sent_back_on", "paid_on"):
        yield from phrases.line(f"fact.{name}", {name: phrases.day(getattr(answers, name))})
    yield from phrases.line("fact.amount", {"amount": phrases.money(answers.amount)})


def _tried(answers: Answers, phrases: Phrases) -> Iterator[str]:
    if not answers.tried:
        return
    yield phrases.said("tried.intro")
    for each in sorted(answers.tried, key=lambda tried: tried.on):
        words = {"on": phrases.day(each.on), "said": each.text.strip()}
        yield phrases.said(f"tried.{each.step.value}", words).strip()


def _law(found: Outcome, phrases: Phrases) -> Iterator[str]:
    """What the law says of it, as far as it still helps."""
    trouble = found.answers.trouble
    terms = {term.key: term for term in found.terms}
    delivery, withdrawal = terms.get("delivery"), terms.get("withdrawal")
    if trouble is Trouble.LOST and delivery is not None and delivery.is_over and delivery.article:
        words = {"due_on": phrases.day(delivery.dated.last_on), "article": phrases.source(delivery.article)}
        yield phrases.said("law.delivery", words)
    conformity = terms.get("conformity")
    if conformity is not None and not conformity.is_over:
        yield phrases.until("law.conformity", conformity)
    if trouble is Trouble.CHANGE_OF_MIND and withdrawal is not None and not withdrawal.is_over:
        yield phrases.until("law.withdrawal", withdrawal)
    refund = found.refund
    if trouble is Trouble.REFUND_LATE and refund is not None and refund.is_over and refund.article:
        words = {"due_on": phrases.day(refund.dated.last_on), "article": phrases.source(refund.article)}
        yield phrases.said("law.refund", words)
    meter = found.meter
    if meter is not None and meter.surcharge.is_positive:
        words = {
            "today": phrases.day(found.today),
            "surcharge": phrases.money(meter.surcharge),
            "article": phrases.source(meter.ref),
        }
        yield phrases.said("law.surcharge", words)


def _bank_law(found: Outcome, phrases: Phrases) -> Iterator[str]:
    terms = [] if found.bank is None else [term for term in found.bank.terms if not term.is_over]
    reported = next((term for term in terms if term.is_law), None)
    if found.answers.trouble is Trouble.UNAUTHORISED_CHARGE and reported is not None:
        yield phrases.until("law.bank", reported)
        return
    scheme = next((term for term in terms if not term.is_law), None)
    if scheme is not None:
        yield phrases.until("law.chargeback", scheme)


def _wanted(found: Outcome, reader: Reader, phrases: Phrases) -> Iterator[str]:
    answers = found.answers
    wanted = answers.wanted
    if wanted is None and answers.trouble is not None and remedies(answers.trouble) == (Wanted.REFUND,):
        wanted = Wanted.REFUND
    if reader == "bank":
        wanted = Wanted.REFUND
    if reader == "support" and answers.paid_on is None:
        wanted = None
    if found.meter is not None and found.meter.surcharge.is_positive and wanted is Wanted.REFUND:
        yield phrases.said("wanted.refund_more", {"total": phrases.money(found.meter.total)})
    elif wanted is not None:
        is_sum = wanted is Wanted.REFUND and answers.amount is not None
        words = {"amount": phrases.money(answers.amount)}
        yield phrases.said("wanted.refund_of" if is_sum else f"wanted.{wanted.value}", words)
    if reader == "seller" and found.answer_by is not None:
        yield phrases.said("wanted.by", {"by": phrases.day(found.answer_by)})


def _social(found: Outcome, phrases: Phrases) -> str:
    """What can be read by anybody: no name, no order number, no sum, and none of the person's own words."""
    answers = found.answers
    trouble = answers.trouble.value if answers.trouble is not None else ""
    seller_on = min((each.on for each in answers.tried if each.step is Step.SELLER), default=None)
    said = [phrases.said(f"social.{trouble}")]
    if seller_on is not None and Rung.SELLER in {climbed.rung for climbed in found.ladder}:
        said += phrases.line("social.since", {"seller_on": phrases.day(seller_on)})
    has_order = bool(answers.order_number.strip())
    said.append(phrases.said("social.private" if has_order else "social.private_no_order"))
    return " ".join(said)
