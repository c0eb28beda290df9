"""An installation as `recours demo` makes it: with the doors, the simulated provider and a clock that moves."""

from __future__ import annotations

import copy
import hashlib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django.fixtures import Settings

from recours import clock

if TYPE_CHECKING:
    from tests.simulators import StripeSimulator

    from recours.files.judge import Judged


@pytest.fixture
def demo(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stripe_process: StripeSimulator
) -> Settings:
    import_module("recours.config.urls")  # read once, as production's; the doors must not stay in it
    stripe_process.behaves()
    stripe_process.set_up(settings)
    settings.DEMO = True
    settings.HOME = tmp_path
    settings.SEPA_NAME, settings.SEPA_IBAN = "Marché Mirabelle", "FR1420041010050500013M02606"
    settings.SEPA_BIC = "PSSTFRPPLYO"
    settings.REFUND_ROUTES = [("card", "stripe"), ("transfer", "sepa")]
    # The app has no models: its templates, addresses and banner are all that installing it adds.
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [settings.PACKAGE / "demo" / "templates"]
    templates[0]["OPTIONS"]["context_processors"].append("recours.demo.context.banner")
    settings.TEMPLATES = templates
    settings.ROOT_URLCONF = "tests.demo.urls"
    monkeypatch.setattr(clock, "_FILE", str(tmp_path / "clock"))
    monkeypatch.setattr(clock, "_seen", (0, 0))
    monkeypatch.setattr(clock, "_offset", clock._offset)
    return settings


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing and judging photos is most of the seed's time, and one test does it: here a photo is its name."""
    from recours.demo import stage  # Django must be ready

    monkeypatch.setattr(stage.Stage, "picture", lambda self, name: _undrawn(name))


def _undrawn(name: str) -> Judged:
    from recours.files.judge import Judged  # Django must be ready

    said = name.encode()
    return Judged(
        name=f"{name}.jpg",
        media_type="image/jpeg",
        original=said,
        sha256=hashlib.sha256(said).hexdigest(),
        clean=said,
        clean_media_type="image/jpeg",
        thumb=said,
        width=1,
        height=1,
        pages=None,
    )
