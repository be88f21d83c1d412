"""Issues from report to acceptance, as a chat between two companies."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.slack.forms import modal
from handlers.records.lines import plain_text
from handlers.router import follow
from handlers.routes import table
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.events import OwnerChanged
from handlers.vocabulary.incoming import Submitted
from handlers.vocabulary.outgoing import Answer, AnyCard, Facts, InternalCard, Mention, When, Words
from storage.models.audit import AuditEntry
from storage.models.delivery import OutboxRow
from storage.models.issue import Issue
from storage.models.provider import Owner
from tests.contracts.slack_limits import modal_violations
from tests.journeys.words import card_of, labels, texts_of, told
from tests.town import Resident, Town, town_at

CARD = "issue.card:1"
FORM = {
    "title": "Refund calls wait 20 minutes",
    "detail": "A customer complained on the phone.",
    "severity": "2",
    "kind": "service",
    "visibility": "SH",
}


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    return town_at(tmp_path, platform=platform)


def reported(town: Town, **changed: str) -> Issue:
    town.maya.submits("issue.report", {**FORM, **changed}, "1")
    return issue(town)


def issue(town: Town, number: int = 1) -> Issue:
    with town.units() as uow:
        found = uow.issues.numbered(1, number)
    assert found is not None
    return found


def card(town: Town) -> AnyCard:
    return card_of(town, CARD)


def lines(town: Town) -> list[str]:
    return texts_of(town, "issue.line")


def press(person: Resident, town: Town, action: str) -> Answer:
    return person.presses(action, f"1:{issue(town).version}")


# --- reporting ------------------------------------------------------------------------------------------------------


def test_the_verb_opens_a_form_of_five_with_what_was_typed(town: Town) -> None:
    """ "report …" prefills the title, and who will see it is asked of the client only."""
    form = town.maya.types("report Refund calls wait 20 minutes").form
    assert form is not None and form.action == "issue.report" and form.submit == "Report issue"
    assert [field.name for field in form.fields] == ["title", "detail", "severity", "kind", "visibility"]
    assert form.fields[0].initial == "Refund calls wait 20 minutes"
    assert form.fields[4].initial == "SH"
    theirs = town.jo.types("report").form
    assert theirs is not None and theirs.visible_to == "both companies"
    assert "visibility" not in [field.name for field in theirs.fields]


def test_in_the_internal_channel_our_company_only_is_the_default(town: Town) -> None:
    """What is begun inside stays inside unless somebody chooses otherwise."""
    form = town.maya.types("report", at=town.internal_place).form
    assert form is not None and form.fields[4].initial == "INT"


def test_a_message_becomes_the_detail_of_a_report(town: Town) -> None:
    """The shortcut on a message opens the form with the message's words in it."""
    form = town.maya.uses_shortcut("report_issue", "Hi team,\nthe refund line is full since nine.").form
    assert form is not None and "refund line is full" in form.fields[1].initial


def test_a_report_stands_in_the_shared_channel_with_its_owner_and_times(town: Town) -> None:
    """The provider's accountable owner has it, in Manila's business hours."""
    answer = town.maya.submits("issue.report", FORM, "1")
    assert told(answer) == "Issue 1 is reported to both companies. Jo Santos looks after it."
    shown = card(town)
    assert "Refund calls wait 20 minutes" in shown.title and "Reported, not acknowledged yet" in shown.text
    assert labels(shown) == ["Acknowledge", "Blocked", "Done", "Edit", "Add action item"]
    assert issue(town).acknowledge_by == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # 18:00 in Manila


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "The title is empty"),
        ("title", "x" * 151, "151 characters"),
        ("severity", "5", "'5' is not a severity"),
        ("kind", "mood", "'mood' is not a kind"),
        ("visibility", "PRV", "'PRV' is not offered"),
    ],
)
def test_a_wrong_field_says_so_at_the_field(town: Town, field: str, value: str, said: str) -> None:
    """The field, what was read and an example; nothing is saved."""
    answer = town.maya.submits("issue.report", {**FORM, field: value}, "1")
    assert said in answer.problems[field]
    assert town.rows() == []


