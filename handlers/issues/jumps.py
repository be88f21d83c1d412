"""The jumps of an issue as they are kept: a row for each, with its reason, and an entry in the issue's history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from handlers.issues import ladder
from handlers.issues.ladder import Late
from handlers.issues.standing import Standing
from handlers.ladders import SECOND, Planned
from handlers.records.hours import Limit
from handlers.vocabulary.address import Visibility
from storage.models.audit import AuditEntry
from storage.models.escalation import EscalationJump
from storage.unit_of_work import UnitOfWork

ESCALATED = "issue.escalated"
"""What the audit log calls a jump. It changes nothing that could be taken back."""


def make(standing: Standing, late: Late, due: Sequence[Planned], uow: UnitOfWork, now: datetime) -> list[Planned]:
    """Keep what is reached now. Answers those that were not reached before: another process may have been faster."""
    made = []
    for each in due:
        jump = _jump(standing, late, each, now)
        if uow.escalations.jump(jump):
            made.append(each)
            _note(standing, jump, uow, now)
            if jump.visibility == standing.issue.visibility:
                standing.issue.level = max(standing.issue.level, each.rung.level)
    uow.issues.note(standing.issue)
    return made


def reason(standing: Standing, late: Late, after: Limit) -> str:
    """Why something goes up, without anybody's name."""
    kind = "day and night" if standing.issue.severity == 1 else "business time"
    plain = Limit(after.minutes, after.hours, after.days)
    return f"{ladder.OWED[late.what]}, {str(plain).replace('business ', '')} past it ({kind})"


def _jump(standing: Standing, late: Late, step: Planned, now: datetime) -> EscalationJump:
    issue, named = standing.issue, step.rung.people[0] if step.rung.people else None
    stood_in = named is not None and step.person is not None and step.person.id != named.id
    return EscalationJump(
        installation_id=issue.installation_id,
        provider_id=issue.provider_id,
        programme_id=issue.programme_id,
        issue_id=standing.id,
        turn=late.turn,
        level=step.rung.level,
        side=step.rung.side,
        waiting=late.side,
        how=step.rung.how,
        person_id=None if step.person is None else step.person.id,
        instead_of_id=named.id if stood_in and named is not None else None,
        reason=reason(standing, late, step.rung.after),
        visibility=ladder.seen_by(issue, step.rung),
        at=now,
    )


def _note(standing: Standing, jump: EscalationJump, uow: UnitOfWork, now: datetime) -> None:
    """The history tells it too; who may not know of the client's highest level does not read of it."""
    facts = {"level": jump.level, "side": jump.side, "person": jump.person_id, "how": jump.how, "reason": jump.reason}
    entry = AuditEntry(
        installation_id=jump.installation_id,
        programme_id=jump.programme_id,
        at=now,
        what=ESCALATED,
        subject="issue",
        subject_id=standing.id,
        visibility=jump.visibility,
        facts=json.dumps({"before": {}, "after": facts}, sort_keys=True),
    )
    uow.audit.note(entry)


def shown(jumps: Sequence[EscalationJump], *, internal: bool) -> list[EscalationJump]:
    """The jumps of the highest level there is to see, each person once; ``internal`` also what only the client knows."""
    seen = [each for each in jumps if internal or each.visibility == Visibility.SHARED]
    highest = max((each.level for each in seen), default=SECOND)
    newest = {each.side: each for each in seen if each.level == highest}
    return list(newest.values())
