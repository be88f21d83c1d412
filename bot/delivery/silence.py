"""Why nothing may be said in a channel whose readers changed after a message was made."""

from __future__ import annotations

from storage.models.delivery import OutboxRow
from storage.outbox import REACTION
from storage.unit_of_work import UnitOfWork

FROZEN = "the channel is silent since its readers changed: look at its set-up, then send this again"
ANOTHERS = "the channel is another provider's by now: name one of its own with the setup command, then send this again"


def silent(row: OutboxRow, uow: UnitOfWork) -> str:
    """Why nothing may be said in the row's channel, whose readers changed after the row was made; "" where it may. Emoji tell
    nobody anything."""
    if row.account_user or row.kind == REACTION:
        return ""
    bound = uow.providers.channels_at(row.platform, row.workspace, row.channel)
    theirs = [each for each in bound if row.programme_id in (None, each.programme_id)]
    if bound and not theirs:
        is_same = _provider_of(row.programme_id, uow) in {_provider_of(each.programme_id, uow) for each in bound}
        return "" if is_same else ANOTHERS
    return FROZEN if theirs and all(each.frozen for each in theirs) else ""


def _provider_of(programme_id: int | None, uow: UnitOfWork) -> int | None:
    programme = None if programme_id is None else uow.providers.programme(programme_id)
    return None if programme is None else programme.provider_id
