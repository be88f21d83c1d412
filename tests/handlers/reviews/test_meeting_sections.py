"""What other rooms tell an agenda: figures, issues, action items, wins; only what both companies know of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import storage.models as models
from handlers.actions import agenda as actions
from handlers.agendas import Scope, Section
from handlers.issues import agenda as issues
from handlers.metrics import agenda as figures
from handlers.metrics.keeping import catalogue
from handlers.reviews.meeting import wins
from handlers.vocabulary.outgoing import Element, Metrics, Words
from tests.town import Town, town_at

LAST = datetime(2026, 2, 26, 10, 0, tzinfo=UTC)
"""When the last review was held."""


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return town_at(tmp_path)


def told(town: Town, section: Section, *, since: datetime | None = LAST) -> tuple[Element, ...]:
    """What a section says now."""
    with town.units() as uow:
        programme, provider = uow.providers.programme(1), uow.providers.provider(1)
        assert programme is not None and provider is not None
        return tuple(section(Scope(programme, provider, since, town.now), uow))


def track(town: Town, metric: str, weeks: dict[date, str]) -> None:
    """A key metric with the values of some weeks."""
    definition = catalogue().get(metric).definition
    with town.units() as uow:
        tracked = models.TrackedMetric(programme_id=1, metric=metric, definition=definition, position=0, since=town.now)
        uow.metrics.track(tracked)
        uow.commit()
    for week, value in weeks.items():
        town.jo.types(f"metrics {metric.replace('_', ' ')} {value} week of {week.isoformat()}")


def test_without_key_metrics_figures_say_nothing(town: Town) -> None:
    """The part is left out of the agenda then."""
    assert told(town, figures.section) == ()


def test_a_week_without_figures_is_missing_not_zero(town: Town) -> None:
    """What nobody reported is said to be missing."""
    track(town, "service_level", {})
    (said,) = told(town, figures.section)
    assert isinstance(said, Words) and said.text == ("No figures for the week 16\u201322 February 2026 yet.",)


def test_a_figure_stands_beside_what_it_was_at_the_last_review(town: Town) -> None:
    """The newest week's value, and the value that was newest when both met last; nothing where nobody met."""
    track(town, "service_level", {date(2026, 2, 16): "84%", date(2026, 2, 23): "82%"})
    rows = told(town, figures.section)[0]
    assert isinstance(rows, Metrics)
    assert rows.rows[0].value.startswith("82") and "last review 84" in rows.rows[0].detail
    first = told(town, figures.section, since=None)[0]
    assert isinstance(first, Metrics) and "last review" not in first.rows[0].detail


def test_issues_are_told_worst_first_and_internal_ones_never(town: Town) -> None:
    """Open shared issues by severity, and how many were closed since the last review."""
    for title, severity, visibility in (("Slow", "3", "SH"), ("Down", "2", "SH"), ("Our worry", "1", "INT")):
        values = {"title": title, "severity": severity, "kind": "service", "visibility": visibility}
        town.maya.submits("issue.report", values, "1")
    said = repr(told(town, issues.section))
    assert said.index("Down") < said.index("Slow") and "Our worry" not in said and "closed" not in said
    town.maya.replies("withdraw", under="issue.card:2")
    town.jo.replies("done", under="issue.card:1")
    town.maya.replies("ok", under="issue.card:1")
    town.now += timedelta(minutes=1)
    assert "1 closed since the last review." in repr(told(town, issues.section))


def test_a_quiet_programme_says_that_nothing_is_open(town: Town) -> None:
    """No issues and no action items are worth a word each."""
    assert "No open issues." in repr(told(town, issues.section))
    assert "No open action items." in repr(told(town, actions.section))
    assert told(town, wins.section) == ()


def test_both_sides_are_late_alike(town: Town) -> None:
    """Overdue items stand under each company's name; what is due later comes after; internal ones stay inside."""
    for title, owner, due, visibility in (
        ("Send the policy", "1", "2026-03-02", "SH"),
        ("Retrain", "4", "2026-03-09", "SH"),
        ("Think it over", "1", "2026-03-02", "INT"),
    ):
        values = {"title": title, "owner": owner, "due": due, "visibility": visibility}
        town.maya.submits("action.add", values, "1")
    town.now += timedelta(days=2)
    said = repr(told(town, actions.section))
    assert "Northwind Manila: '" in said and "nothing overdue" in said
    assert "Send the policy · Maya Brooks · 2 days overdue" in said
    assert said.index("Coming up") < said.index("Retrain") and "Think it over" not in said


def test_praise_and_finished_work_are_wins(town: Town) -> None:
    """Kudos with their author, and what was accepted since the last review."""
    town.maya.says("kudos to Ana for the calm on Sunday")
    town.maya.submits("action.add", {"title": "Retrain", "owner": "4", "due": "2026-03-09", "visibility": "SH"}, "1")
    town.jo.replies("done", under="action.card:1")
    town.maya.replies("ok", under="action.card:1")
    town.now += timedelta(minutes=1)
    said = repr(told(town, wins.section))
    assert (
        "Ana for the calm on Sunday" in said
        and "(Maya Brooks)" in said
        and "Action 1" in said
        and "done: Retrain" in said
    )
    assert told(town, wins.section, since=town.now) == ()


def test_the_first_review_of_a_quarter_tells_the_whole_quarters_praise(town: Town) -> None:
    """Praise of twelve weeks ago is in the first review of a series, which has none before it."""
    town.maya.says("kudos to Priya for the calm voice")
    town.later(days=84)
    assert "calm voice" in repr(told(town, wins.section, since=None))
