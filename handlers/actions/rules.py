"""What is decided about an action item: its usual due day, and who is late. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from handlers.calendar import WorkHours, next_business_day
from handlers.vocabulary.address import Side
from storage.actions import OPEN
from storage.models.action import ActionItem

USUAL_SPAN = 5
"""Business days until an action item is due when nobody says a day."""
CLOSED = ("accepted", "not doing")


def usual_due(today: date, hours: WorkHours) -> date:
    """Five business days after ``today``, in the owner's own calendar."""
    return next_business_day(today, hours, USUAL_SPAN)


def is_overdue(item: ActionItem, today: date) -> bool:
    """Whether the owner is late; ``today`` is the day at the owner's place. What waits for a yes is not late."""
    return item.state in OPEN and item.due_on < today


def overdue(items: Iterable[ActionItem], people_today: Mapping[int, date]) -> dict[Side, list[ActionItem]]:
    """The overdue items of each side, longest overdue first. Both sides are always there.

    ``people_today`` maps an owner's person id to the day at their own place.
    """
    late: dict[Side, list[ActionItem]] = {side: [] for side in Side}
    for item in sorted(items, key=lambda each: (each.due_on, each.number)):
        if is_overdue(item, people_today[item.owner_id]):
            late[Side(item.side)].append(item)
    return late
