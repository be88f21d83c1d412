"""What a morning's message tells besides reminders: what happened while its reader was away, their week, the daily pulse.

What came by itself meanwhile and waited for the morning is the last part. These parts are a picture of that morning and stay as they were; the reminders above them go with the times. Each part begins
with a heading of its own, by which it is found again in a message that stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.vocabulary.outgoing import AnyCard, Button, Element, Heading, PrivateCard
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

AWAY = "While you were away"
WEEK, WAITED, NEXT, FINISHED = "Your week", "The other side waits for", "Your next reviews", "Finished last week"
PULSE = "What changed with your providers"
ALSO = "Also for you"
HEADINGS = (AWAY, WEEK, WAITED, NEXT, FINISHED, PULSE, ALSO)
"""The headings by which parts are found; no provider's name stands as one of them."""
WEEKLY = (WEEK, WAITED, NEXT, FINISHED)
WHY_WEEK = "On the first working day of your week all that is yours comes in one message, with that day's reminders."
WHY_PULSE = "You steer these providers, and something changed since the last morning."
WHY_ALSO = "What would have come as a message of its own stands in this one."
WHY_AWAY = "This is your first morning back."

Pulse = Callable[[Person, UnitOfWork, datetime, bool], PrivateCard | None]
"""What changed for a manager since the last morning, or None; the flag says that their weekly list stands in its place."""


@dataclass(frozen=True, slots=True)
class More:
    """Parts below the reminders. ``lead`` is the first line where nothing is due."""

    elements: tuple[Element, ...] = ()
    lead: str = ""

    def has(self, *headings: str) -> bool:
        """Whether one of these parts is there."""
        return any(isinstance(each, Heading) and each.text in headings for each in self.elements)

    @property
    def why(self) -> str:
        """Why these parts came."""
        said = (
            (WHY_AWAY, (AWAY,)),
            (WHY_WEEK, WEEKLY),
            (WHY_PULSE, (PULSE,)),
            (WHY_ALSO, (ALSO,)),
        )
        return " ".join(words for words, headings in said if self.has(*headings))

    @property
    def buttons(self) -> tuple[Button, ...]:
        """How to do without them."""
        week = (Button("reminder.weekly", "No weekly list", "off"),) if self.has(*WEEKLY) else ()
        return (*week, Button("pulse.switch", "No daily pulse", "off")) if self.has(PULSE) else week


def together(parts: Sequence[More]) -> More:
    """Several parts in one message; their first lines follow each other."""
    lead = " ".join(each.lead for each in parts if each.lead)
    return More(tuple(element for each in parts for element in each.elements), lead)


def without_also(parts: More) -> More:
    """The parts without the last one, of what waited for the morning."""
    for index, element in enumerate(parts.elements):
        if isinstance(element, Heading) and element.text == ALSO:
            return More(parts.elements[:index], parts.lead if index else "")
    return parts


def kept(card: AnyCard) -> More:
    """The parts of a message that stands."""
    for index, element in enumerate(card.elements):
        if isinstance(element, Heading) and element.text in HEADINGS:
            return More(card.elements[index:], card.text)
    return More()
