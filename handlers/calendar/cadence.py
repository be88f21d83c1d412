"""What repeats: a pattern of week days and a time of day, and the moments at which it fires.

Fire times come from APScheduler's trigger, which is fed the local wall clock as if it were UTC: given a zone of its own
it skips times after spring-forward and doubles them in autumn. The wall is mapped to an instant by ``instant_of``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from handlers.calendar.wall import instant_of, wall_of, zone

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WORKING_DAYS = DAY_NAMES[:5]
EVERY_DAY = {"daily", "every day", "everyday"}
EVERY_WORKING_DAY = {"working days", "workdays", "weekdays"}
EXAMPLES = '"mon 08:30", "daily 07:30" or "mon-fri 09:00"'
NOON = 12
MICROSECOND = timedelta(microseconds=1)
CLOCK = re.compile(r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s*(?P<half>am|pm)?", re.IGNORECASE)
WRITTEN = (
    (re.compile(r"\b(\d{1,2})[:.](\d{2})\s*(?:uhr|h)\b", re.IGNORECASE), r"\1:\2"),
    (re.compile(r"\b(\d{1,2})\s*h\s*(\d{2})\b", re.IGNORECASE), r"\1:\2"),
    (re.compile(r"(?<!\+)\b(\d{1,2})\s*(?:uhr|h)\b", re.IGNORECASE), r"\1:00"),
    (re.compile(r"\b([ap])\.\s?m\b\.?|(?<=\d)([ap])\.\s?m\b\.?", re.IGNORECASE), r"\1\2m"),
    (re.compile(r"\b(?:noon|midday)\b", re.IGNORECASE), "12:00"),
)
"""Times of day as other countries write them, and as they are read."""
POINT = re.compile(r"\b(\d{1,2})\.(\d{2})\b(?!\.)")
"""An hour and minutes with a point between."""
PATTERN = re.compile(r"(?P<days>.*?)\s*(?:\bat\b)?\s*(?P<time>\d{1,2}(?::\d{2})?\s*(?:am|pm)?)", re.IGNORECASE)


def plain_clock(text: str) -> str:
    """Words in which times of day stand as ``CLOCK`` reads them, however a country writes them: "15h30", "15 Uhr", "3 p.m.",
    "noon". A point between hour and minutes is left alone, as it can be a day and a month."""
    for pattern, plain in WRITTEN:
        text = pattern.sub(plain, text)
    return text


def parse_time(text: str, field: str = "time") -> time:
    """A time of day as people write it: "08:30", "8.30", "8am", "5:30 p.m.", "17h30". Raises ValueError naming ``field``."""
    match = CLOCK.fullmatch(POINT.sub(r"\1:\2", plain_clock(text)).strip())
    if match and (match["minute"] or match["half"]):
        hour, half = int(match["hour"]), (match["half"] or "").lower()
        if not half or 1 <= hour <= NOON:
            hour = hour % NOON + (NOON if half == "pm" else 0) if half else hour
            minute = int(match["minute"] or 0)
            if hour <= time.max.hour and minute <= time.max.minute:
                return time(hour, minute)
    raise ValueError(f"{field}: {text!r} is not a time of day; write it like 08:30 or 8:30am")


def parse_days(text: str, field: str = "days") -> tuple[str, ...]:
    """Week days by name: "mon", "Monday,Thu", "mon-fri", "daily". Numbers are refused: they mean different days
    in different systems. Returns short names in the order of the week; raises ValueError naming ``field``.
    """
    words = " ".join(text.lower().split())
    if words in EVERY_DAY:
        return DAY_NAMES
    if words in EVERY_WORKING_DAY:
        return WORKING_DAYS
    chosen: set[str] = set()
    for part in re.split(r"\s*(?:,|\band\b|\s)\s*", re.sub(r"\s*-\s*", "-", words)):
        chosen.update(_day_range(part, text, field))
    return tuple(name for name in DAY_NAMES if name in chosen)


def _day_range(part: str, text: str, field: str) -> tuple[str, ...]:
    first, dash, last = part.partition("-")
    start, end = _day_index(first, text, field), _day_index(last if dash else first, text, field)
    week = DAY_NAMES + DAY_NAMES
    return week[start : (end if end >= start else end + len(DAY_NAMES)) + 1]


def _day_index(word: str, text: str, field: str) -> int:
    for index, full in enumerate(FULL_DAY_NAMES):
        if len(word) >= len(DAY_NAMES[index]) and full.startswith(word):
            return index
    if any(character.isdigit() for character in word):
        raise ValueError(f"{field}: {text!r} has a number for a day; write day names, for example {EXAMPLES}")
    raise ValueError(f"{field}: {word!r} in {text!r} is not a week day; write for example {EXAMPLES}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Week days (short names, in the order of the week) and one time of day to the minute. The zone is kept elsewhere.

    ``str(pattern)`` is what the database keeps and ``Pattern.parse`` reads: "mon 08:30", "daily 07:30",
    "mon-fri 09:00".
    """

    days: tuple[str, ...]
    at: time

    def __post_init__(self) -> None:
        in_order = tuple(name for name in DAY_NAMES if name in self.days)
        if not self.days or in_order != self.days:
            raise ValueError(f"days: {self.days!r} are not day names in the order of the week; use Pattern.weekly")
        if self.at != time(self.at.hour, self.at.minute):
            raise ValueError(f"at: {self.at.isoformat()} is not a plain time of day in whole minutes")

    @classmethod
    def daily(cls, at: time) -> Pattern:
        """Every day at that time."""
        return cls(DAY_NAMES, at)

    @classmethod
    def weekly(cls, *days: str, at: time) -> Pattern:
        """On the named days ("mon", "Thursday") at that time."""
        return cls(parse_days(",".join(days)), at)

    @classmethod
    def working_days(cls, at: time) -> Pattern:
        """Monday to Friday at that time; holidays are the caller's matter, by ``is_working_day``."""
        return cls(WORKING_DAYS, at)

    @classmethod
    def parse(cls, text: str, field: str = "cadence") -> Pattern:
        """Read what ``str`` wrote, or what a person typed ("Mondays at 8:30am"). Raises ValueError naming ``field``."""
        match = PATTERN.fullmatch(POINT.sub(r"\1:\2", plain_clock(text)).strip())
        if match is None or not match["days"]:
            raise ValueError(f"{field}: {text!r} is not day names and a time; write for example {EXAMPLES}")
        days = (
            re.sub(r"(?<=day)s\b", "", match["days"]) if match["days"].lower() not in EVERY_WORKING_DAY else "weekdays"
        )
        return cls(parse_days(days, field), parse_time(match["time"], field))

    def __str__(self) -> str:
        return f"{_days_text(self.days)} {self.at:%H:%M}"


