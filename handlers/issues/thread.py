"""Plain replies under an issue: the reply is the interface.

What is understood is confirmed by a reaction; a line is said only where both sides need to know, where something has to be
explained, or to ask the one question. Talk between people is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.issues import cards, consent, steps, terms, voice
from handlers.issues.handler import named_owner
from handlers.issues.reading import Answered, Regrade, Withdraw, read, read_numbered
from handlers.issues.standing import Standing, find_numbered, standing_of
from handlers.issues.undo import undo
from handlers.records.cards import spoken
from handlers.records.record import may_see
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
    Reopen,
    Undo,
)
from handlers.router import ThreadHandler
from handlers.vocabulary.incoming import Said
from handlers.vocabulary.outgoing import NOTED, Answer, Button, Text
from handlers.vocabulary.route import Asker, Declined
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

Praise = Callable[[str, Asker, UnitOfWork, datetime], Answer | None]
"""Understands praise said in a channel. None: it is none."""
IS_IT_DONE = ("done", "ok")
"""The options of the grammar's question about a bare check mark; who writes it, and when, answers it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One reply under one issue: how it stands, who writes, when."""

    standing: Standing
    asker: Asker
    uow: UnitOfWork
    now: datetime


def reply(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """Understand a reply in the thread of an issue's card. None: it is not for the bot."""
    issue = uow.issues.get(row.subject_id)
    if issue is None or not may_see(issue, asker, uow):
        return None
    words = read(event.words, asker, now)
    turn = Turn(standing_of(issue, uow), asker, uow, now)
    if isinstance(words, Ambiguous):
        return _question(words, turn)
    answered = False
    for word in words:
        act = ACTS.get(type(word))
        if act is not None:
            answered = _acted(act, word, turn) or answered
            turn = Turn(standing_of(issue, uow), asker, uow, now)
    return Answer() if answered else None


def heard(inner: ThreadHandler, praise: Praise) -> ThreadHandler:
    """A thread of an issue in which any word of the owner's side counts as news of it, understood or not.

    ``praise`` understands what is said to nobody in particular; it is asked here, as an answered message goes no further.
    """

    def reply(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        answer = inner(event, row, asker, uow, now)
        issue = uow.issues.get(row.subject_id)
        owner = None if issue is None or issue.state != "acknowledged" else uow.people.get(issue.owner_id)
        if issue is None or owner is None or owner.side != asker.side or not may_see(issue, asker, uow):
            return answer
        issue.heard_at = now
        uow.issues.note(issue)
        return answer or praise(event.words, asker, uow, now) or NOTED

    return reply


def direct(event: Said, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """Understand "ack issue 12" in a conversation with the bot alone. None: no issue is named, or no word is understood.

    Raises ``Declined``: here the refusal is for the writer only.
    """
    named = read_numbered(event.words)
    words = () if named is None else read(named[1], asker, now)
    if named is None or not words:
        return None
    if isinstance(words, Ambiguous):
        raise Declined(words.question)
    turn = Turn(find_numbered(named[0], asker, uow), asker, uow, now)
    emojis = [ACTS[type(word)](word, turn) for word in words[:1] if type(word) in ACTS]
    if not any(emojis):
        return None
    voice.react(turn.standing.issue, asker, uow, now, emojis[0])
    return Answer(card=cards.private_card(standing_of(turn.standing.issue, uow), now))


def _acted(act: Act, word: object, turn: Turn) -> bool:
    """Do what a word asks for; what is refused is explained in the thread. False: it was no word to the bot after all."""
    try:
        emoji = act(word, turn)
    except Declined as refused:
        _explain(refused.why, turn, *refused.buttons)
        return True
    if emoji:
        voice.react(turn.standing.issue, turn.asker, turn.uow, turn.now, emoji)
    return bool(emoji)


def _acknowledge(word: object, turn: Turn) -> str:
    """Whoever is waited on may say "ack" too: it is seen, and nothing else changes."""
    asked = turn.standing.issue.state == "waiting" and consent.whose_turn(turn.standing) is turn.asker.side
    if not asked:
        steps.acknowledge(turn.standing, turn.asker, turn.uow, turn.now)
    return "eyes"


def _blocked(word: object, turn: Turn) -> str:
    assert isinstance(word, Blocked)
    steps.block(turn.standing, turn.asker, turn.uow, turn.now, word.reason)
    return "hourglass_flowing_sand"


def _answered(word: object, turn: Turn) -> str:
    assert isinstance(word, Answered)
    steps.answer(turn.standing, turn.asker, turn.uow, turn.now, word.words)
    return "white_check_mark"


def _done(word: object, turn: Turn) -> str:
    assert isinstance(word, Done)
    steps.finish(turn.standing, turn.asker, turn.uow, turn.now, word.note)
    return "white_check_mark"


def _accept(word: object, turn: Turn) -> str:
    """ "ok" is a word to the bot only while a yes is waited for."""
    if turn.standing.issue.state != "done":
        return ""
    steps.accept(turn.standing, turn.asker, turn.uow, turn.now)
    return "white_check_mark"


def _reopen(word: object, turn: Turn) -> str:
    assert isinstance(word, Reopen)
    steps.reopen(turn.standing, turn.asker, turn.uow, turn.now, word.words)
    return "leftwards_arrow_with_hook"


def _withdraw(word: object, turn: Turn) -> str:
    steps.withdraw(turn.standing, turn.asker, turn.uow, turn.now)
    return "leftwards_arrow_with_hook"


def _undo(word: object, turn: Turn) -> str:
    undo(turn.standing, turn.asker, turn.uow, turn.now)
    return "leftwards_arrow_with_hook"


def _owner(word: object, turn: Turn) -> str:
    assert isinstance(word, ChangeOwner)
    to = named_owner(word.mention, turn.asker, turn.standing, turn.uow)
    terms.hand_over(turn.standing, turn.asker, turn.uow, turn.now, to)
    return "eyes"


def _regrade(word: object, turn: Turn) -> str:
    assert isinstance(word, Regrade)
    terms.regrade(turn.standing, turn.asker, turn.uow, turn.now, word.severity)
    return "eyes"


def _instead(why: str, *offered: Button) -> Act:
    """For words that mean something elsewhere: say what does it here."""

    def explain(word: object, turn: Turn) -> str:
        add = Button("action.form", "Add action item", f"issue:{turn.standing.id}")
        raise Declined(why, *(offered or (add,)))

    return explain


def _question(asked: Ambiguous, turn: Turn) -> Answer | None:
    """The one question; a bare check mark is answered by who writes it and when."""
    if asked.options == IS_IT_DONE:
        mine = turn.asker.side is turn.standing.owner_side
        waits = turn.standing.issue.state == "done"
        word: object = Accept() if waits and not mine else Done() if mine and not waits else None
        return Answer() if word is not None and _acted(ACTS[type(word)], word, turn) else None
    options = " or ".join(f"`{option}`" for option in asked.options)
    _explain(f"{asked.question} Reply {options}." if options else asked.question, turn)
    return Answer()


def _explain(why: str, turn: Turn, *offered: Button) -> None:
    """Say something to the one who wrote, where they wrote it."""
    voice.react(turn.standing.issue, turn.asker, turn.uow, turn.now, "question")
    said: Text = spoken(why)
    once = f"issue.explained:{turn.asker.event}"
    voice.line(turn.standing, turn.uow, turn.now, once, said, *offered, reason="reply explained")


Act = Callable[[object, Turn], str]
"""Does what a word asks for and answers the emoji that confirms it, or "" when it was no word to the bot."""

ACTS: Mapping[type, Act] = {
    Acknowledge: _acknowledge,
    Blocked: _blocked,
    Answered: _answered,
    Done: _done,
    Accept: _accept,
    Reopen: _reopen,
    Withdraw: _withdraw,
    Undo: _undo,
    ChangeOwner: _owner,
    Regrade: _regrade,
    MoveDue: _instead("An issue's time follows from its severity. To promise a day, add an action item to it."),
    NotDoing: _instead("Whoever reported it can `withdraw` it. To decide against one step, use its action item."),
    NeedHelp: _instead("Say what you need with `blocked: …`: then the other side is asked, and your clock rests."),
}
