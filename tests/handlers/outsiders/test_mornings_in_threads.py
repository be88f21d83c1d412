"""Reminders of somebody whom the bot cannot write to: in the threads of what they are reminded of, quietly."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from handlers.saying import decode_card, with_why
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import AnyCard, Mention, PrivateCard, SharedCard
from storage.models.delivery import OutboxRow
from tests.town import Town, town_at


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Tuesday 10:00 in Manila on Teams; the week's list has been."""
    town = town_at(tmp_path, platform=Platform.TEAMS)
    town.later(hours=17)
    return town


def beside(town: Town, kind: str = "reminders.morning") -> list[OutboxRow]:
    """The lines in the shared channel that stand for a direct message."""
    return [row for row in town.beside() if row.kind == kind and row.created_at >= town.now - DAY]


DAY = timedelta(days=1)


def card_of(row: OutboxRow) -> AnyCard:
    """The card as it is delivered."""
    return with_why(decode_card(row.content), row)


def agree(town: Town, *titles: str) -> None:
    """Jo owns these, due on Thursday: two business days ahead on Tuesday."""
    for title in titles:
        town.maya.types(f"actions add {title} @Jo Santos due 2026-03-05")


def to_morning(town: Town) -> None:
    """Until just after Jo's next morning in Manila (09:00, which is 01:00 UTC)."""
    town.until(town.now.replace(hour=1, minute=1) + DAY)


def test_a_reminder_stands_in_the_thread_of_its_record(town: Town) -> None:
    """It calls its owner, hangs under the action's card, and nothing is addressed to them."""
    agree(town, "Prune the macros")
    to_morning(town)
    (line,) = beside(town)
    card, record = card_of(line), town.row("action.card:1")
    assert record is not None and line.thread_card == record.key and line.channel == town.shared_place.channel
    assert isinstance(card, SharedCard) and card.text == "@Jo Santos, action 1 is due tomorrow: Prune the macros."
    assert Mention(town.jo.account, "Jo Santos") in card.elements[0].text  # type: ignore[union-attr]
    assert [each.label for each in card.buttons] == ["Done", "Snooze", "Need help", "Why this? Change it"]
    assert not [row for row in town.rows() if row.account_user == town.user("JO") and row.state == "sent"]


def test_every_reminder_is_noted_once_a_day(town: Town) -> None:
    """One line a morning and item, and at most three reminders of it in all."""
    agree(town, "Prune the macros")
    town.later(days=14)
    lines = [row for row in town.beside() if row.kind == "reminders.morning" and "action 1 " in row.content]
    assert len(lines) == len({row.once.rsplit(":beside:", 1)[0] for row in lines}) == 3


def test_more_than_three_are_one_line_whose_button_shows_them(town: Town) -> None:
    """Four reminders make no four lines: one, under the newest message of the channel, shown to its reader alone."""
    agree(town, "Prune", "Train", "Rota", "Export")
    to_morning(town)
    (line,) = beside(town)
    card = card_of(line)
    assert card.text == "@Jo Santos, 4 action items of yours need you today." and "Prune" not in line.content
    shown = town.jo.presses(card.buttons[0].action, card.buttons[0].value).card
    assert isinstance(shown, PrivateCard) and all(each in str(shown) for each in ("Prune", "Train", "Rota", "Export"))
    others = town.rey.presses(card.buttons[0].action, card.buttons[0].value).card
    assert others is not None and "Prune" not in str(others)


def test_the_week_is_theirs_alone(tmp_path: Path) -> None:
    """On the first morning of the week all that is theirs waits behind one button."""
    town = town_at(tmp_path, platform=Platform.TEAMS)
    town.maya.types("actions add Prune the macros @Jo Santos due 2026-03-12")
    town.later(days=7)
    lines = [row for row in town.beside() if row.kind == "reminders.morning"]
    assert [card_of(each).text for each in lines] == ["@Jo Santos, your morning message is here."]
    button = card_of(lines[0]).buttons[0]
    shown = town.jo.presses(button.action, button.value).card
    assert shown is not None and "Prune the macros" in str(shown) and shown.title == "Your week"
    assert "Prune" not in lines[0].content


def test_done_and_need_help_act_for_whoever_presses(town: Town) -> None:
    """The owner's press does it, and the line says so to both companies; somebody else's snooze is refused."""
    agree(town, "Prune the macros")
    to_morning(town)
    done, snooze, *_ = card_of(beside(town)[0]).buttons
    refused = town.maya.presses(snooze.action, snooze.value).card
    assert refused is not None and "not in your list" in refused.text
    offered = town.jo.presses(snooze.action, snooze.value).card
    assert offered is not None and "Nobody else is told" in offered.text
    form = town.jo.presses("action.help", done.value).form
    assert form is not None
    town.jo.submits(form.action, {each.name: "which macros?" for each in form.fields}, form.hidden)
    assert any("which macros?" in row.content for row in town.rows(kind="action.line"))
    done, *_ = card_of(beside(town)[0]).buttons
    town.jo.presses(done.action, done.value)
    (line,) = beside(town)
    assert card_of(line).text == "Action 1 is called done: Prune the macros."
    assert [each.action for each in card_of(line).buttons] == ["noise.why"]


