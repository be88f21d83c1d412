"""Action items from agreement to acceptance, as a chat between two companies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from handlers.router import follow
from handlers.routes import table
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.events import OwnerChanged
from handlers.vocabulary.outgoing import AnyCard, InternalCard, Mention, Words
from storage.models.action import ActionItem
from storage.models.person import Person
from tests.journeys.words import card_of, labels, texts_of, told
from tests.town import Town, town_at

CARD = "action.card:1"
FORM = {"title": "Send the refund policy", "owner": "4", "due": "2026-03-06", "visibility": "SH", "note": ""}
"""Jo Santos of the provider is the person with id 4."""


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    return town_at(tmp_path, platform=platform)


def agreed(town: Town, **changed: str) -> ActionItem:
    town.maya.submits("action.add", {**FORM, **changed}, "1")
    return item(town)


def item(town: Town, number: int = 1) -> ActionItem:
    with town.units() as uow:
        found = uow.actions.numbered(1, number)
    assert found is not None
    return found


def card(town: Town) -> AnyCard:
    return card_of(town, CARD)


def lines(town: Town) -> list[str]:
    return texts_of(town, "action.line")


def test_a_mention_makes_an_action_item(town: Town) -> None:
    """One line with a person and a day is enough: the card stands in the channel, the mention is confirmed."""
    town.maya.mentions("actions add Send the new refund policy @Jo Santos due tomorrow")
    made = item(town)
    assert (made.title, made.owner_id, made.due_on, made.visibility) == (
        "Send the new refund policy",
        4,
        date(2026, 3, 3),
        "SH",
    )
    assert town.shared() == ["Action 1: Send the new refund policy. Open. Owner Jo Santos, due Tuesday 3 March."]
    assert town.reactions() == ["white_check_mark"]


def test_without_a_name_it_is_mine_and_due_in_five_business_days(town: Town) -> None:
    """Defaults are sensible: the writer owns it, five business days on."""
    town.jo.types("actions add Tidy the queue list")
    assert (item(town).owner_id, item(town).due_on) == (4, date(2026, 3, 9))


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("actions add Fix it @Nobody due friday", "I do not know @Nobody here"),
        ("actions add Fix it due 2026-02-27", "past"),
        ("actions add Fix it due firday", "could not be read as a day"),
        ("actions add @Jo Santos", "The title is empty"),
    ],
)
def test_what_cannot_be_read_names_the_field_and_an_example(town: Town, words: str, problem: str) -> None:
    """Nothing is created, and the problem says what was read and what to write."""
    assert problem in told(town.maya.types(words))
    assert town.shared() == []


def test_the_form_has_five_fields_and_its_problems_stand_at_the_field(town: Town) -> None:
    """A past day, an unknown person and an empty title are each refused where they were entered."""
    form = town.maya.types("actions add").form
    assert form is not None and [field.name for field in form.fields] == ["title", "owner", "due", "visibility", "note"]
    assert set(town.maya.submits("action.add", {**FORM, "title": " ", "owner": "x"}, "1").problems) == {
        "title",
        "owner",
    }
    assert set(town.maya.submits("action.add", {**FORM, "due": "2026-03-01"}, "1").problems) == {"due"}
    assert set(town.maya.submits("action.add", {**FORM, "visibility": "INT"}, "1").problems) == {"owner"}
    theirs = town.jo.types("actions add").form
    assert theirs is not None and "visibility" not in [field.name for field in theirs.fields]
    assert "Eva Lindqvist" not in str(theirs), "the provider chooses among those it knows"


def test_done_waits_for_a_yes(town: Town) -> None:
    """The owner says done, the other side is asked by name and says ok; the card is edited in place."""
    agreed(town)
    town.jo.replies("done sent by mail", under=CARD)
    assert item(town).state == "done"
    asked = decode_card(town.rows(kind="action.line")[-1].content)
    assert isinstance(asked.elements[0], Words) and isinstance(asked.elements[0].text[0], Mention)
    assert labels(asked) == ["Accept", "Reopen"] == labels(card(town))
    town.jo.replies("ok", under=CARD)
    assert item(town).state == "done", "nobody accepts their own work"
    town.maya.replies("ok thanks", under=CARD)
    assert item(town).state == "accepted"
    assert "Done and accepted" in card(town).text


def test_silence_is_a_yes_after_two_business_days(town: Town) -> None:
    """Said done on Friday evening, it is accepted on Tuesday, not over the weekend."""
    agreed(town)
    town.until(datetime(2026, 3, 6, 18, 30, tzinfo=UTC))
    town.jo.replies("done", under=CARD)
    town.until(datetime(2026, 3, 10, 17, 59, tzinfo=UTC))
    assert item(town).state == "done"
    town.later(minutes=2)
    assert item(town).state == "accepted"
    assert "nobody objected within two business days" in lines(town)[-1]


def test_reopened_it_is_open_again_and_the_timer_is_off(town: Town) -> None:
    """What was not fixed goes on; a due day that has gone by becomes the owner's next working day."""
    agreed(town)
    town.jo.replies("done", under=CARD)
    town.until(datetime(2026, 3, 3, 9, tzinfo=UTC))
    town.maya.replies("reopen: the old prices are still in it", under=CARD)
    assert (item(town).state, item(town).due_on) == ("open", date(2026, 3, 6))
    town.later(days=20)
    assert item(town).state == "open"
    town.jo.replies("done", under=CARD)
    town.maya.replies("not fixed", under=CARD)
    assert item(town).due_on == date(2026, 3, 24)


