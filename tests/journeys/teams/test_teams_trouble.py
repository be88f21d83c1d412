"""Everything twice, forged, late, cut off and away, in Teams: the work is done once, or not at all and said so."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.models.issue import Issue
from tests.journeys import stories
from tests.journeys.stories import TITLE
from tests.journeys.teams.office import Office
from tests.journeys.teams.sheet import Sheet
from tests.standins.teams import INTERNAL, SHARED, VENDOR_TENANT, FaultKind, Forgery


def contents(office: Office) -> tuple[object, ...]:
    """What is remembered and what stands in Teams; the same before and after a repetition."""
    rows = [(row.once, row.revision, row.sent_revision, row.state) for row in office.rows()]
    messages = [(each.id, each.text, each.edits, str(each.reactions)) for each in office.teams.messages()]
    return rows, messages, office.seen()


async def a_morning(office: Office) -> None:
    """A bit of everything: mention, form, replies, press, personal chat, Home, channel event."""
    liza, maya = office.liza, office.maya
    card = await stories.an_issue_reported(office)
    await office.replies(liza, "ack", card)
    await office.mentions(liza, "report the VPN is down")
    await office.mentions(liza, "help")
    await office.says(liza, "we are fine otherwise")
    done = await office.presses(liza, "Done", card)
    await office.fills(done, {done.labels[0]: "retrained"})
    await maya.dms("home")
    await maya.dms("actions")
    await office.teams.joins("gus", INTERNAL)
    await office.quiet()


async def test_in_teams_every_activity_sent_twice_does_its_work_once(settled: Office) -> None:
    """Teams repeats what it believes lost: nothing is written, posted, edited or put a second time, and a press that comes
    again gets an answer it can use."""
    office = settled
    await a_morning(office)
    before = contents(office)
    for delivery in list(office.teams.deliveries):
        attempt = await office.teams.redeliver(delivery)
        assert attempt.failure is None, (delivery.kind, attempt.failure)
        assert delivery.activity["type"] != "invoke" or attempt.answer, delivery.kind
    await asyncio.sleep(0.3)
    await office.quiet()
    assert contents(office) == before


async def test_in_teams_forged_activities_write_nothing(settled: Office) -> None:
    """Another key, another audience, a token without an end or run out, another tenant's sign-in, none at all: refused, and the
    very same bytes do nothing again."""
    office = settled
    await stories.an_issue_reported(office)
    before, rival = contents(office), "c0000000-0000-4000-8000-000000000002"
    forgeries = (
        Forgery(key="other"),
        Forgery(key="unknown"),
        Forgery(key="none"),
        Forgery(audience="somebody-else"),
        Forgery(no_expiry=True),
        Forgery(age=600),
        Forgery(service_url="https://elsewhere.example/"),
        Forgery(header=""),
    )
    for delivery in list(office.teams.deliveries)[-2:]:
        for forgery in forgeries:
            attempt = await office.teams.redeliver(delivery, forgery)
            assert attempt.status in {401, 403}, (forgery, attempt.status)
    stranger = {**office.teams.deliveries[-1].activity}
    stranger["channelData"] = {"tenant": {"id": rival}}
    stranger["conversation"] = {"id": "a:1stranger", "conversationType": "personal", "tenantId": rival}
    assert (await office.teams.sends(stranger)).attempts[-1].status == 403
    await office.quiet()
    assert contents(office) == before


async def test_in_teams_a_restart_loses_and_doubles_nothing(settled: Office) -> None:
    """Stopped while Teams says "too many" and cards wait: after the start they are posted once, and the thread goes on."""
    office = settled
    card = await stories.an_issue_reported(office)
    for method in ("post", "reply", "update", "react"):
        office.teams.faults.order(method, "rate_limited", times=None)
    await office.liza.says(SHARED, "blocked: we need the policy", card)
    await office.maya.mention(SHARED, "report The IVR is silent")
    await asyncio.sleep(0.5)
    await office.stop()
    office.teams.faults.clear()
    await office.start()
    await office.waits(lambda: any("IVR" in office.words(each) for each in office.shared()), 15)
    await office.waits(lambda: "Waiting on" in office.words(card), 15)
    await office.waits(lambda: office.answers(card), 15)
    await office.replies(office.maya, "unblocked: page 4", card)
    assert "is working on it" in office.words(card)
    texts = [each.text for each in office.shared()]
    assert len(texts) == len(set(texts)) == 3
    assert len(office.answers(card)) == len({each.text for each in office.answers(card)})
    assert [row.trouble for row in office.rows() if row.state == "failed"] == []


@pytest.mark.parametrize(("trouble", "status"), [("error_after", 502)])
async def test_in_teams_a_post_whose_answer_was_lost_is_found_again(
    settled: Office, trouble: FaultKind, status: int
) -> None:
    """The connection drops or a gateway in between fails after Teams has posted: the card is found by its key, stands once."""
    office = settled
    office.teams.faults.order("post", trouble, status=status)
    await office.maya.mention(SHARED, f"report {TITLE}")
    await office.waits(lambda: any(TITLE in office.words(each) for each in office.shared()))
    await office.waits(lambda: office.rows("issue.card")[0].state == "sent", 20)
    assert [TITLE in office.words(each) for each in office.shared()].count(True) == 1
    assert office.teams.calls_of("graph.messages"), "it was looked for"


async def test_in_teams_internal_content_waits_for_nobody_else_to_read(settled: Office) -> None:
    """While an internal card waits, the channel is shared with the provider: it is not posted, and Maya is told why."""
    office = settled
    form = await office.opens(office.maya, "report", press=stories.REPORT, inside=True)
    office.teams.faults.order("post", "rate_limited", times=1, seconds=1)
    await office.maya.submits({"Title": "Their invoices do not add up"}, message=form.message)
    office.teams.channel(INTERNAL).kind = "shared"
    office.teams.channel(INTERNAL).members.append(office.liza.id)
    await office.waits(
        lambda: any("could not be delivered" in office.words(each) for each in office.dms(office.maya)), 8
    )
    await office.quiet()
    assert "invoices" not in office.outsiders_read() and office.inside() == []


async def test_in_teams_a_shared_channel_that_was_unshared_falls_silent(settled: Office) -> None:
    """Unshared in the middle: nothing more is posted there, and Maya hears of it."""
    office, before = settled, len(settled.shared())
    await office.teams.unshares(SHARED, VENDOR_TENANT)
    await office.waits(lambda: office.dms(office.maya))
    await office.maya.mention(SHARED, f"report {TITLE}")
    await office.quiet()
    assert len(office.shared()) == before
    assert [each for each in office.dms(office.maya) if "stopped posting" in office.words(each)] != []


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


async def test_in_teams_a_database_that_is_away_is_said_so_in_time(settled: Office) -> None:
    """Forms and presses are answered "not saved" within five seconds, with all that was typed; a message comes again and is
    done once."""
    office, maya, liza = settled, settled.maya, settled.liza
    card = await stories.an_issue_reported(office)
    form = await office.opens(maya, "report", press=stories.REPORT)
    with locked(office):
        started = time.monotonic()
        sent, pressed = await asyncio.gather(
            maya.submits({"Title": "Second"}, message=form.message), liza.presses("Acknowledge", card)
        )
        took = time.monotonic() - started
        said = asyncio.create_task(liza.says(SHARED, "ack", card))
        await asyncio.sleep(1.0)
    assert took < 5 and sent is not None and pressed is not None and sent.failure is None and pressed.failure is None
    assert "Not saved" in form.words and form.is_form, "it can be sent in once more"
    assert "Not saved" in Sheet(liza, card).words
    await said
    await office.waits(lambda: "is working on it" in office.words(card), 20)
    await office.quiet()
    assert office.one(Issue).state == "acknowledged"
    await office.fills(form, {})
    await office.waits(lambda: any("Second" in office.words(each) for each in office.shared()))
    assert len([each for each in office.shared() if "Second" in office.words(each)]) == 1
