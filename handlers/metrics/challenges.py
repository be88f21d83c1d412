"""A figure is disputed: it stays, is marked, and the other side's owner is asked. A corrected figure settles it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from handlers.metrics import answers
from handlers.metrics.keeping import catalogue
from handlers.metrics.said import example_reply, short_of
from handlers.metrics.values import format_value
from handlers.metrics.voice import Thread, react_to, say_in
from handlers.metrics.weeks import WEEK, week_label
from handlers.places import mention
from handlers.replies.words import ChallengeFigure
from handlers.vocabulary.events import FiguresReported
from storage.models.metrics import TrackedMetric
from storage.unit_of_work import UnitOfWork


def challenged(uow: UnitOfWork, programme_id: int, week: date) -> frozenset[int]:
    """The ids of the week's figures that are disputed."""
    kept = uow.settings.get(_name(programme_id, week))
    return frozenset(json.loads(kept)) if kept else frozenset()


def challenge(
    word: ChallengeFigure, thread: Thread, tracked: Sequence[TrackedMetric], uow: UnitOfWork, now: datetime
) -> None:
    """Mark the week's figure of a metric as challenged and ask the other side; say so if there is none."""
    assert thread.programme.id is not None
    rows = [
        each
        for each in uow.metrics.between(thread.programme.id, thread.week, thread.week + WEEK)
        if each.metric == word.metric
    ]
    if word.metric is None or not rows:
        _nothing_there(word, thread, tracked, uow, now)
        return
    ids = [each.id for each in rows if each.id is not None]
    before = challenged(uow, thread.programme.id, thread.week)
    uow.settings.set(_name(thread.programme.id, thread.week), json.dumps(sorted(before | set(ids))))
    for figure_id in ids:
        uow.audit.note(thread.audit("figure.challenged", "figure", figure_id, now), word.words)
    uow.happened(FiguresReported(thread.programme.id, thread.week))
    react_to(thread, "eyes", uow, now)
    metric = catalogue().get(word.metric)
    owner = uow.providers.accountable(thread.programme.id, thread.asker.side.other)
    asked = (mention(uow, owner), ", please have a look. ") if owner is not None else ()
    shown = format_value(metric, rows[0].value) if len(rows) == 1 else "the figure"
    said = f"{thread.asker.name} challenges {metric.name} {shown} ({week_label(thread.week)}). "
    settle = f"It is marked as challenged until a corrected figure comes, for example {example_reply((metric,))}."
    say_in(thread, answers.line_card(thread.card_kind, said, *asked, settle), "challenge", uow, now)


def _nothing_there(
    word: ChallengeFigure, thread: Thread, tracked: Sequence[TrackedMetric], uow: UnitOfWork, now: datetime
) -> None:
    known = ", ".join(short_of(catalogue().get(each.metric)) for each in tracked if each.metric in catalogue().metrics)
    line = f"There is no figure called {word.name!r} for {week_label(thread.week)}. Figures here: {known or 'none'}."
    react_to(thread, "question", uow, now)
    say_in(thread, answers.line_card(thread.card_kind, line), "challenge", uow, now)


def _name(programme_id: int, week: date) -> str:
    return f"challenged:{programme_id}:{week.isoformat()}"
