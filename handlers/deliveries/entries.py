"""A message that could not be delivered, as somebody reads of it: what, to where, since when, why. Never what it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.places import programme_name
from storage.models.delivery import OutboxRow
from storage.outbox import ERRAND
from storage.unit_of_work import UnitOfWork

NOBODY_KNOWN = "somebody who is not known any more"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message. ``replies`` is how many others hang on it; ``programme_id`` None where it belongs to none."""

    seq: int
    what: str
    where: str
    since: datetime
    why: str
    programme_id: int | None = None
    replies: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The undelivered messages of one programme, the oldest first. ``name`` is the provider's."""

    programme_id: int | None
    name: str
    entries: tuple[Entry, ...]


def entries_of(rows: Sequence[OutboxRow], uow: UnitOfWork) -> list[Entry]:
    """The rows as they are read of, in their order."""
    return [_entry(row, uow) for row in rows]


def grouped(entries: Iterable[Entry], installation_id: int, uow: UnitOfWork) -> list[Group]:
    """By programme, in the order of each one's oldest; what belongs to none comes last."""
    found: dict[int | None, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.programme_id, []).append(entry)
    programmes = uow.providers.programmes(installation_id, state=None)
    names = {each.id: programme_name(uow, each, programmes) for each in programmes}
    groups = [Group(each, names.get(each, "Of no provider"), tuple(held)) for each, held in found.items()]
    return sorted(groups, key=lambda group: group.programme_id is None)


def what_is(row: OutboxRow) -> str:
    """What kind of message it is, in words."""
    return "a question about somebody" if row.kind == ERRAND else row.kind.replace(".", " ").replace("_", " ")


def _entry(row: OutboxRow, uow: UnitOfWork) -> Entry:
    assert row.seq is not None
    return Entry(
        seq=row.seq,
        what=what_is(row),
        where=_where(row, uow),
        since=row.not_before if row.first_try is None else min(row.first_try, row.not_before),
        why=row.trouble,
        programme_id=row.programme_id,
        replies=len(uow.undelivered.replies_to(row)),
        kind=row.kind,
    )


def _where(row: OutboxRow, uow: UnitOfWork) -> str:
    if row.account_user:
        person = uow.people.by_account(row.installation_id, row.platform, row.account_workspace, row.account_user)
        return NOBODY_KNOWN if person is None else person.name
    known = uow.providers.channels_at(row.platform, row.workspace, row.channel)
    name = next((each.name for each in known if each.name), "") or row.channel
    return f"#{name.removeprefix('#')}"
