"""Two reviews under way in one channel, a series that is edited meanwhile, and more said of a review than anybody reads."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.journeys.words import card_of, told
from tests.town import Town, town_at

FORM = {"template": "weekly", "when": "thursday 09:00", "minutes": "30", "link": "", "ahead": "2"}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A weekly and a monthly review, both due this Thursday; Maya has begun them."""
    town = town_at(tmp_path)
    town.maya.submits("review.set_up", FORM, "1")
    town.maya.submits("review.set_up", {**FORM, "template": "monthly", "when": "first thursday 09:30"}, "1")
    town.until(datetime(2026, 3, 5, 9, 31, tzinfo=UTC))
    town.maya.types("review begin weekly")
    town.maya.types("review begin monthly")
    return town


def states(town: Town) -> list[str]:
    with town.units() as uow:
        return [row.state for number in (1, 2) if (row := uow.reviews.numbered(1, number)) is not None]


def test_which_of_two_reviews_is_over_is_asked(town: Town) -> None:
    """Ending the wrong one would post its minutes to both companies: two buttons, and nothing is done before."""
    answer = town.maya.types("review end")
    assert told(answer) == "Several reviews are under way. Which one is over?"
    assert answer.card is not None and states(town) == ["under way", "under way"]
    monthly = next(each for each in answer.card.buttons if each.label == "Monthly performance review")
    town.maya.presses(monthly.action, monthly.value)
    assert states(town) == ["under way", "held"]


@pytest.mark.parametrize(("words", "left"), [("end monthly", 0), ("end weekly", 1), ("monthly end", 0)])
def test_the_named_review_ends(town: Town, words: str, left: int) -> None:
    """Whoever says which one is understood, whichever way round."""
    town.maya.types(f"review {words}")
    assert [state == "under way" for state in states(town)] == [index == left for index in range(2)]


def test_a_new_rhythm_makes_no_second_review_of_today(town: Town) -> None:
    """Edited while one is under way: the next one is on another day, though the new hour of today is still to come."""
    form = town.maya.presses("review.edit", "1").form
    assert form is not None
    values = {each.name: each.initial for each in form.fields}
    town.maya.submits("review.edited", {**values, "when": "every thursday at 11:00"}, form.hidden)
    with town.units() as uow:
        rows = [row for row in uow.reviews.of_series(1) if row.state in ("planned", "under way")]
    assert [row.starts_at.date() for row in rows] == [date(2026, 3, 5), date(2026, 3, 12)]


def test_more_decisions_than_minutes_show_are_refused_at_their_field(town: Town) -> None:
    """Hundreds of lines would keep everybody waiting for ten seconds and be read by nobody; nothing of them is kept."""
    town.maya.types("review end weekly")
    town.until(datetime(2026, 3, 13, 12, tzinfo=UTC))
    with town.units() as uow:
        unheld = next(row for row in uow.reviews.of_series(1) if row.state == "not held")
    lines = {"decisions": "\n".join(f"decision {number}" for number in range(21)), "present": ""}
    assert "at most 20 fit" in town.maya.submits("review.was_held.tell", lines, str(unheld.id)).problems["decisions"]
    with town.units() as uow:
        assert list(uow.reviews.entries(unheld.id or 0)) == []


def test_an_agenda_that_asks_for_one_thing_twice_does_not_grow(tmp_path: Path) -> None:
    """A template may name a section twice; each note of a meeting draws the agenda anew, and none makes it longer."""
    town = town_at(tmp_path)
    town.maya.submits("review.set_up", FORM, "1")
    twice = "title: Weekly\nminutes: 30\nitems:\n- section: actions\n- section: actions\n- ask: What changed?\n"
    assert not town.maya.submits("review.agenda.kept", {"agenda": twice, "ahead": "2"}, "1").problems
    town.maya.types("actions add Send the rota @MAYA due tomorrow")
    town.until(datetime(2026, 3, 5, 9, 1, tzinfo=UTC))
    town.maya.types("review begin")
    begun = len(card_of(town, "review.agenda:1").elements)
    for number in range(4):
        town.jo.replies(f"decision: number {number}", under="review.agenda:1")
    elements = card_of(town, "review.agenda:1").elements
    assert "Send the rota" in str(elements) and len(elements) == begun
