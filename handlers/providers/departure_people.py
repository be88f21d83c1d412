"""Who has left, who may say so, and who takes over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.places import everybody, person_mentioned, person_named
from handlers.providers.departure import Share, name_of
from handlers.providers.departure_cards import WHOLE
from handlers.providers.handler import installation_of
from handlers.providers.people import Changing, person_of
from handlers.providers.people import changing as changed_by
from handlers.providers.spec import PersonSpec
from handlers.stand_ins import may_speak_for
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Option
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

OFFERED = 90
"""A platform's select holds a hundred."""
UNKNOWN = "I know nobody by that name here. Mention them, for example `setup left @jo`."


def meant(person_id: int | None, who: str, asker: Asker, uow: UnitOfWork) -> Person:
    """Who is meant, by id or by a mention or name, whether they left or not. A provider's people know their own only.

    Raises ``Declined``, with the same words for nobody and for somebody the asker cannot know of.
    """
    if person_id is not None:
        person = uow.people.get(person_id)
    else:
        marked = who if who.startswith(("@", "<@")) else f"@{who}"
        person = person_mentioned(uow, asker.installation_id, asker.account.platform, marked)
        known = [*everybody(uow, asker.installation_id), *uow.people.departed(asker.installation_id)]
        person = person or person_named(known, who.lstrip("@"))
    if person is None or person.installation_id != asker.installation_id or not in_sight(person, asker, uow):
        raise Declined(UNKNOWN)
    if not may_speak_for(uow, asker, person) or (person.id == asker.person_id and not asker.manages):
        raise Declined(
            f"A manager says that of {person.name}, or the owner on the provider's side of their own people."
        )
    return person


def in_sight(person: Person, asker: Asker, uow: UnitOfWork) -> bool:
    """Whether an asker may know of somebody."""
    if asker.side is Side.CLIENT:
        return True
    own = uow.people.get(asker.person_id)
    return own is not None and own.provider_id is not None and own.provider_id == person.provider_id


def refuse_last_manager(person: Person, uow: UnitOfWork) -> None:
    """Somebody has to be able to steer. Raises ``Declined``."""
    steering = [each for each in uow.people.of_client(person.installation_id) if each.role in {"manager", "executive"}]
    if [each.id for each in steering] == [person.id]:
        raise Declined(f"Nobody but {person.name} manages here. Name another manager first: `setup manager @name`.")


def successors(
    named: Mapping[str, str], person: Person, theirs: Sequence[Share], asker: Asker, uow: UnitOfWork, now: datetime
) -> Mapping[int, Person]:
    """Who takes over in each programme that needs somebody, by programme. ``named`` maps a field to a user id.

    Raises ``Invalid`` naming the field.
    """
    found, problems = dict[int, Person](), dict[str, str]()
    for share in theirs:
        if not share.needs_successor:
            continue
        field = f"{WHOLE}_{share.id}" if f"{WHOLE}_{share.id}" in named else WHOLE
        try:
            found[share.id] = _successor(named.get(field, ""), person, share, asker, uow, now)
        except ValueError as problem:
            problems[field] = f"{name_of(share, theirs, uow)}: {problem}."
    if problems:
        raise Invalid(problems)
    return found


def _successor(user: str, person: Person, share: Share, asker: Asker, uow: UnitOfWork, now: datetime) -> Person:
    if not user:
        raise ValueError("somebody has to take over; choose a person")
    successor = person_of(PersonSpec(user=user), Side(person.side), changing(share, asker, uow, now), uow)
    if successor.id == person.id:
        raise ValueError(f"{person.name} is the one who leaves; choose somebody else")
    return successor


def changing(share: Share, asker: Asker, uow: UnitOfWork, now: datetime) -> Changing:
    """The programme as it is changed by the asker."""
    return changed_by(installation_of(uow, share.programme), share.programme, asker, uow, now)


def colleagues(person: Person, asker: Asker, uow: UnitOfWork) -> tuple[Option, ...]:
    """The others of the same company, by user id."""
    if person.side == Side.CLIENT:
        people: Sequence[Person] = uow.people.of_client(person.installation_id)
    else:
        people = () if person.provider_id is None else uow.people.of_provider(person.provider_id)
    return _options([each for each in people if each.id != person.id], asker, uow)


def speakable(asker: Asker, uow: UnitOfWork) -> tuple[Option, ...]:
    """Everybody the asker may say it of, by user id."""
    known = everybody(uow, asker.installation_id)
    return _options(
        [each for each in known if in_sight(each, asker, uow) and may_speak_for(uow, asker, each)], asker, uow
    )


def user_of(person: Person | None, asker: Asker, uow: UnitOfWork) -> str:
    """The user id of somebody on the asker's platform; "" when there is none."""
    account = None if person is None else uow.people.account(person.id or 0, asker.account.platform)
    return "" if account is None else account.user


def _options(people: Sequence[Person], asker: Asker, uow: UnitOfWork) -> tuple[Option, ...]:
    users = ((user_of(each, asker, uow), each.name) for each in people[:OFFERED])
    return tuple(Option(user, name) for user, name in users if user)
