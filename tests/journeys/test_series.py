"""Review series from set-up to their end, as a chat between two companies."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from ical.calendar_stream import IcsCalendarStream

from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Answer, AnyCard, File, Form
from storage.models.review import Review, ReviewSeries
from tests.journeys.words import card_of, labels, texts_of, told
from tests.town import Town, town_at

CARD = "series.card:1"
FORM = {
    "template": "weekly",
    "when": "thursday 09:00",
    "minutes": "30",
    "link": "https://meet.example.com/a",
    "ahead": "2",
}


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    return town_at(tmp_path, platform=platform)


def arranged(town: Town, **changed: str) -> Answer:
    """Maya sets a series up in the channel both companies share."""
    answer = town.maya.submits("review.set_up", {**FORM, **changed}, "1")
    assert not answer.problems
    return answer


def series(town: Town, number: int = 1) -> ReviewSeries:
    with town.units() as uow:
        found = uow.series.get(number)
    assert found is not None
    return found


def review(town: Town, number: int = 1) -> Review:
    with town.units() as uow:
        found = uow.reviews.numbered(1, number)
    assert found is not None
    return found


def words(answer: Answer) -> str:
    """All that the asker alone was shown."""
    assert answer.card is not None
    return f"{answer.card.text} {answer.card.elements}"


def form(answer: Answer) -> Form:
    assert answer.form is not None
    return answer.form


def value(answer: Answer | AnyCard | None, label: str) -> tuple[str, str]:
    """The action and the value of a button by its label."""
    card = answer.card if isinstance(answer, Answer) else answer
    assert card is not None
    found = next(button for button in card.buttons if button.label == label)
    return found.action, found.value


def press(town: Town, who: str, answer: Answer | AnyCard | None, label: str) -> Answer:
    """Press a button of a card that is seen."""
    answered: Answer = getattr(town, who).presses(*value(answer, label))
    return answered


def files(town: Town) -> list[File]:
    """Every calendar file that was said, oldest first: the card's as it is now, then those in its thread."""
    cards = [card_of(town, row.once) for row in town.rows() if row.kind in ("series.card", "series.line")]
    return [element for card in cards for element in card.elements if isinstance(element, File)]


def starts(text: str, until: datetime) -> list[datetime]:
    """When a calendar that opens the file shows its reviews."""
    calendar = IcsCalendarStream.calendar_from_ics(text)
    moved = {event.recurrence_id for event in calendar.events if event.recurrence_id and event.rrule is None}
    found = []
    for event in calendar.timeline.included(datetime(2026, 3, 2, tzinfo=UTC), until):
        if event.rrule is None or event.recurrence_id not in moved:
            assert isinstance(event.dtstart, datetime)
            found.append(event.dtstart.astimezone(UTC))
    return sorted(found)


# --- setting up


def test_a_manager_sets_a_series_up_and_both_companies_see_it(town: Town) -> None:
    """The form suggests hours that suit both; then the card with both clocks stands in the channel, and whoever set it up
    sees eight dates with the holidays that move them."""
    asked = form(town.maya.types("review setup"))
    fields = {each.name: each for each in asked.fields}
    assert (asked.submit, fields["when"].initial) == ("Set up review", "thursday 09:00")
    assert "Good for both sides on Thursdays: 09:00, 09:30" in fields["when"].hint
    answer = town.maya.submits("review.set_up", {**FORM, "when": fields["when"].initial}, asked.hidden)
    assert town.shared() == [
        "Weekly operations review: every Thursday at 09:00 (Europe/London). "
        "Next: Thursday 5 March 09:00 (London) · 17:00 (Manila)."
    ]
    assert "Moved" in words(answer) and "Maundy Thursday" not in told(answer)
    moved = "Tuesday 7 April 09:00 (London) · 16:00 (Manila) (clocks changed), instead of Thursday 2 April 09:00"
    assert moved in words(answer)
    assert "Maundy Thursday in the Philippines" in words(answer)
    assert labels(card_of(town, CARD)) == ["See dates", "Move next", "Add agenda line", "My calendar address"]


