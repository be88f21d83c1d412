"""What waited in the outbox while nothing ran, or the platform was away, is delivered with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from handlers.lateness import Gap, note_gap
from handlers.vocabulary.outgoing import Card, Note, When
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.bot.post import Post
from tests.databases import NOW, installed


@pytest.fixture
def post(sqlite_url: str) -> Iterator[Post]:
    """A courier over a migrated file."""
    database = Database(sqlite_url, durable=False)
    installed(database)
    yield Post(database)
    database.dispose()


def note(post: Post, index: int = -1) -> Note | None:
    """The line above a posted card that says why it is late."""
    card = post.gateway.posted[index].delivery.card
    assert isinstance(card, Card)
    first = card.elements[0] if card.elements else None
    return first if isinstance(first, Note) else None


def rested(post: Post, since: datetime, until: datetime) -> None:
    """Nothing ran meanwhile."""
    with UnitOfWork(post.database) as uow:
        note_gap(uow, Gap(since, until))
        uow.commit()
    post.clock.move_to(until)


async def test_what_waited_through_a_gap_says_so(post: Post) -> None:
    """Said a minute before the bot stopped and sent three hours later: when it was due, and from when to when nothing ran."""
    post.put("a")
    since, until = NOW + timedelta(minutes=1), NOW + timedelta(hours=3)
    rested(post, since, until)
    await post.settle()
    found = note(post)
    assert found is not None
    assert [span.at for span in found.text if isinstance(span, When)] == [NOW, since, until]
    assert "I was not running" in str(found.text)


async def test_what_the_platform_did_not_take_claims_no_gap(post: Post) -> None:
    """The bot ran and the platform was away for an hour: it says that it could not be sent, not that the bot was down."""
    post.put("a")
    post.clock.move_to(NOW + timedelta(hours=1))
    await post.settle()
    found = note(post)
    assert found is not None and "It could not be sent earlier." in str(found.text)


async def test_half_an_hour_is_not_late(post: Post) -> None:
    """A pause of minutes is usual: nothing is said about it."""
    post.put("a")
    post.clock.move_to(NOW + timedelta(minutes=30))
    await post.settle()
    assert note(post) is None


async def test_what_was_to_wait_is_late_from_its_own_moment(post: Post) -> None:
    """Held back until the morning on purpose: only what comes after that counts."""
    post.put("a", not_before=NOW + timedelta(hours=9))
    post.clock.move_to(NOW + timedelta(hours=9, minutes=10))
    await post.settle()
    assert note(post) is None


async def test_an_edit_keeps_the_reason(post: Post) -> None:
    """What was late stays late: the edited card shows the same line above other words."""
    post.put("a")
    rested(post, NOW + timedelta(minutes=1), NOW + timedelta(hours=3))
    await post.settle()
    post.clock.move_to(NOW + timedelta(hours=5))
    post.revise("a", "other words")
    await post.settle()
    assert post.row("a").state == "sent" and "I was not running" in (post.row("a").late or "")


async def test_an_edit_of_what_came_in_time_is_not_late(post: Post) -> None:
    """A card that came in time and is edited days later says nothing about lateness."""
    post.put("a")
    await post.settle()
    post.clock.move_to(NOW + timedelta(days=2))
    post.revise("a", "other words")
    await post.settle()
    assert post.row("a").late is None
