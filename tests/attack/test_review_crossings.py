"""Two people arrange one series: what each of them takes back, edits and moves, one across the other; and countries that change
their clocks meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from handlers.reviews.planning import coming
from handlers.router import follow
from handlers.routes import table
from handlers.vocabulary.events import ZoneChanged
from handlers.vocabulary.outgoing import Answer, File
from storage.models.review import Review
from tests.journeys.words import card_of, told
from tests.town import Town, town_at

FORM = {"template": "weekly", "when": "thursday 09:00", "minutes": "30", "link": "", "ahead": "2"}
CARD = "series.card:1"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return town_at(tmp_path)


def arranged(town: Town, **changed: str) -> None:
    answer = town.maya.submits("review.set_up", {**FORM, **changed}, "1")
    assert not answer.problems, answer.problems


def reviews(town: Town) -> list[Review]:
    with town.units() as uow:
        return list(uow.session.exec(select(Review).order_by(col(Review.planned_wall))).all())


def filled(town: Town, who: str, button: str, value: str, action: str, **changed: str) -> Answer:
    """Open a form, fill something in, send it in; a second time where it asks."""
    resident = getattr(town, who)
    form = resident.presses(button, value).form
    assert form is not None
    values = {each.name: each.initial for each in form.fields} | changed
    answer: Answer = resident.submits(action, values, form.hidden)
    assert not answer.problems, answer.problems
    return answer if answer.form is None else resident.submits(action, values, answer.form.hidden)


def move(town: Town, wall: str, day: str, at: str, who: str = "jo") -> Answer:
    return filled(town, who, "review.move", f"1@{wall}@", "review.moved", day=day, time=at)


def skip(town: Town, wall: str, who: str = "maya") -> Answer:
    return filled(town, who, "review.skip", f"1@{wall}@", "review.skipped", reason="a training")


def edit(town: Town, **changed: str) -> Answer:
    return filled(town, "maya", "review.edit", "1", "review.edited", **changed)


def end(town: Town) -> Answer:
    return filled(town, "maya", "review.end_series", "1", "review.ended", reason="a slip")


def undo(town: Town, value: str, who: str = "maya") -> str:
    return told(getattr(town, who).presses("review.undo", value))


def dates(town: Town) -> list[tuple[datetime, str, str]]:
    """What is ahead: when, how it stands, and why it was moved."""
    with town.units() as uow:
        found = uow.series.get(1)
        assert found is not None
        return [(each.at, each.state, each.reason) for each in coming(found, uow, town.now)]


def clocks_change(town: Town, zone: str) -> None:
    with town.units() as uow:
        uow.happened(ZoneChanged(zone))
        follow(table().followers, uow, town.now)
        uow.commit()
    town.deliver()


def replace_in_card(town: Town, now: str, then: str) -> None:
    """The card as rules of then had it."""
    with town.units() as uow:
        row = uow.outbox.by_once(CARD)
        assert row is not None and now in row.content
        row.content = row.content.replace(now, then)
        uow.session.add(row)
        uow.commit()


# --- taken back, across what others did


def test_the_first_move_stands_after_the_second_is_taken_back_and_clocks_change(town: Town) -> None:
    """A second move that was taken back leaves nothing behind: new zone rules keep the review where the first one put it."""
    arranged(town)
    town.jo.types("review move friday 09:00 because one")
    town.jo.types("review move friday 09:30 because two")
    undo(town, f"review:{reviews(town)[0].id}", "jo")
    clocks_change(town, "Europe/London")
    assert (reviews(town)[0].starts_at, reviews(town)[0].reason) == (datetime(2026, 3, 6, 9, tzinfo=UTC), "one")


@pytest.mark.parametrize("changed", [{"when": "every monday at 11:00"}, {"zone": "Asia/Manila"}])
def test_a_move_is_not_taken_back_into_a_rhythm_that_is_no_more(town: Town, changed: dict[str, str]) -> None:
    """The series was edited since, so the old moment means nothing."""
    arranged(town)
    town.maya.types("review move friday 09:00 because one")
    edit(town, **changed)
    before = dates(town)
    assert "nothing to take back any more" in undo(town, f"review:{reviews(town)[0].id}")
    assert dates(town) == before


def test_a_move_is_not_taken_back_in_a_series_that_ended(town: Town) -> None:
    """What ended with its series does not come back alone, with schedules that would call people together."""
    arranged(town)
    town.maya.types("review move friday 09:00 because one")
    end(town)
    assert "the whole series has changed since" in undo(town, f"review:{reviews(town)[0].id}")
    assert reviews(town)[0].state == "cancelled"


def test_an_edit_taken_back_gives_back_what_people_had_arranged(town: Town) -> None:
    """Everything is as it was: the next review where it was moved to, one that the edit cancelled, and their reasons."""
    arranged(town)
    town.jo.types("review move friday 09:30 because one")
    move(town, "2026-03-12T09:00", "2026-03-13", "10:00")
    skip(town, "2026-03-19T09:00")
    before = dates(town)
    edit(town, when="every monday at 11:00")
    assert dates(town) != before
    undo(town, "series:1")
    assert dates(town) == before


def test_a_rhythm_that_comes_back_brings_back_what_was_moved_in_it(town: Town) -> None:
    """Another rhythm, and by a second edit the old one again: no date is left out for good without anybody saying so."""
    arranged(town)
    move(town, "2026-03-19T09:00", "2026-03-18", "09:00")
    before = dates(town)
    edit(town, when="every monday at 11:00")
    assert datetime(2026, 3, 18, 9, tzinfo=UTC) not in [at for at, state, _ in dates(town) if state == "planned"]
    edit(town, when="every thursday at 09:00")
    assert dates(town) == before


def test_a_series_ended_and_put_back_while_its_review_began_is_asked_about(town: Town) -> None:
    """The review whose time came in between is told as beginning, and asked about when nobody holds it."""
    arranged(town)
    town.until(datetime(2026, 3, 5, 8, 57, tzinfo=UTC))
    end(town)
    town.until(datetime(2026, 3, 5, 9, 3, tzinfo=UTC))
    undo(town, "series:1")
    town.until(datetime(2026, 3, 6, 12, tzinfo=UTC))
    assert (reviews(town)[0].state, reviews(town)[0].asked_at is not None) == ("not held", True)


def test_a_skip_is_not_taken_back_onto_a_day_another_review_took(town: Town) -> None:
    """Never two of a series on one day, nor in another order than planned: whoever undoes is told why not."""
    arranged(town)
    skip(town, "2026-03-12T09:00")
    move(town, "2026-03-05T09:00", "2026-03-12", "09:30")
    skipped = next(each for each in reviews(town) if each.state == "skipped")
    assert "Another one was moved to Thursday 12 March since" in undo(town, f"review:{skipped.id}")
    days = [at.date() for at, state, _ in dates(town) if state == "planned"]
    assert len(days) == len(set(days))


def test_a_skip_is_taken_back_where_nothing_came_between(town: Town) -> None:
    """The usual slip: skipped and put back, with the reviews around it where they were."""
    arranged(town)
    before = dates(town)
    skip(town, "2026-03-12T09:00")
    skipped = next(each for each in reviews(town) if each.state == "skipped")
    assert "Taken back" in undo(town, f"review:{skipped.id}")
    assert dates(town) == before


# --- moved


def test_a_review_moved_past_skipped_ones_stays_in_the_list(town: Town) -> None:
    """A quarterly review that is held five months later is told until then, and nothing is planned before it."""
    arranged(town, template="quarterly", when="first thursday of the quarter 14:00")
    skip(town, "2026-07-02T14:00")
    move(town, "2026-04-02T14:00", "2026-09-10", "09:00")
    town.until(datetime(2026, 8, 20, 9, tzinfo=UTC))
    assert [at for at, _, _ in dates(town)][:2] == [
        datetime(2026, 9, 10, 8, tzinfo=UTC),
        datetime(2026, 10, 1, 13, tzinfo=UTC),
    ]


def test_whoever_is_overtaken_on_a_date_without_a_record_is_told(town: Town) -> None:
    """A form about a date far ahead was open while somebody else moved that date: nothing is done, and it is said."""
    arranged(town)
    form = town.maya.presses("review.move", "1@2026-03-26T09:00@0").form
    assert form is not None
    values = {each.name: each.initial for each in form.fields}
    move(town, "2026-03-26T09:00", "2026-03-25", "09:00")
    answer = town.maya.submits("review.moved", {**values, "day": "2026-03-27", "time": "09:00"}, form.hidden)
    assert "changed while you were looking" in told(answer)


def test_a_moved_review_that_is_skipped_after_its_old_day_leaves_calendars(town: Town) -> None:
    """Moved from Thursday to Monday, left out on Friday: the list says so, and the file takes the date out of the rule."""
    arranged(town)
    move(town, "2026-03-05T09:00", "2026-03-09", "09:00")
    town.until(datetime(2026, 3, 6, 10, tzinfo=UTC))
    skip(town, "2026-03-05T09:00")
    assert dates(town)[0] == (datetime(2026, 3, 9, 9, tzinfo=UTC), "skipped", "a training")
    content = next(each for each in card_of(town, CARD).elements if isinstance(each, File)).content
    assert "EXDATE;TZID=Europe/London:20260305T090000" in content and "20260309" not in content


# --- countries change their clocks


def test_calendars_get_a_new_file_when_a_country_changes_its_clocks(town: Town) -> None:
    """A moved review is told in UTC, so the file of then is wrong: a new one with a higher SEQUENCE replaces it, once."""
    arranged(town)
    move(town, "2026-03-12T09:00", "2026-03-13", "09:30")
    replace_in_card(town, "DTSTART:20260313T093000Z", "DTSTART:20260313T103000Z")
    for _ in range(2):
        clocks_change(town, "Europe/London")
        file = next(each for each in card_of(town, CARD).elements if isinstance(each, File))
        assert "DTSTART:20260313T093000Z" in file.content and "SEQUENCE:2" in file.content


@pytest.mark.parametrize(
    ("anchor", "shown", "other"), [("Europe/London", "17:00", "Asia/Manila"), ("Asia/Manila", "01:00", "Europe/London")]
)
def test_the_other_sides_clock_is_shown_by_todays_rules(town: Town, anchor: str, shown: str, other: str) -> None:
    """The series is timed by one side's clock; the time beside it follows the other one's rules."""
    arranged(town)
    if anchor != "Europe/London":
        edit(town, zone=anchor)
    place = other.rpartition("/")[2]
    replace_in_card(town, f"{shown} ({place})", f"00:30 ({place})")
    clocks_change(town, other)
    assert f"{shown} ({place})" in card_of(town, CARD).text
