"""An improvement plan as a chat between two companies: drafted inside, agreed by both, judged by its figure, closed, reopened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import storage.models as models
from bot.plain import plain
from bot.slack.forms import modal
from handlers.agendas import Scope
from handlers.improvements import agenda
from handlers.metrics.keeping import catalogue, import_observations
from handlers.metrics.reading import Observation
from handlers.records.lines import plain_text
from handlers.router import follow
from handlers.routes import table
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform, Side
from handlers.vocabulary.events import OwnerChanged
from handlers.vocabulary.outgoing import Answer, AnyCard, Item
from storage.models.plan import ImprovementPlan, PlanMilestone
from tests.contracts.slack_limits import modal_violations
from tests.journeys.test_figures import furnish
from tests.journeys.words import card_of, labels, texts_of, told
from tests.town import Resident, Town, town_at

CARD, DRAFT = "plan.card:1", "plan.draft:1"
FORM = {
    "problem": "Service level fell under 85 %\nSince the January intake it slides every week.",
    "metric": "service_level",
    "target": "80 %",
    "hold": "3",
    "cause": "Two trainers left.",
}
FIRST = date(2026, 3, 2)
"""The Monday on which the plan is agreed; its week is the first that counts."""


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    town = town_at(tmp_path, platform=platform)
    furnish(town)
    return town


def drafted(town: Town, **changed: str) -> ImprovementPlan:
    town.maya.submits("plan.draft", {**FORM, **changed}, "1")
    return plan(town)


def proposed(town: Town, milestones: str = "", **changed: str) -> ImprovementPlan:
    drafted(town, **changed)
    if milestones:
        town.maya.submits("plan.stepped", {"milestones": milestones}, value(town))
    press(town.maya, town, "plan.propose")
    return plan(town)


def agreed(town: Town, milestones: str = "", **changed: str) -> ImprovementPlan:
    proposed(town, milestones, **changed)
    town.jo.replies("agree", under=CARD)
    assert plan(town).state == "agreed"
    return plan(town)


def plan(town: Town) -> ImprovementPlan:
    with town.units() as uow:
        found = uow.plans.numbered(1, 1)
    assert found is not None
    return found


def value(town: Town) -> str:
    return f"1:{plan(town).version}"


def press(person: Resident, town: Town, action: str) -> Answer:
    return person.presses(action, value(town))


def milestones(town: Town) -> list[PlanMilestone]:
    with town.units() as uow:
        return list(uow.plans.milestones(1))


def card(town: Town) -> AnyCard:
    return card_of(town, CARD)


def words(town: Town) -> str:
    return plain(card(town))


def lines(town: Town) -> list[str]:
    return texts_of(town, "plan.line")


def week(number: int) -> date:
    return FIRST + timedelta(weeks=number)


def report(town: Town, *values: str | None, start: int = 0, metric: str = "service_level") -> None:
    """Each value is reported on the Tuesday after its week; None is a week without a figure."""
    for number, value_ in enumerate(values, start):
        town.until(
            max(town.now, datetime.combine(week(number) + timedelta(days=8), datetime.min.time(), UTC).replace(hour=3))
        )
        if value_ is not None:
            keep(town, week(number), value_, metric)


def keep(town: Town, start: date, value_: str, metric: str = "service_level") -> None:
    formula = catalogue().get(metric).definition
    row = Observation("Northwind Manila", None, None, metric, formula, start, 7, None, None, Decimal(value_), 2)
    with town.units() as uow:
        import_observations(uow, 1, [row], town.now)
        follow(table().followers, uow, town.now)
        uow.commit()
    town.deliver()


# --- drafting -------------------------------------------------------------------------------------------------------


def test_plan_new_opens_a_form_of_five(town: Town) -> None:
    """What was typed is the problem; the figures offered are those that are followed, with their agreed targets."""
    form = town.maya.types("plan new Service level fell").form
    assert form is not None and form.submit == "Draft plan" and form.visible_to == "Client only, until you propose it"
    assert [field.name for field in form.fields] == ["problem", "metric", "target", "hold", "cause"]
    assert form.fields[0].initial == "Service level fell"
    assert [option.label for option in form.fields[1].options] == [
        "Service level (agreed: at least 85 %)",
        "Average handle time",
        "Quality (critical-error accuracy) (agreed: at least 90 %)",
        "No figure shows it: both sides say when it is done",
    ]


def test_a_draft_waits_with_whoever_drafts_it_and_nowhere_else(town: Town) -> None:
    """It is a direct message to the manager; the shared channel holds no word of it, and the provider knows of none."""
    answer = town.maya.submits("plan.draft", FORM, "1")
    assert told(answer) == (
        "Plan 1 is drafted. Only Client sees it until you propose it. It waits in your conversation with me."
    )
    assert answer.card is not None and "Problem" not in plain(answer.card), "the draft itself stands once"
    row = town.row(DRAFT)
    assert row is not None and row.account_user == town.user("MAYA") and row.visibility == "INT"
    assert town.shared() == []
    assert labels(answer.card) == ["Preview and propose", "Milestones", "Add action", "Change", "History"]
    assert told(town.jo.types("plan")) == "No improvement plan is running here."
    assert told(town.jo.types("plan 1")) == told(town.jo.types("plan 2")).replace("2", "1")
    assert told(town.jo.presses("plan.show", "1")) == "That plan is not in your list. Here is what is running."
    assert told(town.jo.presses("plan.agree", "1:2")) == "That plan is not in your list. Here is what is running."


def test_only_the_clients_owners_draft(town: Town) -> None:
    """A provider's person is told how a plan comes about; a deputy of the client may draft."""
    assert "can become a plan" in told(town.jo.types("plan new Too many calls"))
    assert town.ben.types("plan new Too many calls").form is not None


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("problem", " ", "This is empty"),
        ("metric", "", "Nothing is chosen"),
        ("metric", "csat", "'csat' is not followed here"),
        ("target", "eighty", "I read 'eighty' and expected a percentage"),
        ("hold", "0", "'0' is not a number from 1 to 52"),
    ],
)
def test_a_wrong_field_of_a_plan_says_so_at_the_field(town: Town, field: str, wrong: str, said: str) -> None:
    """The field, what was read and an example; nothing is saved."""
    answer = town.maya.submits("plan.draft", {**FORM, field: wrong}, "1")
    assert said in answer.problems[field]
    assert town.rows(kind="plan.draft") == []


