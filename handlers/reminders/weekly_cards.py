"""The weekly list as parts of a morning's message."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.reminders.more import FINISHED, NEXT, WAITED, WEEK, More
from handlers.reminders.week import Line, YourWeek
from handlers.vocabulary.outgoing import Element, Heading, Item, Note, Strong, Text, Tone, When, Words

LISTED = 6
"""Lines of a part; with three parts and the reminders above them the message still fits a phone."""
LONGEST = 120


def week(held: YourWeek) -> More:
    """The parts of somebody's week; none where there is nothing to say."""
    if held.is_empty:
        return More()
    elements = [
        *_part(WEEK, held.mine, held.zone),
        *_part(WAITED, held.waited, held.zone),
        *_part(NEXT, held.reviews, held.zone),
        *_finished(held.finished),
        *(Words((line,)) for line in held.dropped),
    ]
    return More(tuple(elements), _lead(held))


def _lead(held: YourWeek) -> str:
    said = []
    if held.mine:
        late = sum(line.late for line in held.mine)
        said.append(f"{_count(len(held.mine), 'thing')} of yours this week{f', {late} overdue' if late else ''}.")
    if held.waited:
        said.append(f"The other side waits for {_count(len(held.waited), 'word')} of yours.")
    if held.finished:
        said.append(f"You finished {_count(len(held.finished), 'thing')} last week. Thank you.")
    if held.dropped:
        said.append(
            f"{_count(len(held.dropped), 'draft')} nobody touched {'is' if len(held.dropped) == 1 else 'are'} withdrawn."
        )
    return " ".join(said)


def _part(heading: str, lines: Sequence[Line], zone: str) -> list[Element]:
    if not lines:
        return []
    left = len(lines) - LISTED
    found: list[Element] = [Heading(heading), *(_item(line, zone) for line in lines[:LISTED])]
    return [*found, Note((f"And {left} more.",))] if left > 0 else found


def _item(line: Line, zone: str) -> Item:
    words = f" {cut(line.title)}" if line.title else ""
    stands = f"{line.stands} " if line.stands and line.at is not None else line.stands
    moment: Text = () if line.at is None else (When(line.at, zone),)
    text: Text = (Strong(line.name), f"{words}: {stands}", *moment)
    return Item(text, line.buttons, Tone.WARN if line.late else Tone.PLAIN)


def _finished(titles: Sequence[str]) -> list[Element]:
    if not titles:
        return []
    named = ", ".join(cut(title) for title in titles[:3])
    more = f" and {len(titles) - 3} more" if len(titles) > len(titles[:3]) else ""
    return [Heading(FINISHED), Words((f"{named}{more}. Thank you.",))]


def cut(text: str) -> str:
    """A title that fits into a line."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
