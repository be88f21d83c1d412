"""What the digest tells beside the figures: the week's reviews, the plans, what was acted on; and the portfolio of all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import storage.models as models
from handlers.catching_up.handler import gap
from handlers.metrics.keeping import catalogue
from handlers.router import follow
from handlers.routes import table
from handlers.schedules import every
from handlers.vocabulary.address import Platform
from handlers.vocabulary.events import ReviewChanged
from storage.unit_of_work import UnitOfWork
from tests.journeys.test_digest import shown, words
from tests.journeys.test_figures import furnish
from tests.town import Town, town_at

FIRST = "digest.weekly:1:2026-03-09"
MONDAY = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """The town with three key metrics, on the Tuesday on which figures are asked for."""
    town = town_at(tmp_path, platform=platform)
    furnish(town)
    town.until(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))
    return town


def portfolio(town: Town, day: str = "2026-03-09") -> str:
    """What the digest of all providers is said as."""
    return f"digest.portfolio:1:{day}:{town.internal_place.channel}"


def hold(uow: UnitOfWork, at: datetime, state: str, *, decided: str = "", number: int = 1) -> int:
    """One review of a weekly series; ``decided`` is its one decision."""
    series = uow.series.of(1) or [
        uow.series.add(
            models.ReviewSeries(
                installation_id=1, provider_id=1, programme_id=1, name="Weekly review", rule="FREQ=WEEKLY;BYDAY=TH",
                first_wall=datetime(2026, 3, 5, 9, 0), anchor_zone="Europe/London", template="weekly", uid="one",
                created_at=at,
            )
        )
    ]  # fmt: skip
    row = uow.reviews.add(
        models.Review(
            installation_id=1, provider_id=1, programme_id=1, series_id=series[0].id or 0, number=number,
            planned_wall=at.replace(tzinfo=None), starts_at=at, minutes=30, state=state, created_at=at,
        )
    )  # fmt: skip
    assert row.id is not None
    if decided:
        uow.reviews.add_entry(
            models.ReviewEntry(
                review_id=row.id, entry_kind="decision", words=decided, person_id=1, source="form", at=at
            )
        )
    return row.id


def second_programme(town: Town, *, internal: str = "INTERNAL", shared: str = "SOUTH", same: bool = False) -> int:
    """Another programme of Maya's, whose digest comes at the same time; ``same`` provider or another."""
    with town.units() as uow:
        provider = (
            uow.providers.provider(1)
            if same
            else uow.providers.add(models.Provider(installation_id=1, name="Southwind", created_at=town.now))
        )
        assert provider is not None and provider.id is not None
        programme = uow.providers.add(
            models.Programme(
                installation_id=1, provider_id=provider.id, name="Chat", anchor_zone="Europe/London",
                digest_wall="mon 08:30", figures_wall="tue 10:00", created_at=town.now,
            )
        )  # fmt: skip
        assert programme.id is not None
        for channel, kind in ((shared, "shared"), (internal, "internal")):
            if channel:
                uow.providers.add(
                    models.Channel(
                        installation_id=1, programme_id=programme.id, platform=town.platform, workspace=town.client,
                        channel=town.channel(channel), kind=kind,
                    )
                )  # fmt: skip
        uow.providers.add(
            models.Owner(programme_id=programme.id, side="client", role="owner", person_id=1, since=town.now)
        )
        every(uow, "digest", programme.id, 1, "mon 08:30", "Europe/London", town.now)
        uow.commit()
        return programme.id


def test_reviews_stand_in_the_digest(town: Town) -> None:
    """Last Thursday's review with what it decided, and the next one on both clocks."""
    with town.units() as uow:
        hold(uow, datetime(2026, 3, 5, 9, 0, tzinfo=UTC), "held", decided="Two more agents on Sundays")
        hold(uow, datetime(2026, 3, 12, 9, 0, tzinfo=UTC), "planned", number=2)
        uow.commit()
    town.until(MONDAY)
    said = words(shown(town, FIRST))
    assert "Weekly review held Thursday: 1 decision" in said
    assert "Next review: Weekly review, Thursday 12 March 09:00 (London) · 17:00 (Manila)" in said


