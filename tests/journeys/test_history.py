"""One's newest change is taken back wherever one is; every record tells who changed what when, to those who may see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from storage.models.action import ActionItem
from storage.models.issue import Issue
from tests.journeys.test_figures import furnish
from tests.journeys.words import card_of, labels, texts_of, told
from tests.town import Town, town_at

FORM = {"title": "Refund calls wait", "detail": "All morning.", "severity": "2", "kind": "service", "visibility": "SH"}
EDIT = {
    "title": "Refund calls wait an hour",
    "detail": "Since Monday.",
    "severity": "1",
    "kind": "quality",
    "owner": "5",
}


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """A town with an issue and an action item, both of Jo's, reported a while ago."""
    town = town_at(tmp_path, platform=platform)
    town.maya.submits("issue.report", FORM, "1")
    town.maya.types("actions add Retrain the queue @Jo Santos due friday")
    town.later(minutes=11)
    return town


def issue(town: Town, number: int = 1) -> Issue:
    """An issue as it is."""
    with town.units() as uow:
        found = uow.issues.get(number)
    assert found is not None
    return found


def item(town: Town) -> ActionItem:
    """The action item as it is."""
    with town.units() as uow:
        found = uow.actions.get(1)
    assert found is not None
    return found


def says(answer: object) -> str:
    """Everything on the card somebody got."""
    return str(getattr(answer, "card", None))


# --- undo, anywhere -------------------------------------------------------------------------------------------------


def test_undo_takes_back_my_newest_change(town: Town) -> None:
    """Whatever it was and wherever it is typed: first the action item, then the issue, then nothing is left."""
    town.jo.replies("ack", under="issue.card:1")
    town.later(minutes=1)
    town.jo.replies("done sent", under="action.card:1")
    assert told(town.jo.types("undo")).startswith("Taken back: you called it done.")
    assert (item(town).state, issue(town).state) == ("open", "acknowledged")
    assert told(town.jo.types("undo")).startswith("Taken back: you acknowledged it.")
    assert issue(town).state == "open"
    assert "nothing of yours" in told(town.jo.types("undo"))


def test_undo_works_by_mention_and_directly(town: Town) -> None:
    """A provider's person has no command: the mention and the direct message do the same, answered to them alone."""
    town.jo.replies("ack", under="issue.card:1")
    town.jo.mentions("undo")
    assert issue(town).state == "open"
    town.jo.replies("ack", under="issue.card:1")
    town.jo.says("undo", direct=True)
    assert issue(town).state == "open"
    assert card_of(town, "answer:ev-0006").text.startswith("Taken back: you acknowledged it.")


def test_undo_is_refused_when_somebody_acted_since(town: Town) -> None:
    """The reason is said, and nothing else of mine is taken back instead."""
    town.jo.replies("ack", under="issue.card:1")
    town.later(minutes=1)
    town.jo.replies("done sent", under="action.card:1")
    town.maya.replies("ok", under="action.card:1")
    assert "Maya Brooks accepted it since" in told(town.jo.types("undo"))
    assert (item(town).state, issue(town).state) == ("accepted", "acknowledged")


def test_undo_is_over_after_ten_minutes(town: Town) -> None:
    """Later it says so, and changes nothing."""
    town.jo.replies("ack", under="issue.card:1")
    town.later(minutes=11)
    assert "last ten minutes" in told(town.jo.types("undo"))
    assert issue(town).state == "acknowledged"


def test_an_edit_is_taken_back_as_a_whole(town: Town) -> None:
    """Title, text, severity, kind and owner of one form come back at once, on the card too; its lines are struck through."""
    before = issue(town)
    town.jo.submits("issue.edited", EDIT, f"1:{before.version}")
    changed = issue(town)
    assert (changed.title, changed.severity, changed.owner_id) == ("Refund calls wait an hour", 1, 5)
    assert "you edited it" in told(town.jo.types("undo"))
    after = issue(town)
    for field in ("title", "detail", "severity", "issue_kind", "owner_id", "acknowledge_by", "resolve_by", "state"):
        assert getattr(after, field) == getattr(before, field), field
    assert "Refund calls wait. " in card_of(town, "issue.card:1").text
    struck = [row for row in town.rows(kind="issue.line") if '"kind":"struck"' in row.content]
    assert len(struck) == 2, "the line about the owner and the one about the severity"


