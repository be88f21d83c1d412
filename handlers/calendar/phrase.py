"""The words for a cadence: what people type, read into a recurrence rule.

What the words mean, so that both sides can rely on it:
- "daily" is every day of the week; "working days" are Monday to Friday, or the week that was given.
- "monthly 29th", "30th" and "31st" are never skipped: in a shorter month they are its last day. The 31st is therefore
  the same as "last day".
- A quarter begins in January, April, July and October. "first", "second", "15th" of the quarter are in its first month,
  "last" of the quarter in its last one.
- A fifth Tuesday is refused (not every month has one), and so is "every second Tuesday" without more (it can be every
  two weeks or the second one of the month), and "biweekly" (it can be twice a week).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import time

from handlers.calendar.cadence import DAY_NAMES, POINT, parse_days, parse_time, plain_clock
from handlers.calendar.rule import ORDINALS, SHORT_MONTHS, day_codes

EXAMPLES = (
    '"weekly tue 10:00", "every two weeks thu 14:00", "second tuesday of the month at 10:00", "monthly 15th 10:00", '
    '"last working day of the month 16:00" or "first thursday of the quarter 14:00"'
)
CLOCK = re.compile(r"(?:\bat\s+)?\b(\d{1,2}:\d{2}\s*(?:am|pm)?|\d{1,2}\s*(?:am|pm))(?!\w)")
BRACKET = re.compile(r"\(([^()]*)\)")
PERIODS = {
    "quarterly": re.compile(r"\b(?:quarterly|(?:(?:of|in) )?(?:the|each|every|a) quarter|every (?:three|3) months)\b"),
    "monthly": re.compile(r"\b(?:monthly|(?:(?:of|in) )?(?:the|each|every|a) month)\b"),
    "every two weeks": re.compile(
        r"\b(?:fortnightly|every fortnight|every (?:two|2|other) weeks?|every second week|every other)\b"
    ),
    "weekly": re.compile(r"\b(?:weekly|(?:every|each|a) week)\b"),
}
FILLER = re.compile(r"\b(?:on|the|of|each|every|in|day(?= \d))\b")
PLURAL = re.compile(r"(?<=day)s\b")
EVERY_DAY = {"daily", "day"}
EVERY_WORKING_DAY = {"working day", "workday", "weekday", "business day"}
NTH = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "last": -1} | {word: n for n, word in enumerate(ORDINALS, 1)}
FIFTH = {"fifth", "5th"}
OF_MONTH = re.compile(r"(?P<nth>\w+) (?P<what>[a-z, -]+)")
NUMBER = re.compile(r"(?P<number>\d{1,2})(?:st|nd|rd|th)?")
LAST_DAY = 31
MOST = {29: "28,29", 30: "28,29,30"}


def read(text: str, field: str, week: Sequence[str]) -> tuple[str, time]:
    """The rule and the time of day that ``text`` means; ``week`` are the short names of the working days.

    Raises ValueError naming ``field``, what was read and what to write.
    """
    if not week:
        raise ValueError("week: it is empty; give the days that both sides work, or agree on one with them")
    words = " ".join(unicodedata.normalize("NFKC", text).lower().replace(",", ", ").split())
    words = POINT.sub(r"\1:\2", plain_clock(words))
    clocks = CLOCK.findall(words)
    if len(clocks) != 1:
        why = "has no time of day" if not clocks else "has more than one time of day"
        raise ValueError(f"{field}: {text!r} {why}; write for example {EXAMPLES}")
    inside = BRACKET.search(words)
    plain = " ".join(BRACKET.sub(" ", CLOCK.sub(" ", words)).split())
    try:
        if inside and inside[1] != SHORT_MONTHS.lower():
            week = _named(inside[1], field)
        return _rule(plain, field, week), parse_time(clocks[0], field)
    except ValueError as problem:
        raise ValueError(_about(problem, field, text)) from None


def _about(problem: ValueError, field: str, text: str) -> str:
    """The problem with what was typed, once, and what to write."""
    said = str(problem).removeprefix(f"{field}: ")
    return f"{field}: {text!r} cannot be read: {said.partition('; write')[0]}; write for example {EXAMPLES}"


def _rule(words: str, field: str, week: Sequence[str]) -> str:
    if re.search(r"\bbi-?weekly\b", words):
        raise ValueError(f'{field}: "biweekly" can be twice a week; say "every two weeks" or name both days')
    found = [name for name, pattern in PERIODS.items() if pattern.search(words)]
    if len(found) > 1:
        raise ValueError(f"{field}: it says both {found[0]} and {found[1]}")
    period = found[0] if found else ""
    rest = PERIODS[period].sub(" ", words) if period else words
    if not period and re.search(rf"\bevery (?:second|2nd) (?:{'|'.join(DAY_NAMES)})", words):
        raise ValueError(f'{field}: that can be "every two weeks" or "of the month"; say which')
    rest = " ".join(PLURAL.sub("", FILLER.sub(" ", rest)).split()).strip(", ")
    if period in ("monthly", "quarterly") or (not period and _sounds_monthly(rest)):
        return f"FREQ=MONTHLY{';INTERVAL=3' if period == 'quarterly' else ''};{_of_month(rest, field, week)}"
    return _of_week(rest, field, week, period == "every two weeks")


def _sounds_monthly(rest: str) -> bool:
    first = rest.partition(" ")[0]
    return first in NTH or first in FIFTH or bool(re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)", rest))


def _of_week(rest: str, field: str, week: Sequence[str], two: bool) -> str:
    if not rest:
        raise ValueError(f"{field}: it does not say on which day of the week")
    if rest in EVERY_DAY:
        days: tuple[str, ...] = DAY_NAMES
    elif rest in EVERY_WORKING_DAY:
        days = tuple(week)
    else:
        days = _named(rest, field)
    if two:
        return f"FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY={day_codes(days)}"
    return "FREQ=DAILY" if days == DAY_NAMES else f"FREQ=WEEKLY;BYDAY={day_codes(days)}"


def _named(words: str, field: str) -> tuple[str, ...]:
    """Days by name, also as a run: "sunday to thursday"."""
    return parse_days(re.sub(r"\s*\b(?:to|until|through)\b\s*", "-", words), field)


def _of_month(rest: str, field: str, week: Sequence[str]) -> str:
    numbered = NUMBER.fullmatch(rest)
    if numbered:
        return _on_number(int(numbered["number"]), field)
    match = OF_MONTH.fullmatch(rest)
    if match is None or match["nth"] not in NTH | dict.fromkeys(FIFTH):
        raise ValueError(f"{field}: it does not say on which day of the month")
    if match["nth"] in FIFTH:
        raise ValueError(f'{field}: not every month has a fifth one; say "last"')
    nth, what = NTH[match["nth"]], match["what"]
    if abs(nth) == 1 and what == "day":
        return f"BYMONTHDAY={nth}"
    if what in EVERY_WORKING_DAY and len(week) > 1:
        if abs(nth) != 1:
            raise ValueError(f"{field}: of working days only the first and the last can be told before a holiday moves")
        return f"BYDAY={day_codes(week)};BYSETPOS={nth}"
    days = tuple(week) if what in EVERY_WORKING_DAY else parse_days(what, field)
    if len(days) != 1:
        raise ValueError(f"{field}: it names more than one day of the week")
    return f"BYDAY={nth}{day_codes(days)}"


def _on_number(number: int, field: str) -> str:
    if not 1 <= number <= LAST_DAY:
        raise ValueError(f"{field}: no month has a day {number}")
    if number in MOST:
        return f"BYMONTHDAY={MOST[number]};BYSETPOS=-1"
    return f"BYMONTHDAY={-1 if number == LAST_DAY else number}"
