import pytest
from django.test import Client


@pytest.mark.django_db
def test_readyz_when_migrated(client: Client) -> None:
    response = client.get("/readyz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_healthz_needs_no_database(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
