"""The guard of a channel's day, fed directly: whatever is said, in whatever order, a day has one message outside threads."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from handlers import saying
from handlers.calendar import wall_of
from handlers.noise.kinds import KINDS, Origin
from handlers.saying import About
from handlers.vocabulary.address import SharedChannel, Thread
from handlers.vocabulary.outgoing import SharedCard, SharedPost
from storage.models.delivery import OutboxRow
from tests.town import MONDAY, Town, town_at

LONDON = ZoneInfo("Europe/London")
BY_ITSELF = ("digest.weekly", "metrics.request", "review.agenda", "contract.farewell")
CAUSED = ("issue.card", "programme.welcome")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return town_at(tmp_path)


def said(town: Town, once: str, kind: str, at: datetime, *, until: datetime | None = None, urgent: bool = False) -> str:
    """Say something in the shared channel at a moment; answers its key."""
    with town.units() as uow:
        post = SharedPost(SharedChannel(town.shared_place), SharedCard(text=once, why="a reason"))
        about = About(1, kind, "schedule", "digest", 1, 1, 1, urgent=urgent)
        key = saying.say(uow, post, about, once, at, until=until)
        uow.commit()
    return key


def row(town: Town, key: str) -> OutboxRow:
    """The row with this key."""
    with town.units() as uow:
        found = uow.outbox.by_key(key)
    assert found is not None
    return found


def roots(town: Town) -> list[OutboxRow]:
    """What came by itself and stands outside threads in the shared channel."""
    rows = town.rows()
    return [
        each
        for each in rows
        if each.channel == "C-SHARED"
        and each.kind in BY_ITSELF
        and each.thread_card is None
        and each.thread_ref is None
    ]


def day_of(each: OutboxRow) -> tuple[str, str]:
    """Its channel and day."""
    return each.channel, f"{wall_of(each.not_before, LONDON):%Y-%m-%d}"


def test_a_second_agenda_comes_on_the_next_free_working_morning(town: Town) -> None:
    """Friday has its message: the next one comes on Wednesday, since Monday is the digest's and Tuesday the figures'."""
    friday = MONDAY + timedelta(days=4, hours=2)
    first = said(town, "one", "review.agenda", friday)
    second = said(town, "two", "review.agenda", friday)
    third = said(town, "three", "contract.farewell", friday)
    assert row(town, first).not_before == friday
    assert row(town, second).not_before == datetime(2026, 3, 11, 9, tzinfo=UTC)
    assert row(town, third).not_before == datetime(2026, 3, 12, 9, tzinfo=UTC)


def test_what_would_be_of_no_use_by_then_hangs_in_the_thread(town: Town) -> None:
    """An agenda whose review is tomorrow does not wait until next week: it hangs under the day's message."""
    friday = MONDAY + timedelta(days=4, hours=2)
    first = said(town, "one", "review.agenda", friday)
    second = said(town, "two", "review.agenda", friday, until=friday + timedelta(days=3))
    assert (row(town, second).thread_card, row(town, second).not_before) == (first, friday)


def test_a_second_digest_hangs_under_the_first_message(town: Town) -> None:
    """A digest is not put off: it hangs in the thread of what the channel had that day, once that was posted."""
    first = said(town, "one", "metrics.request", MONDAY)
    town.deliver()
    assert row(town, said(town, "two", "digest.weekly", MONDAY)).thread_card == first


def test_a_request_not_yet_posted_makes_room_for_the_digest(town: Town) -> None:
    """After a rest of the bot both are said in one tick, the request first: the digest leads, the request hangs under it."""
    first = said(town, "one", "metrics.request", MONDAY)
    second = said(town, "two", "digest.weekly", MONDAY)
    assert row(town, second).thread_card is None and row(town, first).thread_card == second


def test_what_people_cause_and_severity_one_are_exempt(town: Town) -> None:
    """Cards that people caused, and what is urgent, stand beside the day's message, at once."""
    said(town, "one", "review.agenda", MONDAY)
    for number, kind in enumerate(CAUSED):
        assert row(town, said(town, f"card {number}", kind, MONDAY)).not_before == MONDAY
    urgent = row(town, said(town, "urgent", "contract.farewell", MONDAY, urgent=True))
    assert (urgent.not_before, urgent.thread_card) == (MONDAY, None)


def test_a_message_that_never_stood_there_leaves_its_day(town: Town) -> None:
    """Where the day's message could not be posted, the next one is the day's message."""
    first = said(town, "one", "review.agenda", MONDAY)
    with town.units() as uow:
        failed = uow.outbox.by_key(first)
        assert failed is not None
        failed.state = "failed"
        uow.session.add(failed)
        uow.commit()
    second = row(town, said(town, "two", "review.agenda", MONDAY))
    assert (second.thread_card, second.not_before) == (None, MONDAY)
    assert row(town, said(town, "three", "review.agenda", MONDAY)).not_before > MONDAY


def _fails(town: Town, key: str) -> None:
    """A message could not be posted, and surely stands nowhere."""
    with town.units() as uow:
        failed = uow.outbox.by_key(key)
        assert failed is not None
        failed.state = "failed"
        uow.session.add(failed)
        uow.commit()


def _edited(town: Town, once: str, at: datetime) -> OutboxRow:
    """A message shows something else from a moment on; answers its row."""
    with town.units() as uow:
        assert saying.show(uow, once, SharedCard(text=f"{once} edited at {at}", why="a reason"), at)
        uow.commit()
        found = uow.outbox.by_once(once)
        assert found is not None
        uow.session.refresh(found)
    return found


