"""Undo: a person's newest figures are taken back within ten minutes; what they replaced counts again."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from handlers.metrics import answers
from handlers.metrics.keeping import catalogue
from handlers.metrics.values import format_value
from handlers.metrics.voice import Thread, react_to, say_in
from handlers.metrics.weeks import WEEK
from handlers.records.past import Undoable
from handlers.vocabulary.events import FiguresReported
from handlers.vocabulary.outgoing import Answer, PrivateCard, Words
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.metrics import Figure
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
    lines = [_withdraw(each, uow, now) for each in undone]
    uow.audit.note(thread.audit("figures.undone", "figures", thread.programme.id, now))
    uow.happened(FiguresReported(thread.programme.id, thread.week))
    react_to(thread, "leftwards_arrow_with_hook", uow, now)
    say_in(thread, answers.line_card(thread.card_kind, f"Taken back. {'; '.join(lines)}."), "undone", uow, now)


def take_back(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Take the figures of one audit entry back, wherever they were given. Raises ``Declined`` when others came since."""
    rows = uow.metrics.figures(json.loads(entry.facts)["figures"])
    if any(each.superseded_at is not None for each in rows) or not rows:
        raise Declined(
            "Those figures were corrected since, so they are not taken back. A later figure corrects: oops SL 82%"
        )
    lines = [_withdraw(each, uow, now) for each in rows]
    undone = AuditEntry(
        installation_id=entry.installation_id,
        programme_id=entry.programme_id,
        at=now,
        person_id=asker.person_id,
        what="figures.undone",
        subject=entry.subject,
        subject_id=entry.subject_id,
        visibility=entry.visibility,
    )
    uow.audit.note(undone)
    for start in sorted({each.period_start for each in rows}):
        uow.happened(FiguresReported(entry.subject_id, start))
    text = f"Taken back. {'; '.join(lines)}."
    return Answer(card=PrivateCard(text=text, elements=(Words((text,)),)), done="Taken back.")


UNDOABLE = Undoable(frozenset({"figures.reported", "figures.corrected"}), take_back)


def _withdraw(figure: Figure, uow: UnitOfWork, now: datetime) -> str:
    """What counts instead, in words."""
    before = uow.metrics.withdraw(figure, now)
    metric = catalogue().get(figure.metric)
    again = "no figure again" if before is None else f"{format_value(metric, before.value)} again"
    return f"{metric.name}: {again}"