def test_the_calendar_file_shows_what_the_preview_shows(town: Town) -> None:
    """Whoever opens the file finds each review at the instant that was previewed, holidays and clock changes included."""
    arranged(town)
    [file] = files(town)
    assert file.media_type == "text/calendar; method=PUBLISH"
    assert starts(file.content, datetime(2026, 4, 17, tzinfo=UTC)) == [
        datetime(2026, 3, 5, 9, tzinfo=UTC),
        datetime(2026, 3, 12, 9, tzinfo=UTC),
        datetime(2026, 3, 19, 9, tzinfo=UTC),
        datetime(2026, 3, 26, 9, tzinfo=UTC),
        datetime(2026, 4, 7, 8, tzinfo=UTC),
        datetime(2026, 4, 10, 8, tzinfo=UTC),
        datetime(2026, 4, 16, 8, tzinfo=UTC),
    ]


def test_a_monthly_agenda_makes_its_words_monthly(town: Town) -> None:
    """ "second tuesday 10:00" under the monthly agenda is every month's; the clock is named."""
    arranged(town, template="monthly", when="second tuesday 10:00", minutes="60")
    assert series(town).rule == "FREQ=MONTHLY;BYDAY=2TU"
    assert "Monthly performance review: the second Tuesday of every month at 10:00 (Europe/London)" in town.shared()[0]


UNREADABLE = (
    ({"when": "someday"}, "when", "someday"),
    ({"when": "thursday"}, "when", "time"),
    ({"link": "javascript:alert(1)"}, "link", "web address"),
    ({"minutes": "0"}, "minutes", "1 to 480"),
    ({"template": "yearly"}, "template", "not offered"),
    ({"ahead": "²"}, "ahead", "0 to 10"),
)


def test_what_cannot_be_read_stays_at_its_field(town: Town) -> None:
    """A field that cannot be read says what was read and what to write; no series is made."""
    for changed, field, problem in UNREADABLE:
        answer = town.maya.submits("review.set_up", {**FORM, **changed}, "1")
        assert problem in answer.problems[field]
    assert town.rows() == []


def test_whoever_would_meet_at_night_is_named(town: Town) -> None:
    """A time outside one side's hours is allowed, and said with their own clock."""
    assert "23:00 in Manila is outside the working hours of Northwind Manila." in words(
        arranged(town, when="thursday 15:00")
    )


def test_a_daily_series_says_that_its_agenda_comes_when_it_begins(town: Town) -> None:
    """One message a channel-day: a daily review announces nothing ahead, and says so."""
    answer = arranged(town, template="daily", when="09:30", minutes="15")
    assert "No agenda is posted ahead for a daily review" in words(answer)
    assert series(town).rule == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def test_what_is_typed_after_new_stands_in_the_form(town: Town) -> None:
    """ "review new monthly second tuesday 10:00" opens the form with both; left as it is, it is as long as its agenda."""
    form = town.maya.types("review new monthly second tuesday 10:00").form
    assert form is not None
    typed = {each.name: each.initial for each in form.fields}
    assert (typed["template"], typed["when"]) == ("monthly", "second tuesday 10:00")
    town.maya.submits("review.set_up", typed, form.hidden)
    assert (series(town).name, series(town).minutes) == ("Monthly performance review", 60)


def test_two_series_never_have_one_name(town: Town) -> None:
    """A second weekly review gets a number, and one that comes monthly its own agenda: buttons tell them apart."""
    for said in ("thursday 09:00", "tuesday 09:30", "last working day 09:00"):
        answer = arranged(town, when=said)
    assert "Its agenda is the one for monthly, as it comes; Edit agenda changes it." in words(answer)
    names = ["Weekly operations review", "Weekly operations review 2", "Monthly performance review"]
    assert [series(town, number).name for number in (1, 2, 3)] == names


def test_the_provider_looks_but_does_not_set_up(town: Town) -> None:
    """Both sides see what is planned; the series itself is the manager's."""
    assert "Only a manager" in told(town.jo.types("review setup"))
    arranged(town)
    answer = town.jo.types("review")
    assert told(answer) == "Next: Weekly operations review, Thursday 5 March 09:00 (London) · 17:00 (Manila)."
    assert labels(answer.card) == ["My calendar address"]