def test_a_target_without_a_figure_is_asked_about(town: Town) -> None:
    """A target that was typed is never dropped in silence: on the first page and when the goal is changed."""
    said = "'80 %' needs a figure that reaches it. Choose the figure, or leave the target empty"
    assert town.maya.submits("plan.draft", {**FORM, "metric": "none"}, "1").problems == {"target": said}
    drafted(town)
    goal = {"metric": "none", "target": "80 %", "hold": "3"}
    assert town.maya.submits("plan.aimed", goal, value(town)).problems == {"target": said}


def test_without_a_target_the_agreed_one_is_meant(town: Town) -> None:
    """85 % is agreed; a figure without any agreed target needs one."""
    assert drafted(town, target="").target == Decimal(85)
    answer = town.maya.submits("plan.draft", {**FORM, "metric": "handle_time", "target": ""}, "1")
    assert "Average handle time has no agreed band yet" in answer.problems["metric"]


def test_a_draft_is_completed_by_replies_too(town: Town) -> None:
    """Under the draft: what is done for now, and milestones, each confirmed by a reaction."""
    drafted(town)
    town.maya.replies("for now: four experienced people take the mornings", under=DRAFT)
    town.maya.replies("milestones: 78 % by 20 March; 80 % by 10 April", under=DRAFT)
    assert plan(town).containment == "four experienced people take the mornings"
    assert [(each.check_on, each.target) for each in milestones(town)] == [
        (date(2026, 3, 20), Decimal(78)),
        (date(2026, 4, 10), Decimal(80)),
    ]
    assert town.reactions() == ["white_check_mark", "white_check_mark"]
    assert town.shared() == [] and lines(town) == []
    town.maya.replies("milestones: soon", under=DRAFT)
    assert "found no day" in lines(town)[0] and town.row(DRAFT).visibility == "INT"  # type: ignore[union-attr]


# --- proposing and agreeing -----------------------------------------------------------------------------------------


def test_the_preview_shows_what_both_will_see(town: Town) -> None:
    """Before proposing: the card as both companies will read it, and nothing is posted."""
    drafted(town)
    preview = press(town.maya, town, "plan.preview").card
    assert preview is not None and preview.kind == "PRV"
    assert "Visible to: both companies" in plain(preview) and "draft" not in plain(preview).lower()
    assert labels(preview) == ["Propose to both companies", "Change it first"]
    assert town.shared() == []


def test_a_proposal_is_a_new_card_with_the_clients_word(town: Town) -> None:
    """Both companies see it; the provider's owner is asked; the draft's own card stays inside."""
    proposed(town)
    assert town.shared() == [
        "Plan 1: Service level fell under 85 %. Proposed, waiting for a yes from Northwind Manila."
    ]
    assert labels(card(town)) == ["Agree", "Not yet", "Add action", "Change"]
    assert "Yes from Client: Maya Brooks" in words(town) and "waiting for @Jo Santos" in words(town)
    assert "Only Client" not in words(town) and "draft" not in words(town).lower()
    assert "is proposed: both companies see it" in card_of(town, DRAFT).text


def test_both_sides_agree_by_their_word(town: Town) -> None:
    """The provider's owner replies "agree": it runs, says until when, and shows who gave their word."""
    agreed(town)
    assert lines(town) == [
        "Both sides agreed to plan 1. It runs from today and closes when the figure has been at least 80 % for 3 weeks "
        "in a row."
    ]
    assert "Agreed by both sides, holds 0 of 3 weeks" in words(town)
    assert "Yes from Northwind Manila: Jo Santos" in words(town)
    assert town.reactions() == ["white_check_mark"]


def test_an_ok_is_a_word_too_and_a_deputy_may_give_it(town: Town) -> None:
    """Rey is Northwind's deputy; "ok" counts while a word is waited for, and is left alone afterwards."""
    proposed(town)
    town.rey.replies("ok", under=CARD)
    assert plan(town).state == "agreed"
    before = lines(town)
    assert town.jo.replies("ok", under=CARD) == Answer()
    assert lines(town) == before


def test_one_side_cannot_agree_for_both(town: Town) -> None:
    """Maya's word is given; that she says it again changes nothing, and Ben's is hers."""
    proposed(town)
    town.maya.replies("agree", under=CARD)
    assert plan(town).state == "proposed"
    assert lines(town) == ["Your side has said yes to plan 1. It waits for Northwind Manila."]


def test_somebody_who_does_not_answer_cannot_give_the_word(town: Town) -> None:
    """A third person of the provider is told who does."""
    proposed(town)
    stranger = town.somebody("Lia Tan", "NORTHWIND", "LIA", town.shared_place)
    stranger.replies("agree", under=CARD)
    assert plan(town).state == "proposed"
    assert lines(town) == ["Jo Santos answers for Northwind Manila and says yes or no to plan 1. Please ask them."]


