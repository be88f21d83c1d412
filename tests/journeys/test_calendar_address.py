"""Somebody's own calendar address, from asking for it to what their calendar reads. Reads like a chat."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import col, select

import storage.models as models
from bot.leaving.cells import card_words
from bot.plain import plain
from handlers.reviews.calendars.reading import Read, read
from handlers.router import Router
from handlers.routes import table
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Answer, AnyCard, Code, Words
from storage.database import Database
from storage.merging import naming_columns
from tests.town import Resident, Town

BASE = "https://parley.example.com"
ADDRESS = re.compile(rf"{BASE}/calendar/([A-Za-z0-9_-]{{43}})\.ics")


def reached(town: Town, base: str = BASE) -> Town:
    """The town, where calendars reach Parley under ``base``; it has one weekly review."""
    town.router = Router(table(base), town.units)
    town.maya.submits(
        "review.set_up", {"template": "weekly", "when": "thursday 10:00", "minutes": "45", "ahead": "2"}, "1"
    )
    return town


@pytest.fixture
def town(make_town: Callable[..., Town]) -> Town:
    return reached(make_town())


@pytest.fixture
def make_town(tmp_path: object) -> Callable[..., Town]:
    def make(platform: Platform = Platform.ROOM) -> Town:
        return Town(Database(f"sqlite:///{tmp_path}/{platform}.sqlite", durable=False), platform=platform)

    return make


def words(card: AnyCard | None) -> str:
    assert card is not None
    return plain(card)


def secret_in(card: AnyCard | None) -> str:
    """The secret of the address that a card tells; it is there to be copied."""
    assert card is not None
    found = [
        span.text for each in card.elements if isinstance(each, Words) for span in each.text if isinstance(span, Code)
    ]
    told = ADDRESS.fullmatch(found[0]) if found else None
    assert told is not None, words(card)
    return told[1]


def made(answer: Answer) -> str:
    return secret_in(answer.card)


def reads(town: Town, secret: str) -> Read | None:
    with town.units() as uow:
        return read(secret, uow, town.now)


def text(town: Town, secret: str) -> str:
    found = reads(town, secret)
    assert found is not None
    return found.text.replace("\r\n ", "")


def everything_stored(town: Town) -> str:
    """Every row of every table."""
    with town.database.engine.connect() as connection:
        tables = models.Setting.metadata.sorted_tables
        rows = (row for each in tables for row in connection.execute(each.select()).all())
        return "\n".join(str(tuple(row)) for row in rows)  # a row's own words leave out the middle of what is long


def test_a_manager_asks_and_her_calendar_reads(town: Town) -> None:
    """The command answers with an address in full, once; the calendar under it has the series, and the database only its
    digest."""
    secret = made(town.maya.types("review calendar"))
    found = text(town, secret)
    assert "SUMMARY:Weekly operations review: Client and Northwind Manila" in found
    assert "X-WR-CALNAME:Reviews with Northwind Manila" in found
    stored = everything_stored(town)
    assert secret not in stored and hashlib.sha256(secret.encode()).hexdigest() in stored


def test_asked_again_it_is_not_told_again(town: Town) -> None:
    """A second question tells when it was made and last read, and not the address; another one is made after asking, and
    stops the first at that moment."""
    first = made(town.maya.types("review calendar"))
    town.later(minutes=5)
    again = words(town.maya.types("review calendar").card)
    assert first not in again and "cannot" not in first and "not yet" in again
    asked = town.maya.presses("review.calendar.ask_new")
    assert "cannot be undone" in words(asked.card) and reads(town, first) is not None
    second = made(town.maya.presses("review.calendar.new"))
    assert second != first
    assert reads(town, first) is None and reads(town, second) is not None


def test_two_presses_make_one_address(town: Town) -> None:
    """A double click does not stop the address that the first click made."""
    first = made(town.maya.presses("review.calendar.new"))
    refused = town.maya.presses("review.calendar.new")
    assert "a moment ago" in words(refused.card)
    assert reads(town, first) is not None


def test_it_stops_at_once_after_asking(town: Town) -> None:
    """Stop asks first; afterwards the address answers nothing, and there is nothing left to stop."""
    secret = made(town.maya.types("review calendar"))
    assert "cannot be undone" in words(town.maya.types("review calendar stop").card)
    assert reads(town, secret) is not None
    assert "is stopped" in words(town.maya.types("review calendar stop now").card)
    assert reads(town, secret) is None
    assert "nothing to stop" in words(town.maya.presses("review.calendar.ask_stop").card)


def test_undo_after_it_takes_nothing_older_back(town: Town) -> None:
    """Undo right after an address was stopped says that it cannot be put back, and leaves the series as it is."""
    town.maya.types("review calendar")
    town.maya.types("review calendar stop now")
    assert "cannot be put back" in words(town.maya.types("undo").card)
    with town.units() as uow:
        assert [each.state for each in uow.series.of(1, ended_too=True)] == ["active"]


def test_in_words_a_new_one_asks_first(town: Town) -> None:
    """Who has no buttons gets another one by words, and is told before what it stops."""
    first = made(town.maya.types("review calendar"))
    town.later(minutes=1)
    asked = words(town.maya.types("review calendar new").card)
    assert "stops the present one" in asked and "review calendar new now" in asked
    second = made(town.maya.types("review calendar new now"))
    assert reads(town, first) is None and reads(town, second) is not None


def test_the_button_stands_where_reviews_are_told(town: Town) -> None:
    """Under the series' card and under the list of reviews a button leads to the address."""
    row = town.row("series.card:1")
    assert row is not None
    listed = town.jo.types("review").card
    assert listed is not None
    for card in (decode_card(row.content), listed):
        assert "review.calendar" in {each.action for each in card.buttons}
    assert ADDRESS.search(words(town.jo.presses("review.calendar").card))