def test_nothing_set_up_yet_offers_the_next_step(town: Town) -> None:
    """The empty state is no dead end: it suggests an hour and a button for who may."""
    answer = town.maya.types("review")
    assert told(answer) == "No reviews are set up with Northwind Manila yet."
    assert "Good for both sides on Thursdays" in words(answer)
    assert labels(answer.card) == ["Set up a review"]
    assert labels(town.jo.types("review").card) == []


def test_without_a_channel_nothing_is_half_set_up(town: Town) -> None:
    """Where both companies have no channel the set-up is declined with the way out, and nothing is kept."""
    with town.units() as uow:
        channel = uow.providers.channel(1, "shared")
        assert channel is not None
        channel.frozen = True
        uow.providers.add(channel)
        uow.commit()
    answer = town.maya.submits("review.set_up", FORM, "1")
    assert "no channel" in told(answer)
    with town.units() as uow:
        assert (list(uow.series.of(1)), uow.schedules.next_at()) == ([], None)


# --- moving


def test_the_providers_owner_moves_a_review_and_both_are_told(town: Town) -> None:
    """One line is enough: the thread says from when to when, who and why; the card and the file follow."""
    arranged(town)
    answer = town.jo.types("review move friday 09:30 because half of us travel")
    assert told(answer) == "Moved to Friday 6 March 09:30 (London) · 17:30 (Manila)."
    assert texts_of(town, "series.line") == [
        "“Weekly operations review” of Thursday 5 March 09:00 (London) · 17:00 (Manila) moves to "
        "Friday 6 March 09:30 (London) · 17:30 (Manila). Jo Santos: half of us travel"
    ]
    assert "Next: Friday 6 March 09:30" in card_of(town, CARD).text
    before, after = "SEQUENCE:0", "SEQUENCE:1"
    assert all(after in file.content and before not in file.content for file in files(town))
    assert starts(files(town)[-1].content, datetime(2026, 3, 13, tzinfo=UTC)) == [
        datetime(2026, 3, 6, 9, 30, tzinfo=UTC),
        datetime(2026, 3, 12, 9, tzinfo=UTC),
    ]


def test_any_of_the_next_eight_can_be_moved_by_the_form(town: Town) -> None:
    """The form names the coming dates on both clocks; the chosen one moves, the others stay."""
    arranged(town)
    asked = form(press(town, "jo", card_of(town, CARD), "Move next"))
    which = {option.label: option.value for option in asked.fields[0].options}
    chosen = which["Thursday 19 March 09:00 (London) · 17:00 (Manila)"]
    values = {"which": chosen, "day": "2026-03-18", "time": "09:00", "reason": ""}
    assert told(town.jo.submits("review.moved", values, asked.hidden)).startswith("Moved to Wednesday 18 March")
    assert (review(town, 2).planned_wall, review(town, 2).moved_by) == (datetime(2026, 3, 19, 9), "person")
    assert review(town, 1).starts_at == datetime(2026, 3, 5, 9, tzinfo=UTC)


IMPOSSIBLE = (
    ("2026-03-02", "is past"),
    ("2026-03-12", "The next one is on Thursday 12 March"),
    ("2026-03-14", "The next one is on Thursday 12 March"),
    ("2026-03-05", "It is planned for Thursday 5 March 09:00"),
    ("yesterday", "past"),
    ("someday", "could not be read"),
)


def test_a_review_is_not_moved_where_it_cannot_be(town: Town) -> None:
    """Not into the past, not onto or past the next one, not to where it is: the field says why."""
    arranged(town)
    asked = form(press(town, "jo", card_of(town, CARD), "Move next"))
    which = asked.fields[0].initial
    for day, problem in IMPOSSIBLE:
        values = {"which": which, "day": day, "time": "09:00", "reason": ""}
        assert problem in town.jo.submits("review.moved", values, asked.hidden).problems["day"]
    assert review(town).starts_at == datetime(2026, 3, 5, 9, tzinfo=UTC)


