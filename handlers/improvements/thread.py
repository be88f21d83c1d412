"""Plain replies under a plan: the reply is the interface, for both sides.

What is understood is confirmed by a reaction; what cannot be done is explained in the thread. Talk between people is left
alone, and words about a numbered action item of the plan are that item's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers.calendar import wall_of, zone
from handlers.improvements import cards, consent, goals, steps, voice
from handlers.improvements.commands import NO_METRIC, Goal
from handlers.improvements.content import Content, Intent, content_of, with_goal
from handlers.improvements.desk import Actions, may_act
from handlers.improvements.editing import with_milestones
from handlers.improvements.reading import (
    Agree,
    CallDone,
    NewAction,
    NotYet,
    Part,
    TakeBack,
    Withdraw,
    Word,
    read,
    read_numbered,
)
from handlers.improvements.standing import Standing, find_numbered, standing_of
from handlers.improvements.undo import undo
from handlers.records.cards import spoken
from handlers.records.forms import LONGEST_TITLE, LONGEST_WORDS
from handlers.records.record import may_see
from handlers.router import Speech, ThreadHandler
from handlers.vocabulary.incoming import Said
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.actions import OPEN
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Turn:
    """One reply under one plan: how it stands, who writes, when, and what is needed of action items."""

    standing: Standing
    asker: Asker
    actions: Actions
    uow: UnitOfWork
    now: datetime


def replies(actions: Actions) -> ThreadHandler:
    """Understands a reply in the thread of a plan's card. None: it is not for the bot."""

    def reply(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        plan = uow.plans.get(row.subject_id)
        if plan is None or plan.id is None or not may_see(plan, asker, uow):
            return None
        ours = [each.id for each in uow.plans.actions(plan.id) if each.id is not None and may_see(each, asker, uow)]
        numbered = actions.numbered(event, asker, uow, now, ours)
        if numbered is not None:
            return numbered
        word = read(event.words, wall_of(now, zone(asker.zone)).date())
        turn = Turn(standing_of(plan, uow, now), asker, actions, uow, now)
        return None if word is None or not _acted(word, turn) else Answer()

    return reply


def direct(actions: Actions) -> Speech:
    """Understands "agree plan 3" in a conversation with the bot alone. None: no plan is named, or no word is understood."""

    def speech(event: Said, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        named = read_numbered(event.words)
        word = None if named is None else read(named[1], wall_of(now, zone(asker.zone)).date())
        if named is None or word is None:
            return None
        turn = Turn(find_numbered(named[0], asker, uow, now), asker, actions, uow, now)
        try:
            emoji = ACTS[type(word)](word, turn)
        except Invalid as invalid:
            raise Declined(next(iter(invalid.problems.values()))) from invalid
        voice.react(turn.standing, asker, uow, now, emoji)
        return Answer(card=cards.private_card(standing_of(turn.standing.plan, uow, now), now)) if emoji else None

    return speech


def _acted(word: Word, turn: Turn) -> bool:
    """Do what a word asks for; what is refused is explained in the thread. False: it was no word to the bot after all."""
    try:
        emoji = ACTS[type(word)](word, turn)
    except Declined as refused:
        _explain(refused.why, turn, *refused.buttons)
        return True
    except Invalid as invalid:
        _explain(next(iter(invalid.problems.values())), turn)
        return True
    if emoji:
        voice.react(turn.standing, turn.asker, turn.uow, turn.now, emoji)
    return bool(emoji)


def _agree(word: object, turn: Turn) -> str:
    """An "ok" is a word to the bot only while the writer's word is waited for."""
    assert isinstance(word, Agree)
    waits = turn.standing.plan.state in ("proposed", "done") and turn.asker.side in turn.standing.waiting_for
    if not waits and not word.plainly:
        return ""
    steps.agree(turn.standing, turn.asker, turn.actions.hand_out, turn.uow, turn.now)
    return "white_check_mark"


def _not_yet(word: object, turn: Turn) -> str:
    """ "not yet" is said of many things: without a reason it is a word to the bot only while a word is waited for."""
    assert isinstance(word, NotYet)
    if turn.standing.plan.state not in ("proposed", "done"):
        return ""
    if not word.reason:
        raise Declined("What is missing? Reply `not yet: the target is too far for May`.")
    steps.not_yet(turn.standing, turn.asker, turn.uow, turn.now, word.reason)
    return "hourglass_flowing_sand"


def _withdraw(word: object, turn: Turn) -> str:
    assert isinstance(word, Withdraw)
    consent.may_withdraw(turn.standing, turn.asker)
    if not word.reason:
        raise Declined("Why? Both sides will read it. Reply `withdraw: the queue moves in house in May`.")
    steps.withdraw(turn.standing, turn.asker, turn.uow, turn.now, word.reason)
    return "leftwards_arrow_with_hook"


def _part(word: object, turn: Turn) -> str:
    assert isinstance(word, Part)
    consent.may_change(turn.standing, turn.asker)
    content = _changed(word, turn)
    steps.edit(turn.standing, content, turn.asker, turn.uow, turn.now)
    return "white_check_mark"


def _action(word: object, turn: Turn) -> str:
    assert isinstance(word, NewAction)
    may_act(turn.standing, turn.asker)
    title, owner, due = turn.actions.read_line(word.words, turn.standing.programme, turn.asker, turn.uow, turn.now)
    assert owner.id is not None
    intent = Intent(title, owner.id, due)
    steps.act(turn.standing, intent, owner, turn.asker, turn.actions.hand_out, turn.uow, turn.now)
    return "white_check_mark"


def _undo(word: object, turn: Turn) -> str:
    undo(turn.standing, turn.asker, turn.uow, turn.now)
    return "leftwards_arrow_with_hook"


def _done(word: object, turn: Turn) -> str:
    """A bare "done" may be about an action of the writer's side: then its number is asked for."""
    mine = [each for each in turn.standing.actions if each.side == turn.asker.side and each.state in OPEN]
    if mine:
        raise Declined(f"Which one is done? Write for example `done {mine[0].number}`. To close the plan, use Change.")
    if turn.standing.plan.state != "agreed":
        return ""
    steps.call_done(turn.standing, turn.asker, turn.uow, turn.now)
    return "white_check_mark"


def _changed(word: Part, turn: Turn) -> Content:
    content, plan = content_of(turn.standing), turn.standing.plan
    if word.name.startswith("milestone"):
        return with_milestones(turn.standing, word.words)
    if word.name in ("target", "hold"):
        return _aimed(word, turn, content)
    name = "containment" if word.name == "for now" else word.name
    longest = LONGEST_TITLE if name == "title" else LONGEST_WORDS
    if len(word.words) > longest:
        raise Declined(
            f"This has {len(word.words):,} characters, at most {longest:,} fit plan {plan.number}. Shorten it."
        )
    part: dict[str, Any] = {name: word.words}
    return replace(content, **part)


def _aimed(word: Part, turn: Turn, content: Content) -> Content:
    plan = turn.standing.plan
    if not plan.metric:
        raise Declined(f"Plan {plan.number} has no figure. Choose one with Change on its card.")
    target = word.words if word.name == "target" else ""
    problems: dict[str, str] = {}
    hold = word.words.split()[0] if word.name == "hold" else str(plan.hold_periods)
    goal = Goal.read({"metric": plan.metric or NO_METRIC, "target": target, "hold": hold}, problems)
    if problems:
        raise Invalid(problems)
    followed, today = goals.figures_of(turn.standing.programme, turn.uow, turn.now)
    metric, definition, value = goals.read_goal(goal, followed, today)
    return with_goal(content, metric, definition, plan.target if word.name == "hold" else value, goal.hold)


def _explain(why: str, turn: Turn, *offered: Button) -> None:
    """Say something to the one who wrote, where they wrote it."""
    voice.react(turn.standing, turn.asker, turn.uow, turn.now, "question")
    once = f"plan.explained:{turn.asker.event}"
    voice.line(turn.standing, turn.uow, turn.now, once, spoken(why), *offered)


Do = Callable[[object, Turn], str]
"""Does what a word asks for and answers the emoji that confirms it, or "" when it was no word to the bot."""

ACTS: Mapping[type, Do] = {
    Agree: _agree,
    NotYet: _not_yet,
    Withdraw: _withdraw,
    Part: _part,
    NewAction: _action,
    TakeBack: _undo,
    CallDone: _done,
}
