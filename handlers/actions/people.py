"""Whom an action item may be given to, and who is meant by a mention."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from babel.lists import format_list

from handlers import places
from handlers.vocabulary.address import Side
from handlers.vocabulary.route import Asker, Invalid
from storage.models.person import Person
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

OFFERED = 100
"""What a select takes on every platform."""


def candidates(asker: Asker, programme: Programme, uow: UnitOfWork) -> list[Person]:
    """Those an asker may choose: who answers for either side first, then the people they know of.

    A provider's people choose among their own and those of the client who answer for the programme.
    """
    assert programme.id is not None
    owners = [uow.people.get(owner.person_id) for owner in uow.providers.owners(programme.id)]
    client = uow.people.of_client(asker.installation_id) if asker.side is Side.CLIENT else ()
    theirs = uow.people.of_provider(programme.provider_id)
    found: dict[int, Person] = {}
    for person in chain(owners, client, theirs):
        if person is not None and person.id is not None and person.left_at is None:
            found.setdefault(person.id, person)
    return list(found.values())[:OFFERED]


def chosen(person_id: int, programme: Programme, uow: UnitOfWork) -> Person:
    """The person a form named. Raises ``Invalid`` for somebody who is not of the client or this provider, or has left."""
    person = uow.people.get(person_id)
    if person is None or not belongs(person, programme):
        raise Invalid({"owner": "Owner: this person is not in the list any more. Choose a name, for example your own"})
    return person


def mentioned(user: str, asker: Asker, programme: Programme, uow: UnitOfWork) -> Person:
    """The person of a mention by account id. Raises ``Invalid`` when we do not know them."""
    person = uow.people.by_user(asker.installation_id, asker.account.platform, user)
    if person is None or not belongs(person, programme):
        raise Invalid({"owner": unknown_owner("that person", candidates(asker, programme, uow))})
    return person


def named(words: str, asker: Asker, programme: Programme, uow: UnitOfWork) -> Person:
    """Who is meant in "owner @x": "me", a mention, or a name. Raises ``Invalid``."""
    people = candidates(asker, programme, uow)
    if words.strip().casefold() == "me":
        return chosen(asker.person_id, programme, uow)
    user = places.mentioned_user(words)
    if user is not None:
        return mentioned(user, asker, programme, uow)
    plain = words.strip().removeprefix("<at>").removesuffix("</at>").removeprefix("@")
    person = places.person_named(people, plain)
    if person is None:
        raise Invalid({"owner": unknown_owner(f"@{plain}", people)})
    return person


def unknown_owner(who: str, people: Sequence[Person]) -> str:
    """The problem with a person we cannot place, and whom one can name instead."""
    bearers = [
        each.name for each in people if each.name.casefold().partition(" ")[0] == who.removeprefix("@").casefold()
    ]
    if len(bearers) > 1:
        several = format_list(bearers[:3], style="or", locale="en_GB")
        return f"Owner: {who.removeprefix('@')} can be {several}. Write the whole name, such as @{bearers[0]}"
    names = ", ".join(f"@{person.name}" for person in people[:3])
    return f"Owner: I do not know {who} here. Name somebody such as {names or 'yourself'}"


def belongs(person: Person, programme: Programme) -> bool:
    """Whether somebody can own an item of this programme: of the client, or of this provider, and not gone."""
    if person.installation_id != programme.installation_id or person.left_at is not None:
        return False
    return person.side == Side.CLIENT or person.provider_id == programme.provider_id