def test_an_external_reports_by_mention_without_a_form(town: Town) -> None:
    """One line is enough: severity 3, kind "other", to be edited by both; the client owns what the provider reports."""
    answer = town.jo.mentions("report the VPN is down for the late shift")
    assert answer.form is None and answer.card is None
    made = issue(town)
    assert (made.title, made.severity, made.issue_kind) == ("the VPN is down for the late shift", 3, "other")
    assert made.owner_id == 1
    assert "Edit" in labels(card(town)) and town.reactions() == ["eyes"]


def test_a_provider_cannot_report_internally(town: Town) -> None:
    """A forged choice is refused at the field."""
    answer = town.jo.submits("issue.report", {**FORM, "visibility": "INT"}, "1")
    assert "visibility" in answer.problems


# --- replies --------------------------------------------------------------------------------------------------------


def test_ack_stops_the_timer_and_is_confirmed_by_a_reaction_alone(town: Town) -> None:
    """After "ack" nobody is reminded to acknowledge, and the thread stays quiet."""
    reported(town)
    town.jo.replies("ack", under=CARD)
    assert issue(town).state == "acknowledged" and "Northwind Manila is working on it" in card(town).text
    assert town.reactions() == ["eyes"] and lines(town) == []
    town.later(hours=16)
    assert lines(town) == []


def test_blocked_hands_the_clock_over_and_an_answer_gives_it_back(town: Town) -> None:
    """Waiting on the client: the words are quoted, the client is asked, and the deadline moves by what they took."""
    before = reported(town).resolve_by
    town.jo.replies("blocked: need the refund policy from you", under=CARD)
    assert issue(town).state == "waiting" and issue(town).waiting_on == "client"
    assert "Waiting on Client" in card(town).text
    assert lines(town) == [
        "@Maya Brooks, Jo Santos needs something from Client to go on: need the refund policy from you"
    ]
    town.until(datetime(2026, 3, 3, 10, 0, tzinfo=UTC))
    town.maya.replies("unblocked: it is in the drive", under=CARD)
    assert issue(town).state == "acknowledged"
    assert issue(town).resolve_by > before
    assert town.reactions() == ["hourglass_flowing_sand", "white_check_mark"]


def test_the_client_is_late_as_plainly_as_the_provider(town: Town) -> None:
    """What waits on the client past its time is said once, to the client's owner."""
    reported(town)
    town.jo.replies("blocked: need the refund policy", under=CARD)
    town.later(days=3)
    late = [line for line in lines(town) if "waits on your side" in line]
    assert len(late) == 1 and late[0].startswith("@Maya Brooks")
    facts = card(town).elements[0]
    assert isinstance(facts, Facts) and plain_text(facts.rows[0][1]).startswith(
        "Waiting on Client, overdue with Client"
    )


def test_done_asks_the_other_side_and_ok_closes(town: Town) -> None:
    """The reporter is asked; any "ok" of theirs accepts, with the time each side took."""
    reported(town)
    town.later(minutes=30)
    town.jo.replies("done: queue merged", under=CARD)
    assert "Maya Brooks, Jo Santos says issue 1 is done" in lines(town)[-1]
    town.rey.replies("ok", under=CARD)
    assert issue(town).state == "done"
    assert "the yes to issue 1 is for Client" in lines(town)[-1]
    town.later(hours=1)
    town.maya.replies("ok", under=CARD)
    assert issue(town).state == "accepted"
    assert (
        lines(town)[-1] == "Maya Brooks accepted issue 1. Thank you. It waited: Northwind Manila 30 min · Client 1 h."
    )


def test_ok_before_done_is_talk(town: Town) -> None:
    """A friendly "ok" under an open issue is left alone."""
    reported(town)
    town.maya.replies("ok", under=CARD)
    assert issue(town).state == "open" and town.reactions() == [] and lines(town) == []


def test_talk_under_a_card_is_left_alone(town: Town) -> None:
    """What people say to each other moves nothing."""
    reported(town)
    town.jo.replies("I will ask the floor manager and come back to you", under=CARD)
    town.maya.replies("Thanks Jo, is it done by tomorrow do you think?", under=CARD)
    assert issue(town).version == 2 and town.reactions() == [] and lines(town) == []


