"""What a pulse puts first, and how it tells a change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.pulse import rules
from handlers.pulse.balance import balances
from handlers.pulse.cards import pulse_card
from handlers.pulse.rules import changes, ending, since
from storage.news import AskRow, ContractRow, NewsRow

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
KINDS = [kind for kind in rules._KINDS if kind != "contract"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([NewsRow("issue.opened", 1, 4, "Phones down", 1)], "issue 4 reported: Phones down, severity 1"),
        (
            [NewsRow("issue.opened", 1, 4, "A", 3), NewsRow("issue.opened", 1, 5, "B", 2)],
            "2 issues reported (1 of severity 2)",
        ),
        ([NewsRow("issue.closed", 1, 4, "Phones down", 1)], "issue 4 closed: Phones down"),
        ([NewsRow("figures.in", 1, 1, "", 0)], "one figure came in"),
        ([NewsRow("figures.in", 1, 5, "", 0)], "5 figures came in"),
        ([NewsRow("action.overdue", 1, 7, "Send the policy", 0)], "action 7 is overdue: Send the policy"),
        ([NewsRow("contract", 1, 30, "", 0)], "the contract ends in 30 days"),
        ([NewsRow("contract", 1, 1, "", 0)], "the contract ends tomorrow"),
        ([NewsRow("issue.opened", 1, 4, "x" * 99, 3)], f"issue 4 reported: {'x' * 59}…, severity 3"),
    ],
)
def test_a_change_in_words(rows: list[NewsRow], said: str) -> None:
    """One record is named by number and title, several are counted with the worst of them."""
    assert changes(rows)[0].phrases == (said,)


def test_a_headline_counts_what_it_names_only_once() -> None:
    """ "3 figures came in" is all there is to say of three figures; another kind of change is one more."""
    figures = NewsRow("figures.in", 1, 3, "", 0)
    alone = pulse_card(changes([figures]), {1: "Northwind"}, NOW, "Europe/London")
    assert alone.text == "Northwind: 3 figures came in."
    both = pulse_card(
        changes([figures, NewsRow("review.unheld", 1, 2, "Weekly", 0)]), {1: "Northwind"}, NOW, "Europe/London"
    )
    assert both.text == "Northwind: a review was not held: Weekly, and 1 more change."


def test_what_stops_customers_comes_first() -> None:
    """A severity 1 issue leads before any heap of smaller news, and trouble before what went well."""
    rows = [
        *(NewsRow("issue.opened", 1, number, "", 4) for number in range(9)),
        NewsRow("issue.opened", 2, 20, "", 1),
        NewsRow("figures.in", 3, 5, "", 0),
        NewsRow("plan.missed", 4, 1, "", 0),
    ]
    found = changes(rows)
    assert [each.programme_id for each in found] == [2, 1, 4, 3]
    assert [each.trouble for each in found] == [True, True, True, False]


def test_a_contract_is_told_at_its_marks_once() -> None:
    """Day by day over three months the end of a contract is told 60, 30, 7 and 1 days ahead, even after days unseen."""
    row = ContractRow(1, date(2026, 6, 1))
    told = []
    day = date(2026, 3, 1)
    while day < row.ends_on:
        before, day = day, day + timedelta(days=3 if day.weekday() == 4 else 1)
        told += [each.number for each in ending([row], before, day)]
    assert len(told) == 4 and told[0] <= 60 and told[-1] <= 1


def test_a_pulse_looks_back_one_day_at_first_and_two_weeks_at_most() -> None:
    """After a long silence nobody is told of a quarter."""
    assert since(None, NOW) == NOW - timedelta(days=1)
    assert since(NOW - timedelta(days=3), NOW) == NOW - timedelta(days=3)
    assert since(NOW - timedelta(days=90), NOW) == NOW - timedelta(days=14)


ROWS = st.builds(
    NewsRow, st.sampled_from(KINDS), st.integers(1, 5), st.integers(1, 30), st.text(max_size=80), st.integers(0, 4)
)


def test_an_issue_is_told_once() -> None:
    """Reported and not acknowledged since: only the latter is said, as it says the former."""
    rows = [NewsRow(kind, 1, 4, "Phones down", 2) for kind in ("issue.opened", "issue.unseen")]
    assert changes(rows)[0].phrases == ("issue 4 not acknowledged in time: Phones down, severity 2",)
    assert changes([*rows, NewsRow("issue.closed", 1, 4, "Phones down", 2)])[0].count == 1


@given(st.lists(ROWS, max_size=40))
@settings(max_examples=60, deadline=None)
def test_every_change_is_counted_in_one_programme(rows: list[NewsRow]) -> None:
    """Whatever happens, no provider and no issue is lost or told twice."""
    found = changes(rows)
    assert {each.programme_id for each in found} == {row.programme_id for row in rows}
    issues = {(row.programme_id, row.number) for row in rows if row.kind.startswith("issue.")}
    others = [row for row in rows if not row.kind.startswith("issue.")]
    counted = sum(row.number if row.kind == "figures.in" else 1 for row in others)
    assert sum(each.count for each in found) == len(issues) + counted
    assert [each.weight for each in found] == sorted((each.weight for each in found), reverse=True)


@pytest.mark.parametrize(
    ("count", "kind", "severity", "hour", "too_much"),
    [
        (11, "action", 0, 3, False),
        (12, "action", 0, 3, True),
        (4, "again", 0, 3, True),
        (3, "again", 0, 3, False),
        (5, "issue", 3, 14, True),
        (4, "issue", 3, 14, False),
        (5, "issue", 1, 14, False),
    ],
)
def test_when_a_week_of_asking_is_too_much(count: int, kind: str, severity: int, hour: int, too_much: bool) -> None:
    """Twelve asks, four asks again or five in their night are; what stops customers may be said at any hour."""
    at = datetime(2026, 3, 5, hour, tzinfo=UTC)
    rows = [AskRow(1, kind, number, True, severity, at, "Asia/Manila", "PH") for number in range(count)]
    (week,) = balances(rows)
    assert week.is_too_much is too_much and len(week.waiting) <= 4
