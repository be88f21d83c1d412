"""A version of the matrix is kept: its rows, its history, the card both companies read, and its undoing."""

from __future__ import annotations

import json
from datetime import datetime

from handlers import places, saying
from handlers.escalations import cards
from handlers.escalations.matrix import Matrix, rows_of
from handlers.escalations.standing import Standing, standing_of
from handlers.records import posting
from handlers.records.lines import line_card
from handlers.records.record import UNDO_WITHIN
from handlers.saying import About
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.events import MatrixChanged
from handlers.vocabulary.outgoing import SharedCard, SharedPost, Text
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.escalation import EscalationMatrix
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

SUBJECT = "escalation"
KEPT, AGREED, UNDONE, HANDED = "escalation.kept", "escalation.agreed", "escalation.undone", "escalation.handed_over"


def card_name(matrix_id: int) -> str:
    """The ``once`` of the card that tells both companies of a version."""
    return f"escalation.card:{matrix_id}"


def keep(
    matrix: Matrix, programme: Programme, asker: Asker | None, uow: UnitOfWork, now: datetime, what: str = KEPT
) -> Standing:
    """A new version holds from now on. Both companies read of it when the part that binds both changed, once.

    ``asker`` None: it changed because somebody left.
    """
    assert programme.id is not None
    before = uow.escalations.current(programme.id)
    same = before is not None and before.shared == matrix.shared
    version = EscalationMatrix(
        installation_id=programme.installation_id,
        provider_id=programme.provider_id,
        programme_id=programme.id,
        number=0,
        shared=matrix.shared,
        visibility=Visibility.SHARED,
        created_by=None if asker is None else asker.person_id,
        created_at=now,
    )
    if same and before is not None:
        version.provider_agreed_by, version.provider_agreed_at = before.provider_agreed_by, before.provider_agreed_at
    version = uow.escalations.add(version, rows_of(matrix))
    note(version, what, asker, uow, now, inside=same)
    uow.happened(MatrixChanged(programme.id))
    standing = standing_of(programme, uow)
    if not same:
        if before is not None:
            posting.settle(card_name(before.id or 0), uow, now)
        _announce(standing, "Parley" if asker is None else asker.name, uow, now)
    return standing


def agree(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """The provider gives its word for the part that binds both."""
    kept = standing.kept
    assert kept is not None and kept.id is not None
    kept.provider_agreed_by, kept.provider_agreed_at = asker.person_id, now
    uow.escalations.save(kept)
    note(kept, AGREED, asker, uow, now, inside=False)
    after = standing_of(standing.programme, uow)
    saying.show(uow, card_name(kept.id), cards.shared_card(after, after.by or "Parley"), now)
    said: Text = (f"{asker.name} agreed for {after.names[asker.side]}: version {kept.number} is agreed by both.",)
    _line(kept, said, f"escalation.agreed:{kept.id}", uow, now)
    return after


def take_back(kept: EscalationMatrix, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """The version before holds again. Raises ``Declined`` with the reason when it is too late."""
    newest = uow.escalations.current(kept.programme_id)
    programme = uow.providers.programme(kept.programme_id)
    if programme is None or newest is None or newest.id != kept.id or kept.id is None:
        raise Declined("There is nothing to take back any more: it has gone on since.")
    if kept.created_by != asker.person_id:
        raise Declined("Somebody else changed it last, so it cannot be taken back by you. You can change it again.")
    if now - kept.created_at > UNDO_WITHIN:
        raise Declined("That was more than ten minutes ago. You can still change it again.")
    if any(entry.what == AGREED for entry in uow.audit.of(SUBJECT, kept.id)):
        raise Declined("The other side has agreed to it since, so it is not taken back. You can change it again.")
    kept.taken_back_at = now
    uow.escalations.save(kept)
    saying.show(uow, card_name(kept.id), cards.taken_back_card(asker.name), now)
    uow.happened(MatrixChanged(kept.programme_id))
    note(kept, UNDONE, asker, uow, now, inside=uow.outbox.by_once(card_name(kept.id)) is None)
    return standing_of(programme, uow)


def note(
    kept: EscalationMatrix, what: str, asker: Asker | None, uow: UnitOfWork, now: datetime, *, inside: bool
) -> None:
    """Write a change down. ``inside``: it touched nothing the provider may know of."""
    assert kept.id is not None
    entry = AuditEntry(
        installation_id=kept.installation_id,
        programme_id=kept.programme_id,
        at=now,
        person_id=None if asker is None else asker.person_id,
        what=what,
        subject=SUBJECT,
        subject_id=kept.id,
        visibility=Visibility.INTERNAL if inside else Visibility.SHARED,
        facts=json.dumps({"before": {}, "after": {"number": kept.number}}, sort_keys=True),
    )
    uow.audit.note(entry)


def _announce(standing: Standing, by: str, uow: UnitOfWork, now: datetime) -> None:
    """The card somebody caused by changing what binds both; nothing while there is no shared channel."""
    kept = standing.kept
    to = None if kept is None else places.shared_channel(uow, kept.programme_id)
    if kept is None or to is None or kept.id is None or standing.programme.state != "active":
        return
    post = SharedPost(to, cards.shared_card(standing, by))
    saying.say(uow, post, _about(kept, "escalation.card"), card_name(kept.id), now)


def _line(kept: EscalationMatrix, text: Text, once: str, uow: UnitOfWork, now: datetime) -> None:
    row = uow.outbox.by_once(card_name(kept.id or 0))
    post = None if row is None else posting.post_to(line_card(text, SharedCard), posting.thread_of(row, internal=False))
    if post is not None:
        saying.say(uow, post, _about(kept, "escalation.line"), once, now)


def _about(kept: EscalationMatrix, kind: str) -> About:
    return About(
        kept.installation_id,
        kind,
        "escalation matrix changed",
        SUBJECT,
        kept.id or 0,
        kept.programme_id,
        kept.provider_id,
    )