def test_not_yet_needs_a_reason_and_is_shown(town: Town) -> None:
    """Without a reason it is asked for; with one the other side is asked, and nothing runs."""
    proposed(town)
    town.jo.replies("not yet", under=CARD)
    assert "What is missing?" in lines(town)[0]
    town.jo.replies("not yet: 80 % is too far with two trainers", under=CARD)
    assert "Jo Santos cannot say yes to plan 1 yet" in lines(town)[1]
    assert "Not yet, because: 80 % is too far with two trainers" in words(town)
    assert town.reactions() == ["question", "hourglass_flowing_sand"]


def test_a_counter_needs_the_other_word_again(town: Town) -> None:
    """Jo changes the target by reply: her word is given with it, Maya's is taken back and asked for."""
    proposed(town)
    town.jo.replies("target: 78 %", under=CARD)
    assert plan(town).target == Decimal(78)
    assert plan(town).provider_agreed_by is not None and plan(town).client_agreed_by is None
    told_ = "@Maya Brooks, Jo Santos changed plan 1: the target from 80 % to 78 %. "
    assert lines(town)[-1].startswith(told_)
    assert "It needs your yes again" in lines(town)[-1]
    press(town.maya, town, "plan.agree")
    assert plan(town).state == "agreed"


def test_a_change_of_what_was_agreed_takes_both_words_back(town: Town) -> None:
    """It is proposed again until both have said yes to what it says now; weeks go on counting from the first agreement."""
    first = agreed(town).agreed_at
    town.later(days=1)
    town.maya.replies("target: 82 %", under=CARD)
    after = plan(town)
    assert (after.state, after.client_agreed_by, after.provider_agreed_by) == ("proposed", None, None)
    assert "Both sides have to say yes again" in lines(town)[-1]
    assert "Proposed, waiting for a yes from Client and Northwind Manila" in words(town)
    town.maya.replies("agree", under=CARD)
    assert plan(town).state == "proposed"
    town.jo.replies("agreed", under=CARD)
    assert (plan(town).state, plan(town).agreed_at) == ("agreed", first)


def test_a_button_of_an_older_version_does_nothing(town: Town) -> None:
    """Nobody agrees to what they have not seen."""
    proposed(town)
    old = value(town)
    town.maya.replies("target: 84 %", under=CARD)
    answer = town.jo.presses("plan.agree", old)
    assert "changed in the meantime, so nothing was done" in told(answer) and "84 %" in plain(answer.card)  # type: ignore[arg-type]
    assert plan(town).state == "proposed"


def test_without_a_shared_channel_nothing_is_proposed(town: Town) -> None:
    """The draft stays what it is."""
    drafted(town)
    with town.units() as uow:
        channel = uow.providers.channel(1, "shared")
        assert channel is not None
        channel.frozen = True
        uow.providers.add(channel)
        uow.commit()
    assert "There is no channel yet" in told(press(town.maya, town, "plan.propose"))
    assert (plan(town).state, plan(town).visibility) == ("draft", "INT")


# --- actions --------------------------------------------------------------------------------------------------------


def test_intended_actions_become_action_items_when_both_agreed(town: Town) -> None:
    """Nobody is given anything before both have said yes; then each side's actions are real, in the plan's thread."""
    drafted(town)
    with town.units() as uow:
        jo = next(each for each in uow.people.of_provider(1) if each.name == "Jo Santos")
    form = press(town.maya, town, "plan.act").form
    assert form is not None and "Jo Santos (Northwind Manila)" in [each.label for each in form.fields[1].options]
    step = {"title": "Train two groups of eight", "owner": str(jo.id), "due": "2026-03-20"}
    town.maya.submits("plan.acted", step, value(town))
    press(town.maya, town, "plan.propose")
    assert town.rows(kind="action.card") == []
    assert "Train two groups of eight: Jo Santos, Friday 20 March" in words(town)
    town.jo.replies("action: Send the January forecast @Maya due 13 March", under=CARD)
    assert town.rows(kind="action.card") == []
    town.maya.replies("agree", under=CARD)
    items = town.rows(kind="action.card")
    assert len(items) == 2 and {row.thread_card for row in items} == {town.row(CARD).key}  # type: ignore[union-attr]
    assert "Client does\n• Action 2: Send the January forecast (Maya Brooks), not started" in words(town)
    with town.units() as uow:
        assert [each.plan_id for each in uow.actions.open_of(1)] == [1, 1]
        assert list(uow.plans.intended(1)) == []


def test_the_tracker_follows_its_actions(town: Town) -> None:
    """An action added while it runs needs no new word; "done 1" in the thread is the action's, and the card shows it."""
    agreed(town)
    town.jo.replies("action: Hire a trainer @Jo due 20 March", under=CARD)
    assert plan(town).state == "agreed"
    assert "Action 1: Hire a trainer (Jo Santos), not started, due Friday 20 March" in words(town)
    town.jo.replies("done", under=CARD)
    assert "Which one is done? Write for example done 1" in lines(town)[-1]
    town.jo.replies("done 1", under=CARD)
    assert "Action 1: Hire a trainer (Jo Santos), done, waits for a yes" in words(town)
    town.maya.replies("ok 1", under=CARD)
    assert "Action 1: Hire a trainer (Jo Santos), done" in words(town)


# --- judged by its figure -------------------------------------------------------------------------------------------


