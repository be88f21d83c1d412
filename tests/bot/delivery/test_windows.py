"""A platform that counts every request: no window is ever exceeded, and who waits has a turn."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.delivery.pacing import Pacing, WorkspaceLimit, spent
from bot.delivery.windows import Left, Limits, Windows, earliest, noted, read, windows, written
from bot.settings import SettingsProblem
from bot.settings import read as read_settings
from bot.teams.settings import WINDOWS
from handlers.vocabulary.address import Platform
from storage.database import Database
from storage.models.delivery import OutboxRow
from storage.models.provider import Installation
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW, installed, outbox_row

FIFTY = Windows(((50, 1.0),))
LIMITS = Limits(WINDOWS, FIFTY)


def exceeded(left: Sequence[datetime], allowed: Windows) -> list[str]:
    """The windows that hold more than they may, beginning with any request."""
    found = []
    for most, seconds in allowed.each:
        ordered = sorted(left)
        for first, last in zip(ordered, ordered[most:], strict=False):
            if last - first < timedelta(seconds=seconds):
                found.append(f"{most + 1} within {last - first} from {first}")
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=200),
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 90)), min_size=1, max_size=4),
)
def test_no_window_is_exceeded_whatever_is_asked_when(asked: list[int], sizes: list[tuple[int, int]]) -> None:
    """However requests arrive (here in tenths of seconds), and whatever the windows are: none holds more than it may, and
    each waits no longer than the longest window after the one before."""
    allowed = Windows(tuple((most, float(seconds)) for most, seconds in sizes))
    left: Left = []
    now, moments = NOW, list[datetime]()
    for tenths in asked:
        now = max([now + timedelta(seconds=tenths / 100), *moments[-1:]])
        at = earliest(left, allowed, now)
        assert at - now <= allowed.longest
        left = noted(read(written(left)), allowed, at)
        moments.append(at)
        now = at
    assert exceeded(moments, allowed) == []


def test_an_hour_of_a_busy_conversation_is_counted_and_kept_short() -> None:
    """Two requests a second, as thirty seconds allow: at 1,800 the hour is full, and no more than a few hundred notes are
    kept of them."""
    left: Left = []
    at, moments, longest = NOW, list[datetime](), 0
    for _ in range(1900):
        at = earliest(left, WINDOWS, at)
        left = noted(left, WINDOWS, at)
        moments.append(at)
        longest = max(longest, len(left))
    assert exceeded(moments, WINDOWS) == []
    assert timedelta(minutes=58) < moments[1800] - moments[0] < timedelta(minutes=62)
    assert longest < 200


def test_windows_are_read_and_refused_by_name() -> None:
    """Windows are written as requests/seconds; what is none is named."""
    assert windows("7/1 8/2 60/30 1800/3600") == WINDOWS
    for text in ("seven/1", "7", "0/1", "7/0", ""):
        with pytest.raises(ValueError, match="window"):
            windows(text)


def row(uow: UnitOfWork, once: str, **details: object) -> OutboxRow:
    """A row to a channel on Teams."""
    return uow.outbox.put(
        outbox_row(once, **{"platform": "teams", "workspace": "tenant", "channel": "19:c", **details})
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    arrivals=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2)), min_size=1, max_size=40),
    late=st.lists(st.integers(0, 20), min_size=1, max_size=7),
)
def test_rows_that_come_back_late_exceed_nothing(
    sqlite_url: str, arrivals: list[tuple[int, int]], late: list[int]
) -> None:
    """Rows of three conversations that come back later than they were told, by up to two seconds, exceed no window, and all
    of them leave."""
    database = Database(sqlite_url, durable=False)
    with UnitOfWork(database) as uow:
        uow.session.add(Installation(platform="room", workspace="T-CLIENT", installed_at=NOW))  # undone with the rest
        uow.session.flush()
        rows = [row(uow, str(n), channel=f"19:{channel}") for n, (_, channel) in enumerate(arrivals)]
        coming = [(NOW + timedelta(seconds=tenths / 10), n) for n, (tenths, _) in enumerate(arrivals)]
        heapq.heapify(coming)
        pacing, left = Pacing(None, {Platform.TEAMS: LIMITS}), dict[str, list[datetime]]()
        looks = 0
        while coming:
            now, number = heapq.heappop(coming)
            wait, looks = pacing.wait(rows[number], uow, now), looks + 1
            if wait > 0:
                later = timedelta(seconds=wait + late[looks % len(late)] / 10)
                heapq.heappush(coming, (now + later, number))
            else:
                left.setdefault(rows[number].channel, []).append(now)
            assert looks < 20 * len(rows)
    database.dispose()
    assert sum(map(len, left.values())) == len(rows)
    assert [each for moments in left.values() for each in exceeded(moments, WINDOWS)] == []


def test_who_waits_longest_leaves_first(database: Database) -> None:
    """A row that finds the windows full keeps its turn, and one that comes later does not pass it."""
    installed(database)
    pacing = Pacing(None, {Platform.TEAMS: Limits(Windows(((2, 10.0),)), FIFTY)})
    with UnitOfWork(database) as uow:
        first, second, third, fourth = (row(uow, once) for once in "abcd")
        assert [pacing.wait(each, uow, NOW) for each in (first, second)] == [0, 0]
        assert pacing.wait(third, uow, NOW) == pytest.approx(10.5)
        assert pacing.wait(fourth, uow, NOW + timedelta(seconds=1)) > pacing.wait(
            third, uow, NOW + timedelta(seconds=1)
        )
        assert pacing.wait(third, uow, NOW + timedelta(seconds=10.5)) == 0
        assert pacing.wait(fourth, uow, NOW + timedelta(seconds=10.6)) > 0


def test_every_request_counts_and_each_conversation_for_itself(database: Database) -> None:
    """Edits, emoji and what is sent again take turns of their own; another conversation, and another tenant, has its own."""
    installed(database)
    pacing = Pacing(None, {Platform.TEAMS: Limits(Windows(((1, 10.0),)), FIFTY)})
    with UnitOfWork(database) as uow:
        post = row(uow, "post")
        assert pacing.wait(post, uow, NOW) == 0 and pacing.wait_again(post, uow, NOW) > 0
        for other in (row(uow, "edit", sent_revision=1), row(uow, "emoji", kind="reaction")):
            assert pacing.wait(other, uow, NOW) > 0
        direct = {"channel": "", "account_user": "u", "account_workspace": "tenant"}
        assert pacing.wait(row(uow, "direct", **direct), uow, NOW) == 0
        assert pacing.wait(row(uow, "direct again", **{**direct, "channel": "a:1"}), uow, NOW) > 0
        elsewhere = (row(uow, "other", channel="19:d"), row(uow, "tenant", workspace="another"))
        assert [pacing.wait(each, uow, NOW) for each in elsewhere] == [0, 0]


def test_a_whole_tenant_has_its_second(database: Database) -> None:
    """Of so many requests to as many conversations, no second has more than the app may send."""
    installed(database)
    pacing = Pacing(None, {Platform.TEAMS: Limits(WINDOWS, Windows(((5, 1.0),)))})
    with UnitOfWork(database) as uow:
        waits = [pacing.wait(row(uow, str(n), channel=f"19:{n}"), uow, NOW) for n in range(8)]
    assert waits[:5] == [0] * 5 and min(waits[5:]) > 1


def test_a_clock_that_was_put_back_silences_nobody(database: Database) -> None:
    """What a wrong clock noted a year ahead, its bookings too, counts for nothing once the clock is right."""
    installed(database)
    pacing = Pacing(None, {Platform.TEAMS: Limits(Windows(((1, 10.0),)), FIFTY)})
    with UnitOfWork(database) as uow:
        ahead = NOW + timedelta(days=365)
        first, second, third = (row(uow, once) for once in "abc")
        assert pacing.wait(first, uow, ahead) == 0 and pacing.wait(second, uow, ahead) > 0
        assert pacing.wait(third, uow, NOW) == 0
        assert 10 < pacing.wait(second, uow, NOW) < 12


def test_what_goes_past_the_outbox_counts(database: Database) -> None:
    """An answer that was given at once takes its place in the conversation's windows, without waiting itself."""
    installed(database)
    limits = Limits(Windows(((2, 10.0),)), FIFTY)
    with UnitOfWork(database) as uow:
        for _ in range(3):
            spent(uow, ("teams", "tenant", "@u"), limits, NOW)
        direct = row(uow, "direct", channel="a:1", account_user="u", account_workspace="tenant")
        assert Pacing(None, {Platform.TEAMS: limits}).wait(direct, uow, NOW) > 10


