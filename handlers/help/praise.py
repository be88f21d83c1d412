"""Praise said in the channel becomes a win of the next digest (S4)."""

from __future__ import annotations

from datetime import datetime

from handlers.replies.patterns import KUDOS
from handlers.saying import About, react
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker
from storage.models.audit import AuditEntry
from storage.models.recognition import Win
from storage.unit_of_work import UnitOfWork


def praise(words: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """ "kudos to Ana for …" in a shared channel: kept as a win, with a reaction. None: it is not praise, or not there.

    A channel with several programmes is one provider's; the win counts for its first.
    """
    found = KUDOS.fullmatch(words.strip())
    programme_id = _shared_programme(asker, uow)
    if found is None or not found["rest"].strip() or programme_id is None:
        return None
    said = found["rest"].strip()
    win = uow.wins.add(Win(programme_id=programme_id, words=said, said_by=asker.person_id, said_at=now))
    assert win.id is not None
    entry = AuditEntry(
        installation_id=asker.installation_id,
        programme_id=programme_id,
        at=now,
        person_id=asker.person_id,
        what="win.said",
        subject="win",
        subject_id=win.id,
        visibility="SH",
    )
    uow.audit.note(entry, words=said)
    if asker.place is None or asker.message is None:
        return Answer(done="Lovely. It stands in the next digest.")
    about = About(asker.installation_id, "win.noted", "kudos said", "win", win.id, programme_id)
    react(uow, asker.place, asker.message, "tada", about, f"win.noted:{win.id}", now)
    return Answer()


def _shared_programme(asker: Asker, uow: UnitOfWork) -> int | None:
    """The programme of the shared channel one speaks in, as far as the asker belongs there."""
    if asker.place is None:
        return None
    place = asker.place
    bound = uow.providers.channels_at(place.platform, place.workspace, place.channel)
    known = asker.programme_ids
    return next((each.programme_id for each in bound if each.kind == "shared" and each.programme_id in known), None)
