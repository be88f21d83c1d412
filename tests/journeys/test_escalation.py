"""Issues that nobody looks after go up, level by level, to named people on both sides (S34)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from handlers.records.lines import plain_text
from handlers.routes import LADDER
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.events import Fired
from handlers.vocabulary.outgoing import AnyCard, Facts, Item, Listing, Mention, Words
from storage.database import Database
from storage.models.absence import Absence
from storage.models.escalation import EscalationJump
from storage.models.issue import Issue
from storage.models.person import Person
from tests.journeys.words import card_of, texts_of
from tests.town import Town, town_at

CARD = "issue.card:1"
SATURDAY_NIGHT = datetime(2026, 3, 7, 21, 0, tzinfo=UTC)
"""Five on Sunday morning in Manila."""
FRIDAY = datetime(2026, 3, 6, 7, 0, tzinfo=UTC)
"""Three in the afternoon in Manila."""
FORM = {"title": "Refund calls wait", "detail": "", "severity": "1", "kind": "service", "visibility": "SH"}


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    return town_at(tmp_path, platform=platform)


def reported(town: Town, at: datetime, **changed: str) -> None:
    town.until(at)
    town.maya.submits("issue.report", {**FORM, **changed}, "1")


def issue(town: Town) -> Issue:
    with town.units() as uow:
        found = uow.issues.numbered(1, 1)
    assert found is not None
    return found


def jumps(town: Town) -> list[tuple[int, str, str, str]]:
    """Level, side, who was brought in, and when by the clock in UTC."""
    with town.units() as uow:
        found = uow.session.exec(select(EscalationJump).order_by(EscalationJump.id)).all()  # type: ignore[arg-type]
        names = {each.id: each.name for each in uow.session.exec(select(Person))}
        return [(each.level, each.side, names.get(each.person_id, "nobody"), f"{each.at:%a %H:%M}") for each in found]


def said_up(town: Town) -> list[AnyCard]:
    return [decode_card(row.content) for row in town.rows(kind="issue.line") if row.reason == "issue escalated"]


def told(town: Town) -> list[tuple[str, str]]:
    """Who was told directly, and when."""
    rows = town.rows(kind="issue.escalated")
    return [(row.account_user or row.channel, f"{row.created_at:%a %H:%M}") for row in rows]


def mentioned(card: AnyCard) -> list[str]:
    words = [element for element in card.elements if isinstance(element, Words)]
    return [span.name for each in words for span in each.text if isinstance(span, Mention)]


def away(town: Town, name: str, first: date, last: date) -> None:
    with town.units() as uow:
        person = uow.session.exec(select(Person).where(Person.name == name)).one()
        assert person.id is not None
        uow.session.add(
            Absence(person_id=person.id, first_day=first, last_day=last, told_by=person.id, told_at=town.now)
        )
        uow.commit()


# --- when, and to whom ------------------------------------------------------------------------------------------------


def test_a_severity_one_on_saturday_night_reaches_level_two_on_both_sides(town: Town) -> None:
    """Unanswered past its time, it brings in a named person of each company in the night, in the thread and directly; then
    the client's executive, of whom the provider reads nothing."""
    reported(town, SATURDAY_NIGHT)
    town.later(minutes=44)
    assert jumps(town) == []
    town.later(minutes=2)
    assert jumps(town) == [(2, "client", "Ben Carter", "Sat 21:45"), (2, "provider", "Rey Cruz", "Sat 21:45")]
    (line,) = said_up(town)
    assert mentioned(line) == ["Ben Carter", "Rey Cruz"] and "level 2" in line.text and "Northwind Manila" in line.text
    assert "30 minutes" in line.why and "not acknowledged in time" in line.why
    assert told(town) == [(town.user("BEN"), "Sat 21:45"), (town.user("REY"), "Sat 21:45")]
    facts = [element for element in card_of(town, CARD).elements if isinstance(element, Facts)]
    rows = {label: plain_text(text) for label, text in facts[0].rows}
    assert rows["Escalated"] == "to level 2: Ben Carter, Rey Cruz"
    town.later(hours=3)
    assert jumps(town)[2:] == [(3, "client", "Eva Lindqvist", "Sat 23:15")]
    assert len(said_up(town)) == 1, "the client's highest level is not said where both companies read"
    inside = [row for row in town.rows(kind="issue.escalated") if row.channel == town.channel("INTERNAL")]
    assert len(inside) == 1 and inside[0].visibility == "INT"
    assert not any("Eva" in text for text in town.shared())
    town.later(days=3)
    assert len(jumps(town)) == 3, "each level is reached once"


