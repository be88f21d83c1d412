"""Asking back which provider is meant: whatever was said goes on with the choice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

import storage.models as models
from handlers.asking_back import CHOSEN, LIST
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Answer, Button
from tests.town import Resident, Town, town_at

WORDS = "Send the rota @Maya Brooks due friday"
FIGURES = "SL 82% AHT 6:52"


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """A town with a second provider, so that it has to be asked which one is meant."""
    made = town_at(tmp_path, platform=platform)
    takes_on(made, "Northstar")
    return made


def takes_on(town: Town, name: str) -> int:
    """One more provider with a shared and an internal channel; answers its programme's id."""
    _, programme_id = town.takes_on(name, "Chat", name.upper())
    with town.units() as uow:
        internal = models.Channel(
            installation_id=1,
            programme_id=programme_id,
            platform=town.platform,
            workspace=town.client,
            channel=f"{name.upper()}-INSIDE",
            kind="internal",
        )
        uow.providers.add(internal)
        uow.commit()
    return programme_id


def choices(answer: Answer) -> dict[str, Button]:
    """The buttons of the question, by provider."""
    assert answer.card is not None and "Which provider" in answer.card.text, answer
    return {button.label: button for button in answer.card.buttons}


def kept(town: Town) -> list[models.Question]:
    """The questions that wait."""
    with town.units() as uow:
        return list(uow.session.exec(select(models.Question)).all())


def actions_of(town: Town, programme_id: int) -> list[str]:
    """The titles of open action items."""
    with town.units() as uow:
        return [each.title for each in uow.actions.open_of(programme_id)]


def choose(town: Town, who: Resident, button: Button) -> Answer:
    """Press it where the private answer stands."""
    return who.presses(button.action, button.value, at=town.place("FREE"))


def test_words_go_on_with_the_chosen_provider(town: Town) -> None:
    """What was typed with a command is done with the provider chosen, once, and its words were in no button."""
    offered = choices(town.maya.types(f"actions add {WORDS}", at=town.place("FREE")))
    assert all("rota" not in button.value for button in offered.values())
    done = choose(town, town.maya, offered["Northstar"])
    assert done.card is not None and "is with Maya Brooks" in done.card.text
    assert actions_of(town, 2) == ["Send the rota"] and actions_of(town, 1) == []
    again = choose(town, town.maya, offered["Northstar"])
    assert again.card is not None and "write it once more" in again.card.text
    assert actions_of(town, 2) == ["Send the rota"] and kept(town) == []


def test_a_mention_goes_on_too(town: Town) -> None:
    """A mention in a channel of no provider reports at once when the provider is chosen, to the client alone."""
    offered = choices(town.maya.mentions("report calls are cut off", at=town.place("FREE")))
    choose(town, town.maya, offered["Northstar"])
    with town.units() as uow:
        issues = uow.issues.open_of(2)
        assert [(each.title, each.visibility) for each in issues] == [("calls are cut off", "INT")]


def test_plain_words_to_the_bot_go_on_too(town: Town) -> None:
    """Figures said to the bot directly are kept for the provider chosen afterwards."""
    town.maya.says(FIGURES, at=town.direct("MAYA"), direct=True)
    offered = choices(Answer(card=decode_card(town.rows()[-1].content)))
    done = choose(town, town.maya, offered["Northwind Manila"])
    assert done.card is not None and "82" in str(done.card)


def test_a_shortcut_brings_its_message_into_the_form(town: Town) -> None:
    """The message a shortcut was used on stands in the form of the chosen provider; a form closed by mistake opens again."""
    elsewhere = Resident(town, "Maya Brooks", town.client, town.user("MAYA"), town.place("FREE"))
    offered = choices(elsewhere.uses_shortcut("report_issue", "Refunds take an hour"))
    for _ in range(2):
        form = choose(town, elsewhere, offered["Northstar"]).form
        assert form is not None and "2" in form.hidden
        assert "Refunds take an hour" in [field.initial for field in form.fields]


def test_a_verb_alone_keeps_nothing(town: Town) -> None:
    """Where no words would be lost the buttons ask again by themselves, for as long as the card stands."""
    offered = choices(town.maya.types("review", at=town.place("FREE")))
    assert {button.action for button in offered.values()} != {CHOSEN} and kept(town) == []


def test_nobody_else_can_choose(town: Town) -> None:
    """Another person's press does nothing, tells nothing, and leaves the question to who asked it."""
    button = choices(town.maya.types(f"actions add {WORDS}", at=town.place("FREE")))["Northstar"]
    for other in (town.ben, town.jo):
        refused = choose(town, other, button)
        assert refused.card is not None and "nothing was done" in refused.card.text and "rota" not in str(refused)
    foreign = choose(town, town.maya, Button(CHOSEN, "", f"{button.value.partition(':')[0]}:77"))
    assert foreign.card is not None and "nothing was done" in foreign.card.text
    choose(town, town.maya, button)
    assert actions_of(town, 2) == ["Send the rota"]


def test_a_question_is_forgotten_after_a_day(town: Town) -> None:
    """A day later the press says kindly what to do, and the next question clears the old words away."""
    button = choices(town.maya.types(f"actions add {WORDS}", at=town.place("FREE")))["Northstar"]
    town.later(days=1, minutes=1)
    late = choose(town, town.maya, button)
    assert late.card is not None and "more than a day old" in late.card.text and actions_of(town, 2) == []
    town.maya.types("actions add something else", at=town.place("FREE"))
    assert ["something else" in each.event for each in kept(town)] == [True]


@pytest.mark.parametrize("value", ["", "1", "x:1", "1:x", "99999999999999999999:1", "1:99999999999999999999"])
def test_a_made_up_choice_does_nothing(town: Town, value: str) -> None:
    """Whatever a client sends as a choice is answered with the way on."""
    answer = choose(town, town.maya, Button(CHOSEN, "", value))
    assert answer.card is not None and answer.card.buttons


def test_many_providers_are_a_list(town: Town) -> None:
    """With more than fit as buttons, every provider can still be chosen."""
    for number in range(5):
        takes_on(town, f"Provider {number}")
    card = town.maya.types(f"actions add {WORDS}", at=town.place("FREE")).card
    assert card is not None and card.choose is not None and card.choose.placeholder == LIST and not card.buttons
    last = next(each for each in card.choose.options if each.label == "Provider 4")
    town.maya.presses(card.choose.action, last.value, at=town.place("FREE"))
    assert actions_of(town, 7) == ["Send the rota"]


def test_an_erased_person_leaves_no_question(town: Town) -> None:
    """Erasing somebody's words takes the kept question along."""
    town.maya.types(f"actions add {WORDS}", at=town.place("FREE"))
    with town.units() as uow:
        uow.audit.erase(kept(town)[0].person_id)
        uow.commit()
    assert kept(town) == []


def test_a_contract_is_asked_about_with_its_day(town: Town) -> None:
    """The day typed with "setup contract" is kept for the provider chosen."""
    offered = choices(town.maya.types("setup contract 2027-03-31", at=town.place("FREE")))
    choose(town, town.maya, offered["Northstar"])
    with town.units() as uow:
        ends = {each.name: each.contract_end for each in uow.providers.providers(1)}
    assert ends == {"Northwind Manila": None, "Northstar": date(2027, 3, 31)}