def test_a_provider_who_mentions_the_bot_is_told_directly(town: Town) -> None:
    """On platforms that reach everybody the answer to a mention is a direct message; an hour later neither the message nor the
    database has the address, and the calendar goes on reading."""
    assert town.jo.mentions("review calendar").card is None
    row = next(each for each in town.rows(kind="answer") if each.account_user == town.user("JO"))
    secret = secret_in(decode_card(row.content))
    assert "for one hour" in words(decode_card(row.content))
    assert all(secret not in each.content for each in town.rows() if each.channel == town.shared_place.channel)
    told = card_words(row.content)
    assert secret not in told and f"{BASE}/calendar/….ics" in told, "an export has no address either"
    town.later(hours=1, minutes=1)
    assert secret not in everything_stored(town)
    after = town.row(row.once)
    assert after is not None and "stood here for an hour" in words(decode_card(after.content))
    assert reads(town, secret) is not None


def test_a_plain_word_in_the_chat_is_enough(town: Town) -> None:
    """With the bot alone the words do what the command does."""
    town.jo.says("review calendar", at=town.direct("JO"), direct=True)
    row = next(each for each in town.rows(kind="answer") if each.account_user == town.user("JO"))
    assert reads(town, secret_in(decode_card(row.content))) is not None


@pytest.mark.parametrize("platform", list(Platform))
def test_a_manager_who_writes_directly_keeps_the_address_an_hour_too(
    make_town: Callable[..., Town], platform: Platform
) -> None:
    """With the bot alone a manager's words are answered by a message that is kept, as a provider's are: it says that it stands
    for an hour, and then neither it nor the database has the address."""
    town = reached(make_town(platform))
    town.maya.says("review calendar", at=town.direct("MAYA"), direct=True)
    row = next(each for each in town.rows(kind="answer") if each.account_user == town.user("MAYA"))
    secret = secret_in(decode_card(row.content))
    assert "for one hour" in words(decode_card(row.content))
    assert secret in everything_stored(town)
    town.later(hours=1, minutes=1)
    assert secret not in everything_stored(town)
    assert reads(town, secret) is not None


