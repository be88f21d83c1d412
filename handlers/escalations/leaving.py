"""Whoever left is brought in no more: their successor is, else the deputy they had, else who holds the post (S2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from handlers.escalations import keeping
from handlers.escalations.matrix import NOBODY, Matrix, Named, Step, from_rows
from handlers.ladders import HIGHEST
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import OwnerChanged, PersonLeft
from storage.unit_of_work import UnitOfWork


def owner_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Somebody takes over all that a leaver had here, and with it their place in the matrix."""
    assert isinstance(event, OwnerChanged)
    before = uow.people.get(event.before)
    if before is not None and before.left_at is not None:
        _replace(event.programme_id, event.before, event.after, uow, now)


def person_left(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Somebody left: wherever a matrix still names them, somebody else stands in their place from now on."""
    assert isinstance(event, PersonLeft)
    for kept in uow.escalations.naming(event.person_id):
        _replace(kept.programme_id, event.person_id, None, uow, now)


def _replace(programme_id: int, leaver: int, successor: int | None, uow: UnitOfWork, now: datetime) -> None:
    kept, programme = uow.escalations.current(programme_id), uow.providers.programme(programme_id)
    if kept is None or kept.id is None or programme is None:
        return
    was = from_rows(uow.escalations.steps(kept.id))
    matrix = Matrix(tuple(without(step, leaver, successor) for step in was.steps))
    if matrix != was:
        keeping.keep(matrix, programme, None, uow, now, keeping.HANDED)


def without(step: Step, leaver: int, successor: int | None) -> Step:
    """The step with nobody who left in it. Pure."""
    who: Mapping[Side, Named] = {
        side: _passed_on(named, leaver, successor, step, side) for side, named in step.who.items()
    }
    return replace(step, who=who)


def _passed_on(named: Named, leaver: int, successor: int | None, step: Step, side: Side) -> Named:
    if named.deputy_id == leaver:
        named = replace(named, deputy_id=None)
    if named.person_id != leaver:
        return named
    if successor is not None and successor != named.deputy_id:
        return replace(named, person_id=successor)
    if named.deputy_id is not None:
        return Named(person_id=named.deputy_id)
    if step.level >= HIGHEST:
        return Named(post="executive") if side is Side.CLIENT else NOBODY
    return Named(post="deputy")