def test_who_is_brought_in_answers_where_they_were_told(town: Town) -> None:
    """The direct message names the word that helps, and that word with a note under it acknowledges the issue; the side
    that waits is asked for nothing it cannot do. Who has no chat with the bot is called in the issue's thread."""
    reported(town, SATURDAY_NIGHT)
    town.later(hours=1)
    direct = {row.account_user: row for row in town.rows(kind="issue.escalated")}
    assert "Reply ack with a word on what is being done." in decode_card(direct[town.user("REY")].content).text
    assert "Reply" not in decode_card(direct[town.user("BEN")].content).text
    called = next(
        row for row in town.rows(kind="issue.line") if "goes up to level 2: " in decode_card(row.content).text
    )
    assert "@Rey Cruz" in decode_card(called.content).text
    under = direct[town.user("REY")].once if town.rey.has_a_chat else CARD
    town.rey.replies("ack we are calling the carrier", under=under)
    with town.units() as uow:
        issue = uow.issues.get(1)
        assert issue is not None and issue.state == "acknowledged"


def test_a_severity_two_waits_for_each_ones_monday_morning(town: Town) -> None:
    """What was not acknowledged by Friday's end goes up on Monday: Manila hears in its own morning, London in its own."""
    reported(
        town, FRIDAY, severity="2"
    )  # to be acknowledged by 16:00 in Manila; four hours of theirs later is Monday 11:00
    town.until(datetime(2026, 3, 9, 2, 59, tzinfo=UTC))
    assert jumps(town) == []
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    assert jumps(town) == [(2, "provider", "Rey Cruz", "Mon 03:00"), (2, "client", "Ben Carter", "Mon 09:00")]
    first, second = said_up(town)
    assert mentioned(first) == ["Rey Cruz"] and "Ben Carter hears of it" in first.text
    assert mentioned(second) == ["Ben Carter"]


def test_severities_three_and_four_are_noted_for_the_managers_only(town: Town) -> None:
    """A small issue that is late goes to level 2 without a word in the thread, and the card says so."""
    reported(town, FRIDAY, severity="3")
    town.until(datetime(2026, 3, 11, 12, 0, tzinfo=UTC))
    assert [each[:3] for each in jumps(town)] == [(2, "client", "nobody")]
    assert said_up(town) == [] and told(town) == []
    assert issue(town).level == 2
    facts = next(element for element in card_of(town, CARD).elements if isinstance(element, Facts))
    assert "noted for the managers" in dict((label, plain_text(text)) for label, text in facts.rows)["Escalated"]


def test_whoever_is_away_is_passed_over_at_once(town: Town) -> None:
    """A named person who is away has somebody in their place, who is told in whose."""
    away(town, "Rey Cruz", date(2026, 3, 1), date(2026, 3, 31))
    reported(town, SATURDAY_NIGHT)
    town.later(hours=1)
    assert [each[2] for each in jumps(town)] == ["Ben Carter", "Jo Santos"]
    assert "@Jo Santos for Rey Cruz" in said_up(town)[0].text


def test_somebody_who_asked_for_rest_is_woken_for_severity_one_only(town: Town) -> None:
    """A pause until Wednesday holds for severity 2, where somebody else is asked, and not for severity 1."""
    town.until(datetime(2026, 3, 6, 3, 0, tzinfo=UTC))
    town.rey.types("pause until 18 march")
    reported(town, FRIDAY, severity="2")
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    assert {each[2] for each in jumps(town)} == {"Ben Carter", "Jo Santos"}
    town.maya.submits("issue.report", FORM, "1")
    town.later(hours=1)
    assert {each[2] for each in jumps(town)[2:]} == {"Ben Carter", "Rey Cruz"}


