"""The README's pictures, made again from the real program on the ready example: ``python -m tests.pictures``, or with
``teams`` or ``room`` behind it only those.

Each is a window as a person sees it, at twice the size; nothing is drawn by hand. Those of Teams are the example's own cards
in the official renderer, which npm fetches.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Locator, sync_playwright

from tests.journeys.browser.program import ROOT, program
from tests.journeys.browser.seat import ARGUMENTS, CHROMIUM, DESK, PHONE, Seat
from tests.teams_pictures.packages import Unavailable
from tests.teams_pictures.pictures import make

FOLDER = ROOT / "docs" / "pictures"
MOMENT = "2026-03-02T08:40:00+00:00"
"""A Monday in London, just after the weekly digests."""
LARGEST = 350 * 1024
"""Bytes a picture may have: the README must open quickly."""

Shown = Callable[[Browser, str, Path], None]


def main(which: str) -> int:
    """Make the pictures; 1 if one is too large or cannot be made. ``which`` is "room", "teams" or "" for all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    makers = {"room": _room, "teams": _teams}
    if which not in ("", *makers):
        print(f"{which!r} is not room, teams or nothing")
        return 2
    try:
        made = [path for name, make_them in makers.items() if which in ("", name) for path in make_them()]
    except Unavailable as reason:
        print(reason)
        return 1
    sizes = {path: os.path.getsize(path) for path in made}
    for path, size in sizes.items():
        print(f"{path.relative_to(ROOT)}  {size // 1024} KB{'  TOO LARGE' if size > LARGEST else ''}")
    return int(max(sizes.values()) > LARGEST)


def _teams() -> list[Path]:
    return make(FOLDER, MOMENT)


def _room() -> list[Path]:
    with tempfile.TemporaryDirectory() as home, program(Path(home), MOMENT) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, show in PICTURES.items():
            show(browser, address, FOLDER / f"{name}.png")
        browser.close()
    return [FOLDER / f"{name}.png" for name in PICTURES]


def _seat(browser: Browser, address: str, name: str, size: tuple[int, int] = DESK, scale: float = 1.5) -> Seat:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        reduced_motion="reduce",
        color_scheme="light",
    )
    return Seat(context.new_page(), name).sit_down(address, name)


def _window(seat: Seat, path: Path) -> None:
    seat.page.mouse.move(1, 1)
    seat.page.screenshot(path=path, animations="disabled")


def digest(browser: Browser, address: str, path: Path) -> None:
    """The newest weekly digest, as the manager sees it in the shared channel."""
    seat = _seat(browser, address, "Maya Brooks", (1180, 1240), 1.25).open("northwind-shared")
    message = seat.sees("Northwind Manila, 16–22 February 2026", "Next digest")
    _pictures_drawn(message)
    _to_the_top(message)
    _window(seat, path)


def phone(browser: Browser, address: str, path: Path) -> None:
    """The same digest's beginning on a provider's phone."""
    seat = _seat(browser, address, "Jo Santos", PHONE, 2).open("northwind-shared")
    message = seat.sees("Northwind Manila, 16–22 February 2026", "Next digest")
    _pictures_drawn(message)
    _to_the_top(message)
    _window(seat, path)


def wizard(browser: Browser, address: str, path: Path) -> None:
    """The second of the four forms that set a provider up."""
    seat = _seat(browser, address, "Maya Brooks", (900, 760)).open("savanna-shared")
    seat.write("/vendor")
    seat.press(seat.sees("This channel is not set up yet"), "Set up this channel")
    form = seat.form("Set up: 1 of 4")
    form.get_by_label("Provider").fill("Savanna Support")
    form.get_by_label("Country of their site").fill("Ghanna")
    form.get_by_role("button", name="Next: metrics").click()
    form.get_by_text("did you mean Ghana").wait_for()
    _window(seat, path)


def issue(browser: Browser, address: str, path: Path) -> None:
    """An issue that waits for the client, and its story in the thread."""
    seat = _seat(browser, address, "Jo Santos", (1280, 820)).open("northwind-shared")
    seat.open_thread(seat.sees("Issue 1: Refund calls", "Waited so far"))
    thread = seat.page.get_by_role("complementary")
    card = seat.page.get_by_role("main").get_by_role("article").filter(has_text="Issue 1: Refund calls")
    _to_the_top(card.filter(has_text="Waited so far").last)
    _to_the_top(thread.get_by_role("article").filter(has=seat.page.get_by_text("ack", exact=True)).last)
    _window(seat, path)