def test_a_failed_digest_edited_on_the_requests_day_hangs_under_it(town: Town) -> None:
    """Monday's digest could not be posted; a figure that comes in on Tuesday lets it be sent after all: not beside the
    request of that day."""
    tuesday = MONDAY + timedelta(days=1)
    digest = said(town, "one", "digest.weekly", MONDAY)
    _fails(town, digest)
    request = said(town, "two", "metrics.request", tuesday)
    edited = _edited(town, "one", tuesday + timedelta(hours=1))
    assert (edited.state, edited.thread_card, row(town, request).thread_card) in (
        ("open", request, None),
        ("open", None, digest),
    )
    assert len(roots(town)) == 1


def test_a_failed_agenda_edited_on_a_digest_day_waits(town: Town) -> None:
    """What may not hang in a thread comes on the next free working morning, also when it failed before."""
    friday, monday = MONDAY + timedelta(days=4), MONDAY + timedelta(days=7)
    _fails(town, said(town, "one", "review.agenda", friday))
    said(town, "two", "digest.weekly", monday)
    town.deliver()
    edited = _edited(town, "one", monday + timedelta(hours=1))
    assert (edited.state, edited.thread_card) == ("open", None)
    assert edited.not_before == datetime(2026, 3, 11, 9, tzinfo=UTC)
    assert max(Counter(day_of(each) for each in roots(town)).values()) == 1


def test_a_failed_message_edited_on_its_own_free_day_comes_at_once(town: Town) -> None:
    """Nothing else stands there: it takes the day it comes on, which then is taken."""
    _fails(town, said(town, "one", "digest.weekly", MONDAY))
    edited = _edited(town, "one", MONDAY + timedelta(hours=2))
    assert (edited.thread_card, edited.not_before) == (None, MONDAY + timedelta(hours=2))
    assert row(town, said(town, "two", "review.agenda", MONDAY + timedelta(hours=3))).not_before > edited.not_before


def test_a_message_that_stands_is_edited_where_it_stands(town: Town) -> None:
    """An edit of what was posted takes no day and moves nothing."""
    said(town, "one", "review.agenda", MONDAY)
    town.deliver()
    second = said(town, "two", "contract.farewell", MONDAY + timedelta(days=2))
    edited = _edited(town, "one", MONDAY + timedelta(days=2, hours=1))
    assert (edited.thread_card, edited.not_before) == (None, MONDAY + timedelta(days=2, hours=1))
    assert row(town, second).not_before == MONDAY + timedelta(days=2)


def test_said_twice_keeps_its_place(town: Town) -> None:
    """What was said is not moved when it is said again on another day, and takes no second day."""
    friday = MONDAY + timedelta(days=4, hours=2)
    said(town, "one", "review.agenda", friday)
    said(town, "two", "review.agenda", friday)
    before = row(town, said(town, "two", "review.agenda", friday + timedelta(days=3)))
    assert before.not_before == datetime(2026, 3, 11, 9, tzinfo=UTC)
    assert row(town, said(town, "four", "review.agenda", friday + timedelta(days=3))).not_before == friday + timedelta(
        days=3
    )


def test_a_reply_in_a_thread_is_no_message_of_the_day(town: Town) -> None:
    """What hangs in a thread takes no day and is not moved."""
    first = said(town, "one", "review.agenda", MONDAY)
    with town.units() as uow:
        post = SharedPost(SharedChannel(town.shared_place, Thread(card=first)), SharedCard(text="line"))
        key = saying.say(uow, post, About(1, "metrics.request", "schedule", programme_id=1), "line", MONDAY)
        uow.commit()
    assert row(town, key).not_before == MONDAY


def test_the_days_message_costs_one_question(town: Town) -> None:
    """For the usual message, the first of its day, the guard adds the keeping of the day and who speaks there: three
    statements, and none for a card that a person caused."""
    asked: list[str] = []

    @event.listens_for(town.database.engine, "before_cursor_execute")
    def note(*call: object) -> None:
        asked.append(str(call[2]))

    counted = {}
    for kind in ("issue.card", "metrics.request"):
        asked.clear()
        said(town, kind, kind, MONDAY + timedelta(days=10))
        counted[kind] = len([each for each in asked if not each.startswith("BEGIN")])
    event.remove(town.database.engine, "before_cursor_execute", note)
    assert counted["metrics.request"] - counted["issue.card"] <= 3, counted


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(BY_ITSELF + CAUSED), st.integers(0, 14), st.integers(0, 23), st.booleans()),
        min_size=2,
        max_size=14,
    )
)
def test_a_channel_has_one_message_a_day_whatever_is_said(
    tmp_path_factory: pytest.TempPathFactory, plan: list[tuple[str, int, int, bool]]
) -> None:
    """Any mixture of digests, requests, agendas and goodbyes of two programmes over two weeks, posted at once or not: one
    of them a day stands outside threads, all are said, and nobody's own card moves."""
    town = town_at(tmp_path_factory.mktemp("guard"))
    keys = []
    for number, (kind, days, hours, posted) in enumerate(sorted(plan, key=lambda each: each[1:3])):
        at = MONDAY + timedelta(days=days, hours=hours)
        keys.append((kind, at, said(town, f"said {number}", kind, at)))
        if posted:
            town.now = at
            town.deliver()
    assert max(Counter(day_of(each) for each in roots(town)).values(), default=1) == 1
    for kind, at, key in keys:
        found = row(town, key)
        assert found.state in ("open", "sent") and found.not_before >= at
        if KINDS[kind].origin is Origin.CAUSED:
            assert (found.not_before, found.thread_card) == (at, None)
        elif kind == "digest.weekly":
            assert found.not_before == at, "a digest is never put off"
    hung = {found.thread_card for _, _, key in keys if (found := row(town, key)).thread_card is not None}
    assert all(row(town, key).thread_card is None for key in hung if key), "a thread has one root"
