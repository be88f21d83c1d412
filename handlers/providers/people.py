"""People as a set-up names them: found if they are known, made known if not, and put in charge."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from handlers.providers.spec import Owners, PersonSpec
from handlers.saying import look_up_person
from handlers.vocabulary.address import Account, Platform, Side
from handlers.vocabulary.events import OwnerChanged
from handlers.vocabulary.route import Asker
from storage.models.audit import AuditEntry
from storage.models.person import Person
from storage.models.provider import Installation, Owner, Programme, Provider
from storage.unit_of_work import UnitOfWork

ROLES = {Side.CLIENT: "member", Side.PROVIDER: "lead"}
OF_THE_OTHER = {
    Side.CLIENT: "belongs to the provider's company; choose somebody of your own company",
    Side.PROVIDER: "belongs to the client's company; choose somebody of the provider's",
}
"""By the side somebody is wanted for."""


@dataclass(frozen=True, slots=True)
class Changing:
    """A programme while it is set up or changed: ``by`` is the person who does it, None for a file or an example.

    ``platform`` and ``workspace`` are where it is done, and what the channels and user ids that are named belong to; "" for
    the installation's own.
    """

    installation: Installation
    provider: Provider
    programme: Programme
    now: datetime
    by: int | None = None
    platform: str = ""
    workspace: str = ""

    @property
    def where(self) -> tuple[str, str]:
        """The platform and the workspace of the channels and user ids that are named."""
        own = self.installation.platform, self.installation.workspace
        return (self.platform, self.workspace) if self.platform and self.workspace else own

    def note(self, uow: UnitOfWork, what: str, **facts: object) -> None:
        """Write the change into the audit log; ``facts`` are ids and states, never people's words."""
        assert self.programme.id is not None
        entry = AuditEntry(
            installation_id=self.programme.installation_id,
            programme_id=self.programme.id,
            at=self.now,
            person_id=self.by,
            what=what,
            subject="programme",
            subject_id=self.programme.id,
            visibility="SH",
            facts=json.dumps(facts, sort_keys=True),
        )
        uow.audit.note(entry)


def person_of(spec: PersonSpec, side: Side, change: Changing, uow: UnitOfWork) -> Person:
    """The person described, known from now on. Somebody of a provider's side belongs to this provider from now on.

    Raises ``ValueError`` when there is nothing to know them by, or when they belong to another company.
    """
    found = _known(spec, side, change, uow)
    if found is None:
        return _made_known(spec, side, change, uow)
    if found.left_at is not None:
        raise ValueError(f"{found.name} has left; if they are back, type setup returned and their mention first")
    if found.side != side:
        raise ValueError(f"{found.name} {OF_THE_OTHER[side]}")
    provider = change.provider
    if side is Side.PROVIDER and found.provider_id is None:
        found.provider_id, found.zone, found.country = provider.id, provider.zone, provider.country
    if side is Side.PROVIDER and found.provider_id != provider.id:
        raise ValueError(f"{spec.name or spec.user or 'this person'} is not one of {provider.name}'s people")
    return uow.people.add(found)


def appoint(
    uow: UnitOfWork, side: Side, role: str, person: Person | None, change: Changing, *, told: bool = False
) -> bool:
    """Let ``person`` be owner or deputy of a side from now on; None leaves the post of deputy empty. False: it was so.

    A change of owner is an event: whatever the one before still had open has to be handed over (S2). ``told``: one message
    of the caller's tells of it all.
    Raises ``ValueError`` for an owner's post left empty, or an owner made their own deputy.
    """
    assert change.programme.id is not None
    before = uow.providers.accountable(change.programme.id, side, role)
    if (None if before is None else before.id) == (None if person is None else person.id):
        return False
    if person is None and role == "owner":
        raise ValueError("somebody has to answer for it: name the new owner instead")
    owner = uow.providers.accountable(change.programme.id, side)
    if person is not None and role == "deputy" and owner is not None and owner.id == person.id:
        raise ValueError(f"{person.name} is the owner; name somebody else as deputy")
    held = {row.role: row.person_id for row in uow.providers.owners(change.programme.id) if row.side == side}
    put_in_charge(uow, side, role, person, change)
    facts = {"side": side, "role": role, "person": None if person is None else person.id}
    change.note(uow, "owner.changed", **facts, before=held)
    if role == "owner" and before is not None and person is not None:
        assert before.id is not None and person.id is not None
        uow.happened(OwnerChanged(change.programme.id, side, before.id, person.id, told))
    return True


