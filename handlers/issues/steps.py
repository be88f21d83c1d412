"""The steps of an issue's life. Each asks for consent, changes the record and the clocks, and says what both need to know.

A step takes the issue as it stands and answers how it stands afterwards; refusals are ``Declined`` and change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.issues import cards, changes, consent, rules, voice
from handlers.issues.rules import SEVERITIES
from handlers.issues.standing import Standing
from handlers.records.hours import silence_accepts, until
from handlers.vocabulary.events import IssueClosed
from handlers.vocabulary.outgoing import Button, Code, Span, Text, When
from handlers.vocabulary.route import Asker
from storage.unit_of_work import UnitOfWork


def acknowledge(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """Seen: the acknowledgement timer stops. Seen before: nothing changes."""
    consent.may_acknowledge(standing, asker)
    issue, before = standing.issue, changes.facts_of(standing)
    if issue.state != "open":
        return standing
    issue.state, issue.acknowledged_at = "acknowledged", now
    return changes.keep(issue, before, "issue.acknowledged", asker, uow, now)[0]


def block(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, reason: str) -> Standing:
    """Something is needed from the other side: this side's clock rests, theirs runs."""
    consent.may_block(standing, asker)
    if asker.side is not standing.owner_side:
        return answer(standing, asker, uow, now, reason)
    issue, before = standing.issue, changes.facts_of(standing)
    other = standing.owner_side.other
    issue.state, issue.waiting_on, issue.waiting_for = "waiting", other, reason
    issue.acknowledged_at = issue.acknowledged_at or now
    issue.answer_by = until(now, SEVERITIES[issue.severity].answer, standing.hours(other))
    uow.issues.start_clock(issue, other, now)
    after, once = changes.keep(issue, before, "issue.blocked", asker, uow, now, reason)
    asked = after.answering(other)
    said: list[Span] = [
        *voice.call(after, asked, uow, now),
        f"{asker.name} needs something from {after.names[other]} to go on:",
    ]
    give_back = Button("issue.answered", "We answered", after.value, "primary")
    voice.line(after, uow, now, once, tuple(said), give_back, quote=reason)
    return after


def answer(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, words: str = "") -> Standing:
    """The side that was waited on has answered: the owner's clock goes on with what was left of it."""
    consent.may_answer(standing, asker)
    issue, before = standing.issue, changes.facts_of(standing)
    _give_back(standing, uow, now)
    issue.state, issue.heard_at = "acknowledged", now
    after, once = changes.keep(issue, before, "issue.answered", asker, uow, now, words)
    said: Text = (
        *voice.call(after, after.owner, uow, now),
        "back with you, thanks for the patience. Resolve by ",
        When(issue.resolve_by, after.owner.zone),
        ".",
    )
    voice.line(after, uow, now, once, said, quote=_unseen(asker, words))
    return after


def finish(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, note: str = "") -> Standing:
    """The owner's side says it is done; the other side is asked. Where only one company sees it, that closes it."""
    consent.may_finish(standing, asker)
    issue, before = standing.issue, changes.facts_of(standing)
    if issue.state == "waiting":
        _give_back(standing, uow, now)
    issue.done_at, issue.done_note = now, note
    issue.acknowledged_at = issue.acknowledged_at or now
    if standing.internal:
        return close(standing, "issue.done", asker, uow, now, note, before)
    other = standing.owner_side.other
    issue.state, issue.waiting_on = "done", ""
    issue.accept_by = silence_accepts(now, standing.work[other])
    uow.issues.start_clock(issue, other, now)
    after, once = changes.keep(issue, before, "issue.done", asker, uow, now, note)
    offered = (cards.accept_button(after), cards.reopen_button(after))
    voice.line(after, uow, now, once, _is_it_done(after, asker, uow, now), *offered, quote=_unseen(asker, note))
    return after