def test_a_holiday_is_told_before_somebody_moves_onto_it(town: Town) -> None:
    """What is unusual about a day is said and asked again; the second yes is enough, another day asks anew."""
    town.now = datetime(2026, 3, 30, 9, tzinfo=UTC)
    arranged(town)
    asked = form(town.maya.types("review move"))
    values = {"which": asked.fields[0].initial, "day": "2026-04-09", "time": "09:00", "reason": "all are back"}
    again = form(town.maya.submits("review.moved", values, asked.hidden))
    assert "It is Day of Valor in the Philippines." in again.intro
    assert (again.submit, review(town).starts_at) == ("Move it anyway", datetime(2026, 4, 7, 8, tzinfo=UTC))
    night = form(town.maya.submits("review.moved", {**values, "day": "2026-04-08", "time": "18:00"}, again.hidden))
    assert "01:00 in Manila" in night.intro
    answer = town.maya.submits("review.moved", values, again.hidden)
    assert told(answer) == "Moved to Thursday 9 April 09:00 (London) · 16:00 (Manila)."


def test_words_that_move_onto_a_holiday_ask_by_a_button(town: Town) -> None:
    """The same by one line: nothing moves until the button's form is sent in."""
    town.now = datetime(2026, 3, 30, 9, tzinfo=UTC)
    arranged(town)
    answer = town.maya.types("review move 2026-04-09")
    assert "Day of Valor" in told(answer) and "Nothing is moved yet" in told(answer)
    asked = form(press(town, "maya", answer, "Move it anyway"))
    values = {each.name: each.initial for each in asked.fields}
    assert told(town.maya.submits("review.moved", values, asked.hidden)).startswith("Moved to Thursday 9 April")


def test_a_button_of_a_review_that_moved_since_only_shows_it(town: Town) -> None:
    """Who presses on an older card is told, and sees how it stands; nothing is done."""
    arranged(town)
    old = value(card_of(town, CARD), "Move next")
    town.jo.types("review move friday 09:30")
    answer = town.maya.presses(*old)
    assert "changed while you were looking" in told(answer) and "Friday 6 March 09:30" in words(answer)


def test_whoever_does_not_answer_for_it_is_told_whom_to_ask(town: Town) -> None:
    """Moving binds both companies: a member who owns nothing gets the names of those who may."""
    arranged(town)
    with town.units() as uow:
        rey = next(each for each in uow.providers.owners(1) if (each.side, each.role) == ("provider", "deputy"))
        rey.until = town.now
        uow.providers.add(rey)
        uow.commit()
    answer = town.rey.types("review move friday 10:00")
    assert told(answer) == (
        "Moving a review binds both companies. Ask Maya Brooks or Jo Santos to do it, or say it in the channel."
    )


def test_a_review_nobody_held_can_still_be_moved_before_the_next(town: Town) -> None:
    """The time went by; whoever is asked may still move it, and it is planned again."""
    arranged(town)
    town.until(datetime(2026, 3, 6, 12, tzinfo=UTC))
    asked = form(town.maya.presses("review.move", str(review(town).id)))
    values = {"which": asked.fields[0].initial, "day": "2026-03-09", "time": "09:00", "reason": "we forgot"}
    town.maya.submits("review.moved", values, asked.hidden)
    assert (review(town).state, review(town).starts_at) == ("planned", datetime(2026, 3, 9, 9, tzinfo=UTC))


# --- skipping, ending, undoing


def test_a_skip_needs_a_reason_and_the_next_one_is_planned(town: Town) -> None:
    """Without words the form asks why; both read it, calendars leave the date out, the next review stands as a row."""
    arranged(town)
    asked = form(town.jo.types("review skip"))
    hidden, which = asked.hidden, asked.fields[0].initial
    assert "reason" in town.jo.submits("review.skipped", {"which": which, "reason": " "}, hidden).problems
    town.jo.submits("review.skipped", {"which": which, "reason": "all are at the training"}, hidden)
    assert texts_of(town, "series.line") == [
        "No “Weekly operations review” on Thursday 5 March 09:00 (London) · 17:00 (Manila). "
        "Jo Santos: all are at the training. Next: Thursday 12 March 09:00 (London) · 17:00 (Manila)."
    ]
    assert (review(town, 1).state, review(town, 2).starts_at) == ("skipped", datetime(2026, 3, 12, 9, tzinfo=UTC))
    assert starts(files(town)[-1].content, datetime(2026, 3, 13, tzinfo=UTC)) == [datetime(2026, 3, 12, 9, tzinfo=UTC)]


