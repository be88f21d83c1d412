"""What the calendar does with an issue: says once that something is late, lets silence accept, moves open ones to a new
owner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handlers import lateness, places, schedules
from handlers.issues import cards, changes, consent, past, rules, steps, terms, voice
from handlers.issues.rules import SEVERITIES, SILENCE, What
from handlers.issues.standing import Standing, standing_of
from handlers.records.hours import Limit, silence, span, until
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import ActionAgreed, ContractReopened, Fired, HandedBack, MatrixChanged, OwnerChanged
from handlers.vocabulary.outgoing import Code, Text, When
from storage.models.issue import Issue
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

OWED: Mapping[What, tuple[str, ...]] = {
    "acknowledge": ("open",),
    "resolve": ("open", "acknowledged"),
    "answer": ("waiting",),
    "accept": ("done",),
}
"""In which states something is still owed."""


def acknowledge_due(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """The time to acknowledge is over."""
    _late(fired, "acknowledge", uow, now)


def resolve_due(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """The time to resolve is over."""
    _late(fired, "resolve", uow, now)


def answer_due(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """The time to answer what the owner needs is over."""
    _late(fired, "answer", uow, now)


def accept_due(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """Two business days without a word: that is a yes, or for severity 1 and 2 a reason to ask again."""
    issue = uow.issues.get(fired.subject_id)
    if issue is None or issue.severity <= rules.NEEDS_A_WORD:
        _late(fired, "accept", uow, now)
    elif _owed(issue, "accept", now):
        standing = standing_of(issue, uow)
        if standing.programme.state == "active":
            _silent(standing, uow, now)


def _silent(standing: Standing, uow: UnitOfWork, now: datetime) -> None:
    """Accepted; or, where a word may have been lost while nothing ran, later."""
    issue, hours = standing.issue, standing.work[standing.owner_side.other]
    assert issue.accept_by is not None and issue.done_at is not None
    moment, gap = lateness.heard_out(issue.done_at, issue.accept_by, lateness.gaps(uow), silence(hours), hours)
    if gap is None or moment <= now:
        steps.accept_by_silence(standing, uow, now)
        return
    issue.accept_by = moment
    uow.issues.note(issue)
    changes.set_timers(issue, uow)
    voice.show_card(standing, uow, now)
    zone = (standing.accepting() or standing.owner).zone
    said = lateness.said_again(f"Issue {issue.number}", "reopen: why", gap, moment, zone)
    voice.line(standing, uow, now, f"issue.silence:{standing.id}:{moment.isoformat()}", said)


def lapse_due(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """Nothing was heard since somebody acknowledged it: it counts as not acknowledged again, which is said once. What was
    said while nothing ran may have been lost, so then there is as long again to say it."""
    issue = uow.issues.get(fired.subject_id)
    standing = None if issue is None else standing_of(issue, uow)
    if issue is None or standing is None or standing.programme.state != "active":
        return
    heard, hours = issue.heard_at or issue.acknowledged_at, standing.hours(standing.owner_side)
    moment = rules.lapses_at(issue, hours)
    if moment is None or heard is None:
        return
    longest = span(SEVERITIES[issue.severity].lapse, hours)
    moment, _ = lateness.heard_out(heard, moment, lateness.gaps(uow), longest, hours)
    if moment > now:
        schedules.once_at(uow, fired.subject, standing.id, issue.installation_id, moment)
        return
    before = changes.facts_of(standing)
    issue.state, issue.acknowledged_at, issue.lapses = "open", None, issue.lapses + 1
    issue.acknowledge_by = until(now, SEVERITIES[issue.severity].acknowledge, hours)
    after, once = changes.keep(issue, before, "issue.lapsed", None, uow, now)
    said: Text = (
        *voice.call(after, after.owner, uow, now),
        f"the acknowledgement of issue {issue.number} has lapsed: nothing was heard since ",
        When(heard, after.owner.zone),
        ". Reply ",
        Code("ack"),
        " again with a word on what is being done.",
    )
    why = f"Severity {issue.severity}: an acknowledgement holds for {SEVERITIES[issue.severity].lapse} without news."
    offered = cards.owed_buttons(after, "acknowledge")
    voice.line(after, uow, now, once, said, *offered, reason="acknowledgement lapsed", why=why)


def heard_by_action(event: object, uow: UnitOfWork, now: datetime) -> None:
    """An action item that the owner's side adds to an issue is news of it."""
    assert isinstance(event, ActionAgreed)
    item = uow.actions.get(event.action_id)
    issue = None if item is None or item.issue_id is None else uow.issues.get(item.issue_id)
    by = None if item is None else uow.people.get(item.created_by)
    owner = None if issue is None else uow.people.get(issue.owner_id)
    if issue is not None and by is not None and owner is not None and by.side == owner.side:
        issue.heard_at = now
        uow.issues.note(issue)