def test_a_moved_day_is_shown_to_both_and_kept_in_the_log(town: Town) -> None:
    """`due` moves the commitment: card, a line in the thread, and both days in the audit log."""
    agreed(town)
    town.jo.replies("due 2026-03-11, the trainer is away", under=CARD)
    assert item(town).due_on == date(2026, 3, 11)
    assert "due Wednesday 11 March" in card(town).text
    assert lines(town) == [
        "Jo Santos moved action 1: due Wednesday 11 March (until now Friday 6 March). the trainer is away"
    ]
    with town.units() as uow:
        entry = uow.audit.of("action", 1)[-1]
        assert entry.what == "action.due" and "2026-03-06" in entry.facts and "trainer" not in entry.facts
        assert uow.audit.words(entry) == "the trainer is away"


def test_blocked_asks_the_other_side_without_blame(town: Town) -> None:
    """The other side's owner is named with what is needed; the card says on whom it waits."""
    agreed(town)
    assert labels(card(town)) == ["Done", "On it", "Blocked", "Move due day", "Not doing"]
    form = town.jo.presses("action.block", "1:1").form
    assert form is not None
    town.jo.submits("action.blocked", {"reason": "need the policy document"}, form.hidden)
    assert lines(town) == ["@Maya Brooks, Jo Santos needs something to go on with action 1: need the policy document"]
    assert "Blocked, waiting on Client" in card(town).text
    town.jo.replies("ack", under=CARD)
    assert item(town).state == "acknowledged"


def test_not_doing_has_a_reason_that_both_see(town: Town) -> None:
    """Closed without being done, because: on the card and in the thread."""
    agreed(town)
    town.jo.replies("not doing: the tool is replaced in April", under=CARD)
    assert item(town).state == "not doing"
    assert "the tool is replaced in April" in str(card(town).elements) and "replaced in April" in lines(town)[-1]


def test_need_help_asks_in_the_thread(town: Town) -> None:
    """The form behind "Need help" tells the other side's owner what is needed."""
    agreed(town)
    form = town.jo.presses("action.help", "1:1").form
    assert form is not None and form.visible_to == "both companies"
    town.jo.submits("action.helped", {"reason": "somebody who knows the refund tool"}, form.hidden)
    assert lines(town) == ["@Maya Brooks, Jo Santos could use help with action 1: somebody who knows the refund tool"]


def test_it_is_handed_over_within_a_side_and_taken_over_across(town: Town) -> None:
    """The owner's side passes it on; the other side cannot choose for them, but may take it over."""
    agreed(town)
    town.jo.replies("owner @Rey Cruz", under=CARD)
    assert (item(town).owner_id, item(town).side) == (5, "provider")
    town.maya.replies("owner @Jo Santos", under=CARD)
    assert item(town).owner_id == 5 and "chooses who looks after action 1" in town.shared()[-1]
    town.maya.replies("owner me", under=CARD)
    assert (item(town).owner_id, item(town).side) == (1, "client")


