"""Action items on a review's agenda: what is overdue on either side, and what falls due next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.actions import rules, terms
from handlers.actions.standing import Standing, standing_of
from handlers.agendas import Scope
from handlers.calendar import due_text
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Element, Listing, Strong, Text, Words
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
    standings = [standing_of(each, uow) for each in shared]
    late = [each for each in standings if rules.is_overdue(each.item, each.owner_today(scope.now))]
    late_ids = {each.id for each in late}
    coming = [each for each in standings if each.id not in late_ids]
    said: list[Element] = [_overdue(standings[0], late, scope.now)]
    if coming:
        said += [Words((Strong("Coming up"),)), _listing(coming, scope.now)]
    return said


def line(standing: Standing, now: datetime) -> Text:
    """One item: number, title, owner, and how its due day stands."""
    item = standing.item
    open_still = item.state in rules.OPEN
    state = due_text(item.due_on, standing.owner_today(now)) if open_still else terms.status(standing).lower()
    blocked = " · blocked" if item.state == "blocked" else ""
    return Strong(f"Action {item.number}"), f": {item.title} · {standing.owner.name} · {state}{blocked}"


def _overdue(names: Standing, late: Sequence[Standing], now: datetime) -> Element:
    if not late:
        return Words(("Nothing overdue on either side.",))
    lines: list[Text] = []
    more = 0
    for side in (Side.PROVIDER, Side.CLIENT):
        theirs = [each for each in late if each.owner_side is side]
        who = Strong(f"{names.names[side]}: ")
        more += max(0, len(theirs) - MOST)
        lines += [(who, *line(each, now)) for each in theirs[:MOST]] or [(who, "nothing overdue")]
    return Listing(tuple(lines), more)


def _listing(standings: Sequence[Standing], now: datetime) -> Listing:
    shown = standings[:MOST]
    return Listing(tuple(line(each, now) for each in shown), len(standings) - len(shown))
