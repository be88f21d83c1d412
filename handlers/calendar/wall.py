"""Zones, and the way between a wall clock and an instant.

A *wall* is a naive datetime: what the clock on somebody's wall shows. An *instant* is an aware datetime in UTC.
Instants are compared in UTC only: two aware datetimes of one zone compare by their wall clocks, which repeat in autumn.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, available_timezones

from rapidfuzz import fuzz, process, utils

SECOND = timedelta(seconds=1)
SUGGESTIONS = 3


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Every IANA zone name known here, sorted; read from disk once."""
    return tuple(sorted(available_timezones()))


def city(zone_name: str) -> str:
    """A zone as people say it: "New York"."""
    return zone_name.rsplit("/", 1)[-1].replace("_", " ")


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    return {name.casefold(): name for name in zone_names()}


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    """The last part of each name, readable ("New York"), for finding what somebody meant by a city."""
    return {name: city(name) for name in zone_names() if "/" in name}


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    """Kept: the library itself forgets all but the last eight that nobody holds, and reads them from disk again."""
    return ZoneInfo(name)


def nearest_zones(name: str) -> tuple[str, ...]:
    """Up to three zone names that resemble ``name``, best first; ("Asia/Manila",) comes first for "manila"."""
    found = process.extract(name, _cities(), scorer=fuzz.WRatio, processor=utils.default_process, limit=SUGGESTIONS)
    return tuple(str(key) for _, _, key in found)


def zone(name: str, field: str = "zone") -> ZoneInfo:
    """The IANA zone of that name, in any case and with spaces for underscores ("america/new york").

    Raises ValueError naming ``field``, what was read and the nearest names.
    """
    known = _spellings().get(name.strip().replace(" ", "_").casefold())
    if known is None:
        near = ", ".join(nearest_zones(name)) or "Europe/London, Asia/Manila"
        raise ValueError(f"{field}: {name!r} is not a time zone; give an IANA name such as {near}")
    return _zone(known)


def rules_of(name: str) -> str:
    """A fingerprint of a zone's rules as they are known here; another one after its country changed them. The system's own
    files are read first, as the standard library does. "" for a zone without a file."""
    folders = [Path(folder) for folder in TZPATH] + [files("tzdata").joinpath("zoneinfo")]
    found = (folder.joinpath(*name.split("/")) for folder in folders)
    data = next((file.read_bytes() for file in found if file.is_file()), b"")
    return hashlib.sha256(data).hexdigest()[:12] if data else ""


def wall_of(instant: datetime, where: ZoneInfo) -> datetime:
    """What the clock in ``where`` shows at an aware ``instant``: a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError(f"instant: {instant.isoformat()} has no zone; give an aware datetime")
    return instant.astimezone(where).replace(tzinfo=None, fold=0)


def instant_of(wall: datetime, where: ZoneInfo) -> datetime:
    """The first instant (UTC) at which the clock in ``where`` shows ``wall`` or later.

    So a repeated hour is its first pass, and a skipped time is the first moment after the gap, even where the gap is a
    whole day (Apia had no 30 December 2011). It never runs backwards: a later wall is never an earlier instant.
    """
    if wall.tzinfo is not None:
        raise ValueError(f"wall: {wall.isoformat()} has a zone; give the naive wall clock")
    first = wall.replace(tzinfo=where, fold=0).astimezone(UTC)
    if wall_of(first, where) == wall:  # naive: fold does not count
        return first
    second = wall.replace(tzinfo=where, fold=1).astimezone(UTC)
    return _end_of_gap(wall, where, min(first, second), max(first, second))


def _end_of_gap(wall: datetime, where: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Search between an instant before the gap and one after it, to the second (zones change on whole seconds)."""
    low = before.replace(microsecond=0) - SECOND
    high = after.replace(microsecond=0) + SECOND
    while high - low > SECOND:
        middle = low + SECOND * ((high - low) // SECOND // 2)
        if wall_of(middle, where) < wall:
            low = middle
        else:
            high = middle
    return high
