from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from tests.outbox.smtp import Server, smtp_server


@pytest.fixture
def smtp(settings: Any) -> Iterator[Server]:
    """A mail server of this test alone, which the site sends by."""
    cache.clear()
    with smtp_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 2
        settings.SITE_URL = "https://recours.example.org"
        yield server
