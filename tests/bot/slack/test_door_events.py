"""What people say, and what happens to channels, through the Slack door over Socket Mode and over signed HTTP."""

from __future__ import annotations

import asyncio

import pytest

from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.incoming import Asked, ChannelChanged, Rewritten, Said
from handlers.vocabulary.outgoing import Answer, Button, PrivateCard
from tests.bot.slack.doors import FakeDispatch, Mode, card_by_bot, only, opened
from tests.standins.slack.server import StandInSlack

CARD = PrivateCard("Two things wait for you", buttons=(Button("issue.ack", "Acknowledge", "42"),))


@pytest.mark.usefixtures("door")
class TestEvent:
    """What people say, and what happens to channels."""

    async def test_a_reply_of_an_outsider(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """A provider's plain thread reply arrives as theirs, before Slack is told that it arrived."""
        card = card_by_bot(slack)
        await slack.person("U0LEAD").says("C0SHARED", "SL 82% & rising", thread=card)
        said = only(dispatch, Said)
        assert isinstance(said, Said) and said.place is not None
        assert (said.words, said.thread, said.direct) == ("SL 82% & rising", card.ts, False)
        assert (said.actor.workspace, said.place.workspace) == ("T0VENDOR", "T0HOST")

    async def test_a_mention_is_handled_once(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """Slack tells of a mention twice; its work is done once, without the bot's own name in the words."""
        await slack.person("U0LEAD").mention("C0SHARED", "owner <@U0MANAGER>")
        await slack.settled()
        asked = only(dispatch, Asked)
        assert isinstance(asked, Asked) and asked.mention and asked.words == "owner <@U0MANAGER>"
        assert dispatch.calls == 2

    async def test_a_direct_message(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """What is written to the bot directly is marked as direct."""
        await slack.person("U0MANAGER").dms("tomorrow")
        said = only(dispatch, Said)
        assert isinstance(said, Said) and said.direct

    async def test_a_reaction_and_a_private_word_answer_a_mention(
        self, slack: StandInSlack, dispatch: FakeDispatch
    ) -> None:
        """A mention has no trigger: its answer is a reaction on it and a card only that person sees."""
        dispatch.answer = lambda incoming: Answer(card=CARD, reaction="white_check_mark")
        manager = slack.person("U0MANAGER")
        message = await manager.mention("C0INTERNAL", "help")
        await slack.until(lambda: message.reactions and manager.ephemerals)
        assert message.reactions == {"white_check_mark": ["U0BOT"]}
        assert len(manager.ephemerals) == 1

    async def test_edits_and_own_words_are_left_alone(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """The bot hears neither itself nor an edit nor a deletion outside threads."""
        manager = slack.person("U0MANAGER")
        card_by_bot(slack)
        message = await manager.says("C0SHARED", "SL 82%")
        await manager.edits(message, "SL 83%")
        await manager.deletes(message)
        await slack.settled()
        assert len(dispatch.done) == 1

    async def test_edits_and_deletions_in_threads_are_told(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """What somebody makes of their words in a thread, with what came along; the bot's own edits and unfurled links are not
        told."""
        manager, root = slack.person("U0MANAGER"), card_by_bot(slack)
        message = await manager.says("C0SHARED", "SL 82%", root)
        await manager.edits(message, "SL 83%")
        await manager.edits(message, "SL 83%")
        await manager.deletes(message)
        await manager.uploads("C0SHARED", "plan.xlsx", b"1", thread=root)
        await slack.settled()
        changed = [each for each in dispatch.done if isinstance(each, Rewritten)]
        assert [(each.words, each.deleted) for each in changed] == [("SL 83%", False), ("SL 83%", True)]
        assert {(each.message, each.thread) for each in changed} == {(message.ts, root.ts)}
        assert changed[0].actor == Account(Platform.SLACK, "T0HOST", "U0MANAGER")
        (sent,) = [each for each in dispatch.done if isinstance(each, Said) and each.files]
        assert (sent.words, sent.pictures, sent.files) == ("", 0, ("plan.xlsx",))

    async def test_not_saved_is_sent_again(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """An event that could not be saved is not acknowledged; Slack sends it again and it is done once."""
        dispatch.refuse, slack.ack_seconds = 2, 0.4
        await slack.person("U0LEAD").says("C0SHARED", "ack")
        delivery = slack.events("message")[-1]
        await slack.until(lambda: delivery.acked)
        assert len(delivery.attempts) == 3 and len(dispatch.done) == 1
        assert all(attempt.failure for attempt in delivery.attempts[:2])

    async def test_sent_twice_is_done_once(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """An event delivered again has the same id."""
        await slack.person("U0LEAD").says("C0SHARED", "ack")
        await slack.redeliver(slack.events("message")[-1])
        assert dispatch.calls == 2 and len(dispatch.done) == 1

    async def test_channels_change(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """Sharing, unsharing, a new id, joining, leaving and uninstalling are all told."""
        await slack.shares("C0INTERNAL", "T0VENDOR")
        await slack.unshares("C0INTERNAL", "T0VENDOR")
        await slack.changes_id("C0INTERNAL", "C0NEW")
        await slack.joins("U0BOT", "C0NEW")
        await slack.leaves("U0BOT", "C0NEW")
        await slack.uninstalls()
        told = [(one.change, one.new_channel) for one in dispatch.done if isinstance(one, ChannelChanged)]
        assert told == [
            ("shared", ""),
            ("unshared", ""),
            ("renamed", "C0NEW"),
            ("joined", ""),
            ("left", ""),
            ("left", ""),
            ("left", ""),
        ]
        assert dispatch.done[-1].place is None


async def test_an_unknown_identity_loses_no_event(slack: StandInSlack, mode: Mode, dispatch: FakeDispatch) -> None:
    """When Slack does not say who the bot is, the event is not acknowledged, and comes again."""
    slack.faults.order("auth.test", "error_before", times=2)
    slack.ack_seconds = 0.4
    async with opened(slack, mode, dispatch):
        await slack.person("U0LEAD").says("C0SHARED", "ack")
        await slack.until(lambda: slack.events("message")[-1].acked)
    assert len(dispatch.done) == 1


async def test_nothing_personal_is_logged(
    slack: StandInSlack,
    mode: Mode,
    dispatch: FakeDispatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Even with every logger wide open, neither tokens nor anybody's words reach a log, in good times and bad."""
    caplog.set_level("DEBUG")
    async with opened(slack, mode, dispatch):
        manager = slack.person("U0MANAGER")
        dispatch.refuse, slack.ack_seconds = 1, 0.4
        slack.faults.order("reactions.add", "error_after")
        dispatch.answer = lambda incoming: Answer(card=CARD, reaction="eyes")
        await manager.says("C0SHARED", "the secret plan")
        await manager.command("/vendor", "the secret plan", "C0SHARED")
        await manager.mention("C0SHARED", "the secret plan")
        await slack.tells({"type": "strange", "text": "the secret plan"}, "C0SHARED")
        await asyncio.sleep(0.1)
    told = caplog.text + "".join(capfd.readouterr())
    for secret in (slack.bot_token, slack.app_token, slack.signing_secret, "the secret plan", "ticket="):
        assert secret not in told
