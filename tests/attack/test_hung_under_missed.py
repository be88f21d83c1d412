"""What only hangs in a thread because its channel had a message that day does not share that message's fate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from storage.database import Database
from tests.bot.post import Post
from tests.databases import NOW, installed


@pytest.fixture
def post(sqlite_url: str) -> Iterator[Post]:
    """A courier over a migrated file."""
    database = Database(sqlite_url, durable=False)
    installed(database)
    yield Post(database)
    database.dispose()


async def test_a_digest_hung_under_an_agenda_that_is_too_late_stands_alone(post: Post) -> None:
    """The agenda of the same day is of no use after its review; the digest in its thread is, with what hangs under it."""
    agenda = post.put("agenda", kind="review.agenda", expires_at=NOW + timedelta(minutes=30))
    digest = post.put("digest", kind="digest.weekly", thread_card=agenda, expires_at=NOW + timedelta(days=4))
    post.put("detail", kind="digest.detail", thread_card=digest)
    post.put("line", kind="review.line", thread_card=agenda)
    post.clock.move_to(NOW + timedelta(hours=3))
    await post.settle()
    assert [post.row(each).state for each in ("agenda", "digest", "detail", "line")] == [
        "missed",
        "sent",
        "sent",
        "missed",
    ]
    assert [each.delivery.thread for each in post.gateway.posted] == [None, post.row("digest").ref]


async def test_two_that_hung_there_share_a_thread(post: Post) -> None:
    """The channel still has one message that day: the first takes the place, the other one hangs under it."""
    agenda = post.put("agenda", kind="review.agenda", state="failed")
    digest = post.put("digest", kind="digest.weekly", thread_card=agenda)
    post.put("request", kind="metrics.request", thread_card=agenda)
    await post.settle()
    assert (post.row("digest").thread_card, post.row("request").thread_card) == (None, digest)
    assert [each.delivery.thread for each in post.gateway.posted] == [None, post.row("digest").ref]


async def test_who_takes_the_place_has_the_day(post: Post) -> None:
    """A third one of that day does not find the day empty since the first message of it failed."""
    agenda = post.put("agenda", kind="review.agenda", state="failed")
    digest = post.put("digest", kind="digest.weekly", thread_card=agenda)
    there = post.row("digest")
    place = there.platform, there.workspace, there.channel
    with post.units() as uow:
        assert uow.channel_days.claim(place, NOW.date(), agenda) == agenda
        uow.commit()
    await post.settle()
    with post.units() as uow:
        assert uow.channel_days.of(place, NOW.date()) == digest


async def test_a_digest_hung_under_what_a_manager_dropped_stands_alone(post: Post) -> None:
    """The same when somebody drops the message it hung under before it was sent."""
    agenda = post.put("agenda", kind="review.agenda", state="dropped")
    post.put("digest", kind="digest.weekly", thread_card=agenda)
    await post.settle()
    assert post.row("digest").state == "sent" and post.gateway.posted[0].delivery.thread is None
