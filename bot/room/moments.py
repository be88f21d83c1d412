"""Moments in a reader's own words: their zone, and its name where that is not the zone of what is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from handlers.vocabulary.outgoing import When


def town(zone: str) -> str:
    """The town an IANA zone is called after: "Asia/Ho_Chi_Minh" -> "Ho Chi Minh"."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def shown(
    at: datetime, zone: str, now: datetime, style: Literal["date", "time", "datetime"] = "datetime", comma: str = ", "
) -> str:
    """A moment on the wall clock of ``zone``; the year is said only when it is not the present one there."""
    local = at.astimezone(ZoneInfo(zone))
    day = f"{local:%a} {local.day} {local:%b}"
    if local.year != now.astimezone(ZoneInfo(zone)).year:
        day = f"{day} {local.year}"
    clock = f"{local:%H:%M}"
    return {"date": day, "time": clock, "datetime": f"{day}{comma}{clock}"}[style]


def spoken(when: When, zone: str, now: datetime) -> tuple[str, str]:
    """What a card's moment reads like for a reader in ``zone``, and a hint with the same moment where it was meant.

    The reader's zone is named when the card's own zone has another wall clock at that moment; else the hint is empty.
    """
    words = shown(when.at, zone, now, when.style)
    if _same_clock(when.at, when.zone, zone):
        return words, ""
    there = shown(when.at, when.zone, now)
    return (words if when.style == "date" else f"{words} {town(zone)} time"), f"{there} in {town(when.zone)}"


def day_of(at: datetime, zone: str, now: datetime) -> tuple[str, str]:
    """The day a message was posted, for the reader: its ISO date, and its name ("Today" is the room's present day)."""
    local = at.astimezone(ZoneInfo(zone))
    here = now.astimezone(ZoneInfo(zone))
    apart = (here.date() - local.date()).days
    name = f"{local:%A} {local.day} {local:%B}"
    if local.year != here.year:
        name = f"{name} {local.year}"
    return local.date().isoformat(), {0: f"Today, {name}", 1: f"Yesterday, {name}"}.get(apart, name)


def _same_clock(at: datetime, one: str, other: str) -> bool:
    return at.astimezone(ZoneInfo(one)).utcoffset() == at.astimezone(ZoneInfo(other)).utcoffset()
