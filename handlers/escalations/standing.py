"""How a programme's matrix stands: what it says, who kept it, what the provider said to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handlers import places
from handlers.escalations.matrix import Matrix, Named, from_rows
from handlers.escalations.named import Directory, people_for
from handlers.escalations.written import usual
from handlers.ladders import HIGHEST
from handlers.records.record import names_of_sides
from handlers.vocabulary.address import Side
from handlers.vocabulary.route import Asker, Declined
from storage.models.escalation import EscalationMatrix
from storage.models.person import Person
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork

Row = tuple[int, int, Side]
"""Severity, level and side."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A matrix with the names it means today. ``kept`` None: the usual one. ``people`` are those a row turns to, the first
    first; ``unreached`` names those rows' first people who have no account."""

    programme: Programme
    provider: Provider
    matrix: Matrix
    kept: EscalationMatrix | None
    by: str
    agreed_by: str
    names: Mapping[Side, str]
    people: Mapping[Row, tuple[str, ...]]
    unreached: Mapping[Row, str] = field(default_factory=dict)

    @property
    def value(self) -> str:
        """What a button carries: the programme, and the version it was drawn for."""
        return f"{self.programme.id}:{self.number}"

    @property
    def number(self) -> int:
        """The version; 0 for the usual matrix."""
        return 0 if self.kept is None else self.kept.number

    @property
    def agreed_at(self) -> datetime | None:
        """When the provider gave its word."""
        return None if self.kept is None else self.kept.provider_agreed_at


def standing_of(programme: Programme, uow: UnitOfWork) -> Standing:
    """Gather what belongs to a programme's matrix; nothing is changed."""
    assert programme.id is not None
    provider = uow.providers.provider(programme.provider_id)
    assert provider is not None
    kept = uow.escalations.current(programme.id)
    matrix = usual() if kept is None or kept.id is None else from_rows(uow.escalations.steps(kept.id))
    people = {row: list(found) for row, found in _people(matrix, programme, uow)}
    return Standing(
        programme=programme,
        provider=provider,
        matrix=matrix,
        kept=kept,
        by="" if kept is None else _name(kept.created_by, programme, uow),
        agreed_by="" if kept is None else _name(kept.provider_agreed_by, programme, uow),
        names=names_of_sides(provider, uow),
        people={row: tuple(each.name for each in found[:2]) for row, found in people.items()},
        unreached={
            row: each.name for row, found in people.items() for each in found[:1] if places.direct_to(uow, each) is None
        },
    )


def _people(matrix: Matrix, programme: Programme, uow: UnitOfWork) -> list[tuple[Row, list[Person]]]:
    return [
        ((step.severity, step.level, side), list(people_for(step.who.get(side, Named()), programme, side, uow)))
        for step in matrix.steps
        for side in Side
    ]


def _name(person_id: int | None, programme: Programme, uow: UnitOfWork) -> str:
    return "" if person_id is None else Directory(programme, uow).name(person_id)


def find(programme_id: int, asker: Asker, uow: UnitOfWork) -> Programme:
    """The programme an asker means, if they may know of it. Raises ``Declined`` with the same words for what is missing and
    what is none of theirs."""
    for programme in places.programmes_seen_by(asker, uow):
        if programme.id == programme_id:
            return programme
    raise Declined("I know no such provider of yours. Type escalation in its channel to see who is brought in when.")


def shown_levels(*, internal: bool) -> tuple[tuple[int, Side], ...]:
    """The levels and sides a reader may know of: the client's highest one is the client's alone."""
    shared = ((2, Side.CLIENT), (2, Side.PROVIDER), (HIGHEST, Side.PROVIDER))
    return (*shared, (HIGHEST, Side.CLIENT)) if internal else shared
