"""The fictional marketplace: every state, every end, whenever it is opened, and once."""

from datetime import UTC, datetime

import pytest
from pytest_django.fixtures import Settings
from time_machine import Traveller

from recours import clock
from recours.claims.invariants import broken
from recours.claims.models import Claim, Evidence
from recours.claims.verify import differences
from recours.demo.seed import NEWS_LASTS, seed
from recours.marketplaces.models import Order
from recours.notices.models import Notice
from recours.outbox.models import Mail
from recours.refunds.models import Refund
from recours.rules.lifecycle.vocabulary import DeadlineKind, Resolution, State

pytestmark = pytest.mark.django_db


def test_seed_shows_every_state_and_every_end(demo: Settings) -> None:
    seed()

    claims = Claim.objects.all()
    assert {claim.state for claim in claims} == set(State)
    assert {claim.resolution for claim in claims if claim.resolution} == set(Resolution)
    assert [claim.reference for claim in claims if claim.parked_at] == []
    assert Evidence.objects.values("file__clean_sha256").distinct().count() >= 7
    assert set(Refund.objects.values_list("provider", "status")) == {
        ("credit", "succeeded"),
        ("manual", "approved"),
        ("sepa", "approved"),
        ("sepa", "due"),
        ("sepa", "succeeded"),
        ("stripe", "approved"),
        ("stripe", "succeeded"),
    }


@pytest.mark.usefixtures("without_pictures")
def test_seed_leaves_the_news_of_the_last_days_and_no_older(demo: Settings) -> None:
    seed()

    recent = clock.now() - NEWS_LASTS
    assert 5 < Mail.objects.count() < 40
    assert not Mail.objects.filter(created_at__lte=recent).exists()
    assert not Notice.objects.filter(at__lte=recent, seen_at=None).exists()
    assert Notice.objects.filter(seen_at=None).exists()


@pytest.mark.usefixtures("without_pictures")
def test_seed_happens_once(demo: Settings) -> None:
    seed()
    before = Claim.objects.count(), Order.objects.count()

    seed()

    assert (Claim.objects.count(), Order.objects.count()) == before


@pytest.mark.usefixtures("without_pictures")
@pytest.mark.parametrize(
    "instant",
    [
        pytest.param(datetime(2026, 11, 20, 9, 0, tzinfo=UTC), id="a Friday"),
        pytest.param(datetime(2027, 1, 1, 23, 2, tzinfo=UTC), id="just past midnight, after holidays"),
        pytest.param(datetime(2027, 3, 29, 4, 30, tzinfo=UTC), id="the day after the clocks went forward"),
        pytest.param(datetime(2026, 10, 25, 22, 58, tzinfo=UTC), id="late on the day the clocks went back"),
    ],
)
def test_seed_stands_whenever_it_is_opened(
    demo: Settings, frozen_clock: Traveller, instant: datetime
) -> None:
    frozen_clock.move_to(instant)

    seed()

    assert {claim.state for claim in Claim.objects.all()} == set(State)
    late = Claim.objects.get(title="Platine Belvédère")
    assert (late.state, late.overdue) == (State.REFUND_DUE, True)
    silent = Claim.objects.get(title="Casque Nova, noir").snapshot.next_deadline
    assert silent is not None
    assert silent.kind is DeadlineKind.SELLER_RESPONSE
    # The seller's time ends with the present day, so that one day forward shows silence at work.
    assert 0 < (silent.due_at - clock.now()).total_seconds() <= 25 * 3600


@pytest.mark.usefixtures("without_pictures")
def test_seed_leaves_nothing_to_verify(demo: Settings) -> None:
    seed()

    assert list(differences()) == []
    assert list(broken()) == []
