"""A person at the room in a browser of their own. They find everything by visible words, roles and labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESK = (1280, 900)
PHONE = (390, 844)
PATIENCE = 10_000
"""Milliseconds a person waits for something to appear; one night of the room's clock is played in less."""


@dataclass
class Seat:
    """One person's browser. ``name`` is whose seat it is; a phone shows list, channel and thread one at a time."""

    page: Page
    name: str

    @property
    def phone(self) -> bool:
        """Whether the screen is narrow."""
        size = self.page.viewport_size
        return size is not None and size["width"] < 721

    # --- going about ---

    def sit_down(self, address: str, name: str) -> Seat:
        """Open the room and act as this person, by the list at the top."""
        self.page.goto(address)
        first = self.page.get_by_role("banner")
        first.get_by_text("Acting as").locator("..").click()
        self.page.get_by_role("list", name="Act as").get_by_role("link", name=name).click()
        expect(first.get_by_text("Acting as").locator("..")).to_contain_text(name)
        self.name = name
        return self

    def open(self, channel: str) -> Seat:
        """Open a channel from the list, at its end."""
        if self.phone:
            self.page.goto(re.sub(r"/c/.*", "/c", self.page.url))
        self.page.get_by_role("navigation", name="Channels").get_by_role("link", name=channel).click()
        expect(self.page.get_by_role("heading", level=1, name=channel)).to_be_visible()
        self.ready()
        return self

    def ready(self) -> None:
        """Wait until the page is live, as a person does without noticing."""
        expect(self.page.locator("html[data-live=yes]")).to_have_count(1)

    def next(self, leap: str) -> None:
        """Move the clock: "hour", "morning" or "Monday"."""
        clock = self.page.get_by_role("region", name="Clock")
        before = clock.get_by_role("time").inner_text()
        clock.get_by_role("button", name=f"Next {leap}").click()
        expect(clock.get_by_role("time")).not_to_have_text(before, timeout=3 * PATIENCE)

    # --- seeing ---

    def message(self, *words: str) -> Locator:
        """The newest message in which all these words stand, in the channel or the open thread."""
        found = self.page.get_by_role("article")
        for each in words:
            found = found.filter(has_text=each)
        return found.last

    def sees(self, *words: str) -> Locator:
        """Wait for a message with all these words."""
        found = self.message(*words)
        expect(found).to_be_visible(timeout=PATIENCE)
        return found

    def sees_nothing_of(self, words: str) -> None:
        """These words stand nowhere in the page, not even hidden."""
        assert words not in self.page.content(), f"{self.name} can read {words!r}"

    # --- acting ---

    def write(self, words: str) -> None:
        """Write into the channel and send it with Enter."""
        box = self.page.get_by_role("main").get_by_role("textbox", name=re.compile("^Write to"))
        box.fill(words)
        box.press("Enter")
        expect(box).to_have_value("")

    def open_thread(self, message: Locator) -> Seat:
        """Open the thread under a message: by its count of replies, or by its menu."""
        replies = message.get_by_role("link", name=re.compile(r"\d+ repl(y|ies)"))
        if replies.count():
            replies.click()
        else:
            self.menu(message, "Reply in thread")
        expect(self.page.get_by_role("complementary", name="Thread")).to_be_visible()
        self.ready()
        return self

    def reply(self, words: str) -> None:
        """Write into the open thread."""
        box = self.page.get_by_role("textbox", name="Reply in this thread")
        box.fill(words)
        box.press("Enter")
        expect(box).to_have_value("")

    def menu(self, message: Locator, entry: str) -> None:
        """Choose an entry of a message's menu."""
        message.hover()
        message.get_by_label(re.compile("^More for the message")).click()
        message.get_by_text(entry, exact=True).click()

    def press(self, message: Locator, button: str) -> None:
        """Press a button of a message's card."""
        message.get_by_role("button", name=button, exact=True).click()

    def guest_view(self, on: bool = True) -> None:
        """Look as a guest of a Slack channel, who can only write plain words; or back."""
        self.page.get_by_role("banner").get_by_text("Acting as").locator("..").click()
        entry = "Slack guest view: plain replies only" if on else "Full: commands, buttons, private answers"
        self.page.get_by_role("link", name=entry).click()
        self.ready()

    def form(self, title: str) -> Locator:
        """The form that is open."""
        found = self.page.get_by_role("dialog", name=title)
        expect(found).to_be_visible(timeout=PATIENCE)
        return found

    def no_form(self) -> None:
        """The form was accepted and is gone."""
        expect(self.page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE)

    def fits(self) -> None:
        """Nothing that is shown reaches beyond the screen's right edge."""
        self.ready()
        wide = self.page.evaluate("document.scrollingElement.scrollWidth")
        size = self.page.viewport_size
        assert size is not None and wide <= size["width"], f"{wide} px of content"
        beyond = self.page.evaluate(
            """[...document.querySelectorAll("body *")]
                .filter((each) => each.checkVisibility() && !each.closest(".unseen, svg"))
                .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
                .map((each) => each.outerHTML.slice(0, 80))"""
        )
        assert beyond == [], beyond


def tab_to(page: Page, wanted: Locator, most: int = 120) -> None:
    """Press Tab until this is focused, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.count() == 1 and wanted.evaluate("(each) => each === document.activeElement"):
            return
    raise AssertionError(f"Tab never reached {wanted}")


class Company:
    """Opens a browser window for each person, and keeps what happened in it for whoever looks into a failure."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self.windows: list[tuple[str, BrowserContext]] = []
        self.troubles: list[str] = []

    def seat(self, name: str, size: tuple[int, int] = DESK) -> Seat:
        """Sit this person down at the room, in a window of their own."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", locale="en-GB"
        )
        context.tracing.start(screenshots=True, snapshots=True)
        self.windows.append((name, context))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.troubles.append(f"{name}: {error}"))
        return Seat(page, name).sit_down(self._address, name)

    def leave(self, traces: Path | None) -> None:
        """Close every window; with a folder, keep each one's trace there."""
        for number, (name, context) in enumerate(self.windows):
            context.tracing.stop(path=traces / f"{number}-{name.split()[0].lower()}.zip" if traces else None)
            context.close()
