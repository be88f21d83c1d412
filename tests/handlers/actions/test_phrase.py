"""One line that holds a whole action item, and replies that name one by number."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from handlers.actions.numbered import readings, with_number
from handlers.actions.people import unknown_owner
from handlers.actions.phrase import read_phrase
from handlers.actions.rules import overdue, usual_due
from handlers.records.hours import hours_of, silence_accepts
from handlers.replies import parse
from handlers.replies.words import Blocked, Done, MoveDue, NotForMe
from handlers.vocabulary.address import Side
from storage.models.action import ActionItem
from storage.models.person import Person

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONDAY = NOW.date()


def person(name: str) -> Person:
    return Person(installation_id=1, name=name, side="client", created_at=NOW)


PEOPLE = [person("Maya Brooks"), person("Jo Santos"), person("Jo Ann Lim"), person("Rey Cruz")]


@pytest.mark.parametrize(
    ("words", "title", "who", "due"),
    [
        (
            "Send the new refund policy @Maya Brooks due tomorrow",
            "Send the new refund policy",
            "Maya Brooks",
            "tomorrow",
        ),
        ("@rey retrain the queue due: 6 March", "retrain the queue", "Rey Cruz", "6 March"),
        ("Fix it due friday @Jo Santos", "Fix it", "Jo Santos", "friday"),
        ("Fix it by hand", "Fix it by hand", None, ""),
        ("Pay amounts due to agents", "Pay amounts due to agents", None, ""),
        ("Write to help@example.com due +3d", "Write to help@example.com", None, "+3d"),
    ],
)
def test_a_line_is_a_title_a_person_and_a_day(words: str, title: str, who: str | None, due: str) -> None:
    """The first mention and a day at the end are taken out; an address or "due to" stays in the title."""
    read = read_phrase(words, PEOPLE)
    assert (read.title, read.person and read.person.name, read.due) == (title, who, due)


@pytest.mark.parametrize(
    ("words", "title", "who", "due"),
    [
        ("Rey sends the roster by friday", "Rey sends the roster", "Rey Cruz", "friday"),
        ("rey: send the roster by 6 March.", "send the roster", "Rey Cruz", "6 March"),
        ("Rey to send the roster by the end of the month", "send the roster", "Rey Cruz", "end of the month"),
        ("Jo Santos will retrain the queue by 2026-03-06", "retrain the queue", "Jo Santos", "2026-03-06"),
        ("Send it by mail by tomorrow", "Send it by mail", None, "tomorrow"),
        ("Improve handle time by 3.2", "Improve handle time by 3.2", None, ""),
        ("Cut the backlog by 2 weeks", "Cut the backlog by 2 weeks", None, ""),
        ("Rey and Maya talk", "Rey and Maya talk", None, ""),
        ("Rey's roster is checked", "Rey's roster is checked", None, ""),
        ("Rey is on leave, plan cover", "Rey is on leave, plan cover", None, ""),
        ("Mark tickets as done", "Mark tickets as done", None, ""),
        ("Mark, send the roster", "send the roster", "Mark Tan", ""),
    ],
)
def test_a_line_as_people_say_it(words: str, title: str, who: str | None, due: str) -> None:
    """ "By friday" is a day and "by hand" is none; a name in front is who does it, where the sentence says so."""
    read = read_phrase(words, [*PEOPLE, person("Mark Tan")])
    assert (read.title, read.person and read.person.name, read.due) == (title, who, due)


def test_a_first_name_in_front_that_two_bear_is_asked_about() -> None:
    """Nobody is guessed; both are named in the question."""
    assert read_phrase("Jo sends the roster by friday", PEOPLE).unknown == "Jo"
    assert (
        unknown_owner("@Jo", PEOPLE)
        == "Owner: Jo can be Jo Santos or Jo Ann Lim. Write the whole name, such as @Jo Santos"
    )


def test_a_name_nobody_bears_is_not_swallowed() -> None:
    """Unknown and ambiguous names come back as such, so that they can be asked about."""
    assert read_phrase("Fix it @Nobody due friday", PEOPLE).unknown == "Nobody"
    assert read_phrase("Fix it @Jo due friday", PEOPLE).unknown == "Jo"
    assert read_phrase("Fix it <@U123|jo> due friday", PEOPLE).user == "U123"


@pytest.mark.parametrize(
    ("line", "numbers", "word"),
    [
        ("done 7", (7,), Done()),
        ("7 done", (7,), Done()),
        ("done action 7: sent by mail", (7,), Done("sent by mail")),
        ("done 7, 9 and 12", (7, 9, 12), Done()),
        ("due 7 friday", (7,), MoveDue(date(2026, 3, 6))),
        ("action 7 due 2026-03-09", (7,), MoveDue(date(2026, 3, 9))),
        ("blocked #7: need the policy", (7,), Blocked("need the policy")),
    ],
)
def test_numbered_replies(line: str, numbers: tuple[int, ...], word: object) -> None:
    """The number may stand after the word or before it; the rest is read by the grammar."""
    first = next(each for each in readings(line) if not isinstance(parse_words(each.words), NotForMe))
    assert (first.numbers, parse_words(first.words)) == (numbers, (word,))


@pytest.mark.parametrize(
    "line", ["due 7 March", "7 March", "done issue 7", "we had 7 calls", "done 7 of 9", "seven done"]
)
def test_numbers_that_are_no_action_items(line: str) -> None:
    """A day, an issue or a count is not taken for an action item's number."""
    assert all(isinstance(parse_words(each.words), NotForMe) for each in readings(line))


def parse_words(words: str) -> object:
    return parse(words, today=MONDAY, short_names={})


def test_an_option_is_offered_with_its_number() -> None:
    """What is offered as a reply can be typed as it stands."""
    assert with_number("due 2026-03-06", 7) == "due 7 2026-03-06"
    assert with_number("blocked: the reason", 7) == "blocked 7: the reason"


def test_days_of_the_owners_own() -> None:
    """Five business days jump weekends and holidays; silence is counted in working time."""
    manila = hours_of("Asia/Manila", "PH")
    assert usual_due(date(2026, 3, 27), manila) == date(2026, 4, 7)  # Holy Week: 2 and 3 April are free
    assert silence_accepts(datetime(2026, 3, 6, 9, tzinfo=UTC), hours_of("Europe/London", "")) == datetime(
        2026, 3, 9, 18, tzinfo=UTC
    )


def test_lateness_is_counted_on_both_sides() -> None:
    """Each side's late items, longest first; what waits for a yes is nobody's delay; a day is the owner's day."""

    def item(number: int, side: str, owner: int, due: date, state: str = "open") -> ActionItem:
        return ActionItem(
            number=number,
            title="x",
            side=side,
            owner_id=owner,
            due_on=due,
            state=state,
            created_at=NOW,
            installation_id=1,
            provider_id=1,
            programme_id=1,
            created_by=1,
        )

    items = [
        item(1, "client", 1, date(2026, 2, 27)),
        item(2, "provider", 4, date(2026, 3, 2)),
        item(3, "provider", 4, date(2026, 2, 20)),
        item(4, "provider", 4, date(2026, 2, 20), "done"),
        item(5, "client", 1, date(2026, 3, 2)),
    ]
    late = overdue(items, {1: date(2026, 3, 2), 4: date(2026, 3, 3)})
    assert {side: [each.number for each in found] for side, found in late.items()} == {
        Side.CLIENT: [1],
        Side.PROVIDER: [3, 2],
    }
