"""What the platform tells of a person: their name, zone and company replace what was only assumed."""

from __future__ import annotations

import json
from datetime import datetime

from handlers.calendar import zone
from handlers.places import direct_to
from handlers.providers import cards
from handlers.providers.people import ROLES
from handlers.providers.setup import BEGIN, make_manager
from handlers.saying import About, say
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import AddressTold, PersonKnown
from handlers.vocabulary.incoming import PersonFound
from handlers.vocabulary.outgoing import Answer, Button, DirectPost, Tone
from storage.models.audit import AuditEntry
from storage.models.person import Person, PersonAccount
from storage.models.provider import Installation, Owner, Programme
from storage.unit_of_work import UnitOfWork

WRONG_SIDE = "person.wrong_side"
FIRST = "manager.first"


def person_found(event: PersonFound, uow: UnitOfWork, now: datetime) -> Answer:
    """Keep what was found. Somebody who was named for the wrong company leaves the post, and the managers are told."""
    installation = uow.providers.installation_by_id(event.installation_id)
    actor = event.actor
    account = uow.people.account_of_user(event.installation_id, actor.platform, actor.user, actor.workspace)
    person = None if account is None else uow.people.get(account.person_id)
    if installation is None or account is None or person is None:
        return Answer()
    known = _completed(event, person, now, uow)
    if event.workspace:
        known = _of_company(event, person, account, installation, uow, now) or known
        _keep_address(event, account, uow)
    if known:
        assert person.id is not None
        uow.happened(PersonKnown(person.id))
    if event.errand is not None and event.errand.what == "administrator":
        _first_manager(event, person, installation, uow, now)
    return Answer()


def _keep_address(event: PersonFound, account: PersonAccount, uow: UnitOfWork) -> None:
    """What the account's own workspace says its address is; a guest's was written by somebody else."""
    email = event.email.strip().casefold()
    if email and not event.is_guest and account.workspace == event.workspace and account.id is not None:
        uow.people.keep_address(account, email)
        uow.happened(AddressTold(account.id))


def _completed(event: PersonFound, person: Person, now: datetime, uow: UnitOfWork) -> bool:
    """Name, zone and e-mail where they were only assumed; whether anything changed."""
    errand, before = event.errand, (person.name, person.zone, person.email)
    if errand is not None and event.name and person.name == errand.assumed_name:
        person.name = event.name
    if errand is not None and person.zone == errand.assumed_zone:
        person.zone = _zone(event.zone) or person.zone
    person.email = person.email or event.email
    if (person.name, person.zone, person.email) == before:
        return False
    uow.people.add(person)
    _note(person, "person.found", uow, now, zone=person.zone)
    return True


def _zone(said: str) -> str:
    """A zone this database of zones has; "" for anything else."""
    try:
        return zone(said).key if said else ""
    except ValueError:
        return ""


def _of_company(
    event: PersonFound,
    person: Person,
    account: PersonAccount,
    installation: Installation,
    uow: UnitOfWork,
    now: datetime,
) -> bool:
    """Learn whose workspace an account is of that was only named. The side follows: what is internal must never reach
    an outsider, and a guest of the client's workspace is one. An account that is known there already stays as it is."""
    if account.workspace != event.workspace:
        if uow.people.of_account(account.platform, event.workspace, account.user) is None:
            uow.people.move(account, event.workspace)
    elif not event.is_guest:
        return False
    ours = _is_own(event, installation, uow) and not event.is_guest
    side = Side.CLIENT if ours else Side.PROVIDER
    if person.side == side:
        return False
    left = _posts(person, installation, uow)
    for _, owner in left:
        uow.providers.end_owner(owner, now)
    person.side, person.provider_id, person.role = side, None, ROLES[side]
    uow.people.add(person)
    _note(person, WRONG_SIDE, uow, now, side=side)
    for programme, owner in left:
        _tell_managers(person, programme, owner, uow, now)
    return True


def _is_own(event: PersonFound, installation: Installation, uow: UnitOfWork) -> bool:
    assert installation.id is not None
    return uow.providers.is_own(installation.id, event.actor.platform, event.workspace)


def _posts(person: Person, installation: Installation, uow: UnitOfWork) -> list[tuple[Programme, Owner]]:
    """Where this person is owner or deputy."""
    assert installation.id is not None
    return [
        (programme, owner)
        for programme in uow.providers.programmes(installation.id, state=None)
        if programme.id is not None
        for owner in uow.providers.owners(programme.id)
        if owner.person_id == person.id
    ]


def _tell_managers(person: Person, programme: Programme, owner: Owner, uow: UnitOfWork, now: datetime) -> None:
    provider = uow.providers.provider(programme.provider_id)
    name = programme.name if provider is None else provider.name
    ours = owner.side == Side.CLIENT
    named, actual = ("your side", "another company") if ours else (f"{name}'s side", "your own company")
    words = (
        f"{person.name} was named as {owner.role} on {named}, but is of {actual}. "
        f"Nobody is {owner.role} there now: choose somebody else."
    )
    button = Button("providers.setup", "Choose the people", f"programme:{programme.id}", style="primary")
    about = About(programme.installation_id, WRONG_SIDE, "a person was looked up", programme_id=programme.id)
    for manager in uow.people.of_client(programme.installation_id):
        to = direct_to(uow, manager) if manager.role == "manager" else None
        if to is not None:
            card = cards.told(words, button, tone=Tone.WARN, why="You manage Parley here.")
            say(uow, DirectPost(to, card), about, f"{WRONG_SIDE}:{owner.id}:{manager.id}", now)


def _first_manager(
    event: PersonFound, person: Person, installation: Installation, uow: UnitOfWork, now: datetime
) -> None:
    """A workspace administrator of the client who used the root command while nobody managed becomes the manager."""
    assert installation.id is not None
    ours = _is_own(event, installation, uow) and person.side == Side.CLIENT and not event.is_guest
    if not (ours and event.is_admin) or uow.people.has_manager(installation.id):
        return
    make_manager(uow, person, now)
    to = direct_to(uow, person)
    if to is None:
        return
    words = "You administer this workspace and nobody managed Parley here yet, so you are its first manager."
    card = cards.told(words, BEGIN, why="You used the command while nobody managed Parley here.")
    say(uow, DirectPost(to, card), About(installation.id, FIRST, "first administrator"), f"{FIRST}:{person.id}", now)


def _note(person: Person, what: str, uow: UnitOfWork, now: datetime, **facts: object) -> None:
    assert person.id is not None
    entry = AuditEntry(
        installation_id=person.installation_id,
        at=now,
        person_id=person.id,
        what=what,
        subject="person",
        subject_id=person.id,
        visibility="INT",
        facts=json.dumps(facts, sort_keys=True),
    )
    uow.audit.note(entry)