def test_a_reason_keeps_its_because_of(town: Town) -> None:
    """ "because of the training" is the reason as it is, "because half of us travel" without its first word."""
    arranged(town)
    town.jo.types("review weekly skip because of the training")
    town.jo.types("review weekly move friday 09:30 because of the audit")
    town.jo.types("review move wednesday 09:30 because half of us travel")
    said = " ".join(texts_of(town, "series.line"))
    assert "Jo Santos: because of the training." in said and "Jo Santos: because of the audit" in said
    assert "Jo Santos: half of us travel" in said


def test_a_word_that_reviews_do_not_know_is_answered_with_those_they_do(town: Town) -> None:
    """Neither a provider nor a word: it says which words there are; a weekend is called what it is."""
    arranged(town)
    said = told(town.jo.types("review frobnicate"))
    assert said.startswith(
        "After review I know dates, calendar, move, skip, add, begin and end. I know no provider called"
    )
    assert "Sunday is not a working day of Northwind Manila. Nothing is moved yet." in told(
        town.jo.types("review move sunday")
    )


def test_what_was_skipped_is_put_back_within_ten_minutes(town: Town) -> None:
    """Undo puts date, row and calendar back; the line keeps its words under a word that it was taken back."""
    arranged(town)
    done = town.jo.types("review skip because of the training")
    town.later(minutes=9)
    answer = press(town, "jo", done, "Undo")
    assert "is on Thursday 5 March 09:00" in told(answer)
    assert review(town).state == "planned"
    lines = texts_of(town, "series.line")
    assert lines[0] == "Jo Santos took this back." and "is on Thursday 5 March" in lines[1]
    assert len(starts(files(town)[-1].content, datetime(2026, 3, 13, tzinfo=UTC))) == 2
    with town.units() as uow:
        agenda, begin = (uow.schedules.of(f"review.{name}", 1) for name in ("agenda", "begin"))
    assert begin is not None and (begin.state, begin.next_at) == ("active", datetime(2026, 3, 5, 9, tzinfo=UTC))
    assert agenda is not None and agenda.next_at.day == 4  # Tuesday has its request for figures, Monday is past


def test_what_was_skipped_long_ago_is_held_after_all(town: Town) -> None:
    """The dates card has the way back for as long as the day is ahead; it is told in the thread, and may be undone."""
    arranged(town)
    town.jo.types("review skip because of the training")
    town.later(minutes=30)
    done = press(town, "maya", town.maya.types("review dates"), "Hold it after all")
    assert told(done) == "Held after all: Thursday 5 March 09:00 (London) · 17:00 (Manila)."
    assert (review(town).state, review(town).reason, review(town).moved_by) == ("planned", "", "")
    assert texts_of(town, "series.line")[-1] == (
        "“Weekly operations review” is held after all on Thursday 5 March 09:00 (London) · 17:00 (Manila). "
        "Maya Brooks put it back."
    )
    assert len(starts(files(town)[-1].content, datetime(2026, 3, 13, tzinfo=UTC))) == 2
    with town.units() as uow:
        begin = uow.schedules.of("review.begin", 1)
    assert begin is not None and begin.state == "active"
    assert "is not held on Thursday 5 March" in told(press(town, "maya", done, "Undo"))
    assert (review(town).state, review(town).reason) == ("skipped", "because of the training")


def test_unskip_by_words_asks_which_where_several_are_left_out(town: Town) -> None:
    """The day may be said; without it each is a button; with none left out there is nothing to put back."""
    arranged(town)
    assert "Nobody skipped" in told(town.jo.types("review unskip"))
    town.jo.types("review move friday 09:30 because we travel")
    town.jo.types("review skip because of the training")
    town.jo.types("review skip because of the audit")
    asked = town.jo.types("review unskip")
    assert labels(asked.card) == ["Hold Friday 6 March after all", "Hold Thursday 12 March after all"]
    assert "Held after all: Friday 6 March 09:30" in told(town.jo.types("review unskip 6 march"))
    assert (review(town).moved_by, review(town).reason) == ("person", "we travel")
    assert "Held after all: Thursday 12 March" in told(town.jo.types("review weekly unskip"))
    assert "not left out any more" in told(press(town, "jo", asked, "Hold Friday 6 March after all"))


