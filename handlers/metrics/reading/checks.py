"""Identity checks: counts that contradict each other betray a column that is not what its name says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from handlers.metrics.reading.columns import Column, Role

Counts = Mapping[Role, Decimal | None]
"""The counts of one row; "answered within" stands for the smallest threshold's."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The sum of ``parts`` can be at most ``whole``; when it mostly is not, ``suspect`` is to blame."""

    parts: tuple[Role, ...]
    whole: Role
    suspect: Role

    @property
    def words(self) -> str:
        """ "answered + abandoned exceeds offered"."""
        verb = "exceed" if len(self.parts) > 1 else "exceeds"
        return f"{' + '.join(part.value for part in self.parts)} {verb} {self.whole.value}"


IDENTITIES = (
    Identity((Role.ANSWERED,), Role.OFFERED, Role.OFFERED),
    Identity((Role.ANSWERED_WITHIN,), Role.ANSWERED, Role.ANSWERED_WITHIN),
    Identity((Role.ANSWERED, Role.ABANDONED), Role.OFFERED, Role.ABANDONED),
    Identity((Role.SHORT_ABANDONS,), Role.ABANDONED, Role.SHORT_ABANDONS),
    Identity((Role.ABANDONED_WITHIN,), Role.ABANDONED, Role.ABANDONED_WITHIN),
    Identity((Role.TRANSFERRED,), Role.ANSWERED, Role.TRANSFERRED),
)


@dataclass(frozen=True, slots=True)
class Findings:
    """Roles whose column is refused with the reason, and places of rows that contradict themselves."""

    columns: Mapping[Role, str]
    rows: Mapping[int, str]


def check(counts: Sequence[Counts]) -> Findings:
    """Apply every identity; a column that fails in most rows is refused, else the failing rows are."""
    columns: dict[Role, str] = {}
    rows: dict[int, str] = {}
    for identity in IDENTITIES:
        if columns.keys() & {*identity.parts, identity.whole}:
            continue
        judged = [place for place, row in enumerate(counts) if _judged(identity, row)]
        failing = [place for place in judged if _excess(identity, counts[place]) > 0]
        if 2 * len(failing) > len(judged):
            columns[identity.suspect] = _reason(identity, [counts[place] for place in judged], len(failing))
        else:
            rows.update({place: _row_reason(identity, counts[place]) for place in failing if place not in rows})
    return Findings(columns, rows)


def _judged(identity: Identity, row: Counts) -> bool:
    return all(row.get(role) is not None for role in (*identity.parts, identity.whole))


def _excess(identity: Identity, row: Counts) -> Decimal:
    return sum((row[part] or Decimal(0) for part in identity.parts), Decimal(0)) - (row[identity.whole] or Decimal(0))


def _reason(identity: Identity, judged: Sequence[Counts], failing: int) -> str:
    said = f"{identity.words} in {failing} of {len(judged)} rows"
    both = sum((row[identity.suspect] or Decimal(0)) >= (row.get(Role.ANSWERED) or Decimal(0)) for row in judged)
    if identity.suspect is Role.ABANDONED and 10 * both >= 9 * len(judged):
        return f"{said}; it seems to hold answered and abandoned together"
    return said


def _row_reason(identity: Identity, row: Counts) -> str:
    parts = " + ".join(f"{row[part]}" for part in identity.parts)
    return f"{identity.words} ({parts} > {row[identity.whole]})"


def not_reported(row: Counts) -> bool:
    """Every count of the row is zero: that is how many exports write "not reported"."""
    known = [value for value in row.values() if value is not None]
    return len(known) > 1 and not any(known)


def contradiction(column: Column, values: Sequence[Decimal | None], counts: Sequence[Counts]) -> str:
    """Why a column of abandonment percentages cannot be true: more abandoned than were left unanswered."""
    judged = [
        (value, 100 * (offered - answered) / offered)
        for value, row in zip(values, counts, strict=True)
        if value is not None and (offered := row.get(Role.OFFERED)) and (answered := row.get(Role.ANSWERED)) is not None
    ]
    beyond = [(value, most) for value, most in judged if value > most + 1]
    if 2 * len(beyond) <= len(judged):
        return ""
    value, most = beyond[0]
    said = f"contradicts the counts in {len(beyond)} of {len(judged)} rows"
    return f"{said}: says {value} % where at most {most:.1f} % were unanswered"
