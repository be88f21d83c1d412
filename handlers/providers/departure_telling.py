"""One message to both companies when somebody leaves, and the same one again when it was taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers import saying
from handlers.places import mention, shared_channel
from handlers.providers import departure_cards as cards
from handlers.providers.departure import Share, name_of
from handlers.records.record import names_of_sides
from handlers.saying import About
from handlers.vocabulary.address import SharedChannel, Side
from handlers.vocabulary.outgoing import SharedPost
from storage.models.audit import AuditEntry
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

KIND = "person.left"
SPOKEN_OF = {"active", "paused"}
"""States of a programme in whose channel people are told: one that is not set up yet, or is over, stays silent."""


def tell(
    person: Person,
    theirs: Sequence[Share],
    successors: Mapping[int, Person],
    entry: AuditEntry,
    uow: UnitOfWork,
    now: datetime,
) -> None:
    """One message in each shared channel that is concerned; what only the client sees is not even counted there."""
    by_place: dict[SharedChannel, list[Share]] = defaultdict(list)
    for share in theirs:
        to = shared_channel(uow, share.id) if share.programme.state in SPOKEN_OF else None
        if to is not None and share.id in successors and (share.owner or share.counted(shared_only=True)):
            by_place[to].append(share)
    for to, concerned in by_place.items():
        lines = [
            cards.takes_over(_shown(share, concerned, uow), mention(uow, successors[share.id]), _much(share))
            for share in concerned
        ]
        card = cards.left_card(person.name, company_of(person, concerned[0], uow), lines)
        saying.say(uow, SharedPost(to, card), _about(person, concerned[0]), f"{KIND}:{entry.id}:{concerned[0].id}", now)


def take_back(
    person: Person, theirs: Sequence[Share], entry: AuditEntry, by: str, uow: UnitOfWork, now: datetime
) -> None:
    """What was said is struck through."""
    for share in theirs:
        card = cards.stays_card(person.name, company_of(person, share, uow), by)
        saying.show(uow, f"{KIND}:{entry.id}:{share.id}", card, now)


def private_lines(theirs: Sequence[Share], successors: Mapping[int, Person], uow: UnitOfWork) -> list[str]:
    """What went where, for whoever noted it."""
    found = []
    for share in theirs:
        if share.id in successors:
            what = " and ".join(each for each in ("the post of owner" if share.owner else "", _all(share)) if each)
            found.append(f"{name_of(share, theirs, uow)}: {what} to {successors[share.id].name}")
    return found


def company_of(person: Person, share: Share, uow: UnitOfWork) -> str:
    """What the person's company is called in this programme's channel."""
    provider = uow.providers.provider(share.programme.provider_id)
    assert provider is not None
    return names_of_sides(provider, uow)[Side(person.side)]


def _shown(share: Share, concerned: Sequence[Share], uow: UnitOfWork) -> str:
    """A programme as both companies call it: the provider's own people know which company they are."""
    return share.programme.name if len(concerned) > 1 else name_of(share, concerned, uow)


def _much(share: Share) -> str:
    return share.counted(shared_only=True)


def _all(share: Share) -> str:
    return share.counted(shared_only=False)


def _about(person: Person, share: Share) -> About:
    programme = share.programme
    return About(
        programme.installation_id, KIND, "somebody left", "person", person.id or 0, share.id, programme.provider_id
    )
