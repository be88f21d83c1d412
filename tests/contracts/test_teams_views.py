"""What stands in a card's place after somebody pressed in it: never nothing, and always with a way on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.teams.buttons import HOME
from bot.teams.home import home
from bot.teams.limits import CARD_BYTES, size
from bot.teams.views import DONE, GONE, NOT_SAVED, OLDER, ONLY_YOU, Spot, answered, not_saved, older, shown
from handlers.home import samples
from handlers.home.cards import home_card
from handlers.home.page import ROWS
from handlers.vocabulary.outgoing import Answer, AnyCard, Button, PrivateCard, SharedCard, Words
from tests.contracts import sample_cards
from tests.contracts.teams_forms import FORM
from tests.contracts.test_cards import teams_violations

Json = dict[str, Any]
CHANNEL = "19:shared@thread.tacv2"
SPOT = Spot("issue:1", CHANNEL, in_channel=True)
CARD = SharedCard(
    "Issue 1", "Issue 1", elements=(Words(("Refund calls",)),), buttons=(Button("issue.ack", "On it", "1"),)
)


def words(card: Json) -> str:
    return json.dumps(card["body"], ensure_ascii=False)


def executes(part: Any) -> list[Json]:
    """Every Execute anywhere in a card."""
    if isinstance(part, list):
        return [found for each in part for found in executes(each)]
    if not isinstance(part, dict):
        return []
    inside = [found for each in part.values() for found in executes(each)]
    return [part, *inside] if part.get("type") == "Action.Execute" else inside


VIEWS = {
    "form": answered(Answer(form=FORM), CARD, SPOT),
    "problems": answered(Answer(problems={"title": "Say more."}), CARD, SPOT, form=FORM, values={"title": "x"}),
    "problems of no form": answered(Answer(problems={"title": "Say more."}), CARD, SPOT, values={"title": "x"}),
    "card": answered(Answer(card=sample_cards.desk(), done="Noted."), CARD, SPOT),
    "done": answered(Answer(done="Acknowledged."), CARD, SPOT),
    "nothing": answered(Answer(), CARD, SPOT),
    "nothing, no card": answered(Answer(), None, SPOT),
    "done, no card": answered(Answer(done="Acknowledged."), None, Spot()),
    "not saved": not_saved(SPOT),
    "not saved, a form": not_saved(SPOT, form=FORM, values={"title": "x"}),
    "older": older(CARD, SPOT),
    "gone": older(None, SPOT),
    "shown": shown(CARD, SPOT),
    "shown, none": shown(None, Spot("issue:1")),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_every_view_is_valid_and_leads_on(view: Json) -> None:
    """By the official schema; it says something, and has a button whose verb and data agree and know their card."""
    assert teams_violations(view) == []
    assert view["body"] and executes(view)
    for press in executes(view):
        assert press["verb"] == press["data"]["action"]
        assert press["data"].get("at", CHANNEL) == CHANNEL


@pytest.mark.parametrize(
    "name", ["form", "problems", "problems of no form", "card", "nothing, no card", "not saved", "gone"]
)
def test_whatever_hides_a_card_leads_back_to_it(name: str) -> None:
    """The card as it stands now is one press away, and no empty field hinders that."""
    back = [press for press in executes(VIEWS[name]) if press["verb"] == "card.show"]
    assert [(press["data"], press["associatedInputs"]) for press in back] == [
        ({"action": "card.show", "value": "", "card": "issue:1", "at": CHANNEL}, "none")
    ]


def test_the_present_card_is_shown_with_what_was_done() -> None:
    """A short line on top of the card as it stands now, with its own buttons; without such a line just the card."""
    assert words(VIEWS["done"]).index("Acknowledged.") < words(VIEWS["done"]).index("Refund calls")
    assert [press["verb"] for press in executes(VIEWS["done"])] == ["issue.ack"]
    assert VIEWS["nothing"] == VIEWS["shown"] and DONE in words(VIEWS["nothing, no card"])


def test_a_private_answer_in_a_channel_says_that_it_is_private() -> None:
    """Where others see the card, it is told that they do not see this; in a personal chat nobody needs to be told."""
    assert ONLY_YOU in words(VIEWS["card"])
    assert ONLY_YOU not in words(answered(Answer(card=sample_cards.desk()), None, Spot("k")))


def test_nothing_saved_and_nothing_lost() -> None:
    """A form that could not be saved stands there as it was filled in, with the reason; anything else says so."""
    kept = VIEWS["not saved, a form"]
    assert [part["value"] for part in kept["body"] if part.get("id") == "title"] == ["x"]
    assert NOT_SAVED in words(kept) and NOT_SAVED in words(VIEWS["not saved"])


def test_a_problem_without_its_form_shows_what_was_typed() -> None:
    """Where the form did not come back, the problem is said and the typed words can be copied."""
    assert "Say more." in words(VIEWS["problems of no form"]) and "You had typed: x" in words(
        VIEWS["problems of no form"]
    )


def test_an_older_card_says_so_and_shows_the_present_one() -> None:
    """A press on what is not there any more."""
    assert OLDER in words(VIEWS["older"]) and "Refund calls" in words(VIEWS["older"])
    assert GONE in words(VIEWS["gone"])


def test_without_a_card_the_way_leads_home() -> None:
    """A form in a personal chat that stood in for nothing: Home is next."""
    assert [press["verb"] for press in executes(VIEWS["done, no card"])] == ["home.show"]


def test_an_answer_with_many_buttons_still_shows_the_way_back() -> None:
    """Six stand in the open, and the way back is one of them."""
    many = PrivateCard("Many", buttons=tuple(Button("act", f"B{each}", str(each)) for each in range(9)))
    actions = answered(Answer(card=many), CARD, SPOT)["actions"]
    assert len(actions) == 10 and [action["title"] for action in actions if "mode" not in action][-1] == "Back"
    assert len([action for action in actions if "mode" not in action]) == 6


# --- Home ---


def fifty(name: str = "Northwind Manila") -> AnyCard:
    """A manager's Home with fifty-two providers and sixty things to do."""
    return home_card(samples.page(samples.standings(name) * 13, samples.needs(name, 60)))