def test_nobody_is_escalated_to_silently(town: Town) -> None:
    """Whoever has no account is named in the thread with the request to call them."""
    with town.units() as uow:
        for account in uow.session.exec(select(Person).where(Person.name.in_(["Rey Cruz", "Jo Santos"]))):  # type: ignore[attr-defined]
            kept = uow.people.any_account(account.id or 0)
            uow.session.delete(kept)
        uow.commit()
    reported(town, SATURDAY_NIGHT)
    town.later(hours=1)
    assert "Rey Cruz of Northwind Manila (no account here, so please call them)" in said_up(town)[0].text
    assert [who for who, _ in told(town)] == [town.user("BEN")]


def test_an_internal_issue_names_nobody_of_the_provider(town: Town) -> None:
    """It climbs on the client's side alone, in the client's own thread."""
    reported(town, SATURDAY_NIGHT, visibility="INT")
    town.later(days=2)
    assert [each[:3] for each in jumps(town)] == [(2, "client", "Ben Carter"), (3, "client", "Eva Lindqvist")]
    rows = [row for row in town.rows(kind="issue.line") if row.reason == "issue escalated"]
    assert [row.visibility for row in rows] == ["INT", "INT"]
    everything = " ".join(decode_card(row.content).text for row in rows)
    assert "Rey" not in everything and "Jo" not in everything
    assert all("Issue 1" not in text for text in town.shared())
    assert {who for who, _ in told(town)} == {town.user("BEN"), town.user("EVA")}


def test_a_late_client_goes_up_as_plainly(town: Town) -> None:
    """When the provider waits for an answer, the same people hear that the client is waited for."""
    reported(town, SATURDAY_NIGHT)
    town.jo.replies("blocked: we need the new policy from you", under=CARD)
    town.later(hours=1, minutes=29)
    assert jumps(town) == []
    town.later(minutes=2)
    assert [each[:3] for each in jumps(town)] == [(2, "client", "Ben Carter"), (2, "provider", "Rey Cruz")]
    with town.units() as uow:
        assert {each.waiting for each in uow.session.exec(select(EscalationJump))} == {"client"}
    assert "it waits for Client" in said_up(town)[0].text and "unblocked" in said_up(town)[0].text


def test_a_level_is_reached_once_however_often_its_moment_comes(town: Town) -> None:
    """Two processes, a repeated firing, another edit: what was said and kept of a jump stands once."""
    reported(town, SATURDAY_NIGHT)
    town.later(hours=1)
    before = len(town.rows())
    for _ in range(3):
        with town.units() as uow:
            LADDER.climb(Fired("issue.escalate", 1, ""), uow, town.now)
            uow.commit()
        town.deliver()
    town.maya.replies("severity 2", under=CARD)
    town.maya.replies("severity 1", under=CARD)
    town.later(minutes=5)
    assert len(jumps(town)) == 2 and len(said_up(town)) == 1
    assert len([row for row in town.rows()[before:] if row.kind == "issue.escalated"]) == 0


def test_an_issue_under_way_follows_a_new_matrix(town: Town) -> None:
    """A matrix that brings people in earlier is followed by what is late already, and by nobody twice."""
    reported(town, SATURDAY_NIGHT)
    town.later(minutes=30)
    assert jumps(town) == []
    text = "steps: [{severity: 1, level: 2, after: 10 minutes, client: Maya Brooks, provider: Jo Santos}]"
    town.maya.submits("escalation.kept", {"matrix": text}, "1:0")
    town.later(minutes=1)
    assert [each[2] for each in jumps(town)] == ["Maya Brooks", "Jo Santos"]
    town.later(hours=5)
    assert len(jumps(town)) == 2


# --- what stops it, what begins it anew -----------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["ack", "done moved two people", "blocked: we need the policy"])
def test_a_word_of_the_owner_stops_the_ladder(town: Town, word: str) -> None:
    """After an answer nobody above is brought in for what was owed before it."""
    reported(town, SATURDAY_NIGHT)
    town.later(minutes=20)
    town.jo.replies(word, under=CARD)
    town.later(minutes=35)
    assert jumps(town) == []


