"""What comes by itself: in people's own hours, in one message where they want that, and every message says why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.plain import plain
from handlers import saying
from handlers.router import follow
from handlers.routes import table
from handlers.saying import About, decode_card, with_why
from handlers.vocabulary.address import Direct, Platform, Side
from handlers.vocabulary.outgoing import Answer, DirectPost, Heading, InternalCard
from storage.models.delivery import OutboxRow
from tests.journeys.words import labels, told
from tests.town import Town, town_at

MAYA, BEN, EVA, JO, REY = range(1, 6)
REPORT = {"detail": "", "severity": "3", "kind": "service", "visibility": "SH", "title": "Slow mails"}


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    return town_at(tmp_path, platform=platform)


def words(row: OutboxRow) -> str:
    return plain(decode_card(row.content))


def mornings(town: Town, person: int) -> list[OutboxRow]:
    return [row for row in town.rows(kind="reminders.morning") if row.subject_id == person]


def fails(town: Town) -> OutboxRow:
    """Maya is told, by itself, that a message could not be delivered."""
    with town.units() as uow:
        once = f"delivery.failed:{town.event()}"
        card = InternalCard(text="A message could not be delivered: issue card", why="You are the accountable owner.")
        to = Direct(town.maya.account, Side.CLIENT)
        saying.say(uow, DirectPost(to, card), About(1, "delivery.failed", "a delivery failed"), once, town.now)
        follow(table().followers, uow, town.now)
        uow.commit()
    town.deliver()
    row = town.row(once)
    assert row is not None
    return row


def reviewed(town: Town) -> None:
    """A weekly review on Thursdays at 10:00 in London."""
    form = town.maya.presses("review.setup", "1").form
    assert form is not None
    values = {each.name: each.initial for each in form.fields} | {"when": "thu 10:00"}
    assert not town.maya.submits(form.action, values, form.hidden).problems


def press(answer: Answer, label: str) -> tuple[str, str]:
    """Action and value of a button of an answer."""
    assert answer.card is not None
    found = next(each for each in answer.card.buttons if each.label == label)
    return found.action, found.value


# --- quiet hours


def test_a_single_message_waits_for_its_readers_own_hours(town: Town) -> None:
    """At night nothing comes by itself; what happened at 23:00 comes at 09:00, or when Maya's own quiet hours end."""
    town.now = datetime(2026, 3, 3, 23, 0, tzinfo=UTC)
    assert fails(town).not_before == datetime(2026, 3, 4, 9, tzinfo=UTC)
    assert "from 22:30 to 07:30" in told(town.maya.types("quiet 22:30-07:30"))
    assert fails(town).not_before == datetime(2026, 3, 4, 7, 30, tzinfo=UTC)
    town.now = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)
    assert fails(town).not_before == town.now, "22:00 is not quiet for her"
    town.now = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
    assert fails(town).not_before == datetime(2026, 3, 9, 7, 30, tzinfo=UTC), "nor on a Saturday"


def test_quiet_hours_that_leave_no_morning_are_refused_at_the_field(town: Town) -> None:
    """Hours with the morning in them, times that are none, and a morning in quiet hours are refused with the way out."""
    refused = town.jo.types("quiet 22:00-10:00")
    assert refused.card is not None or refused.problems
    assert "09:00" in str(refused) and "mornings 10:00" in str(refused)
    assert "quiet 22:00-08:00" in str(town.jo.types("quiet please"))
    form = town.maya.presses("reminder.quiet").form
    assert form is not None and [each.initial for each in form.fields] == ["18:00", "09:00"]
    assert set(town.maya.submits("reminder.quieted", {"begins": "25:00", "ends": "08:00"}).problems) == {"begins"}
    assert set(town.maya.submits("reminder.quieted", {"begins": "08:00", "ends": "08:00"}).problems) == {"ends"}
    assert not town.maya.submits("reminder.quieted", {"begins": "20:00", "ends": "08:30"}).problems
    assert "quiet 20:00-07:00" in str(town.maya.types("mornings 07:00"))
    assert "18:00 to 09:00" in told(town.maya.types("quiet usual"))


def test_a_night_shift_has_its_quiet_hours_by_day(town: Town) -> None:
    """Jo works for America at night: quiet from 07:00 to 20:00 in Manila, her morning at 21:00."""
    town.jo.types("mornings 21:00")
    assert "from 07:00 to 20:00" in told(town.jo.types("quiet 07:00-20:00"))
    town.maya.mentions("actions add Fix the export @Jo Santos due 2026-03-05")
    town.later(days=2)
    assert [f"{row.created_at + timedelta(hours=8):%a %H:%M}" for row in mornings(town, JO)][:1] == ["Mon 21:00"]