def test_home_asks_for_itself_for_its_reader_alone() -> None:
    """Teams refreshes it for at most sixty people, by the ids it knows them by."""
    card = home(fifty(), [f"29:{each}" for each in range(90)])
    assert card["refresh"]["action"]["verb"] == card["refresh"]["action"]["data"]["action"] == "home.refresh"
    assert card["refresh"]["userIds"] == [f"29:{each}" for each in range(60)]
    assert teams_violations(card) == []


@pytest.mark.parametrize("name", ["Northwind Manila", "N" * 300, "<!channel> & *bold* `code` <@U1>", "שירות"])
def test_home_with_fifty_providers_loses_nothing(name: str) -> None:
    """Under 24 KB, every line of the card there, and the rest one press away."""
    card = home(fifty(name), ["29:maya"])
    assert size(card) <= CARD_BYTES
    assert [press["verb"] for press in executes(card)].count("home.provider") == ROWS
    assert {"home.needs", "home.providers"} <= {press["verb"] for press in executes(card)}
    assert "(+" not in words(card)
    assert "I am running" in words(card)


def test_every_button_of_home_knows_that_it_stands_there() -> None:
    """So that its answer stands in Home's place, with a way back to it; forms and answers there are not refreshed away."""
    spot = Spot(HOME, users=("29:maya",))
    card = answered(Answer(done="Noted."), fifty(), spot)
    assert {press["data"]["card"] for press in executes(card)} == {HOME} and card["refresh"]["userIds"] == ["29:maya"]
    for answer in (Answer(card=CARD), Answer(form=FORM)):
        view = answered(answer, fifty(), spot)
        assert "refresh" not in view and "home.refresh" in {press["verb"] for press in executes(view)}


@pytest.mark.parametrize(("spot", "way"), [(Spot(HOME), "home.refresh"), (Spot(), "home.show"), (SPOT, "card.show")])
def test_one_button_leads_home(spot: Spot, way: str) -> None:
    """An answer that has a button to Home of its own has no second one beside the way back; beside another way it stays."""
    own = PrivateCard(
        "Everything was delivered.", buttons=(Button("home.show", "Home"), Button("other.thing", "Other"))
    )
    verbs = [action["verb"] for action in answered(Answer(card=own), None, spot)["actions"]]
    assert verbs == (["home.show", "other.thing", way] if way == "card.show" else ["other.thing", way])
