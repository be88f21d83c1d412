"""One company on Slack and Teams: a week in which nobody has to care where the other one sits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import PrivateCard
from storage.database import Database
from tests.journeys.test_figures import REQUEST, furnish
from tests.journeys.test_plans import FORM as PLAN
from tests.journeys.test_plans import plan
from tests.journeys.test_plans import press as press_plan
from tests.journeys.test_reviews import AGENDA, series
from tests.journeys.words import told
from tests.town import MONDAY
from tests.two_platforms import TENANT, TwoTown, family, two_towns_at

SLACK, TEAMS = Platform.SLACK, Platform.TEAMS
BOTH = (SLACK, TEAMS)
CARD = "issue.card:1"
ISSUE = {
    "title": "Refund calls wait 20 minutes",
    "detail": "A customer complained on the phone.",
    "severity": "2",
    "kind": "service",
    "visibility": "SH",
}


@pytest.fixture
def town(tmp_path: Path) -> TwoTown:
    return two_towns_at(tmp_path)


@pytest.fixture
def either(database: Database) -> Iterator[TwoTown]:
    """The town on a database of each kind."""
    yield TwoTown(database, MONDAY, SLACK)


def same_on_both(town: TwoTown, once: str) -> str:
    """What the card says, which stands alike in both channels."""
    rows = family(town, once)
    assert sorted(row.platform for row in rows) == [SLACK, TEAMS]
    assert {row.state for row in rows} == {"sent"}
    (text,) = {decode_card(row.content).text for row in rows}
    return text


def the_issue(town: TwoTown) -> None:
    """Reported on Slack, answered for on Teams."""
    town.maya.submits("issue.report", ISSUE, "1")
    assert "owner Jo Santos" in same_on_both(town, CARD)
    town.jo.answers("ack", under=CARD)
    assert "is working on it" in same_on_both(town, CARD)
    assert town.texts(SLACK, "relay") == ["Jo Santos, on Teams: ack"]
    town.jo.answers("blocked: need the refund policy from you", under=CARD)
    assert "Waiting on Client" in same_on_both(town, CARD)
    town.maya.replies("answered: it is in the handbook, page 12", under=CARD)
    assert "Waiting on Client" not in same_on_both(town, CARD)
    town.jo.answers("done two more people on the queue", under=CARD)
    town.maya.replies("ok", under=CARD)
    assert "Closed" in same_on_both(town, CARD)
    lines = [town.texts(platform, "issue.line") for platform in BOTH]
    assert lines[0] == lines[1] and lines[0][-1] == "Maya Brooks accepted issue 1. Thank you."
    assert town.texts(TEAMS, "relay") == ["Maya Brooks, on Slack: answered: it is in the handbook, page 12"]
    assert town.texts(SLACK, "relay")[1:] == ["Jo Santos, on Teams: done two more people on the queue"]


def test_an_issue_across_two_platforms(town: TwoTown) -> None:
    """Reported on Slack and owned on Teams: ack, blocked, answered, done and ok count on either, and both cards show it."""
    the_issue(town)


def test_a_reminder_reaches_the_owner_where_they_are(town: TwoTown) -> None:
    """An action of Ben's, agreed on Slack, is reminded of on Teams, once a morning, and "done" there closes it on both."""
    action = {"title": "Send the refund policy", "owner": "2", "due": "2026-03-06", "visibility": "SH", "note": ""}
    town.maya.submits("action.add", action, "1")
    same_on_both(town, "action.card:1")
    town.until(datetime(2026, 3, 4, 12, tzinfo=UTC))
    mornings = [row for row in town.rows(kind="reminders.morning") if row.subject_id == 2]
    assert [row.platform for row in mornings] == [TEAMS]
    assert mornings[0].workspace == TENANT and mornings[0].account_user == town.ben.user
    card = decode_card(mornings[0].content)
    assert isinstance(card, PrivateCard)
    done = next(button for button in card.buttons if button.action == "action.done")
    town.ben.presses(done.action, done.value)
    assert "done" in same_on_both(town, "action.card:1").casefold()