# --- one message instead of many


def test_everything_in_one_message(town: Town) -> None:
    """With one press single messages stand in the next morning message, with their buttons; one press takes it back."""
    answer = town.maya.presses("noise.fold", ":on")
    assert "stands in your morning message" in told(answer)
    town.later(hours=2)
    row = fails(town)
    assert (row.state, row.ref) == ("held", None)
    town.until(datetime(2026, 3, 3, 12, tzinfo=UTC))
    morning = mornings(town, MAYA)[-1]
    assert f"{morning.created_at:%a %H:%M}" == "Tue 09:00"
    assert "Also for you" in words(morning) and "could not be delivered" in words(morning)
    with town.units() as uow:
        folded = uow.outbox.by_once(row.once)
        assert folded is not None and (folded.state, folded.thread_card) == ("folded", morning.key)
    town.maya.presses(*press(answer, "Undo"))
    assert fails(town).state == "sent"


def test_severity_one_stands_in_no_other_message(town: Town) -> None:
    """An issue of severity 1 reaches its owners at night, while they rest and with everything in one message."""
    town.jo.presses("noise.fold", ":on")
    town.jo.types("pause until friday")
    town.now = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
    town.maya.submits("issue.report", {**REPORT, "severity": "1"}, "1")
    town.later(hours=8)
    direct = [row for row in town.rows() if row.account_user == town.user("JO") and row.kind.startswith("issue.")]
    assert direct and all(row.not_before == row.created_at for row in direct)


def test_the_question_about_a_review_is_part_of_the_morning(town: Town) -> None:
    """On the morning after a review nobody began one message holds the question with its buttons, and none beside it."""
    reviewed(town)
    town.until(datetime(2026, 3, 6, 12, tzinfo=UTC))
    asked = town.rows(kind="review.direct")
    assert len(asked) == 1 and asked[0].state == "folded"
    morning = mornings(town, MAYA)[-1]
    assert "What became of it? [It was held] [Move it] [Skip it]" in words(morning)
    assert [
        row.kind
        for row in town.rows()
        if row.account_user == town.user("MAYA") and row.created_at == morning.created_at
    ] in (
        ["review.direct", "reminders.morning"],
        ["reminders.morning", "review.direct"],
    )
    form = town.maya.presses("review.was_held", "1").form
    assert form is not None
    town.maya.submits(form.action, {each.name: each.initial for each in form.fields}, form.hidden)
    assert "[It was held]" not in words(mornings(town, MAYA)[-1]), "what is answered asks no more"


def test_a_contract_notice_is_part_of_the_morning_too(town: Town) -> None:
    """60 days before the end the notice stands in Maya's morning message, whichever of the two comes due first."""
    town.maya.types("setup contract 8 may")
    town.until(datetime(2026, 3, 9, 12, tzinfo=UTC))
    (ahead,) = town.rows(kind="contract.ahead")
    assert ahead.state == "folded" and "[Change the end]" in words(mornings(town, MAYA)[-1])


# --- why


def test_every_message_that_says_why_has_the_button_where_it_is_delivered(town: Town) -> None:
    """The morning message carries the button with its own key, and so does the line in its place; another line in a thread
    has none."""
    town.maya.mentions("actions add Fix the export @Jo Santos due 2026-03-04")
    town.later(days=1)
    row, _ = town.found(mornings(town, JO)[-1].once)
    button = with_why(decode_card(row.content), row).buttons[-1]
    assert (button.action, button.label, button.value) == ("noise.why", "Why this? Change it", row.key)
    row = mornings(town, JO)[-1]
    line = row.model_copy(update={"thread_card": "p1"})
    assert with_why(decode_card(row.content), line) == decode_card(row.content)


def test_why_tells_the_rule_and_changes_it_in_one_press(town: Town) -> None:
    """Under Jo's morning message: the reason, the rule, and her switches, each confirmed and taken back with a press."""
    town.maya.mentions("actions add Fix the export @Jo Santos due 2026-03-04")
    town.later(days=1)
    answer = town.jo.presses("noise.why", mornings(town, JO)[-1].key)
    assert answer.card is not None and "You own these" in told(answer)
    assert "At your own time on your own days" in plain(answer.card)
    shown = [each.label for each in answer.card.buttons]
    assert shown == ["Snooze", "Change the time", "How reminders work", "Pause until Monday", "My settings"]
    paused = town.jo.presses(*press(answer, "Pause until Monday"))
    assert "rest until" in told(paused)
    assert "go on" in told(town.jo.presses(*press(paused, "Go on now")))
    choices = town.jo.presses(*press(answer, "Snooze"))
    assert choices.card is not None
    snoozed = town.jo.presses(choices.card.buttons[0].action, choices.card.buttons[0].value)
    assert "as if you had not" in told(town.jo.presses(*press(snoozed, "Undo")))


