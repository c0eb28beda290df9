from datetime import timedelta

import pytest
from procrastinate.contrib.django import app

from recours import clock
from recours.files import storage
from recours.files.tasks import sweep_orphans


@pytest.mark.django_db
def test_orphans_go_at_night(frozen_clock: object) -> None:
    storage.keep(b"left behind")
    frozen_clock.move_to(clock.now() + timedelta(days=2))  # type: ignore[attr-defined]

    sweep_orphans()

    assert list(storage.all_paths()) == []


def test_worker_knows_the_sweep() -> None:
    app.perform_import_paths()

    assert "files.sweep" in app.tasks
