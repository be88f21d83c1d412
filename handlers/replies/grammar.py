"""The plain-reply grammar: what a person's message means to the bot, if it means anything to it.

A false positive is worse than a miss: a word counts only where it opens the message (after politeness and decoration)
and the rest has the shape that belongs to it. Quoted lines ("> done") are somebody else's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from handlers.calendar import AmbiguousDay, PastDay, UnreadableDay, parse_day
from handlers.replies.figures import name_at_start, read_figures
from handlers.replies.patterns import (
    ACCEPT,
    ACK_BARE,
    ACKNOWLEDGE,
    BARE_DAY,
    BLOCKED,
    CHALLENGE,
    CHALLENGED,
    CHECKS,
    CLOSED_QUESTION,
    DONE,
    DONE_BARE,
    DONE_BUT,
    DONE_BY,
    DUE,
    KUDOS,
    NEED_HELP,
    NOT_A_NOTE,
    NOT_BLOCKED,
    NOT_DOING,
    OWNER,
    OWNER_NAME,
    POLITE,
    POLITE_END,
    REASON,
    REOPEN,
    SNOOZE,
    THUMBS,
    UNDO,
    WAITING,
)
from handlers.replies.plain import Plain, make_plain, undecorated
from handlers.replies.words import (
    Accept,
    Acknowledge,
    Ambiguous,
    Blocked,
    ChallengeFigure,
    ChangeOwner,
    Done,
    Figures,
    Kudos,
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

LONGEST = 4000
LONGEST_RUN = re.compile(r"([^\w\n])\1{60}")
POLITE_WORDS = 4
FIGURE_LINES = 30
SHORT_NAME_WORDS = 2


@dataclass(frozen=True, slots=True)
class _Context:
    today: date
    short_names: Mapping[str, str]


Dated = TypeVar("Dated", Snooze, MoveDue)
Rule = Callable[[Plain, _Context], Word | Ambiguous | None]


def parse(text: str, *, today: date, short_names: Mapping[str, str]) -> Reading:
    """Read a message: the words of the grammar in it, NotForMe, or one question where it is truly ambiguous.

    ``today`` is the day at the writer's own place; ``short_names`` maps lower-case spellings to metric ids. A leading
    mention of the bot has been taken off. Every line must belong to a word, else the message is left alone.
    """
    if len(text) > LONGEST or LONGEST_RUN.search(text):
        return NotForMe()
    message = make_plain(text)
    if thumbs := _only_pictures(message.plain):
        return thumbs
    context = _Context(today, short_names)
    lines = _own_lines(message)
    words = _read_lines(lines, context) if lines else None
    return NotForMe() if words is None else words


def _only_pictures(plain: str) -> Reading | None:
    if not plain.strip():
        return NotForMe()
    if THUMBS.fullmatch(plain):
        return (Accept(),) if plain.strip(" \n!.") else NotForMe()
    if CHECKS.fullmatch(plain):
        return Ambiguous("Is it done, or do you accept it?", ("done", "ok"))
    return None


def _own_lines(message: Plain) -> list[Plain]:
    """The lines that are not empty and not quoted from somebody else."""
    lines, start = [], 0
    for line in message.plain.split("\n"):
        part = message.cut(start, start + len(line))
        start += len(line) + 1
        if part.plain and not part.plain.startswith((">", "&gt;")):
            lines.append(part)
    return lines


def _read_lines(lines: list[Plain], context: _Context) -> tuple[Word, ...] | Ambiguous | None:
    """The longest run of lines that is one list of figures, or a word a line; free text takes the lines below it."""
    figures, count = _figures_above(lines, context)
    first, rest = lines[0], lines[count:]
    found = figures or _read_one(first, context)
    if not rest:
        return found if found is None or isinstance(found, Ambiguous) else (found,)
    if found is not None and not isinstance(found, Ambiguous):
        below = _read_lines(rest, context)
        if isinstance(below, tuple):
            return (found, *below)
    if figures:
        return None
    whole = _read_one(_joined(lines), context)
    return whole if whole is None or isinstance(whole, Ambiguous) else (whole,)


def _figures_above(lines: list[Plain], context: _Context) -> tuple[Figures | None, int]:
    """The figures in as many of the first lines as make one list, and how many lines that are (at least 1)."""
    for count in range(min(len(lines), FIGURE_LINES), 0, -1):
        figures = read_figures(_joined(lines[:count]), context.short_names)
        if figures:
            return figures, count
    return None, 1


def _joined(lines: list[Plain]) -> Plain:
    return Plain("\n".join(line.plain for line in lines), "\n".join(line.typed for line in lines))


def _read_one(line: Plain, context: _Context) -> Word | Ambiguous | None:
    """Read one line: as it stands, then without its polite beginning, again and again."""
    line = undecorated(line)
    for _ in range(POLITE_WORDS):
        for rule in RULES:
            found = rule(line, context)
            if found is not None:
                return found
        polite = POLITE.match(line.plain)
        if polite is None:
            return None
        line = undecorated(line.cut(polite.end()))
    return None


def _bare(line: Plain) -> str:
    """The line without thanks at its end."""
    return POLITE_END.sub("", line.plain)


def _rest(line: Plain, match: re.Match[str]) -> str:
    """What a word left free, as typed."""
    for group in ("rest", "bare"):
        if group in match.re.groupindex and match[group]:
            return _to_the_end(line, match.start(group))
    return ""


def _to_the_end(line: Plain, start: int) -> str:
    """The words from an offset on, as typed, with the mark or emoji that ended them."""
    return line.cut(start).typed + line.tail


def _is_question(line: Plain) -> bool:
    return line.plain.endswith("?")


# --- the words --------------------------------------------------------------------------------------------------------


def _accept(line: Plain, context: _Context) -> Accept | None:
    return Accept() if ACCEPT.fullmatch(_bare(line)) else None


def _acknowledge(line: Plain, context: _Context) -> Acknowledge | None:
    match = ACKNOWLEDGE.fullmatch(line.plain) or ACKNOWLEDGE.fullmatch(_bare(line))
    if match:
        return Acknowledge(_rest(line, match))
    match = ACK_BARE.fullmatch(line.plain)
    if match is None or _is_question(line) or NOT_A_NOTE.match(match["rest"]):
        return None
    return Acknowledge(_rest(line, match))


def _undo(line: Plain, context: _Context) -> Undo | None:
    return Undo() if UNDO.fullmatch(_bare(line)) else None


def _done(line: Plain, context: _Context) -> Done | Ambiguous | None:
    if CLOSED_QUESTION.fullmatch(line.plain):
        return Ambiguous("Is it done?", ("done",))
    if DONE_BUT.match(line.plain):
        return Ambiguous("Is it done, or is it blocked?", ("done", "blocked: the reason"))
    match = DONE.fullmatch(line.plain) or DONE.fullmatch(_bare(line))
    if match:
        return Done(_rest(line, match))
    match = DONE_BARE.fullmatch(line.plain)
    if match is None or _is_question(line):
        return None
    return _promised(line, context) if NOT_A_NOTE.match(match["rest"]) else Done(_rest(line, match))


def _promised(line: Plain, context: _Context) -> Ambiguous | None:
    """ "done by friday" promises a day; it does not say that it is done."""
    match = DONE_BY.fullmatch(line.plain)
    try:
        day = parse_day(match["day"], context.today) if match else None
    except UnreadableDay:
        day = None
    return Ambiguous("Is it done now, or due then?", ("done", f"due {day.isoformat()}")) if day else None


def _blocked(line: Plain, context: _Context) -> Blocked | Ambiguous | None:
    match = WAITING.fullmatch(line.plain) or BLOCKED.fullmatch(line.plain)
    if match is None or NOT_BLOCKED.match(_rest(line, match)):
        return None
    reason = _rest(line, match)
    return Blocked(reason) if reason else Ambiguous("What are you waiting for, and from whom?")


def _snooze(line: Plain, context: _Context) -> Snooze | Ambiguous | None:
    plain = _bare(line)
    match = SNOOZE.fullmatch(plain)
    if match:
        return _day(re.sub(r"^(?=\d{1,3} ?[dw]$)", "+", match["day"]), context, Snooze, "snooze")
    if not BARE_DAY.fullmatch(plain):
        return None
    try:
        return Snooze(parse_day(plain, context.today, field="snooze"))
    except AmbiguousDay as problem:
        return _which(problem, "snooze")
    except UnreadableDay:
        return None


def _move_due(line: Plain, context: _Context) -> MoveDue | Ambiguous | None:
    match = DUE.fullmatch(line.plain)
    if match is None:
        return None
    whole = line.cut(match.start("day"), match.end("day"))
    found = _day(POLITE_END.sub("", whole.plain), context, MoveDue, "due")
    for mark in reversed(list(REASON.finditer(whole.plain))):
        if found is not None:
            break
        found = _day(whole.plain[: mark.start()], context, MoveDue, "due")
        if isinstance(found, MoveDue):
            return MoveDue(found.due, _to_the_end(whole, mark.end()))
    return found


def _day(text: str, context: _Context, word: Callable[[date], Dated], verb: str) -> Dated | Ambiguous | None:
    """The word for a day after a verb; a question where it can be two or lies in the past; None where it is no day."""
    try:
        return word(parse_day(text, context.today, field=verb))
    except AmbiguousDay as problem:
        return _which(problem, verb)
    except PastDay as problem:
        return Ambiguous(f"{problem.day.isoformat()} is past. Which day do you mean?")
    except UnreadableDay:
        return None


def _which(problem: AmbiguousDay, verb: str) -> Ambiguous:
    return Ambiguous("Which day do you mean?", tuple(f"{verb} {day.isoformat()}" for day in problem.readings))


def _owner(line: Plain, context: _Context) -> ChangeOwner | None:
    match = OWNER.fullmatch(_bare(line)) or OWNER_NAME.fullmatch(_bare(line))
    return ChangeOwner(line.cut(match.start("who"), match.end("who")).typed.removeprefix("@")) if match else None


def _challenge(line: Plain, context: _Context) -> ChallengeFigure | Ambiguous | None:
    match = CHALLENGE.fullmatch(line.plain)
    if match is None or _is_question(line):
        return None
    rest = line.cut(match.start("rest"))
    known = name_at_start(rest, context.short_names) if context.short_names else None
    if known:
        metric, end = known
        words = _to_the_end(line, match.start("rest") + end).lstrip(" :-,\u2013\u2014")
        return ChallengeFigure(metric, rest.typed[:end], words)
    named = CHALLENGED.fullmatch(rest.plain)
    if named is None or len(named["name"].split()) > SHORT_NAME_WORDS:
        return Ambiguous("Which figure do you challenge?") if not rest.plain or rest.plain.startswith(":") else None
    return ChallengeFigure(None, rest.cut(0, named.end("name")).typed, _to_the_end(rest, named.start("rest")))


def _kudos(line: Plain, context: _Context) -> Kudos | Ambiguous | None:
    match = KUDOS.fullmatch(line.plain)
    if match is None or _is_question(line):
        return None
    words = _rest(line, match)
    return Kudos(words) if words else Ambiguous("Kudos to whom, and for what?")


def _reopen(line: Plain, context: _Context) -> Reopen | None:
    match = REOPEN.fullmatch(line.plain) or REOPEN.fullmatch(_bare(line))
    return Reopen(_rest(line, match)) if match else None


def _not_doing(line: Plain, context: _Context) -> NotDoing | Ambiguous | None:
    match = NOT_DOING.fullmatch(line.plain)
    if match is None:
        return None
    reason = _rest(line, match)
    return NotDoing(reason) if reason else Ambiguous("Why not? The reason is kept with it.")


def _need_help(line: Plain, context: _Context) -> NeedHelp | None:
    match = NEED_HELP.fullmatch(line.plain)
    return NeedHelp(_rest(line, match)) if match else None


RULES: tuple[Rule, ...] = (
    _accept,
    _undo,
    _acknowledge,
    _done,
    _blocked,
    _not_doing,
    _reopen,
    _move_due,
    _snooze,
    _owner,
    _challenge,
    _kudos,
    _need_help,
)
