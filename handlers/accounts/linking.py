"""Two people are one: everything of the later known one becomes the earlier one's, until it is taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from handlers.mirrors.twins import NAMES
from handlers.noise import preferences
from handlers.vocabulary.address import Platform
from handlers.vocabulary.events import PeopleJoined
from storage.models.audit import AuditEntry
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

SUBJECT = "account"
LINKED, UNLINKED = "account.linked", "account.unlinked"
ROLES = ("member", "lead", "executive", "manager")
"""What somebody is, the less first."""


def refusal(one: Person, other: Person, uow: UnitOfWork) -> str:
    """Why these two cannot be one person, as a sentence; "" when they can."""
    if one.id == other.id:
        return f"{one.name} is one person already; choose their account on the other platform."
    if one.left_at is not None or other.left_at is not None:
        return "One of the two is noted as having left."
    companies = one.provider_id, other.provider_id
    if one.side != other.side or (None not in companies and companies[0] != companies[1]):
        return f"{one.name} and {other.name} are of different companies, so they are not one person."
    both = set(platforms_of(one, uow)) & set(platforms_of(other, uow))
    if both:
        there = " and ".join(NAMES[each] for each in sorted(both))
        return f"Both have an account on {there}, so they are two people."
    return ""


def platforms_of(person: Person, uow: UnitOfWork) -> Sequence[Platform]:
    """Where somebody has accounts, the first one known in front."""
    assert person.id is not None
    return list(dict.fromkeys(Platform(each.platform) for each in uow.people.accounts(person.id)))


def link(one: Person, other: Person, by: int | None, uow: UnitOfWork, now: datetime) -> Person:
    """Make two people one, and answer who is left: whoever was known first. ``by`` None: their address says so. The caller
    has asked ``refusal``."""
    kept, gone = sorted((one, other), key=lambda each: each.id or 0)
    assert kept.id is not None and gone.id is not None
    before = _told_of(kept)
    kept.role = max(kept.role, gone.role, key=ROLES.index)
    kept.provider_id = kept.provider_id or gone.provider_id
    kept.email = kept.email or gone.email
    gone.left_at, gone.same_as = now, kept.id
    uow.people.add(kept)
    uow.people.add(gone)
    preferences.carry_over(gone, kept, uow)
    moved = uow.merging.move(gone.id, kept.id)
    ended = _one_post_a_side(kept, uow, now)
    facts = {"was": gone.id, "moved": moved, "ended": ended, "before": before, "after": _told_of(kept)}
    _note(LINKED, kept, kept.id if by == gone.id else by, facts, uow, now)
    uow.happened(PeopleJoined(kept.id, gone.id))
    return kept


def newest_link(person_id: int, uow: UnitOfWork) -> AuditEntry | None:
    """The last time somebody turned out to be this person too that was not taken back; None: never."""
    entries = uow.audit.of(SUBJECT, person_id)
    undone = {json.loads(each.facts)["entry"] for each in entries if each.what == UNLINKED}
    links = [each for each in entries if each.what == LINKED and each.id not in undone]
    return links[-1] if links else None


def unlink(entry: AuditEntry, by: int | None, uow: UnitOfWork, now: datetime) -> tuple[Person, Person] | None:
    """They are two people after all: what moved returns, as far as nobody gave it to somebody else since. Answers both;
    None when one of them is not there any more."""
    facts = json.loads(entry.facts)
    kept, gone = uow.people.get(entry.subject_id), uow.people.get(facts["was"])
    if kept is None or gone is None or kept.id is None or gone.id is None:
        return None
    uow.merging.move_back(facts["moved"], kept.id, gone.id)
    for number in facts["ended"]:
        uow.providers.resume_owner(number)
    if _told_of(kept) == facts["after"]:  # else somebody changed it since
        kept.role, kept.provider_id, kept.email = facts["before"]
    gone.left_at = gone.same_as = None
    uow.people.add(kept)
    uow.people.add(gone)
    _note(UNLINKED, kept, by, {"entry": entry.id, "was": gone.id}, uow, now)
    uow.happened(PeopleJoined(kept.id, gone.id))
    return kept, gone


def _told_of(person: Person) -> list[object]:
    """What one row may have learnt from the other."""
    return [person.role, person.provider_id, person.email]


def _one_post_a_side(person: Person, uow: UnitOfWork, now: datetime) -> list[int]:
    """Nobody is their own deputy: the lesser post ends where both had become theirs. Answers the posts that ended."""
    assert person.id is not None
    ended = []
    for programme in uow.providers.programmes(person.installation_id, state=None):
        assert programme.id is not None
        theirs = [row for row in uow.providers.owners(programme.id) if row.person_id == person.id]
        theirs.sort(key=lambda row: row.role != "owner")
        for row in theirs[1:]:
            uow.providers.end_owner(row, now)
            ended.append(row.id or 0)
    return ended


def _note(what: str, person: Person, by: int | None, facts: dict[str, object], uow: UnitOfWork, now: datetime) -> None:
    assert person.id is not None
    entry = AuditEntry(
        installation_id=person.installation_id,
        at=now,
        person_id=by,
        what=what,
        subject=SUBJECT,
        subject_id=person.id,
        visibility="INT",
        facts=json.dumps(facts, sort_keys=True),
    )
    uow.audit.note(entry)
