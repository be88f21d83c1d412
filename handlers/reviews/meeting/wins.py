"""What went well since the last review: praise that was said in the channel, and what both sides finished."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from handlers.agendas import Scope
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.outgoing import Element, Listing, Strong, Text
from storage.unit_of_work import UnitOfWork

MOST = 6
"""Lines of praise and of finished work that are shown, each; the rest is counted."""
FIRST = timedelta(days=92)
"""How far back the first review of a series looks: a whole quarter, the longest cadence."""


def section(scope: Scope, uow: UnitOfWork) -> Sequence[Element]:
    """Kudos by their author, then issues closed and actions accepted; only what both companies know of."""
    programme_id = scope.programme.id
    assert programme_id is not None
    span = programme_id, scope.since or scope.now - FIRST, scope.now
    praise = [(f"“{win.words}” ", f"({_name(win.said_by, uow)})") for win in uow.wins.between(*span)]
    finished: list[Text] = [
        (Strong(f"{called} {each.number}"), f" {word}: {each.title}")
        for called, word, records in (
            ("Issue", "closed", uow.issues.closed_between(*span)),
            ("Action", "done", uow.actions.closed_between(*span)),
        )
        for each in records
        if each.state == "accepted" and each.visibility == Visibility.SHARED
    ]
    lines: list[Text] = [*praise[:MOST], *finished[:MOST]]
    more = len(praise) + len(finished) - len(lines)
    return (Listing(tuple(lines), more),) if lines else ()


def _name(person_id: int, uow: UnitOfWork) -> str:
    person = uow.people.get(person_id)
    return "somebody" if person is None else person.name
