"""What msgspec has to know of our structs, found out before several threads ask."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib import import_module

import msgspec
from django.conf import settings


def read_struct_types() -> None:
    """Read the types of the fields of every struct, with all pages imported; before the process has threads.

    msgspec reads them when it first converts to a struct. A second thread that converts to the same one meanwhile finds
    a null pointer where the types will be, and the process ends (msgspec 0.22). All together take some 20 ms.
    """
    import_module(settings.ROOT_URLCONF)
    for kind in _below(msgspec.Struct):
        # A struct with fields to which nothing can be converted is never converted to.
        with contextlib.suppress(TypeError):
            msgspec.json.Decoder(kind)


def _below(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