def test_a_review_that_was_held_after_all_is_put_right(town: Town) -> None:
    """The digest says that nobody held it; once somebody tells that it was, the same card says so."""
    with town.units() as uow:
        review_id = hold(uow, datetime(2026, 3, 5, 9, 0, tzinfo=UTC), "not held")
        uow.commit()
    town.until(MONDAY)
    assert "Weekly review of Thursday 5 March was not held" in words(shown(town, FIRST))
    with town.units() as uow:
        row = uow.reviews.get(review_id)
        assert row is not None
        row.state = "held"
        uow.reviews.save(row)
        uow.happened(ReviewChanged(review_id))
        follow(table().followers, uow, town.now)
        uow.commit()
    said = words(shown(town, FIRST))
    assert "was not held" not in said and "Weekly review held Thursday" in said


def test_what_is_off_target_is_answered_or_carried_forward(town: Town) -> None:
    """Nobody acted: the next digest names it again, with its weeks, and the client reads it by name. An action answers it,
    and so does a decision that names the metric."""
    town.jo.replies("SL 80% AHT 6:52 QA 80", under="figures:1:2026-02-23")
    town.until(MONDAY)
    first = words(shown(town, FIRST))
    assert "Acted on 0 of 2 metrics off target." in first and "nothing agreed on it yet" in first
    with town.units() as uow:
        uow.actions.add(
            models.ActionItem(
                installation_id=1, provider_id=1, programme_id=1, number=7, title="Hire", side="provider", owner_id=4,
                due_on=date(2026, 4, 1), created_by=1, created_at=town.now, metric="service_level",
            )
        )  # fmt: skip
        uow.commit()
    town.until(datetime(2026, 3, 10, 3, 0, tzinfo=UTC))
    town.jo.replies("SL 80% AHT 6:52 QA 80", under="figures:1:2026-03-02")
    town.until(datetime(2026, 3, 16, 12, 0, tzinfo=UTC))
    second = words(shown(town, "digest.weekly:1:2026-03-16"))
    assert "Acted on 1 of 2 metrics off target." in second and "action 7 is on it" in second
    assert "week 2 off target, nothing agreed on it yet" in second
    internal = shown(town, "digest.internal:1:2026-03-16")
    assert [(each.action, each.value) for each in internal.buttons] == [("plan.new", "1:quality")]
    inside = words(internal)
    assert "Off target again with nothing agreed on it: Quality (critical-error accuracy) (2 weeks)." in inside
    with town.units() as uow:
        hold(uow, datetime(2026, 3, 19, 9, 0, tzinfo=UTC), "held", decided="We accept quality at 80 % until May")
        uow.commit()
    town.until(datetime(2026, 3, 23, 12, 0, tzinfo=UTC))
    third = words(shown(town, "digest.weekly:1:2026-03-23"))
    assert "a decision of 19 March is on it" in third and "Acted on 2 of 2" in third


def test_a_plan_tells_how_long_it_holds(town: Town) -> None:
    """An agreed plan stands in the digest with its progress; a draft of the client does not."""
    with town.units() as uow:
        for number, state, visibility in ((2, "agreed", "SH"), (3, "draft", "INT")):
            uow.plans.add(
                models.ImprovementPlan(
                    installation_id=1, provider_id=1, programme_id=1, number=number, title="Service level fell",
                    metric="service_level", definition=catalogue().get("service_level").definition,
                    target=Decimal(85), state=state, visibility=visibility, created_at=town.now,
                    agreed_at=town.now if state == "agreed" else None,
                )
            )  # fmt: skip
        uow.commit()
    town.until(MONDAY)
    said = words(shown(town, FIRST))
    assert "Plan 2: Service level fell (holds 0 of 4 weeks)" in said and "Plan 3" not in said


# --- several programmes


