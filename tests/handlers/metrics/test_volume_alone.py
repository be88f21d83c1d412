"""How many contacts there are is asked once; whoever is asked alone answers by a button and a form."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from tests.journeys.test_figures import furnish
from tests.town import Town, town_at


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """On Teams, where an outsider's answer waits behind a button."""
    town = town_at(tmp_path, platform=Platform.TEAMS)
    furnish(town)
    return town


def test_the_question_behind_a_button_has_its_input(town: Town) -> None:
    """An outsider who gives a percentage by mention reads the question alone, presses, and types the number; it is kept."""
    town.jo.mentions("metrics SL 82%")
    (line,) = town.beside()
    show = decode_card(line.content).buttons[0]
    shown = town.jo.presses(show.action, show.value).card
    assert shown is not None and "How many contacts" in shown.text
    ask = next(each for each in shown.buttons if each.label == "Say how many")
    form = town.jo.presses(ask.action, ask.value).form
    assert form is not None
    wrong = town.jo.submits(form.action, {"volume": "many"}, form.hidden)
    assert "For example: 5,200" in wrong.problems["volume"]
    told = town.jo.submits(form.action, {"volume": "about 5.2k"}, form.hidden)
    assert told.done == "Thank you: about 5,200 contacts a week, until you tell me otherwise."
    with town.units() as uow:
        assert uow.settings.get("volume:1") == "5200"


def test_nobody_elses_volume_can_be_told(town: Town) -> None:
    """A provider's person changes nothing of another provider, whatever the form brings back."""
    _, other = town.takes_on("Rival", "Cebu", town.channel("RIVAL"))
    town.jo.submits("metrics.volume_told", {"volume": "1"}, str(other))
    with town.units() as uow:
        assert uow.settings.get(f"volume:{other}") is None