def test_a_snooze_is_silent(town: Town) -> None:
    """Putting it off changes nothing that others read, and there is no reminder until then."""
    agree(town, "Prune the macros")
    to_morning(town)
    before = beside(town)[0].content
    town.jo.presses("reminder.snooze", "1:week")
    assert beside(town)[0].content == before
    to_morning(town)
    assert [row for row in beside(town) if row.created_at >= town.now - timedelta(hours=2)] == []


def test_why_tells_the_reader_their_own_view(town: Town) -> None:
    """By the line's button and by the word in its thread: when it comes and what can be changed, for its reader alone."""
    agree(town, "Prune the macros")
    to_morning(town)
    (line,) = beside(town)
    by_button = town.jo.presses("noise.why", line.key).card
    assert by_button is not None and {"reminder.times", "reminder.pause"} <= {each.action for each in by_button.buttons}
    theirs = town.maya.presses("noise.why", line.key).card
    assert theirs is not None and theirs.title == "Why did I get this?"
    assert "reminder.pause" not in {each.action for each in theirs.buttons}
    record = town.row("action.card:1")
    assert record is not None and record.ref is not None
    town.jo.mentions("why", thread=record.ref)
    answer = [row for row in town.rows(kind="answer") if row.account_user][-1]
    assert "your morning message" in answer.content and "reminder.pause" in answer.content


def test_mornings_are_at_their_own_time_and_rest_with_them(town: Town) -> None:
    """`mornings 10:30` and `pause` hold for lines in threads as for messages."""
    agree(town, "Prune the macros")
    town.jo.mentions("mornings 10:30")
    town.later(minutes=29)
    assert beside(town) == []
    town.later(minutes=2)
    assert len(beside(town)) == 1
    town.jo.mentions("pause until monday")
    town.later(days=3)
    assert [row for row in town.beside() if row.created_at >= town.now - 2 * DAY and row.kind != "answer"] == []


def test_what_waited_for_a_morning_is_behind_one_button(town: Town) -> None:
    """What somebody wants in their morning message only waits for it, and is shown with it to them alone."""
    town.rey.presses("noise.fold", ":on")
    town.jo.mentions("away 2026-03-10")
    (told,) = town.rows(kind="absence.step_in")
    assert (told.state, town.beside(told.once)) == ("held", [])
    to_morning(town)
    (line,) = beside(town)
    assert card_of(line).text == "@Rey Cruz, your morning message is here."
    shown = town.rey.presses("noise.show", card_of(line).buttons[0].value).card
    assert shown is not None and "Jo Santos is away" in str(shown)


def test_what_joins_a_morning_said_in_threads_has_one_line(town: Town) -> None:
    """Their reminders stand in threads already; what comes in the same ten minutes is behind a button."""
    agree(town, "Prune the macros")
    town.jo.presses("noise.fold", ":on")
    to_morning(town)
    town.maya.mentions("away @Jo Santos 2026-03-10")
    town.maya.mentions("away @Jo Santos 2026-03-12")
    texts = [card_of(each).text for each in beside(town)]
    assert texts[1:] == ["@Jo Santos, your morning message is here."]
    shown = town.jo.presses("noise.show", card_of(beside(town)[1]).buttons[0].value).card
    assert shown is not None and "told me that you are away" in str(shown)


def test_an_absence_is_told_to_whoever_stands_in_alone(town: Town) -> None:
    """When somebody is away stays between them and whoever stands in: the line in the channel does not say it."""
    town.jo.mentions("away 2026-03-10")
    (told,) = town.rows(kind="absence.step_in")
    (line,) = town.beside(told.once)
    card = card_of(line)
    assert card.text == "@Rey Cruz, there is a word for you alone." and "away" not in line.content
    town.rey.presses("absence.back", "1")
    shown = town.rey.presses("noise.show", card.buttons[0].value).card
    assert shown is not None and "Jo Santos" in shown.text


def test_people_of_the_company_have_their_morning_as_before(town: Town) -> None:
    """A manager's morning is a message to them."""
    town.maya.types("actions add Call the auditor @Maya Brooks due 2026-03-04")
    town.later(days=1)
    (morning,) = [row for row in town.rows(kind="reminders.morning") if row.account_user == town.user("MAYA")][-1:]
    assert morning.state == "sent"


def test_an_internal_item_is_never_told_openly(town: Town) -> None:
    """Whatever a provider's person owns that is not shared waits behind the button."""
    agree(town, "Prune the macros")
    with town.units() as uow:
        item = uow.actions.get(1)
        assert item is not None
        item.visibility = "INT"
        uow.session.add(item)
        uow.commit()
    to_morning(town)
    assert all("Prune" not in row.content for row in beside(town))
