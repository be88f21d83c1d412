"""Home tabs through the Slack door, over Socket Mode and over signed HTTP: opened, pressed, kept fresh, never crossed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.events import event
from bot.slack.home import home_view
from bot.slack.identity import Identity
from handlers.vocabulary.incoming import AnyIncoming, HomeOpened, Pressed, Reacted, Submitted
from handlers.vocabulary.outgoing import Answer, Button, Field, File, Form, Item, PrivateCard, Strong, Tone
from tests.bot.slack.doors import FakeDispatch, only
from tests.contracts.slack_limits import blocks_violations
from tests.standins.slack.server import StandInSlack
from tests.standins.slack.surfaces import View

US = Identity("T0HOST", "U0BOT", "B0BOT")
FORM = Form("action.help", "Ask for help", "Ask", (Field("what", "What is in the way"),), visible_to="both companies")


def home(*lines: str) -> PrivateCard:
    """A Home of lines with a button each."""
    items = tuple(Item((line,), (Button("action.done", f"Done: {line}", line),)) for line in lines)
    return PrivateCard("Home", "Home", elements=items)


class House:
    """Answers what stands in Home, and what the test wants for all else."""

    def __init__(self) -> None:
        self.lines = ["policy", "hiring"]
        self.gesture: Answer = Answer()

    def __call__(self, incoming: AnyIncoming) -> Answer:
        if isinstance(incoming, HomeOpened):
            return Answer(card=home(*self.lines))
        if isinstance(incoming, Pressed) and incoming.value in self.lines:
            self.lines.remove(incoming.value)
        return self.gesture


@pytest.fixture
def house(dispatch: FakeDispatch) -> House:
    """The house behind the door."""
    made = House()
    dispatch.answer = made
    return made


async def opened_by(slack: StandInSlack, user: str) -> View:
    """Somebody's Home, open."""
    person = slack.person(user)
    await person.opens_home()
    await slack.until(lambda: person.home)
    assert person.home is not None
    return person.home


def published(slack: StandInSlack) -> int:
    """How many tabs were published."""
    return sum(call.ok for call in slack.calls_of("views.publish"))


@pytest.mark.usefixtures("door")
class TestHome:
    """What happens in somebody's Home."""

    async def test_an_opened_home_shows_the_card(
        self, slack: StandInSlack, dispatch: FakeDispatch, house: House
    ) -> None:
        """Opening is told with the person and no place; the answer's card stands in the tab with its buttons."""
        tab = await opened_by(slack, "U0MANAGER")
        told = only(dispatch, HomeOpened)
        assert (told.actor.workspace, told.actor.user, told.place) == ("T0HOST", "U0MANAGER", None)
        assert "policy" in tab.words and "Done: hiring" in str(tab.blocks)

    async def test_a_press_in_home_changes_home(
        self, slack: StandInSlack, dispatch: FakeDispatch, house: House
    ) -> None:
        """A button of a line arrives without a place; the tab is asked for anew and no window opens for a bare done."""
        tab = await opened_by(slack, "U0MANAGER")
        house.gesture = Answer(done="Done")
        manager = slack.person("U0MANAGER")
        await manager.clicks("Done: policy", tab)
        await slack.until(lambda: published(slack) == 2)
        pressed = only(dispatch, Pressed)
        assert isinstance(pressed, Pressed) and (pressed.value, pressed.place, pressed.message) == (
            "policy",
            None,
            None,
        )
        assert manager.home is not None and "policy" not in manager.home.words and "hiring" in manager.home.words
        assert manager.open_view is None
        assert [one.id for one in dispatch.done if isinstance(one, HomeOpened)][1] == f"{pressed.id}:home"

    async def test_a_private_answer_opens_as_a_window(self, slack: StandInSlack, house: House) -> None:
        """A Home has no response_url: the card is shown in a modal of its own, and its buttons work on in it."""
        tab = await opened_by(slack, "U0MANAGER")
        house.gesture = Answer(card=PrivateCard("The policy", "Action 7", buttons=(Button("action.ack", "Take it"),)))
        manager = slack.person("U0MANAGER")
        await manager.clicks("Done: policy", tab)
        await slack.until(lambda: manager.open_view)
        assert manager.open_view is not None and manager.open_view.title == "Action 7"
        house.gesture = Answer(card=PrivateCard("Yours now"))
        await manager.clicks("Take it")
        await slack.until(lambda: "Yours now" in (manager.open_view.words if manager.open_view else ""))
        await slack.until(lambda: published(slack) == 3)

    async def test_a_form_opened_from_home(self, slack: StandInSlack, dispatch: FakeDispatch, house: House) -> None:
        """It opens though no modal was open, remembers no channel, and Home is fresh after it was sent."""
        tab = await opened_by(slack, "U0MANAGER")
        house.gesture = Answer(form=FORM)
        manager = slack.person("U0MANAGER")
        await manager.clicks("Done: hiring", tab)
        await slack.until(lambda: manager.open_view and published(slack) == 2)
        house.gesture, house.lines = Answer(), ["nothing else"]
        await manager.submits({"What is in the way": "budget"})
        await slack.until(lambda: published(slack) == 3)
        sent = only(dispatch, Submitted)
        assert sent.place is None and manager.home is not None and "nothing else" in manager.home.words

    async def test_crossed_answers_end_with_what_is_true(self, slack: StandInSlack, house: House) -> None:
        """When another tab was published in between, the house is asked once more and that stands."""
        await opened_by(slack, "U0MANAGER")
        slack.faults.order("views.publish", "api_error", error="hash_conflict")
        await slack.person("U0MANAGER").opens_home()
        await slack.until(lambda: published(slack) == 2)
        calls = slack.calls_of("views.publish")
        assert [bool(call.args.get("hash")) for call in calls] == [False, True, False]

    async def test_not_saved_in_home_is_said(self, slack: StandInSlack, dispatch: FakeDispatch, house: House) -> None:
        """A press that could not be saved opens a window that says so."""
        tab = await opened_by(slack, "U0MANAGER")
        dispatch.refuse = 1
        manager = slack.person("U0MANAGER")
        await manager.clicks("Done: policy", tab)
        await slack.until(lambda: manager.open_view)
        assert manager.open_view is not None and "Not saved" in manager.open_view.words


