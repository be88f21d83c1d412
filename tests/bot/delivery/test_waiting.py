"""What waits and for how long: pauses a platform asked for, order within a thread, what is too late, what was deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.ports import Later, Refused, Sent, Unsure
from handlers.router import Router
from handlers.routes import table
from handlers.saying import encode
from handlers.vocabulary.address import Account, Place, Platform, Thread
from handlers.vocabulary.incoming import ChannelChanged
from handlers.vocabulary.outgoing import InternalCard, Reaction
from storage.database import Database
from storage.models.provider import Programme, Provider
from storage.undelivered import ROOT_DROPPED, ROOT_MISSED, ROOT_UNKNOWN
from storage.unit_of_work import UnitOfWork
from tests.bot.post import PATIENCE, Post
from tests.databases import NOW
from tests.town import Town


@pytest.fixture
async def post(sqlite_url: str) -> AsyncIterator[Post]:
    database = Database(sqlite_url, durable=False)
    Town(database)
    yield Post(database)
    database.dispose()


def after(post: Post, seconds: float) -> None:
    """Let time pass."""
    post.clock.move_to(post.clock.now() + timedelta(seconds=seconds))


# --- pauses


async def test_a_pause_outlives_the_process_and_holds_for_others(post: Post) -> None:
    """A workspace's 429 is kept in the database: a process begun anew, or another one, waits to the second."""
    key, other = post.put("a"), post.put("b", channel="C2")
    post.gateway.faults = [("before", Later(30, "workspace"))]
    assert await post.courier.attempt(key) == 30
    after(post, 12.5)
    post.restart()
    assert await post.courier.attempt(other) == 17.5 and post.gateway.requests == 1
    after(post, 17.5)
    assert await post.courier.attempt(other) is None


async def test_a_channels_limit_stops_its_posts_alone(post: Post) -> None:
    """After one channel's 429 no other new post is tried there until it is over; its edits and reactions, and every other
    channel, go on."""
    standing = post.put("standing")
    await post.courier.attempt(standing)
    first, second, elsewhere = post.put("a"), post.put("b"), post.put("c", channel="C2")
    post.gateway.faults = [("before", Later(7))]
    assert await post.courier.attempt(first) == 7
    assert await post.courier.attempt(second) == 7 and post.gateway.requests == 2
    assert await post.courier.attempt(elsewhere) is None
    post.revise("standing", "newer")
    assert await post.courier.attempt(standing) is None
    emoji = post.put("r", kind="reaction", content=encode(Reaction(Thread(ref="000001"), "eyes")))
    assert await post.courier.attempt(emoji) is None
    after(post, 7)
    assert await post.courier.attempt(second) is None


async def test_a_conversations_limit_is_that_persons_alone(post: Post) -> None:
    """Before a conversation is opened it has no channel: the limit is kept by the person, and other people are written to."""
    to = {"channel": "", "account_workspace": "T-NORTHWIND"}
    keys = [post.put(once, account_user=user, **to) for once, user in (("a", "U-JO"), ("b", "U-JO"), ("c", "U-REY"))]
    post.gateway.faults = [("before", Later(9))]
    assert [await post.courier.attempt(key) for key in keys] == [9, 9, None]


async def test_the_longer_pause_stays(post: Post) -> None:
    """A shorter pause told later does not cut a longer one short."""
    keys = [post.put(once, channel=once) for once in ("a", "b", "c")]
    with UnitOfWork(post.database) as uow:
        row = uow.outbox.by_key(keys[0])
        assert row is not None
        for seconds in (60, 5, 90, 1):
            uow.pauses.keep(row, "workspace", NOW, NOW + timedelta(seconds=seconds))
        uow.commit()
    assert await post.courier.attempt(keys[1]) == 90


async def test_our_own_waiting_pauses_nobody(post: Post) -> None:
    """A row that waits since nobody can say who reads its channel does not hold back the others there."""
    post.gateway.unknown = {"C1"}
    secret = post.put("a", card=InternalCard("margin is thin"))
    assert await post.courier.attempt(secret) == 30
    post.gateway.unknown = set()
    assert await post.courier.attempt(post.put("b")) is None


