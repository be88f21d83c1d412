"""An issue between two companies in Slack: the manager has commands and forms, the provider's lead has replies."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest

from storage.models.issue import Issue
from tests.journeys import stories
from tests.journeys.slack.office import SHARED, Office
from tests.standins.slack import Message, Person, Refused

TITLE = stories.TITLE


async def report(office: Office, title: str = TITLE) -> Message:
    """The manager reports an issue by command and form; its card."""
    before = len(office.shared())
    await office.maya.command("/vendor", f"report {title}", SHARED)
    await office.maya.submits({"What happened": "A customer complained on the phone."})
    await office.waits(lambda: len(office.shared()) > before)
    await office.quiet()
    if office.maya.open_view is not None:
        await office.maya.clicks(office.maya.open_view.close_label)
    return office.shared()[-1]


async def reply(office: Office, who: str, words: str, card: Message) -> Message:
    """Somebody answers in the card's thread."""
    message: Message = await getattr(office, who).says(SHARED, words, card)
    await office.quiet()
    return message


def more_than(messages: Callable[[], list[Message]], count: int) -> bool:
    """Whether there are more messages than before."""
    return len(messages()) > count


def reacted(office: Office, message: Message) -> list[str]:
    """The bot's emoji on a message."""
    return [name for name, users in message.reactions.items() if office.slack.bot_user_id in users]


async def test_an_issue_from_report_to_acceptance(settled: Office) -> None:
    """Form with an error at its field, then ack, blocked, answered, done, ok: one card, edited in place all the way."""
    card = await stories.an_issue_from_report_to_acceptance(settled)
    assert len(card.earlier) >= 5
    with pytest.raises(Refused, match="not a valid command"):
        await settled.liza.command("/vendor", "report list", SHARED)


async def sends(office: Office, person: Person, form: str, *values: str) -> str:
    """Wait for a form by its title, fill its fields in order, send it in and close what is shown instead; its words."""
    await office.waits(lambda: person.open_view and person.open_view.title == form)
    assert person.open_view is not None
    await person.submits(dict(zip(person.open_view.labels, values, strict=False)))
    assert person.last_error is None and person.open_view is not None
    told = person.open_view.words
    await person.clicks(person.open_view.close_label)
    return told


@pytest.mark.slow
async def test_the_buttons_do_what_the_words_do(settled: Office) -> None:
    """An outsider's clicks and forms are theirs; the manager accepts with a button, and opens it again with a word."""
    await stories.buttons_do_what_words_do(settled, await report(settled))
    assert settled.one(Issue).state == "acknowledged"


async def test_a_message_becomes_an_issue(settled: Office) -> None:
    """The shortcut on a provider's message opens the form with its words."""
    office, maya = settled, settled.maya
    message = await office.arnel.says(SHARED, "Customers are put through twice since Monday <again> & again")
    await maya.shortcut("Report an issue", message)
    await office.waits(lambda: maya.open_view)
    before = len(office.shared())
    await maya.submits({"Title": "Customers are put through twice"})
    await office.waits(lambda: len(office.shared()) > before)
    assert "since Monday <again> & again" in office.shared()[-1].words.replace("&lt;", "<").replace(
        "&gt;", ">"
    ).replace("&amp;", "&")


async def test_an_outsider_lives_by_mention(settled: Office) -> None:
    """Report, actions and help by mention; the answers come directly to them, never as a private word in the channel."""
    office, liza = settled, settled.liza
    before = len(office.shared())
    said = await liza.mention(SHARED, "report the VPN is down for the late shift")
    await office.waits(lambda: len(office.shared()) > before)
    await office.quiet()
    assert "the VPN is down for the late shift" in office.shared()[-1].text and reacted(office, said) == ["eyes"]
    for words in ("help", "", "metrics", "nonsense"):
        told = len(office.dms(liza))
        asked = await liza.mention(SHARED, words)
        await office.waits(partial(more_than, lambda: office.dms(liza), told))
        await office.quiet()
        assert reacted(office, asked) == ["question" if words == "nonsense" else "white_check_mark"], words
        assert len(office.dms(liza)) == told + 1
    assert liza.ephemerals == [] and office.slack.calls_of("chat.postEphemeral") == []
    help_card = office.dms(liza)[0].words
    assert "report" in help_card and "setup" not in re.sub("set up", "", help_card)


@pytest.mark.parametrize("mode", ["socket"])
async def test_talk_between_people_is_left_alone(settled: Office) -> None:
    """Ordinary conversation in channel and thread makes no reaction, no reply and no row."""
    card = await report(settled)
    calls = len(settled.slack.calls)
    await stories.talk_is_left_alone(settled, card)
    assert len(settled.slack.calls) == calls
