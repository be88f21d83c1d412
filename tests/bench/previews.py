"""What the review calendar costs: the next eight occurrences of 1,000 series, with the holidays of both countries."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from dateutil.rrule import rrulestr

from handlers.calendar import Cadence, WorkHours, planned, suggest, zone
from tests.bench.figures import Figure, median

SERIES = 1_000
EIGHT = 8
REPEATS = 5
GOAL = 1.0
BEGAN = date(2024, 1, 8)
NOW = datetime(2026, 3, 4, 12)
CADENCES = (
    "working days 09:30",
    "weekly tue 10:00",
    "tue,thu 15:00",
    "every two weeks thu 14:00",
    "monthly second tuesday 10:00",
    "last working day of the month 16:00",
    "monthly 15th 10:00",
    "quarterly first thursday 14:00",
)
SITES = (
    ("Europe/London", "GB", "Asia/Manila", "PH"),
    ("America/New_York", "US", "Asia/Kolkata", "IN"),
    ("Europe/Berlin", "DE", "Africa/Johannesburg", "ZA"),
    ("Europe/London", "GB-SCT", "Africa/Cairo", "EG"),
    ("America/Chicago", "US", "America/Bogota", "CO"),
    ("Australia/Sydney", "AU", "Asia/Manila", "PH"),
    ("Europe/Madrid", "ES", "Africa/Casablanca", "MA"),
)


def measure(_seconds: float | None) -> Iterator[Figure]:
    """The first time (holidays not yet looked up), then the median; the baseline walks the bare rules from today."""
    series = [(CADENCES[n % len(CADENCES)], SITES[n % len(SITES)]) for n in range(SERIES)]
    cold = _took(series)
    bare, ours = [], []
    for _ in range(REPEATS):
        bare.append(_bare(series))
        ours.append(_took(series))
    yield Figure("previews.first", cold, "s for 1,000 x 8", GOAL)
    yield Figure("previews.again", median(ours), "s for 1,000 x 8", GOAL, median(bare))
    yield Figure("previews.suggest", median([_suggest() for _ in range(REPEATS)]), "ms")


def _took(series: list[tuple[str, tuple[str, str, str, str]]]) -> float:
    """Seconds for all previews, from what the database keeps: a rule, its first wall, a zone's name, two countries."""
    kept = [(Cadence.parse(text, BEGAN), site) for text, site in series]
    rows = [(each.rule, each.first, site) for each, site in kept]
    began = time.perf_counter()
    for rule, first, (anchor, ours, there, theirs) in rows:
        where = zone(anchor)
        preview = planned(Cadence(rule, first), where, (ours, theirs), NOW, (where, zone(there)))
        assert len(list(islice(preview, EIGHT))) == EIGHT
    return time.perf_counter() - began


def _bare(series: list[tuple[str, tuple[str, str, str, str]]]) -> float:
    """Seconds for the same number of walls by dateutil alone: no zones, no holidays, no years since the beginning."""
    rules = [Cadence.parse(text, NOW.date()) for text, _ in series]
    began = time.perf_counter()
    for each in rules:
        assert len(list(islice(rrulestr(each.rule, dtstart=each.first), EIGHT))) == EIGHT
    return time.perf_counter() - began


def _suggest() -> float:
    """Milliseconds for the times at which London and Manila could meet."""
    sides = (WorkHours(zone("Europe/London"), "GB"), WorkHours(zone("Asia/Manila"), "PH"))
    began = time.perf_counter()
    suggest(NOW.date(), sides, 60)
    return (time.perf_counter() - began) * 1000
