"""The courier: once, in order, newest last, never where it may not go, whatever breaks at whatever moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery.courier import TROUBLE_WAIT
from bot.delivery.patience import Patience
from bot.ports import Delivery, Later, Missing, Outcome, Refused, Sent, Unsure
from handlers.saying import encode
from handlers.vocabulary.address import Place, Platform
from handlers.vocabulary.outgoing import InternalCard
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.bot.post import PATIENCE, Post
from tests.databases import NOW, outbox_row
from tests.fakes import FakeGateway
from tests.town import Town


@pytest.fixture
def sqlite(sqlite_url: str) -> Database:
    return Database(sqlite_url, durable=False)


@pytest.fixture
async def post(sqlite: Database) -> AsyncIterator[Post]:
    Town(sqlite)
    yield Post(sqlite)
    sqlite.dispose()


async def test_sent(post: Post) -> None:
    """A row that was sent is noted with its reference and never sent again."""
    key = post.put("a")
    assert await post.courier.attempt(key) is None
    assert await post.courier.attempt(key) is None
    row = post.row("a")
    assert (row.state, row.ref, row.sent_revision, row.trying_since) == ("sent", "000001", 1, None)
    assert post.gateway.requests == 1


async def test_later_clears_the_mark_and_waits_as_told(post: Post) -> None:
    """429: surely not posted, so nothing is looked for; the wait is the platform's own."""
    key = post.put("a")
    post.gateway.faults = [("before", Later(7))]
    assert await post.courier.attempt(key) == 7
    assert (post.row("a").trying_since, post.row("a").attempts) == (None, 0)
    post.gateway.history_away = True  # it is not asked
    post.clock.move_to(NOW + timedelta(seconds=7))
    assert await post.courier.attempt(key) is None and post.texts() == ["said a"]


async def test_a_workspaces_limit_pauses_all_its_channels(post: Post) -> None:
    """A workspace-wide 429 holds back other channels of the same workspace, and no other workspace."""
    key, other = post.put("a"), post.put("b", channel="C2")
    elsewhere = post.put("c", workspace="T-OTHER")
    post.gateway.faults = [("before", Later(30, "workspace"))]
    assert await post.courier.attempt(key) == 30
    assert await post.courier.attempt(other) == 30
    assert await post.courier.attempt(elsewhere) is None
    assert post.gateway.requests == 2


async def test_refused_is_told_to_a_manager_once(post: Post) -> None:
    """A refusal fails the row; the accountable manager gets one direct message with the platform's word."""
    key = post.put("a", programme_id=1)
    post.gateway.faults = [("before", Refused("channel_not_found"))]
    await post.courier.attempt(key)
    await post.courier.attempt(key)
    await post.settle()
    told = [row for row in post.rows() if row.kind == "delivery.failed"]
    assert post.row("a").state == "failed" and post.row("a").trouble == "channel_not_found"
    assert len(told) == 1 and told[0].account_user == "U-MAYA" and told[0].state == "sent"
    assert "channel_not_found" in told[0].content


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_uncertain_post_stands_once(post: Post, when: str) -> None:
    """Whether or not the uncertain post got through, the next attempt waits, looks first, and one message stands."""
    key = post.put("a")
    post.gateway.faults = [(when, Unsure("timeout"))]
    assert await post.courier.attempt(key) == PATIENCE.unclear
    wait = await post.courier.attempt(key)
    assert wait is not None and wait > 0 and post.gateway.requests == 1
    await post.settle()
    assert post.texts() == ["said a"] and post.gateway.requests == (2 if when == "before" else 1)


async def test_without_reconciliation_it_doubles(sqlite: Database) -> None:
    """The same without looking posts twice: the test above can fail."""
    Town(sqlite)
    post = Post(sqlite, reconcile=False)
    post.put("a")
    post.gateway.faults = [("after", Unsure("timeout"))]
    await post.settle()
    assert post.texts() == ["said a", "said a"]


async def test_never_blind(post: Post) -> None:
    """While the history cannot be read, an uncertain post is not repeated; when it can be, it is settled."""
    post.put("a")
    post.gateway.faults = [("after", Unsure("timeout"))]
    post.gateway.history_away = True
    with pytest.raises(AssertionError):
        await post.settle(20)
    assert post.gateway.requests == 1 and post.row("a").attempts == 1
    post.gateway.history_away = False
    await post.settle()
    assert post.texts() == ["said a"]


