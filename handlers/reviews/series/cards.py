"""What is said about review series: the card both companies read, the lines under it, and what one person is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.records.lines import line_card
from handlers.reviews.calendars.cards import MINE
from handlers.reviews.planning import Coming
from handlers.reviews.series import preview
from handlers.reviews.series.forms import occasion_of
from handlers.reviews.series.samples import sample, sample_file
from handlers.reviews.series.standing import SeriesStanding
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Element,
    Facts,
    File,
    Item,
    Link,
    Listing,
    Note,
    PrivateCard,
    SharedCard,
    Strong,
    Text,
    Tone,
    When,
    Words,
)

SETUP = "review.setup"
HOLD = "review.unskip"
MOST_HELD = 3
"""How many reviews that were left out have a button on one card."""


def series_card(standing: SeriesStanding, file: File) -> SharedCard:
    """The series as both companies see it: its rhythm with its clock, the next date in both zones, the calendar file."""
    series = standing.series
    if series.state != "active":
        said = f"{series.name} is over: no more reviews are planned in it."
        return SharedCard(said, series.name, elements=(Words((said,)), file))
    elements: tuple[Element, ...] = (Facts(tuple(_facts(standing))), file, Note(_note(standing)))
    return SharedCard(
        f"{series.name}: {standing.rhythm}. Next: {_next_day(standing)}.",
        series.name,
        elements=elements,
        buttons=(*_buttons(standing), MINE),
    )


def _facts(standing: SeriesStanding) -> list[tuple[str, Text]]:
    series, upcoming = standing.series, standing.next
    rows: list[tuple[str, Text]] = [("When", (f"{standing.rhythm}, {series.minutes} minutes",))]
    if upcoming is not None:
        rows.append(("Next", (preview.occasion(upcoming, standing.sides),)))
        rows.append(("By your clock", (When(upcoming.at, standing.series.anchor_zone),)))
        if upcoming.reason:
            rows.append(("Moved", (f"from {preview.planned_day(upcoming)}: {upcoming.reason}",)))
    if series.link:
        rows.append(("Meeting", (Link("Join here", series.link),)))
    return rows


def _note(standing: SeriesStanding) -> Text:
    return (
        "A date on a holiday of either side moves, and says so. Nobody is invited by name: pass the date on to "
        "whoever should come.",
    )


def _buttons(standing: SeriesStanding) -> tuple[Button, ...]:
    upcoming = standing.next
    if upcoming is None:
        return (Button("review.dates", "See dates", str(standing.id)),)
    return (
        Button("review.dates", "See dates", str(standing.id)),
        Button("review.move", "Move next", str(occasion_of(upcoming, standing))),
        Button("review.line", "Add agenda line", str(upcoming.review_id) if upcoming.review_id else ""),
    )


def change_card(said: Text, why: str = "") -> SharedCard:
    """A line under the series' card: what changed. The calendar file that says the same comes with the card."""
    return line_card(said, SharedCard, why=why)


def taken_back_card(said: str, was: str) -> SharedCard:
    """A line whose change was taken back: its words stay, under a word about that."""
    return SharedCard(said, elements=(Words((Strong(said),)), Note((was,))))


def dates_card(
    standing: SeriesStanding,
    *,
    said: str = "",
    warnings: Sequence[str] = (),
    undo: str = "",
    arrange: bool = True,
    manage: bool = False,
) -> PrivateCard:
    """The next occurrences in both zones for one person. ``undo`` is what the button that takes something back carries."""
    series, upcoming = standing.series, standing.next
    before: tuple[Element, ...] = (Words((said,)),) if said else ()
    shown = tuple(preview.lines(standing.coming, standing.sides))
    warned = tuple(Note((each,)) for each in (*warnings, *filter(None, (standing.cut_short,))))
    rhythm = () if standing.rhythm in said else (Words((f"{standing.rhythm[:1].upper()}{standing.rhythm[1:]}",)),)
    elements: tuple[Element, ...] = (*before, *rhythm, Listing(shown), *warned)
    buttons = [Button("review.undo", "Undo", undo)] if undo else []
    if arrange and upcoming is not None:
        value = str(occasion_of(upcoming, standing))
        buttons += [Button("review.move", "Move one", value), Button("review.skip", "Skip one", value)]
    if arrange:
        buttons += hold_buttons(standing)
    if manage and series.state == "active":
        buttons += [
            Button("review.edit", "Edit", str(standing.id)),
            Button("review.agenda.edit", "Edit agenda", str(standing.id)),
            Button("review.end_series", "End series", str(standing.id), "danger"),
        ]
    text = said or f"{series.name}: {_dates(standing)}."
    return PrivateCard(text, series.name, elements=elements, buttons=tuple(buttons))


