"""How late each timed thing may still be acted on, and what becomes of it after that.

The calendar asks this table at every firing that comes late; nothing older than its grace is posted, and what is lost by
that is listed for the managers. Several firings of one schedule that were slept through are one, and it is told what it
stands for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

DAY = timedelta(days=1)
WEEKLY = 4 * DAY
"""For what comes once a week and is read in that week: later than this, the next one is nearer and tells it all."""
ASKING = 3 * DAY
"""For the request for figures: after that the digest is near, and asks for what is missing itself."""
STARTING = timedelta(minutes=15)
"""How long it is still worth saying that a review begins."""
ALWAYS = timedelta(days=10_000)


@dataclass(frozen=True, slots=True)
class Grace:
    """How late a firing may be acted on: ``span``, or what its own row says (None: it depends on the record).

    ``what`` names one of them to a manager, "" for what only turns things over and is not listed when it is missed;
    ``after`` says what happens instead once it is too late.
    """

    span: timedelta | None
    what: str
    after: str


GRACES: Mapping[str, Grace] = {
    # subject of a schedule -> how late, what it is, what happens after that
    "figures": Grace(ASKING, "request for figures", "The digest says what is missing and offers to enter it."),
    "figures.later": Grace(ASKING, "request for figures", "The digest says what is missing and offers to enter it."),
    "digest": Grace(WEEKLY, "weekly digest", "The next digest says that there was none."),
    "digest.insides": Grace(WEEKLY, "", "The next digest tells it."),
    "portfolio": Grace(WEEKLY, "portfolio", "The next one tells how all providers stand."),
    "contract.ahead": Grace(None, "notice of a contract's end", "The contract is over."),
    "contract.farewell": Grace(None, "farewell", "The contract is over."),
    "contract.end": Grace(ALWAYS, "", "The contract is over however late it is noticed."),
    "issue.acknowledge": Grace(ALWAYS, "", "Late is late; it is said while it is owed."),
    "issue.resolve": Grace(ALWAYS, "", "Late is late; it is said while it is owed."),
    "issue.answer": Grace(ALWAYS, "", "Late is late; it is said while it is owed."),
    "issue.accept": Grace(ALWAYS, "", "Silence is a yes, or a reason to ask again, however late it is noticed."),
    "issue.escalate": Grace(ALWAYS, "", "It goes up while it is late, however late that is noticed."),
    "issue.lapse": Grace(ALWAYS, "", "An acknowledgement lapses however late it is noticed."),
    "action.accept": Grace(ALWAYS, "", "Silence is a yes, however late it is noticed."),
    "plan.check": Grace(ALWAYS, "", "A milestone is judged as things stand when it is looked at."),
    "plan.untouched": Grace(ALWAYS, "", "A draft nobody touched is let go however late that is noticed."),
    "reminders": Grace(DAY, "", "The next morning takes up everything this one would have said."),
    "review.agenda": Grace(None, "agenda of a review", "The review had begun or was over."),
    "review.begin": Grace(STARTING, "", "It is asked whether the review was held."),
    "review.unheld": Grace(ALWAYS, "", "It is asked once, however late."),
    "review.close": Grace(ALWAYS, "", "The minutes are posted, however late."),
    "review.after": Grace(ALWAYS, "", "The series goes on from today."),
    "calendar.shown": Grace(ALWAYS, "", "The address is taken out of its message, however late."),
    "downtime": Grace(DAY, "", "Home tells of the gap."),
}
"""Every subject of a schedule stands here; one that is not known is acted on as its row says."""


def grace_of(subject: str, row_seconds: int) -> timedelta:
    """How late a firing of ``subject`` may be acted on; ``row_seconds`` is what its schedule's own row says."""
    grace = GRACES.get(subject)
    return timedelta(seconds=row_seconds) if grace is None or grace.span is None else grace.span
