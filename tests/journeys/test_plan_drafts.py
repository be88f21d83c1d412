"""The plan that drafts itself: from a decline nobody acted on to a draft that waits for the client's owner alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import storage.models as models
from bot.plain import plain
from handlers.metrics.keeping import catalogue, import_observations
from handlers.metrics.reading import Observation
from handlers.router import follow
from handlers.routes import DIGESTS, FIRINGS, table
from handlers.schedules import tick
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import AnyCard
from storage.database import Database
from storage.models.plan import ImprovementPlan
from storage.unit_of_work import UnitOfWork
from tests.journeys.test_figures import furnish
from tests.journeys.words import card_of, labels, told
from tests.review_rows import review, weekly_series
from tests.town import Town, town_at

NORMAL = ["85.1", "84.2", "85.9", "83.6", "84.4", "86.0", "85.2", "84.8", "83.9", "85.6", "84.5", "85.3"]
SLIDE = ["84.9", "84.4", "84.6", "83.9", "84.2", "83.7", "84.0", "83.5", "83.8", "83.2", "83.6", "83.1"]
"""The worked example of a slow decline: the alert comes in its eighth week."""
NOISE = ["85.0", "84.6", "85.4", "84.1", "85.7", "84.9", "84.3", "85.5", "84.8", "85.2", "84.4", "85.1"]
ALERT = date(2026, 3, 9)
"""The Monday of the digest that tells the eighth week of the slide."""
SHARED_KINDS = ("digest.weekly", "digest.detail", "figures.request")


def reports(
    town: Town, values: Sequence[str | None], *, last: date = date(2026, 3, 2), metric: str = "service_level"
) -> None:
    """A week each, the newest one being ``last``'s."""
    formula = catalogue().get(metric).definition
    rows = [
        Observation(
            "Northwind Manila", None, None, metric, formula, last - timedelta(weeks=at), 7, None, None, Decimal(each), 2
        )
        for at, each in enumerate(reversed(values))
        if each is not None
    ]
    with town.units() as uow:
        import_observations(uow, 1, rows, town.now)
        follow(table().followers, uow, town.now)
        uow.commit()
    town.deliver()


def plans(town: Town) -> list[ImprovementPlan]:
    with town.units() as uow:
        return list(uow.plans.of(1))


def inside(town: Town, monday: date = ALERT) -> AnyCard:
    return card_of(town, f"digest.internal:1:{monday.isoformat()}")


def slides(town: Town, until: date = ALERT) -> None:
    """The decline, told by the digest of ``until``."""
    reports(town, [*NORMAL, *SLIDE[:8]])
    town.until(datetime.combine(until, datetime.min.time(), UTC) + timedelta(hours=12))


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    town = town_at(tmp_path, platform=platform)
    furnish(town)
    return town


def test_a_decline_nobody_acted_on_drafts_a_plan(town: Town) -> None:
    """Problem with figures and weeks, the agreed target, a way there, first actions on both sides; cause and what is done for
    now are asked, not guessed. It belongs to nobody who pressed anything."""
    slides(town)
    (plan,) = plans(town)
    assert (plan.state, plan.visibility, plan.created_by, plan.metric) == ("draft", "INT", None, "service_level")
    assert plan.problem.splitlines() == [
        "Service level has averaged 84.0 % over the last 6 weeks; its first 12 weeks averaged 84.9 %, and weeks usually "
        "differ by about 0.8.",
        "Weeks, by their Monday: 84.6 % (26 Jan), 83.9 % (2 Feb), 84.2 % (9 Feb), 83.7 % (16 Feb), 84.0 % (23 Feb), "
        "83.5 % (2 Mar).",
    ]
    assert (plan.target, plan.hold_periods, plan.cause, plan.containment) == (Decimal(85), 4, "", "")
    card = town.maya.presses("plan.show", "1").card
    assert card is not None
    shown = plain(card)
    assert "84.5 % by Thursday 9 April" in shown and "85 % by Thursday 7 May" in shown
    assert "Cause: why does it happen?" in shown and "For now: what is done at once" in shown
    assert "schedules: Jo Santos" in shown and "policies: Maya Brooks" in shown
    assert "every word of it is a suggestion" in shown


