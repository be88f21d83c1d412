"""An empty room to begin with: your seat, a provider's, a channel for both and one for your own company. Nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.vocabulary.address import Platform, Side
from storage.models.person import Person
from storage.models.provider import Installation
from storage.models.room import RoomChannel, RoomUser
from storage.unit_of_work import UnitOfWork

WORKSPACE = "room"
SHARED, INTERNAL = "provider-shared", "internal"


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Who moves in. ``zone`` is the IANA name of the client's zone."""

    company: str = "Your company"
    manager: str = "You"
    zone: str = "UTC"


def move_in(uow: UnitOfWork, who: Newcomers, now: datetime) -> None:
    """Fill an empty database; nobody manages yet, the one-time code that ``run`` prints makes the first manager."""
    installation = uow.providers.add(
        Installation(platform=Platform.ROOM, workspace=WORKSPACE, name=who.company, installed_at=now)
    )
    assert installation.id is not None
    for user in _seats(who):
        uow.room.put_user(user)
        person = Person(
            installation_id=installation.id,
            name=user.name,
            side=user.side,
            role="member" if user.side == Side.CLIENT else "lead",
            zone=user.zone,
            created_at=now,
        )
        uow.people.connect(uow.people.add(person), Platform.ROOM, user.workspace, user.id)
    uow.room.put_channel(
        RoomChannel(id=SHARED, name=SHARED, kind="shared", provider="Your first provider"), ("you", "lead")
    )
    uow.room.put_channel(RoomChannel(id=INTERNAL, name=INTERNAL, kind="internal", position=1), ("you",))


def _seats(who: Newcomers) -> tuple[RoomUser, RoomUser]:
    initials = "".join(part[0] for part in who.manager.split()[:2]).upper()
    you = RoomUser(
        id="you",
        name=who.manager,
        initials=initials,
        colour="teal",
        side=Side.CLIENT,
        title="Vendor manager",
        company=who.company,
        zone=who.zone,
        workspace=WORKSPACE,
        seat=True,
        position=1,
    )
    lead = RoomUser(
        id="lead",
        name="Provider's lead",
        initials="PL",
        colour="rust",
        side=Side.PROVIDER,
        title="Account lead",
        company="Your first provider",
        zone=who.zone,
        workspace="provider",
        seat=True,
        position=2,
    )
    return you, lead
