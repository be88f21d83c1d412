"""What every change of an action item has in common: the record, its timer, the audit entry, the card, the event.

The state before is kept in the audit entry (ids, states and days only), so that the change can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from handlers import schedules
from handlers.actions import voice
from handlers.actions.rules import CLOSED
from handlers.actions.standing import Standing, standing_of
from handlers.records import history, posting
from handlers.vocabulary.events import ActionChanged, ActionClosed
from handlers.vocabulary.route import Asker
from storage.models.action import ActionItem
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork

PLAIN = ("state", "owner_id", "side")
MOMENTS = ("acknowledged_at", "done_at", "accept_by", "closed_at")
ASKING = ("action.done",)
"""Changes whose line in the thread asks the other side for a yes, with buttons to answer by."""
ACCEPT = "action.accept"
"""Subject of the timer after which silence accepts."""


def facts_of(item: ActionItem) -> dict[str, Any]:
    """An action item's state without anybody's words, as the audit log keeps it."""
    return {**history.state_of(item, PLAIN, MOMENTS), "due_on": item.due_on.isoformat()}


def restore(item: ActionItem, before: Mapping[str, Any]) -> None:
    """Put an action item back to the state that ``facts_of`` wrote down."""
    history.put_back(item, before, PLAIN, MOMENTS)
    item.due_on = date.fromisoformat(before["due_on"])


def keep(
    item: ActionItem,
    before: Mapping[str, Any] | None,
    what: str,
    asker: Asker | None,
    uow: UnitOfWork,
    now: datetime,
    words: str = "",
) -> tuple[Standing, str]:
    """Keep a change that was made to ``item`` and show it. ``asker`` None: time made it, nobody did.

    Answers how it stands now, and the ``once`` for the one line this change may say in the thread.
    """
    uow.actions.save(item)
    set_timer(item, uow)
    entry = note(item, before, what, asker, uow, now, words)
    standing = standing_of(item, uow)
    voice.show_card(standing, uow, now)
    if before is not None and before["state"] != item.state:
        posting.settle_asked(entry, ASKING, uow, now)
    was = None if before is None else before["owner_id"]
    uow.happened(ActionChanged(standing.id, was if was != item.owner_id else None))
    if item.state in CLOSED and before is not None and before["state"] not in CLOSED:
        uow.happened(ActionClosed(standing.id))
    return standing, posting.line_name(entry)


def note(
    item: ActionItem,
    before: Mapping[str, Any] | None,
    what: str,
    asker: Asker | None,
    uow: UnitOfWork,
    now: datetime,
    words: str = "",
) -> AuditEntry:
    """Write a change into the audit log."""
    return history.note(item, "action", what, (before, facts_of(item)), asker, uow, now, words)


def set_timer(item: ActionItem, uow: UnitOfWork) -> None:
    """Silence accepts what was called done; anything else has no timer."""
    assert item.id is not None
    if item.state == "done" and item.accept_by is not None:
        schedules.once_at(uow, ACCEPT, item.id, item.installation_id, item.accept_by)
    else:
        schedules.cancel(uow, ACCEPT, item.id)
