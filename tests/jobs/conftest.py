from typing import Any

import pytest
from procrastinate.contrib.django import app


@pytest.fixture(autouse=True)
def schedule(monkeypatch: pytest.MonkeyPatch) -> dict[Any, Any]:
    """The product's own schedule, set aside: a worker started by a test runs what the test deferred and no more."""
    real = app.periodic_registry.periodic_tasks
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})
    return dict(real)
