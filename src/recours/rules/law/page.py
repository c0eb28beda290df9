"""The table of every line of the law, for the documentation: drawn from the data, so that neither can drift."""

from __future__ import annotations

from collections.abc import Iterator

from recours.rules.law import COUNTRIES, law_of
from recours.rules.law.entries import Article, Band, Law, Right, SurchargeTable
from recours.rules.wording import format as formats
from recours.rules.wording.trace import event_text, rule_text, source_text


def page() -> str:
    """Return the whole page `docs/law-table.md`."""
    lines = [
        "# The law, line by line",
        "",
        "Generated from `src/recours/rules/law/` by `./run lint --write`: edit the data, not this page;",
        "[law.md](law.md) says how. Nothing here is legal advice. **To be checked** marks what nobody has read",
        "in its source yet.",
    ]
    for country in COUNTRIES:
        law = law_of(country)
        if law is not None:
            lines += ["", *_country(law)]
    return "\n".join((*lines, ""))


def _country(law: Law) -> Iterator[str]:
    yield f"## {law.country}, compared with its sources on {law.checked_on}"
    yield ""
    yield "| right | article | term | from | in force | source |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for rights in law.rights.values():
        for right in rights:
            starts = event_text(right.starts, "en") if right.starts else ""
            yield (
                f"| {rule_text(f'law.{right.key}', 'en')} (`{right.key}`) | {source_text(right.ref, 'en')} "
                f"| {_term(right)} | {starts} | {_since(right)} | {_source(right.source, right.verified)} |"
            )
    if law.tables:
        yield from ("", "| surcharge | article | days late: share | in force | source |")
        yield "| --- | --- | --- | --- | --- |"
    for tables in law.tables.values():
        for table in tables:
            yield (
                f"| `{table.key}` | {source_text(table.ref, 'en')} | {_shares(table)} | {_since(table)} "
                f"| {_source(table.source, table.verified)} |"
            )
    if law.rates:
        yield from (
            "",
            "| legal interest rate, by the year | from | until | source |",
            "| --- | --- | --- | --- |",
        )
    for rate in law.rates:
        yield (
            f"| {formats.percent(rate.basis_points, 'en')} | {rate.valid_from} | {rate.valid_until} "
            f"| {_source(rate.source, rate.verified)} |"
        )


def _term(right: Right) -> str:
    if right.window is None:
        return ""
    rolls = ", then to a working day" if right.window.rolls else ""
    contract = "" if right.is_law else " (no law)"
    return f"{formats.window(right.window.count, right.window.unit, 'en')}{rolls}{contract}"


def _since(line: Article) -> str:
    return f"{line.valid_from} to {line.valid_until}" if line.valid_until else f"since {line.valid_from}"


def _source(source: str, verified: bool) -> str:
    read = f"<{source}>" if source else ""
    return read if verified else f"{read} **to be checked**".strip()


def _shares(table: SurchargeTable) -> str:
    shares = "; ".join(_share(band) for band in table.bands)
    if not table.monthly_basis_points:
        return shares
    return f"{shares}; then {formats.percent(table.monthly_basis_points, 'en')} more each month begun, up to the price"


def _share(band: Band) -> str:
    days = f"{band.first_day} to {band.last_day}" if band.last_day else f"from {band.first_day}"
    share = "legal interest" if band.basis_points is None else formats.percent(band.basis_points, "en")
    return f"{days}: {share}"