def test_the_alert_itself_names_the_draft_and_nothing_else_is_said(town: Town) -> None:
    """One message, the internal digest, with a way to open it and one to drop it; no direct message, nothing shared."""
    reports(town, [*NORMAL, *SLIDE[:8]])
    town.until(datetime(2026, 3, 9, 8, 0, tzinfo=UTC))
    before = len(town.rows())
    town.until(datetime(2026, 3, 9, 8, 40, tzinfo=UTC))
    new = town.rows()[before:]
    assert {row.kind for row in new} == {"digest.weekly", "digest.detail", "digest.internal"}
    assert "No action is on record. A draft of plan 1 waits for Maya Brooks; only your company sees it." in plain(
        inside(town)
    )
    assert labels(inside(town)) == ["Open the draft", "Not needed, because…"]
    assert not [row.once for row in town.rows(visibility="SH") if "draft" in row.content or "plan." in row.content]


def test_the_provider_knows_nothing_of_the_draft(town: Town) -> None:
    """By word, by number, by button, by reply: for them it is not there."""
    slides(town)
    assert told(town.jo.types("plan")) == "No improvement plan is running here."
    for answer in (town.jo.types("plan 1"), town.jo.presses("plan.show", "1"), town.jo.presses("plan.withdraw", "1")):
        assert "not in your list" in told(answer)
    with town.units() as uow:
        assert {each.visibility for each in uow.audit.of("plan", 1)} == {"INT"}


def test_a_draft_is_no_action(town: Town) -> None:
    """Both companies' digest goes on saying that nothing is agreed, and the client is told it was carried forward."""
    slides(town)
    shared = plain(card_of(town, "digest.weekly:1:2026-03-09"))
    assert "nothing agreed on it yet" in shared and "Acted on 0 of 1 metric off target." in shared
    assert "Off target again with nothing agreed on it: Service level" in plain(inside(town))


def test_it_is_drafted_once(town: Town) -> None:
    """The decline goes on for four weeks: the same draft is named each time."""
    slides(town)
    reports(town, SLIDE[8:], last=date(2026, 3, 30))
    town.until(datetime(2026, 3, 31, 12, tzinfo=UTC))
    assert [each.number for each in plans(town)] == [1]
    assert "A draft of plan 1 waits" in plain(inside(town, date(2026, 3, 30)))


def test_noise_drafts_nothing(town: Town) -> None:
    """Weeks that only differ as usual alert nobody, so nothing is drafted."""
    reports(town, [*NORMAL, *NOISE])
    town.until(datetime(2026, 3, 9, 12, tzinfo=UTC))
    assert plans(town) == [] and labels(inside(town)) == ["Draft a plan: Service level"]


def test_an_action_on_record_drafts_nothing(town: Town) -> None:
    """Somebody acts on it already: the finding is told, and no plan is put beside it."""
    with town.units() as uow:
        uow.actions.add(
            models.ActionItem(
                installation_id=1,
                provider_id=1,
                programme_id=1,
                number=1,
                title="Train the January group",
                metric="service_level",
                side="provider",
                owner_id=4,
                due_on=date(2026, 3, 20),
                created_by=1,
                created_at=town.now,
            )
        )
        uow.commit()
    slides(town)
    assert plans(town) == [] and "An action is on record." in plain(inside(town))


def test_an_accepted_risk_drafts_nothing(town: Town) -> None:
    """A review of the last weeks decided about the figure by name: that is an answer too."""
    with town.units() as uow:
        at = datetime(2026, 3, 5, 10, tzinfo=UTC)
        held = uow.reviews.add(review(uow.series.add(weekly_series(at)), at, "held"))
        assert held.id is not None
        uow.reviews.add_entry(
            models.ReviewEntry(
                review_id=held.id,
                entry_kind="risk",
                source="reply",
                words="We accept a lower service level until the new site opens",
                person_id=1,
                at=town.now,
            )
        )
        uow.commit()
    slides(town)
    assert plans(town) == []


