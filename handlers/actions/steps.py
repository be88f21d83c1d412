"""The steps of an action item's life. Each asks for consent, changes the record, and says what both sides need to know.

A step takes the item as it stands and answers how it stands afterwards; refusals are ``Declined`` and change nothing.
"""

from __future__ import annotations

from datetime import date, datetime

from handlers.actions import changes, consent, terms, voice
from handlers.actions.standing import Standing
from handlers.calendar import day_text, next_business_day
from handlers.lateness import Gap, said_again
from handlers.records import posting
from handlers.records.hours import silence_accepts
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import ActionChanged, HelpNeeded
from handlers.vocabulary.outgoing import Code, Span, Struck, Text, When
from handlers.vocabulary.route import Asker
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork


def acknowledge(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """In hand: the owner is not reminded again before the due day. What was blocked goes on."""
    consent.may_work(standing, asker, "ack")
    item, before = standing.item, changes.facts_of(standing.item)
    if item.state == "acknowledged":
        return standing
    item.state, item.acknowledged_at = "acknowledged", now
    return changes.keep(item, before, "action.acknowledged", asker, uow, now)[0]


def block(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, reason: str) -> Standing:
    """Something is missing, and the other side is told what."""
    consent.may_work(standing, asker, "blocked: …")
    item, before = standing.item, changes.facts_of(standing.item)
    item.state, item.reason = "blocked", reason
    after, once = changes.keep(item, before, "action.blocked", asker, uow, now, reason)
    said: Text = (
        *_to_the_other_side(after, uow, now),
        f"{asker.name} needs something to go on with action {item.number}:",
    )
    voice.line(after, uow, now, once, said, quote=reason)
    return after


def finish(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, note: str = "") -> Standing:
    """The owner's side says it is done; the other side is asked. Where only one company sees it, that closes it."""
    consent.may_work(standing, asker, "done")
    item, before = standing.item, changes.facts_of(standing.item)
    item.state, item.done_at = "done", now
    if standing.internal:
        item.state, item.closed_at = "accepted", now
    else:
        item.accept_by = silence_accepts(now, standing.accepting_hours())
    after, once = changes.keep(item, before, "action.done", asker, uow, now, note)
    if after.internal:
        voice.line(after, uow, now, once, (f"{asker.name} finished action {item.number}. Thank you.",), quote=note)
        return after
    offered = (terms.accept_button(after), terms.reopen_button(after))
    voice.line(after, uow, now, once, _is_it_done(after, asker, uow, now), *offered, quote=note)
    return after


def accept(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """The other side agrees: closed."""
    consent.may_accept(standing, asker)
    said = (f"{asker.name} accepted action {standing.item.number}. Thank you, {standing.owner.name}.",)
    return _accepted(standing, asker, uow, now, said)


def accept_by_silence(standing: Standing, uow: UnitOfWork, now: datetime) -> Standing:
    """Nobody objected within two business days: closed."""
    number = standing.item.number
    said: Text = (
        f"Action {number} is closed: nobody objected within two business days. Not over? Reply ",
        Code(f"reopen {number}: why"),
        ".",
    )
    return _accepted(standing, None, uow, now, said)


def wait_longer(standing: Standing, until: datetime, gap: Gap, uow: UnitOfWork, now: datetime) -> None:
    """The bot was not running while silence was to accept it: it counts from ``until`` on, which the thread is told."""
    item, asked = standing.item, standing.accepting()
    item.accept_by = until
    uow.actions.note(item)
    changes.set_timer(item, uow)
    voice.show_card(standing, uow, now)
    way_out = f"reopen {item.number}: why"
    said = said_again(f"Action {item.number}", way_out, gap, until, (asked or standing.owner).zone)
    voice.line(standing, uow, now, f"action.silence:{standing.id}:{until.isoformat()}", said)


def reopen(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, reason: str = "") -> Standing:
    """Not over after all. A due day that has passed becomes the owner's next working day."""
    consent.may_reopen(standing)
    item, before = standing.item, changes.facts_of(standing.item)
    item.state, item.acknowledged_at = "open", None
    item.done_at = item.accept_by = item.closed_at = None
    today = standing.owner_today(now)
    item.due_on = item.due_on if item.due_on >= today else next_business_day(today, standing.hours)
    after, once = changes.keep(item, before, "action.reopened", asker, uow, now, reason)
    said: Text = (after.mention(after.owner), f", {asker.name} reopened action {item.number}, {_due(after, now)}.")
    voice.line(after, uow, now, once, said, quote=reason)
    return after


def drop(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, reason: str) -> Standing:
    """It is not going to be done, and both sides see why."""
    consent.may_drop(standing, asker)
    item, before = standing.item, changes.facts_of(standing.item)
    item.state, item.reason, item.closed_at, item.accept_by = "not doing", reason, now, None
    after, once = changes.keep(item, before, "action.not_doing", asker, uow, now, reason)
    said: Text = (
        *_to_the_other_side(after, uow, now),
        f"{asker.name} closed action {item.number} without doing it, because:",
    )
    voice.line(after, uow, now, once, said, quote=reason)
    return after


def move(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, due: date, words: str = "") -> Standing:
    """The commitment moves, for both sides to see."""
    consent.may_move(standing, asker, due, now)
    item, before, was = standing.item, changes.facts_of(standing.item), standing.item.due_on
    if due == was:
        return standing
    item.due_on = due
    after, once = changes.keep(item, before, "action.due", asker, uow, now, words)
    earlier = day_text(was, after.owner_today(now))
    said: Text = (f"{asker.name} moved action {item.number}: {_due(after, now)} (until now {earlier}).",)
    voice.line(after, uow, now, once, said, quote=words)
    return after


def hand_over(
    standing: Standing, asker: Asker | None, uow: UnitOfWork, now: datetime, to: Person, *, told: bool = False
) -> Standing:
    """Somebody else owns it; the due day stays. ``asker`` None: they answer for their side now.

    ``told``: a message elsewhere tells of it, so that no line is said.
    """
    if asker is not None:
        consent.may_hand_over(standing, asker, Side(to.side))
    if to.id is None or to.id == standing.owner.id:
        return standing
    item, before, was = standing.item, changes.facts_of(standing.item), standing.owner
    item.owner_id, item.side = to.id, to.side
    if item.state == "acknowledged":
        item.state, item.acknowledged_at = "open", None
    after, once = changes.keep(item, before, "action.owner", asker, uow, now)
    if told:
        return after
    by = "" if asker is None else f", says {asker.name}"
    said: Text = (after.mention(to), f" looks after action {item.number} now (until now {was.name}){by}.")
    voice.line(after, uow, now, once, said)
    return after


def edit(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, title: str, note: str) -> Standing:
    """It is worded anew, and both sides see what it said before."""
    consent.may_edit(standing, asker)
    item, before, was = standing.item, changes.facts_of(standing.item), standing.item.title
    if (title, note) == (item.title, item.note):
        return standing
    item.title, item.note = title, note
    after, once = changes.keep(item, before, "action.edited", asker, uow, now, f"{title}\n{note}")
    said: Text = (f"{asker.name} changed what action {item.number} says.",)
    if title != was:
        said = (*said, " ", Struck(was), f" {title}")
    voice.line(after, uow, now, once, said)
    return after


def ask_help(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, words: str) -> Standing:
    """The owner is stuck: the other side's owner is asked in the thread."""
    consent.may_work(standing, asker, "need help: …")
    entry = changes.note(standing.item, None, "action.help", asker, uow, now, words)
    said: Text = (
        *_to_the_other_side(standing, uow, now),
        f"{asker.name} could use help with action {standing.item.number}:",
    )
    voice.line(standing, uow, now, posting.line_name(entry), said, quote=words or "Can you help?")
    uow.happened(HelpNeeded(standing.id, asker.person_id))
    return standing


def snooze(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, until: date) -> Standing:
    """Remind *me* then. The commitment stays, and nobody else is told."""
    consent.may_work(standing, asker, "+3d")
    consent.may_snooze(standing, until, uow.reminders.left(standing.id, asker.person_id))
    uow.reminders.set_snooze(standing.id, asker.person_id, until, now)
    uow.happened(ActionChanged(standing.id))
    return standing


def _accepted(standing: Standing, asker: Asker | None, uow: UnitOfWork, now: datetime, said: Text) -> Standing:
    item, before = standing.item, changes.facts_of(standing.item)
    item.state, item.closed_at, item.accept_by = "accepted", now, None
    after, once = changes.keep(item, before, "action.accepted", asker, uow, now)
    voice.line(after, uow, now, once, said)
    return after


def _is_it_done(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Text:
    number, asked = standing.item.number, standing.accepting()
    said: list[Span] = [*voice.call(standing, asked, uow, now)]
    said += [f"{asker.name} says action {number} is done. Is it? Reply ", Code(f"ok {number}"), " or "]
    said += [Code(f"reopen {number}: why"), ". "]
    if standing.item.accept_by is None:
        return tuple(said)
    zone = standing.owner.zone if asked is None else asked.zone
    return (*said, "It counts as accepted on ", When(standing.item.accept_by, zone), " unless somebody objects.")


def _to_the_other_side(standing: Standing, uow: UnitOfWork, now: datetime) -> Text:
    """Whoever answers on the other side today, notified; nobody where only one company sees it."""
    person = None if standing.internal else standing.accountable[standing.owner_side.other]
    return voice.call(standing, person, uow, now)


def _due(standing: Standing, now: datetime) -> str:
    return f"due {day_text(standing.item.due_on, standing.owner_today(now))}"
