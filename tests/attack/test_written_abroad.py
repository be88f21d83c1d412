"""Times of day as people of several countries type them, and addresses that only look like the place they lead to."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from handlers.calendar import Pattern, parse_time
from handlers.reviews.series.commands import read_link
from tests.journeys.words import told
from tests.town import Town, town_at

FORM = {"template": "weekly", "when": "thursday 09.00 Uhr", "minutes": "30", "link": "", "ahead": "2"}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A series whose time was typed in Germany."""
    town = town_at(tmp_path)
    assert not town.maya.submits("review.set_up", FORM, "1").problems
    return town


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("15.30", time(15, 30)),
        ("15h30", time(15, 30)),
        ("15 h 30", time(15, 30)),
        ("15.30 Uhr", time(15, 30)),
        ("15 Uhr", time(15)),
        ("3 p.m.", time(15)),
        ("3:30p.m.", time(15, 30)),
        ("9 a.m", time(9)),
        ("noon", time(12)),
    ],
)
def test_a_time_of_day_is_read_as_it_is_written_abroad(text: str, at: time) -> None:
    """What is unambiguous is understood, not refused for its form; a pattern reads the same."""
    assert parse_time(text) == at
    assert Pattern.parse(f"mondays at {text}") == Pattern(("mon",), at)


@pytest.mark.parametrize("text", ["25.00", "9.3", "+3h", "15h60", "12.30.40", "noon noon"])
def test_what_is_no_time_of_day_stays_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match="not a time of day"):
        parse_time(text)


@pytest.mark.parametrize(
    "words",
    [
        "friday 09.30",
        "friday 9h30",
        "Friday, 9:30 a.m.",
        "6.3. 09.30",
        "6 March at 9.30",
        "friday 09:30 because: travel",
        "on friday at 9.30 because of the fair",
    ],
)
def test_a_review_is_moved_in_the_words_of_several_countries(town: Town, words: str) -> None:
    """Day and time come apart whichever way they are written, and a reason after them."""
    assert told(town.jo.types(f"review move {words}")).startswith("Moved to Friday 6 March 09:30")


def test_a_day_with_a_point_stays_a_day(town: Town) -> None:
    """ "06.03" alone is the sixth of March, never three minutes past six."""
    assert told(town.jo.types("review move 06.03")).startswith("Moved to Friday 6 March 09:00")


@pytest.mark.parametrize(
    "link",
    [
        "https://teams.microsoft.com@evil.example/x",
        "https://user:secret@meet.example.com/",
        "https:///nowhere",
        "https://meet.example.com\\@evil.example",
        "https://[bad",
        "javascript:alert(1)",
    ],
)
def test_a_link_leads_where_it_says(link: str) -> None:
    """Both companies press "Join the meeting": what hides its host or carries a password is refused at its field."""
    problems: dict[str, str] = {}
    read_link({"link": link}, problems)
    assert "not a web address" in problems["link"]


@pytest.mark.parametrize("link", ["https://meet.example.com/a@b", "HTTPS://meet.example.com:8443/x?y=z#1", ""])
def test_an_ordinary_link_is_kept(link: str) -> None:
    """An @ in a path is fine, and so is none at all."""
    problems: dict[str, str] = {}
    assert read_link({"link": link}, problems) == link and not problems