# --- order within a thread


async def test_a_stuck_message_keeps_its_order_but_not_for_ever(post: Post) -> None:
    """Later messages of a thread wait behind one that gets no answer, for a quarter of an hour; then they pass it, and it
    still goes out when it can."""
    root = post.put("root")
    await post.courier.attempt(root)
    stuck, later = post.put("stuck", thread_card=root), post.put("later", thread_card=root)
    post.gateway.faults = [("before", Later(2000, "message"))]
    assert await post.courier.attempt(stuck) == 2000
    after(post, PATIENCE.in_order - 1)
    wait = await post.courier.attempt(later)
    assert wait is not None and wait > 2, "longer than a workflow sleeps through: the slot is given up"
    after(post, 1)
    assert await post.courier.attempt(later) is None
    after(post, 2000)
    await post.settle()
    assert post.texts() == ["said root", "said later", "said stuck"]


async def test_a_thread_has_one_order_by_either_name(post: Post) -> None:
    """Replies that name our card and replies that name the reference it stands at are one thread, in one order."""
    root = post.put("root")
    await post.courier.attempt(root)
    keys = [
        post.put("by card", thread_card=root),
        post.put("by ref", thread_ref="000001"),
        post.put("by card again", thread_card=root),
        post.put("another thread", thread_ref="9.9"),
    ]
    assert [await post.courier.attempt(key) for key in reversed(keys[1:3])] == [2.5, 2.5]
    assert await post.courier.attempt(keys[3]) is None
    await post.settle()
    assert post.texts() == ["said root", "said another thread", "said by card", "said by ref", "said by card again"]


async def test_a_reply_shares_the_fate_of_its_root(post: Post) -> None:
    """Replies to what was dropped are dropped, to what was missed missed, to what nobody knows failed; nothing is posted
    outside its thread."""
    dropped, missed = post.put("dropped", state="dropped"), post.put("missed", state="missed")
    for once, root in (("a", dropped), ("b", missed), ("c", "p-unknown")):
        post.put(once, thread_card=root)
    await post.settle()
    found = [(row.state, row.trouble) for row in map(post.row, "abc")]
    assert found == [("dropped", ROOT_DROPPED), ("missed", ROOT_MISSED), ("failed", ROOT_UNKNOWN)]
    assert post.in_channels() == []


# --- too late


async def test_what_is_too_late_is_missed_and_not_posted(post: Post) -> None:
    """A message whose use is over before it was tried is listed as missed with the moment, counted, and never posted; news of
    it changes nothing but its words."""
    key = post.put("a", expires_at=NOW + timedelta(minutes=30))
    post.put("in time", expires_at=NOW + timedelta(minutes=31))
    after(post, 1800)
    assert await post.courier.attempt(key) is None
    assert (post.row("a").state, post.row("a").trouble) == ("missed", "it was of use until 2026-03-02 09:30 UTC only")
    post.revise("a", "news")
    await post.settle()
    assert post.texts() == ["said in time"] and post.row("a").state == "missed"
    with UnitOfWork(post.database) as uow:
        assert [row.once for row in uow.undelivered.missed(1, NOW)] == ["a"] and uow.undelivered.count_missed(
            1, NOW
        ) == 1
        assert uow.undelivered.count_missed(1, NOW + timedelta(seconds=1)) == 0
        assert uow.undelivered.send_again(uow.undelivered.missed(1, NOW)[0], post.clock.now())
        uow.commit()
    await post.settle()
    assert post.texts()[-1] == "news", "somebody wanted it all the same: the newest"