def reminder(browser: Browser, address: str, path: Path) -> None:
    """A morning's reminder in its owner's own conversation with the bot."""
    seat = _seat(browser, address, "Jo Santos", (900, 620)).open("Parley")
    seat.sees("Good morning", "Retrain the refund queue")
    _window(seat, path)


def figures(browser: Browser, address: str, path: Path) -> None:
    """A request for figures, a plain reply, and what was read."""
    manager = _seat(browser, address, "Maya Brooks").open("northwind-shared")
    manager.next("morning")
    manager.next("morning")
    seat = _seat(browser, address, "Jo Santos", (1280, 820)).open("northwind-shared")
    seat.open_thread(seat.sees("Figures for 23 February", "please send 5 figures"))
    seat.reply("SL 82% AHT 6:52 QA good")
    seat.sees("I could not read")
    seat.reply("oops AHT 6:25")
    seat.sees("was 6:52, both are kept")
    _window(seat, path)


def agenda(browser: Browser, address: str, path: Path) -> None:
    """The agenda of the next review, posted ahead, with a line of the provider's."""
    lead = _seat(browser, address, "Jo Santos").open("northwind-shared")
    lead.open_thread(lead.sees("Agenda: Weekly operations review", "Begin review"))
    lead.reply("agenda: How we staff the Easter week")
    seat = _seat(browser, address, "Maya Brooks", (1080, 1600), 1.1).open("northwind-shared")
    _to_the_top(seat.sees("Agenda: Weekly operations review", "Easter week", "Begin review"))
    _window(seat, path)


def minutes(browser: Browser, address: str, path: Path) -> None:
    """What a review left behind, from the provider's side."""
    seat = _seat(browser, address, "Jo Santos", (1080, 640), 1.25).open("northwind-shared")
    _to_the_top(seat.sees("Minutes: Weekly operations review, Thursday 26 February"))
    _window(seat, path)


def plan(browser: Browser, address: str, path: Path) -> None:
    """The tracker of a plan that both sides agreed to."""
    seat = _seat(browser, address, "Maya Brooks", (1080, 1120), 1.25).open("northwind-shared")
    message = seat.sees("Plan 1: Service level fell under 80", "Northwind Manila does")
    _pictures_drawn(message)
    _to_the_top(message)
    _window(seat, path)


def home(browser: Browser, address: str, path: Path) -> None:
    """The manager's Home: what needs her first."""
    seat = _seat(browser, address, "Maya Brooks", (1080, 1240), 1.25)
    _to_home(seat)
    _window(seat, path)


def home_phone(browser: Browser, address: str, path: Path) -> None:
    """The same page's beginning on her phone."""
    seat = _seat(browser, address, "Maya Brooks", PHONE, 2)
    _to_home(seat)
    _window(seat, path)


def escalation(browser: Browser, address: str, path: Path) -> None:
    """Who is brought in, after how long, when an issue is late."""
    seat = _seat(browser, address, "Maya Brooks", (1080, 900), 1.25).open("northwind-shared")
    seat.write("/vendor escalation")
    _to_the_top(seat.sees("Who is brought in", "not agreed yet"))
    _window(seat, path)


def settings(browser: Browser, address: str, path: Path) -> None:
    """The page of one's own settings."""
    seat = _seat(browser, address, "Jo Santos", (900, 760)).open("Parley")
    seat.write("mornings")
    _to_the_top(seat.sees("My settings"))
    _window(seat, path)


def _to_home(seat: Seat) -> None:
    if seat.phone:
        seat.page.get_by_role("link", name="All channels").click()
    seat.page.get_by_role("navigation", name="Channels").get_by_role("link", name="Home").click()
    seat.page.get_by_role("heading", name="Needs you").wait_for()


def _to_the_top(message: Locator) -> None:
    message.evaluate("(each) => each.scrollIntoView({ block: 'start' })")


def _pictures_drawn(message: Locator) -> None:
    """Wait until the charts in a message are there."""
    message.get_by_role("img").first.wait_for()
    message.page.wait_for_function("[...document.images].every((each) => each.complete && each.naturalWidth)")


PICTURES: dict[str, Shown] = {
    "digest": digest,
    "phone": phone,
    "wizard": wizard,
    "issue": issue,
    "reminder": reminder,
    "agenda": agenda,
    "minutes": minutes,
    "plan": plan,
    "escalation": escalation,
    "settings": settings,
    "home": home,
    "home-phone": home_phone,
    "figures": figures,
}
"""By file name, in the order they are made: the last one moves the clock."""

if __name__ == "__main__":
    sys.exit(main("".join(sys.argv[1:2])))
