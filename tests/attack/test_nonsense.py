"""Text that cannot be stored or seen, ids no row has, weeks that are not there, and numbers beyond belief."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from handlers.saying import decode
from tests.town import Town, town_at

INVISIBLE = ["\x00", "\u200b\u2060", "\u202e", "\ud800", "\u3164", "\xad \ufeff"]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A fresh town."""
    return town_at(tmp_path)


@pytest.mark.parametrize("title", INVISIBLE)
def test_a_title_nobody_can_see_is_empty(town: Town, title: str) -> None:
    """Half characters, NUL and zero-width signs alone are no title, in either form."""
    issue = {"title": title, "detail": "", "severity": "3", "kind": "service", "visibility": "SH"}
    action = {"title": title, "owner": "4", "due": "2026-03-06", "visibility": "SH", "note": ""}
    assert "title" in town.maya.submits("issue.report", issue, "1").problems
    assert "title" in town.maya.submits("action.add", action, "1").problems


def test_what_turns_or_ends_a_line_is_taken_out(town: Town) -> None:
    """NUL, which PostgreSQL refuses, and a direction that hides the rest of a line are gone; Hebrew and emoji stay."""
    town.maya.types("actions add Send\x00 the \u202emodel מדיניות 👩\u200d💻 @Jo due friday")
    row = town.row("action.card:1")
    assert row is not None and "Send the model מדיניות 👩\u200d💻" in decode(row.content).text  # type: ignore[union-attr]


@pytest.mark.parametrize("value", ["9" * 30, "9" * 1900, "\u0661", "-1", "1:9999999999999999999999"])
@pytest.mark.parametrize("action", ["issue.show", "action.show", "action.form", "reminder.snooze", "providers.setup"])
def test_an_id_no_row_has_is_refused_kindly(town: Town, action: str, value: str) -> None:
    """No id in a button leads to an error: it is refused with words."""
    for text in (value, f"issue:{value}", f"programme:{value}"):
        answer = town.maya.presses(action, text)
        assert answer.card is not None or answer.form is not None


@pytest.mark.parametrize("week", ["9999-12-27", "9999-12-31", "0001-01-01", "2026-02-24", "2026-03-02", "2030-01-07"])
def test_figures_are_of_a_week_that_is_over(town: Town, week: str) -> None:
    """A week of another century, one that begins on a Tuesday, this week and a coming one take no figures."""
    town.jo.submits("metrics.enter", {"service_level": "82%"}, f"1:{week}")
    with town.units() as uow:
        start = town.now.date() - timedelta(days=1000)
        assert not uow.metrics.between(1, start, start + timedelta(days=4000))


def test_a_button_about_no_metric_is_of_an_older_card(town: Town) -> None:
    """Asking why without a metric is refused with the way to the table."""
    answer = town.jo.presses("metrics.why", "1:2026-02-23")
    assert answer.card is not None and [each.action for each in answer.card.buttons] == ["metrics.show"]


@pytest.mark.parametrize("said", ["SL -5%", "SL 101%", "AHT 99:99", f"AHT {'9' * 30}", f"SL {'9' * 30}/{'9' * 30}"])
def test_a_figure_beyond_belief_is_asked_back(town: Town, said: str) -> None:
    """What no week can have is not kept, and the answer says how to write it."""
    answer = town.maya.types(f"metrics {said}")
    assert answer.card is not None and "kept nothing" in answer.card.text and "For example" in answer.card.text
    assert town.maya.types("metrics why SL").card is not None


def test_a_programmes_id_is_never_guessed_at(town: Town) -> None:
    """A button about a programme that is gone does not act on another whose name has that number in it."""
    with town.units() as uow:
        provider = uow.providers.provider(1)
        assert provider is not None
        provider.name = "Partner 12"
        uow.providers.add(provider)
        uow.commit()
    town.maya.presses("digest.pause", "12")
    with town.units() as uow:
        assert uow.settings.get("digest.paused:1") is None