def left_out(standing: SeriesStanding) -> list[Coming]:
    """What a person left out and is still to come, the soonest first."""
    return [
        each
        for each in standing.coming
        if each.state == "skipped" and each.moved_by == "person" and each.review_id is not None
    ]


def hold_buttons(standing: SeriesStanding) -> list[Button]:
    """The way back for what was left out: with its day where there are several."""
    found = left_out(standing)[:MOST_HELD]
    return [
        Button(
            HOLD, "Hold it after all" if len(found) == 1 else f"Hold {preview.day(each)} after all", str(each.review_id)
        )
        for each in found
    ]


def _dates(standing: SeriesStanding) -> str:
    """ "the next 8 dates"; where the contract leaves fewer, "the last 3 dates"."""
    count = sum(each.is_held for each in standing.coming)
    if not count:
        return "no date is planned"
    return f"the {'last' if standing.ends else 'next'} {'date' if count == 1 else f'{count} dates'}"


def state_card(
    standings: Sequence[SeriesStanding], programme: str, programme_id: int, *, manage: bool, suggestion: str = ""
) -> PrivateCard:
    """Which reviews there are with a provider, each with its next date and what can be done about it."""
    buttons = (Button(SETUP, "Set up a review", str(programme_id)),) if manage else ()
    if not standings:
        said = f"No reviews are set up with {programme} yet."
        more = (Note((suggestion,)),) if suggestion else ()
        return PrivateCard(said, "Reviews", elements=(Words((said,)), *more), buttons=buttons)
    items = tuple(_item(each) for each in standings)
    soonest = min((each for each in standings if each.next), key=_next_at, default=None)
    said = f"Reviews with {programme}" if soonest is None else f"Next: {soonest.series.name}, {_next_day(soonest)}."
    return PrivateCard(said, f"Reviews with {programme}", elements=items, buttons=(*buttons, MINE))


def _next_at(standing: SeriesStanding) -> datetime:
    return standing.series.created_at if standing.next is None else standing.next.at


def _next_day(standing: SeriesStanding) -> str:
    if standing.next is not None:
        return preview.occasion(standing.next, standing.sides)
    return "no date is planned" + (f", the contract ends on {standing.ends}" if standing.ends else "")


def _item(standing: SeriesStanding) -> Item:
    upcoming = standing.next
    moved = f" (moved: {upcoming.reason})" if upcoming is not None and upcoming.moved_by and upcoming.reason else ""
    text: Text = (Strong(standing.series.name), f", {standing.rhythm}. Next: {_next_day(standing)}{moved}")
    return Item(text, _buttons(standing))


def confirm_card(said: str, undo: str, when: str = "") -> PrivateCard:
    """Done, for one person, with the way back."""
    more = (Note((when,)),) if when else ()
    return PrivateCard(
        said, tone=Tone.GOOD, elements=(Words((said,)), *more), buttons=(Button("review.undo", "Undo", undo),)
    )


def examples() -> list[AnyCard]:
    """Cards as they are meant to be."""
    standing = sample()
    state = state_card([standing], "Northwind Manila", 1, manage=True)
    empty = state_card([], "Northwind Manila", 1, manage=True, suggestion="Good for both sides on Thursdays: 09:00.")
    moved = change_card(("“Weekly operations review” moves. Jo Santos: half of us travel",))
    return [
        series_card(standing, sample_file()),
        dates_card(
            standing,
            said="“Weekly operations review” is set up.",
            warnings=("Outside hours.",),
            undo="series:1",
            manage=True,
        ),
        state,
        empty,
        moved,
        taken_back_card("Jo Santos took this back.", "“Weekly operations review” moves."),
        confirm_card("Moved to Friday 6 March 09:30 (London) · 17:30 (Manila).", "review:1", "17:30 is late."),
    ]


def worst_cases() -> list[AnyCard]:
    """Names, reasons and places as long or as odd as they can be."""
    cards: list[AnyCard] = []
    for words in ("<!channel> *bold* `code` [a](https://evil.example)", "مراجعة \u202eאבג 10:00", "x" * 300):
        standing = sample(name=words[:80], reason=words, link=f"https://meet.example.com/{'y' * 470}")
        cards += [
            series_card(standing, sample_file()),
            dates_card(standing, said=words, warnings=(words,) * 3, undo="series:1", manage=True),
            state_card([standing] * 8, words, 1, manage=True),
            change_card((words,), words),
        ]
    return cards