def test_an_outsider_on_teams_is_shown_it_by_a_button(make_town: Callable[..., Town]) -> None:
    """Where nobody can write to them directly, the kept answer is only a button: the address is told to whoever presses it, and
    never stored."""
    town = reached(make_town(Platform.TEAMS))
    town.jo.mentions("review calendar")
    line = town.beside()[-1]
    kept = town.jo.presses("noise.show", decode_card(line.content).buttons[0].value).card
    assert kept is not None and not ADDRESS.search(words(kept))
    shown = town.jo.presses(kept.buttons[0].action, kept.buttons[0].value)
    secret = made(shown)
    assert secret not in everything_stored(town)
    assert reads(town, secret) is not None
    town.later(minutes=1)
    assert made(town.maya.presses("review.calendar")) != secret
    assert reads(town, secret) is not None


def test_one_of_the_company_on_teams_keeps_nothing_either(make_town: Callable[..., Town]) -> None:
    """Mentioned on Teams, an answer may be kept where somebody has no chat with the bot: so it is a button there too."""
    town = reached(make_town(Platform.TEAMS))
    card = town.maya.mentions("review calendar").card
    assert card is not None and card.buttons[0].action == "review.calendar.new" and not ADDRESS.search(words(card))


def test_without_an_address_outside_it_says_who_can_change_that(make_town: Callable[..., Town]) -> None:
    """Where calendars cannot reach Parley nothing is made; the answer names the files in the thread and the setting."""
    town = reached(make_town(), base="")
    for answer in (town.jo.types("review calendar"), town.maya.presses("review.calendar.new")):
        said = words(answer.card)
        assert "PARLEY_PUBLIC_URL" in said and "card" in said
    with town.units() as uow:
        assert uow.session.exec(select(models.CalendarFeed)).all() == []


def test_each_side_reads_its_own_reviews_only(town: Town) -> None:
    """A provider's people read their own company's series and no other; the client's read all, or those they answer for."""
    _, programme = town.takes_on("Sunrise Krakow", "Chat", town.channel("OTHER"))
    town.maya.submits(
        "review.set_up", {"template": "weekly", "when": "friday 11:00", "minutes": "30", "ahead": "2"}, str(programme)
    )
    theirs = text(town, made(town.rey.types("review calendar")))
    assert "Northwind Manila" in theirs and "Sunrise" not in theirs
    everything = text(town, made(town.eva.types("review calendar")))
    assert "Northwind Manila" in everything and "Sunrise Krakow" in everything
    own = text(town, made(town.maya.types("review calendar")))
    assert "Northwind Manila" in own and "Sunrise Krakow" not in own


def test_nothing_internal_is_in_a_calendar(town: Town) -> None:
    """It says series, companies, times, link and where the agenda is; an agenda line, an issue or a figure never."""
    town.maya.types("review add Tell them about the invoice")
    found = text(town, made(town.jo.types("review calendar")))
    assert "invoice" not in found
    assert "Agenda and minutes are in the channel both companies share." in found
    assert "pass this file on" not in found
    kinds = {line.partition(":")[0].partition(";")[0] for each in events(found) for line in each.splitlines()}
    assert "SUMMARY" in kinds and kinds & {"ATTENDEE", "ORGANIZER", "CONTACT", "ATTACH", "COMMENT"} == set()


def test_what_is_moved_skipped_and_over_is_read_as_in_the_file(town: Town) -> None:
    """The calendar has the same events under the same identities and counts as the file with the series' card."""
    secret = made(town.maya.types("review calendar"))
    town.maya.submits("providers.contract_set", {"end": "2026-05-15"}, "1")
    town.maya.types("review move friday 09:00 because half of us travel")
    town.later(days=5)
    town.maya.types("review skip because of the audit")
    found = text(town, secret)
    assert events(found) == events(file_of_card(town))
    assert "EXDATE" in found and "RECURRENCE-ID" in found and "UNTIL=" in found and "SEQUENCE:3" in found, found


def file_of_card(town: Town) -> str:
    row = town.row("series.card:1")
    assert row is not None
    content = next(each.content for each in decode_card(row.content).elements if each.kind == "file")
    return content.replace("\r\n ", "")


def events(calendar: str) -> list[str]:
    """The events without what depends on when they were written and for whom."""
    found = re.findall(r"BEGIN:VEVENT\r\n.*?END:VEVENT", calendar, re.S)
    return [re.sub(r"(?m)^(?:DTSTAMP|DESCRIPTION).*\r\n", "", each) for each in found]


