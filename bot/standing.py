"""A message as it stands out there now, for whoever looks at it anew: what the courier delivered last, or would; and an answer
that could not be given, kept for whom it is."""

from __future__ import annotations

from datetime import datetime

from handlers.lateness import worn
from handlers.saying import About, decode_card, keep, with_why
from handlers.vocabulary.address import Account, Direct, Place, Side, Visibility
from handlers.vocabulary.outgoing import AnyCard, DirectPost
from storage.models.delivery import OutboxRow
from storage.outbox import ERRAND, REACTION
from storage.unit_of_work import UnitOfWork


def keep_answer(uow: UnitOfWork, card: AnyCard, place: Place, reader: Account, event: str, now: datetime) -> str:
    """Keep what one of the company's own people asked for in ``place`` by the event of this id, until they press the button
    (``noise.show``) that bears the outbox key this returns; what they asked for was done already, and is not done again. ""
    where the workspace installed nothing."""
    installation = uow.providers.installation(place.platform, place.workspace)
    if installation is None or installation.id is None:
        return ""
    about = About(installation.id, "answer", "asked by a message")
    return keep(uow, DirectPost(Direct(reader, Side.CLIENT), card), about, f"answer:{event}", now)


def standing_card(uow: UnitOfWork, key: str, place: Place, reader: Account) -> AnyCard | None:
    """The card with this outbox key, as its readers see it; None for one that stands in another conversation than ``place`` and
    was not sent to ``reader``: a key that a client brings back is a claim. An internal card shows outsiders who came into its
    channel nothing either, nor does one of another provider whose channel it was: what they find there is old, and nothing new
    goes there any more."""
    row = uow.outbox.by_key(key) if key else None
    if row is None or row.kind in (ERRAND, REACTION) or row.platform != place.platform:
        return None
    stands_here = (row.workspace, row.channel) == (place.workspace, place.channel)
    is_theirs = bool(row.account_user) and (row.account_workspace, row.account_user) == (reader.workspace, reader.user)
    if row.account_user and not is_theirs:
        return None
    if not is_theirs and not _may_read(row, reader, uow):
        return None
    return with_why(worn(decode_card(row.content), row.late), row) if stands_here or is_theirs else None


def _may_read(row: OutboxRow, reader: Account, uow: UnitOfWork) -> bool:
    """Whether what a message says by now is also the reader's: the company's own people's, else the provider's it is about."""
    if uow.providers.is_own(row.installation_id, reader.platform, reader.workspace):
        return True
    if row.visibility == Visibility.INTERNAL:
        return False
    programme = None if row.programme_id is None else uow.providers.programme(row.programme_id)
    if programme is None:
        return True
    person = uow.people.by_account(row.installation_id, reader.platform, reader.workspace, reader.user)
    return person is not None and person.provider_id == programme.provider_id
