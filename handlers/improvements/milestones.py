"""Milestones as people write them: "80 % by 3 April; 83 % by 1 May", one a line or parted by semicolons. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date

from handlers.calendar import UnreadableDay, parse_day
from handlers.metrics.metric import Metric
from handlers.metrics.values import ValueProblem, parse_value
from handlers.vocabulary.route import Invalid

MOST = 8
LONGEST_WORDS = 150
FIELD = "milestones"
_LINE = re.compile(r"(?P<what>.+\S)\s+(?:by|on|until)\s+(?P<day>\S.*)", re.I)
_NUMBER = re.compile(r"[-+]?\s*[\d.,]")


@dataclass(frozen=True, slots=True)
class Step:
    """A value or, for what no figure shows, words, and the day it is looked at."""

    check_on: date
    target: Decimal | None = None
    words: str = ""


def read_milestones(text: str, metric: Metric | None, today: date, known: Collection[date] = ()) -> list[Step]:
    """The milestones of a text by their days. ``today`` is the day in the anchor zone; a day that is past is refused unless
    a milestone stood on it before (``known``). Raises ``Invalid`` naming the line that could not be read.
    """
    lines = [line.strip(" .") for line in re.split(r"[;\n]", text) if line.strip(" .")]
    if len(lines) > MOST:
        raise Invalid(
            {FIELD: f"These are {len(lines)} milestones, at most {MOST} fit a plan. Keep the ones that decide"}
        )
    steps = sorted((_read(line, metric, today, known) for line in lines), key=lambda each: each.check_on)
    days = [each.check_on for each in steps]
    twice = next((day for day in days if days.count(day) > 1), None)
    if twice is not None:
        raise Invalid({FIELD: f"Two milestones are on {twice:%A} {twice.isoformat()}. Give each a day of its own"})
    return steps


def write_milestones(steps: Sequence[Step], shown: Sequence[str]) -> str:
    """The same as text, one a line, to be edited; ``shown`` are the values in words."""
    return "\n".join(
        f"{each.words or value} by {format_date(each.check_on, 'd MMMM y', locale='en_GB')}"
        for each, value in zip(steps, shown, strict=True)
    )


def _read(line: str, metric: Metric | None, today: date, known: Collection[date]) -> Step:
    example = "80 % by friday" if metric is None else "80 % by friday, one a line"
    found = _LINE.fullmatch(line)
    if found is None:
        raise Invalid({FIELD: f"I read {line!r} and found no day. Write a value and its day, for example: {example}"})
    day = _day(found["day"], today, known)
    what = found["what"].strip(" ,:")
    if metric is None or not _NUMBER.match(what):
        if len(what) > LONGEST_WORDS:
            raise Invalid({FIELD: f"{what[:40]!r}… has {len(what)} characters, at most {LONGEST_WORDS} fit"})
        return Step(day, None, what)
    try:
        value = parse_value(what, metric)
    except ValueProblem as problem:
        raise Invalid({FIELD: f"{problem}, for example: {problem.example} by friday"}) from problem
    return Step(day, value, "" if value is not None else what)


def _day(text: str, today: date, known: Collection[date]) -> date:
    try:
        day = parse_day(text, today, field="Milestones", allow_past=True)
    except UnreadableDay as problem:
        raise Invalid({FIELD: str(problem)}) from problem
    if day < today and day not in known:
        raise Invalid({FIELD: f"{text!r} was read as {day.isoformat()}, which is past. Give a day to come"})
    return day
