"""What a matrix says: for each severity and level after how long whom on which side. Pure.

It is kept as rows and edited as YAML; both are made from the same steps.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from handlers.ladders import HIGHEST, ROUND_THE_CLOCK, SECOND, How
from handlers.records.hours import Limit, any_time, hours_of, span
from handlers.vocabulary.address import Side, Visibility
from storage.models.escalation import EscalationStep

SEVERITIES = (1, 2, 3, 4)
LEVELS = (SECOND, HIGHEST)
POSTS = ("owner", "deputy", "executive")
"""Who holds it when it is needed is brought in; "executive" is the client's."""
LONGEST = timedelta(days=60)
_AFTER = re.compile(r"(\d{1,4})\s*(?:business\s+)?(minutes?|mins?|m|hours?|h|days?|d)", re.I)


class BadMatrix(ValueError):
    """A matrix that cannot be used; the message says what was read and a way to write it."""


@dataclass(frozen=True, slots=True)
class Named:
    """Who is brought in on one side: whoever holds a ``post``, or a person with perhaps a deputy; nothing of it: nobody."""

    post: str = ""
    person_id: int | None = None
    deputy_id: int | None = None


NOBODY = Named()


@dataclass(frozen=True, slots=True)
class Step:
    """One severity's level: reached ``after`` so long."""

    severity: int
    level: int
    after: Limit
    how: How = "told"
    who: Mapping[Side, Named] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, int]:
        """Each stands once in a matrix."""
        return self.severity, self.level


@dataclass(frozen=True, slots=True)
class Matrix:
    """The steps, worst severity and lowest level first."""

    steps: tuple[Step, ...]

    def step(self, severity: int, level: int) -> Step | None:
        """The step of a severity and level."""
        return next((each for each in self.steps if each.key == (severity, level)), None)

    def of(self, severity: int) -> list[Step]:
        """The steps of one severity, the lowest level first."""
        return [each for each in self.steps if each.severity == severity]

    @property
    def shared(self) -> str:
        """A digest of the part that binds both sides; it is the same while nothing of that part changes."""
        part = [
            (row.severity, row.level, row.side, row.after, row.how, row.post, row.person_id, row.deputy_id)
            for row in rows_of(self)
            if row.visibility == Visibility.SHARED
        ]
        return hashlib.sha256(json.dumps(part).encode()).hexdigest()[:16]


def checked(steps: Sequence[Step]) -> Matrix:
    """A matrix of these steps. Raises ``BadMatrix``: one twice, a level without the one below it, or one that comes sooner."""
    found: dict[tuple[int, int], Step] = {}
    for each in sorted(steps, key=lambda step: step.key):
        if each.key in found:
            raise BadMatrix(f"severity {each.severity}, level {each.level} stands here twice; keep one of them")
        below = found.get((each.severity, each.level - 1))
        if each.level > SECOND and below is None:
            raise BadMatrix(f"severity {each.severity} has a level {each.level} but no level 2; add level 2 before it")
        if below is not None and length(each.after, each.severity) <= length(below.after, each.severity):
            raise BadMatrix(
                f"severity {each.severity}, level {each.level}: after {after_text(each.after)} is not later than level 2 "
                f"({after_text(below.after)}); give it more time"
            )
        found[each.key] = each
    return Matrix(tuple(found.values()))


def after_of(text: str) -> Limit:
    """ "30 minutes", "4 hours", "2 days" as business time. Raises ``BadMatrix``."""
    found = _AFTER.fullmatch(" ".join(text.split()))
    if found is None:
        raise BadMatrix(f"after: {text[:40]!r} is no length of time; write for example 30 minutes, 4 hours or 2 days")
    count, unit = int(found[1]), found[2][0].casefold()
    limit = {"m": Limit(minutes=count), "h": Limit(hours=count), "d": Limit(days=count)}[unit]
    if not timedelta(0) < timedelta(minutes=limit.minutes, hours=limit.hours, days=limit.days) <= LONGEST:
        raise BadMatrix(
            f"after: {text[:40]!r} is not between 1 minute and {LONGEST.days} days; write for example 4 hours"
        )
    return limit


def after_text(after: Limit) -> str:
    """The same as people write it, "4 hours"."""
    return str(Limit(after.minutes, after.hours, after.days)).replace("business ", "")


def length(after: Limit, severity: int) -> timedelta:
    """How long that is, to compare: in working days of nine hours, for severity 1 in whole ones."""
    return span(after, any_time() if severity == ROUND_THE_CLOCK else hours_of("UTC", ""))


def with_step(matrix: Matrix, step: Step) -> Matrix:
    """The matrix with this step in place of the one it had. Raises ``BadMatrix``."""
    return checked([*(each for each in matrix.steps if each.key != step.key), step])


def with_person(step: Step, side: Side, named: Named, after: Limit) -> Step:
    """The step with somebody else on one side; whoever is named is told."""
    return replace(step, after=after, how="told", who={**step.who, side: named})


def rows_of(matrix: Matrix) -> list[EscalationStep]:
    """The steps as rows, each side apart: the client's highest level is the client's alone."""
    found = []
    for step in matrix.steps:
        for side in Side:
            named = step.who.get(side, NOBODY)
            inside = side is Side.CLIENT and step.level >= HIGHEST
            row = EscalationStep(
                matrix_id=0,
                severity=step.severity,
                level=step.level,
                side=side,
                after=after_text(step.after),
                how=step.how,
                post=named.post,
                person_id=named.person_id,
                deputy_id=named.deputy_id,
                visibility=Visibility.INTERNAL if inside else Visibility.SHARED,
            )
            found.append(row)
    return found


def from_rows(rows: Sequence[EscalationStep]) -> Matrix:
    """The matrix that was kept as these rows."""
    steps: dict[tuple[int, int], Step] = {}
    for row in rows:
        key = row.severity, row.level
        how: How = "summary" if row.how == "summary" else "told"
        step = steps.get(key) or Step(*key, after_of(row.after), how)
        named = Named(row.post, row.person_id, row.deputy_id)
        steps[key] = replace(step, who={**step.who, Side(row.side): named})
    return Matrix(tuple(steps[key] for key in sorted(steps)))
