"""`recours rights`: policy against law for one purchase, with the trace of every date and the meter."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Any, NoReturn

import click
import msgspec

from recours.cli.policy_file import read_policy
from recours.clock import now
from recours.rules.calendars import UnknownCountry
from recours.rules.entitlement import Entitlement, Facts, Side, entitlements, late_refund_table
from recours.rules.entitlement import refund_right as right_of_refund
from recours.rules.law import Law, law_of
from recours.rules.money import Money
from recours.rules.policy import GROUNDS, Policy
from recours.rules.refusals import Refusal
from recours.rules.surcharge import Meter, surcharge
from recours.rules.windows import Dated
from recours.rules.wording import format as formats
from recours.rules.wording import say
from recours.rules.wording.rights import counted_text, kind_text, meter_lines, side_text, source_lines
from recours.rules.wording.trace import source_text, trace_lines
from recours.rules.written_days import parse_day

WIDTH = 30


class ClaimedBeforeDelivery(Refusal):
    """The claim is dated before the delivery."""


class PaidBeforeClaim(Refusal):
    """The refund is dated before the claim."""


@click.command()
@click.option(
    "--country", default="FR", show_default=True, help="Le pays de l'acheteur (code à deux lettres)."
)
@click.option(
    "--delivered", required=True, metavar="DATE", help="Le jour de la réception, par exemple 2026-11-02."
)
@click.option("--claimed", metavar="DATE", help="Le jour de la réclamation ou de la rétractation.")
@click.option("--refund-paid", metavar="DATE", help="Le jour du remboursement ; sans lui, aujourd'hui.")
@click.option("--amount", metavar="MONTANT", help="Le montant à rembourser, par exemple 129,90.")
@click.option("--ground", type=click.Choice(GROUNDS), help="Le motif ; sans lui, une simple rétractation.")
@click.option("--policy", "policy_name", default="default", show_default=True, metavar="FICHIER|MODÈLE",
              help="Les conditions à comparer à la loi.")  # fmt: skip
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="La langue.")
@click.option("--json", "as_json", is_flag=True, help="Le résultat en JSON.")
def command(
    country: str,
    delivered: str,
    claimed: str | None,
    refund_paid: str | None,
    amount: str | None,
    ground: str | None,
    policy_name: str,
    lang: str,
    as_json: bool,
) -> None:
    """Ce que la loi donne et ce que les conditions donnent, dates à l'appui.

    \b
    recours rights --delivered 2026-11-02
    recours rights --delivered 2026-11-02 --claimed 2026-11-05 --amount 129,90
    """
    try:
        policy = read_policy(policy_name, lang)
        facts, paid_on = _facts(delivered, claimed, refund_paid, ground)
        law = law_of(_country(country))
        money = None if amount is None else Money.parse(amount, policy.place.currency)
        lines = entitlements(policy, law, facts)
        meter = _meter(lines, facts, policy, law, money, paid_on)
    except Refusal as refusal:
        _refuse(refusal, lang)
    if as_json:
        click.echo(
            json.dumps(_as_data(country, policy, law, lines, meter, lang), ensure_ascii=False, indent=2)
        )
    else:
        click.echo("\n".join(_as_text(country, policy, law, lines, meter, money, facts, lang)))


def _refuse(refusal: Refusal, lang: str) -> NoReturn:
    click.echo(refusal.explain(lang), err=True)
    click.echo(f"→ {refusal.remedy(lang)}", err=True)
    sys.exit(2)


def _country(text: str) -> str:
    """Check the form only: a country whose law we do not have is answered by the policy alone."""
    country = text.strip().upper()
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise UnknownCountry(country=text)
    return country


def _facts(
    delivered: str, claimed: str | None, refund_paid: str | None, ground: str | None
) -> tuple[Facts, date | None]:
    delivered_on = parse_day(delivered)
    claimed_on = None if claimed is None else parse_day(claimed)
    paid_on = None if refund_paid is None else parse_day(refund_paid)
    came = ground != "lost"
    if claimed_on is not None and claimed_on < delivered_on and came:
        raise ClaimedBeforeDelivery(claimed_on=claimed_on, delivered_on=delivered_on)
    if paid_on is not None and claimed_on is not None and paid_on < claimed_on:
        raise PaidBeforeClaim(paid_on=paid_on, claimed_on=claimed_on)
    facts = Facts(
        delivered_on=delivered_on if came else None,
        # A parcel that never came was to be delivered that day.
        promised_on=delivered_on if ground in ("lost", "late") else None,
        claimed_at=claimed_on,
        ordered_at=delivered_on,
        ground=ground,
    )
    return facts, paid_on


def _meter(
    lines: Sequence[Entitlement],
    facts: Facts,
    policy: Policy,
    law: Law | None,
    amount: Money | None,
    paid_on: date | None,
) -> Meter | None:
    """Return the late-refund meter, None where the law has none or what it needs was not given."""
    refund = next(line for line in lines if line.kind == "refund")
    if law is None or amount is None or refund.law is None or refund.law.dated is None:
        return None
    claimed_on = facts.claimed_at
    if claimed_on is None:
        return None
    right = right_of_refund(facts.ground, claimed_on, facts.delivered_on, law, policy.calendar)
    table = late_refund_table(right)
    if table is None:
        return None
    on = paid_on or policy.calendar.local_date(now())
    return surcharge(amount, refund.law.dated.last_on, on, law, table)


def _as_text(
    country: str,
    policy: Policy,
    law: Law | None,
    lines: Sequence[Entitlement],
    meter: Meter | None,
    amount: Money | None,
    facts: Facts,
    lang: str,
) -> list[str]:
    out = [click.style(say(lang, "rights.title"), bold=True), ""]
    out += _table(country, law, lines, lang)
    if law is None:
        out += ["", say(lang, "rights.no_law", country=country.upper())]
    if law is not None and facts.ground is None:
        out += ["", say(lang, "rights.faulty_hint")]
    out += ["", click.style(say(lang, "rights.meter_title"), bold=True)]
    if meter is not None:
        out += meter_lines(meter, lang)
    elif amount is None or facts.claimed_at is None:
        out.append(say(lang, "rights.meter_needs"))
    else:
        out.append(say(lang, "meter.none"))
    out += ["", click.style(say(lang, "rights.trace_title"), bold=True)]
    for line in lines:
        dated = line.counted or line.policy.dated
        if dated is not None:
            out += [f"  {kind_text(line.kind, lang)}"]
            out += [f"    {step}" for step in trace_lines(dated.trace, dated.zone, lang)]
    out += ["", click.style(say(lang, "rights.sources"), bold=True)]
    out += [f"  {source}" for source in source_lines(lines, lang)]
    zone = formats.zone(policy.place.zone, lang)
    if law is not None:
        out.append(say(lang, "rights.checked_on", on=law.checked_on))
    out.append(say(lang, "rights.calendar", zone=zone, country=policy.place.country))
    out.append(say(lang, "rights.not_advice"))
    return out


def _table(country: str, law: Law | None, lines: Sequence[Entitlement], lang: str) -> list[str]:
    law_name = country.upper() if law is None else law.country
    rows = [
        [
            "",
            say(lang, "rights.policy"),
            say(lang, "rights.law", country=law_name),
            say(lang, "rights.counted"),
        ]
    ]
    for line in lines:
        by_law = say(lang, "rights.no_rule") if line.law is None else side_text(line.law, lang)
        star = " *" if line.better == "law" else ""
        rows.append(
            [
                kind_text(line.kind, lang),
                side_text(line.policy, lang),
                by_law,
                counted_text(line, lang) + star,
            ]
        )
    out: list[str] = []
    for row in rows:
        cells = [textwrap.wrap(cell, WIDTH) or [""] for cell in row]
        for n in range(max(len(cell) for cell in cells)):
            parts = [
                (cell[n] if n < len(cell) else "").ljust(WIDTH if i else 20) for i, cell in enumerate(cells)
            ]
            out.append("  ".join(parts).rstrip())
    return out


def _as_data(
    country: str,
    policy: Policy,
    law: Law | None,
    lines: Sequence[Entitlement],
    meter: Meter | None,
    lang: str,
) -> dict[str, Any]:
    """The same answer for a program: codes and instants, with the texts in the language asked for."""
    return {
        "country": country.upper(),
        "law": None if law is None else {"country": law.country, "checked_on": law.checked_on.isoformat()},
        "policy": {
            "name": policy.meta.name,
            "version": policy.meta.version,
            "published_on": policy.meta.published_on.isoformat(),
            "zone": policy.place.zone,
        },
        "entitlements": [
            {
                "kind": line.kind.value,
                "name": kind_text(line.kind, lang),
                "policy": _side(line.policy, lang),
                "law": None if line.law is None else _side(line.law, lang),
                "better": line.better,
                "counted": None if line.counted is None else _dated(line.counted, lang),
                "paid_by": line.payer,
            }
            for line in lines
        ],
        "meter": None if meter is None else {**msgspec.to_builtins(meter), "text": meter_lines(meter, lang)},
    }


def _side(side: Side, lang: str) -> dict[str, Any]:
    return {
        "text": side_text(side, lang),
        "dates": [_dated(dated, lang) for dated in side.dates],
        "paid_by": side.payer,
        "articles": [source_text(article, lang) for article in side.articles],
        "verified": side.verified,
    }


def _dated(dated: Dated, lang: str) -> dict[str, Any]:
    return {
        "due_at": dated.due_at.isoformat(),
        "last_on": dated.last_on.isoformat(),
        "text": formats.until(dated.due_at, dated.zone, lang),
        "trace": trace_lines(dated.trace, dated.zone, lang),
    }
