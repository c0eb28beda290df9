"""Whence a request comes: by what our own proxies add, and nothing that a visitor wrote."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from recours.channels.networks import hashed, network_of


@pytest.mark.parametrize(
    ("header", "proxies", "expected"),
    [
        ("198.51.100.7", 1, "198.51.100.7"),
        ("10.6.6.6, 198.51.100.7", 1, "198.51.100.7"),
        ("10.6.6.6, 198.51.100.7, 192.0.2.1", 2, "198.51.100.7"),
        ("192.0.2.1", 2, "192.0.2.1"),
        ("", 1, "127.0.0.1"),
        ("10.6.6.6, ", 1, "127.0.0.1"),
    ],
)
def test_entry_that_the_outermost_proxy_added_is_believed(
    settings: Settings, header: str, proxies: int, expected: str
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.PROXIES = proxies

    assert network_of(RequestFactory().get("/", headers={"X-Forwarded-For": header})) == expected


def test_header_counts_for_nothing_without_a_proxy(settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = None

    request = RequestFactory().get("/", headers={"X-Forwarded-For": "198.51.100.7"})

    assert network_of(request) == "127.0.0.1"


def test_what_is_kept_is_a_keyed_hash() -> None:
    assert "127.0.0.1" not in hashed("127.0.0.1")
    assert len(hashed("127.0.0.1")) == 64
