"""Structs are read before threads are there: two that convert to the same one for the first time end the process."""

from __future__ import annotations

import os
import subprocess
import sys

# Prints how often msgspec read types, by the function of its own that does, while something was converted.
WATCH = """
import sys
import msgspec

def readings(kind, thing):
    found = []
    def watch(frame, event, _):
        if event == "call" and frame.f_code.co_name == "get_class_annotations":
            found.append(1)
    sys.setprofile(watch)
    msgspec.convert(thing, kind)
    sys.setprofile(None)
    return len(found)
"""


def run(script: str) -> str:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "recours.config.settings", "RECOURS_TEST": "1"}
    done = subprocess.run(
        [sys.executable, "-c", WATCH + script], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_struct_is_read_when_it_is_first_converted_to() -> None:
    assert (
        run("""
class Late(msgspec.Struct):
    name: str
print(readings(Late, {"name": "x"}), readings(Late, {"name": "x"}))
""")
        == "1 0"
    )


def test_the_web_server_has_read_those_of_every_page() -> None:
    assert (
        run("""
import recours.config.wsgi
from recours.guide.state import State
from recours.rules.tracking import _File
print(readings(State, {"profile": "x"}), readings(_File, {"carrier": []}))
""")
        == "0 0"
    )
