"""Every IANA zone, every cadence, 2024 to 2034: nothing is skipped or doubled, each at its wall time or its substitute."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice, pairwise, takewhile

import pytest

from handlers.calendar import Cadence, occurrences, planned, wall_of, zone
from handlers.calendar.wall import zone_names
from tests.handlers.calendar import oracle
from tests.handlers.calendar.oracle import BEGIN, CADENCES, END

SEVENTH, THIRD = 7, 3
EVERY = "PARLEY_EVERY_ZONE"
"""Set (``make zones``): every cadence in every zone. Otherwise each cadence meets a third of the zones, and each zone a third of
the cadences."""
ONE_YEAR = date(2026, 1, 1), date(2026, 12, 31)
BEFORE = datetime(2023, 12, 31)
EIGHT = 8


@lru_cache(maxsize=64)
def _cadence(text: str) -> Cadence:
    return Cadence.parse(text, BEGIN)


@lru_cache(maxsize=64)
def _walls(text: str, begin: date, end: date) -> list[datetime]:
    return oracle.walls(CADENCES[text], _cadence(text).first.time(), begin, end)


def _agrees(name: str, text: str, begin: date, end: date) -> None:
    """Every occurrence of one cadence in one zone, against the oracle."""
    where, after = zone(name), datetime.combine(begin, datetime.min.time()) - timedelta(minutes=1)
    last = datetime.combine(end, datetime.max.time())
    found = list(takewhile(lambda each: each[0] <= last, occurrences(_cadence(text), where, after)))
    assert [wall for wall, _ in found] == _walls(text, begin, end), (name, text)
    assert [at for _, at in found] == [oracle.instant(wall, name) for wall, _ in found], (name, text)
    assert all(one[1] < two[1] for one, two in pairwise(found)), (name, text)


@pytest.mark.parametrize("text", CADENCES)
def test_a_seventh_of_all_zones_for_a_year(text: str) -> None:
    """In every seventh zone the cadence's occurrences of a year are those the oracle counts, in both clocks."""
    for name in zone_names()[::SEVENTH]:
        _agrees(name, text, *ONE_YEAR)


@pytest.mark.slow
@pytest.mark.parametrize("text", CADENCES)
def test_all_zones_for_eleven_years(text: str) -> None:
    """In every zone the cadence's occurrences from 2024 to 2034 are those the oracle counts, in both clocks."""
    number = list(CADENCES).index(text)
    for name in zone_names() if os.environ.get(EVERY) else zone_names()[number % THIRD :: THIRD]:
        _agrees(name, text, BEGIN, END)


@pytest.mark.parametrize("text", CADENCES)
def test_the_oracle_itself_is_met_by_the_first(text: str) -> None:
    """The first occurrence is the first day from the earliest on that the oracle counts, over the whole span."""
    assert _walls(text, BEGIN, END)[0] == _cadence(text).first
    assert _walls(text, BEGIN, END) == [
        wall
        for wall, _ in takewhile(lambda each: each[0].date() <= END, occurrences(_cadence(text), zone("UTC"), BEFORE))
    ]


def _pairs(step: int) -> Iterator[tuple[str, str]]:
    names = zone_names()
    for index in range(0, len(names), step):
        yield names[index], names[(index * 31 + 17) % len(names)]


def _previews_agree(ours: str, theirs: str, text: str, after: datetime) -> None:
    preview = list(islice(planned(_cadence(text), zone(ours), [], after), EIGHT))
    expected = [wall for wall in _walls(text, BEGIN, END) if wall > after][:EIGHT]
    assert [each.held for each in preview] == expected, (ours, text)
    seen = [(wall_of(each.at, zone(ours)), wall_of(each.at, zone(theirs))) for each in preview]
    instants = [oracle.instant(wall, ours) for wall in expected]
    assert seen == [(oracle.shown(at, ours), oracle.shown(at, theirs)) for at in instants], (ours, theirs, text)


@pytest.mark.parametrize("text", CADENCES)
def test_both_previews_of_the_next_eight(text: str) -> None:
    """The next eight, asked before clocks change, show what the oracle shows in the anchor zone and in another one."""
    for ours, theirs in _pairs(SEVENTH * 4):
        for after in (datetime(2026, 3, 3, 12), datetime(2026, 9, 29, 1, 30)):
            _previews_agree(ours, theirs, text, after)


@pytest.mark.slow
@pytest.mark.parametrize("text", CADENCES)
def test_both_previews_from_every_zone(text: str) -> None:
    """The same from every zone, in other years."""
    for ours, theirs in _pairs(1):
        for after in (datetime(2027, 2, 20, 12), datetime(2030, 9, 20, 1, 30)):
            _previews_agree(ours, theirs, text, after)
