"""Whose absence is meant, and whether the asker may say it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.places import everybody, person_mentioned, person_named
from handlers.stand_ins import may_speak_for
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Option
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

OFFERED = 90
"""A platform's select holds a hundred."""


def oneself(asker: Asker, uow: UnitOfWork) -> Person:
    """The one who asks."""
    person = uow.people.get(asker.person_id)
    assert person is not None
    return person


def split_mention(words: str, asker: Asker, uow: UnitOfWork) -> tuple[Person, str]:
    """Whom words such as "@Rey Cruz until friday" are about, oneself without a mention, and the words after it.

    Raises ``Invalid`` for somebody the asker cannot know of.
    """
    said = words.removeprefix("for ").strip() if words.startswith(("for @", "for <@")) else words
    if said.startswith("<@"):
        mentioned, _, rest = said.partition(">")
        return known(
            person_mentioned(uow, asker.installation_id, asker.account.platform, f"{mentioned}>"), asker, uow
        ), rest.strip()
    if not said.startswith("@"):
        return oneself(asker, uow), said
    person = known(person_named(_may_know(asker, uow), said[1:]), asker, uow)
    name, typed = person.name, said[1:]
    length = len(name) if typed.casefold().startswith(name.casefold()) else len(name.split()[0])
    return person, typed[length:].strip()


def of_user(user: str, asker: Asker, uow: UnitOfWork) -> Person:
    """Whom a form chose by user id; "" is oneself. Raises ``Invalid``."""
    if not user:
        return oneself(asker, uow)
    return known(uow.people.by_user(asker.installation_id, asker.account.platform, user), asker, uow)


def known(person: Person | None, asker: Asker, uow: UnitOfWork) -> Person:
    """The person, if the asker may know of them. Others do not exist for them: the words are the same."""
    seen = person is not None and person.left_at is None and person.id in {each.id for each in _may_know(asker, uow)}
    if person is None or not seen:
        raise Invalid({"person": "I know nobody by that name here. Mention them, or leave it empty for yourself."})
    return person


def allowed_for(person: Person, asker: Asker, uow: UnitOfWork) -> Person:
    """The person, if the asker may speak for them. Raises ``Declined``."""
    if person.id != asker.person_id and not may_speak_for(uow, asker, person):
        raise Declined(
            f"{person.name} can say that, or the owner on their side, or a manager. You can say it for yourself."
        )
    return person


def offered(asker: Asker, uow: UnitOfWork) -> tuple[Option, ...]:
    """Everybody the asker may speak for, themselves first, by user id; () when it is only themselves."""
    people = [each for each in _may_know(asker, uow) if each.id != asker.person_id and may_speak_for(uow, asker, each)]
    if not people:
        return ()
    options = (Option(_user(each, asker, uow), each.name) for each in [oneself(asker, uow), *people[: OFFERED - 1]])
    return tuple(option for option in options if option.value)


def _may_know(asker: Asker, uow: UnitOfWork) -> Sequence[Person]:
    """The client's people know everybody; a provider's people their own."""
    if asker.side is Side.CLIENT:
        return everybody(uow, asker.installation_id)
    own = oneself(asker, uow)
    return [own] if own.provider_id is None else uow.people.of_provider(own.provider_id)


def _user(person: Person, asker: Asker, uow: UnitOfWork) -> str:
    assert person.id is not None
    account = uow.people.account(person.id, asker.account.platform)
    return "" if account is None else account.user