def test_one_kind_alone_goes_into_the_morning(town: Town) -> None:
    """From the answer to why, one press puts this kind of message into the morning; the others still come alone."""
    town.later(hours=2)
    answer = town.maya.presses("noise.why", fails(town).key)
    folded = town.maya.presses(*press(answer, "Only in my morning message"))
    assert "could not be delivered" in told(folded) and fails(town).state == "held"
    town.maya.presses(*press(folded, "Undo"))
    assert fails(town).state == "sent"


def test_under_a_shared_message_managers_change_and_others_learn_whom_to_ask(town: Town) -> None:
    """Under the digest Maya can move it or leave one out; Jo, told privately, learns whom to ask."""
    form = town.maya.types("setup").form
    while form is not None:
        chosen = {"own": "service_level"} if form.action == "providers.metrics" else {}
        values = {each.name: each.initial for each in form.fields} | chosen
        form = town.maya.submits(form.action, values, form.hidden).form
    town.later(days=7)
    digest = town.rows(kind="digest.weekly")[-1]
    answer = town.maya.presses("noise.why", digest.key)
    assert answer.card is not None
    assert [each.label for each in answer.card.buttons] == ["Change its time", "Skip the next one", "My settings"]
    skipped = town.maya.presses(*press(answer, "Skip the next one"))
    assert skipped.card is not None and "Do not skip it" in labels(skipped.card)
    theirs = town.jo.presses("noise.why", digest.key)
    assert theirs.card is not None and "Maya Brooks" in plain(theirs.card)
    assert labels(theirs.card) == ["My settings"]


def test_why_can_be_asked_in_words(town: Town) -> None:
    """Where there is no button: a reply why under the message, or the word alone with the bot, answers the same."""
    town.maya.mentions("actions add Fix the export @Jo Santos due 2026-03-04")
    town.later(days=1)
    row = mornings(town, JO)[-1]
    town.jo.replies("Why?", under=row.once)
    answered = [each for each in town.rows(kind="answer") if each.account_user == town.user("JO")][-1]
    assert "At your own time" in words(answered)
    if not town.jo.has_a_chat:
        return
    town.jo.says("why", at=town.direct("JO"), direct=True)
    again = [each for each in town.rows(kind="answer") if each.account_user == town.user("JO")][-1]
    assert again.key != answered.key and "At your own time" in words(again)


def test_nobody_learns_why_somebody_elses_message_came(town: Town) -> None:
    """A direct message is its reader's alone, and what is internal the client's: anybody else hears of no such message."""
    town.maya.mentions("actions add Fix the export @Jo Santos due 2026-03-04")
    town.later(days=1)
    key = mornings(town, JO)[-1].key
    for resident in (town.maya, town.rey):
        assert "no message here" in told(resident.presses("noise.why", key))
    assert "no message here" in told(town.maya.presses("noise.why", "p-nothing"))
    assert "no message here" in told(town.jo.presses("noise.fold", "no.kind:on"))
    town.maya.submits("issue.report", {**REPORT, "visibility": "INT"}, "1")
    internal = town.row("issue.card:1")
    assert internal is not None and "no message here" in told(town.jo.presses("noise.why", internal.key))


# --- the one page


def test_one_page_shows_all_that_is_set(town: Town) -> None:
    """My settings name what is set, with a button for each; nobody else is told of any change."""
    before = len([row for row in town.rows() if row.channel == town.channel("SHARED")])
    town.maya.types("quiet 20:00-08:00")
    town.maya.presses("noise.fold", ":on")
    card = town.maya.types("mornings").card
    assert card is not None and card.title == "My settings"
    said = plain(card)
    for shown in ("09:00 (Europe/London)", "20:00 to 08:00", "in my morning message", "Weekly list", "Daily pulse"):
        assert shown in said
    assert [each.label for each in card.buttons] == [
        "Change the time",
        "Quiet hours",
        "Usual quiet hours",
        "Pause until Monday",
        "As they come",
        "No weekly list",
        "No daily pulse",
    ]
    assert not any(isinstance(each, Heading) for each in card.elements)
    assert len([row for row in town.rows() if row.channel == town.channel("SHARED")]) == before