def test_undo_within_ten_minutes_unless_somebody_acted_on_it(town: Town) -> None:
    """A wrong click is taken back; a line that was said then says so; later, or after others, it is refused kindly."""
    agreed(town)
    town.jo.presses("action.done", "1:1")
    town.jo.replies("undo", under=CARD)
    assert item(town).state == "open" and "took that back" in lines(town)[0]
    town.jo.replies("done", under=CARD)
    town.maya.replies("ok", under=CARD)
    town.jo.replies("undo", under=CARD)
    assert item(town).state == "accepted" and "Maya Brooks accepted it since" in lines(town)[-1]
    town.later(minutes=11)
    town.maya.replies("undo", under=CARD)
    assert item(town).state == "accepted" and "more than ten minutes ago" in lines(town)[-1]


def test_a_button_of_an_older_card_does_nothing(town: Town) -> None:
    """Pressed on what has changed meanwhile: told, shown how it stands, nothing done."""
    agreed(town)
    town.maya.replies("due 2026-03-11", under=CARD)
    assert "This changed while you were looking" in told(town.jo.presses("action.done", "1:1"))
    assert item(town).state == "open"


def test_from_an_issue_it_hangs_in_the_issues_thread_and_is_answered_there(town: Town) -> None:
    """Slack gives every reply of a thread the root: under the issue's card "done 1" is the action item, "ack" the issue."""
    town.maya.submits(
        "issue.report",
        {"title": "Refunds wait", "detail": "", "severity": "3", "kind": "service", "visibility": "SH"},
        "1",
    )
    form = town.maya.presses("action.form", "issue:1").form
    assert form is not None and form.hidden == "issue:1"
    town.maya.submits("action.add", FORM, form.hidden)
    issue_card, row = town.row("issue.card:1"), town.row(CARD)
    assert row is not None and issue_card is not None and row.thread_card == issue_card.key
    town.jo.replies("ack", under="issue.card:1")
    assert item(town).state == "open"
    town.jo.replies("done 1 sent", under="issue.card:1")
    assert item(town).state == "done"
    town.maya.replies("ok", under="issue.card:1")
    assert item(town).state == "accepted"
    with town.units() as uow:
        found = uow.issues.numbered(1, 1)
        assert found is not None and found.state == "acknowledged", "the issue itself is untouched"


def test_what_is_for_the_client_only_never_reaches_the_provider(town: Town) -> None:
    """An internal item stands in the internal channel alone; to the provider it does not exist, whatever they try."""
    made = agreed(town, owner="1", visibility="INT", title="Compare the offers")
    row = town.row(CARD)
    assert made.visibility == "INT" and row is not None and row.channel == town.channel("INTERNAL")
    assert isinstance(card(town), InternalCard)
    missing = told(town.jo.types("actions 99")).replace("99", "1")
    assert told(town.jo.types("actions 1")) == missing
    for action in ("action.done", "action.show", "action.help", "action.undo", "reminder.snooze"):
        assert "not in your list" in told(town.jo.presses(action, "1"))
    town.jo.says("done action 1", direct=True)
    assert item(town).state == "open"
    assert "Compare the offers" not in str(town.jo.types("actions").card)
    assert "our company only" in str(town.maya.types("actions").card)
    assert town.shared() == []


def test_an_action_of_an_internal_issue_stays_internal(town: Town) -> None:
    """Even if somebody forges the form: what comes from an internal issue is internal, and names no issue elsewhere."""
    values = {"title": "Talks", "detail": "", "severity": "3", "kind": "service", "visibility": "INT"}
    town.maya.submits("issue.report", values, "1")
    town.maya.submits("action.add", {**FORM, "owner": "1"}, "issue:1")
    assert item(town).visibility == "INT" and town.shared() == []
    assert "not in your list" in told(town.jo.presses("action.form", "issue:1"))


