"""What a word of the grammar does to an action item, and how it is confirmed, refused or asked back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from handlers.actions import people, steps, voice
from handlers.actions.numbered import with_number
from handlers.actions.standing import Standing, standing_of
from handlers.actions.undo import undo
from handlers.calendar import wall_of, zone
from handlers.records.cards import spoken
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
    Word,
)
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.action import ActionItem
from storage.unit_of_work import UnitOfWork


def act(items: Sequence[ActionItem], reading: Reading, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """Do what was read for each item; None when nothing of it was for us."""
    if isinstance(reading, NotForMe):
        return None
    if isinstance(reading, Ambiguous):
        standing = standing_of(items[0], uow)
        options = " or ".join(f"`{with_number(option, standing.item.number)}`" for option in reading.options)
        say_to(standing, f"{reading.question} {f'Reply {options}.' if options else ''}".strip(), (), asker, uow, now)
        voice.react(asker, uow, now, "question")
        return Answer()
    answered = None
    for item in items:
        for word in reading:
            answered = _try(word, standing_of(item, uow), asker, uow, now) or answered
    return answered


def _try(word: Word, standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """One word for one item, confirmed by a reaction; a refusal is said in the thread. A step refuses before it acts."""
    try:
        after = apply(word, standing, asker, uow, now)
    except Declined as declined:
        say_to(standing, declined.why, declined.buttons, asker, uow, now)
        voice.react(asker, uow, now, "question")
        return Answer()
    except Invalid as invalid:
        say_to(standing, next(iter(invalid.problems.values())), (), asker, uow, now)
        voice.react(asker, uow, now, "question")
        return Answer()
    if after is None:
        return None
    voice.react(asker, uow, now, _reaction(word))
    return Answer()


def apply(  # one line a word
    word: Word, standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime
) -> Standing | None:
    """Take the step a word means; None when it is not for us."""
    match word:
        case Acknowledge():
            return steps.acknowledge(standing, asker, uow, now)
        case Done(note):
            return steps.finish(standing, asker, uow, now, note)
        case Blocked(reason):
            return steps.block(standing, asker, uow, now, reason)
        case MoveDue(due, words):
            return steps.move(standing, asker, uow, now, due, words)
        case Snooze(until):
            return _snooze(until, standing, asker, uow, now)
        case ChangeOwner(mention):
            return _hand_over(mention, standing, asker, uow, now)
        case Undo():
            return undo(standing, asker, uow, now)[0]
        case Accept():
            waits = standing.item.state == "done" and asker.side is not standing.owner_side
            return steps.accept(standing, asker, uow, now) if waits else None
        case Reopen(words):
            return steps.reopen(standing, asker, uow, now, words)
        case NotDoing(reason):
            return steps.drop(standing, asker, uow, now, reason)
        case NeedHelp(words):
            return steps.ask_help(standing, asker, uow, now, words)
    return None


def _snooze(until: date, standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing | None:
    """A day alone is a reminder put off by whoever gets it; said by others it is talk."""
    if asker.side is not standing.owner_side:
        return None
    return steps.snooze(standing, asker, uow, now, until)


def _hand_over(mention: str, standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    programme = uow.providers.programme(standing.item.programme_id)
    assert programme is not None
    return steps.hand_over(standing, asker, uow, now, people.named(mention, asker, programme, uow))


def _reaction(word: Word) -> str:
    if isinstance(word, Undo):
        return "leftwards_arrow_with_hook"
    if isinstance(word, Blocked | Snooze):
        return "hourglass_flowing_sand"
    if isinstance(word, Acknowledge | NeedHelp | Reopen):
        return "eyes"
    return "tada" if isinstance(word, Accept) else "white_check_mark"


def say_to(
    standing: Standing | None,
    words: str,
    offered: Sequence[Button],
    asker: Asker,
    uow: UnitOfWork,
    now: datetime,
) -> None:
    """Something has to be said to whoever wrote: directly where they wrote directly, else in the item's thread."""
    text = spoken(words)
    if standing is None or asker.direct or not asker.programme_ids:
        voice.answer_privately(asker, uow, now, text, *offered)
    else:
        voice.line(standing, uow, now, f"action.answer:{asker.event}", text)


def today_at(asker: Asker, now: datetime) -> date:
    """The day at the asker's own place."""
    return wall_of(now, zone(asker.zone)).date()