def test_an_owner_named_by_reply_is_taken_back(town: Town) -> None:
    """ "owner @Rey Cruz", then undo: it is Jo's again."""
    town.jo.replies("owner @Rey Cruz", under="issue.card:1")
    assert issue(town).owner_id == 5
    town.jo.replies("undo", under="issue.card:1")
    assert issue(town).owner_id == 4


def test_figures_are_taken_back_from_anywhere(town: Town) -> None:
    """A figure given in the channel's thread or by command is withdrawn by a bare undo."""
    furnish(town)
    town.jo.types("metrics SL 82%")
    assert "service_level" in _current(town)
    assert "Taken back" in told(town.jo.types("undo"))
    assert _current(town) == set()


def _current(town: Town) -> set[str]:
    with town.units() as uow:
        return {row.metric for row in uow.metrics.readings([1], town.now.date())}


def test_an_absence_is_taken_back(town: Town) -> None:
    """And what it had replaced holds again."""
    town.maya.types("away until friday")
    town.later(minutes=1)
    town.maya.types("away until thursday")
    assert "Taken back" in told(town.maya.types("undo"))
    with town.units() as uow:
        (left,) = uow.absences.coming(1, town.now.date())
    assert left.last_day.isoformat() == "2026-03-06"


def test_a_report_that_is_taken_back_is_struck_through(town: Town) -> None:
    """The card stays where it was posted, readable, and no longer holds."""
    town.maya.submits("issue.report", {**FORM, "title": "A mistake"}, "1")
    town.maya.types("undo")
    row = town.row("issue.card:2")
    assert row is not None and '{"text":"A mistake","kind":"struck"}' in row.content
    assert card_of(town, "issue.card:2").title == "Issue 2 (withdrawn): A mistake"
    assert "nothing of yours" in told(town.maya.types("undo")), "an undo is not undone by the next one"


# --- edit -----------------------------------------------------------------------------------------------------------


def test_an_action_item_is_worded_anew(town: Town) -> None:
    """By its private view's Edit; both sides see what it said before, and undo brings that back."""
    private = town.jo.presses("action.show", "1")
    assert labels(private.card)[-2:] == ["Edit", "History"]
    form = town.jo.presses("action.edit", f"1:{item(town).version}").form
    assert form is not None and [field.initial for field in form.fields] == ["Retrain the queue", ""]
    town.jo.submits(form.action, {"title": "Retrain both queues", "note": "Two groups"}, form.hidden)
    assert (item(town).title, item(town).note) == ("Retrain both queues", "Two groups")
    assert texts_of(town, "action.line")[-1] == (
        "Jo Santos changed what action 1 says. Retrain the queue Retrain both queues"
    )
    assert "Retrain both queues" in card_of(town, "action.card:1").text
    town.jo.types("undo")
    assert (item(town).title, item(town).note) == ("Retrain the queue", "")


def test_who_may_word_an_action_item_anew(town: Town) -> None:
    """Not a member of the other side; a stale form changes nothing; an empty title is said at the field."""
    assert "changes what action 1 says" in told(town.ben.presses("action.edit", "1"))
    value = f"1:{item(town).version}"
    town.jo.replies("ack", under="action.card:1")
    assert "changed while you were looking" in told(town.jo.submits("action.edited", {"title": "x", "note": ""}, value))
    assert "empty" in town.jo.submits("action.edited", {"title": " ", "note": ""}, value).problems["title"]
    assert item(town).title == "Retrain the queue"