def test_it_closes_when_the_figure_has_held(town: Town) -> None:
    """Three weeks running at 80 % or more after both agreed; the third closes it and says the figures."""
    agreed(town)
    report(town, "80.4", "81")
    assert "holds 2 of 3 weeks" in words(town)
    report(town, "80", start=2)
    assert plan(town).state == "closed" and plan(town).held_until == week(2)
    assert lines(town)[-1] == (
        "Plan 1 is closed: Service level has been at least 80 % for 3 weeks in a row (80.4 %, 81.0 %, 80.0 %). "
        "Well done, both. If it misses two weeks in a row within the next 3 weeks, the plan opens by itself."
    )
    assert labels(card(town)) == []


def test_a_plan_that_closes_asks_for_nothing_about_a_missed_milestone(town: Town) -> None:
    """Its figure holds while a milestone is ahead: the status says what it waits for. On the milestone's day the miss is said
    and the plan closes; nobody is asked for a new day of a plan that is over."""
    agreed(town, "90 % by 27 March")
    report(town, "80.4", "81", "80")
    assert plan(town).state == "agreed" and "holds 3 of 3 weeks, closes after its last milestone" in words(town)
    assert "90 % by Friday 27 March: not due yet" in words(town)
    town.until(datetime(2026, 3, 27, 12, tzinfo=UTC))
    assert plan(town).state == "closed"
    assert "Plan 1: 90 % by Friday 27 March was not reached, found 80.0 %." in lines(town)
    assert not any("What helps" in said for said in lines(town))


def test_a_provider_with_no_plan_learns_how_one_comes_about(town: Town) -> None:
    """No dead end: the list that is empty says who drafts one, and offers to report what goes wrong."""
    answer = town.jo.types("plan")
    assert answer.card is not None and "The client's owner drafts one" in plain(answer.card)
    assert labels(answer.card) == ["Report an issue"]


def test_the_replies_printed_on_a_draft_work_as_printed(town: Town) -> None:
    """Whoever copies the example gets a milestone, whatever the day is; a plan without a figure has an example in words."""
    drafted(town)
    assert "milestones: 80 % by friday" in plain(card_of(town, DRAFT))
    town.maya.replies("milestones: 80 % by friday", under=DRAFT)
    assert [(each.check_on, each.target) for each in milestones(town)] == [(date(2026, 3, 6), Decimal(80))]
    town.maya.submits("plan.draft", {**FORM, "metric": "none", "target": ""}, "1")
    assert "milestones: the new script is in use by friday" in plain(card_of(town, "plan.draft:2"))
    town.maya.replies("milestones: the new script is in use by friday", under="plan.draft:2")
    with town.units() as uow:
        assert [each.words for each in uow.plans.milestones(2)] == ["the new script is in use"]
    history = town.maya.types("history plan 1")
    assert history.card is not None and "Milestones: nothing → 80 % by 6 March 2026" in plain(history.card)


def test_weeks_before_the_agreement_do_not_count(town: Town) -> None:
    """Three good weeks before it are no result of the plan."""
    for number in (-3, -2, -1):
        keep(town, week(number), "90")
    agreed(town)
    assert "holds 0 of 3 weeks" in words(town)


def test_a_missing_week_is_no_good_week(town: Town) -> None:
    """A hole begins the count anew, is shown as no data, and is mended by a late figure."""
    agreed(town)
    report(town, "81", None, "82", "83")
    assert plan(town).state == "agreed" and "holds 2 of 3 weeks" in words(town)
    keep(town, week(1), "80.5")
    assert plan(town).state == "closed"


def test_a_challenged_week_does_not_count(town: Town) -> None:
    """What is disputed is not known."""
    agreed(town)
    report(town, "81", "81")
    town.maya.replies("challenge SL: the queue was closed on Friday", under=f"figures:1:{week(1).isoformat()}")
    assert "holds 1 of 3 weeks" in words(town)


def test_it_does_not_close_because_somebody_wants_it_to(town: Town) -> None:
    """Calling it done is refused with how far it is; withdrawing needs a reason, which both read."""
    agreed(town)
    report(town, "81", "82")
    answer = press(town.maya, town, "plan.close")
    assert "closes when its figure has held, and it holds 2 of 3 weeks" in told(answer)
    assert labels(answer.card) == ["Withdraw"]
    form = press(town.maya, town, "plan.withdraw").form
    assert form is not None
    town.maya.submits("plan.withdrawn", {"reason": "the queue moves in house"}, form.hidden)
    assert plan(town).state == "withdrawn" and "Because: the queue moves in house" in words(town)
    assert "(withdrawn)" in (card(town).title or "")


def test_it_opens_again_by_itself(town: Town) -> None:
    """After closing one bad week is an event; the second running opens it, with the figures, and it can close again."""
    agreed(town)
    report(town, "81", "82", "83", "78")
    assert plan(town).state == "closed"
    report(town, "77.5", start=4)
    after = plan(town)
    assert (after.state, after.reopened, after.closed_at, after.held_until) == ("agreed", 1, None, None)
    assert lines(town)[-1].startswith(
        "@Maya Brooks, @Jo Santos, plan 1 is open again: Service level missed the target again: "
        "78.0 % (week of 23 Mar) and 77.5 % (week of 30 Mar), target at least 80 %."
    )
    assert "Opened again: once" in words(town)
    report(town, "81", "82", "83", start=5)
    assert plan(town).state == "closed"


def test_after_its_watch_a_fall_is_a_new_problem(town: Town) -> None:
    """Two bad weeks long after closing leave it closed."""
    agreed(town)
    report(town, "81", "82", "83", "84", "84", "84", "70", "70")
    assert plan(town).state == "closed"