def test_silence_accepts_after_two_business_days_but_not_a_severity_two(town: Town) -> None:
    """Severity 3 closes by silence and says so; severity 2 is asked about once more and stays open."""
    reported(town, severity="3")
    town.jo.replies("done", under=CARD)
    reported(town, severity="2")
    town.jo.replies("done", under="issue.card:2")
    town.later(days=3)
    assert issue(town, 1).state == "accepted" and issue(town, 2).state == "done"
    assert any("nobody objected within two business days" in line for line in lines(town))
    assert [line for line in lines(town) if "waits for a yes" in line] == [
        "@Maya Brooks, issue 2 was called done and waits for a yes. Reply ok or reopen: why."
    ]


def test_reopening_gives_it_back_to_the_owner(town: Town) -> None:
    """ "reopen: …" undoes the done and starts the owner's clock again."""
    reported(town)
    town.jo.replies("done", under=CARD)
    town.maya.replies("reopen: calls still wait", under=CARD)
    assert issue(town).state == "acknowledged" and issue(town).reopened == 1
    assert lines(town)[-1].startswith("@Jo Santos, Maya Brooks reopened issue 1.")


def test_who_may_not_is_told_kindly_in_the_thread(town: Town) -> None:
    """The client cannot acknowledge for the provider, and is told what they can do."""
    reported(town)
    town.maya.replies("ack", under=CARD)
    assert issue(town).state == "open" and town.reactions() == ["question"]
    assert "To take it over, reply owner me" in lines(town)[-1]


def test_an_unclear_word_gets_one_question(town: Town) -> None:
    """ "blocked" without a reason is asked about, not guessed."""
    reported(town)
    town.jo.replies("blocked", under=CARD)
    assert issue(town).state == "open" and town.reactions() == ["question"]
    assert "What are you waiting for" in lines(town)[-1]


def test_only_the_reporter_withdraws(town: Town) -> None:
    """The provider cannot make a complaint disappear."""
    reported(town)
    town.jo.replies("withdraw", under=CARD)
    assert issue(town).state == "open"
    town.maya.replies("withdraw", under=CARD)
    assert issue(town).state == "withdrawn" and card(town).title.startswith("Issue 1 (withdrawn)")


def test_the_owner_changes_within_a_side_and_across(town: Town) -> None:
    """Within a side the promise stays; across sides it begins anew on the other clock."""
    before = reported(town)
    town.jo.replies("owner @Rey Cruz", under=CARD)
    assert issue(town).owner_id == 5 and issue(town).resolve_by == before.resolve_by
    town.maya.replies("owner me", under=CARD)
    assert issue(town).owner_id == 1 and issue(town).state == "open"
    assert "Maya Brooks looks after issue 1 now" in lines(town)[-1]
    town.jo.replies("owner @Ben Carter", under=CARD)
    assert issue(town).owner_id == 1 and "chooses who looks after issue 1" in lines(town)[-1]


def test_the_owners_side_may_raise_the_severity_but_not_lower_it(town: Town) -> None:
    """More time for oneself is for the other side to give."""
    reported(town)
    town.jo.replies("severity 4", under=CARD)
    assert issue(town).severity == 2
    town.jo.replies("severity 1", under=CARD)
    assert issue(town).severity == 1
    town.maya.replies("severity 3", under=CARD)
    assert issue(town).severity == 3


# --- time -----------------------------------------------------------------------------------------------------------


def test_an_unacknowledged_issue_is_mentioned_once(town: Town) -> None:
    """The owner is mentioned once for the acknowledgement and once for the resolution, with the reason, never again."""
    reported(town)
    town.later(days=10)
    rows = [row for row in town.rows() if row.once.startswith("issue.overdue")]
    assert [row.once.split(":")[2] for row in rows] == ["acknowledge", "resolve"]
    first = decode_card(rows[0].content)
    assert first.text.startswith("@Jo Santos, issue 1 was to be acknowledged by 2 March 18:00 (Asia/Manila)")
    assert first.why == "Severity 2 gives 1 business hour to acknowledge. This is said once."
    words = first.elements[0]
    assert isinstance(words, Words) and any(isinstance(span, Mention) for span in words.text)
    assert any(isinstance(span, When) for span in words.text)