def accept(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """The other side agrees: closed."""
    consent.may_accept(standing, asker)
    return close(standing, "issue.accepted", asker, uow, now)


def accept_by_silence(standing: Standing, uow: UnitOfWork, now: datetime) -> Standing:
    """Nobody objected within two business days: closed."""
    return close(standing, "issue.accepted", None, uow, now)


def reopen(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, reason: str = "") -> Standing:
    """Not done after all. What was only called done goes on with the time that was left, though never less than there
    is to acknowledge; what was closed begins anew."""
    consent.may_reopen(standing, asker)
    issue, before = standing.issue, changes.facts_of(standing)
    severity, hours = SEVERITIES[issue.severity], standing.hours(standing.owner_side)
    if issue.state == "done":
        _give_back(standing, uow, now)
        issue.resolve_by = max(issue.resolve_by, until(now, severity.acknowledge, hours))
    else:
        issue.resolve_by = until(now, severity.resolve, hours)
        uow.issues.start_clock(issue, standing.owner_side, now)
    issue.state, issue.waiting_on, issue.reopened = "acknowledged", "", issue.reopened + 1
    issue.heard_at, issue.level = now, 1
    issue.closed_at = issue.done_at = issue.accept_by = None
    after, once = changes.keep(issue, before, "issue.reopened", asker, uow, now, reason)
    said: Text = (
        *voice.call(after, after.owner, uow, now),
        f"{asker.name} reopened issue {issue.number}. Resolve by ",
        When(issue.resolve_by, after.owner.zone),
        ".",
    )
    voice.line(after, uow, now, once, said, quote=_unseen(asker, reason))
    return after


def withdraw(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """Whoever reported it takes it back."""
    consent.may_withdraw(standing, asker)
    return close(standing, "issue.withdrawn", asker, uow, now)


def _give_back(standing: Standing, uow: UnitOfWork, now: datetime) -> None:
    """The owner's clock runs again, and the resolution moves by the time the other side had it."""
    issue, clock = standing.issue, rules.running(standing.clocks)
    if clock is not None and clock.side != standing.owner_side:
        hours = standing.hours(standing.owner_side)
        issue.resolve_by = rules.moved(issue.resolve_by, clock.started_at, now, hours)
    issue.waiting_on, issue.answer_by = "", None
    uow.issues.start_clock(issue, standing.owner_side, now)


def close(
    standing: Standing,
    what: str,
    asker: Asker | None,
    uow: UnitOfWork,
    now: datetime,
    words: str = "",
    before: Mapping[str, Any] | None = None,
) -> Standing:
    """Close it for good, without asking whether they may. ``what`` "issue.withdrawn" or "issue.undone" (the report was
    taken back) withdraws it, else it is accepted.

    ``before`` is the state to go back to by undo, if the caller changed something already.
    """
    issue = standing.issue
    before = before or changes.facts_of(standing)
    withdrawn = what in ("issue.withdrawn", "issue.undone")
    issue.state, issue.closed_at = "withdrawn" if withdrawn else "accepted", now
    issue.waiting_on, issue.answer_by, issue.accept_by = "", None, None
    uow.issues.stop_clock(issue, now)
    after, once = changes.keep(issue, before, what, asker, uow, now, words)
    voice.line(after, uow, now, once, _closed(after, asker, withdrawn, now))
    uow.happened(IssueClosed(after.id))
    return after


def _closed(standing: Standing, asker: Asker | None, withdrawn: bool, now: datetime) -> Text:
    number, spent = standing.issue.number, cards.waited_text(standing, now)
    counted = f" It waited: {spent}." if spent and not withdrawn else ""
    if asker is None:
        return (f"Issue {number} is closed: nobody objected within two business days.{counted} Not over? ", *_reopen())
    if withdrawn:
        return (f"{asker.name} withdrew issue {number}. Nothing more to do.",)
    verb = "closed" if standing.internal else "accepted"
    return (f"{asker.name} {verb} issue {number}. Thank you.{counted}",)


def _is_it_done(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Text:
    issue = standing.issue
    asked = standing.accepting()
    said: list[Span] = [
        *voice.call(standing, asked, uow, now),
        f"{asker.name} says issue {issue.number} is done. Is it? Reply ",
    ]
    said += [Code("ok"), " or ", Code("reopen: why"), ". "]
    if issue.severity <= rules.NEEDS_A_WORD or issue.accept_by is None:
        return (*said, f"At severity {issue.severity} it stays open until somebody says so.")
    zone = standing.owner.zone if asked is None else asked.zone
    return (*said, "It counts as accepted on ", When(issue.accept_by, zone), " unless somebody objects.")


def _unseen(asker: Asker, words: str) -> str:
    """Words from a form, which nobody else has seen; a reply stands in the thread already."""
    return words if asker.message is None else ""


def _reopen() -> Text:
    return ("Reply ", Code("reopen: why"), ".")