def test_a_reopened_issue_climbs_anew(town: Town) -> None:
    """Level 2 is reached once in each turn: after a reopening it is reached again, and the card begins at its owner."""
    reported(town, SATURDAY_NIGHT)
    town.later(hours=1)
    town.jo.replies("done", under=CARD)
    town.maya.replies("ok", under=CARD)
    assert issue(town).level == 2
    town.later(hours=1)
    town.maya.replies("reopen: it is back", under=CARD)
    assert issue(town).level == 1
    town.later(hours=6)
    assert [each[0] for each in jumps(town)].count(2) == 4


def test_a_worse_severity_is_reckoned_anew(town: Town) -> None:
    """An issue that turns out to be severity 1 goes up by the plain clock from then on."""
    reported(town, SATURDAY_NIGHT, severity="3")
    town.later(hours=2)
    town.maya.replies("severity 1", under=CARD)
    town.later(minutes=44)
    assert jumps(town) == []
    town.later(minutes=2)
    assert [each[0] for each in jumps(town)] == [2, 2]


def test_the_end_of_the_contract_silences_the_ladder(town: Town) -> None:
    """Nobody is brought in for a programme that is over."""
    reported(town, SATURDAY_NIGHT)
    with town.units() as uow:
        programme = uow.providers.programme(1)
        assert programme is not None
        programme.state = "ended"
        uow.providers.add(programme)
        uow.commit()
    town.later(days=2)
    assert jumps(town) == []


def test_the_history_tells_every_jump_and_to_the_provider_only_theirs(town: Town) -> None:
    """Each jump stands in the history with its reason; the client's highest level is not in what the provider reads."""
    reported(town, SATURDAY_NIGHT)
    town.later(hours=3)
    ours, theirs = (person.types("history issue 1").card for person in (town.maya, town.jo))
    assert ours is not None and theirs is not None
    read = [
        " ".join(plain_text(e.text) for e in card.elements if isinstance(e, Words)) + str(card.elements)
        for card in (ours, theirs)
    ]
    assert "Level 2: Rey Cruz" in read[0] and "Not acknowledged in time, 30 minutes past it" in read[0]
    assert "Eva" in read[0] and "Eva" not in read[1] and "Level 2: Ben Carter" in read[1]


# --- an acknowledgement that nothing follows ------------------------------------------------------------------------


def test_an_acknowledgement_lapses_when_nothing_follows(town: Town) -> None:
    """An hour of silence after an ack of a severity 1: it is not acknowledged any more, said once, and it goes up."""
    reported(town, SATURDAY_NIGHT)
    town.jo.replies("ack", under=CARD)
    town.later(minutes=59)
    assert issue(town).state == "acknowledged"
    town.later(minutes=2)
    assert issue(town).state == "open" and issue(town).acknowledged_at is None
    lapsed = [text for text in texts_of(town, "issue.line") if "has lapsed" in text]
    assert len(lapsed) == 1 and "nothing was heard since" in lapsed[0] and "ack" in lapsed[0]
    town.later(minutes=46)
    assert [each[0] for each in jumps(town)] == [2, 2]
    assert len([text for text in texts_of(town, "issue.line") if "has lapsed" in text]) == 1


@pytest.mark.parametrize("word", ["still looking, the carrier has a fault", "thanks", "owner @rey cruz"])
def test_any_word_of_the_owners_side_holds_the_acknowledgement(town: Town, word: str) -> None:
    """Talk counts as news too, though it asks nothing of the bot."""
    reported(town, SATURDAY_NIGHT)
    town.jo.replies("ack", under=CARD)
    town.later(minutes=50)
    town.jo.replies(word, under=CARD)
    town.later(minutes=50)
    assert issue(town).state == "acknowledged"
    town.later(minutes=11)
    assert issue(town).state == "open"


