"""Weeks of an invented provider, for the examples of the cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from handlers.digests.week import Closed, Digest, Inside, Moment, Overdue
from handlers.metrics.followed import Followed, series_of
from handlers.metrics.keeping import catalogue
from handlers.metrics.rules import finding, trend
from handlers.metrics.states import State, state_of
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Text, When
from storage.metrics import Reading
from storage.models.metrics import MetricTarget, TrackedMetric

LONG = "an exceedingly long title that somebody typed " * 12
MARKUP = "<!channel> *bold* _it_ `code` [a](https://example.org) & <@U1>"
RIGHT_TO_LEFT = "\u0645\u0633\u062a\u0648\u0649 \u202e81.9% <\u202c"
EXAMPLE_WEEK = date(2026, 2, 23)


def example_state(metric: str, values: Sequence[str | None], target: str | None, *, challenged: bool = False) -> State:
    """A metric with its last weeks, None for a gap."""
    known = catalogue().get(metric)
    first = EXAMPLE_WEEK - timedelta(weeks=len(values) - 1)
    readings = [
        Reading(at, 3, metric, known.definition, "", first + timedelta(weeks=at), 7, None, None, Decimal(value))
        for at, value in enumerate(values)
        if value is not None
    ]
    series, rows, problems = series_of(known, readings)
    since = datetime(2025, 1, 6, tzinfo=UTC)
    tracked = TrackedMetric(id=1, programme_id=3, metric=metric, definition=known.definition, since=since)
    agreed = [] if target is None else [Decimal(target)]
    targets = tuple(
        MetricTarget(tracked_metric_id=1, target=each, effective_from=since.date(), set_at=since) for each in agreed
    )
    disputed = frozenset(reading.id for reading in readings) if challenged else frozenset[int]()
    return state_of(Followed(tracked, known, series, targets, rows, problems), EXAMPLE_WEEK, disputed)


def example_states(*, challenged: bool = False) -> tuple[State, ...]:
    """Five metrics: declining, good with a gap, good, without a target, without figures."""
    sliding = [f"{86 - 0.3 * week:.1f}" for week in range(20)]
    return (
        example_state("service_level", sliding, "85", challenged=challenged),
        example_state("abandonment", ["4.1", "4.3", None, "4.2", "3.9", "4.0", "4.2", "4.1", "4.0"], "5"),
        example_state("customer_satisfaction", ["81", "82", "80.5", "81", None], "80"),
        example_state("handle_time", ["401", "388", "412"], None),
        example_state("quality", [None], "95"),
    )


def example(words: str = "", **changes: object) -> Digest:
    """A week of Northwind Manila; ``words`` stand wherever people's own words do."""
    wall, at = datetime(2026, 3, 9, 8, 30), datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    late = (
        Overdue(Side.PROVIDER, f"Action 7 (Jo Santos), 2 days overdue: {words or 'Retrain the night team'}", at),
        Overdue(Side.CLIENT, f"Issue 12 waits for an answer, 3 days overdue: {words or 'Refund policy'}", at),
    )
    kudos: tuple[Text, ...] = ((f"Kudos from Maya Brooks: \u201c{words or 'Rey for the refund weekend'}\u201d",),)
    digest = Digest(
        provider=words or "Northwind Manila",
        client=words or "Contoso",
        programme_id=3,
        week=EXAMPLE_WEEK,
        states=example_states(),
        kudos=kudos,
        closed=Closed(issues=((11, words or "Wrong greeting on Sundays"),)),
        overdue=late,
        acted={"service_level": "action 7"},
        moment=Moment(wall, at),
        next_at=at + timedelta(weeks=1),
        anchor="Europe/London",
        pattern="mon 08:30",
        reviews=(
            "Weekly operations review held Thursday: 3 decisions, 2 actions",
            "Daily check-in held 3 of 4; not held Tuesday; skipped Friday (Good Friday in the United Kingdom)",
        ),
        plans=(f"Plan 2: {words or 'Service level fell'} (holds 2 of 4 weeks)",),
        next_review="Weekly operations review, Thursday 12 March 09:00 (London) · 17:00 (Manila)",
    )
    return replace(digest, **changes)  # type: ignore[arg-type]  # fields by name


def example_inside(digest: Digest, words: str = "") -> Inside:
    """What only the client reads of such a week."""
    trends = {state.metric.id: trend(state.series) for state in digest.states}
    level = digest.states[0] if digest.states else None
    said = (finding(level.metric, trends[level.metric.id], action_on_record=True),) if level else ()
    oldest: Text = (
        "Oldest unanswered: issue 12, Maya Brooks, since ",
        When(digest.moment.at, digest.anchor, "date"),
        ".",
    )
    return Inside(
        trends,
        said,
        (words,) if words else (),
        (words or "Maya Brooks",),
        oldest,
        (1, 0),
        digest.overdue,
        words,
        "Service level (3 weeks)",
    )