def test_a_running_plan_drafts_nothing(town: Town) -> None:
    """What a person drafted about the figure is the plan; the digest leads to it."""
    form = {"problem": "Service level slides", "metric": "service_level", "target": "", "hold": "4", "cause": ""}
    town.maya.submits("plan.draft", form, "1")
    slides(town)
    assert len(plans(town)) == 1 and labels(inside(town)) == ["Open plan 1: Service level"]


def test_the_button_for_a_draft_opens_the_one_there_is(town: Town) -> None:
    """Nobody gets a second plan about one figure: by the digest's older button, or, once somebody had a hand in the draft, by
    filling in a first page."""
    slides(town)
    answer = town.maya.presses("plan.new", "1:service_level")
    assert answer.form is None and told(answer) == "Plan 1 is about this figure already."
    town.maya.says("cause plan 1: two trainers left", at=town.direct("MAYA"), direct=True)
    form = {"problem": "Service level slides", "metric": "service_level", "target": "", "hold": "4", "cause": ""}
    problems = town.maya.submits("plan.draft", form, "1").problems
    assert problems == {
        "metric": "Plan 1 is about this figure already. Change that one, or choose no figure here",
    }


def test_what_only_the_figures_wrote_gives_way_to_a_person(town: Town) -> None:
    """A manager who writes a plan of their own about the figure is not stopped by a suggestion: it is withdrawn for theirs."""
    slides(town)
    form = {"problem": "Service level slides", "metric": "service_level", "target": "", "hold": "4", "cause": ""}
    assert not town.maya.submits("plan.draft", form, "1").problems
    assert [(each.number, each.state, each.reason) for each in plans(town)] == [
        (2, "draft", ""),
        (1, "withdrawn", "Maya Brooks drafted another plan instead"),
    ]
    assert labels(inside(town)) == ["Open plan 2: Service level"]


def test_what_was_not_needed_is_not_drafted_again_soon(town: Town) -> None:
    """Dropped with a reason: six weeks later none of the weeks known then is judged any more, and what still declines is
    drafted anew."""
    slides(town)
    form = town.maya.presses("plan.withdraw", "1").form
    assert form is not None and form.fields[0].label == "Not needed, because…"
    town.maya.submits("plan.withdrawn", {"reason": "the January intake is being trained"}, form.hidden)
    assert [each.state for each in plans(town)] == ["withdrawn"]
    assert labels(inside(town)) == ["Draft a plan: Service level"], "the digest does not go on naming it"
    reports(town, ["83.8", "83.2", "83.6", "83.1", "83.4"], last=date(2026, 4, 6))
    town.until(datetime(2026, 4, 14, 12, tzinfo=UTC))
    assert len(plans(town)) == 1
    reports(town, ["83.0", "83.2"], last=date(2026, 4, 20))
    town.until(datetime(2026, 4, 27, 12, tzinfo=UTC))
    assert [each.state for each in plans(town)] == ["draft", "withdrawn"]


def test_dropping_a_draft_can_be_undone(town: Town) -> None:
    """Within ten minutes the draft waits again, and the digest names it again; others than the owner are refused."""
    slides(town)
    assert town.ben.presses("plan.withdraw", "1").form is not None, "a deputy may"
    town.maya.submits("plan.withdrawn", {"reason": "a mistake"}, "1")
    town.maya.presses("plan.undo", "1")
    assert [(each.state, each.closed_at) for each in plans(town)] == [("draft", None)]
    assert labels(inside(town)) == ["Open the draft", "Not needed, because…"]


def test_home_lists_the_draft_once(town: Town) -> None:
    """It needs the owner; their deputy and others are not asked."""
    slides(town)
    home = town.maya.types("home").card
    assert home is not None and plain(home).count("Plan 1") == 1
    assert "Plan 1 Service level has declined (Northwind Manila): a draft, only your company sees it." in plain(home)