def test_undo_is_refused_with_the_reason(town: Town) -> None:
    """Too late, or somebody else acted since: the reason is said."""
    arranged(town)
    first = town.jo.types("review move friday 09:30")
    town.later(minutes=11)
    assert "more than ten minutes ago" in told(press(town, "jo", first, "Undo"))
    town.maya.types("review move friday 09:00")
    assert "Maya Brooks changed it since" in told(press(town, "jo", first, "Undo"))


def test_a_move_that_is_undone_gives_the_holidays_reason_back(town: Town) -> None:
    """A review moved by a holiday, then by a person: undo shows the holiday again."""
    town.now = datetime(2026, 3, 30, 9, tzinfo=UTC)
    arranged(town)
    done = town.maya.types("review move 2026-04-08 09:00 because all are back")
    assert (review(town).moved_by, review(town).reason) == ("person", "all are back")
    press(town, "maya", done, "Undo")
    assert (review(town).moved_by, review(town).starts_at) == ("holiday", datetime(2026, 4, 7, 8, tzinfo=UTC))
    assert "Maundy Thursday" in review(town).reason


def test_the_holiday_that_moves_a_review_is_told_to_both_once(town: Town) -> None:
    """In the thread of the series, with the holiday's name and country, both clocks, and why it is told."""
    town.now = datetime(2026, 3, 30, 9, tzinfo=UTC)
    arranged(town)
    [line] = texts_of(town, "series.line")
    assert line == (
        "The review of Thursday 2 April 09:00 moves to Tuesday 7 April 09:00 (London) · 16:00 (Manila): "
        "Maundy Thursday in the Philippines."
    )
    assert card_of(town, "series.holiday:1").why


def test_a_manager_ends_a_series_and_may_take_it_back(town: Town) -> None:
    """Ending asks which and why, cancels what is ahead and tells calendars; undo plans it again."""
    arranged(town)
    asked = form(press(town, "maya", town.maya.types("review cancel"), "The whole series"))
    done = town.maya.submits("review.ended", {"reason": "the monthly one covers it"}, asked.hidden)
    assert (series(town).state, review(town).state) == ("ended", "cancelled")
    assert card_of(town, CARD).text == "Weekly operations review is over: no more reviews are planned in it."
    assert "METHOD:CANCEL" in files(town)[-1].content and "STATUS:CANCELLED" in files(town)[-1].content
    assert "Jo" not in told(town.jo.types("review"))
    press(town, "maya", done, "Undo")
    assert (series(town).state, review(town).state) == ("active", "planned")
    assert "METHOD:PUBLISH" in files(town)[-1].content
    assert "Next: Thursday 5 March" in card_of(town, CARD).text


def test_the_provider_cannot_end_a_series(town: Town) -> None:
    """Their owner may leave one out; the series is the manager's."""
    arranged(town)
    answer = town.jo.types("review cancel")
    assert labels(answer.card) == ["Only the next one"]
    assert "managers" in told(town.jo.presses("review.end_series", "1"))
    assert series(town).state == "active"


def test_a_set_up_by_mistake_is_taken_back(town: Town) -> None:
    """The card stays and says that it is over; nothing is planned any more."""
    done = arranged(town)
    press(town, "maya", done, "Undo")
    assert (series(town).state, review(town).state) == ("ended", "cancelled")
    assert told(town.maya.types("review")) == "No reviews are set up with Northwind Manila yet."
    town.later(days=20)
    assert [row.kind for row in town.rows() if row.kind.startswith("review.")] == []


# --- editing


def test_another_rhythm_keeps_the_next_reviews_number_and_tells_both(town: Town) -> None:
    """The next review moves to the new day under its own number, with its agenda lines; calendars get the new rule."""
    arranged(town)
    asked = form(town.maya.types("review edit"))
    values = {each.name: each.initial for each in asked.fields}
    town.maya.submits(
        "review.edited", {**values, "when": "every two weeks on wednesday at 09:30", "minutes": "45"}, asked.hidden
    )
    assert (review(town).starts_at, review(town).minutes) == (datetime(2026, 3, 4, 9, 30, tzinfo=UTC), 45)
    assert texts_of(town, "series.line") == [
        "“Weekly operations review” is now every two weeks on Wednesday at 09:30 (Europe/London), 45 minutes long. "
        "Next: Wednesday 4 March 09:30 (London) · 17:30 (Manila)."
    ]
    assert "INTERVAL=2" in files(town)[-1].content


