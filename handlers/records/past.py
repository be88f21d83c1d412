"""What a record has been through, read from the audit log: for its history, and for taking a step back.

Words are those people said, as far as their keys still open them; what somebody erased is gone here too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork

NOBODY = "the agreed time"
"""Who did what nobody did: silence, or a hand-over of everything somebody had."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that was changed: its name, and what it said before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a history: who did what when, what changed by it, and what was said."""

    at: datetime
    who: str
    did: str
    changes: tuple[Change, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """A record's history, oldest first. ``title`` names the record, ``button`` leads back to it."""

    title: str
    steps: tuple[Step, ...]
    button: Button


@dataclass(frozen=True, slots=True)
class Storied:
    """A kind of record with a history. ``numbered`` finds the id behind a number, None where the asker knows of none;
    ``past`` tells it, and raises ``Declined`` for what the asker may not see."""

    numbered: Callable[[int, Asker, UnitOfWork], int | None]
    past: Callable[[int, Asker, UnitOfWork], Past]


@dataclass(frozen=True, slots=True)
class Undoable:
    """Changes of one subject that can be taken back: their names in the audit log, and how it is done.

    ``take_back`` raises ``Declined`` with the reason when somebody acted since, or it is too late.
    """

    changes: frozenset[str]
    take_back: Callable[[AuditEntry, Asker, UnitOfWork, datetime], Answer]


def states(entry: AuditEntry) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The fields before and after a change, as ``records.history`` wrote them down; empty where there were none."""
    facts = json.loads(entry.facts) if entry.facts else {}
    return facts.get("before") or {}, facts.get("after") or {}


Shown = Mapping[str, tuple[str, Callable[[Any], str]]]
"""Fields that a history shows: the name of each, and how its value is said."""


def changed(entry: AuditEntry, shown: Shown) -> tuple[Change, ...]:
    """What an entry changed among the ``shown`` fields, each with its name and how its value is said."""
    before, after = states(entry)
    found = []
    for field, (name, say) in shown.items():
        if field in before and field in after and before[field] != after[field]:
            found.append(Change(name, say(before[field]), say(after[field])))
    return tuple(found)


def who(entry: AuditEntry, uow: UnitOfWork) -> str:
    """Who made a change."""
    person = None if entry.person_id is None else uow.people.get(entry.person_id)
    return NOBODY if person is None else person.name


def wording(entry: AuditEntry, uow: UnitOfWork) -> tuple[str, str] | None:
    """The title and the longer text that an entry's words hold, a line apart; None where it holds none, or its author's
    words were erased."""
    said = uow.audit.words(entry)
    if said is None:
        return None
    title, _, text = said.partition("\n")
    return title, text


def wording_before(
    entries: Sequence[AuditEntry], until: AuditEntry, kinds: Sequence[str], uow: UnitOfWork
) -> tuple[str, str] | None:
    """What a record said before the entry ``until``: the newest wording among entries of these kinds."""
    earlier = [each for each in entries if each.what in kinds and (each.id or 0) < (until.id or 0)]
    read = (wording(each, uow) for each in reversed(earlier) if each.words is not None)
    return next(read, None)


def rewordings(
    entry: AuditEntry, entries: Sequence[AuditEntry], kinds: Sequence[str], names: tuple[str, str], uow: UnitOfWork
) -> tuple[Change, ...]:
    """How an edit changed a record's title and text, called ``names``; nothing where either wording is gone."""
    before, after = wording_before(entries, entry, kinds, uow), wording(entry, uow)
    if before is None or after is None:
        return ()
    both = zip(names, before, after, strict=True)
    return tuple(Change(name, old, new) for name, old, new in both if old != new)
