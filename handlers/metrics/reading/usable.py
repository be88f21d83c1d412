"""Which rows may be used: they have a period and a provider, are complete, are there once and report something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from handlers.metrics.reading.checks import not_reported
from handlers.metrics.reading.columns import Column, Role
from handlers.metrics.reading.draft import Draft
from handlers.metrics.reading.periods import Period
from handlers.metrics.reading.places import Whose, whose
from handlers.metrics.reading.preview import Defaults

SILENT = "every count is zero: read as not reported, never as zero"
NOT_COMPLETE = frozenset({"false", "no", "0", "n", "f", "partial"})


def usable_rows(
    draft: Draft,
    columns: Mapping[Role, Column],
    periods: Sequence[Period | None],
    counts: Sequence[Mapping[Role, Decimal | None]],
    said: Defaults,
) -> dict[int, tuple[Whose, Period]]:
    """Provider and period by the place of each usable row; the others are refused with their reason."""
    usable: dict[int, tuple[Whose, Period]] = {}
    first: dict[tuple[Whose, Period], int] = {}
    for place, period in enumerate(periods):
        if period is None:
            continue
        owner = whose(draft.table.rows[place], columns, said)
        if owner is None:
            draft.refuse_row(place, "the provider is missing")
        elif not_reported(counts[place]):
            draft.refuse_row(place, SILENT)
        elif _partial(draft, columns, place):
            draft.refuse_row(place, "a partial interval")
        elif (owner, period) in first:
            draft.refuse_row(place, _again(draft, first[owner, period], period))
        else:
            first[owner, period] = place
            usable[place] = (owner, period)
    return usable


def _partial(draft: Draft, columns: Mapping[Role, Column], place: int) -> bool:
    column = columns.get(Role.INTERVAL_COMPLETE)
    return column is not None and draft.table.rows[place].cells[column.place].casefold() in NOT_COMPLETE


def _again(draft: Draft, place: int, period: Period) -> str:
    hour = ", or the hour that comes twice when clocks go back: export with the zone" if period.moment else ""
    return f"the same provider, queue and period as row {draft.table.rows[place].number}: a repeated row{hour}"
