"""Who cannot be written to directly finds the answer where they asked, and nobody else reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.outsiders import reachable
from handlers.saying import decode_card
from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.outgoing import Answer, AnyCard, Mention, PrivateCard, SharedCard, Words
from storage.models.delivery import OutboxRow
from tests.town import Town, town_at


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A company on Teams; the provider's people are of another tenant."""
    return town_at(tmp_path, platform=Platform.TEAMS)


def lines(town: Town) -> list[OutboxRow]:
    """What stands in the shared channel's threads in place of a direct message."""
    rows = [row for row in town.beside() if row.channel == town.shared_place.channel]
    return [row for row in rows if row.thread_ref is not None or row.thread_card is not None]


def card_of(row: OutboxRow) -> AnyCard:
    """The card a row shows."""
    return decode_card(row.content)


def pressed(town: Town, row: OutboxRow, who: str = "jo") -> Answer:
    """The first button of a line, pressed."""
    button = card_of(row).buttons[0]
    answer: Answer = getattr(town, who).presses(button.action, button.value)
    return answer


def test_who_can_be_written_to(town: Town) -> None:
    """On Teams only people of the company's own tenant, guests of it not; on Slack and in the room everybody."""
    with town.units() as uow:
        own, guest = town.client, f"guest:{town.client}"
        said = [Account(Platform.TEAMS, each, "x") for each in (own, guest, town.workspace("NORTHWIND"), "")]
        assert [reachable(each, uow, 1) for each in said] == [True, False, False, False]
        assert reachable(Account(Platform.SLACK, "T-ELSEWHERE", "x"), uow, 1)
        assert reachable(Account(Platform.ROOM, "T-ELSEWHERE", "x"), uow, 1)


def test_an_answer_is_shown_to_whoever_asked_alone(town: Town) -> None:
    """Under their mention stands a line that says nothing; its button shows the list to them, and to nobody else."""
    town.maya.types("actions add Prune the macros @Jo Santos due friday")
    answer = town.jo.mentions("actions")
    assert answer.card is None and answer.form is None and answer.reaction
    (line,) = lines(town)
    shown = card_of(line)
    assert isinstance(shown, SharedCard) and shown.text == "@Jo Santos, my answer is for you alone."
    assert line.thread_ref is not None and "Prune" not in line.content
    mine = pressed(town, line).card
    assert isinstance(mine, PrivateCard) and "Prune the macros" in str(mine)
    for other in ("rey", "maya", "ben"):
        theirs = pressed(town, line, other).card
        assert theirs is not None and "Prune" not in str(theirs) and "somebody else" in theirs.text


def test_an_answer_stays_in_the_thread_it_was_asked_in(town: Town) -> None:
    """Asked in a thread, the line hangs in that thread; what they typed wrongly is not repeated in it."""
    town.jo.mentions("away until yesterdayish", thread="1772442000000")
    (line,) = lines(town)
    assert line.thread_ref == "1772442000000" and "yesterdayish" not in line.content
    problem = pressed(town, line).card
    assert problem is not None and "yesterdayish" in problem.text


def test_a_form_opens_from_the_line(town: Town) -> None:
    """What would open a form is one press away, and opens it for whoever presses."""
    town.jo.mentions("away")
    (line,) = lines(town)
    assert card_of(line).text == "@Jo Santos, press the button to open the form."
    form = pressed(town, line).form
    assert form is not None and form.action == "absence.tell"


def test_nothing_is_sent_to_the_person(town: Town) -> None:
    """No row that waits to be delivered is addressed to somebody of another tenant; the answer is kept for its reader."""
    town.jo.mentions("help")
    rows = [row for row in town.rows() if row.account_user == town.user("JO")]
    assert [row.state for row in rows] == ["folded"]


def test_the_line_calls_whom_it_is_for(town: Town) -> None:
    """The person is mentioned, so that Teams notifies them."""
    town.jo.mentions("help")
    (words, *_) = card_of(lines(town)[0]).elements
    assert isinstance(words, Words)
    assert Mention(town.jo.account, "Jo Santos") in words.text


def test_people_of_the_company_get_their_answer_as_before(town: Town) -> None:
    """For the client's people a mention's answer leaves with the door: no line in the channel."""
    answer = town.maya.mentions("actions")
    assert answer.card is not None and lines(town) == []


def test_a_frozen_channel_says_nothing(town: Town) -> None:
    """While nothing may be posted in a channel, an answer adds no line there."""
    with town.units() as uow:
        channel = uow.providers.channel(1, "shared")
        assert channel is not None
        channel.frozen = True
        uow.providers.add(channel)
        uow.commit()
    assert town.jo.mentions("help").reaction
    assert lines(town) == []


def test_the_same_words_on_other_platforms_go_directly(tmp_path: Path) -> None:
    """On Slack the answer is a direct message and the channel hears nothing."""
    town = town_at(tmp_path, platform=Platform.SLACK)
    town.jo.mentions("help")
    (row,) = [row for row in town.rows() if row.account_user]
    assert (row.state, lines(town)) == ("sent", [])


def test_a_key_of_anything_else_shows_nothing(town: Town) -> None:
    """Pressed with the key of a card, of nothing, or of another's message, the button tells nothing."""
    town.maya.types("actions add Prune the macros @Jo Santos due friday")
    card = town.row("action.card:1")
    assert card is not None
    for key in (card.key, "", "p0", "x" * 3000):
        told = town.jo.presses("noise.show", key).card
        assert told is not None and "somebody else" in told.text and "Prune" not in str(told)