def test_slacks_minute_does_not_slow_teams_down(database: Database) -> None:
    """The limit of posts a minute is Slack's; what Teams is not told about windows leaves at once."""
    installed(database)
    pacing = Pacing(WorkspaceLimit(20))
    with UnitOfWork(database) as uow:
        assert [pacing.wait(row(uow, str(n), unhurried=True), uow, NOW) for n in range(30)] == [0] * 30


def test_windows_are_set_by_the_environment() -> None:
    """Both limits are settings, and one that cannot be read is named with the way out."""
    ids = {name: "a0000000-0000-4000-8000-000000000001" for name in ("TEAMS_CLIENT_ID", "TEAMS_TENANT_ID")}
    usual = {**ids, "TEAMS_CLIENT_SECRET": "secret"}
    set_up = read_settings({**usual, "PARLEY_TEAMS_WINDOWS": "2/1 90/60", "PARLEY_TEAMS_REQUESTS_A_SECOND": "20"}).teams
    assert set_up is not None and set_up.limits == Limits(Windows(((2, 1.0), (90, 60.0))), Windows(((20, 1.0),)))
    plain = read_settings(usual).teams
    assert plain is not None and plain.limits == LIMITS
    for name in ("PARLEY_TEAMS_WINDOWS", "PARLEY_TEAMS_REQUESTS_A_SECOND"):
        with pytest.raises(SettingsProblem, match=f"{name} is 'many'"):
            read_settings({**usual, name: "many"})
