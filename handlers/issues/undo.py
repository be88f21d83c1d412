"""Taking the last step back: ten minutes, by whoever made it, unless somebody acted on it since."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from handlers import saying
from handlers.issues import changes, consent, steps, voice
from handlers.issues.standing import Standing
from handlers.vocabulary.route import Asker
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork


def undo(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> tuple[Standing, str]:
    """Take the last change back. Answers how the issue stands, and what was taken back in a word ("called it done").

    A report that is taken back is withdrawn: it stays readable. Raises ``Declined`` with the reason when it is too late.
    """
    entries = uow.audit.of("issue", standing.id)
    last = entries[-1]
    consent.may_undo(last.what, last.person_id, last.at, _since(entries, asker, standing, uow), asker, now)
    told = consent.UNDOABLE[last.what]
    if last.what == "issue.reported":
        return steps.close(standing, "issue.withdrawn", asker, uow, now), told
    issue, before = standing.issue, changes.facts_of(standing)
    changes.restore(issue, json.loads(last.facts)["before"], uow)
    if last.what == "issue.done":
        issue.done_note = ""
    elif last.what == "issue.blocked":
        issue.waiting_for = ""
    after, _ = changes.keep(issue, before, "issue.undone", asker, uow, now)
    _mark(after, last, asker, uow, now)
    return after, told


def _since(entries: Sequence[AuditEntry], asker: Asker, standing: Standing, uow: UnitOfWork) -> str:
    """Who acted on the asker's last change after it, in words; empty when nobody did."""
    mine = [index for index, entry in enumerate(entries) if entry.person_id == asker.person_id]
    if not mine:
        return ""
    later = entries[mine[-1] + 1 :]
    if later:
        person = None if later[-1].person_id is None else uow.people.get(later[-1].person_id)
        name = "the agreed time" if person is None else person.name
        return f"{name} {consent.TOLD.get(later[-1].what, 'changed it')} since"
    after = entries[mine[-1]].at
    added = [each for each in uow.actions.of_issue(standing.id) if each.created_at > after]
    return f"action {added[-1].number} was agreed on it since" if added else ""


def _mark(standing: Standing, entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    """The line that announced the change stays, and says that it was taken back."""
    once = changes.line_name(entry)
    row = uow.outbox.by_once(once)
    if row is not None:
        said = saying.decode_card(row.content).text
        voice.take_back(standing, uow, now, once, (f"{asker.name} took this back:",), said)
