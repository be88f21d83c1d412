"""Who can do something for a plan."""

from __future__ import annotations

from handlers.improvements.standing import Standing
from handlers.vocabulary.address import Side
from handlers.vocabulary.route import Asker, Invalid
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork


def may_own(standing: Standing, asker: Asker, uow: UnitOfWork) -> list[Person]:
    """Those an asker may choose, who answers for a side first: both companies' people; a provider's people see of the
    client's only those who answer here."""
    plan, speakers = standing.plan, standing.speakers
    answering = {each for side in Side for each in speakers[side]}
    client = uow.people.of_client(plan.installation_id)
    if asker.side is Side.PROVIDER:
        client = [each for each in client if each.id in answering]
    people = [each for each in (*uow.people.of_provider(plan.provider_id), *client) if each.left_at is None]
    return sorted(people, key=lambda each: each.id not in answering)


def chosen(person_id: int, standing: Standing, asker: Asker, uow: UnitOfWork) -> Person:
    """The person a form named. Raises ``Invalid`` for somebody who is not in the list."""
    found = next((each for each in may_own(standing, asker, uow) if each.id == person_id), None)
    if found is None:
        raise Invalid({"owner": "This person is not in the list any more. Choose a name, for example your own"})
    return found
