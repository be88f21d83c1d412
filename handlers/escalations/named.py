"""From the matrix to people: who holds a post today, who is meant by a name, and the rungs an issue climbs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers.escalations.matrix import BadMatrix, Matrix, Named, from_rows
from handlers.escalations.written import usual
from handlers.ladders import HIGHEST, Rung
from handlers.vocabulary.address import Side, Visibility
from storage.models.issue import Issue
from storage.models.person import Person
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork


def matrix_of(programme_id: int, uow: UnitOfWork) -> Matrix:
    """The matrix that holds for a programme: what a manager kept last, else the usual one."""
    kept = uow.escalations.current(programme_id)
    return usual() if kept is None or kept.id is None else from_rows(uow.escalations.steps(kept.id))


def rungs(issue: Issue, owner: Person, uow: UnitOfWork) -> Sequence[Rung]:
    """The rungs of an issue, each with whom to turn to. An internal issue has none of the provider's."""
    programme = uow.providers.programme(issue.programme_id)
    assert programme is not None
    sides = (Side.CLIENT,) if issue.visibility != Visibility.SHARED else tuple(Side)
    found = []
    for step in matrix_of(issue.programme_id, uow).of(issue.severity):
        for side in sides:
            named = step.who.get(side, Named())
            if (step.level >= HIGHEST and named == Named()) or (step.how == "summary" and side is not Side.CLIENT):
                continue  # the highest level is often on one side only, and what is only noted is noted once
            people = tuple(people_for(named, programme, side, uow, but=owner))
            found.append(Rung(step.level, side, step.after, step.how, people))
    return found


def people_for(
    named: Named, programme: Programme, side: Side, uow: UnitOfWork, but: Person | None = None
) -> Iterable[Person]:
    """Whom a name means, the first to turn to first; people who left are passed over. ``but`` owns the issue already: where a
    post is theirs, the other post's holder comes first."""
    if named.person_id is None and not named.post:
        return ()
    wanted = [uow.people.get(each) for each in (named.person_id, named.deputy_id) if each is not None]
    wanted += _holders(named.post or "deputy", programme, side, uow)
    there = {each.id: each for each in wanted if each is not None and each.left_at is None and each.side == side}
    people = list(there.values())
    if named.post and but is not None:
        people.sort(key=lambda each: each.id == but.id)
    return people


def _holders(post: str, programme: Programme, side: Side, uow: UnitOfWork) -> list[Person | None]:
    """Who holds a post now, then who holds the other one."""
    assert programme.id is not None
    found: list[Person | None] = []
    if post == "executive" and side is Side.CLIENT:
        client = uow.people.of_client(programme.installation_id)
        found += [each for each in client if each.role == "executive"]
        post = "owner"
    order = ("owner", "deputy") if post == "owner" else ("deputy", "owner")
    return [*found, *(uow.providers.accountable(programme.id, side, role) for role in order)]


@dataclass(frozen=True, slots=True)
class Directory:
    """The people a matrix of a programme may name: each company's own."""

    programme: Programme
    uow: UnitOfWork

    def of(self, side: Side) -> Sequence[Person]:
        """Those who have not left."""
        if side is Side.CLIENT:
            return self.uow.people.of_client(self.programme.installation_id)
        return self.uow.people.of_provider(self.programme.provider_id)

    def find(self, name: str, side: Side) -> int:
        """The id of who is called so: by the full name, or by a first name only one of them has. Raises ``BadMatrix``."""
        said, people = name.removeprefix("@").strip().casefold(), self.of(side)
        full = [each for each in people if each.name.casefold() == said]
        found = full or [each for each in people if each.name.casefold().partition(" ")[0] == said]
        if len(found) == 1 and found[0].id is not None:
            return found[0].id
        company = "your company" if side is Side.CLIENT else "the provider"
        if found:
            raise BadMatrix(f"{name[:60]!r} can be several people of {company}; write the full name")
        known = ", ".join(each.name for each in people[:4]) or "nobody yet"
        raise BadMatrix(f"{name[:60]!r} is nobody I know of {company}; write owner, deputy or a name I know ({known})")

    def name(self, person_id: int) -> str:
        """How somebody is called; those who left too."""
        person = self.uow.people.get(person_id)
        return "somebody" if person is None else person.name