async def test_history_away_for_a_day_is_told(post: Post) -> None:
    """A row that can neither be sent nor looked for does not stay silent for ever."""
    post.put("a", programme_id=1)
    post.gateway.faults = [("after", Unsure("timeout"))]
    await post.courier.drain()
    post.gateway.history_away = True
    post.clock.move_to(NOW + timedelta(days=2))
    await post.settle()
    assert post.row("a").state == "failed" and [row.kind for row in post.rows()][1:] == ["delivery.failed"]


async def test_gives_up_after_eight(post: Post) -> None:
    """Eight attempts without a clear answer: failed, and a manager is told."""
    post.put("a", programme_id=1)
    post.gateway.faults = [("before", Unsure("timeout"))] * 8
    await post.settle()
    assert post.row("a").state == "failed" and "8 attempts" in post.row("a").trouble
    assert post.gateway.requests == 9 and post.texts() == ["A message could not be delivered: test card"]


async def test_a_late_post_is_not_doubled_by_news(post: Post) -> None:
    """A row given up while its post was uncertain looks for it before it sends a newer card."""
    post.put("a")
    post.gateway.faults = [*[("before", Unsure("timeout"))] * 7, ("after", Unsure("timeout"))]
    post.gateway.history_away = False
    while post.gateway.requests < 8:
        await post.courier.drain()
        post.clock.move_to(post.clock.now() + timedelta(seconds=30))
    hidden, post.gateway.posted = post.gateway.posted, []
    await post.settle()
    assert post.row("a").state == "failed"
    post.gateway.posted = hidden
    post.revise("a", "news")
    await post.settle()
    assert post.texts() == ["news"]


async def test_where_nobody_can_look_news_do_not_post_again(post: Post) -> None:
    """Unclear, and the platform can never tell: a manager is told once and news change nothing; who looked sends it again."""
    post.put("a", programme_id=1)
    post.gateway.faults, post.gateway.history_closed = [("after", Unsure("timeout"))], True
    await post.settle()
    assert post.row("a").state == "failed" and post.row("a").trouble == "look yourself"
    post.revise("a", "news")
    await post.settle()
    assert post.row("a").state == "failed" and post.texts().count("said a") == 1 and "news" not in post.texts()
    with post.units() as uow:
        row = uow.outbox.by_once("a")
        assert row is not None and uow.outbox.retry(row, post.clock.now())
        uow.commit()
    await post.settle()
    assert post.row("a").state == "sent" and post.texts()[-1] == "news"


