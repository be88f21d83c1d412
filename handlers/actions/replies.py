"""Plain replies about action items: under their card, in their issue's thread, under a reminder, in a direct conversation.

Understood words are confirmed by a reaction. What cannot be done is said where it was asked, with the way out. Words that are
not for the bot are left alone: an "ok" between people is no acceptance unless something waits for one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from handlers.actions import cards, steps, terms, voice
from handlers.actions.acting import act, apply, say_to, today_at
from handlers.actions.numbered import readings, with_number
from handlers.actions.standing import numbered_or_none, standing_of
from handlers.records.record import may_see
from handlers.replies import parse
from handlers.replies.words import (
    Accept,
    Acknowledge,
    Ambiguous,
    Blocked,
    ChangeOwner,
    Done,
    MoveDue,
    NeedHelp,
    NotDoing,
    NotForMe,
    Reading,
    Reopen,
    Snooze,
    Undo,
)
from handlers.router import ThreadHandler
from handlers.vocabulary.incoming import Said
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined
from storage.actions import OPEN
from storage.models.action import ActionItem
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

OURS = (Acknowledge, Done, Blocked, Snooze, MoveDue, ChangeOwner, Undo, Accept, Reopen, NotDoing, NeedHelp)
"""The words of the grammar that mean something for an action item."""
OF_THE_OWNER = (Acknowledge, Done, Blocked, Snooze, MoveDue, NeedHelp, NotDoing)
"""Those that, said to the bot alone and without a number, are about an item of one's own."""


def under_card(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """A reply in the thread of an action item's own card."""
    item = uow.actions.get(row.subject_id)
    if item is None or not may_see(item, asker, uow):
        return None
    numbered = handle_numbered(event, asker, uow, now, among={row.subject_id})
    if numbered is not None:
        return numbered
    return act([item], parse(event.words, today=today_at(asker, now), short_names={}), asker, uow, now)


def under_reminder(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """A reply in the thread of a morning's message: about the one item it reminds of, or any by number, as the message lists
    more than it reminds of."""
    pings = uow.reminders.pings_at(asker.person_id, row.created_at)
    items = [item for item in (uow.actions.get(ping.action_item_id) for ping in pings) if item is not None]
    numbered = handle_numbered(event, asker, uow, now)
    return numbered or _about_mine(event, [item for item in items if item.state in OPEN], asker, uow, now)


def direct(event: Said, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """A message in a direct conversation: a numbered item, or the only one its writer owns."""
    numbered = handle_numbered(event, asker, uow, now)
    return numbered or _about_mine(event, uow.actions.open_owned_by(asker.person_id), asker, uow, now)


def actions_first(issue: ThreadHandler) -> ThreadHandler:
    """A thread of an issue in which its action items are understood too, by number, before the issue itself.

    An "ok" is for an item when the issue waits for none and exactly one item of it does.
    """

    def reply(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        items = [item for item in uow.actions.of_issue(row.subject_id) if may_see(item, asker, uow)]
        numbered = handle_numbered(event, asker, uow, now, among={item.id for item in items if item.id is not None})
        if numbered is not None:
            return numbered
        waiting = [item for item in items if item.state == "done" and item.side != asker.side]
        record = uow.issues.get(row.subject_id)
        if len(waiting) == 1 and record is not None and record.state != "done":
            reading = parse(event.words, today=today_at(asker, now), short_names={})
            if reading == (Accept(),):
                return act(waiting, reading, asker, uow, now)
        return issue(event, row, asker, uow, now)

    return reply


def numbered_first(then: ThreadHandler) -> ThreadHandler:
    """A thread of a review in which its action items are understood too, by number, before the review itself."""

    def reply(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        among = {each.action_item_id for each in uow.reviews.entries(row.subject_id, "action")}
        numbered = handle_numbered(event, asker, uow, now, among={each for each in among if each is not None})
        return numbered or then(event, row, asker, uow, now)

    return reply


def handle_numbered(
    event: Said, asker: Asker, uow: UnitOfWork, now: datetime, among: Collection[int] | None = None
) -> Answer | None:
    """Words that name action items by number ("done 7", "due action 7 friday"), a line each.

    A bare number counts only for the items ``among`` (None: all the asker may know of); "action 7" always. None: not for us.
    """
    lines = [line for line in event.words.splitlines() if line.strip()]
    meant = [_meant(line, asker, uow, now, among) for line in lines]
    if not meant or any(each is None for each in meant):
        return None
    for each in meant:
        assert each is not None
        answer = act(each[0], each[1], asker, uow, now)
    return answer


def numbered_words(words: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """The same after the verb ("actions done 7"), answered to the one who asked. Raises ``Declined`` and ``Invalid``."""
    meant = _meant(words, asker, uow, now, None)
    if meant is None or isinstance(meant[1], Ambiguous | NotForMe):
        return None
    for item in meant[0]:
        for word in meant[1]:
            standing = standing_of(item, uow)
            if isinstance(word, Accept):
                steps.accept(standing, asker, uow, now)
            elif apply(word, standing, asker, uow, now) is None:
                raise Declined(
                    f"Action {item.number} is with {standing.owner.name}, who is reminded of it.", terms.LIST
                )
    return Answer(card=cards.private_card(standing_of(meant[0][-1], uow), now, "Noted."))


def _meant(
    line: str, asker: Asker, uow: UnitOfWork, now: datetime, among: Collection[int] | None
) -> tuple[list[ActionItem], Reading] | None:
    for numbered in readings(line):
        reading = parse(numbered.words, today=today_at(asker, now), short_names={})
        items = [numbered_or_none(number, asker, uow) for number in numbered.numbers]
        known = [item for item in items if item is not None]
        inside = among is None or numbered.named or all(item.id in among for item in known)
        if known and len(known) == len(items) and inside and _is_ours(reading):
            return known, reading
    return None


def _is_ours(reading: Reading) -> bool:
    if isinstance(reading, Ambiguous):
        return True
    return not isinstance(reading, NotForMe) and all(isinstance(word, OURS) for word in reading)


def _about_mine(
    event: Said, items: Sequence[ActionItem], asker: Asker, uow: UnitOfWork, now: datetime
) -> Answer | None:
    """Words without a number, said to the bot alone: about the only item there is, else the question which one."""
    reading = parse(event.words, today=today_at(asker, now), short_names={})
    if not items or isinstance(reading, NotForMe | Ambiguous):
        return None
    if not all(isinstance(word, OF_THE_OWNER) for word in reading):
        return None
    if len(items) == 1:
        return act(items, reading, asker, uow, now)
    offered = " or ".join(f"`{with_number(event.words.strip(), item.number)}`" for item in items[:3])
    say_to(None, f"Which one do you mean? Write for example {offered}.", (terms.LIST,), asker, uow, now)
    voice.react(asker, uow, now, "question")
    return Answer()
