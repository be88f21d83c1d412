"""Taking the last step back: ten minutes, by whoever made it, unless somebody acted on it since."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from handlers.improvements import cards, changes, consent
from handlers.improvements.content import load, put
from handlers.improvements.standing import Standing, find, standing_of
from handlers.records import posting
from handlers.records.past import Undoable
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork


def undo(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> tuple[Standing, str]:
    """Take the last change back. Answers how the plan stands, and what was taken back in a word ("changed it").

    A draft or a proposal that is taken back is withdrawn: what was posted is struck, not deleted. Raises ``Declined`` with
    the reason when it is too late.
    """
    history = uow.audit.of("plan", standing.id)
    if not history:
        raise Declined("There is nothing to undo.")
    last = history[-1]
    by = None if last.person_id is None else uow.people.get(last.person_id)
    consent.may_undo(last.what, last.person_id, last.at, "" if by is None else by.name, asker, now)
    _not_acted_on(last, standing)
    plan, before, told = standing.plan, changes.facts_of(standing), consent.UNDOABLE[last.what]
    if last.what in ("plan.drafted", "plan.proposed"):
        plan.state, plan.reason, plan.closed_at = "withdrawn", f"taken back by {asker.name}", now
    else:
        if last.what == "plan.edited":
            _say_as_before(last, standing, uow)
        changes.restore(standing_of(plan, uow, now), json.loads(last.facts)["before"], uow)
        plan.reason = _reason_after(history[:-1], uow)
    after, _ = changes.keep(plan, before, "plan.undone", asker, uow, now)
    posting.strike(last, f"{asker.name} took this back:", uow, now)
    return after, told


def take_back(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The same for a change found in the audit log, answered to whoever asked."""
    after, told = undo(find(entry.subject_id, asker, uow, now), asker, uow, now)
    said = f"Taken back: you {told}. This is how plan {after.plan.number} stands."
    return Answer(card=cards.private_card(after, now, said), done=said)


UNDOABLE = Undoable(frozenset(consent.UNDOABLE), take_back)


def _not_acted_on(last: AuditEntry, standing: Standing) -> None:
    """Actions that were handed out by the agreement, or agreed since, are with their owners."""
    later = [each for each in standing.actions if each.created_at >= last.at]
    if later:
        numbers = ", ".join(str(each.number) for each in later)
        raise Declined(
            f"That cannot be undone: its actions ({numbers}) are with their owners since. Change the plan, or withdraw it."
        )


def _reason_after(entries: Sequence[AuditEntry], uow: UnitOfWork) -> str:
    """Why somebody had not said yes after these changes: what is taken back may have answered it; "" for nothing."""
    told = [""]
    for each in entries:
        if each.what in ("plan.not_yet", "plan.withdrawn"):
            told.append(uow.audit.words(each) or "")
        elif each.what == "plan.undone":
            told.append(told[-2])
        else:
            told.append("" if _answers(each) else told[-1])
    return told[-1]


def _answers(entry: AuditEntry) -> bool:
    """Whether a change leaves no reason standing: the plan says something else, or both have said yes."""
    running = json.loads(entry.facts)["after"]["state"] in ("agreed", "closed")
    return entry.what == "plan.edited" or (entry.what == "plan.agreed" and running)


def _say_as_before(last: AuditEntry, standing: Standing, uow: UnitOfWork) -> None:
    kept = uow.audit.words(last)
    before = None if kept is None else json.loads(kept)[0]
    if before is None:
        raise Declined("What the plan said before is not kept any more. Use Change on its card.")
    put(load(before), standing, uow)