async def test_an_emoji_in_a_shared_channel_has_its_company(
    slack: StandInSlack, door: None, dispatch: FakeDispatch
) -> None:
    """Slack does not say whose people put it there, so it is asked once a person; unasked, it is nobody we know."""
    said = await slack.person("U0MANAGER").says("C0SHARED", "hello")
    slack.faults.order("users.info", "api_error", error="fatal_error")
    lead, manager = slack.person("U0LEAD"), slack.person("U0MANAGER")
    await lead.reacts(said, "eyes")
    await lead.reacts(said, "pushpin")
    await manager.reacts(said, "pushpin")
    await lead.unreacts(said, "pushpin")
    await slack.settled()
    found = [(one.emoji, one.actor.workspace, one.removed) for one in dispatch.done if isinstance(one, Reacted)]
    assert found == [
        ("eyes", "", False), ("pushpin", "T0VENDOR", False), ("pushpin", "T0HOST", False), ("pushpin", "T0VENDOR", True)
    ]  # fmt: skip
    assert len(slack.calls_of("users.info")) == 3


@pytest.mark.parametrize(
    "told",
    [{"tab": "messages"}, {"tab": "home", "view": {"team_id": "T0VENDOR"}}, {"tab": "home", "user": "U0BOT"}],
    ids=["messages", "outsider", "itself"],
)
def test_only_a_home_somebody_sees_is_told(told: dict[str, Any]) -> None:
    """The messages tab, somebody of another company and the bot itself lead to nothing."""
    inner = {"type": "app_home_opened", "user": "U1", "channel": "D1", "event_ts": "1.1", **told}
    assert event({"team_id": "T0HOST", "event": inner, "event_id": "Ev1"}, US) is None
    outer = {"type": "app_home_opened", "user": "U1", "tab": "home"}
    assert event({"team_id": "T0VENDOR", "event": outer, "authorizations": [{"team_id": "T0HOST"}]}, US) is None


def test_a_home_of_two_hundred_providers_fits() -> None:
    """At most a hundred blocks, all within Slack's limits, what is left out counted, and no file promised."""
    buttons = (Button("provider.show", "Open", "1"),)
    lines = tuple(Item((Strong(f"Provider {number}"), " 5 of 5"), buttons, Tone.GOOD) for number in range(200))
    card = PrivateCard("Home", "Home", elements=(*lines[:50], File("a", "text/plain", "a", "gone"), *lines[50:]))
    view = home_view(card)
    assert blocks_violations(view["blocks"], 100) == [] and len(view["blocks"]) == 100
    assert "more)" in str(view["blocks"][-1]) and "gone" not in str(view)
