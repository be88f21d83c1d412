"""A series as a calendar file (RFC 5545): its rule in the anchor zone, what is left out, what is moved, and its end. Pure.

Nobody is listed as invited: the file hangs where both companies read it, and people's addresses belong to their own company.
Without attendees the method of RFC 5546 is PUBLISH, for updates too: the same UID with a higher SEQUENCE replaces what a
calendar holds. CANCEL takes the series out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration, vRecur, vUri

from handlers.calendar import zone
from handlers.reviews.planning import Coming
from handlers.reviews.sides import Sides
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import File
from storage.models.review import ReviewSeries

PRODUCT = "-//Parley//Review series//EN"
AHEAD = timedelta(days=400)
"""How far ahead holidays are written into a file: a year, and the month after it."""
ZONE_YEARS = 10
"""How far ahead the file tells the zone's clock changes, in whole years: files of one year tell the same ones. Calendars that
know the zone by its name do not need them."""
UNSAFE = frozenset('\\/:*?"<>|')


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a file is made from. ``exceptions`` are the occurrences that differ from the rule, past ones too; ``now`` (UTC)
    is when it is written; ``over`` (UTC) when the contract's last day is over, None where it has no end. ``passed_on``: it is a
    file for whoever should come, and not what one person's calendar reads."""

    series: ReviewSeries
    sides: Sides
    exceptions: Sequence[Coming]
    now: datetime
    over: datetime | None = None
    passed_on: bool = True

    def text(self, *, cancelled: bool = False) -> str:
        """The file. ``cancelled``: the series is over and leaves people's calendars."""
        calendar = begun("CANCEL" if cancelled else "PUBLISH")
        for each in self.events(cancelled=cancelled):
            calendar.add_component(each)
        return written(calendar, self.series.first_wall, self.now)

    def events(self, *, cancelled: bool = False) -> list[Event]:
        """The series, and each review that is held at another time than its rule says."""
        moved = () if cancelled else (self._moved(each) for each in self.exceptions if each.is_held)
        return [self._master(cancelled=cancelled), *moved]

    def _master(self, *, cancelled: bool) -> Event:
        event = self._event(self._at(self.series.first_wall), self._description())
        rule = vRecur.from_ical(self.series.rule)
        if self.over is not None:
            # RFC 5545 (3.3.10): with a start in a zone the last moment is told in UTC; it is one that still counts.
            rule["UNTIL"] = [self.over.astimezone(UTC) - timedelta(seconds=1)]
        event.add("rrule", rule)
        event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
        for each in self.exceptions:
            if not each.is_held:
                event.add("exdate", self._at(each.planned_wall))
        return event

    def _moved(self, each: Coming) -> Event:
        """One that is held at another time than the rule says; told in UTC, which every calendar reads alike."""
        moved = f"Moved: {each.reason}.\n\n" if each.reason else ""
        event = self._event(each.at.astimezone(UTC), moved + self._description())
        event.add("recurrence-id", self._at(each.planned_wall))
        event.add("status", "CONFIRMED")
        return event

    def _event(self, start: datetime, description: str) -> Event:
        event = Event()
        event.add("uid", self.series.uid)
        event.add("sequence", self.series.version - 1)
        event.add("dtstamp", self.now.astimezone(UTC))
        event.add("dtstart", start)
        event.add("duration", vDuration(timedelta(minutes=self.series.minutes)))
        event.add("summary", f"{self.series.name}: {' and '.join(self.sides.names[side] for side in Side)}")
        event.add("description", description)
        if self.series.link:
            event.add("url", vUri(self.series.link))
            event.add("location", self.series.link)
        return event

    def _description(self) -> str:
        link = f"Join: {self.series.link}\n" if self.series.link else ""
        pass_on = " Nobody is invited by name: pass this file on to whoever should come." if self.passed_on else ""
        return (
            f"{link}Timed by the clock in {self.series.anchor_zone}. Agenda and minutes are in the channel both companies "
            f"share.{pass_on}"
        )

    def _at(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=zone(self.series.anchor_zone))


def begun(method: str) -> Calendar:
    """A calendar without events."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def written(calendar: Calendar, first_wall: datetime, now: datetime) -> str:
    """A calendar as text, with the zones its events name: from the year of its first event, at the naive wall ``first_wall``, to
    ten years after ``now``."""
    first = min(first_wall, now.replace(tzinfo=None)).year
    calendar.add_missing_timezones(date(first, 1, 1), date(now.year + ZONE_YEARS + 1, 1, 1))
    _mend_onsets(calendar)
    text: bytes = calendar.to_ical()
    return text.decode()


def differs(each: Coming, where: ZoneInfo) -> bool:
    """Whether a calendar that reads the rule by itself would have it at another moment: it was moved, left out, or its wall
    time does not exist on that day."""
    return not each.is_held or each.planned_wall.replace(tzinfo=where).astimezone(UTC) != each.at


def exceptions(walk: Iterable[Coming], where: ZoneInfo, now: datetime) -> list[Coming]:
    """Of what is ahead, what a file has to tell beside the rule, within ``AHEAD``; ``where`` is the anchor zone."""
    return [each for each in takewhile(lambda each: each.at <= now + AHEAD, walk) if differs(each, where)]


def _mend_onsets(calendar: Calendar) -> None:
    """Where clocks go forward the library writes the hour after the change; RFC 5545 (3.6.5) has the one before it."""
    parts: list[Any] = [part for timezone in calendar.timezones for part in timezone.subcomponents]
    for part in parts:
        forward = part["tzoffsetto"].td - part["tzoffsetfrom"].td
        if forward <= timedelta(0):
            continue
        onsets = (
            [part["dtstart"].dt, *(each.dt for each in part["rdate"].dts)] if "rdate" in part else [part["dtstart"].dt]
        )
        for name in ("dtstart", "rdate"):
            part.pop(name, None)
        first, *others = (onset - forward for onset in onsets)
        part.add("dtstart", first)
        if others:
            part.add("rdate", others)


def is_current(file: File, series: ReviewSeries, now: datetime) -> bool:
    """Whether a file says what a new one would: nothing was arranged since, and its holidays still reach far ahead."""
    stamp = re.search(r"^DTSTAMP:(\d{8})", file.content, re.M)
    told = re.search(r"^SEQUENCE:(\d+)", file.content, re.M)
    if stamp is None or told is None or int(told[1]) != series.version - 1:
        return False
    return now - datetime.strptime(stamp[1], "%Y%m%d").replace(tzinfo=UTC) < AHEAD / 2


def says(file: File) -> str:
    """What a file tells, whenever and as the how-manieth of its series it was written."""
    return re.sub(r"^(?:DTSTAMP|SEQUENCE):.*$", "", file.content, flags=re.M)


def file_of(invitation: Invitation, *, cancelled: bool = False) -> File:
    """The file as a card carries it."""
    name = "".join("-" if each in UNSAFE or each.isspace() else each for each in invitation.series.name)
    kind, label = ("CANCEL", "Take it out of your calendar") if cancelled else ("PUBLISH", "Put it into your calendar")
    text = invitation.text(cancelled=cancelled)
    return File(f"{name.strip('-.')[:60] or 'review'}.ics", f"text/calendar; method={kind}", text, label)