def test_the_same_form_again_changes_nothing_but_says_so(town: Town) -> None:
    """An edit that changes nothing tells nobody in the channel."""
    arranged(town)
    asked = form(town.maya.types("review edit"))
    values = {each.name: each.initial for each in asked.fields}
    assert told(town.maya.submits("review.edited", values, asked.hidden)).startswith("Saved:")
    assert texts_of(town, "series.line") == []
    assert review(town).starts_at == datetime(2026, 3, 5, 9, tzinfo=UTC)


def test_an_edit_is_undone_with_its_words(town: Town) -> None:
    """Name, link and rhythm come back as they were."""
    arranged(town)
    asked = form(town.maya.types("review edit"))
    values = {"name": "Friday call", "when": "friday 09:00", "minutes": "30", "link": "", "zone": "Asia/Manila"}
    done = town.maya.submits("review.edited", values, asked.hidden)
    assert review(town).starts_at == datetime(2026, 3, 6, 1, tzinfo=UTC)
    press(town, "maya", done, "Undo")
    now = series(town)
    assert (now.name, now.link, now.anchor_zone) == ("Weekly operations review", FORM["link"], "Europe/London")
    assert review(town).starts_at == datetime(2026, 3, 5, 9, tzinfo=UTC)


def test_an_unknown_clock_stays_at_its_field(town: Town) -> None:
    """A zone that does not exist is named with near ones."""
    arranged(town)
    asked = form(town.maya.types("review edit"))
    values = {each.name: each.initial for each in asked.fields}
    answer = town.maya.submits("review.edited", {**values, "zone": "Europe/Londn"}, asked.hidden)
    assert "Europe/London" in answer.problems["zone"]


def test_the_agenda_is_edited_as_text_and_checked(town: Town) -> None:
    """What cannot be used names its line; what can counts for later agendas, and that is said."""
    arranged(town)
    asked = form(town.maya.types("review agenda"))
    text = asked.fields[0].initial
    wrong = town.maya.submits(
        "review.agenda.kept", {"agenda": text.replace("figures", "figurs"), "ahead": "2"}, asked.hidden
    )
    assert "Line 5" in wrong.problems["agenda"] or "line 5" in wrong.problems["agenda"]
    mine = "title: Ours\nminutes: 20\nitems:\n  - ask: What next?\n"
    done = town.maya.submits("review.agenda.kept", {"agenda": mine, "ahead": "1"}, asked.hidden)
    assert "Later agendas" in told(done)
    assert (series(town).agenda, series(town).ahead_days) == (mine.strip(), 1)
    with town.units() as uow:
        agenda = uow.schedules.of("review.agenda", 1)
    assert agenda is not None and agenda.next_at == datetime(2026, 3, 4, 9, tzinfo=UTC)


# --- the year goes on


def test_the_next_review_is_planned_whatever_became_of_the_last(town: Town) -> None:
    """An hour after its planned end the next one stands, though nobody said anything at all."""
    arranged(town)
    town.until(datetime(2026, 3, 26, 12, tzinfo=UTC))
    with town.units() as uow:
        rows = uow.reviews.of_series(1)
    assert [row.starts_at.day for row in rows] == [5, 12, 19, 26, 7]
    assert rows[-1].moved_by == "holiday"


def test_a_daily_review_nobody_began_counts_as_not_held_without_a_question(town: Town) -> None:
    """Nobody is asked about a stand-up; it only counts."""
    arranged(town, template="daily", when="09:30", minutes="15")
    town.until(datetime(2026, 3, 4, 12, tzinfo=UTC))
    with town.units() as uow:
        states = [row.state for row in uow.reviews.of_series(1)]
    assert states == ["not held", "not held", "not held", "planned"]
    assert texts_of(town, "review.direct") == []


