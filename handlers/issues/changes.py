"""What every change of an issue has in common: the record, its clocks and timers, the audit entry, the card.

The state before is kept in the audit entry (ids, states and moments only), so that the change can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers import schedules
from handlers.issues import rules, voice
from handlers.issues.standing import Standing, standing_of
from handlers.records import history, posting
from handlers.records.hours import hours_of
from handlers.vocabulary.route import Asker
from storage.models.issue import Issue
from storage.unit_of_work import UnitOfWork

PLAIN = ("state", "waiting_on", "owner_id", "severity", "issue_kind", "reopened", "lapses", "handed")
MOMENTS = ("acknowledge_by", "resolve_by", "acknowledged_at", "done_at", "closed_at", "accept_by", "answer_by")
ASKING = ("issue.blocked", "issue.done")
"""Changes whose line in the thread asks the other side for something, with buttons to answer by."""
TIMERS = ("acknowledge", "resolve", "answer", "accept")


def facts_of(standing: Standing) -> dict[str, Any]:
    """An issue's state without anybody's words, as the audit log keeps it."""
    running = rules.running(standing.clocks)
    return {
        **history.state_of(standing.issue, PLAIN, MOMENTS),
        "clocks": len(standing.clocks),
        "running": None if running is None else running.id,
    }


def restore(issue: Issue, before: Mapping[str, Any], uow: UnitOfWork) -> None:
    """Put an issue and its clocks back to the state that ``facts_of`` wrote down."""
    history.put_back(issue, before, PLAIN, MOMENTS)
    uow.issues.rewind_clock(issue, before["clocks"], before["running"])


def keep(
    issue: Issue,
    before: Mapping[str, Any] | None,
    what: str,
    asker: Asker | None,
    uow: UnitOfWork,
    now: datetime,
    words: str = "",
) -> tuple[Standing, str]:
    """Keep a change that was made to ``issue`` and show it. ``asker`` None: time made it, nobody did.

    Answers how it stands now, and the ``once`` for the one line this change may say in the thread.
    """
    if asker is not None and before is not None and asker.side == _owner_side(issue, uow):
        issue.heard_at = now
    uow.issues.save(issue)
    set_timers(issue, uow, fresh=before is None)
    standing = standing_of(issue, uow)
    entry = history.note(issue, "issue", what, (before, facts_of(standing)), asker, uow, now, words)
    voice.show_card(standing, uow, now)
    if before is not None and before["state"] != issue.state:
        posting.settle_asked(entry, ASKING, uow, now)
    return standing, posting.line_name(entry)


def set_timers(issue: Issue, uow: UnitOfWork, *, fresh: bool = False) -> None:
    """Only what is expected next has a timer, and a resolution that is still owed has one beside the acknowledgement.

    A ``fresh`` issue has none yet that could be cancelled.
    """
    assert issue.id is not None
    expected = rules.deadline(issue)
    wanted = {} if expected is None else {expected[0]: expected[1]}
    if issue.state == "open":
        wanted["resolve"] = issue.resolve_by
    for timer in TIMERS:
        moment = wanted.get(timer)  # type: ignore[call-overload]  # a plain string is a key too
        if moment is None and not fresh:
            schedules.cancel(uow, f"issue.{timer}", issue.id)
        elif moment is not None:
            schedules.once_at(uow, f"issue.{timer}", issue.id, issue.installation_id, moment)
    set_lapse(issue, uow)


def set_lapse(issue: Issue, uow: UnitOfWork) -> None:
    """An acknowledgement lapses unless the owner's side is heard. The firing looks again at what was heard since, so nothing
    has to be cancelled."""
    owner = uow.people.get(issue.owner_id)
    if owner is None or issue.id is None:
        return
    hours = rules.hours_for(issue.severity, hours_of(owner.zone, owner.country))
    moment = rules.lapses_at(issue, hours)
    if moment is not None:
        schedules.once_at(uow, "issue.lapse", issue.id, issue.installation_id, moment)


def _owner_side(issue: Issue, uow: UnitOfWork) -> str:
    owner = uow.people.get(issue.owner_id)
    return "" if owner is None else owner.side
