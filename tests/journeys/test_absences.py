"""Somebody is away: it is noted in a line, and somebody else gets what would have come to them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from handlers.saying import decode_card
from handlers.stand_ins import acting_for, present, stand_in_for
from handlers.vocabulary.address import Platform, Side
from storage.models.person import Person
from tests.journeys.words import card_of, labels, texts_of, told
from tests.town import Town, town_at

MAYA, BEN, EVA, JO, REY = range(1, 6)


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """A fresh town, on a Monday morning in London and a Monday afternoon in Manila."""
    return town_at(tmp_path, platform=platform)


def acting(town: Town, side: Side) -> str:
    """Who answers for a side now."""
    with town.units() as uow:
        person = acting_for(uow, 1, side, town.now)
    assert person is not None
    return person.name


def person(town: Town, number: int) -> Person:
    """Somebody by id."""
    with town.units() as uow:
        found = uow.people.get(number)
    assert found is not None
    return found


def test_the_deputy_steps_in_and_is_told(town: Town) -> None:
    """ "away until friday" is confirmed with who steps in, who hears it directly; a deputy of ours is not bothered."""
    answer = town.ben.types("away until friday")
    assert told(answer) == "You are away from today until Friday 6 March. Maya Brooks gets your reminders."
    answer = town.maya.types("away until friday")
    assert told(answer).startswith("You are away from today until Friday 6 March. Nobody gets your reminders meanwhile")
    assert "Ben Carter is away then too" in told(answer)
    town.jo.mentions("away until friday")
    assert texts_of(town, "absence.step_in")[-1] == (
        "Jo Santos is away from today until Friday 6 March. You stand in for Northwind Manila."
    )
    assert [row.account_user for row in town.rows(kind="absence.step_in")] == [town.user("MAYA"), town.user("REY")]
    assert decode_card(town.rows(kind="absence.step_in")[-1].content).why
    assert town.shared() == [], "nothing of it is said in the channel"


def test_absence_holds_on_the_calendar_of_where_one_is(town: Town) -> None:
    """Friday ends in Manila while it is Friday afternoon in London; the deputy acts until then."""
    town.jo.mentions("away until friday")
    assert acting(town, Side.PROVIDER) == "Rey Cruz"
    town.later(days=4, hours=6)  # Friday 15:00 in London, 23:00 in Manila
    assert acting(town, Side.PROVIDER) == "Rey Cruz"
    town.later(hours=2)
    assert acting(town, Side.PROVIDER) == "Jo Santos"


def test_a_coming_absence_begins_on_its_day(town: Town) -> None:
    """Before its first day nothing changes."""
    assert "from Thursday 5 March until Monday 9 March" in told(town.maya.types("away thursday to monday"))
    assert acting(town, Side.CLIENT) == "Maya Brooks"
    town.later(days=3)
    assert acting(town, Side.CLIENT) == "Ben Carter"
    maya, ben = person(town, MAYA), person(town, BEN)
    with town.units() as uow:
        assert present(uow, maya, 1, town.now).name == "Ben Carter"
        assert stand_in_for(uow, maya, 1, town.now) == ben
        assert stand_in_for(uow, ben, 1, town.now) is None, "the only other one is away"


def test_back_ends_it_early_and_is_told(town: Town) -> None:
    """Whoever stepped in learns that they need not; a second "back" says that there is nothing to end."""
    town.maya.types("away until friday")
    town.later(days=1)
    assert told(town.maya.types("back")).startswith("Welcome back")
    assert acting(town, Side.CLIENT) == "Maya Brooks"
    assert texts_of(town, "absence.step_in") == ["Maya Brooks is here after all, so nobody has to stand in. Thank you."]
    assert "nothing to end" in told(town.maya.types("back"))


def test_the_form_says_it_for_another(town: Town) -> None:
    """A manager notes it for a provider's person, who is told and may take it back by a button."""
    form = town.maya.presses("absence.ask").form
    assert form is not None and [field.name for field in form.fields] == ["person", "first", "last"]
    answer = town.maya.submits(form.action, {"person": town.user("JO"), "first": "2026-03-04", "last": "2026-03-06"})
    assert told(answer).startswith("Jo Santos is away from Wednesday 4 March until Friday 6 March. Rey Cruz gets their")
    (card,) = [decode_card(row.content) for row in town.rows(kind="absence.told_of")]
    assert card.text.startswith("Maya Brooks told me that you are away") and labels(card) == ["I am here"]
    assert told(town.jo.presses(card.buttons[0].action, card.buttons[0].value)) != ""
    with town.units() as uow:
        assert uow.absences.coming(JO, date(2026, 3, 2)) == []


def test_a_member_says_it_for_themselves_only(town: Town) -> None:
    """A member's form has no choice of a person, and their word for another is refused."""
    form = town.ben.presses("absence.ask").form
    assert form is not None and [field.name for field in form.fields] == ["first", "last"]
    assert "You can say it for yourself" in told(town.ben.types("away @Maya Brooks until friday"))
    assert "You can say it for yourself" in told(
        town.ben.submits("absence.tell", {"person": town.user("JO"), "first": "2026-03-04", "last": "2026-03-06"})
    )