def test_a_draft_nobody_touched_is_let_go(town: Town) -> None:
    """Four weeks on it is withdrawn without a message; the owner's next week names it, and history says that time did it."""
    slides(town)
    kinds = {row.kind for row in town.rows()}
    town.maya.types("actions add Send the forecast @Maya due 30 April")  # wakes her mornings
    town.until(datetime(2026, 4, 6, 8, 20, tzinfo=UTC))
    (plan,) = plans(town)
    assert (plan.state, plan.reason) == ("withdrawn", "nobody touched it for four weeks")
    assert {row.kind for row in town.rows()} - kinds <= {"reminders.morning", "metrics.request", "action.card"}
    town.until(datetime(2026, 4, 14, 12, tzinfo=UTC))
    mornings = [plain(card_of(town, row.once)) for row in town.rows(kind="reminders.morning")]
    line = "The draft of plan 1 (Service level has declined, Northwind Manila) is withdrawn: nobody touched it for four weeks."
    assert any(line in each for each in mornings)
    history = town.maya.presses("history.show", "plan:1").card
    assert history is not None
    assert "the figures drafted it" in plain(history)
    assert "the agreed time withdrew the draft that nobody had touched" in plain(history)


def test_a_draft_somebody_touched_stays(town: Town) -> None:
    """One word on it, and time leaves it alone."""
    slides(town)
    town.maya.says("cause plan 1: two trainers left", at=town.direct("MAYA"), direct=True)
    town.later(days=40)
    assert [(each.state, each.cause) for each in plans(town)] == [("draft", "two trainers left")]


def test_a_draft_from_the_figures_becomes_a_shared_plan(town: Town) -> None:
    """Previewed with the word of whoever presses, proposed, agreed: its actions go to their owners, and the digest says what is
    on it."""
    slides(town)
    with town.units() as uow:
        plan = uow.plans.get(1)
        assert plan is not None
    preview = town.maya.presses("plan.preview", f"1:{plan.version}").card
    assert preview is not None and "Yes from Client: Maya Brooks" in plain(preview)
    assert "suggestion" not in plain(preview) and "draft" not in plain(preview).lower()
    town.maya.presses("plan.propose", f"1:{plan.version}")
    assert labels(inside(town)) == ["Open plan 1: Service level"]
    town.jo.replies("agree", under="plan.card:1")
    with town.units() as uow:
        assert [(each.owner_id, each.plan_id) for each in uow.actions.open_of(1)] == [(1, 1), (4, 1)]
    town.until(datetime(2026, 3, 16, 12, tzinfo=UTC))
    assert "Acted on" in plain(card_of(town, "digest.weekly:1:2026-03-16"))


def test_a_suggested_action_can_be_dropped(town: Town) -> None:
    """What the manager does not mark in the form is no part of the plan, and undo brings it back."""
    slides(town)
    assert "Actions" in labels(town.maya.presses("plan.change", "1").card)
    form = town.maya.presses("plan.intended", "1").form
    assert form is not None and len(form.fields[0].options) == 2
    theirs, _ = form.fields[0].initial.split(",")
    assert not town.maya.submits("plan.kept", {"keep": theirs}, form.hidden).problems
    with town.units() as uow:
        assert [each.owner_id for each in uow.plans.intended(1)] == [4]
    town.maya.presses("plan.undo", "1")
    with town.units() as uow:
        assert [each.owner_id for each in uow.plans.intended(1)] == [4, 1]


def test_milestones_are_on_review_days_where_there_are_reviews(town: Town) -> None:
    """Both talk about what was found anyway: the check days are those of the weekly review, moved by holidays as it is."""
    form = town.maya.types("review setup").form
    assert form is not None
    fields = {each.name: each.initial for each in form.fields}
    answer = town.maya.submits("review.set_up", {**fields, "when": "every wednesday 10:00"}, form.hidden)
    assert not answer.problems, answer.problems
    slides(town)
    with town.units() as uow:
        found = [each.check_on for each in uow.plans.milestones(1)]
    assert found == [date(2026, 4, 15), date(2026, 5, 13)]


