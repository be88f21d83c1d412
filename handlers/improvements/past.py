"""A plan's history in words: who drafted, changed, agreed to and closed it, and what each change said before and after."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from babel.dates import format_date

from handlers.improvements import consent, terms
from handlers.improvements.content import Content, load
from handlers.improvements.standing import not_found
from handlers.metrics.keeping import catalogue
from handlers.metrics.values import short_value
from handlers.records import past
from handlers.records.past import Change, Past, Step, Storied
from handlers.records.record import may_see
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.route import Asker
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork

SAID = ("plan.drafted", "plan.edited")
"""Entries whose words are what the plan said before and says since."""
BY_FIGURES = ("plan.drafted", "plan.closed", "plan.reopened")
"""What no person does is done by time, but for these."""
STATES = {
    "draft": "draft",
    "proposed": "proposed to both companies",
    "agreed": "agreed by both sides",
    "done": "called done",
    "closed": "closed",
    "withdrawn": "withdrawn",
}
PARTS = ("title", "problem", "cause", "containment", "metric", "target", "hold_periods", "milestones", "intended")
NAMES = dict(
    zip(
        PARTS,
        (
            "Title",
            "Problem",
            "Cause",
            "For now",
            "Figure",
            "Target",
            "Periods to hold",
            "Milestones",
            "Intended actions",
        ),
        strict=True,
    )
)


def tell(plan_id: int, asker: Asker, uow: UnitOfWork) -> Past:
    """Everything that happened to a plan, if the asker may see it; what happened to it as a draft is the client's alone.

    Raises ``Declined`` as for one that is not there.
    """
    plan = uow.plans.get(plan_id)
    if plan is None or not may_see(plan, asker, uow):
        raise not_found()
    entries = [each for each in uow.audit.of("plan", plan_id) if _may_read(each, asker)]
    steps = tuple(_step(each, uow) for each in entries)
    return Past(f"Plan {plan.number}: {plan.title}", steps, terms.look(plan))


def numbered(number: int, asker: Asker, uow: UnitOfWork) -> int | None:
    """The id behind a number, if the asker may know of it."""
    plan = uow.plans.numbered(asker.installation_id, number)
    return plan.id if plan is not None and may_see(plan, asker, uow) else None


STORIED = Storied(numbered, tell)


def _may_read(entry: AuditEntry, asker: Asker) -> bool:
    return asker.side is Side.CLIENT or entry.visibility == Visibility.SHARED


def _step(entry: AuditEntry, uow: UnitOfWork) -> Step:
    changes = past.changed(entry, {"state": ("Status", _state)})
    words = uow.audit.words(entry) or ""
    if entry.what in SAID:
        changes, words = (*_said(words), *changes), ""
    told = consent.TOLD.get(entry.what, "changed it")
    if entry.person_id is None:
        told = {"plan.milestone": "looked at its milestones"}.get(entry.what, told)
    who = "the figures" if entry.person_id is None and entry.what in BY_FIGURES else past.who(entry, uow)
    return Step(entry.at, who, told, changes, words)


def _state(state: str) -> str:
    return STATES.get(state, state)


def _said(words: str) -> Sequence[Change]:
    """How an edit changed what the plan says; nothing where it was new, or its author's words were erased."""
    was_kept, is_kept = json.loads(words) if words else ("", "")
    if not was_kept:
        return ()
    before, after = load(was_kept), load(is_kept)
    both = ((name, _shown(before, name), _shown(after, name)) for name in PARTS)
    return [Change(NAMES[name], was, now) for name, was, now in both if was != now]


def _shown(content: Content, name: str) -> str:
    if name == "milestones":
        return ", ".join(
            f"{each.words or _value(each.target, content.metric)} by {_day(each.check_on)}"
            for each in content.milestones
        )
    if name == "intended":
        return ", ".join(f"{each.title} by {_day(each.due_on)}" for each in content.intended)
    if name == "metric":
        known = catalogue().metrics.get(content.metric)
        return content.metric if known is None else known.name
    if name == "target":
        return _value(content.target, content.metric)
    value = getattr(content, name)
    return "" if value is None else str(value)


def _value(value: Decimal | None, metric: str) -> str:
    """A target as people write it ("80 %"); the bare number where the plan's figure is unknown."""
    if value is None:
        return ""
    known = catalogue().metrics.get(metric)
    return str(value) if known is None else short_value(known, value)


def _day(day: date) -> str:
    return format_date(day, "d MMMM y", locale="en_GB")
