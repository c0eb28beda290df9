"""A morning at the desk without a mouse: twenty claims taken, decided and left behind by keys alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.journeys.conftest import copy_of
from tests.journeys.visitor import Enter, Visitor

WANTED = 20
ESCALATE = f"""
import datetime as dt
from tests.factories import a_claim, an_order
from recours import clock
from recours.claims.commands import act
from recours.marketplaces.models import Buyer, Shop
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.commands import Escalate
from recours.rules.lifecycle.vocabulary import Role
now = clock.now()
buyer, shop = Buyer.objects.first(), Shop.objects.first()
for _ in range({WANTED}):
    came = (now - dt.timedelta(days=4)).date()
    order = an_order(buyer, shop, ordered_at=now - dt.timedelta(days=9), promised_on=came, delivered_on=came)
    claim = a_claim(order, now=now)
    act(claim.pk, Escalate(by=Actor(Role.SELLER, None), reasons="Nos photos montrent un article intact."), now=now)
"""


@pytest.fixture(scope="module")
def site(furnished: Path) -> Iterator[str]:
    """A demo of its own, in which a seller has brought twenty claims before the platform."""
    with copy_of(furnished) as (home, address):
        _escalate_twenty(home)
        yield address


def _escalate_twenty(home: Path) -> None:
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("RECOURS_", "DATABASE_"))
    }
    here = Path(__file__).resolve().parents[2]
    subprocess.run(
        [sys.executable, "-m", "recours.cli", "manage", "shell", "--no-imports", "-c", ESCALATE],
        env=plain | {"RECOURS_HOME": str(home), "PYTHONPATH": f"{here / 'src'}{os.pathsep}{here}"},
        check=True,
    )


def test_an_agent_empties_twenty_claims_without_the_mouse(enters: Enter) -> None:
    with enters("ines") as agent:
        agent.goes("/desk/keys/")
        agent.goes("/desk/")
        free = _nobodys(agent)
        assert free >= WANTED
        decided = set()
        for turn in range(WANTED):
            decided.add(_takes_and_rejects(agent, looks=turn == 0))

        agent.goes("/desk/")
        assert len(decided) == WANTED
        assert _nobodys(agent) == free - WANTED


def _takes_and_rejects(agent: Visitor, *, looks: bool) -> str:
    """Take the next claim, decide it and be back on its page; return its address."""
    page, keys = agent.page, agent.page.keyboard
    with page.expect_navigation(url="**/desk/claims/*/"):
        keys.press("n")
    address = page.url
    if looks:
        agent.look()
    with page.expect_navigation(url="**/rule/"):
        keys.press("d")
    if looks:
        agent.look()
    keys.press("f")
    keys.press("ArrowUp")  # from the first choice round to the last: to reject
    keys.press("Space")  # where it is the only one, arrows do not choose it
    _tab_to(page, "rule")
    keys.press("ArrowDown")
    _tab_to(page, "reasons")
    keys.type("Les photos montrent un article intact.")
    with page.expect_navigation(url=address):
        keys.press("Control+Enter")
    return address


def _tab_to(page: Page, name: str) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name ?? ''") == name:
            return
    raise AssertionError(f"Tab never reaches {name}")


def _nobodys(agent: Visitor) -> int:
    """Return what the tab of claims without an agent counts."""
    tab = agent.page.get_by_role("main").locator("a[href*='queue=unassigned'] .count")
    return int(tab.first.inner_text())
