"""A record: an issue, an action item, a review, an improvement plan. Who may know of it, and which of its versions a button was drawn for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.route import Asker, Declined
from storage.models.action import ActionItem
from storage.models.issue import Issue
from storage.models.person import Person
from storage.models.plan import ImprovementPlan
from storage.models.provider import Provider
from storage.models.review import Review
from storage.unit_of_work import UnitOfWork

Record = Issue | ActionItem | Review | ImprovementPlan

UNDO_WITHIN = timedelta(minutes=10)
"""How long the last change of a record can be taken back by whoever made it."""


def may_see(record: Record, asker: Asker, uow: UnitOfWork) -> bool:
    """Whether an asker may know of a record: their own installation; a provider's people their own shared ones only."""
    if record.installation_id != asker.installation_id:
        return False
    if asker.side is Side.CLIENT:
        return asker.confirmed or record.visibility == Visibility.SHARED
    person = uow.people.get(asker.person_id)
    theirs = None if person is None else person.provider_id
    return record.visibility == Visibility.SHARED and theirs is not None and record.provider_id == theirs


def value_of(record: Record) -> str:
    """What a button about a record carries: "<id>:<version>", the version being the one it was drawn for."""
    return f"{record.id}:{record.version}"


def read_value(value: str, verb: str) -> tuple[int, int | None]:
    """The id and the version of a button's "<id>:<version>" or "<id>" (None: any version will do).

    Raises ``Declined`` for anything else; ``verb`` is what to type instead to see what is open.
    """
    record_id, _, version = value.strip().partition(":")
    if not record_id.isdecimal() or (version and not version.isdecimal()):
        raise Declined(f"This button belongs to an older card. Ask for `{verb}` to see what is open.")
    return int(record_id), int(version) if version else None


def is_stale(record: Record, version: int | None) -> bool:
    """Whether a record has changed since the button with this ``version`` was drawn (None: any version will do)."""
    return version is not None and version != record.version


def accountable_on(uow: UnitOfWork, programme_id: int, side: Side) -> Person | None:
    """Who answers for a side: its owner, else its deputy."""
    return uow.providers.accountable(programme_id, side) or uow.providers.accountable(programme_id, side, "deputy")


def names_of_sides(provider: Provider, uow: UnitOfWork) -> Mapping[Side, str]:
    """How the client and this provider of theirs are called."""
    installation = uow.providers.installation_by_id(provider.installation_id)
    client = "" if installation is None else installation.name
    return {Side.CLIENT: client or "the client", Side.PROVIDER: provider.name}
