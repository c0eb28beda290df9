"""Stripe's simulator for the tests of refunds, the real program on a port; each test takes payments of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from tests.simulators import StripeSimulator


@pytest.fixture
def stripe_simulator(stripe_process: StripeSimulator) -> StripeSimulator:
    """The simulator, well-behaved until the test asks for something else."""
    stripe_process.behaves()
    return stripe_process


@pytest.fixture
def own_simulator(tmp_path: Path) -> Iterator[StripeSimulator]:
    """A simulator for one test, which may kill it or move its clock."""
    simulator = StripeSimulator(tmp_path / "stripe")
    simulator.behaves()
    yield simulator
    simulator.stop()


@pytest.fixture
def with_stripe(stripe_simulator: StripeSimulator, settings: Settings) -> StripeSimulator:
    """An installation whose cards are paid back by Stripe, which is the simulator."""
    return stripe_simulator.set_up(settings)