def test_a_corrected_figure_opens_what_had_not_held(town: Town) -> None:
    """The figures it closed on were wrong: it says so."""
    agreed(town)
    report(town, "81", "82", "83")
    assert plan(town).state == "closed"
    keep(town, week(1), "79")
    assert plan(town).state == "agreed"
    assert "a corrected figure says that it had not held: 79.0 % (week of 9 Mar)" in lines(town)[-1]


def test_a_band_is_held_between_its_ends(town: Town) -> None:
    """A plan about handle time uses the band both companies agreed; outside it on either side is off."""
    with town.units() as uow:
        tracked = next(each for each in uow.metrics.tracked(1) if each.metric == "handle_time")
        uow.metrics.set_target(
            models.MetricTarget(
                tracked_metric_id=tracked.id or 0,
                minimum=Decimal(300),
                target=Decimal(400),
                effective_from=date(2020, 1, 1),
                set_at=town.now,
            )
        )
        uow.commit()
    agreed(town, metric="handle_time", target="", hold="2")
    assert "5:00 to 6:40" in words(town)
    report(town, "350", "280", metric="handle_time")
    assert "holds 0 of 2 weeks" in words(town)
    report(town, "310", "399", start=2, metric="handle_time")
    assert plan(town).state == "closed"


# --- milestones -----------------------------------------------------------------------------------------------------


