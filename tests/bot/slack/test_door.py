"""Commands, forms and clicks through the Slack door, the same stories over Socket Mode and over signed HTTP."""

from __future__ import annotations

import pytest

from bot.slack.clients import bot_client
from bot.slack.speaker import Speaker
from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.incoming import Asked, Pressed, Shortcut, Submitted
from handlers.vocabulary.outgoing import Answer, Button, Field, Form, PrivateCard
from tests.bot.slack.doors import FakeDispatch, Mode, card_by_bot, only, opened, settings_for
from tests.standins.slack.server import StandInSlack

FORM = Form(
    "issue.report",
    "Report an issue",
    "Report issue",
    (Field("what", "What happened"), Field("detail", "Detail", kind="text", required=False)),
    visible_to="both companies",
    hidden="provider=7",
)
CARD = PrivateCard("Two things wait for you", buttons=(Button("issue.ack", "Acknowledge", "42"),))


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

    async def test_a_button_inside_a_form(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """A button of a card shown in a form: a word takes its place there, a form opens on top of it."""
        await self._open(slack, dispatch)
        manager = slack.person("U0MANAGER")
        dispatch.answer = lambda incoming: Answer(card=CARD)
        await manager.submits({"What happened": "x"})
        shown = manager.open_view
        dispatch.answer = lambda incoming: Answer(form=FORM)
        await manager.clicks("Acknowledge", shown)
        await slack.until(lambda: manager.open_view is not shown)
        assert manager.open_view is not None and manager.open_view.title == "Report an issue"
        dispatch.answer = lambda incoming: Answer(done="Noted")
        await manager.clicks("Acknowledge", shown)
        await slack.until(lambda: shown is not None and "Noted" in shown.words)
        assert [one.place for one in dispatch.done if isinstance(one, Pressed)] == [None, None]

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
        dispatch.answer = lambda incoming: Answer(card=PrivateCard("Noted <ok>"), done="Noted")
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

    @pytest.mark.parametrize("answer", [Answer(card=CARD), Answer(done="Not saved")])
    async def test_what_an_outsider_must_see_comes_directly(
        self, slack: StandInSlack, dispatch: FakeDispatch, answer: Answer
    ) -> None:
        """A refusal or a choice after an outsider's click is no private word in the channel, which they may not see."""
        dispatch.answer = lambda incoming: answer
        lead = slack.person("U0LEAD")
        await lead.clicks("Ack", card_by_bot(slack))
        await slack.until(lambda: lead.direct_messages)
        assert lead.direct_messages[-1].text in ("Two things wait for you", "Not saved") and lead.ephemerals == []

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

    async def test_the_global_shortcut_is_answered_too(self, slack: StandInSlack, dispatch: FakeDispatch) -> None:
        """From the global menu there is no place to speak in: what must be said opens as a form of its own."""
        dispatch.refuse = 1
        manager = slack.person("U0MANAGER")
        await manager.shortcut("Report an issue")
        await slack.until(lambda: manager.open_view)
        assert manager.open_view is not None and "Not saved" in manager.open_view.words


async def test_a_private_word_goes_to_slack_only(slack: StandInSlack) -> None:
    """A response_url that leads elsewhere is not called, even when the payload says so."""
    speaker = Speaker(bot_client(settings_for(slack)), ("https://hooks.slack.com/",))
    await speaker.say_privately({"response_url": f"{slack.url}/actions/T0HOST/1/x"}, {"text": "private"})
    assert slack.calls_of("response_url") == []


async def test_a_slow_dispatch_is_cut_off_in_time(slack: StandInSlack, mode: Mode, dispatch: FakeDispatch) -> None:
    """Slack waits three seconds: a longer dispatch is cancelled, and the person told that nothing is saved."""
    dispatch.linger = 5
    async with opened(slack, mode, dispatch, patience=0.2):
        manager = slack.person("U0MANAGER")
        attempt = await manager.command("/vendor", "report", "C0SHARED")
    assert attempt.failure is None and attempt.seconds < 1
    assert "Not saved" in manager.ephemerals[-1].words
    assert (dispatch.cancelled, dispatch.done) == (1, [])