@pytest.mark.parametrize("reached", [True, False])
async def test_an_uncertain_post_is_settled_however_late(post: Post, reached: bool) -> None:
    """What was tried without a clear answer may stand there: it is looked for as ever, and adopted; or it stands nowhere, and
    then it is missed like anything else that is too late: a rest of a day may lie between the attempt and the look."""
    key = post.put("a", expires_at=NOW + timedelta(seconds=5))
    post.gateway.faults = [("after" if reached else "before", Unsure("timeout"))]
    await post.courier.attempt(key)
    await post.settle()
    assert (post.texts(), post.row("a").state) == ((["said a"], "sent") if reached else ([], "missed"))


async def test_surely_not_posted_and_too_late_is_missed(post: Post) -> None:
    """A 429 that lasts beyond its use leaves nothing uncertain: it is missed."""
    key = post.put("a", expires_at=NOW + timedelta(seconds=5))
    post.gateway.faults = [("before", Later(10))]
    await post.courier.attempt(key)
    await post.settle()
    assert post.texts() == [] and post.row("a").state == "missed"


# --- a channel that fell silent


async def test_what_was_said_before_a_channel_fell_silent_is_not_posted(post: Post) -> None:
    """A frozen channel gets no posts and no edits, also none that were on their way; direct messages and other channels do; the
    manager hears it once, and may send it after the set-up was looked at."""
    standing = post.put("standing", channel="C-SHARED", programme_id=1)
    await post.courier.attempt(standing)
    post.put("on its way", channel="C-SHARED", programme_id=1)
    post.put("elsewhere", channel="C-INTERNAL", programme_id=1)
    post.revise("standing", "newer")
    _freeze(post, True)
    await post.settle()
    assert post.in_channels() == ["said standing", "said elsewhere"]
    assert [post.row(once).state for once in ("standing", "on its way")] == ["failed", "failed"]
    assert "readers changed" in post.row("on its way").trouble
    assert [text for text in post.texts() if "not be delivered" in text] == ["2 messages could not be delivered"]
    _freeze(post, False)
    with UnitOfWork(post.database) as uow:
        for row in uow.undelivered.failed(1):
            assert uow.undelivered.send_again(row, post.clock.now())
        uow.commit()
    await post.settle()
    assert post.in_channels() == ["newer", "said elsewhere", "said on its way"]


def _freeze(post: Post, frozen: bool) -> None:
    with UnitOfWork(post.database) as uow:
        channel = uow.providers.channel(1, "shared")
        assert channel is not None
        channel.frozen = frozen
        uow.session.add(channel)
        uow.commit()


async def test_a_channel_that_is_anothers_by_now_gets_nothing_of_ours(post: Post) -> None:
    """Where another provider has the channel since, no post of the first one's and no edit of its cards goes; a manager hears of
    what was never told, and nobody of the cards that stay as they are."""
    standing = post.put("standing", channel="C-SHARED", programme_id=1)
    await post.courier.attempt(standing)
    post.put("on its way", channel="C-SHARED", programme_id=1)
    post.revise("standing", "newer")
    with UnitOfWork(post.database) as uow:
        channel, programme = uow.providers.channel(1, "shared"), uow.providers.programme(1)
        assert channel is not None and programme is not None
        rival = uow.providers.add(Provider(installation_id=1, name="Willowbank", created_at=NOW))
        theirs = {**programme.model_dump(), "id": None, "provider_id": rival.id}
        channel.programme_id = uow.providers.add(Programme(**theirs)).id or 0
        uow.session.add(channel)
        uow.commit()
    await post.settle()
    assert post.in_channels() == ["said standing"]
    assert [post.row(once).state for once in ("standing", "on its way")] == ["dropped", "failed"]
    assert "another provider's" in post.row("on its way").trouble
    assert sum("not be delivered" in text for text in post.texts()) == 1