def test_an_ended_series_leaves_calendars(town: Town) -> None:
    """A series that is over is in no calendar any more, and another one is at once."""
    secret = made(town.maya.types("review calendar"))
    town.maya.submits("review.ended", {"reason": "monthly is enough"}, "1:1")
    assert "BEGIN:VEVENT" not in text(town, secret)
    town.maya.submits(
        "review.set_up", {"template": "monthly", "when": "second tuesday 11:00", "minutes": "60", "ahead": "2"}, "1"
    )
    assert text(town, secret).count("BEGIN:VEVENT") >= 1


def test_who_leaves_takes_the_address_along(town: Town) -> None:
    """Whoever is noted as having left reads nothing more, and is not let in again by coming back."""
    secret = made(town.rey.types("review calendar"))
    with town.units() as uow:
        person = uow.session.exec(select(models.Person).where(models.Person.name == "Rey Cruz")).one()
        person_id = person.id
    town.maya.submits("providers.left", {}, str(person_id))
    with town.units() as uow:
        left = uow.people.get(person_id or 0)
        assert left is not None and left.left_at is not None
    assert reads(town, secret) is None
    town.maya.types("undo")
    with town.units() as uow:
        back = uow.people.get(person_id or 0)
        assert back is not None and back.left_at is None
    assert reads(town, secret) is None


def test_two_rows_that_become_one_person_keep_both_addresses() -> None:
    """An address names its person in a column that merging moves, so it goes on for whoever they turned out to be."""
    assert "parley_calendar_feed.person_id" in {f"{each.table.name}.{each.name}" for each in naming_columns()}


def test_somebody_nobody_placed_yet_gets_none(town: Town) -> None:
    """A provider's person whose company nobody told is asked to come again, and nothing is made."""
    with town.units() as uow:
        person = uow.session.exec(select(models.Person).where(models.Person.name == "Rey Cruz")).one()
        person.provider_id = None
        uow.session.add(person)
        uow.commit()
    stranger = Resident(town, "Rey Cruz", town.workspace("NORTHWIND"), town.user("REY"), town.direct("REY"))
    assert "of which company" in words(stranger.presses("review.calendar").card)


def test_a_reading_asks_five_questions(town: Town) -> None:
    """However many series there are, a calendar that comes costs five statements and changes nothing."""
    secret = made(town.eva.types("review calendar"))
    for number in range(3):
        _, programme = town.takes_on(f"Provider {number}", "Chat", town.channel(f"C{number}"))
        town.maya.submits(
            "review.set_up",
            {"template": "weekly", "when": "friday 11:00", "minutes": "30", "ahead": "2"},
            str(programme),
        )
    asked: list[str] = []
    event.listen(
        town.database.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(str(statement))
    )
    found = text(town, secret)
    assert found.count("BEGIN:VEVENT") >= 4
    assert len([each for each in asked if each.startswith("SELECT")]) == 5
    assert not [each for each in asked if each.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_the_log_of_who_did_what_holds_no_secret(town: Town) -> None:
    """Made, replaced and stopped are written down under the person, privately, without a word of the address."""
    secret = made(town.maya.types("review calendar"))
    town.maya.types("review calendar stop now")
    with town.units() as uow:
        entries = uow.session.exec(
            select(models.AuditEntry)
            .where(col(models.AuditEntry.subject) == "calendar")
            .order_by(col(models.AuditEntry.id))
        ).all()
    assert [each.what for each in entries] == ["calendar.made", "calendar.stopped"]
    assert {each.visibility for each in entries} == {"PRV"} and secret not in str(entries)


def test_half_a_year_later_the_card_holds_a_file_of_its_own_accord(town: Town) -> None:
    """Without anything arranged the card's file is a new one once its holidays reach less than half as far as they did; where
    files stand apart, a file that changed is shared in the thread by itself."""
    first = file_of_card(town)
    town.later(days=8)
    assert file_of_card(town) == first
    town.now += timedelta(days=210)
    town.later(hours=1)
    renewed = file_of_card(town)
    assert renewed != first and "SEQUENCE:0" in first and "SEQUENCE:0" in renewed
    assert renewed.count("RECURRENCE-ID") + renewed.count("EXDATE") > 0