def test_a_severity_one_reaches_both_owners_directly_at_any_hour(town: Town) -> None:
    """Fifteen minutes, day and night: then the thread, and both owners by direct message."""
    town.now = datetime(2026, 3, 7, 23, 0, tzinfo=UTC)
    reported(town, severity="1")
    town.later(minutes=16)
    direct = [row for row in town.rows() if row.kind == "issue.direct"]
    assert sorted(row.account_user for row in direct) == [town.user("JO"), town.user("MAYA")]
    assert all(row.visibility == "PRV" for row in direct)


def test_open_issues_go_with_the_job(town: Town) -> None:
    """When somebody else becomes accountable, their open issues move, with a word in each thread."""
    reported(town)
    with town.units() as uow:
        for owner in uow.session.exec(select(Owner).where(Owner.person_id == 4)):
            owner.person_id = 5
        uow.happened(OwnerChanged(1, "provider", 4, 5))
        follow(table().followers, uow, town.now)
        uow.commit()
    town.deliver()
    assert issue(town).owner_id == 5 and "owner Rey Cruz" in card(town).text
    assert lines(town) == ["@Rey Cruz looks after issue 1 now (until now Jo Santos)."]


# --- buttons --------------------------------------------------------------------------------------------------------


def test_the_buttons_lead_through_the_same_life(town: Town) -> None:
    """Acknowledge, Blocked, We answered, Done, Accept: with forms where words are needed."""
    reported(town)
    assert told(press(town.jo, town, "issue.acknowledge")) == "You have acknowledged issue 1."
    form = press(town.jo, town, "issue.block").form
    assert form is not None and form.action == "issue.blocked" and form.visible_to == "both companies"
    assert "reason" in town.jo.submits("issue.blocked", {"reason": " "}, form.hidden).problems
    town.jo.submits("issue.blocked", {"reason": "the policy"}, form.hidden)
    assert "We answered" in labels(card(town)) and _offered(town) == [["We answered"]]
    press(town.maya, town, "issue.answered")
    assert _offered(town) == []
    form = press(town.jo, town, "issue.finish").form
    assert form is not None
    town.jo.submits("issue.done", {"note": "merged"}, form.hidden)
    assert lines(town)[-1].endswith("merged") and _offered(town) == [["Accept", "Reopen"]]
    press(town.maya, town, "issue.accept")
    assert _offered(town) == []
    assert issue(town).state == "accepted" and labels(card(town)) == ["Reopen"]
    form = press(town.maya, town, "issue.reopen").form
    assert form is not None
    town.maya.submits("issue.reopened", {"reason": "again"}, form.hidden)
    assert issue(town).state == "acknowledged"


def _offered(town: Town) -> list[list[str]]:
    """The buttons of the lines in the thread that still have any."""
    found = [labels(decode_card(row.content)) for row in town.rows(kind="issue.line")]
    return [each for each in found if each]


def test_a_stale_button_changes_nothing_and_shows_how_it_stands(town: Town) -> None:
    """Somebody was faster: told, and shown the new state."""
    stale = f"1:{reported(town).version}"
    town.jo.replies("ack", under=CARD)
    answer = town.rey.presses("issue.acknowledge", stale)
    assert "changed in the meantime" in told(answer) and answer.card is not None
    assert "Done" in labels(answer.card) and "Acknowledge" not in labels(answer.card)


def test_editing_corrects_the_report_and_refuses_at_the_field(town: Town) -> None:
    """Words, kind and owner change; what is not theirs to change is said at its field."""
    reported(town)
    form = press(town.jo, town, "issue.edit").form
    assert form is not None and len(form.fields) == 5
    values = {"title": "Refund line full", "detail": "", "severity": "4", "kind": "quality", "owner": "5"}
    assert "more time" in town.jo.submits("issue.edited", values, form.hidden).problems["severity"]
    assert "owner" in town.jo.submits("issue.edited", {**values, "severity": "2", "owner": "99"}, form.hidden).problems
    town.jo.submits("issue.edited", {**values, "severity": "2"}, form.hidden)
    made = issue(town)
    assert (made.title, made.issue_kind, made.owner_id) == ("Refund line full", "quality", 5)