def test_one_portfolio_a_week_and_the_details_in_its_thread(town: Town) -> None:
    """Two providers share the internal channel: at nine one message tells of both, and their internal digests hang under
    it; the provider in trouble comes first."""
    other = second_programme(town)
    town.jo.replies("SL 70% AHT 6:52 QA 91", under="figures:1:2026-02-23")
    town.until(datetime(2026, 3, 17, 0, 0, tzinfo=UTC))
    rows = [row for row in town.rows() if row.channel == town.channel("INTERNAL")]
    roots = [row for row in rows if row.thread_card is None]
    assert [row.once for row in roots] == [portfolio(town), portfolio(town, "2026-03-16")]
    assert roots[0].created_at == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    card = shown(town, portfolio(town))
    assert card.kind == "INT" and card.why
    assert card.text == "Portfolio, 23 Feb–1 Mar: 1 of 2 in trouble (Northwind Manila); 1 not measured yet."
    said = words(card)
    assert said.index("Northwind Manila, in trouble") < said.index("Southwind, not measured yet")
    assert "Nothing agreed on Service level (1 week)" in said
    inner = {row.once: row.thread_card for row in rows if row.kind == "digest.internal"}
    assert inner[f"digest.internal:{other}:2026-03-09"] == inner["digest.internal:1:2026-03-09"] == roots[0].key


def test_after_a_gap_the_portfolio_still_comes_first(town: Town) -> None:
    """Digests and portfolio were all due while nothing ran: the portfolio is the message that says it is late, and the
    internal digests hang under it, not the other way round."""
    second_programme(town)
    town.until(datetime(2026, 3, 14, 22, 0, tzinfo=UTC))
    town.now = datetime(2026, 3, 16, 14, 0, tzinfo=UTC)
    with town.units() as uow:
        gap(uow, datetime(2026, 3, 14, 22, 0, tzinfo=UTC), town.now)
        uow.commit()
    town.later(minutes=5)
    rows = {row.once: row for row in town.rows() if row.channel == town.channel("INTERNAL")}
    root = rows[portfolio(town, "2026-03-16")]
    assert root.late is not None and root.thread_card is None
    inside = [row for row in rows.values() if row.once.endswith("2026-03-16") and row.kind == "digest.internal"]
    assert [row.thread_card for row in inside] == [root.key, root.key]
    [said] = [shown(town, each) for each in rows if each.startswith("downtime.gap")]
    assert "2 internal digests" in said.text and "1 portfolio" in said.text


def test_without_a_shared_internal_place_each_manager_gets_it(town: Town) -> None:
    """Every programme has a place of its own: the portfolio goes to the manager and the executive, to nobody else."""
    second_programme(town, internal="INTERNAL-SOUTH")
    town.until(MONDAY)
    rows = town.rows(kind="digest.portfolio")
    assert sorted(row.account_user for row in rows) == sorted([town.user("EVA"), town.user("MAYA")])
    assert {row.visibility for row in rows} == {"INT"}


def test_a_single_programme_has_no_portfolio(town: Town) -> None:
    """Its internal digest says it all; the verb says so too."""
    town.until(MONDAY)
    assert town.rows(kind="digest.portfolio") == []
    assert "second provider" in words_of(town, "digest preview portfolio")


def words_of(town: Town, said: str) -> str:
    """What Maya is answered."""
    card = town.maya.types(said).card
    assert card is not None
    return words(card)


def test_the_portfolio_is_previewed_paused_and_moved(town: Town) -> None:
    """A manager stops it and moves it; a week that had it gets no second one; a provider's lead learns nothing of it."""
    second_programme(town)
    assert "Nothing was sent" in words_of(town, "digest preview portfolio")
    assert "managers" in town.jo.types("digest preview portfolio").card.text  # type: ignore[union-attr]  # a refusal
    words_of(town, "digest pause portfolio")
    town.until(MONDAY)
    assert town.rows(kind="digest.portfolio") == []
    assert len(town.rows(kind="digest.internal")) == 2
    words_of(town, "digest resume portfolio")
    town.until(datetime(2026, 3, 16, 12, 0, tzinfo=UTC))
    said = words_of(town, "digest time portfolio wed 10:00")
    assert "Wednesdays 10:00" in said and "Wednesday 25 March 10:00 (London)" in said
    town.until(datetime(2026, 3, 26, 0, 0, tzinfo=UTC))
    assert [row.created_at.day for row in town.rows(kind="digest.portfolio")] == [16, 25]