def test_figures_and_the_digest_stand_on_both_once(town: TwoTown) -> None:
    """Asked on both, told on Teams, corrected on Slack; Monday's digest stands in each channel once, the internal one in
    one place alone."""
    furnish(town)
    town.until(datetime(2026, 3, 3, 3, tzinfo=UTC))
    same_on_both(town, REQUEST)
    town.jo.answers("SL 82% AHT 6:52 QA 91", under=REQUEST)
    town.rey.replies("oops AHT 6:25", under=REQUEST)
    same_on_both(town, REQUEST)
    read = [town.texts(platform, "metrics.read") for platform in BOTH]
    assert read[0] == read[1] and read[0]
    town.until(datetime(2026, 3, 9, 12, tzinfo=UTC))
    digests = [town.on(platform, "digest.weekly") for platform in BOTH]
    assert [len(each) for each in digests] == [1, 1]
    detail = [town.on(platform, "digest.detail") for platform in BOTH]
    assert [[row.thread_card for row in each] for each in detail] == [[each[0].key] for each in digests]
    inside = town.rows(kind="digest.internal")
    assert [(row.platform, row.channel) for row in inside] == [(SLACK, town.internal_place.channel)]
    for platform in BOTH:
        days = [row.sent_at for row in town.on(platform) if row.thread_card is None and row.thread_ref is None]
        dates = [each.date() for each in days if each is not None]
        assert len(dates) == len(set(dates)), "one message a channel-day"


def test_a_plan_and_a_review_are_agreed_by_word_on_either(town: TwoTown) -> None:
    """The plan's card stands on both and "agree" on Teams binds; a line for the review said on Teams is on Slack's agenda,
    and a decision said on Slack in both minutes."""
    furnish(town)
    town.maya.submits("plan.draft", PLAN, "1")
    press_plan(town.maya, town, "plan.propose")
    same_on_both(town, "plan.card:1")
    town.jo.answers("agree", under="plan.card:1")
    assert plan(town).state == "agreed"
    same_on_both(town, "plan.card:1")
    series(town)
    town.until(datetime(2026, 3, 4, 12, tzinfo=UTC))
    same_on_both(town, AGENDA)
    town.jo.answers("agenda: how we staff Easter", under=AGENDA)
    assert all("Easter" in row.content for row in family(town, AGENDA))
    town.until(datetime(2026, 3, 5, 10, 1, tzinfo=UTC))
    town.maya.replies("decision: refund calls go to the second line", under=AGENDA)
    lines = [town.texts(platform, "review.line") for platform in BOTH]
    assert lines[0] == lines[1]


def test_a_manager_of_both_is_one_person_until_unlinked(town: TwoTown) -> None:
    """Maya on Teams is the same Maya once linked: she manages there; unlinked, she is somebody new there again."""
    there = town.on_teams("Maya Brooks", TENANT, "MAYA")
    assert told(there.types("setup")).startswith("This is for managers.")
    with town.units() as uow:
        ids = sorted(each.id or 0 for each in uow.people.of_client(1) if each.name == "Maya Brooks")
    town.maya.presses("account.link", f"{ids[0]}:{ids[1]}")
    assert there.types("setup").form is not None
    town.maya.types("setup unlink Maya Brooks")
    assert there.types("setup").form is None


def test_two_platforms_on_either_database(either: TwoTown) -> None:
    """The story of the issue, its twins and relays, is the same on SQLite and PostgreSQL."""
    the_issue(either)
    there = either.on_teams("Maya B.", TENANT, "MAYA")
    there.types("help")
    with either.units() as uow:
        one, other = (
            next(p.id for p in uow.people.of_client(1) if p.name == name) for name in ("Maya Brooks", "Maya B.")
        )
    either.maya.presses("account.link", f"{one}:{other}")
    assert there.types("setup people").card is not None
    assert "two people again" in told(either.maya.types("undo"))
