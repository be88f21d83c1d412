"""A message that could not be delivered, as somebody reads of it: what, to where, since when, why. Never what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.noise.short_names import short_name
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
    """What a page shows of the undelivered messages of one programme; there are ``count`` in all. ``name`` is the
    provider's."""

    programme_id: int | None
    name: str
    count: int
    entries: tuple[Entry, ...]


def entries_of(rows: Sequence[OutboxRow], uow: UnitOfWork) -> list[Entry]:
    """The rows as they are read of, in their order."""
    return [_entry(row, uow) for row in rows]


def page(rows: Sequence[OutboxRow], start: int, size: int, uow: UnitOfWork) -> list[Group]:
    """``size`` of the rows from ``start`` on, by programme in the order of each one's oldest; what belongs to none comes
    last."""
    held: dict[int | None, list[OutboxRow]] = {}
    for row in rows:
        held.setdefault(row.programme_id, []).append(row)
    ordered = [row for each in sorted(held, key=lambda each: each is None) for row in held[each]]
    shown: dict[int | None, list[Entry]] = {}
    for entry in entries_of(ordered[start : start + size], uow):
        shown.setdefault(entry.programme_id, []).append(entry)
    return [Group(each, _name(each, uow), len(held[each]), tuple(entries)) for each, entries in shown.items()]


def _name(programme_id: int | None, uow: UnitOfWork) -> str:
    programme = None if programme_id is None else uow.providers.programme(programme_id)
    if programme is None:
        return "Of no provider"
    return programme_name(uow, programme, uow.providers.programmes(programme.installation_id, state=None))


def what_is(row: OutboxRow) -> str:
    """What kind of message it is, in words."""
    if row.kind == ERRAND:
        return "a question about somebody"
    return short_name(row.kind)


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
