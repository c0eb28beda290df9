"""The demo as a visitor meets it, and the browsers to walk through it."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.conftest import short_folder
from tests.journeys.demo_process import free_port, start, stop, wait_until_ready
from tests.journeys.visitor import DESK, PHONE, Enter, Visitor

CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def chromium() -> str:
    """Return the browser to use; its absence is a failure and not a skip, or nobody would notice."""
    named = os.environ.get("RECOURS_CHROMIUM", "")
    found = named or next((path for name in CHROMIUM if (path := shutil.which(name))), "")
    if not found:
        pytest.fail(
            "No Chromium here, and the journeys need one. Debian, Ubuntu: sudo apt install chromium."
            " Elsewhere: RECOURS_CHROMIUM=/path/to/chrome ./run test",
            pytrace=False,
        )
    return found


# For a module and not for the whole run: while Playwright is up this thread has an event loop, and Django refuses
# to use the database beside one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def furnished(of_this_run: Path) -> Path:
    """The home of a demo that was opened and closed again; made by the first process of the run that asks for it.

    Opening the marketplace takes most of a minute of processor time, copying it less than a second.
    """
    home = of_this_run / "furnished"
    with (of_this_run / "furnished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            draft = of_this_run / "draft"
            shutil.rmtree(draft, ignore_errors=True)
            with start(draft, free_port(), web_processes=1) as demo:
                try:
                    wait_until_ready(demo)
                finally:
                    ended = stop(demo)
            assert ended == 0
            draft.rename(home)
    return home


@contextmanager
def copy_of(furnished: Path) -> Iterator[tuple[Path, str]]:
    """Start a demo on a copy of that home; its own home, and its address."""
    port = free_port()
    with short_folder() as folder:
        # As they are: the files of the database belong to its own account.
        subprocess.run(["cp", "-pR", furnished, folder / "home"], check=True)
        # One visitor at a time asks for little; a second process imports all anew, and draws each page's first.
        with start(folder / "home", port, web_processes=1) as demo:
            try:
                wait_until_ready(demo)
                # A pipe that nobody reads fills up, and then the site stands still.
                threading.Thread(target=demo.stdout.read if demo.stdout else None, daemon=True).start()
                yield folder / "home", f"http://localhost:{port}"
            finally:
                stop(demo)


@pytest.fixture(scope="module")
def site(furnished: Path) -> Iterator[str]:
    """The address of a demo of its own: real web server, worker, database and clock."""
    with copy_of(furnished) as (_, address):
        yield address


@pytest.fixture
def enters(browser: Browser, site: str) -> Enter:
    """Return what lets somebody of the cast in, on a phone for buyers."""

    @contextmanager
    def enter(key: str, **context: Any) -> Iterator[Visitor]:
        size = PHONE if key in {"camille", "yanis", "marilou"} else DESK
        with Visitor(browser, site, key, viewport=size, **context) as visitor:
            yield visitor

    return enter
