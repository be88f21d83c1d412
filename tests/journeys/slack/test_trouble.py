"""Everything twice, forged, late, cut off and away: the work is done once, or not at all and said so."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.models.issue import Issue
from tests.journeys.slack.office import INTERNAL, SHARED, Office, opened
from tests.journeys.slack.test_issue import TITLE, reply, report, sends
from tests.standins.slack import VENDOR_TEAM


def contents(office: Office) -> tuple[object, ...]:
    """What is remembered and what stands in Slack; the same before and after a repetition."""
    rows = [(row.once, row.revision, row.sent_revision, row.state) for row in office.rows()]
    messages = [(each.ts, each.text, str(each.reactions)) for each in office.slack.messages()]
    return rows, messages, office.seen()


async def a_morning(office: Office) -> None:
    """A bit of everything: command, form, shortcut, mention, replies, click, channel event."""
    card = await report(office)
    await reply(office, "liza", "ack", card)
    await office.liza.mention(SHARED, "report the VPN is down")
    await office.liza.mention(SHARED, "setup")
    await office.liza.mention(SHARED, "help")
    await office.liza.says(SHARED, "we are fine otherwise")
    await office.quiet()
    await office.liza.clicks("Done", card)
    await sends(office, office.liza, "Done", "retrained")
    message = await office.liza.says(SHARED, "and the second line rings out")
    await office.maya.shortcut("Report an issue", message)
    await sends(office, office.maya, "Report an issue", "Second line rings out")
    await office.dan.reacts(message, "eyes")
    await office.slack.joins("U0RIVAL", INTERNAL)
    await office.quiet()


@pytest.mark.slow
async def test_every_payload_sent_twice_does_its_work_once(settled: Office) -> None:
    """Slack repeats what it believes lost; nothing is written, posted or put a second time."""
    office = settled
    await a_morning(office)
    before = contents(office)
    for delivery in list(office.slack.deliveries):
        attempt = await office.slack.redeliver(delivery)
        assert attempt.failure is None
    await asyncio.sleep(0.3)
    await office.quiet()
    assert contents(office) == before


@pytest.mark.parametrize("mode", ["http"])
async def test_forged_and_old_requests_write_nothing(settled: Office) -> None:
    """Another secret, an older hour: refused before anything is read; the same bytes again do nothing."""
    office = settled
    await report(office)
    before = contents(office)
    for delivery in list(office.slack.deliveries):
        assert (await office.slack.redeliver(delivery, secret="another secret")).status == 401
        assert (await office.slack.redeliver(delivery, age=600)).status == 401
        assert (await office.slack.replay(delivery.attempts[0])).status == 200
    await asyncio.sleep(0.2)
    await office.quiet()
    assert contents(office) == before


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["socket"])
async def test_a_restart_loses_and_doubles_nothing(settled: Office) -> None:
    """Stopped while Slack is out of reach and cards wait: after the start they are posted once, and the thread goes on."""
    office = settled
    card = await report(office)
    office.slack.faults.order("chat.postMessage", "rate_limited", times=None)
    office.slack.faults.order("chat.update", "rate_limited", times=None)
    await office.liza.says(SHARED, "blocked: we need the policy", card)
    await office.maya.command("/vendor", "report The IVR is silent", SHARED)
    await office.maya.submits()
    await asyncio.sleep(0.5)
    await office.stop()
    office.slack.faults.clear()
    await office.start()
    await office.waits(lambda: any("IVR" in each.text for each in office.shared()), 15)
    await office.waits(lambda: "Waiting on" in card.text, 15)
    await office.waits(lambda: office.answers(card), 15)
    await reply(office, "maya", "unblocked: page 4", card)
    assert "is working on it" in card.text
    texts = [each.text for each in office.shared()]
    assert len(texts) == len(set(texts)) == 3 and len(office.answers(card)) == len(
        {m.text for m in office.answers(card)}
    )
    assert [row.trouble for row in office.rows() if row.state == "failed"] == []


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["socket"])
async def test_a_post_whose_answer_was_lost_is_found_again(settled: Office) -> None:
    """The connection drops after Slack has posted, and the bot is stopped: the next one finds the card by its key."""
    office = settled
    office.slack.faults.order("chat.postMessage", "drop_after")
    await office.maya.command("/vendor", f"report {TITLE}", SHARED)
    await office.maya.submits()
    await office.waits(lambda: any(TITLE in each.text for each in office.shared()))
    await office.stop()
    await office.start()
    await office.waits(lambda: office.rows("issue.card")[0].state == "sent", 20)
    assert [TITLE in each.text for each in office.shared()].count(True) == 1


@pytest.mark.parametrize("mode", ["socket"])
async def test_internal_content_waits_for_nobody_else_to_read(settled: Office) -> None:
    """While an internal card waits, the channel is shared with the provider: it is not posted, and Maya is told why."""
    office = settled
    office.slack.faults.order("chat.postMessage", "rate_limited", times=1, seconds=1)
    await office.maya.command("/vendor", "report Their invoices do not add up", INTERNAL)
    await office.maya.submits()
    office.slack.channel(INTERNAL).shared_with.append(VENDOR_TEAM)
    office.slack.channel(INTERNAL).members.append("U0LEAD")
    await office.waits(lambda: any("could not be delivered" in each.text for each in office.dms(office.maya)), 8)
    await office.quiet()
    assert "invoices" not in office.outsiders_read() and office.said(INTERNAL) == []


@pytest.mark.parametrize("mode", ["http"])
async def test_a_shared_channel_that_was_unshared_falls_silent(settled: Office) -> None:
    """Unshared in the middle: nothing more is posted there, Maya hears it once; shared again, it goes on after set-up."""
    office = settled
    before = len(office.shared())
    await office.slack.unshares(SHARED, VENDOR_TEAM)
    await office.waits(lambda: office.dms(office.maya))
    await office.maya.command("/vendor", f"report {TITLE}", SHARED)
    if office.maya.open_view is not None:
        await office.maya.submits()
    await office.quiet()
    assert len(office.shared()) == before
    assert [each.text for each in office.dms(office.maya) if "stopped posting" in each.text] != []


@contextmanager
def locked(office: Office) -> Iterator[None]:
    """Somebody else holds the database's only write lock."""
    other = sqlite3.connect(Path(office.settings.home) / "parley.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["http"])
async def test_a_database_that_is_away_is_said_so_in_time(settled: Office) -> None:
    """Commands, forms and clicks are answered "not saved" within three seconds; an event comes again and is done once."""
    office, maya = settled, settled.maya
    card = await report(office)
    await maya.command("/vendor", "report Second", SHARED)
    view, rows = maya.open_view, len(office.rows())
    with locked(office):
        started = time.monotonic()
        attempts = await asyncio.gather(
            maya.command("/vendor", "metrics", SHARED), maya.submits(None, view), office.liza.clicks("Done", card)
        )
        took = time.monotonic() - started
        said = asyncio.create_task(office.liza.says(SHARED, "ack", card))
        await asyncio.sleep(1.5)
    assert took < 3 and all(attempt is not None and attempt.failure is None for attempt in attempts), attempts
    assert "Not saved" in maya.ephemerals[-1].words
    assert maya.open_view is view and view is not None and "Not saved" in view.words
    await office.waits(lambda: any("Not saved" in each.words for each in office.dms(office.liza)))
    await said
    await office.waits(lambda: "is working on it" in card.text, 10)
    await office.quiet()
    assert office.one(Issue).state == "acknowledged"
    await maya.submits(None, view)
    await office.waits(lambda: any("Second" in each.text for each in office.shared()))
    await office.quiet()
    assert len([each for each in office.shared() if "Second" in each.text]) == 1 and len(office.rows()) > rows


def begin_anew(empty: Path, home: Path) -> None:
    """Nothing is remembered any more."""
    (home / "parley.sqlite").write_bytes(empty.read_bytes())
    for left in ("parley.sqlite-wal", "parley.sqlite-shm"):
        (home / left).unlink(missing_ok=True)


@pytest.mark.slow
async def test_slack_out_of_reach_at_the_start(empty: Path, tmp_path: Path) -> None:
    """Started during an outage, it learns its workspace as soon as Slack answers, and then works."""
    async with opened(empty, tmp_path, "http") as office:
        await office.stop()
        begin_anew(empty, tmp_path)
        await office.slack.goes_down()
        await office.start()
        office.slack.comes_back()
        await office.maya.command("/vendor", "help", SHARED)
        assert office.maya.ephemerals and "set up" in office.maya.ephemerals[-1].words, office.maya.last_error
