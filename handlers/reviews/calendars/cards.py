"""What one person is told about their own calendar address. Nobody else ever reads any of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Code,
    Element,
    Facts,
    Listing,
    Note,
    PrivateCard,
    Strong,
    Text,
    Tone,
    When,
    Words,
)
from storage.models.calendar import CalendarFeed

ASK, ASK_NEW, NEW = "review.calendar", "review.calendar.ask_new", "review.calendar.new"
ASK_STOP, STOP = "review.calendar.ask_stop", "review.calendar.stop"
TITLE = "My calendar address"
MINE = Button(ASK, TITLE)
"""The button under whatever tells when reviews are."""
MAKE, AGAIN = Button(NEW, "Make an address"), Button(ASK_NEW, "New address")
_END = Button(ASK_STOP, "Stop it", style="danger")
_REVIEWS = Button("review.list", "Reviews")
NAMED = 3
"""Names told; more are counted."""
HOW: tuple[Text, ...] = (
    (Strong("Google Calendar"), " (at a computer): Other calendars, +, From URL, paste it, Add calendar."),
    (Strong("Outlook"), ": Add calendar, Subscribe from web, paste it, Import."),
    (Strong("Apple Calendar"), ": File, New Calendar Subscription, paste it, Subscribe."),
)

HOW_HERE: tuple[Text, ...] = (
    HOW[2],
    (Strong("Thunderbird"), ": New Calendar, On the Network, paste it, Subscribe."),
)
"""Where the address works on this machine only: Google's and Outlook's servers cannot reach it."""


def address_card(address: str, shown: Sequence[str], *, for_a_while: bool = False) -> PrivateCard:
    """The address, the only time it is told; ``shown`` are names of what it shows. ``for_a_while``: it stands in a message that
    shows it no more after an hour."""
    said = "This is your own calendar address. Add it once, and your calendar follows every change by itself."
    here = address.startswith("http://")
    how = Listing(HOW_HERE if here else HOW)
    elements: list[Element] = [Words((said,)), Words((Code(address),)), how, Note((_shows(shown),))]
    if here:
        elements.append(
            Note(("It works on this machine only: for programs here, not for Google's or Outlook's servers.",))
        )
    stands = "This message shows it for one hour; then I have" if for_a_while else "It is told only now: I keep"
    elements.append(Note((f"{stands} no copy of it. Whoever has it can read these dates, so keep it to yourself.",)))
    buttons = (AGAIN, _END)
    return PrivateCard(said, TITLE, elements=tuple(elements), buttons=buttons)


def state_card(feed: CalendarFeed, shown: Sequence[str], zone: str, *, works: bool) -> PrivateCard:
    """How an address stands that was told before. ``works``: calendars can reach it."""
    said = "You have a calendar address. It was told once, and I keep no copy: lost, it can only be replaced."
    read: Text = ("not yet",) if feed.read_at is None else (When(feed.read_at, zone),)
    rows: list[tuple[str, Text]] = [("Made", (When(feed.made_at, zone),)), ("Last read", read)]
    notes = (
        [(_shows(shown),)] if works else [("Nothing reaches it just now: whoever runs Parley took its address away.",)]
    )
    words: Text = ("Or write ", Code("review calendar new"), " or ", Code("review calendar stop"), ".")
    new = (AGAIN,) if works else ()
    return PrivateCard(
        said,
        TITLE,
        elements=(Words((said,)), Facts(tuple(rows)), *(Note(each) for each in notes), Note(words)),
        buttons=(*new, _END),
    )


def offer_card(*, again: bool) -> PrivateCard:
    """A way to the address where the answer itself would be kept until somebody looks. ``again``: there is one already, which
    stops."""
    said = "Press the button to get your calendar address. It is told only then."
    if again:
        said = "Press the button to get a new calendar address. The present one stops at once."
    return PrivateCard(
        said, TITLE, elements=(Words((said,)),), buttons=(Button(NEW, "Show my address", style="primary"),)
    )


def ask_new_card() -> PrivateCard:
    """Before an address is replaced."""
    said = "A new address stops the present one at once, in every calendar that reads it. That cannot be undone."
    return _asking(said, Button(NEW, "Make a new one", style="danger"), "review calendar new now")


def ask_stop_card() -> PrivateCard:
    """Before an address is stopped."""
    said = "Stopped, your address shows nothing any more, in every calendar that reads it. That cannot be undone."
    return _asking(said, Button(STOP, "Stop it", style="danger"), "review calendar stop now")


def _asking(said: str, button: Button, words: str) -> PrivateCard:
    hint: Text = ("Without a button: write ", Code(words), ".")
    keep = Button(ASK, "Keep it")
    return PrivateCard(said, TITLE, Tone.WARN, elements=(Words((said,)), Note(hint)), buttons=(button, keep))


def stopped_card() -> PrivateCard:
    """It was stopped."""
    said = "Your calendar address is stopped. Take the calendar out of your program too; it would only show an error."
    return PrivateCard(said, TITLE, Tone.GOOD, elements=(Words((said,)),), buttons=(Button(NEW, "New address"),))


def gone_card() -> PrivateCard:
    """What stands where an address stood."""
    said = "Your calendar address stood here for an hour. It works on; lost, it can only be replaced."
    buttons = (AGAIN, _END)
    return PrivateCard(said, TITLE, elements=(Words((said,)),), buttons=buttons)


def without_card(*, stop: bool) -> PrivateCard:
    """There is no address outside under which calendars could reach Parley. ``stop``: one was made before."""
    said = (
        "Calendars cannot reach me here, so there is no address to add. The calendar file of each series stands with its "
        "card in the channel both companies share: open it from there."
    )
    operator: Text = (
        "Whoever runs Parley can change that: ",
        Code("PARLEY_PUBLIC_URL"),
        " has to be its https address.",
    )
    stopping = (Button(ASK_STOP, "Stop mine", style="danger"),) if stop else ()
    return PrivateCard(said, TITLE, elements=(Words((said,)), Words(operator)), buttons=(_REVIEWS, *stopping))


def _shows(shown: Sequence[str]) -> str:
    """ "It shows the reviews of A, B, C and 4 more: names, times, meeting links. Nothing else."."""
    if not shown:
        return "No reviews are planned yet. It shows them as soon as they are: names, times and meeting links."
    more = len(shown) - NAMED
    named = ", ".join(each[:60] for each in shown[:NAMED])
    return f"It shows {named}{f' and {more} more' if more > 0 else ''}: names, times and meeting links of reviews. Nothing else."


_ADDRESS = "https://parley.example.com/calendar/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE.ics"
_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _sample(read_at: datetime | None = None) -> CalendarFeed:
    return CalendarFeed(id=1, secret_digest="0" * 64, person_id=1, made_at=_AT, read_at=read_at)


def examples() -> list[AnyCard]:
    """Cards as they are meant to be."""
    shown = ("Northwind Manila", "Sunrise Kraków")
    return [
        address_card(_ADDRESS, shown),
        address_card("http://127.0.0.1:8080/calendar/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE.ics", ()),
        address_card(_ADDRESS, ("Weekly operations review",), for_a_while=True),
        state_card(_sample(), shown, "Europe/London", works=True),
        state_card(_sample(_AT), shown, "Europe/London", works=False),
        offer_card(again=False),
        offer_card(again=True),
        ask_new_card(),
        ask_stop_card(),
        stopped_card(),
        gone_card(),
        without_card(stop=True),
    ]


def worst_cases() -> list[AnyCard]:
    """Names and addresses as long or as odd as they can be."""
    cards: list[AnyCard] = []
    for words in ("<!channel> *bold* `code` [a](https://evil.example)", "مراجعة \u202eאבג 10:00", "x" * 300):
        cards += [
            address_card(f"https://{'y' * 200}.example/calendar/{'z' * 43}.ics", (words,) * 9, for_a_while=True),
            state_card(_sample(_AT), (words,) * 9, "Asia/Manila", works=True),
        ]
    return cards