def test_the_list_is_worst_first_and_private(town: Town) -> None:
    """`report list` shows the open issues of this place with a button for each."""
    reported(town, severity="4", title="Logo is old")
    reported(town, severity="1", title="All lines down")
    answer = town.jo.types("report list")
    assert answer.card is not None and answer.card.kind == "PRV"
    assert labels(answer.card) == ["Issue 2", "Issue 1", "Report an issue"]
    assert "Logo is old" in town.maya.presses("issue.show", "1").card.title  # type: ignore[union-attr]
    assert "All lines down" in town.maya.types("report 2").card.title  # type: ignore[union-attr]
    assert told(town.maya.types("report mine")) == "No open issue is yours."


# --- undo -----------------------------------------------------------------------------------------------------------


def test_a_wrong_done_is_taken_back_and_its_line_says_so(town: Town) -> None:
    """Within ten minutes the state, the clocks and the deadlines are as before."""
    before = reported(town)
    town.later(minutes=5)
    town.jo.replies("done", under=CARD)
    town.jo.replies("undo", under=CARD)
    after = issue(town)
    assert (after.state, after.done_at, after.resolve_by) == ("open", None, before.resolve_by)
    assert lines(town)[-1].startswith("Jo Santos took this back: @Maya Brooks, Jo Santos says issue 1 is done")
    with town.units() as uow:
        clocks = uow.issues.clocks(after)
        assert [(clock.side, clock.ended_at) for clock in clocks] == [("provider", None)]


def test_undo_is_refused_when_somebody_acted_since_or_too_late(town: Town) -> None:
    """The reason is said, and the way out."""
    reported(town)
    town.jo.replies("done", under=CARD)
    town.maya.replies("reopen: no", under=CARD)
    town.jo.replies("undo", under=CARD)
    assert "Maya Brooks reopened it since" in lines(town)[-1]
    town.later(minutes=11)
    town.maya.replies("undo", under=CARD)
    assert "more than ten minutes ago" in lines(town)[-1]


def test_an_undone_report_stays_readable_as_withdrawn(town: Town) -> None:
    """The button after reporting takes it back; nothing is deleted."""
    answer = town.maya.submits("issue.report", FORM, "1")
    assert answer.card is not None
    button = answer.card.buttons[0]
    town.maya.presses(button.action, button.value)
    assert issue(town).state == "withdrawn" and "withdrawn" in card(town).title


# --- who may see it -------------------------------------------------------------------------------------------------


def test_an_internal_issue_is_unknown_to_the_provider(town: Town) -> None:
    """It stands in the internal channel only; for the provider it is the same as one that never existed."""
    reported(town, visibility="INT")
    row = town.row(CARD)
    assert (
        row is not None
        and row.channel == town.channel("INTERNAL")
        and isinstance(decode_card(row.content), InternalCard)
    )
    assert town.shared() == []
    for words in ("report 1", "report 77"):
        assert told(town.jo.types(words)).endswith("is not in your list. Here is what is open.")
    assert told(town.jo.presses("issue.show", "1")) == told(town.jo.presses("issue.show", "77"))
    town.jo.presses("issue.acknowledge", "1:2")
    assert issue(town).state == "open"
    assert told(town.jo.types("report list")) == "No open issues here."


def test_an_internal_issue_closes_when_its_owner_says_done(town: Town) -> None:
    """There is no other side to ask, and nobody to wait on."""
    reported(town, visibility="INT")
    town.maya.replies("blocked: need the policy", under=CARD)
    assert issue(town).state == "open"
    town.maya.replies("done", under=CARD)
    assert issue(town).state == "accepted"
    assert {row.channel for row in town.rows()} == {town.channel("INTERNAL")}


def test_every_change_is_in_the_audit_log_without_anybodys_words(town: Town) -> None:
    """Facts hold ids, states and moments; what people said is encrypted apart."""
    reported(town)
    town.jo.replies("blocked: SECRET-WORDS", under=CARD)
    town.maya.replies("unblocked", under=CARD)
    town.jo.replies("done: SECRET-NOTE", under=CARD)
    town.maya.replies("ok", under=CARD)
    with town.units() as uow:
        entries = uow.session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
        said = [uow.audit.words(entry) for entry in entries]
    assert [entry.what for entry in entries] == [
        "issue.reported",
        "issue.blocked",
        "issue.answered",
        "issue.done",
        "issue.accepted",
    ]
    assert not any("SECRET" in entry.facts or "Refund" in entry.facts for entry in entries)
    assert "SECRET-WORDS" in said


