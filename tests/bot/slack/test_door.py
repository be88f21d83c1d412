"""The Slack door end to end against the stand-in, the same stories over Socket Mode and over signed HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.incoming import AnyIncoming, Asked, ChannelChanged, Pressed, Said, Shortcut, Submitted
from handlers.vocabulary.outgoing import Answer, Button, Field, Form, PrivateCard
from tests.bot.slack.doors import FakeDispatch, Mode, opened
from tests.standins.slack.server import StandInSlack
from tests.standins.slack.surfaces import Message

FORM = Form(
    "issue.report",
    "Report an issue",
    "Report issue",
    (Field("what", "What happened"), Field("detail", "Detail", kind="text", required=False)),
    visible_to="both companies",
    hidden="provider=7",
)
CARD = PrivateCard("Two things wait for you", buttons=(Button("issue.ack", "Acknowledge", "42"),))


@pytest.fixture(params=["socket", "http"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """Both ways in."""
    chosen: Mode = request.param
    return chosen


@pytest.fixture
async def slack() -> AsyncIterator[StandInSlack]:
    """A stand-in with our shortcut, whose retries come at once."""
    async with StandInSlack() as standin:
        standin.add_shortcut("Report an issue", "report_issue")
        standin.retry_delays = (0.0, 0.05, 0.1)
        standin.ack_seconds = 0.6
        yield standin
        assert standin.complaints == []


@pytest.fixture
def dispatch() -> FakeDispatch:
    return FakeDispatch()


@pytest.fixture
async def door(slack: StandInSlack, mode: Mode, dispatch: FakeDispatch) -> AsyncIterator[None]:
    """The door, open for the test."""
    async with opened(slack, mode, dispatch):
        yield


def only(dispatch: FakeDispatch, kind: type[AnyIncoming]) -> AnyIncoming:
    """The one thing of this kind that was dispatched."""
    found = [incoming for incoming in dispatch.done if isinstance(incoming, kind)]
    assert len(found) == 1, dispatch.done
    return found[0]


def card_by_bot(slack: StandInSlack, channel: str = "C0SHARED") -> Message:
    """A card of ours with a button, standing in the channel."""
    button = {"type": "button", "action_id": "issue.ack", "value": "42", "text": {"type": "plain_text", "text": "Ack"}}
    blocks = [{"type": "actions", "block_id": "k:0", "elements": [button]}]
    return slack.scene.post(slack.channel(channel), {**slack.world.bot_fields(), "text": "An issue", "blocks": blocks})


@pytest.mark.usefixtures("door")
class TestCommand:
    """What follows the root command."""

    async def test_a_card_is_said_to_the_one_who_asked(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """The answer's card is in the acknowledgement, seen by that person only."""
        dispatch.answer = lambda incoming: Answer(card=CARD)
        manager = slack.person("U0MANAGER")
        await manager.command("/vendor", "actions mine", "C0SHARED")
        asked = only(dispatch, Asked)
        assert isinstance(asked, Asked) and asked.words == "actions mine" and not asked.mention
        assert "Two things wait for you" in manager.ephemerals[-1].text
        assert manager.ephemerals[-1].buttons == ["Acknowledge"]
        assert manager.last_error is None

    async def test_a_form_opens(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """A form opens on the command's trigger, and nothing else is said."""
        dispatch.answer = lambda incoming: Answer(form=FORM)
        manager = slack.person("U0MANAGER")
        await manager.command("/vendor", "report", "C0SHARED")
        assert manager.open_view is not None and manager.open_view.title == "Report an issue"
        assert manager.ephemerals == []

    async def test_not_saved_is_said_at_once(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """When nothing could be saved the person is told, privately, and nothing was done."""
        dispatch.refuse = 1
        manager = slack.person("U0MANAGER")
        attempt = await manager.command("/vendor", "report", "C0SHARED")
        assert "Not saved" in manager.ephemerals[-1].words and attempt.failure is None
        assert dispatch.done == []


@pytest.mark.usefixtures("door")
class TestForm:
    """What follows a form sent in."""

    async def _open(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        dispatch.answer = lambda incoming: Answer(form=FORM)
        await slack.person("U0MANAGER").command("/vendor", "report", "C0SHARED")

    async def test_problems_stand_at_their_fields(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """Problems come back at the fields, the form stays, and the second try is a gesture of its own."""
        await self._open(slack, dispatch)
        manager = slack.person("U0MANAGER")
        dispatch.answer = lambda incoming: Answer(problems={"what": "say a little more"})
        await manager.submits({"What happened": "hm"})
        assert manager.open_view is not None
        assert manager.open_view.error_at("What happened") == "say a little more"
        dispatch.answer = lambda incoming: Answer(done="Reported")
        await manager.submits({"What happened": "Refunds <late> & wrong"})
        assert manager.open_view is None
        sent = [incoming for incoming in dispatch.done if isinstance(incoming, Submitted)]
        assert [one.values["what"] for one in sent] == ["hm", "Refunds <late> & wrong"]
        assert sent[-1].hidden == "provider=7" and sent[-1].values["detail"] == ""

    async def test_a_card_or_another_form_takes_its_place(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """After a form, another one or a card is shown where it stood."""
        await self._open(slack, dispatch)
        manager = slack.person("U0MANAGER")
        second = Form("setup.zone", "Step two", "Next", (Field("zone", "Zone"),), visible_to="both companies")
        dispatch.answer = lambda incoming: Answer(form=second)
        await manager.submits({"What happened": "x"})
        assert manager.open_view is not None and manager.open_view.title == "Step two"
        dispatch.answer = lambda incoming: Answer(card=CARD)
        await manager.submits({"Zone": "Asia/Manila"})
        assert manager.last_error is None and "Acknowledge" in manager.open_view.words

    async def test_not_saved_keeps_what_was_typed(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """When nothing could be saved the form stays open with its values, and says so."""
        await self._open(slack, dispatch)
        manager = slack.person("U0MANAGER")
        dispatch.refuse = 1
        await manager.submits({"What happened": "Refunds late"})
        assert manager.open_view is not None
        assert "Not saved" in (manager.open_view.error_at("What happened") or "")


@pytest.mark.usefixtures("door")
class TestClick:
    """What follows a button and the shortcut."""

    async def test_an_outsiders_click_is_theirs(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """A provider's click carries the provider's workspace, the place the host's; the private word comes after."""
        dispatch.answer = lambda incoming: Answer(done="Noted <ok>")
        lead = slack.person("U0LEAD")
        card = card_by_bot(slack)
        await lead.clicks("Ack", card)
        pressed = only(dispatch, Pressed)
        assert isinstance(pressed, Pressed) and pressed.place is not None
        assert pressed.actor == Account(Platform.SLACK, "T0VENDOR", "U0LEAD")
        assert (pressed.place.workspace, pressed.action, pressed.value) == ("T0HOST", "issue.ack", "42")
        assert pressed.message == card.ts
        await slack.until(lambda: lead.ephemerals)
        assert lead.ephemerals[-1].text == "Noted &lt;ok&gt;"

    async def test_a_click_opens_a_form(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """A click may open a form; what the outsider sends in is theirs too."""
        dispatch.answer = lambda incoming: Answer(form=FORM)
        lead = slack.person("U0LEAD")
        await lead.clicks("Ack", card_by_bot(slack))
        await slack.until(lambda: lead.open_view)
        dispatch.answer = lambda incoming: Answer()
        await lead.submits({"What happened": "blocked"})
        assert only(dispatch, Submitted).actor == Account(Platform.SLACK, "T0VENDOR", "U0LEAD")

    async def test_a_form_that_does_not_open_is_said(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """When Slack refuses the form, the person is told instead of nothing happening."""
        dispatch.answer = lambda incoming: Answer(form=FORM)
        slack.faults.order("views.open", "api_error", error="expired_trigger_id")
        manager = slack.person("U0MANAGER")
        await manager.clicks("Ack", card_by_bot(slack))
        await slack.until(lambda: manager.ephemerals)
        assert "did not open the form" in manager.ephemerals[-1].words

    async def test_not_saved_is_said_after_a_click(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """When a click could not be saved, the person learns it privately."""
        dispatch.refuse = 1
        manager = slack.person("U0MANAGER")
        attempt = await manager.clicks("Ack", card_by_bot(slack))
        assert attempt is not None and attempt.failure is None
        await slack.until(lambda: manager.ephemerals)
        assert "Not saved" in manager.ephemerals[-1].words

    async def test_the_shortcut_brings_the_message(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """The shortcut carries the message's words and author, and opens the form."""
        dispatch.answer = lambda incoming: Answer(form=FORM) if isinstance(incoming, Shortcut) else Answer()
        manager = slack.person("U0MANAGER")
        message = await manager.says("C0SHARED", "refunds > 5 days")
        await manager.shortcut("Report an issue", message)
        shortcut = only(dispatch, Shortcut)
        assert isinstance(shortcut, Shortcut)
        assert (shortcut.name, shortcut.words, shortcut.message) == ("report_issue", "refunds > 5 days", message.ts)
        await slack.until(lambda: manager.open_view)


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
        """The bot hears neither itself nor an edit nor a deletion."""
        manager = slack.person("U0MANAGER")
        card_by_bot(slack)
        message = await manager.says("C0SHARED", "SL 82%")
        await manager.edits(message, "SL 83%")
        await manager.deletes(message)
        await slack.settled()
        assert len(dispatch.done) == 1

    async def test_not_saved_is_sent_again(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """An event that could not be saved is not acknowledged; Slack sends it again and it is done once."""
        dispatch.refuse = 2
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


async def test_a_slow_dispatch_is_cut_off_in_time(slack: StandInSlack, mode: Mode, dispatch: FakeDispatch) -> None:
    """Slack waits three seconds: a longer dispatch is cancelled, and the person told that nothing is saved."""
    dispatch.linger = 5
    async with opened(slack, mode, dispatch, patience=0.2):
        manager = slack.person("U0MANAGER")
        attempt = await manager.command("/vendor", "report", "C0SHARED")
    assert attempt.failure is None and attempt.seconds < 1
    assert "Not saved" in manager.ephemerals[-1].words
    assert (dispatch.cancelled, dispatch.done) == (1, [])


async def test_an_unknown_identity_loses_no_event(slack: StandInSlack, mode: Mode, dispatch: FakeDispatch) -> None:
    """When Slack does not say who the bot is, the event is not acknowledged, and comes again."""
    slack.faults.order("auth.test", "error_before", times=2)
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
        dispatch.refuse = 1
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
