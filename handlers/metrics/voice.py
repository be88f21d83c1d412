"""How a reply about figures is answered: in the thread it was said in, for those who read that thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from handlers.saying import About, react, say
from handlers.vocabulary.address import Direct, InternalChannel, SharedChannel, Visibility
from handlers.vocabulary.address import Thread as ThreadOf
from handlers.vocabulary.incoming import Said
from handlers.vocabulary.outgoing import AnyCard, DirectPost, InternalCard, InternalPost, Post, SharedCard, SharedPost
from handlers.vocabulary.route import Asker
from storage.models.audit import AuditEntry
from storage.models.delivery import OutboxRow
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Thread:
    """A reply and the card it stands under; ``week`` is the week that card is about."""

    event: Said
    row: OutboxRow
    programme: Programme
    asker: Asker
    week: date

    @property
    def card_kind(self) -> type[SharedCard] | type[InternalCard]:
        """Who reads this thread decides what may be said in it."""
        return SharedCard if self.row.visibility == Visibility.SHARED else InternalCard

    def about(self, kind: str) -> About:
        """What an answer in this thread is about."""
        return About(
            self.row.installation_id,
            kind,
            "a reply",
            subject=self.row.subject,
            subject_id=self.row.subject_id,
            programme_id=self.programme.id,
            provider_id=self.programme.provider_id,
        )

    def audit(self, what: str, subject: str, subject_id: int, now: datetime, facts: str = "") -> AuditEntry:
        """An entry about what this person did here."""
        return AuditEntry(
            installation_id=self.row.installation_id,
            programme_id=self.programme.id,
            at=now,
            person_id=self.asker.person_id,
            what=what,
            subject=subject,
            subject_id=subject_id,
            visibility=self.row.visibility,
            facts=facts,
        )


def react_to(thread: Thread, name: str, uow: UnitOfWork, now: datetime) -> None:
    """Put an emoji on the person's message."""
    if thread.event.place is not None and thread.event.message:
        once = f"metrics.reaction:{thread.event.id}:{name}"
        react(uow, thread.event.place, thread.event.message, name, thread.about("metrics.reaction"), once, now)


def say_in(thread: Thread, card: AnyCard, what: str, uow: UnitOfWork, now: datetime) -> None:
    """Say something in the thread, once for this message."""
    post = _post(thread, card)
    say(uow, post, thread.about(f"metrics.{what}"), f"metrics.{what}:{thread.event.id}", now)


def _post(thread: Thread, card: AnyCard) -> Post:
    place, under = thread.event.place, ThreadOf(card=thread.row.key)
    assert place is not None
    if isinstance(card, SharedCard) and thread.row.visibility == Visibility.SHARED:
        return SharedPost(SharedChannel(place, under), card)
    if thread.row.account_user:
        return DirectPost(Direct(thread.asker.account, thread.asker.side), card)
    assert not isinstance(card, SharedCard) or thread.row.visibility != Visibility.SHARED
    assert isinstance(card, InternalCard)
    return InternalPost(InternalChannel(place, under), card)
