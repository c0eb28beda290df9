"""Somebody in front of a browser, who looks at every page they come to."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from recours.demo import pictures

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PHOTO: Any = {"name": "casse.jpg", "mimeType": "image/jpeg", "buffer": pictures.draw("colis")}
PATIENCE = 30_000
"""Milliseconds for a page, or for words to come. A photo takes a second to judge, and the machine does much else."""
expect.set_options(timeout=PATIENCE)

WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # else each element that passes each rule is described, and sent over
}


class Visitor:
    """A visitor of the demo. `look` is called on every page: accessible, no wider than the screen, no error."""

    asked: ClassVar[set[str]] = set()
    """Addresses that axe has judged: it takes a second a page, and the doors are passed ten times."""

    def __init__(self, browser: Browser, site: str, key: str = "", **context: Any) -> None:
        self.site = site
        self.has_scripts = bool(context.get("java_script_enabled", True))
        self.context = browser.new_context(base_url=site, locale="fr-FR", **context)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.page.on("console", self._overhear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if key:
            self._enters(key)

    def _enters(self, key: str) -> None:
        """Come in by the door of somebody of the cast; a stranger has none."""
        self.page.goto("/demo/")
        self.look()
        self.banner()
        # Everybody of the cast is in the banner, whoever has a door of their own.
        self.page.locator("#demo-persona").select_option(key)
        self.page.locator("aside.demo").get_by_role("button", name="Entrer").click()
        self.look()

    def _overhear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def close(self) -> None:
        self.context.close()

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    # -- seeing ------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Fail when the present page cannot be used by everybody."""
        self.page.wait_for_load_state()
        where = f"{self.page.url} « {self.page.title()} »"
        expect(self.page.locator("h1")).to_have_count(1)
        assert self.complaints == [], f"{where}: {self.complaints}"
        if not self.has_scripts:
            return  # nothing can be asked of a page that runs no script; the same pages are asked with them
        if self.page.url not in self.asked:
            self.asked.add(self.page.url)
            found = Axe().run(self.page, options=WCAG)
            assert found.violations_count == 0, f"{where}\n{found.generate_report()}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{where} is {wide} px wider than the screen"

    def sees(self, text: str) -> None:
        """The text is on the page; kinds of spaces do not matter."""
        expect(self.page.locator("main")).to_contain_text(text)

    def comes_to_see(self, text: str) -> None:
        """The text is on the page, or will be once loaded again: what the worker does, it does beside the site."""
        words = re.compile(r"\s+".join(re.escape(word) for word in text.split()))  # a plain text ignores case
        until = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < until:
            if self.page.locator("main").filter(has_text=words).count():
                break
            self.page.reload()
        self.sees(text)

    def does_not_see(self, text: str) -> None:
        expect(self.page.locator("main")).not_to_contain_text(text)

    # -- doing -------------------------------------------------------------------------------------------------

    def goes(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def follows(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("link", name=name).first.click()
        self.look()

    def finds(self, name: str) -> None:
        """Follow a link of a list, however many pages on it is."""
        link = self.page.get_by_role("main").get_by_role("link", name=name).first
        while link.count() == 0:
            self.page.locator("a[rel=next]").click()
            self.look()
        self.follows(name)

    def presses(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()
        self.look()

    def sends(self) -> None:
        """Press the one primary button of a page that holds a form, whatever it is called."""
        self.page.locator("main form .actions button.button").first.click()
        self.asked.clear()  # what was done changes what pages show
        self.look()

    def is_refused(self) -> None:
        """Send the form, which comes back; the browser writes the 422 down as an error."""
        self.page.locator("main form .actions button.button").first.click()
        expect(self.page.locator("main [role=alert], main .errors").first).to_be_visible()
        self.complaints = [one for one in self.complaints if "422" not in one]
        self.asked.clear()
        self.look()

    def chooses(self, field: str, value: str) -> None:
        """Choose a card by what it is called in the form; the click lands on its words, as a finger would."""
        self.page.locator(f"label:has(input[name={field}][value={value}])").click()

    def fills(self, field: str, text: str) -> None:
        self.page.locator(f"[name={field}]").fill(text)

    # -- the demo's banner -------------------------------------------------------------------------------------

    def banner(self) -> None:
        """Open the banner above the page, unless it is open."""
        if self.page.locator("aside.demo details[open]").count() == 0:
            self.page.locator("aside.demo summary").click()

    def waits(self, step: str) -> None:
        """Move the clock with one of the banner's buttons."""
        self.banner()
        self.page.locator("aside.demo").get_by_role("button", name=step).click()
        self.look()


Enter = Callable[..., AbstractContextManager[Visitor]]
"""Lets somebody of the cast in, by their key."""
