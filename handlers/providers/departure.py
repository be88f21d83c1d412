"""What a person who leaves has to hand over (S2): their posts and everything they had not finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.places import programme_name
from handlers.vocabulary.address import Visibility
from storage.models.action import ActionItem
from storage.models.issue import Issue
from storage.models.person import Person
from storage.models.provider import Owner, Programme
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Share:
    """What is somebody's in one programme. ``owner``, ``deputy``: the posts they hold on their side."""

    programme: Programme
    owner: bool
    deputy: bool
    issues: tuple[Issue, ...]
    actions: tuple[ActionItem, ...]

    @property
    def id(self) -> int:
        """The programme's id."""
        assert self.programme.id is not None
        return self.programme.id

    @property
    def needs_successor(self) -> bool:
        """Whether somebody has to take over: a deputy's post alone may stay empty."""
        return self.owner or bool(self.issues or self.actions)

    def counted(self, *, shared_only: bool) -> str:
        """How much goes over, in words: "2 issues and 1 action item"; ``shared_only`` leaves out what the client alone
        sees. "" when it is nothing."""
        issues = [each for each in self.issues if not shared_only or each.visibility == Visibility.SHARED]
        actions = [each for each in self.actions if not shared_only or each.visibility == Visibility.SHARED]
        return counted(len(issues), len(actions))


def shares(person: Person, uow: UnitOfWork) -> list[Share]:
    """What is theirs, programme by programme, in the order the programmes were set up."""
    assert person.id is not None
    issues, actions = uow.issues.open_owned_by(person.id), uow.actions.unfinished_owned_by(person.id)
    posts = {programme.id: held for programme, held in _posts(person, uow)}
    concerned = {*posts, *(each.programme_id for each in issues), *(each.programme_id for each in actions)}
    found = []
    for programme_id in sorted(each for each in concerned if each is not None):
        programme = uow.providers.programme(programme_id)
        assert programme is not None
        held = {row.role for row in posts.get(programme_id, ())}
        found.append(
            Share(
                programme,
                "owner" in held,
                "deputy" in held,
                tuple(each for each in issues if each.programme_id == programme_id),
                tuple(each for each in actions if each.programme_id == programme_id),
            )
        )
    return found


def name_of(share: Share, among: Sequence[Share], uow: UnitOfWork) -> str:
    """The provider's name, and the programme's where there are several of one provider."""
    return programme_name(uow, share.programme, [each.programme for each in among])


def counted(issues: int, actions: int) -> str:
    """ "2 issues and 1 action item"; "" for nothing."""
    parts = [f"{issues} issue{'' if issues == 1 else 's'}"] if issues else []
    parts += [f"{actions} action item{'' if actions == 1 else 's'}"] if actions else []
    return " and ".join(parts)


def _posts(person: Person, uow: UnitOfWork) -> Sequence[tuple[Programme, list[Owner]]]:
    """Where this person is owner or deputy, whatever the programme's state."""
    found = []
    for programme in uow.providers.programmes(person.installation_id, state=None):
        assert programme.id is not None
        held = [row for row in uow.providers.owners(programme.id) if row.person_id == person.id]
        if held:
            found.append((programme, held))
    return found
