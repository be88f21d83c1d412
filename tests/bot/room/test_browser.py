"""The room in a real browser: by visible words and roles, by keyboard alone, on a phone, and live on both sides."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from tests.bot.room.harness import Stage, furnish, stage

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


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A furnished room served on a free port of this machine."""
    if not CHROMIUM.exists():
        missing = f"{CHROMIUM} is not installed: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    made: Stage = stage(tmp_path_factory.mktemp("room"))
    asyncio.run(furnish(made))
    door = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(made.app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{door.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    door.close()
    made.database.dispose()


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def _page(browser: Browser, url: str, wide: int = 1280, high: int = 900) -> Page:
    """A page that fails its test on any script error or broken policy."""
    page = browser.new_context(viewport={"width": wide, "height": high}).new_page()
    page.set_default_timeout(8000)
    page.on("pageerror", lambda error: pytest.fail(f"the page's script failed: {error}"))
    page.goto(url)
    expect(page.locator("html[data-live=yes]")).to_have_count(1)
    return page


def test_both_sides_by_keyboard_and_live(browser: Browser, address: str) -> None:
    """The manager works by keyboard alone while the provider's page, open beside it, shows each step at once."""
    jose = _page(browser, f"{address}/as/jose/c/manila")
    maria = _page(browser, f"{address}/as/maria/c/manila")
    maria.keyboard.press("Tab")
    expect(maria.get_by_role("link", name="Skip to writing")).to_be_focused()
    maria.keyboard.press("Enter")
    maria.keyboard.type("Good morning Manila")
    maria.keyboard.press("Enter")
    expect(jose.get_by_text("Good morning Manila").first).to_be_visible()
    expect(jose.locator("#announcer")).to_contain_text("Maria Okafor: Good morning Manila")

    maria.keyboard.type("/vendor")
    maria.keyboard.press("Enter")
    expect(maria.get_by_text("Only visible to you")).to_be_visible()
    expect(jose.get_by_text("Only visible to you")).to_have_count(0)

    maria.get_by_role("button", name="Report an issue").last.focus()
    maria.keyboard.press("Enter")
    expect(maria.get_by_role("dialog", name="Report an issue")).to_be_visible()
    expect(maria.get_by_label("What happened")).to_be_focused()
    maria.keyboard.type("bad")
    maria.keyboard.press("Enter")
    expect(maria.get_by_text("is too short")).to_be_visible()
    expect(maria.get_by_label("What happened")).to_be_focused()
    expect(maria.get_by_label("What happened")).to_have_value("bad")
    maria.keyboard.type("ly refused refunds")
    maria.keyboard.press("Enter")
    expect(maria.get_by_role("dialog")).to_have_count(0)
    expect(maria.get_by_text("Issue reported. The card is in the channel.")).to_be_visible()

    maria.get_by_role("button", name="Metrics").last.focus()
    maria.keyboard.press("Enter")
    expect(maria.get_by_text("Noted. You have ten minutes to undo.")).to_be_visible()
    maria.get_by_role("button", name="Report an issue").last.focus()
    maria.keyboard.press("Enter")
    expect(maria.get_by_role("dialog")).to_be_visible()
    maria.keyboard.press("Escape")
    expect(maria.get_by_role("dialog")).to_have_count(0)
    expect(maria.get_by_role("button", name="Report an issue").last).to_be_focused()


def test_a_form_opened_right_after_another_was_closed_stays_open(browser: Browser, address: str) -> None:
    """The browser tells late that a form was closed: the next one, open by then, is not emptied by it."""
    page = _page(browser, f"{address}/as/maria/c/manila")
    answers = page.get_by_role("article").filter(has_text="Only visible to you")
    before = answers.count()
    page.get_by_role("textbox", name="Write to #manila-voice").fill("/vendor")
    page.keyboard.press("Enter")
    expect(answers).to_have_count(before + 1)
    answers.last.get_by_role("button", name="Report an issue").click()
    expect(page.get_by_role("dialog", name="Report an issue")).to_be_visible()
    page.evaluate("() => { const again = dialog.innerHTML; closeForm(); openForm(again); }")
    page.evaluate("() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))")
    expect(page.get_by_role("dialog", name="Report an issue")).to_be_visible()
    page.get_by_label("What happened").fill("bad")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is too short")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_happens_before_a_page_listens_is_shown_too(browser: Browser, address: str) -> None:
    """Between a page's drawing and its listening nothing is lost, however long that takes."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    jose = browser.new_context().new_page()
    jose.route("**/live?*", hold)
    jose.goto(f"{address}/as/jose/c/manila")
    maria = _page(browser, f"{address}/as/maria/c/manila")
    maria.get_by_role("textbox", name="Write to #manila-voice").fill("Said in between")
    maria.keyboard.press("Enter")
    expect(maria.get_by_text("Said in between").first).to_be_visible()
    held[0].continue_()
    expect(jose.get_by_text("Said in between").first).to_be_visible()


def test_the_week_goes_on_on_a_phone(browser: Browser, address: str) -> None:
    """At 390 px nothing is wider than the screen; list, talk and thread are pages of their own; the clock moves on."""
    page = _page(browser, f"{address}/as/jose/c", 390, 844)
    assert _fits(page)
    page.get_by_role("link", name="manila-voice").click()
    assert _fits(page)
    expect(page.get_by_role("navigation", name="Channels")).to_be_hidden()
    page.get_by_role("link", name="2 replies").click()
    expect(page.get_by_role("complementary", name="Thread")).to_be_visible()
    assert _fits(page)
    page.get_by_role("textbox", name="Reply in this thread").fill("oops AHT 6:25, SL 83%")
    page.get_by_role("button", name="Send").last.click()
    reply = page.get_by_role("article").filter(has_text="oops AHT 6:25, SL 83%")
    expect(reply.get_by_role("button", name="done: Parley")).to_be_visible()
    expect(page.get_by_text("3 replies", exact=True)).to_be_visible()
    page.get_by_role("button", name="Next Monday").click()
    expect(page.get_by_role("region", name="Clock").get_by_text("Mon 30 Nov, 17:00")).to_be_visible()
    page.get_by_role("link", name="Back to manila-voice").click()
    expect(page.get_by_role("link", name="3 replies")).to_be_visible()


@pytest.mark.parametrize("wide", [730, 800, 900, 1010])
def test_every_window_holds_what_is_in_it(browser: Browser, address: str, wide: int) -> None:
    """On a tablet or in half a screen the clock, the seat and the talk stand within the window."""
    page = _page(browser, f"{address}/as/maria/c/manila", wide, 800)
    assert _fits(page)
    page.context.close()


def test_home_on_a_phone_live_and_by_keyboard(browser: Browser, address: str) -> None:
    """Home fits a phone; a card opens over it and closes again; what happens elsewhere renews it and keeps the focus."""
    page = _page(browser, f"{address}/as/maria/home", 390, 844)
    assert _fits(page)
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    page.get_by_role("button", name="Open", exact=True).press("Enter")
    expect(page.get_by_role("dialog", name="Only visible to you")).to_be_visible()
    assert _fits(page)
    page.get_by_role("dialog").get_by_role("button", name="Report an issue").click()
    expect(page.get_by_label("What happened")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Take it").focus()
    page.evaluate("document.querySelector('#home .item').dataset.old = 'yes'")
    jose = _page(browser, f"{address}/as/jose/c/manila")
    jose.get_by_role("textbox", name="Write to #manila-voice").fill("One agent is back")
    jose.keyboard.press("Enter")
    expect(page.locator("#home [data-old]")).to_have_count(0)
    expect(page.get_by_role("button", name="Take it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("ten minutes to undo")).to_be_visible()
    page.get_by_role("link", name="All channels").click()
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="Needs you")).to_be_visible()


def test_home_works_without_script(browser: Browser, address: str) -> None:
    """With scripts off a line's button shows its card on the page of Home, and a form can be sent from there."""
    page = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{address}/as/ellen/home")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("1 issue open")).to_be_visible()
    page.get_by_role("link", name="Close").click()
    page.get_by_role("button", name="Report it").click()
    page.get_by_label("What happened").fill("Refunds are refused")
    page.get_by_role("button", name="Report issue").click()
    expect(page.get_by_text("Issue reported")).to_be_visible()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()


def test_reading_and_writing_work_without_script(browser: Browser, address: str) -> None:
    """With scripts off one still reads, writes, opens a form and sees its problems."""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}/as/ellen/c/manila")
    page.get_by_role("textbox", name="Write to #manila-voice").fill("Written without script")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Written without script")).to_be_visible()
    page.get_by_role("button", name="Report an issue").first.click()
    page.get_by_label("What happened").fill("bad")
    page.get_by_role("button", name="Report issue").click()
    expect(page.get_by_text("is too short")).to_be_visible()


def _fits(page: Page) -> bool:
    """Nothing that is shown reaches beyond the screen's right edge, once style and script are there."""
    expect(page.locator("html[data-live=yes]")).to_have_count(1)
    wider = page.evaluate(
        """[...document.querySelectorAll("body *")]
            .filter((each) => each.checkVisibility() && !each.closest(".unseen, svg"))
            .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
            .map((each) => each.outerHTML.slice(0, 60) + each.getBoundingClientRect().right)"""
    )
    assert wider == [], wider
    return True
