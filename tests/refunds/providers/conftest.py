"""A Stripe of our own, once per process of the run; each test takes payments of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.simulators import StripeSimulator


@pytest.fixture(scope="session")
def stripe_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StripeSimulator]:
    simulator = StripeSimulator(tmp_path_factory.mktemp("stripe"))
    yield simulator
    simulator.stop()


@pytest.fixture
def stripe_simulator(stripe_process: StripeSimulator) -> StripeSimulator:
    """The simulator, well-behaved until the test asks for something else."""
    stripe_process.tell("behave", rates={}, hold_seconds=0.05, stale_seconds=0, settle_seconds=3600)
    return stripe_process


@pytest.fixture
def own_simulator(tmp_path: Path) -> Iterator[StripeSimulator]:
    """A simulator for one test, which may kill it or move its clock."""
    simulator = StripeSimulator(tmp_path / "stripe")
    simulator.tell("behave", hold_seconds=0.05, settle_seconds=3600)
    yield simulator
    simulator.stop()
