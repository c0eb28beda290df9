from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app


@pytest.fixture(autouse=True)
def empty_queue(db: None) -> None:
    """What other tests left to do is not for the workers of these."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture(autouse=True)
def schedule(monkeypatch: pytest.MonkeyPatch) -> dict[Any, Any]:
    """The product's own schedule, set aside: a worker started by a test runs what the test deferred and no more."""
    real = app.periodic_registry.periodic_tasks
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})
    return dict(real)
