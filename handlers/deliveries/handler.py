"""A message that could not be delivered is told to the manager who answers for the programme."""

from __future__ import annotations

from datetime import datetime

from handlers.places import direct_to
from handlers.saying import About, say
from handlers.vocabulary.outgoing import DirectPost, InternalCard, Tone, Words
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

KIND = "delivery.failed"


def gave_up(row: OutboxRow, uow: UnitOfWork, now: datetime) -> None:
    """Tell the client's accountable owner, once a message, what was not delivered and why. Never about itself."""
    if row.kind == KIND or row.programme_id is None:
        return
    owner = uow.providers.accountable(row.programme_id, "client")
    to = None if owner is None else direct_to(uow, owner)
    if to is None:
        return
    about = About(row.installation_id, KIND, "a delivery failed", programme_id=row.programme_id)
    say(uow, DirectPost(to, _card(row)), about, f"{KIND}:{row.key}:{row.revision}", now)


def _card(row: OutboxRow) -> InternalCard:
    what = row.kind.replace(".", " ")
    return InternalCard(
        text=f"A message could not be delivered: {what}",
        title="A message could not be delivered",
        tone=Tone.BAD,
        elements=(Words((f"What: {what}.",)), Words((f"Why: {row.trouble}.",))),
        why="You are the accountable owner on your company's side.",
    )
