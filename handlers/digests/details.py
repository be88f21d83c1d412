"""Where each figure of a digest came from, one line a metric."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from handlers.metrics.formulas import spoken
from handlers.metrics.states import State
from handlers.vocabulary.outgoing import Text
from storage.models.metrics import Figure
from storage.unit_of_work import UnitOfWork


def detail_lines(states: Sequence[State], uow: UnitOfWork) -> list[Text]:
    """Value, counts, formula and source of each reported figure; nothing for what is missing."""
    wanted = [row.id for state in states if not state.missing for row in state.rows]
    figures = {figure.id: figure for figure in uow.metrics.figures(wanted)} if wanted else {}
    lines: list[Text] = []
    for state in states:
        given = [figures[row.id] for row in state.rows if row.id in figures]
        if given and not state.missing:
            source = _source(given, uow)
            lines.append(
                (
                    f"{state.metric.name} {state.shown}{_counts(given)}. {spoken(state.followed.tracked.definition)}. {source}",
                )
            )
    return lines


def _counts(given: Sequence[Figure]) -> str:
    if any(each.numerator is None or each.denominator is None for each in given):
        return ""
    upper = sum((each.numerator for each in given if each.numerator is not None), Decimal(0))
    lower = sum((each.denominator for each in given if each.denominator is not None), Decimal(0))
    return f": {upper:,.0f} of {lower:,.0f}"


def _source(given: Sequence[Figure], uow: UnitOfWork) -> str:
    last = given[-1]
    person = None if last.reported_by is None else uow.people.get(last.reported_by)
    by = "" if person is None else f" by {person.name}"
    several = f"{len(given)} figures, the last " if len(given) > 1 else ""
    return f"{several}{last.how.capitalize() if not several else last.how}{by}, {last.reported_at.day} {last.reported_at:%B}."
