"""Plain replies under a request for figures or a digest: figures, corrections, a challenge, kudos, undo.

A plain reply has no private answer everywhere, so what is said goes to the thread and a reaction to the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from handlers.calendar import wall_of, zone
from handlers.metrics import answers
from handlers.metrics.challenges import challenge
from handlers.metrics.echoes import take
from handlers.metrics.keeping import catalogue
from handlers.metrics.ledger import Source
from handlers.metrics.requests import asked_in_thread
from handlers.metrics.said import Unread, read_leniently, read_volume, short_names
from handlers.metrics.undoing import undo
from handlers.metrics.voice import Thread, react_to, say_in
from handlers.metrics.weeks import UnclearWeek, last_complete, week_meant
from handlers.replies import parse
from handlers.replies.words import Ambiguous, ChallengeFigure, Figures, Kudos, Undo
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.incoming import Said
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker
from storage.models.delivery import OutboxRow
from storage.models.metrics import TrackedMetric
from storage.models.recognition import Win
from storage.unit_of_work import UnitOfWork

SEVERAL = (
    "This thread holds several digests, so I cannot tell whose figures these are. Press Enter figures under the right one, or "
    "mention me with metrics and the figure."
)


def reply(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """A reply in the thread of a request or a digest. None: it is not for the bot."""
    programme = None if row.programme_id is None else uow.providers.programme(row.programme_id)
    if programme is None or programme.state not in {"active", "paused"} or event.place is None:
        return None
    if asker.side is not Side.CLIENT and programme.id not in asker.programme_ids:
        return None
    anchor = zone(programme.anchor_zone)
    week = asked_in_thread(uow, row) or week_of_thread(row) or last_complete(now, anchor)
    thread = Thread(event, row, programme, asker, week)
    return _answer(thread, uow, now)


def week_of_thread(row: OutboxRow) -> date | None:
    """The week a card is about: a request's is in its name, a digest's in the reason it was sent for. A request that hangs in
    a digest's thread comes before it: people answer what was asked last."""
    written = row.once.rpartition(":")[2] if row.subject == "figures" else row.reason.rpartition("week ")[2]
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _answer(thread: Thread, uow: UnitOfWork, now: datetime) -> Answer | None:
    assert thread.programme.id is not None
    tracked = uow.metrics.tracked(thread.programme.id)
    names = short_names(catalogue(), [each.metric for each in tracked])
    today = wall_of(now, zone(thread.asker.zone)).date()
    reading = parse(thread.event.words, today=today, short_names=names)
    if isinstance(reading, Ambiguous):
        return _ask_back(thread, reading, uow, now) if "figure" in reading.question else None
    if isinstance(reading, tuple):
        done = [_act(word, thread, tracked, uow, now) for word in reading]
        return Answer() if any(done) else None
    lenient = read_leniently(thread.event.words, catalogue(), names, today)
    if lenient is not None:
        _keep(lenient[0], lenient[1], thread, tracked, uow, now)
        return Answer()
    return _volume(thread, uow, now)


def _act(word: object, thread: Thread, tracked: Sequence[TrackedMetric], uow: UnitOfWork, now: datetime) -> bool:
    """Do what one word says; False for words of other rooms."""
    if isinstance(word, ChallengeFigure | Kudos) and thread.row.visibility != Visibility.SHARED:
        line = "Only your company reads this thread. Say it in the shared channel, where both sides see it."
        say_in(thread, answers.line_card(thread.card_kind, line), "elsewhere", uow, now)
    elif isinstance(word, Figures | ChallengeFigure) and _several(thread, uow):
        react_to(thread, "question", uow, now)
        say_in(thread, answers.line_card(thread.card_kind, SEVERAL), "which", uow, now)
    elif isinstance(word, Figures):
        _keep(word, [], thread, tracked, uow, now)
    elif isinstance(word, ChallengeFigure):
        challenge(word, thread, tracked, uow, now)
    elif isinstance(word, Kudos):
        _kudos(word, thread, uow, now)
    elif isinstance(word, Undo):
        undo(thread, uow, now)
    else:
        return False
    return True


def _several(thread: Thread, uow: UnitOfWork) -> bool:
    """Whether digests of several programmes hang in this thread: whose figure is meant cannot be told then."""
    row = thread.row
    if row.subject != "digest":
        return False
    bound = uow.providers.channels_at(row.platform, row.workspace, row.channel)
    week = row.once.rpartition(":")[2]
    others = {each.programme_id for each in bound} - {row.programme_id}
    found = (uow.outbox.by_once(f"{row.kind}:{each}:{week}") for each in others)
    return any(other is not None and other.thread_card == row.key for other in found)


def _ask_back(thread: Thread, reading: Ambiguous, uow: UnitOfWork, now: datetime) -> Answer:
    react_to(thread, "question", uow, now)
    say_in(
        thread,
        answers.line_card(thread.card_kind, reading.question, " For example: challenge SL: why"),
        "asked",
        uow,
        now,
    )
    return Answer()


# --- figures


def _keep(
    figures: Figures,
    unread: Sequence[Unread],
    thread: Thread,
    tracked: Sequence[TrackedMetric],
    uow: UnitOfWork,
    now: datetime,
) -> None:
    """Keep what can be read, say it in the thread, and ask about the rest."""
    try:
        week = week_meant(figures.period, thread.week, wall_of(now, zone(thread.programme.anchor_zone)).date())
    except UnclearWeek as problem:
        react_to(thread, "question", uow, now)
        say_in(thread, answers.line_card(thread.card_kind, str(problem)), "read", uow, now)
        return
    source = Source("reply", f"message {thread.event.message}", thread.asker.person_id)
    echo = take(figures, unread, thread.programme, tracked, week, source, thread.event.words, uow, now)
    react_to(thread, "question" if echo.unread or echo.refused else "white_check_mark", uow, now)
    say_in(thread, answers.echo_card(thread.card_kind, echo), "read", uow, now)


# --- the volume, asked once


def _volume(thread: Thread, uow: UnitOfWork, now: datetime) -> Answer | None:
    """A bare number after the question how many contacts there are; else the words are not for the bot."""
    if not uow.settings.get(f"volume.asked:{thread.programme.id}"):
        return None
    volume = read_volume(thread.event.words)
    if volume is None:
        return None
    uow.settings.set(f"volume:{thread.programme.id}", str(int(volume)))
    react_to(thread, "white_check_mark", uow, now)
    line = answers.thanks_for_volume(volume)
    say_in(thread, answers.line_card(thread.card_kind, line), "volume", uow, now)
    return Answer()


# --- kudos


def _kudos(word: Kudos, thread: Thread, uow: UnitOfWork, now: datetime) -> None:
    """A win; it stands in the next digest."""
    assert thread.programme.id is not None
    win = Win(programme_id=thread.programme.id, words=word.words, said_by=thread.asker.person_id, said_at=now)
    uow.wins.add(win)
    assert win.id is not None
    uow.audit.note(thread.audit("win.said", "win", win.id, now), word.words)
    react_to(thread, "tada", uow, now)