def test_other_providers_do_not_know_of_it(town: Town) -> None:
    """Another provider's people see neither list nor item."""
    agreed(town)
    baltic, _ = town.takes_on("Baltic Desk", "Chat", town.channel("BALTIC"))
    with town.units() as uow:
        kasia = uow.people.add(
            Person(installation_id=1, provider_id=baltic, name="Kasia", side="provider", created_at=town.now)
        )
        uow.people.connect(kasia, town.platform, town.workspace("BALTIC"), town.user("KASIA"))
        uow.commit()
    stranger = type(town.jo)(town, "Kasia", town.workspace("BALTIC"), town.user("KASIA"), town.shared_place)
    assert "not in your list" in told(stranger.types("actions 1"))
    assert "refund policy" not in str(stranger.types("actions").card)
    stranger.replies("done", under=CARD)
    assert item(town).state == "open"


def test_the_list_shows_mine_first_then_this_channels(town: Town) -> None:
    """Mine by due day with buttons, then the others of this channel; "mine" leaves those out."""
    agreed(town)
    agreed(town, title="Train the floor", due="2026-03-04")
    agreed(town, owner="1", title="Approve the plan")
    shown = town.jo.types("actions").card
    assert shown is not None and shown.text == "You have 2 open action items."
    assert labels(shown) == ["Done 2", "Need help 2", "Done 1", "Need help 1", "Add an action item"]
    assert "Approve the plan" in str(shown) and "Approve the plan" not in str(town.jo.types("actions mine").card)
    assert "Approve the plan" in str(town.maya.types("todo northwind").card)
    assert town.maya.types("actions").card == town.maya.presses("action.list").card


def test_numbers_work_where_the_bot_is_alone_with_somebody(town: Town) -> None:
    """In a direct conversation "done 1" does it; without a number it is the only item, or the question which one."""
    agreed(town)
    agreed(town, title="Train the floor")
    town.jo.says("done", direct=True)
    asked = decode_card(town.rows(kind="action.answer")[-1].content)
    assert "Which one do you mean? Write for example done 1 or done 2." in asked.text
    town.jo.says("done 2", direct=True)
    assert (item(town).state, item(town, 2).state) == ("open", "done")
    town.jo.says("ack", direct=True)
    assert item(town).state == "acknowledged"


def test_talk_between_people_is_left_alone(town: Town) -> None:
    """An "ok" before anything is done, a count, a day said by the other side: nothing happens, nothing is said."""
    agreed(town)
    for words in ("ok", "sounds good, we had 7 calls", "done with this meeting", "thanks all"):
        town.maya.replies(words, under=CARD)
    town.maya.replies("tomorrow", under=CARD)
    assert item(town).state == "open" and lines(town) == [] and town.reactions() == []


def test_a_new_owner_of_a_side_takes_over_what_is_open(town: Town) -> None:
    """Nothing is left with somebody who no longer answers for it (S2)."""
    agreed(town)
    with town.units() as uow:
        uow.happened(OwnerChanged(1, "provider", 4, 5))
        follow(table().followers, uow, town.now)
        uow.commit()
    assert item(town).owner_id == 5 and "@Rey Cruz looks after action 1 now (until now Jo Santos)." in lines(town)


def test_seen_twice_is_done_once(town: Town) -> None:
    """The platform sends an event again: still one action item."""
    fresh = town.event_and_message
    town.event_and_message = lambda: ("ev-same", "m-same")  # type: ignore[method-assign]  # the same delivery, twice
    town.maya.mentions("actions add Send it due friday")
    town.maya.mentions("actions add Send it due friday")
    town.event_and_message = fresh  # type: ignore[method-assign]
    with town.units() as uow:
        assert uow.actions.next_number(1) == 2


def test_ten_minutes_of_undo_hold_for_adding_too(town: Town) -> None:
    """The wrong item is taken back by whoever added it; its card stays and says so."""
    answer = town.maya.submits("action.add", FORM, "1")
    assert answer.card is not None
    town.now += timedelta(minutes=5)
    undo = answer.card.buttons[0]
    town.maya.presses(undo.action, undo.value)
    assert item(town).state == "not doing" and "taken back by Maya Brooks" in str(card(town).elements)


def test_a_moment_in_a_lines_notification_names_its_zone(town: Town) -> None:
    """When silence counts as a yes is told on the clock of whoever is asked, also where only the plain text is read."""
    agreed(town)
    town.jo.replies("done sent it", under=CARD)
    assert "counts as accepted on 3 March 18:00 (Europe/London)" in lines(town)[-1]