def test_an_owner_of_the_provider_says_it_for_their_own(town: Town) -> None:
    """Jo may say it for Rey; of the client's people they learn nothing, not even that a name exists."""
    town.jo.mentions("away @Rey Cruz friday")
    with town.units() as uow:
        assert [each.first_day for each in uow.absences.coming(REY, date(2026, 3, 2))] == [date(2026, 3, 6)]
    answers = [
        town.jo.submits("absence.tell", {"person": user, "first": "2026-03-04", "last": "2026-03-06"})
        for user in (town.user("MAYA"), town.user("NOBODY"))
    ]
    assert answers[0].problems == answers[1].problems != {}
    town.rey.mentions("away @Jo Santos until friday")
    with town.units() as uow:
        assert uow.absences.coming(JO, date(2026, 3, 2)) == []


def test_a_button_of_another_company_is_nothing(town: Town) -> None:
    """A provider's person cannot end an absence of the client by guessing its id; the words are those of any id."""
    town.maya.types("away until friday")
    answer, guess = town.jo.presses("absence.back", "1"), town.jo.presses("absence.back", "99")
    assert told(answer) == told(guess) == "That absence is over already."
    assert acting(town, Side.CLIENT) == "Ben Carter"


def test_without_a_deputy_it_offers_to_name_one(town: Town) -> None:
    """A manager gets the button that names one; a provider's owner the words."""
    with town.units() as uow:
        for row in uow.providers.owners(1):
            if row.role == "deputy":
                uow.providers.end_owner(row, town.now)
        uow.commit()
    answer = town.maya.types("away until friday")
    assert "no deputy is named" in told(answer)
    assert labels(answer.card) == ["I am back", "Name a deputy: Northwind Manila"]
    answer = town.jo.says("away until friday", direct=True)
    card = card_of(town, "answer:ev-0002")
    assert labels(card) == ["I am back"] and "setup deputy" in str(card.elements)


def test_a_direct_message_is_enough(town: Town) -> None:
    """Said to the bot alone, the words work without any command."""
    town.jo.says("away tomorrow", direct=True)
    assert card_of(town, "answer:ev-0001").text.startswith("You are away on Tuesday 3 March. Rey Cruz gets your")
    town.jo.says("back", direct=True)
    assert "Taken back" in card_of(town, "answer:ev-0002").text


def test_days_that_cannot_be_are_said_at_the_field(town: Town) -> None:
    """A form that ends before it begins, and words nobody can read."""
    values = {"person": "", "first": "2026-03-06", "last": "2026-03-04"}
    assert "begins on 2026-03-06" in town.maya.submits("absence.tell", values).problems["last"]
    assert "whenever" in told(town.maya.types("away whenever"))


def test_nobody_has_to_step_in_where_nothing_is_open(town: Town) -> None:
    """An executive without a post: it is noted, and nobody is bothered."""
    assert "nobody has to step in" in told(town.eva.types("away until friday"))
    assert town.rows(kind="absence.step_in") == []


def test_who_steps_in_is_told_in_their_own_day(town: Town) -> None:
    """Told in the London evening, Rey in Manila hears it on their next working morning."""
    town.later(hours=9)  # 18:00 in London, 02:00 in Manila
    town.maya.types("away @Jo Santos until friday")
    (row,) = town.rows(kind="absence.step_in")
    assert row.not_before.isoformat() == "2026-03-03T01:00:00+00:00"


def test_an_issue_turns_to_whoever_is_there(town: Town) -> None:
    """Reported while Jo is away, it is Rey's from the start; one of Jo's own that is late calls Rey."""
    town.maya.types("report")
    values = {"title": "Refund calls wait", "severity": "2", "kind": "service", "visibility": "SH"}
    town.maya.submits("issue.report", values, "1")
    town.jo.mentions("away until friday")
    town.maya.submits("issue.report", {**values, "title": "Another"}, "1")
    assert "owner Jo Santos" in card_of(town, "issue.card:1").text
    assert "owner Rey Cruz" in card_of(town, "issue.card:2").text
    town.later(days=2)
    called = [text for text in texts_of(town, "issue.line") if "issue 1 was to be acknowledged" in text]
    assert called and all(text.startswith("@Rey Cruz, ") for text in called)


def test_an_answer_is_asked_of_whoever_is_there(town: Town) -> None:
    """Blocked while Maya is away: Ben is called, in the issue and in an action item."""
    values = {"title": "Refund calls wait", "severity": "2", "kind": "service", "visibility": "SH"}
    town.maya.submits("issue.report", values, "1")
    town.maya.types("actions add Send the sheet @Jo Santos due friday")
    town.maya.types("away until friday")
    town.jo.replies("blocked: need the policy", under="issue.card:1")
    town.jo.replies("blocked: need the policy", under="action.card:1")
    assert [texts_of(town, kind)[-1].partition(",")[0] for kind in ("issue.line", "action.line")] == ["@Ben Carter"] * 2