async def test_a_history_without_an_end_is_asked_again(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that takes too long is no answer: the row stays as uncertain as it was, and is looked for again."""
    monkeypatch.setattr("bot.delivery.courier.LOOKS_FOR", 0.05)
    find, key = post.gateway.find, post.put("a")

    async def endless(delivery: Delivery, since: float) -> Sent | Missing | Later | Refused:
        await asyncio.sleep(30)
        return Missing()

    post.gateway.faults = [("after", Unsure("timeout"))]
    await post.courier.attempt(key)
    post.gateway.find = endless  # type: ignore[method-assign]  # the fault is injected here
    post.clock.move_to(NOW + timedelta(seconds=30))
    assert await post.courier.attempt(key) == TROUBLE_WAIT and post.row("a").trying_since is not None
    post.gateway.find = find  # type: ignore[method-assign]  # and taken out again
    await post.settle()
    assert post.texts() == ["said a"] and post.row("a").state == "sent"


async def test_a_limit_after_an_uncertain_post_does_not_forget_it(post: Post) -> None:
    """Unsure, not in the history yet, then 429: the first post still counts as uncertain and is adopted when it shows."""
    key = post.put("a")
    post.gateway.faults = [("after", Unsure("timeout")), ("before", Later(1))]
    await post.courier.attempt(key)
    hidden, post.gateway.posted = post.gateway.posted, []
    post.clock.move_to(NOW + timedelta(seconds=30))
    assert await post.courier.attempt(key) == 1
    post.gateway.posted = hidden
    await post.settle()
    assert post.texts() == ["said a"] and post.gateway.requests == 2


async def test_an_adopted_older_revision_is_brought_up_to_date(post: Post) -> None:
    """What was posted uncertainly is adopted, then edited to the newest card."""
    post.put("a")
    post.gateway.faults = [("after", Unsure("timeout"))]
    await post.courier.drain()
    post.revise("a", "newer")
    post.revise("a", "newest")
    await post.settle()
    assert post.texts() == ["newest"] and post.row("a").sent_revision == 3


async def test_an_edit_while_the_request_is_under_way(post: Post) -> None:
    """A card revised between the request and its answer is edited right afterwards."""
    post.put("a")
    post.gateway.before = lambda delivery: post.revise("a", f"revised beside {delivery.revision}")
    await post.courier.drain()
    post.gateway.before = None
    assert post.texts() == ["revised beside 1"] and post.row("a").state == "sent"


async def test_an_older_revision_never_overwrites(post: Post) -> None:
    """A late answer to an older request does not take the newer revision back."""
    key = post.put("a")
    await post.courier.drain()
    post.revise("a", "newer")
    await post.courier.drain()
    post.courier._results.record(key, 1, Sent("000001", Place(Platform.ROOM, "T-CLIENT", "C1"), 1))
    assert (post.row("a").sent_revision, post.row("a").state) == (2, "sent") and post.texts() == ["newer"]


async def test_a_late_refusal_does_not_fail_what_was_sent(post: Post) -> None:
    """What another attempt settled stays settled."""
    key = post.put("a")
    await post.courier.drain()
    post.courier._results.record(key, 1, Refused("late"))
    assert post.row("a").state == "sent"


async def test_replies_wait_for_their_root_and_keep_order(post: Post) -> None:
    """Replies go out after their root, in the order they were said, also when the root is uncertain at first."""
    root = post.put("root")
    for number in range(3):
        post.put(f"reply {number}", thread_card=root)
    post.gateway.faults = [("after", Unsure("timeout"))]
    reply = outbox_row("reply 0").key
    await post.courier.attempt(root)
    assert await post.courier.attempt(reply) == 0.2  # the root's request has just left
    post.clock.move_to(NOW + timedelta(seconds=2))
    wait = await post.courier.attempt(reply)
    assert wait is not None and wait > 2  # longer than a workflow sleeps through: it gives up the slot the root needs
    await post.settle()
    assert post.texts() == ["said root", "said reply 0", "said reply 1", "said reply 2"]
    assert {posted.delivery.thread for posted in post.gateway.posted[1:]} == {"000001"}


async def test_a_root_that_failed_fails_its_replies(post: Post) -> None:
    """Replies to what could not be sent fail with that reason; nothing is posted outside its thread."""
    root = post.put("root")
    post.put("reply", thread_card=root)
    post.gateway.faults = [("before", Refused("is_archived"))]
    await post.settle()
    assert (
        post.row("reply").state == "failed" and "replies to" in post.row("reply").trouble and post.in_channels() == []
    )


async def test_a_root_whose_edit_failed_still_takes_replies(post: Post) -> None:
    """A root that stands there, but could not be edited, is still a root."""
    root = post.put("root")
    await post.courier.drain()
    post.revise("root", "newer")
    post.gateway.faults = [("before", Refused("edit_window_closed"))]
    await post.courier.drain()
    post.put("reply", thread_card=root)
    await post.settle()
    assert post.row("root").state == "failed" and post.row("reply").state == "sent"


async def test_internal_content_is_refused_where_others_read(post: Post) -> None:
    """The channel is looked at in the moment of sending: shared is refused, unknown waits, the client's own goes out."""
    key = post.put("a", card=InternalCard("margin is thin"))
    post.gateway.unknown = {"C1"}
    assert await post.courier.attempt(key) == 30 and post.gateway.requests == 0
    assert post.row("a").trying_since is None
    post.gateway.unknown, post.gateway.shared = set(), {"C1"}
    await post.courier.attempt(key)
    assert post.row("a").state == "failed" and post.gateway.requests == 0
    post.gateway.shared = set()
    post.put("b", card=InternalCard("margin is thin"))
    await post.settle()
    assert post.in_channels() == ["margin is thin"]


async def test_a_channel_that_becomes_shared_takes_no_edit(post: Post) -> None:
    """An internal card is not edited into a channel that others read by now."""
    post.put("a", card=InternalCard("first"))
    await post.courier.drain()
    post.gateway.shared = {"C1"}
    with UnitOfWork(post.database) as uow:
        row = uow.outbox.by_once("a")
        assert row is not None
        uow.outbox.revise(row, encode(InternalCard("second")), NOW)
        uow.commit()
    await post.courier.drain()
    assert post.row("a").state == "failed" and post.in_channels() == ["first"]


async def test_two_attempts_at_once_are_one_request(post: Post) -> None:
    """Concurrent attempts at one row in one process take turns; the second finds it done."""
    key = post.put("a")
    post.gateway.slow = 0.02
    assert await asyncio.gather(*(post.courier.attempt(key) for _ in range(5))) == [None] * 5
    assert post.gateway.requests == 1


async def test_a_gateway_without_an_end_is_bounded(post: Post) -> None:
    """A request that never answers ends as uncertain after the timeout, and stands once."""
    post.patience = Patience(timeout=0.02, settle=0.0)
    post.restart()
    key = post.put("a")
    post.gateway.slow = 5
    assert await post.courier.attempt(key) is not None
    assert post.row("a").attempts == 1 and "no answer within" in post.row("a").trouble
    post.gateway.slow = 0
    await post.settle()
    assert post.texts() == ["said a"]


async def test_a_card_nobody_can_read_fails_loudly(post: Post) -> None:
    """A stored card of an unknown form is failed and told, instead of being tried for ever."""
    post.put("a", content='{"kind": "??"}', programme_id=1)
    await post.settle()
    assert post.row("a").state == "failed" and post.texts() == ["A message could not be delivered: test card"]


async def _boundaries(post: Post, crash: bool) -> int:
    """Break at the n-th boundary for every n until an attempt crosses fewer; answers how many there were."""
    for number in range(1, 100):
        once = f"{'crash' if crash else 'break'} {number}"
        key = post.put(once)
        post.crossed, post.fails_at = 0, number
        await post.courier.attempt(key)
        reached = post.crossed
        post.fails_at = None
        if crash:
            post.restart()
        await post.settle()
        assert post.texts().count(f"said {once}") == 1, (number, post.texts())
        if reached < number:
            return number - 1
    raise AssertionError


@pytest.mark.parametrize("crash", [False, True], ids=["goes on", "new process"])
@pytest.mark.parametrize("fault", ["", "before", "after"])
async def test_broken_at_every_boundary_it_stands_once(post: Post, crash: bool, fault: str) -> None:
    """An exception at any call or commit, before or after it took effect, leaves exactly one message, with the same
    courier or a new one over the same database."""
    original = post.put

    def put(once: str, **details: Any) -> str:
        post.gateway.faults = [(fault, Unsure("timeout"))] if fault else []
        return original(once, **details)

    post.put = put  # type: ignore[method-assign]  # each round begins with the same fault
    assert await _boundaries(post, crash) >= 8


class Dies(FakeGateway):
    """The process is killed inside the request."""

    async def post(self, delivery: Delivery) -> Outcome:
        """The message stands, and nobody ever hears of it."""
        outcome = await super().post(delivery)
        if self.requests == 1:
            await asyncio.Event().wait()
        return outcome


async def test_killed_within_the_request(post: Post) -> None:
    """An attempt abandoned after its request took effect is taken up by a new process, which adopts what it finds."""
    key = post.put("a")
    post.gateway = Dies()
    post.restart()
    attempt = asyncio.create_task(post.courier._attempt(key))
    await asyncio.sleep(0.05)
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt
    post.restart()
    await post.settle()
    assert post.texts() == ["said a"] and post.gateway.requests == 1


async def test_a_platform_without_a_door_fails_loudly(post: Post) -> None:
    """What waits for a platform that is not set up any more is given up and told of, instead of tried for ever."""
    key = post.put("a", platform="teams", programme_id=1)
    assert await post.courier.attempt(key) is None
    row = post.row("a")
    assert row.state == "failed" and "teams is not set up here any more" in row.trouble
    assert len([each for each in post.rows() if each.kind == "delivery.failed"]) == 1
