"""Action items on a review's agenda: what is overdue on either side, and what falls due next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.actions import rules, terms
from handlers.actions.standing import Standing, standing_of, today_of
from handlers.agendas import Scope
from handlers.calendar import due_text
from handlers.records.record import names_of_sides
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Element, Listing, Strong, Text, Words
from storage.actions import OPEN
from storage.models.action import ActionItem
from storage.unit_of_work import UnitOfWork

MOST = 5
"""How many items a part names; the rest is counted."""


def section(scope: Scope, uow: UnitOfWork) -> Sequence[Element]:
    """Both sides by name with what is overdue there, the client's as plainly as the provider's; then the next to fall due
    and what waits for a yes. Items of one company alone do not enter."""
    programme = scope.programme
    assert programme.id is not None
    shared = [each for each in uow.actions.unfinished_of(programme.id) if each.visibility == Visibility.SHARED]
    if not shared:
        return (Words(("No open action items.",)),)
    late = [each for each in shared if _is_late(each, scope.now, uow)]
    late_ids = {each.id for each in late}
    coming = [each for each in shared if each.id not in late_ids]
    said: list[Element] = [_overdue(scope, late, uow)]
    if coming:
        lines = tuple(line(standing_of(each, uow), scope.now) for each in coming[:MOST])
        said += [Words((Strong("Coming up"),)), Listing(lines, max(0, len(coming) - MOST))]
    return said


def line(standing: Standing, now: datetime) -> Text:
    """One item: number, title, owner, and how its due day stands."""
    item = standing.item
    open_still = item.state in OPEN
    state = due_text(item.due_on, standing.owner_today(now)) if open_still else terms.status_within(standing)
    blocked = " · blocked" if item.state == "blocked" else ""
    return Strong(f"Action {item.number}"), f": {item.title} · {standing.owner.name} · {state}{blocked}"


def _is_late(item: ActionItem, now: datetime, uow: UnitOfWork) -> bool:
    owner = uow.people.get(item.owner_id)
    return owner is not None and rules.is_overdue(item, today_of(owner, now))


def _overdue(scope: Scope, late: Sequence[ActionItem], uow: UnitOfWork) -> Element:
    if not late:
        return Words(("Nothing overdue on either side.",))
    names = names_of_sides(scope.provider, uow)
    lines: list[Text] = []
    more = 0
    for side in (Side.PROVIDER, Side.CLIENT):
        theirs = [each for each in late if each.side == side]
        who = Strong(f"{names[side]}: ")
        more += max(0, len(theirs) - MOST)
        lines += [(who, *line(standing_of(each, uow), scope.now)) for each in theirs[:MOST]] or [
            (who, "nothing overdue")
        ]
    return Listing(tuple(lines), more)
