"""What Home decides: whose turn it is, how a provider stands, which week is told, what comes first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.home import samples
from handlers.home.rules import Days, Standing, contract_days, in_order, is_late, names, quiet_days, standing, turn
from handlers.home.week import Week, Weeks, weeks_of
from handlers.metrics.score import Score
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Tone
from storage.overview_rows import ActionRow, FigureRow, IssueRow

NOW = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
"""A Wednesday; the figures of 2 to 8 March were due on Tuesday."""
LAST, BEFORE = date(2026, 3, 2), date(2026, 2, 23)
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def issue(state: str, severity: int = 3, until: datetime | None = NOW - HOUR, **given: str) -> IssueRow:
    """An issue of the provider's, unless ``owner_side`` says otherwise."""
    owner, waiting = given.get("owner_side", "provider"), given.get("waiting_on", "")
    return IssueRow(1, 1, 1, 1, "Late", severity, state, waiting, 2, owner, 1, "client", NOW - WEEK, until)


def action(side: str, due: date, state: str = "open", zone: str = "UTC") -> ActionRow:
    """An action item."""
    return ActionRow(1, 1, 1, 1, "Send it", state, side, due, 2, zone, 1, "client", None)


def figure(week: date, value: str | None, metric: str = "service_level", **given: object) -> FigureRow:
    """A weekly figure of a metric with a target of 80, in force for long."""
    base = FigureRow(
        1, 1, metric, 1, Decimal(80), None, date(2025, 1, 1), week.toordinal(), "", week, 7, None, None, value
    )
    return base._replace(**given)  # type: ignore[arg-type]  # fields of the row


@pytest.mark.parametrize(
    ("one", "side", "late"),
    [
        (issue("open"), Side.PROVIDER, True),
        (issue("open", owner_side="client"), Side.CLIENT, True),
        (issue("acknowledged", until=NOW + HOUR), Side.PROVIDER, False),
        (issue("waiting", waiting_on="client"), Side.CLIENT, True),
        (issue("waiting", until=None), Side.PROVIDER, False),
        (issue("done", severity=2), Side.CLIENT, True),
        (issue("done", severity=3), Side.CLIENT, False),
    ],
)
def test_whose_turn_an_issue_is_and_whether_it_is_late(one: IssueRow, side: Side, late: bool) -> None:
    """The side is the owner's, the one it waits on, or the other one once it is done; a silent yes is never late."""
    assert (turn(one).side, is_late(one, NOW)) == (side, late)


def test_a_week_counts_what_is_met_missed_and_missing() -> None:
    """Four key metrics, one met, one missed, one without target, one without figure: 1 of 3 met, 1 missing."""
    rows = [
        figure(LAST, "82"),
        figure(LAST, "4", "abandonment", tracked_id=2, target_id=2, target=Decimal(3)),
        figure(LAST, "70", "customer_satisfaction", tracked_id=3, target_id=None, target=None, effective_from=None),
        figure(BEFORE, "90", "quality", tracked_id=4),
    ]
    week = weeks_of([samples.row(1, "N")], rows, Weeks(NOW))[1]
    assert week == Week(LAST, Score(expected=4, received=3, judged=3, met=1, missed=1))
    assert (week.score.missing, week.score.missed) == (1, 1)


def test_before_its_figures_are_due_a_week_is_not_missing() -> None:
    """On Monday last week's figures are not asked for yet, so the week before is told; as soon as one is there, or they
    were due, it is last week."""
    monday, row = datetime(2026, 3, 9, 9, 0, tzinfo=UTC), samples.row(1, "N")
    early = weeks_of([row], [figure(BEFORE, "82")], Weeks(monday))[1]
    one_in = weeks_of([row], [figure(BEFORE, "82"), figure(LAST, "79")], Weeks(monday))[1]
    due = weeks_of([row], [figure(BEFORE, "82")], Weeks(NOW))[1]
    assert [(each.monday, each.score.received, each.score.met) for each in (early, one_in, due)] == [
        (BEFORE, 1, 1),
        (LAST, 1, 1),
        (LAST, 0, 0),
    ]


def test_days_of_a_week_are_added_up_from_their_counts() -> None:
    """Seven daily figures are one ratio of sums: 90 of 100 and six times 1 of 2 are 96 of 112, not the mean of ratios."""
    days = [
        figure(
            LAST + timedelta(days=day),
            "90" if day == 0 else "50",
            figure_id=day + 1,
            period_days=1,
            numerator="90" if day == 0 else "1",
            denominator="100" if day == 0 else "2",
        )
        for day in range(7)
    ]
    week = weeks_of([samples.row(1, "N")], days, Weeks(NOW))[1]
    assert (week.score.received, week.score.met) == (1, 1)


def test_a_metric_reported_by_months_owes_no_week() -> None:
    """The newest month that is over stands for the week; its own target judges it."""
    month = figure(date(2026, 2, 1), "79", period_days=28)
    week = weeks_of([samples.row(1, "N")], [month], Weeks(NOW))[1]
    assert (week.score.expected, week.score.received, week.score.missed) == (1, 1, 1)