def appoint_both(uow: UnitOfWork, side: Side, owners: Owners, change: Changing) -> None:
    """Owner and deputy of one side, as described."""
    owner = person_of(owners.owner, side, change, uow)
    appoint(uow, side, "owner", owner, change)
    deputy = None if owners.deputy is None else person_of(owners.deputy, side, change, uow)
    appoint(uow, side, "deputy", deputy, change)


def put_in_charge(uow: UnitOfWork, side: Side, role: str, person: Person | None, change: Changing) -> None:
    """Whoever held the post leaves it, and the newcomer leaves the one they held. Nobody is told: ``appoint`` does that."""
    assert change.programme.id is not None
    for row in uow.providers.owners(change.programme.id):
        newcomer = person is not None and row.person_id == person.id
        if row.side == side and (row.role == role or newcomer):
            uow.providers.end_owner(row, change.now)
    if person is not None and person.id is not None:
        post = Owner(programme_id=change.programme.id, side=side, role=role, person_id=person.id, since=change.now)
        uow.providers.add(post)


def _known(spec: PersonSpec, side: Side, change: Changing, uow: UnitOfWork) -> Person | None:
    installation, provider = change.installation, change.provider
    assert installation.id is not None and provider.id is not None
    if spec.person_id is not None:
        person = uow.people.get(spec.person_id)
        if person is None or person.installation_id != installation.id or person.left_at is not None:
            raise ValueError("this person is not known any more; choose again")
        return person
    if spec.user:
        return uow.people.by_user(installation.id, change.where[0], spec.user)
    people = uow.people.of_client(installation.id) if side is Side.CLIENT else uow.people.of_provider(provider.id)
    return next((each for each in people if each.name.casefold() == spec.name.strip().casefold()), None)


def _made_known(spec: PersonSpec, side: Side, change: Changing, uow: UnitOfWork) -> Person:
    installation, provider = change.installation, change.provider
    assert installation.id is not None
    if not (spec.name.strip() or spec.user):
        raise ValueError("nobody is named; give a name, a mention or a user id")
    theirs = side is Side.PROVIDER
    platform, host = change.where
    told = workspace_told(spec.user, platform, uow) if spec.user else ""
    if told and uow.providers.is_own(installation.id, platform, told) is theirs:
        raise ValueError(f"{spec.name.strip() or spec.user} {OF_THE_OTHER[side]}")
    person = Person(
        installation_id=installation.id,
        provider_id=provider.id if theirs else None,
        name=spec.name.strip() or spec.user,
        side=side,
        role=spec.role or ROLES[side],
        zone=spec.zone or (provider.zone if theirs else change.programme.anchor_zone),
        country=spec.country or (provider.country if theirs else ""),
        created_at=change.now,
    )
    uow.people.add(person)
    if spec.user:
        workspace = spec.workspace or told or ("" if theirs else host)
        uow.people.connect(person, platform, workspace, spec.user)
        account = Account(Platform(platform), workspace, spec.user)
        assumed = "" if spec.name.strip() else person.name, "" if spec.zone else person.zone
        look_up_person(uow, account, installation.id, change.now, name=assumed[0], zone=assumed[1])
    return person


def changing(
    above: tuple[Installation, Provider], programme: Programme, asker: Asker, uow: UnitOfWork, now: datetime
) -> Changing:
    """A programme as ``asker`` changes it: user ids and channels are those of the platform they do it on."""
    platform = asker.account.platform
    host = (
        asker.place.workspace
        if asker.place is not None
        else uow.providers.workspace_of(asker.installation_id, platform)
    )
    return Changing(*above, programme, now, asker.person_id, platform, host)


def workspace_told(user: str, platform: str, uow: UnitOfWork) -> str:
    """Whose workspace a user id is of, as far as it can be told here and now: the room knows its people. "" else."""
    if platform != Platform.ROOM:
        return ""
    found = uow.room.user(user)
    return "" if found is None else found.workspace
