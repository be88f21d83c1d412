"""A line that something is late brings along what answers it: nobody has to know a word, and none has to reach the bot."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from tests.town import Town, town_at

FORM = {"title": "Calls drop", "detail": "", "severity": "2", "kind": "service", "visibility": "SH"}
CARD = "issue.card:1"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """An issue on Teams, reported on a Monday morning."""
    town = town_at(tmp_path, platform=Platform.TEAMS)
    town.maya.submits("issue.report", FORM, hidden="1")
    return town


def offered(town: Town, reason: str, label: str) -> tuple[str, str]:
    """The button that reads so under the newest line said for this reason which has it: its action and value."""
    rows = [each for each in town.rows(kind="issue.line") if each.reason == reason]
    found = [each for row in rows for each in decode_card(row.content).buttons if each.label == label]
    assert found, [(row.once, [each.label for each in decode_card(row.content).buttons]) for row in rows]
    return found[-1].action, found[-1].value


def state(town: Town) -> str:
    """How the issue stands."""
    with town.units() as uow:
        issue = uow.issues.get(1)
    assert issue is not None
    return issue.state


def test_each_late_line_is_answered_by_its_own_button(town: Town) -> None:
    """Not acknowledged, not answered, not accepted: each line has the button that does what it asks for."""
    town.later(hours=8)
    town.jo.presses(*offered(town, "issue overdue", "Acknowledge"))
    assert state(town) == "acknowledged"
    town.jo.replies("blocked: the policy, please", under=CARD)
    town.later(days=3)
    town.maya.presses(*offered(town, "issue overdue", "We answered"))
    assert state(town) == "acknowledged"


def test_a_line_that_is_not_resolved_in_time_offers_done_and_blocked(town: Town) -> None:
    """A press opens the form the card's own button opens."""
    town.later(days=4)
    action, value = offered(town, "issue overdue", "Done")
    assert town.jo.presses(action, value).form is not None
    assert offered(town, "issue overdue", "Blocked")[0] == "issue.block"


def test_a_lapsed_acknowledgement_can_be_given_again_at_its_line(town: Town) -> None:
    """The line that an acknowledgement lapsed has the button for another one."""
    town.jo.replies("ack", under=CARD)
    town.later(days=14)
    assert state(town) == "open"
    town.jo.presses(*offered(town, "acknowledgement lapsed", "Acknowledge"))
    assert state(town) == "acknowledged"