def test_a_reply_seen_twice_is_done_once(town: Town) -> None:
    """Nothing is said twice about one change."""
    reported(town)
    town.jo.replies("ack", under=CARD)
    town.jo.replies("ack", under=CARD)
    with town.units() as uow:
        onces = [row.once for row in uow.session.exec(select(OutboxRow)).all()]
    assert issue(town).version == 3 and len(onces) == len(set(onces))


# --- beside the usual way -------------------------------------------------------------------------------------------


def test_reports_at_the_same_moment_take_different_numbers(town: Town) -> None:
    """Eight people report at once: eight issues, eight numbers."""
    events = [
        Submitted(
            f"at-once-{each}", town.maya.account, town.shared_place, action="issue.report", values=FORM, hidden="1"
        )
        for each in range(8)
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda event: town.router.handle(event, town.now), events))
    with town.units() as uow:
        assert sorted(each.number for each in uow.issues.open_of(1)) == list(range(1, 9))


def test_without_an_internal_channel_the_owner_is_told_directly(town: Town) -> None:
    """What is for our company only never falls back to the shared channel."""
    with town.units() as uow:
        channel = uow.providers.channel(1, "internal")
        assert channel is not None
        channel.outside = True
        uow.session.add(channel)
        uow.commit()
    reported(town, visibility="INT")
    row = town.row(CARD)
    assert row is not None and row.account_user == town.user("MAYA") and town.shared() == []
    town.maya.replies("done", under=CARD)
    assert issue(town).state == "accepted" and town.shared() == []


def test_a_frozen_channel_refuses_a_shared_report_at_its_field(town: Town) -> None:
    """While the shared channel gets no posts, the form says so instead of losing the report."""
    with town.units() as uow:
        channel = uow.providers.channel(1, "shared")
        assert channel is not None
        channel.frozen = True
        uow.session.add(channel)
        uow.commit()
    answer = town.maya.submits("issue.report", FORM, "1")
    assert "cannot see this" in answer.problems["visibility"]
    assert told(town.jo.submits("issue.report", FORM, "1")).endswith("Please tell the client's owner directly.")


def test_a_client_who_asks_back_while_waited_on_has_answered(town: Town) -> None:
    """ "blocked: …" by the side that is waited on gives the issue back with their words."""
    reported(town)
    town.jo.replies("blocked: which policy applies?", under=CARD)
    town.maya.replies("blocked: need the order numbers first", under=CARD)
    assert issue(town).state == "acknowledged"
    assert lines(town)[-1].startswith("@Jo Santos, back with you")


def test_a_check_mark_means_what_its_writer_can_mean(town: Town) -> None:
    """The owner's check mark is "done", the other side's afterwards is "ok"."""
    reported(town)
    town.maya.replies("✅", under=CARD)
    assert issue(town).state == "open"
    town.jo.replies("✅", under=CARD)
    assert issue(town).state == "done"
    town.maya.replies("✅", under=CARD)
    assert issue(town).state == "accepted"


def test_every_form_fits_slack(town: Town) -> None:
    """The forms stay within a modal's limits, however long the words."""
    reported(town, title="x" * 150, detail="y" * 3000)
    views = [
        town.maya.types("report " + "words " * 200).form,
        press(town.maya, town, "issue.edit").form,
        press(town.jo, town, "issue.block").form,
        press(town.jo, town, "issue.finish").form,
    ]
    for form in views:
        assert form is not None and modal_violations(modal(form)) == []


def test_a_direct_reply_names_its_issue(town: Town) -> None:
    """ "ack issue 1" to the bot alone does what "ack" does in the thread; a refusal stays between the two."""
    reported(town)
    place = town.direct("JO")
    town.jo.says("ack issue 1", at=place, direct=True)
    assert issue(town).state == "acknowledged" and town.reactions() == ["eyes"]
    town.maya.says("done issue 1", at=place, direct=True)
    assert issue(town).state == "acknowledged" and lines(town) == []
    assert town.jo.says("I talked to Maya about issue 1", at=place, direct=True) == Answer()