def test_the_target_of_the_time_judges() -> None:
    """A target raised later does not turn an old week into a miss; one agreed during the very first week holds for it."""
    old = figure(LAST, "82")
    raised = old._replace(target_id=2, target=Decimal(85), effective_from=LAST + WEEK)
    first = figure(LAST, "82", effective_from=LAST + timedelta(days=2))
    assert weeks_of([samples.row(1, "N")], [old, raised], Weeks(NOW))[1].score.met == 1
    assert weeks_of([samples.row(1, "N")], [first], Weeks(NOW))[1].score.judged == 1


def judged(week: Week, **given: object) -> Standing:
    """How a programme with this week stands."""
    row = samples.row(1, "N")._replace(heard_at=NOW - HOUR)
    issues, actions = given.pop("issues", ()), given.pop("actions", ())
    row = row._replace(**given)  # type: ignore[arg-type]  # fields of the row
    return standing(row, "N", week, issues, actions, NOW, Days(NOW))  # type: ignore[arg-type]  # rows


@pytest.mark.parametrize(
    ("found", "tone", "word"),
    [
        (judged(Week(LAST, Score(4, 4, 4, 4, 0))), Tone.GOOD, "on track"),
        (judged(Week(LAST, Score(4, 3, 3, 3, 0))), Tone.MISSING, "figures missing"),
        (judged(Week(LAST, Score(4, 4, 4, 3, 1))), Tone.BAD, "off target"),
        (judged(Week(LAST, Score(4, 4, 4, 4, 0)), issues=[issue("open", 1, NOW + HOUR)]), Tone.BAD, "critical issue"),
        (judged(Week(LAST, Score(4, 4, 4, 4, 0)), actions=[action("client", date(2026, 3, 9))]), Tone.WARN, "overdue"),
        (judged(Week(LAST, Score(4, 4, 4, 4, 0)), heard_at=NOW - 2 * WEEK), Tone.WARN, "too quiet"),
        (judged(Week(LAST, Score(0, 0, 0, 0, 0))), Tone.PLAIN, "no metrics yet"),
        (judged(Week(LAST, Score(4, 0, 0, 0, 0)), state="paused"), Tone.PLAIN, "paused"),
        (judged(Week(LAST, Score(4, 0, 0, 0, 0)), state="draft"), Tone.PLAIN, "set-up not finished"),
    ],
)
def test_the_worst_that_is_known_names_a_provider(found: Standing, tone: Tone, word: str) -> None:
    """Missing is grey and never green; a critical issue comes before everything else."""
    assert (found.tone, found.word) == (tone, word)


def test_what_is_overdue_is_counted_on_both_sides() -> None:
    """The client's lateness shows as plainly as the provider's, each by the day at its owner's place."""
    late = [issue("waiting", waiting_on="client"), issue("open"), issue("done")]
    due = [action("client", date(2026, 3, 10)), action("provider", date(2026, 3, 11), zone="Asia/Manila")]
    found = judged(Week(LAST, Score(0, 0, 0, 0, 0)), issues=late, actions=due)
    assert found.overdue == {Side.CLIENT: 2, Side.PROVIDER: 1}


def test_silence_is_counted_in_the_providers_own_working_days() -> None:
    """From Thursday 26 February to Wednesday 11 March are nine working days in Manila; very old silence is not counted."""
    row = samples.row(1, "N")
    assert quiet_days(row._replace(heard_at=datetime(2026, 2, 26, 9, tzinfo=UTC)), NOW, Days(NOW)) == 9
    assert quiet_days(row._replace(heard_at=NOW - 20 * WEEK), NOW, Days(NOW)) is None
    assert quiet_days(row._replace(heard_at=None, created_at=NOW - HOUR), NOW, Days(NOW)) == 0


def test_a_providers_programmes_are_told_apart() -> None:
    """One programme goes by its provider's name; where there are two, each has its own."""
    rows = [samples.row(1, "A"), samples.row(2, "B"), samples.row(3, "B")._replace(provider_id=2, programme="Chat")]
    assert names(rows) == {1: "A", 2: "B: Voice support", 3: "B: Chat"}


@pytest.mark.parametrize(("days", "told"), [(0, 0), (60, 60), (61, None), (-1, None)])
def test_the_end_of_a_contract_is_told_sixty_days_ahead(days: int, told: int | None) -> None:
    """From sixty days before until the day itself, and never afterwards."""
    row = samples.row(1, "N")._replace(contract_end=NOW.date() + timedelta(days=days))
    assert contract_days(row, NOW.date()) == told


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(list(Tone)), st.integers(0, 500)), max_size=12))
def test_trouble_comes_before_what_is_fine(found: list[tuple[Tone, int]]) -> None:
    """Whatever the mixture, no fine provider stands before one in trouble, and trouble never grows on the way down."""
    base = samples.standings()[0]
    made = [
        Standing(base.row, f"P{number}", base.week, {}, base.overdue, 0, tone, "", trouble)
        for number, (tone, trouble) in enumerate(found)
    ]
    ordered = in_order(made)
    fine = [each.fine for each in ordered]
    assert fine == sorted(fine)
    troubled = [each.trouble for each in ordered if not each.fine]
    assert troubled == sorted(troubled, reverse=True)
