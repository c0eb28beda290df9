"""What in a message would take somebody off the platform: addresses, numbers, handles, accounts, links."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Contact(StrEnum):
    """A way to be reached, or to be paid, elsewhere."""

    EMAIL = "email"
    PHONE = "phone"
    HANDLE = "handle"
    PAYMENT = "payment"
    LINK = "link"


def contact_details(text: str, *, own_hosts: Collection[str] = ()) -> tuple[Contact, ...]:
    """Return what kinds of outside contact a text holds, in the order of `Contact`; links to `own_hosts` are none."""
    return ()
