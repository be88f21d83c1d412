"""How the example's client and providers begin: who is who, and what is agreed."""

from __future__ import annotations

from datetime import date, datetime

from bot.example.companies import CLIENT_ZONE, WORKSPACE, Company, client_people
from handlers.providers.spec import Owners, PersonSpec, ProviderSpec
from handlers.vocabulary.address import Platform
from storage.models.person import Person
from storage.models.provider import Installation
from storage.models.room import RoomUser
from storage.unit_of_work import UnitOfWork

ROLES = {"maya": "manager", "ben": "manager", "eva": "executive"}


def client_of(uow: UnitOfWork, now: datetime) -> int:
    """The client's installation with its people; answers its id."""
    installation = uow.providers.add(
        Installation(platform=Platform.ROOM, workspace=WORKSPACE, name="Harbour Home", installed_at=now)
    )
    assert installation.id is not None
    for user in client_people():
        person = Person(
            installation_id=installation.id,
            name=user.name,
            side="client",
            role=ROLES[user.id],
            zone=user.zone,
            country="GB",
            created_at=now,
        )
        uow.people.connect(uow.people.add(person), Platform.ROOM, WORKSPACE, user.id)
    return installation.id


def spec_of(each: Company, internal: str, targets_from: date) -> ProviderSpec:
    """A provider's programme, with Maya and Ben on the client's side; ``internal`` is the client's own channel."""
    maya, _, ben = client_people()
    return ProviderSpec(
        provider=each.name,
        country=each.country,
        zone=each.zone,
        client=Owners(_person(maya), _person(ben)),
        theirs=Owners(_person(each.lead, "lead"), _person(each.deputy, "lead")),
        anchor_zone=CLIENT_ZONE,
        programme=each.programme,
        channel=each.channel,
        channel_name=each.channel,
        internal_channel=internal,
        internal_name=internal,
        metrics=tuple(spec for spec, *_ in each.metrics),
        figures_wall=each.figures_wall,
        targets_from=targets_from,
    )


def _person(user: RoomUser, role: str = "") -> PersonSpec:
    return PersonSpec(user.name, user.id, user.workspace, role)