# --- history --------------------------------------------------------------------------------------------------------


def test_a_history_tells_who_changed_what(town: Town) -> None:
    """From before to after, in the words people used, also after an edit and an undo."""
    town.jo.replies("ack", under="issue.card:1")
    town.jo.replies("blocked: need the refund policy", under="issue.card:1")
    town.jo.submits("issue.edited", EDIT, f"1:{issue(town).version}")
    told_all = says(town.jo.presses("history.show", "issue:1"))
    for said in (
        "Maya Brooks reported it",
        "Jo Santos acknowledged it",
        "Status: not acknowledged yet → being worked on",
        "“need the refund policy”",
        "Severity: 2 → 1",
        "Owner: Jo Santos → Rey Cruz",
        "Title: Refund calls wait → Refund calls wait an hour",
        "What happened: All morning. → Since Monday.",
    ):
        assert said in told_all, said


def test_history_of_an_action_item(town: Town) -> None:
    """Its due day, its owner and its wording, each with what was before."""
    town.jo.replies("due monday", under="action.card:1")
    town.jo.submits("action.edited", {"title": "Retrain both", "note": "x"}, f"1:{item(town).version}")
    told_all = says(town.maya.types("history action 1"))
    for said in (
        "Due: Friday 6 March → Monday 9 March",
        "Title: Retrain the queue → Retrain both",
        "Note: nothing → x",
    ):
        assert said in told_all, said


def test_history_asks_which_one(town: Town) -> None:
    """A number that an issue and an action item have is asked back; in a thread no number is needed."""
    answer = town.maya.types("history 1")
    assert labels(answer.card) == ["Issue 1", "Action 1"]
    assert "Which one?" in told(town.maya.types("history")) and "Which one?" in told(town.maya.types("history of rome"))
    row = town.row("issue.card:1")
    assert row is not None
    assert "History of Issue 1" in told(town.maya.mentions("history", thread=row.ref))
    assert "not in your list" in told(town.maya.types("history 77"))


def test_history_of_what_is_internal_is_not_there_for_the_provider(town: Town) -> None:
    """By number, by button, by guess: the words are those for something that does not exist."""
    town.maya.submits("issue.report", {**FORM, "title": "A secret", "visibility": "INT"}, "1")
    assert "A secret" in told(town.maya.types("history issue 2"))
    assert told(town.jo.types("history issue 2")) == told(town.jo.types("history issue 88")).replace("88", "2")
    assert told(town.jo.presses("history.show", "issue:2")) == told(town.jo.presses("history.show", "issue:88"))
    for value in ("person:1", "programme:1", "issue:", "x", "absence:1"):
        assert told(town.jo.presses("history.show", value)).startswith("Which one?")


def test_erased_words_are_gone_from_a_history(town: Town) -> None:
    """The step stays, its words do not; an edit whose wording is gone cannot be taken back, and says so."""
    town.jo.replies("blocked: need the refund policy", under="issue.card:1")
    town.maya.submits("issue.edited", {**EDIT, "owner": "4"}, f"1:{issue(town).version}")
    with town.units() as uow:
        for person_id in (1, 4):
            uow.audit.erase(person_id)
        uow.commit()
    shown = says(town.ben.types("history issue 1"))
    assert "Jo Santos said it is blocked" in shown and "refund policy" not in shown
    assert "Maya Brooks edited it" in shown and "Since Monday" not in shown
    assert issue(town).title == "Refund calls wait an hour"


def test_every_private_view_leads_to_its_history(town: Town) -> None:
    """The button is on the private views only: the channel's cards stay as they were."""
    for answer in (town.ben.presses("issue.show", "1"), town.ben.presses("action.show", "1")):
        assert "History" in labels(answer.card)
    for once in ("issue.card:1", "action.card:1"):
        row = town.row(once)
        assert row is not None and "History" not in labels(decode_card(row.content))
