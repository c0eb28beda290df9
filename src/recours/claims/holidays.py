"""What a mail about a claim says of a shop that is away."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from recours import clock
from recours.claims.models import Claim
from recours.marketplaces.shops import holiday_notice
from recours.rules.wording import Lang, say


def holiday_words(row: Claim, lang: Lang) -> tuple[str, ...]:
    """Return one paragraph with the shop's own words and that no date moves; nothing while it is not away."""
    if row.shop is None:
        return ()
    today = clock.now().astimezone(ZoneInfo(row.marketplace.zone)).date()
    notice = holiday_notice(row.shop, lang, today=today)
    return (
        (say(lang, "holidays.mail", title=notice.title, words=notice.words, dates_stay=notice.dates_stay),)
        if notice
        else ()
    )