def test_a_figure_without_an_agreed_band_cannot_be_proposed_yet(town: Town) -> None:
    """Handle time slides without a band: the draft is written all the same, and proposing it says what is missing."""
    usual = ["385", "379", "391", "382", "388", "384", "380", "390", "386", "383", "387", "385"]
    slow = ["392", "396", "401", "404", "409", "412", "416", "420"]
    reports(town, [*usual, *slow], metric="handle_time")
    town.until(datetime(2026, 3, 9, 12, tzinfo=UTC))
    (plan,) = plans(town)
    assert (plan.metric, plan.target) == ("handle_time", None)
    shown = town.maya.types("plan 1").card
    assert shown is not None and "no target agreed yet · closes after 4 weeks in a row" in plain(shown)
    answer = town.maya.presses("plan.preview", f"1:{plan.version}")
    assert "Average handle time has no agreed band yet" in told(answer) and labels(answer.card) == ["Figure and target"]
    assert "metrics target AHT 6:00 to 7:00" in told(answer)


def test_a_band_entered_today_is_enough_to_propose(town: Town) -> None:
    """Whoever was told that the band is missing enters it and goes on at once, though the last week had none."""
    usual = ["385", "379", "391", "382", "388", "384", "380", "390", "386", "383", "387", "385"]
    reports(town, [*usual, "392", "396", "401", "404", "409", "412", "416", "420"], metric="handle_time")
    town.until(datetime(2026, 3, 9, 12, tzinfo=UTC))
    town.maya.types("metrics target AHT 6:00 to 6:30")
    (plan,) = plans(town)
    answer = town.maya.presses("plan.preview", f"1:{plan.version}")
    assert answer.card is not None and "6:00 to 6:30" in plain(answer.card), told(answer)


def test_two_ticks_at_once_draft_one_plan(database_url: str) -> None:
    """Two replicas come to the same digest at the same moment, each over a connection of its own; the key is unique besides."""
    first = Database(database_url)
    town = Town(first)
    furnish(town)
    reports(town, [*NORMAL, *SLIDE[:8]])
    town.until(datetime(2026, 3, 9, 8, 0, tzinfo=UTC))
    others = [Database(database_url) for _ in range(3)]
    together, now = threading.Barrier(len(others)), datetime(2026, 3, 9, 8, 31, tzinfo=UTC)

    def replica(database: Database) -> None:
        together.wait(20)
        with UnitOfWork(database) as uow:
            tick(uow, now, FIRINGS)
            follow(table().followers, uow, now)
            uow.commit()

    with ThreadPoolExecutor(len(others)) as pool:
        list(pool.map(replica, others))
    assert [each.found_as for each in plans(town)] == ["1:service_level:2026-03-02"]
    for database in (*others, first):
        database.dispose()


def test_the_same_decline_is_found_once_even_beside_the_calendar(database_url: str) -> None:
    """Called at once for the same week without the calendar's own guard, those who wait see that it is written."""
    first = Database(database_url)
    town = Town(first)
    furnish(town)
    reports(town, [*NORMAL, *SLIDE[:8]])
    others = [Database(database_url) for _ in range(3)]
    together, now = threading.Barrier(len(others)), datetime(2026, 3, 9, 8, 31, tzinfo=UTC)

    def replica(database: Database) -> None:
        with UnitOfWork(database) as uow:
            programme, provider = uow.providers.programme(1), uow.providers.provider(1)
            assert programme is not None and provider is not None
            states = [
                each
                for each in DIGESTS.preview(programme, provider, uow, now).states
                if each.metric.id == "service_level"
            ]
        together.wait(20)
        with UnitOfWork(database) as uow:
            DIGESTS.draft_plans(programme, states, uow, now)
            uow.commit()

    with ThreadPoolExecutor(len(others)) as pool:
        list(pool.map(replica, others))
    assert len(plans(town)) == 1
    for database in (*others, first):
        database.dispose()


def test_a_preview_drafts_nothing(town: Town) -> None:
    """Looking at the digest before it is posted changes nothing."""
    reports(town, [*NORMAL, *SLIDE[:8]])
    town.until(datetime(2026, 3, 9, 8, 0, tzinfo=UTC))
    town.maya.types("digest")
    town.maya.presses("digest.inside", "1")
    assert plans(town) == []
