"""Undo: a person's newest figures are taken back within ten minutes; what they replaced counts again."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.metrics import answers
from handlers.metrics.keeping import catalogue
from handlers.metrics.values import format_value
from handlers.metrics.voice import Thread, react_to, say_in
from handlers.metrics.weeks import WEEK
from handlers.vocabulary.events import FiguresReported
from storage.unit_of_work import UnitOfWork

UNDO_WITHIN = timedelta(minutes=10)


def undo(thread: Thread, uow: UnitOfWork, now: datetime) -> None:
    """Take this person's newest figures of the week back; what they replaced counts again."""
    assert thread.programme.id is not None
    rows = [
        each
        for each in uow.metrics.between(thread.programme.id, thread.week, thread.week + WEEK)
        if each.reported_by == thread.asker.person_id and each.reported_at >= now - UNDO_WITHIN
    ]
    newest = max((each.reported_at for each in rows), default=None)
    undone = [each for each in rows if each.reported_at == newest]
    if not undone:
        line = "There is nothing of yours from the last ten minutes to take back. A later figure corrects: oops SL 82%"
        say_in(thread, answers.line_card(thread.card_kind, line), "undone", uow, now)
        return
    lines = []
    for each in undone:
        before = uow.metrics.withdraw(each, now)
        metric = catalogue().get(each.metric)
        again = "no figure again" if before is None else f"{format_value(metric, before.value)} again"
        lines.append(f"{metric.name}: {again}")
    uow.audit.note(thread.audit("figures.undone", "figures", thread.programme.id, now))
    uow.happened(FiguresReported(thread.programme.id, thread.week))
    react_to(thread, "leftwards_arrow_with_hook", uow, now)
    say_in(thread, answers.line_card(thread.card_kind, f"Taken back. {'; '.join(lines)}."), "undone", uow, now)