def test_milestones_are_checked_on_their_day(town: Town) -> None:
    """Nine in London on the day: met with its value, missed with a question to both owners, once."""
    agreed(town, "79 % by 20 March; 80 % by 27 March; 82 % by 1 May")
    report(town, None, "79.2")
    town.until(datetime(2026, 3, 20, 8, 59, tzinfo=UTC))
    assert milestones(town)[0].state == "ahead"
    town.until(datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
    assert [each.state for each in milestones(town)] == ["met", "ahead", "ahead"]
    assert lines(town)[-1] == "Plan 1: 79 % by Friday 20 March is reached, with 79.2 %."
    report(town, "78", start=2)
    town.until(datetime(2026, 3, 27, 9, 0, tzinfo=UTC))
    missed = card_of(town, f"plan.missed:{milestones(town)[1].id}")
    assert missed.text == (
        "@Maya Brooks, @Jo Santos, plan 1: 80 % by Friday 27 March was not reached, found 78.0 %. What helps: a new day, or "
        "one more action?"
    )
    assert labels(missed) == ["New day", "Add action"] and missed.why
    assert "80 % by Friday 27 March: missed, found 78.0 %" in words(town)
    count = len(lines(town))
    keep(town, week(2), "80.1")
    assert milestones(town)[1].state == "met" and "is reached, with 80.1 %" in lines(town)[-1]
    keep(town, week(2), "78.5")
    assert milestones(town)[1].state == "missed" and len(lines(town)) == count + 1, "a miss is asked about once"


def test_a_milestone_without_a_figure_waits_for_it(town: Town) -> None:
    """No figure is neither met nor missed, and nothing is said; the late figure judges it."""
    agreed(town, "79 % by 20 March")
    before = len(lines(town))
    town.until(datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
    assert milestones(town)[0].state == "no figure" and len(lines(town)) == before
    assert "79 % by Friday 20 March: no figure" in words(town)
    keep(town, week(1), "79")
    assert (milestones(town)[0].state, milestones(town)[0].value) == ("met", Decimal(79))


def test_it_does_not_close_while_a_milestone_lies_ahead(town: Town) -> None:
    """The figure holds early; the last milestone's day closes it."""
    agreed(town, "81 % by 10 April")
    report(town, "82", "82", "82", "82")
    assert plan(town).state == "agreed" and "holds 3 of 3 weeks" in words(town)
    town.until(datetime(2026, 4, 10, 8, 0, tzinfo=UTC))
    assert plan(town).state == "closed"


def test_a_milestone_in_words_is_judged_by_people(town: Town) -> None:
    """On its day both owners are asked; one press answers, the question loses its buttons, and it can be undone."""
    agreed(town, "Two trainers hired by 20 March")
    town.until(datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
    asked = f"plan.asked:{milestones(town)[0].id}"
    assert card_of(town, asked).text == (
        "@Maya Brooks, @Jo Santos, plan 1: Two trainers hired by Friday 20 March. Is it reached?"
    )
    assert "nobody said yet" in words(town)
    answer = town.jo.presses("plan.reached", str(milestones(town)[0].id))
    assert told(answer) == "Noted: Two trainers hired is reached."
    assert labels(card_of(town, asked)) == [] and milestones(town)[0].state == "met"
    town.jo.presses("plan.undo", "1")
    assert milestones(town)[0].state == "no figure"


def test_a_silent_programme_checks_nothing(town: Town) -> None:
    """A paused programme's plan is not judged, and nobody is asked."""
    agreed(town, "79 % by 20 March")
    with town.units() as uow:
        programme = uow.providers.programme(1)
        assert programme is not None
        programme.state = "paused"
        uow.providers.add(programme)
        uow.commit()
    before = len(lines(town))
    town.until(datetime(2026, 3, 21, 9, 0, tzinfo=UTC))
    assert milestones(town)[0].state == "ahead" and len(lines(town)) == before


# --- a plan without a figure ----------------------------------------------------------------------------------------


def test_without_a_figure_both_sides_close_it(town: Town) -> None:
    """One side calls it done, the other's word closes it; "not yet" lets it run on with both words."""
    agreed(town, metric="none", target="")
    assert "No figure shows this problem" in words(town)
    town.jo.replies("done", under=CARD)
    assert plan(town).state == "done" and "Called done, waiting for a yes from Client" in words(town)
    assert labels(card(town)) == ["Agree, it is done", "Not yet"]
    town.maya.replies("not yet: the script is not in use", under=CARD)
    assert plan(town).state == "agreed" and plan(town).client_agreed_by is not None
    town.jo.replies("done", under=CARD)
    town.maya.replies("ok", under=CARD)
    assert plan(town).state == "closed"
    assert lines(town)[-1] == "Plan 1 is closed: both sides say it is done. Thank you, both."


# --- undo, who may know, evidence -----------------------------------------------------------------------------------


def test_an_edit_is_taken_back_with_its_words(town: Town) -> None:
    """Within ten minutes the plan says what it said before, and the words stand as they stood; the line says so."""
    agreed(town, "79 % by 20 March")
    town.later(minutes=20)
    town.maya.replies("target: 90 %", under=CARD)
    town.maya.replies("milestones: 85 % by 3 April", under=CARD)
    town.maya.replies("undo", under=CARD)
    assert [each.target for each in milestones(town)] == [Decimal(79)] and plan(town).target == Decimal(90)
    assert any(line.startswith("Maya Brooks took this back:") for line in lines(town))
    assert town.reactions()[-1] == "leftwards_arrow_with_hook"


def test_an_agreement_taken_back_leaves_the_reason_against_it(town: Town) -> None:
    """ "Not yet" with its reason, agreed, taken back: the card says again why not; taking that back too leaves none."""
    proposed(town)
    town.jo.replies("not yet: the trainer is away", under=CARD)
    town.jo.replies("agree", under=CARD)
    assert plan(town).reason == ""
    town.jo.presses("plan.undo", "1")
    assert (plan(town).state, plan(town).reason) == ("proposed", "the trainer is away")
    assert "the trainer is away" in words(town)
    town.jo.replies("not yet: and the room is taken", under=CARD)
    town.jo.presses("plan.undo", "1")
    assert plan(town).reason == "the trainer is away"


def test_after_ten_minutes_or_by_others_nothing_is_undone(town: Town) -> None:
    """The reason is said, with the way on."""
    proposed(town)
    assert "Maya Brooks proposed it since" in told(town.jo.presses("plan.undo", "1"))
    town.later(minutes=11)
    assert "more than ten minutes ago" in told(town.maya.presses("plan.undo", "1"))


def test_a_proposal_taken_back_is_struck_not_deleted(town: Town) -> None:
    """Both saw it, so it stays readable as withdrawn."""
    proposed(town)
    town.maya.presses("plan.undo", "1")
    assert plan(town).state == "withdrawn" and "(withdrawn)" in (card(town).title or "")
    assert "taken back by Maya Brooks" in words(town)


def test_handed_out_actions_keep_an_agreement(town: Town) -> None:
    """What others rely on since is not undone."""
    proposed(town)
    town.maya.replies("action: Hire a trainer @Jo due 20 March", under=CARD)
    town.jo.replies("agree", under=CARD)
    assert "its actions (1) are with their owners" in told(town.jo.presses("plan.undo", "1"))


def test_another_provider_knows_nothing_of_a_plan(town: Town) -> None:
    """Not in lists, not by number, not by button, not by a reply."""
    agreed(town)
    town.takes_on("Southwind", "Chat", town.channel("SOUTH"))
    there = town.place("SOUTH")
    sam = town.somebody("Sam Ortiz", "SOUTH", "SAM", there)
    sam.says("hello")
    assert told(sam.types("plan")) == "No improvement plan is running here."
    assert told(sam.types("plan 1")) == "Plan 1 is not in your list. Here is what is running."
    before = plan(town).version
    for action in ("plan.show", "plan.change", "plan.act", "plan.close", "plan.withdraw", "plan.undo"):
        assert told(sam.presses(action, value(town))) == "That plan is not in your list. Here is what is running."
    assert plan(town).version == before


def test_alone_with_the_bot_a_reply_names_its_plan(town: Town) -> None:
    """ "agree plan 1" in a direct conversation is the same word."""
    proposed(town)
    town.jo.says("agree plan 1", direct=True, at=town.direct("JO"))
    assert plan(town).state == "agreed" and "Agreed by both sides" in texts_of(town, "answer")[-1]


def test_a_new_owner_is_the_one_who_is_asked(town: Town) -> None:
    """The card names whoever answers now."""
    proposed(town)
    with town.units() as uow:
        owners = {each.role: each for each in uow.providers.owners(1) if each.side == Side.PROVIDER}
        uow.providers.end_owner(owners["owner"], town.now)
        uow.happened(OwnerChanged(1, Side.PROVIDER, owners["owner"].person_id, owners["deputy"].person_id))
        follow(table().followers, uow, town.now)
        uow.commit()
    assert "waiting for @Rey Cruz" in words(town)


def test_a_decline_drafts_its_own_problem(town: Town) -> None:
    """The button under the finding opens the first page with what the figures say; once there is a plan it is shown."""
    normal = ["85.1", "84.2", "85.9", "83.6", "84.4", "86.0", "85.2", "84.8", "83.9", "85.6", "84.5", "85.3"]
    sliding = ["84.9", "84.4", "84.6", "83.9", "84.2", "83.7", "84.0", "83.5"]
    for at, value_ in enumerate([*normal, *sliding]):
        keep(town, week(at - 20), value_)
    town.until(datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    form = town.maya.presses("plan.new", "1:service_level").form
    assert form is not None
    assert form.fields[0].initial.startswith("Service level has declined\nService level has averaged 84.0 %")
    assert "No action is on record" not in form.fields[0].initial
    assert (form.fields[1].initial, form.fields[2].initial) == ("service_level", "85 %")
    drafted(town)
    assert told(town.maya.presses("plan.new", "1:service_level")) == "Plan 1 is about this figure already."


def test_every_agenda_says_how_far_a_plan_is(town: Town) -> None:
    """One line with status, what was missed, what is next and what is late; a draft is no line."""
    drafted(town)

    def section() -> list[str]:
        with town.units() as uow:
            programme, provider = uow.providers.programme(1), uow.providers.provider(1)
            assert programme is not None and provider is not None
            told_ = agenda.section(Scope(programme, provider, town.now - timedelta(days=7), town.now), uow)
            return [plain_text(each.text) for each in told_ if isinstance(each, Item)]

    assert section() == []
    town.maya.submits("plan.stepped", {"milestones": "79 % by 20 March; 80 % by 10 April"}, value(town))
    press(town.maya, town, "plan.propose")
    assert section() == ["Plan 1: Service level fell under 85 %. Proposed, waiting for a yes from Northwind Manila."]
    town.jo.replies("agree", under=CARD)
    town.jo.replies("action: Hire a trainer @Jo due 12 March", under=CARD)
    report(town, "78", "78")
    town.until(datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
    assert section() == [
        "Plan 1: Service level fell under 85 %. Agreed by both sides, holds 0 of 3 weeks. "
        "Not reached: 79 % by Friday 20 March. Next: 80 % by Friday 10 April. Actions: 0 of 1 done, overdue: 1 (Jo Santos)."
    ]


def test_what_people_said_of_a_plan_is_not_in_the_facts_of_the_log(town: Town) -> None:
    """The audit log keeps states; the words stand beside them under their writer's key."""
    proposed(town)
    town.jo.replies("not yet: the trainer is away", under=CARD)
    with town.units() as uow:
        entries = uow.audit.of("plan", 1)
        assert [each.what for each in entries] == ["plan.drafted", "plan.proposed", "plan.not_yet"]
        assert not any("trainer" in each.facts for each in entries)
        assert uow.audit.words(entries[-1]) == "the trainer is away"


def test_a_closed_plan_is_decoded_as_it_was_said(town: Town) -> None:
    """Whatever stands in the outbox can be read back, chart included."""
    agreed(town)
    report(town, "80.4", "81", "82")
    assert all(decode_card(row.content) for row in town.rows() if row.kind.startswith("plan."))


def test_every_form_of_a_plan_fits_the_platform(town: Town) -> None:
    """Each button that opens a form opens one that Slack takes, says who will read it, and carries the plan's version."""
    drafted(town)
    for action in ("plan.words", "plan.goal", "plan.milestones", "plan.act", "plan.withdraw"):
        form = press(town.maya, town, action).form
        assert form is not None and form.visible_to == "Client only, until it is proposed", action
        assert form.hidden == value(town) and modal_violations(modal(form)) == []
    press(town.maya, town, "plan.propose")
    form = press(town.jo, town, "plan.later").form
    assert form is not None and form.visible_to == "both companies" and modal_violations(modal(form)) == []
    town.jo.submits("plan.not_yet", {"reason": "too far"}, form.hidden)
    assert plan(town).reason == "too far"


def test_the_forms_say_what_is_there_and_change_it(town: Town) -> None:
    """Words and target come back as they stand; sent in changed, the plan says so; sent in unchanged, nothing happens."""
    drafted(town)
    words_form = press(town.maya, town, "plan.words").form
    goal_form = press(town.maya, town, "plan.goal").form
    assert words_form is not None and goal_form is not None
    assert {field.name: field.initial for field in goal_form.fields} == {
        "metric": "service_level",
        "target": "80 %",
        "hold": "3",
    }
    same = {field.name: field.initial for field in words_form.fields}
    before = plan(town).version
    town.maya.submits("plan.worded", same, words_form.hidden)
    assert plan(town).version == before
    town.maya.submits("plan.worded", {**same, "containment": "Overtime on Mondays"}, words_form.hidden)
    town.maya.submits("plan.aimed", {"metric": "quality", "target": "", "hold": "2"}, value(town))
    after = plan(town)
    assert (after.containment, after.metric, after.target, after.hold_periods) == (
        "Overtime on Mondays",
        "quality",
        Decimal(90),
        2,
    )


def test_the_internal_digest_leads_to_a_plan_and_the_shared_one_tells_its_end(town: Town) -> None:
    """A decline has a button inside; the plan that reached its goal is a win that both companies read, once."""
    normal = ["85.1", "84.2", "85.9", "83.6", "84.4", "86.0", "85.2", "84.8", "83.9", "85.6", "84.5", "85.3"]
    sliding = ["84.9", "84.4", "84.6", "83.9", "84.2", "83.7", "84.0", "83.5"]
    for at, value_ in enumerate([*normal, *sliding]):
        keep(town, week(at - 20), value_)
    agreed(town, hold="1")
    town.until(datetime(2026, 3, 9, 9, 0, tzinfo=UTC))
    inside = card_of(town, "digest.internal:1:2026-03-09")
    assert ("plan.show", "1") in [(each.action, each.value) for each in inside.buttons]
    assert "plan.show" not in town.row("digest.weekly:1:2026-03-09").content  # type: ignore[union-attr]
    report(town, "81")
    assert plan(town).state == "closed"
    town.until(datetime(2026, 3, 16, 9, 0, tzinfo=UTC))
    win = "Plan 1 reached its goal and is closed: Service level fell under 85 %"
    assert win in plain(card_of(town, "digest.weekly:1:2026-03-16"))
    town.until(datetime(2026, 3, 23, 9, 30, tzinfo=UTC))
    assert win not in plain(card_of(town, "digest.weekly:1:2026-03-23"))


def test_what_was_intended_goes_over_with_the_office(town: Town) -> None:
    """Whoever answers now gets the action that the one before would have got."""
    proposed(town)
    town.jo.replies("action: Hire a trainer @Jo due 20 March", under=CARD)
    with town.units() as uow:
        owners = {each.role: each for each in uow.providers.owners(1) if each.side == Side.PROVIDER}
        uow.providers.end_owner(owners["owner"], town.now)
        uow.happened(OwnerChanged(1, Side.PROVIDER, owners["owner"].person_id, owners["deputy"].person_id))
        follow(table().followers, uow, town.now)
        uow.commit()
    assert "Hire a trainer: Rey Cruz" in words(town)


def test_while_the_owner_is_away_the_deputy_is_asked(town: Town) -> None:
    """The proposal turns to whoever answers today."""
    with town.units() as uow:
        uow.absences.add(
            models.Absence(person_id=4, first_day=date(2026, 3, 1), last_day=date(2026, 3, 6), told_at=town.now)
        )
        uow.commit()
    proposed(town)
    assert "waiting for @Rey Cruz" in words(town)


def test_the_history_tells_what_each_change_said(town: Town) -> None:
    """The client reads it from the draft on; the provider from the proposal on, and never a word of the draft."""
    drafted(town)
    town.maya.replies("cause: Their trainers are too young", under=DRAFT)
    town.maya.replies("cause: Two trainers left", under=DRAFT)
    press(town.maya, town, "plan.propose")
    town.jo.replies("target: 78 %", under=CARD)
    inside, theirs = plain(town.maya.types("history plan 1").card), plain(town.jo.types("history plan 1").card)  # type: ignore[arg-type]
    assert "Their trainers are too young" in inside and "Maya Brooks drafted it" in inside
    assert "too young" not in theirs and "drafted" not in theirs
    for read in (inside, theirs):
        assert "Jo Santos changed it" in read and "Target" in read and "78" in read
    assert not [row.once for row in town.rows(visibility="SH") if "too young" in row.content]


def test_undo_without_a_thread_finds_the_plan(town: Town) -> None:
    """The verb takes back whatever was one's newest change."""
    proposed(town)
    town.jo.replies("agree", under=CARD)
    assert "Taken back: you agreed to it" in told(town.jo.types("undo"))
    assert plan(town).state == "proposed"


def test_what_figures_say_at_night_is_said_in_the_morning(town: Town) -> None:
    """Figures imported at night edit the tracker at once and in silence; the line about them waits for the anchor's morning."""
    agreed(town, hold="1")
    report(town, "81.5")
    assert town.now.hour == 3 and plan(town).state == "closed"
    (closed,) = [row for row in town.rows(kind="plan.line") if "is closed" in decode_card(row.content).text]
    assert closed.not_before == datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert "Closed" in words(town)


def test_what_a_person_does_to_a_plan_is_said_at_once(town: Town) -> None:
    """A word given at night is answered at night: somebody is there."""
    proposed(town)
    town.until(datetime(2026, 3, 3, 3, tzinfo=UTC))
    town.jo.replies("agree", under=CARD)
    (row,) = [row for row in town.rows(kind="plan.line") if "agreed to plan" in decode_card(row.content).text]
    assert row.not_before == town.now


def test_no_day_that_is_past_is_proposed(town: Town) -> None:
    """A draft that waited too long: the preview says it at the milestone and at the action, proposing asks for later days, the
    form takes none that is past, and with later ones it goes out."""
    drafted(town)
    town.maya.submits("plan.stepped", {"milestones": "78 % by 20 March; 80 % by 1 June"}, value(town))
    town.maya.submits("plan.acted", {"title": "Train the team", "owner": "2", "due": "2026-03-19"}, value(town))
    town.until(datetime(2026, 4, 1, 9, tzinfo=UTC))
    shown = press(town.maya, town, "plan.preview").card
    assert shown is not None and "plan.propose" not in {each.action for each in shown.buttons}
    said = plain(shown)
    assert "78 % by Friday 20 March: this day is past, choose a later one" in said
    assert (
        "Thursday 19 March: this day is past, choose a later one" in said and "80 % by Monday 1 June: not due" in said
    )
    answer = press(town.maya, town, "plan.propose")
    assert answer.card is not None and "Thursday 19 March, Friday 20 March are past" in plain(answer.card)
    assert plan(town).state == "draft"
    form = press(town.maya, town, "plan.milestones").form
    assert form is not None and "Past already, give later days: Friday 20 March" in form.fields[0].hint
    refused = town.maya.submits("plan.stepped", {"milestones": form.fields[0].initial}, value(town))
    assert "which is past" in refused.problems["milestones"]
    town.maya.submits("plan.stepped", {"milestones": "78 % by 20 April; 80 % by 1 June"}, value(town))
    answer = press(town.maya, town, "plan.propose")
    assert answer.card is not None and "Thursday 19 March is past" in plain(answer.card)
    assert plan(town).state == "draft"
    town.maya.submits("plan.kept", {"keep": ""}, value(town))
    press(town.maya, town, "plan.propose")
    assert plan(town).state == "proposed"