async def test_a_channel_with_another_id_keeps_its_messages(post: Post) -> None:
    """When the platform gives a channel another id, what was on its way goes there, what stands there is edited there, and a
    reply under it still finds its card."""
    standing = post.put("standing", channel="C-SHARED", programme_id=1)
    await post.courier.attempt(standing)
    post.put("on its way", channel="C-SHARED", programme_id=1)
    bot = Account(Platform.ROOM, "T-CLIENT", "U-BOT")
    old = Place(Platform.ROOM, "T-CLIENT", "C-SHARED")
    change = ChannelChanged("moved", bot, old, "renamed", "C-MOVED")
    Router(table(), lambda: UnitOfWork(post.database)).handle(change, NOW)
    post.revise("standing", "newer")
    await post.settle()
    assert {row.channel for row in map(post.row, ("standing", "on its way"))} == {"C-MOVED"}
    assert post.in_channels() == ["newer", "said on its way"]
    with UnitOfWork(post.database) as uow:
        found = uow.outbox.by_reference("room", "T-CLIENT", "C-MOVED", "000001")
        assert found is not None and found.once == "standing"


# --- deleted


async def test_a_deleted_message_is_not_posted_again(post: Post) -> None:
    """Somebody deleted what stood there: its edit is dropped, no manager is bothered, and later edits stay away too."""
    post.put("a", programme_id=1)
    await post.settle()
    post.gateway.posted.clear()
    for words in ("newer", "newest"):
        post.revise("a", words)
        await post.settle()
    assert post.texts() == [] and [row.state for row in post.rows()] == ["dropped"]
    assert "deleted where it stood" in post.row("a").trouble and post.gateway.requests == 2


async def test_deleted_while_it_was_uncertain(post: Post) -> None:
    """Deleted before anybody could look: no platform tells that from never posted, so it is posted once more, and stands
    once."""
    key = post.put("a")
    post.gateway.faults = [("after", Unsure("timeout"))]
    await post.courier.attempt(key)
    post.gateway.posted.clear()
    await post.settle()
    assert post.texts() == ["said a"]


# --- a process that slept


async def test_who_slept_over_the_mark_does_not_send(post: Post) -> None:
    """A process stopped between its mark and its request for longer than others wait sends nothing: somebody else may have
    looked and sent meanwhile."""
    key = post.put("a", card=InternalCard("margin is thin"))
    asked = post.gateway.is_shared

    async def slow(place: Place) -> bool | None:
        after(post, PATIENCE.timeout + 0.1)
        return await asked(place)

    post.gateway.is_shared = slow  # type: ignore[method-assign]  # the process sleeps here
    assert await post.courier.attempt(key) == 1.0
    assert post.gateway.requests == 0 and post.row("a").trying_since is None
    post.gateway.is_shared = asked  # type: ignore[method-assign]  # awake
    await post.settle()
    assert post.texts() == ["margin is thin"]


async def test_a_late_hang_never_takes_a_newer_state_back(post: Post) -> None:
    """An edit whose answer never came is waited out before the next one leaves, so an older request cannot arrive last."""
    key = post.put("a")
    await post.courier.attempt(key)
    post.revise("a", "second")
    post.gateway.faults = [("after", Unsure("timeout"))]
    assert await post.courier.attempt(key) == PATIENCE.unclear
    post.revise("a", "third")
    requests = post.gateway.requests
    wait = await post.courier.attempt(key)
    assert wait == PATIENCE.unclear and post.gateway.requests == requests
    await post.settle()
    assert post.texts() == ["third"]
    post.courier._results.record(key, 2, Sent("000001", Place(Platform.ROOM, "T-CLIENT", "C1"), 2))
    assert (post.row("a").state, post.row("a").sent_revision) == ("sent", 3)


async def test_refusals_without_end_are_one_word_to_the_manager(post: Post) -> None:
    """An archived channel with thirty messages waiting makes one direct message, which counts them."""
    for number in range(30):
        post.put(f"m{number}", programme_id=1)
    post.gateway.faults = [("before", Refused("is_archived"))] * 30
    await post.settle()
    assert post.texts() == ["30 messages could not be delivered"]
    assert [row.kind for row in post.rows() if row.account_user == "U-MAYA"] == ["delivery.failed"]
