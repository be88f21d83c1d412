"""The terms of an issue: who owns it and how severe it is, and the deadlines that follow from both."""

from __future__ import annotations

from datetime import datetime

from handlers.issues import changes, consent, rules, voice
from handlers.issues.rules import SEVERITIES
from handlers.issues.standing import Standing
from handlers.records.hours import hours_of, span, until
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Text, When
from handlers.vocabulary.route import Asker
from storage.models.issue import Issue
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork


def hand_over(
    standing: Standing, asker: Asker | None, uow: UnitOfWork, now: datetime, to: Person, *, told: bool = False
) -> Standing:
    """Somebody else owns it. Within a side its times stay; across sides it begins anew in the new owner's hours.

    ``told``: a message elsewhere tells of it, so that no line is said.
    """
    side = Side(to.side)
    if asker is not None:
        consent.may_hand_over(standing, asker, side)
    issue, before, was = standing.issue, changes.facts_of(standing), standing.owner
    if to.id is None or to.id == was.id:
        return standing
    issue.owner_id, issue.heard_at = to.id, now
    if side is not standing.owner_side:
        _begin_anew(issue, to, uow, now)
    after, once = changes.keep(issue, before, "issue.owner", asker, uow, now)
    if told:
        return after
    by = "" if asker is None else f", says {asker.name}"
    said: Text = (after.mention(to), f" looks after issue {issue.number} now (until now {was.name}){by}.")
    voice.line(after, uow, now, once, said, reason="owner changed")
    return after


def regrade(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, severity: int) -> Standing:
    """Another severity, and with it other times."""
    consent.may_regrade(standing, asker, severity)
    issue, before, was = standing.issue, changes.facts_of(standing), standing.issue.severity
    if severity == was:
        return standing
    _set_severity(standing, severity, now)
    issue.heard_at = now  # another severity allows another silence: it is counted from here
    after, once = changes.keep(issue, before, "issue.edited", asker, uow, now)
    voice.line(after, uow, now, once, _regraded(after, asker, was))
    return after


def _set_severity(standing: Standing, severity: int, now: datetime) -> None:
    """Change the severity and the deadlines that follow from it, without the time that waited for the other side.

    Whoever owns it has at least the time to acknowledge left, so that a change is not at once a lateness.
    """
    issue = standing.issue
    issue.severity = severity
    level, hours = SEVERITIES[severity], standing.hours(standing.owner_side)
    if issue.state == "open":
        counted = until(issue.reported_at, level.acknowledge, hours)
        issue.acknowledge_by = counted if counted > now else until(now, level.acknowledge, hours)
    left = span(level.resolve, hours) - standing.waited(standing.owner_side, now)
    least = span(level.acknowledge, hours)
    clock = rules.running(standing.clocks)
    handed_over = clock is not None and clock.side != standing.owner_side
    issue.resolve_by = rules.run(
        clock.started_at if clock is not None and handed_over else now, max(left, least), hours
    )
    if issue.state == "waiting" and clock is not None:
        issue.answer_by = until(clock.started_at, level.answer, standing.hours(Side(clock.side)))


def _regraded(standing: Standing, asker: Asker, was: int) -> Text:
    """What both sides are told of another severity."""
    issue = standing.issue
    return (
        f"{asker.name} changed the severity of issue {issue.number} from {was} to {issue.severity}. Resolve by ",
        When(issue.resolve_by, standing.owner.zone),
        ".",
    )


def _begin_anew(issue: Issue, to: Person, uow: UnitOfWork, now: datetime) -> None:
    hours = rules.hours_for(issue.severity, hours_of(to.zone, to.country))
    level = SEVERITIES[issue.severity]
    issue.state, issue.waiting_on, issue.acknowledged_at = "open", "", None
    issue.level, issue.handed = 1, issue.handed + 1
    issue.done_at = issue.accept_by = issue.answer_by = None
    issue.acknowledge_by = until(now, level.acknowledge, hours)
    issue.resolve_by = until(now, level.resolve, hours)
    uow.issues.start_clock(issue, to.side, now)