def test_a_word_of_the_other_side_is_no_news(town: Town) -> None:
    """Whoever waits cannot hold the other side's acknowledgement by asking for news."""
    reported(town, SATURDAY_NIGHT)
    town.jo.replies("ack", under=CARD)
    town.later(minutes=50)
    town.maya.replies("any news?", under=CARD)
    town.later(minutes=11)
    assert issue(town).state == "open"


def test_an_action_item_is_news_too(town: Town) -> None:
    """An action that the owner's side adds to the issue holds the acknowledgement."""
    reported(town, SATURDAY_NIGHT)
    town.jo.replies("ack", under=CARD)
    town.later(minutes=50)
    with town.units() as uow:
        jo = uow.session.exec(select(Person).where(Person.name == "Jo Santos")).one()
    values = {"title": "Send the rota", "owner": str(jo.id), "due": "2026-03-20", "visibility": "SH"}
    town.jo.submits("action.add", values, "issue:1")
    town.later(minutes=50)
    assert issue(town).state == "acknowledged"


def test_praise_in_the_thread_of_an_issue_still_counts_as_praise(town: Town) -> None:
    """Kudos said under an issue that is being worked on becomes a win, and is news of it too."""
    reported(town, SATURDAY_NIGHT)
    town.jo.replies("ack", under=CARD)
    town.later(minutes=50)
    town.jo.replies("kudos to Rey for staying on the line", under=CARD)
    with town.units() as uow:
        assert len(uow.wins.between(1, SATURDAY_NIGHT, town.now.replace(hour=23))) == 1
    town.later(minutes=50)
    assert issue(town).state == "acknowledged"


# --- where it is seen --------------------------------------------------------------------------------------------------


def test_what_went_up_comes_first_wherever_issues_are_listed(town: Town) -> None:
    """In the list, on Home, in the daily pulse and in the digest an escalated issue stands first and says so."""
    reported(town, FRIDAY, severity="3", title="Old and small")
    town.maya.submits("issue.report", {**FORM, "severity": "2", "title": "Refund calls wait long"}, "1")
    town.until(datetime(2026, 3, 9, 9, 30, tzinfo=UTC))
    listed = town.maya.types("report list").card
    assert listed is not None
    rows = [item for element in listed.elements if isinstance(element, Listing) for item in element.items]
    assert "Refund calls wait long" in plain_text(rows[0]) and "escalated to level 2" in plain_text(rows[0])
    home = town.jo.types("home").card
    needs = [plain_text(each.text) for each in (home.elements if home is not None else ()) if isinstance(each, Item)]
    assert "Refund calls wait long" in needs[0] and "escalated to level 2" in needs[0]
    assert "Old and small" in needs[1]
    town.maya.types("mornings 11:00")
    pulse = town.maya.types("pulse").card
    assert pulse is not None and "issue 2 went up a level: Refund calls wait long" in str(pulse)
    preview = str(town.maya.types("digest").card)
    assert "escalated to level 2" in preview
    assert preview.index("Refund calls wait long") < preview.index("Old and small")


@pytest.mark.parametrize("which", ["sqlite", "postgresql"])
def test_level_two_is_reached_on_both_databases(which: str, request: pytest.FixtureRequest) -> None:
    """S34 works when a severity 1 unanswered past its time reaches level 2 on both sides: on SQLite and PostgreSQL alike."""
    url = request.getfixturevalue("sqlite_url") if which == "sqlite" else request.getfixturevalue("postgres").fresh()
    database = Database(url)
    town = Town(database, datetime(2026, 3, 7, 20, 0, tzinfo=UTC))
    reported(town, SATURDAY_NIGHT)
    town.later(hours=1)
    assert [each[:3] for each in jumps(town)] == [(2, "client", "Ben Carter"), (2, "provider", "Rey Cruz")]
    card = town.maya.presses("escalation.keep", "1:0").card
    assert card is not None and "version 1" in card.text
    town.jo.replies("agree", under="escalation.card:1")
    town.jo.replies("ack", under=CARD)
    town.later(hours=2)
    assert issue(town).lapses == 1
    database.dispose()
    if which == "postgresql":
        request.getfixturevalue("postgres").drop(url)
