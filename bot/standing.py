"""A message as it stands out there now, for whoever looks at it anew: what the courier delivered last, or would."""

from __future__ import annotations

from handlers.lateness import worn
from handlers.saying import decode_card, with_why
from handlers.vocabulary.address import Account, Place
from handlers.vocabulary.outgoing import AnyCard
from storage.outbox import ERRAND, REACTION
from storage.unit_of_work import UnitOfWork


def standing_card(uow: UnitOfWork, key: str, place: Place, reader: Account) -> AnyCard | None:
    """The card with this outbox key, as its readers see it; None for one that stands in another conversation than ``place`` and
    was not sent to ``reader``: a key that a client brings back is a claim."""
    row = uow.outbox.by_key(key) if key else None
    if row is None or row.kind in (ERRAND, REACTION) or row.platform != place.platform:
        return None
    stands_here = (row.workspace, row.channel) == (place.workspace, place.channel)
    is_theirs = bool(row.account_user) and (row.account_workspace, row.account_user) == (reader.workspace, reader.user)
    if row.account_user and not is_theirs:
        return None
    return with_why(worn(decode_card(row.content), row.late), row) if stands_here or is_theirs else None