def _days_text(days: tuple[str, ...]) -> str:
    if days == DAY_NAMES:
        return "daily"
    if days == WORKING_DAYS:
        return f"{days[0]}-{days[-1]}"
    return ",".join(days)


def parse_pattern(text: str, field: str = "cadence") -> Pattern:
    """The pattern a stored or typed text means; see ``Pattern.parse``."""
    return Pattern.parse(text, field)


def fires(pattern: Pattern, where: ZoneInfo, after: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Endless fire times as (wall, instant), beginning strictly after the naive wall clock ``after``.

    Strictly increasing in both clocks: nothing is skipped, nothing said twice. Take as many as needed.
    """
    trigger = CronTrigger(
        day_of_week=",".join(pattern.days), hour=pattern.at.hour, minute=pattern.at.minute, second=0, timezone=UTC
    )
    as_if_utc, last = after.replace(tzinfo=UTC, fold=0), None
    while (found := trigger.get_next_fire_time(None, as_if_utc + MICROSECOND)) is not None:
        as_if_utc = found
        wall: datetime = found.replace(tzinfo=None)
        instant = instant_of(wall, where)
        if last is None or instant > last:
            last = instant
            yield wall, instant


def next_fire(pattern: Pattern, where: ZoneInfo | str, after: datetime) -> tuple[datetime, datetime]:
    """The first fire time, as (wall, instant), strictly after the aware instant ``after``.

    ``where`` is the anchor zone or its IANA name.
    """
    return _next_fire(pattern, zone(where) if isinstance(where, str) else where, after.astimezone(UTC))


@lru_cache(maxsize=1024)
def _next_fire(pattern: Pattern, place: ZoneInfo, after: datetime) -> tuple[datetime, datetime]:
    """Kept because many programmes fire together. ``after`` is UTC: moments of a zone with a repeated hour are equal
    though they are not the same."""
    return next(found for found in fires(pattern, place, wall_of(after, place)) if found[1] > after)
