"""Home, files and emoji through the whole application: opened, pressed, shared and read on the stand-in Slack."""

from __future__ import annotations

from dataclasses import replace

from handlers.saying import About, look_up, say, show
from handlers.vocabulary.address import Account, Place, Platform, SharedChannel
from handlers.vocabulary.outgoing import Errand, File, SharedCard, SharedPost
from tests.journeys.slack.office import SHARED, Office
from tests.standins.slack import HOST_TEAM, Message

PLACE = Place(Platform.SLACK, HOST_TEAM, SHARED)
INVITE = File("review.ics", "text/calendar; method=REQUEST", "SEQUENCE:0\r\n", "Invitation to the weekly review")


async def test_a_managers_home_on_slack(settled: Office) -> None:
    """The manager opens Home, sees how the provider stands, reports an issue from there and finds Home fresh."""
    maya = settled.maya
    await maya.opens_home()
    await settled.waits(lambda: maya.home)
    assert maya.home is not None and "Manila Support" in maya.home.words
    before = maya.home.id
    await maya.clicks("Report an issue", maya.home)
    await settled.waits(lambda: maya.open_view)
    assert maya.open_view is not None and maya.open_view.submit_label
    await settled.waits(lambda: maya.home is not None and maya.home.id != before)
    assert not settled.slack.complaints


async def test_an_invitation_follows_its_card_and_its_change(settled: Office) -> None:
    """The file stands once in the card's thread; a moved review brings the new one, a reworded card does not."""
    card = SharedCard("Weekly review, Thursday 10:00", elements=(INVITE,))
    with settled.house.units() as uow:
        say(uow, SharedPost(SharedChannel(PLACE), card), About(1, "review.card", "a test"), "review:1", settled.now)
        uow.commit()
    await settled.quiet()
    posted = next(each for each in settled.shared() if "Weekly review" in each.text)
    assert files_under(settled, posted) == ["SEQUENCE:0\r\n"]
    moved = replace(INVITE, content="SEQUENCE:1\r\n")
    for words, file in (("Weekly review, Thursday at ten", INVITE), ("Weekly review, Friday 10:00", moved)):
        with settled.house.units() as uow:
            assert show(uow, "review:1", SharedCard(words, elements=(file,)), settled.now)
            uow.commit()
        await settled.quiet()
    assert files_under(settled, posted) == ["SEQUENCE:0\r\n", "SEQUENCE:1\r\n"]


async def test_an_errand_reads_a_reply_on_slack(settled: Office) -> None:
    """What a reply says is asked of Slack once and comes back; a message that is gone meanwhile is dropped."""
    root = await settled.maya.says(SHARED, "Weekly review")
    reply = await settled.liza.says(SHARED, "We hire two team leads", root)
    gone = await settled.liza.says(SHARED, "Forget it", root)
    await settled.liza.deletes(gone)
    actor = Account(Platform.SLACK, HOST_TEAM, "U0MANAGER")
    for message in (reply, gone):
        errand = Errand("message", actor, place=PLACE, message=message.ts, emoji="pushpin")
        with settled.house.units() as uow:
            look_up(uow, errand, 1, f"errand.message:{message.ts}", settled.now)
            uow.commit()
    await settled.quiet()
    with settled.house.units() as uow:
        rows = [uow.outbox.by_once(f"errand.message:{message.ts}") for message in (reply, gone)]
    assert [row.state for row in rows if row is not None] == ["sent", "dropped"]


def files_under(office: Office, root: Message) -> list[str]:
    """The contents of the files in a message's thread, in order."""
    found = [file["id"] for each in office.slack.channel(SHARED).thread(root) for file in each.payload.get("files", ())]
    return [(office.slack.world.files[each].content or b"").decode() for each in found]