def test_two_programmes_of_one_channel_make_one_message_a_day(town: Town) -> None:
    """The second digest hangs under the first; a figure said in that thread is nobody's until it is told whose."""
    other = second_programme(town, internal="", shared="SHARED", same=True)
    town.until(MONDAY)
    roots = [row.once for row in town.rows() if row.channel == town.channel("SHARED") and row.thread_card is None]
    assert [once for once in roots if once.startswith("digest")] == [FIRST]
    first, second = town.row(FIRST), town.row(f"digest.weekly:{other}:2026-03-09")
    assert first is not None and second is not None and second.thread_card == first.key
    town.jo.replies("SL 82%", under=FIRST)
    assert "cannot tell whose figures" in town.shared()[-1]
    with town.units() as uow:
        assert not uow.metrics.between(1, date(2026, 2, 23), date(2026, 3, 9))


def test_a_request_after_the_digest_of_its_day_hangs_under_it(tmp_path: Path, platform: Platform) -> None:
    """Figures are asked for on Monday at six in the evening in Manila, after the digest: one message stands in the channel,
    and a reply there counts for the week that was asked for."""
    town = town_at(tmp_path, platform=platform)
    furnish(town)
    with town.units() as uow:
        programme = uow.providers.programme(1)
        assert programme is not None
        programme.figures_wall = "mon 18:00"
        uow.providers.add(programme)
        every(uow, "figures", 1, 1, "mon 18:00", "Asia/Manila", town.now)
        uow.commit()
    town.until(MONDAY)
    request, digest = town.row("figures:1:2026-03-02"), town.row(FIRST)
    assert request is not None and digest is not None and request.thread_card == digest.key
    assert digest.reason.endswith("2026-02-23")
    town.jo.replies("SL 82%", under=FIRST)
    with town.units() as uow:
        (kept,) = uow.metrics.between(1, date(2026, 2, 23), date(2026, 3, 9))
    assert kept.period_start == date(2026, 3, 2)


def test_the_portfolio_of_the_next_week_is_planned_once(town: Town) -> None:
    """The schedule is made with the first digest of the second programme and stays the same one."""
    second_programme(town)
    town.until(MONDAY + timedelta(weeks=3))
    assert len(town.rows(kind="digest.portfolio")) == 4
    with town.units() as uow:
        schedule = uow.schedules.of("portfolio", 1)
    assert schedule is not None and (schedule.pattern, schedule.zone) == ("mon 09:00", "Europe/London")


def test_what_waited_for_a_portfolio_that_does_not_come_is_said_alone(town: Town) -> None:
    """Paused between half past eight and nine: the internal digests come a minute later, one under the other."""
    other = second_programme(town)
    town.until(datetime(2026, 3, 9, 8, 45, tzinfo=UTC))
    assert town.rows(kind="digest.internal") == []
    words_of(town, "digest pause portfolio")
    town.until(MONDAY)
    first, second = town.row("digest.internal:1:2026-03-09"), town.row(f"digest.internal:{other}:2026-03-09")
    assert first is not None and second is not None
    assert (first.thread_card, second.thread_card) == (None, first.key)
    assert first.created_at == datetime(2026, 3, 9, 9, 1, tzinfo=UTC)


def test_figures_that_come_while_the_internal_digest_waits_are_in_it(town: Town) -> None:
    """Between half past eight and nine a figure of the week comes in: the internal digest under the portfolio has it."""
    second_programme(town)
    town.until(datetime(2026, 3, 9, 8, 45, tzinfo=UTC))
    town.maya.types("metrics w/c 23 February: SL 70%")
    town.until(MONDAY)
    assert "70.0 %" in words(shown(town, "digest.internal:1:2026-03-09"))
    assert "service level 70 % is below 85 %" in words(shown(town, portfolio(town)))


