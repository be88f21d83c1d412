"""However long and however often the bot sleeps: what was due is said once, or listed; never too late, never two a day."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.catching_up.handler import gap
from handlers.catching_up.reading import missed_since
from handlers.graces import GRACES
from handlers.noise.kinds import kind_of
from handlers.schedules import every
from storage.models import Channel, Occurrence, Schedule
from tests.town import CLIENT, Town, town_at

START = datetime(2026, 3, 16, 12, tzinfo=UTC)
"""A Monday after its digest; London's clocks change on Sunday the 29th."""
DAYS = 22
LONDON = ZoneInfo("Europe/London")
WEEK = timedelta(days=7)
FIRST = datetime(2026, 3, 23, 8, 30, tzinfo=LONDON)
MONDAYS = [(FIRST.replace(day=day)).astimezone(UTC) for day in (23, 30)] + [datetime(2026, 4, 6, 7, 30, tzinfo=UTC)]
HOUR = timedelta(hours=1)

sleeps = st.lists(st.tuples(st.integers(1, 24 * DAYS - 1), st.integers(1, 24 * 9)), min_size=1, max_size=2)


def settled(folder: Path) -> Town:
    """Two programmes that share a channel, each with its digest, its request and a review every Thursday or Friday."""
    town = town_at(folder, START)
    _, other = town.takes_on("Southwind", "Chat support", "C-SOUTH")
    with town.units() as uow:
        channel = uow.providers.channel(other, "shared")
        assert isinstance(channel, Channel)
        channel.channel, channel.workspace = "C-SHARED", CLIENT
        uow.providers.add(channel)
        for programme_id, figures in ((1, "tue 10:00"), (other, "wed 10:00")):
            every(uow, "digest", programme_id, 1, "mon 08:30", "Europe/London", town.now)
            every(uow, "figures", programme_id, 1, figures, "Asia/Manila", town.now)
        uow.commit()
    for programme_id, when in ((1, "thursday 10:00"), (other, "friday 10:00")):
        fields = {"template": "weekly", "when": when, "minutes": "30"}
        assert town.maya.submits("review.set_up", fields, str(programme_id)).problems == {}
    return town


def watched(town: Town) -> dict[str, datetime]:
    """When each message is to stand there at the earliest, as it was said first; an edit counts from itself later."""
    moments: dict[str, datetime] = {}
    deliver = town.deliver

    def noting() -> None:
        with town.units() as uow:
            for row in uow.outbox.open():
                moments.setdefault(row.once, max(row.not_before, row.created_at))
        deliver()

    town.deliver = noting  # type: ignore[method-assign]  # the same, with a look before it
    return moments


def lived(town: Town, naps: list[tuple[int, int]]) -> list[tuple[datetime, datetime]]:
    """Three weeks in which nothing runs during the naps (hours from the start, length in hours); answers them."""
    end, slept = START + timedelta(days=DAYS), []
    for begin, length in sorted(naps):
        since = START + HOUR * begin
        if since <= town.now:
            continue
        until = min(since + HOUR * length, end)
        town.until(since)
        town.now = until
        with town.units() as uow:
            gap(uow, since, until)
            uow.commit()
        town._tick()
        slept.append((since, until))
    town.until(max(end, town.now))
    return slept


def wanted(slept: list[tuple[datetime, datetime]]) -> tuple[set[datetime], set[datetime]]:
    """The Mondays with a digest, and those whose digest is lost; told from the naps alone."""
    said: set[datetime] = set()
    lost: set[datetime] = set()
    for due in MONDAYS:
        nap = next(((since, until) for since, until in slept if since < due <= until), None)
        nearer = nap is not None and any(due < other <= nap[1] for other in MONDAYS)
        late = nap is not None and nap[1] - due > timedelta(days=4)
        (lost if nearer or late else said).add(due)
    return said, lost


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(sleeps)
@example([(1, 24 * 20)])
@example([(24 * 7, 30), (24 * 9, 24 * 4)])
def test_however_the_bot_sleeps(naps: list[tuple[int, int]]) -> None:
    """Digests come once or are listed as lost; no day of the channel has two; nothing late at night; no agenda too late."""
    with tempfile.TemporaryDirectory() as folder:
        town = settled(Path(folder))
        moments = watched(town)
        slept = lived(town, naps)
        said, lost = wanted(slept)
        digests = [row for row in town.rows(kind="digest.weekly") if row.programme_id == 1]
        mondays = {due.astimezone(LONDON).date().isoformat() for due in said}
        assert sorted(row.once.rpartition(":")[2] for row in digests) == sorted(mondays)
        _is_quiet(town, moments)
        _tells(town, lost)
        town.database.dispose()


def _is_quiet(town: Town, moments: dict[str, datetime]) -> None:
    """One message that comes by itself a day; what is late comes in London's working hours, and agendas before reviews."""
    rows = [row for row in town.rows() if kind_of(row.kind).by_itself(row.reason) and row.once in moments]
    rows = [row for row in rows if row.channel == "C-SHARED"]
    roots = Counter(moments[row.once].astimezone(LONDON).date() for row in rows if row.thread_card is None)
    assert [day for day, count in roots.items() if count > 1] == []
    for row in rows:
        wall = moments[row.once].astimezone(LONDON)
        assert row.late is None or (wall.weekday() < 5 and 9 <= wall.hour < 18), row.once
        if row.kind == "review.agenda":
            with town.units() as uow:
                review = uow.reviews.get(row.subject_id)
            assert review is not None and row.expires_at is not None
            assert moments[row.once] < row.expires_at <= review.starts_at


def _tells(town: Town, lost: set[datetime]) -> None:
    """Every lost digest is counted in what is listed, and every firing noticed too late is beyond its grace."""
    with town.units() as uow:
        missed = [each for each in missed_since(1, START, uow) if each.programme_id == 1]
        for occurrence, schedule in uow.lateness.out_of_time(1, START):
            assert isinstance(occurrence, Occurrence) and isinstance(schedule, Schedule)
            span = GRACES[schedule.subject].span or timedelta(seconds=schedule.grace)
            too_late = occurrence.fired_at - occurrence.due_at > span
            assert (occurrence.state == "missed") is too_late
    assert sum(each.count for each in missed if each.what == "weekly digest") == len(lost)
