"""What is answered to figures: they are kept, and what was read is said back, with what is still to ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from handlers.metrics import answers
from handlers.metrics.keeping import catalogue, keep
from handlers.metrics.ledger import Kept, Source
from handlers.metrics.metric import Metric
from handlers.metrics.requests import missing_of
from handlers.metrics.said import Unread, read_said
from handlers.metrics.values import format_value
from handlers.replies.words import Figures
from storage.models.metrics import TrackedMetric
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork


def take(
    figures: Figures,
    unread: Sequence[Unread],
    programme: Programme,
    tracked: Sequence[TrackedMetric],
    week: date,
    source: Source,
    words: str,
    uow: UnitOfWork,
    now: datetime,
) -> answers.Echo:
    """Keep the figures of a message for a week; answers what to say about it."""
    assert programme.id is not None
    definitions = {each.metric: each.definition for each in tracked}
    said = read_said(figures, catalogue(), definitions, week)
    kept, refused = keep(uow, programme, said.given, source, now, words)
    return echo_of(kept, refused, programme, tracked, week, uow, unread=(*said.unread, *unread), absent=said.absent)


def echo_of(
    kept: Sequence[Kept],
    refused: Sequence[str],
    programme: Programme,
    tracked: Sequence[TrackedMetric],
    week: date,
    uow: UnitOfWork,
    *,
    unread: Sequence[Unread] = (),
    absent: Sequence[Metric] = (),
) -> answers.Echo:
    """What is answered to figures that were kept."""
    assert programme.id is not None
    followed = {each.metric for each in tracked}
    lines = tuple(_line(each, followed) for each in kept)
    missing = tuple(each for each in missing_of(uow, programme.id, tracked, week) if each not in absent)
    ask = any(line.bare for line in lines) and _first_time(programme, uow)
    return answers.Echo(week, lines, tuple(unread), tuple(absent), tuple(refused), missing, ask)


def _line(kept: Kept, followed: set[str]) -> answers.Line:
    metric = catalogue().get(kept.row.metric)
    before = "" if kept.before is None else format_value(metric, kept.before.value)
    return answers.Line(
        metric,
        format_value(metric, kept.row.value),
        before=before,
        bare=bool(metric.denominator) and kept.row.denominator is None and kept.state != "unchanged",
        known=kept.state == "unchanged",
        extra=metric.id not in followed,
    )


def _first_time(programme: Programme, uow: UnitOfWork) -> bool:
    """Whether the volume is neither known nor was asked for before; notes that it is asked now."""
    if uow.settings.get(f"volume:{programme.id}") or uow.settings.get(f"volume.asked:{programme.id}"):
        return False
    uow.settings.set(f"volume.asked:{programme.id}", "yes")
    return True