def test_a_late_figure_and_its_correction_are_in_the_portfolio(town: Town) -> None:
    """On Wednesday a figure of the told week comes and is corrected: the portfolio that stands shows it, without a word;
    a figure of another week changes nothing."""
    second_programme(town)
    town.until(MONDAY)
    assert "service level" not in words(shown(town, portfolio(town))).casefold()
    town.until(MONDAY + timedelta(days=2))
    before = [row.once for row in town.rows(kind="digest.portfolio")]
    town.maya.types("metrics w/c 23 February: SL 70%")
    assert "service level 70 % is below 85 %" in words(shown(town, portfolio(town)))
    town.maya.types("metrics w/c 23 February: SL 91%")
    corrected = words(shown(town, portfolio(town)))
    assert "70 % is" not in corrected and "Northwind Manila, needs a look" in corrected
    assert [row.once for row in town.rows(kind="digest.portfolio")] == before
    revision = town.row(portfolio(town))
    town.maya.types("metrics w/c 2 March: SL 60%")
    again = town.row(portfolio(town))
    assert revision is not None and again is not None and again.revision == revision.revision


def test_last_weeks_portfolio_is_left_as_it_was(town: Town) -> None:
    """Once the next one stands, a late figure of the week before changes neither of them."""
    second_programme(town)
    town.until(MONDAY + timedelta(weeks=1))
    before = shown(town, portfolio(town))
    town.maya.types("metrics w/c 23 February: SL 70%")
    assert shown(town, portfolio(town)) == before


def test_the_next_portfolio_alone_is_skipped(town: Town) -> None:
    """Skipped once and said so; the internal digests come by themselves that Monday, and the week after all is as ever."""
    second_programme(town)
    card = town.maya.types("digest preview portfolio").card
    assert card is not None and [each.label for each in card.buttons][:2] == [
        "Skip the next one",
        "Pause the portfolio",
    ]
    said = town.maya.presses("digest.skip", "portfolio").card
    assert said is not None and "Monday 9 March 09:00" in said.text and "Monday 16 March 09:00" in said.text
    assert "The next portfolio is skipped" in words_of(town, "digest preview portfolio")
    town.maya.presses("digest.unskip", "portfolio")
    town.maya.types("digest skip portfolio")
    town.until(MONDAY)
    assert town.rows(kind="digest.portfolio") == []
    internal = town.rows(kind="digest.internal")
    assert {row.created_at for row in internal} == {datetime(2026, 3, 9, 8, 30, tzinfo=UTC)} and len(internal) == 2
    assert "Nothing was sent" in words_of(town, "digest preview portfolio")
    town.until(MONDAY + timedelta(weeks=1))
    assert [row.once for row in town.rows(kind="digest.portfolio")] == [portfolio(town, "2026-03-16")]
    words_of(town, "digest pause portfolio")
    assert "is paused, so there is none" in words_of(town, "digest skip portfolio")


def test_undo_takes_back_what_was_done_to_the_portfolio(town: Town) -> None:
    """A skip, a pause and another time are taken back, and nothing older in their place: the action item that was added before
    stays."""
    second_programme(town)
    town.maya.types("actions add Send the rota @Maya Brooks due friday")
    for typed, stood in (
        ("digest skip portfolio", "is skipped"),
        ("digest pause portfolio", "is paused"),
        ("digest time portfolio tue 10:00", "Tuesday"),
    ):
        town.later(minutes=1)
        assert stood in words_of(town, typed)
        undone = words_of(town, "undo")
        assert "next portfolio comes" in undone or "on again" in undone or "Monday" in undone
        assert "Nothing was sent" in words_of(town, "digest preview portfolio")
    town.until(MONDAY)
    assert [row.once for row in town.rows(kind="digest.portfolio")] == [portfolio(town)]
    assert "Send the rota" in words_of(town, "actions")


def test_a_figure_under_the_portfolio_is_asked_back(town: Town) -> None:
    """It tells of several providers: the bot asks whose, within the client's channel, and keeps nothing; talk is left
    alone."""
    second_programme(town)
    town.until(MONDAY)
    before = len(town.rows())
    town.maya.replies("They look better, I think", under=portfolio(town))
    assert len(town.rows()) == before
    town.maya.replies("SL 86%", under=portfolio(town))
    asked = town.rows()[-1]
    assert (asked.visibility, asked.channel) == (
        "INT",
        town.channel("INTERNAL"),
    ) and "several providers" in asked.content
    assert town.reactions()[-1] == "question"
    with town.units() as uow:
        assert not uow.metrics.between(1, date(2026, 2, 23), date(2026, 3, 9))