def test_after_the_contract_nothing_more_is_planned(town: Town) -> None:
    """The end of the contract cancels what is ahead and says nothing; when it goes on, so do the reviews."""
    arranged(town)
    until_end = town.maya.submits("providers.contract_set", {"end": "2026-03-13"}, "1")
    assert not until_end.problems
    town.until(datetime(2026, 3, 20, tzinfo=UTC))
    with town.units() as uow:
        states = [row.state for row in uow.reviews.of_series(1)]
    assert "planned" not in states
    said = len(town.rows())
    town.until(datetime(2026, 3, 30, tzinfo=UTC))
    assert len(town.rows()) == said
    town.maya.submits("providers.contract_set", {"end": "open"}, "1")
    with town.units() as uow:
        rows = [row for row in uow.reviews.of_series(1) if row.state == "planned"]
    assert [row.starts_at for row in rows] == [datetime(2026, 4, 7, 8, tzinfo=UTC)]


# --- several, and other providers'


def test_with_several_series_words_name_one_or_buttons_ask(town: Town) -> None:
    """ "move monthly to …" finds the monthly one; without a name each series is a button."""
    arranged(town)
    arranged(town, template="monthly", when="second tuesday 10:00")
    answer = town.maya.types("review move friday 09:30")
    assert (told(answer), labels(answer.card)) == (
        "Which review?",
        ["Weekly operations review", "Monthly performance review"],
    )
    assert told(press(town, "maya", answer, "Weekly operations review")) == (
        "Moved to Friday 6 March 09:30 (London) · 17:30 (Manila)."
    )
    alone = town.maya.types("review move")
    assert form(press(town, "maya", alone, "Monthly performance review")).title == "Move a review"
    done = town.maya.types("review move the monthly one to 2026-03-11 09:30")
    assert told(done) == "Moved to Wednesday 11 March 09:30 (London) · 17:30 (Manila)."


def test_words_outlive_two_questions(town: Town) -> None:
    """Asked for the provider and then for the review, what was typed is done at the end, once, and by nobody else."""
    arranged(town)
    arranged(town, template="monthly", when="second tuesday 10:00")
    town.takes_on("Cebu Voice", "Chat", town.channel("OTHER"))
    elsewhere = town.place("FREE")
    which = town.maya.types("review skip because of the training", at=elsewhere)
    assert which.card is not None
    provider = next(each for each in which.card.buttons if each.label.startswith("Northwind"))
    asked = town.maya.presses(provider.action, provider.value, at=elsewhere)
    assert asked.card is not None and asked.card.text == "Which review?"
    weekly = asked.card.buttons[0]
    assert "nothing was done" in told(town.jo.presses(weekly.action, weekly.value))
    done = town.maya.presses(weekly.action, weekly.value, at=elsewhere)
    assert told(done).startswith("Skipped: Thursday 5 March")
    assert (review(town, 1).state, review(town, 1).reason) == ("skipped", "because of the training")
    assert "nothing was done" in told(town.maya.presses(weekly.action, weekly.value, at=elsewhere))


def test_another_providers_series_does_not_exist_for_them(town: Town) -> None:
    """Looking, moving, undoing by a guessed id: the same answer as for one that is not there."""
    town.takes_on("Cebu Voice", "Chat", town.channel("OTHER"))
    town.maya.submits("review.set_up", FORM, "2")
    for action, id_, nobody in (
        ("review.dates", "1", "99"),
        ("review.move", "1@2026-03-05T09:00@1", "99@2026-03-05T09:00@1"),
        ("review.skip", "1:1", "99:1"),
        ("review.undo", "series:1", "series:99"),
        ("review.undo", "review:1", "review:99"),
    ):
        assert told(town.jo.presses(action, id_)) == told(town.jo.presses(action, nobody))
        assert "not in your list" in told(town.jo.presses(action, id_))


BROKEN = ("", "x", "1@", "1@never@1", "1@2026-03-05T09:00@x", "@", "1@2026-03-05T09:00@1>soon", "9" * 30)


def test_a_broken_button_says_so_and_does_nothing(town: Town) -> None:
    """Whatever a button carries, it is answered in words."""
    arranged(town)
    for broken in (*BROKEN, "1@2026-03-05T09:00Z@1", "9" * 30 + "@2026-03-05T09:00@1"):
        assert town.jo.presses("review.move", broken).card is not None
    assert review(town).moved_by == ""