def owner_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Open issues go with the job: no record without an owner."""
    assert isinstance(event, OwnerChanged)
    successor = uow.people.get(event.after)
    if successor is None:
        return
    for issue in uow.issues.open_owned_by(event.before, event.programme_id):
        standing = standing_of(issue, uow)
        if standing.owner_side == event.side and successor.side == event.side:
            terms.hand_over(standing, None, uow, now, successor, told=event.told)


def handed_back(event: object, uow: UnitOfWork, now: datetime) -> None:
    """A hand-over was taken back: what nobody touched since returns, and the card says so."""
    assert isinstance(event, HandedBack)
    to = uow.people.get(event.to)
    for issue in [uow.issues.get(issue_id) for issue_id in event.issue_ids]:
        if to is None or issue is None or issue.state in consent.CLOSED:
            continue
        last = past.done_by_people(uow.audit.of("issue", issue.id or 0))[-1]
        if (last.what, last.person_id, last.at) == ("issue.owner", None, event.since):
            terms.hand_over(standing_of(issue, uow), None, uow, now, to, told=True)


def reopened(event: object, uow: UnitOfWork, now: datetime) -> None:
    """A contract goes on after its end: what was owed is owed again, and late is late."""
    assert isinstance(event, ContractReopened)
    for issue in uow.issues.open_of(event.programme_id):
        changes.set_timers(issue, uow)


def matrix_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Issues under way follow the new matrix: whatever is late looks again when its next level is reached."""
    assert isinstance(event, MatrixChanged)
    for issue in uow.issues.open_of(event.programme_id):
        changes.set_timers(issue, uow)


def _late(fired: Fired, what: What, uow: UnitOfWork, now: datetime) -> None:
    """Mention who is waited for, once, in the thread; for severity 1 tell both owners directly too."""
    issue = uow.issues.get(fired.subject_id)
    if issue is None or not _owed(issue, what, now):
        return
    standing = standing_of(issue, uow)
    if standing.programme.state != "active":
        return
    voice.show_card(standing, uow, now)
    asked, once, why = _asked(standing, what, uow, now), _once(standing, what), _why(standing, what)
    said, offered = _reminder(standing, what, asked, uow), cards.owed_buttons(standing, what)
    voice.line(standing, uow, now, once, said, *offered, reason="issue overdue", why=why)
    if issue.severity == 1:
        for side in Side:
            person = standing.answering(side)
            if person is not None:
                person, text = voice.present(standing, person, uow, now), _reminder(standing, what, None, uow)
                called = asked is not None and asked.id == person.id
                voice.tell(standing, person, uow, now, f"{once}:{side}", text, why, called=called)


def _owed(issue: Issue, what: What, now: datetime) -> bool:
    """Whether it is still owed and its time has passed; a deadline that moved fires again at its new moment."""
    moment = due_moment(issue, what)
    return issue.state in OWED[what] and moment is not None and moment <= now


def due_moment(issue: Issue, what: What) -> datetime | None:
    """Until when something is expected, or None when it never was."""
    moments = {
        "acknowledge": issue.acknowledge_by,
        "resolve": issue.resolve_by,
        "answer": issue.answer_by,
        "accept": issue.accept_by,
    }
    return moments[what]


def _asked(standing: Standing, what: What, uow: UnitOfWork, now: datetime) -> Person | None:
    """Who is mentioned: whoever it waits for, or who stands in for them today."""
    if what == "accept":
        person = standing.accepting()
    else:
        person = standing.answering(standing.owner_side.other) if what == "answer" else standing.owner
    return None if person is None else voice.present(standing, person, uow, now)


def _once(standing: Standing, what: What) -> str:
    """Once for each time something is owed: a reopened issue, another question, another side's turn."""
    clock = rules.running(standing.clocks)
    turn = "" if clock is None or what in ("acknowledge", "resolve") else f":{clock.id}"
    if what == "acknowledge" and standing.issue.lapses:
        turn = f":{standing.issue.lapses}"
    return f"issue.overdue:{standing.id}:{what}:{standing.owner_side}:{standing.issue.reopened}{turn}"


def _reminder(standing: Standing, what: What, asked: Person | None, uow: UnitOfWork) -> Text:
    issue, zone = standing.issue, (asked or standing.owner).zone
    called: Text = () if asked is None else (places.mention(uow, asked), ", ")
    number = f"issue {issue.number}" if asked is not None else f"Issue {issue.number} ({issue.title})"
    moment = due_moment(issue, what) or issue.resolve_by
    said: Mapping[What, Text] = {
        "acknowledge": (f"{number} was to be acknowledged by ", When(moment, zone), ". Reply ", Code("ack"), " or "),
        "resolve": (f"{number} was to be resolved by ", When(moment, zone), ". Reply ", Code("done"), ", "),
        "answer": (f"{number} waits on your side; an answer was hoped for by ", When(moment, zone), ". Then reply "),
        "accept": (f"{number} was called done and waits for a yes. Reply ", Code("ok"), " or "),
    }
    way_out: Mapping[What, Text] = {
        "acknowledge": (Code("owner @name"), " if somebody else should look."),
        "resolve": (Code("blocked: what you need"), " or add an action item with a day."),
        "answer": (Code("unblocked"), "."),
        "accept": (Code("reopen: why"), "."),
    }
    return (*called, *said[what], *way_out[what])


def _why(standing: Standing, what: What) -> str:
    level = SEVERITIES[standing.issue.severity]
    limits: Mapping[What, Limit] = {
        "acknowledge": level.acknowledge,
        "resolve": level.resolve,
        "answer": level.answer,
        "accept": SILENCE,
    }
    verbs: Mapping[What, str] = {"accept": "say yes or no"}
    return f"Severity {level.level} gives {limits[what]} to {verbs.get(what, what)}. This is said once."
