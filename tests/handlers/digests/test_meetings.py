"""What a digest says of the week's reviews, and of what nobody acted on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.calendar import clocks
from handlers.digests import acting, meetings, parts, rules, samples
from handlers.digests.meetings import Meeting
from handlers.metrics.keeping import catalogue
from storage.models.action import ActionItem
from storage.models.plan import ImprovementPlan
from storage.models.review import Review

LONDON, MANILA = ZoneInfo("Europe/London"), ZoneInfo("Asia/Manila")
NOW = datetime(2026, 4, 6, 7, 30, tzinfo=UTC)
THURSDAY = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)


def a_meeting(
    state: str, at: datetime = THURSDAY, series: int = 1, outcome: Mapping[str, int] | None = None, **changes: object
) -> Meeting:
    """A weekly review on 2 April 2026 at ten in London, unless told otherwise."""
    wall = at.astimezone(LONDON).replace(tzinfo=None)
    row = Review(
        installation_id=1, provider_id=1, programme_id=1, series_id=series, number=1, planned_wall=wall, starts_at=at,
        minutes=30, state=state, created_at=at,
    )  # fmt: skip
    for name, value in changes.items():
        setattr(row, name, value)
    return Meeting(row, "Weekly review" if series == 1 else "Daily check-in", LONDON, outcome or {})


@pytest.mark.parametrize(
    ("meeting", "line"),
    [
        (a_meeting("held", outcome={"decision": 3, "action": 1}), "Weekly review held Thursday: 3 decisions, 1 action"),
        (a_meeting("held"), "Weekly review held Thursday: no decisions"),
        (a_meeting("not held"), "Weekly review of Thursday 2 April was not held"),
        (a_meeting("not held", reason="storm"), "Weekly review of Thursday 2 April was not held (storm)"),
        (a_meeting("cancelled", reason="moved on"), "Weekly review of Thursday 2 April was cancelled (moved on)"),
        (a_meeting("planned"), "Weekly review of Thursday 2 April: nobody has begun it"),
        (
            a_meeting("held", moved_by="holiday", reason="Good Friday in the United Kingdom",
                      planned_wall=datetime(2026, 4, 3, 10, 0)),
            "Weekly review held Thursday instead of Friday (Good Friday in the United Kingdom): no decisions",
        ),
    ],
)  # fmt: skip
def test_one_review_is_one_line(meeting: Meeting, line: str) -> None:
    """Held with what it brought, not held, cancelled, moved: each says so, with the reason."""
    assert meetings.told([meeting], NOW) == [line]


def test_dailies_are_counted_and_left_out_days_are_not_missed() -> None:
    """Three of four held; the holiday is no fault; what is still to come is not told."""
    days = [THURSDAY - timedelta(days=3 - at) for at in range(5)]
    states = ["held", "not held", "held", "held", "skipped"]
    week = [
        a_meeting(
            state,
            at,
            series=2,
            outcome={"decision": 1} if state == "held" else {},
            reason="Good Friday" * (at == days[4]),
        )
        for state, at in zip(states, days, strict=True)
    ]
    week.append(a_meeting("planned", NOW + timedelta(hours=2), series=2))
    said = "Daily check-in held 3 of 4; not held Tuesday; skipped Friday (Good Friday): 3 decisions"
    assert meetings.told(week, NOW) == [said]
    assert meetings.unheld(week) == ["Daily check-in: 1 of 4 not held"]


def test_the_next_review_is_told_on_both_clocks() -> None:
    """Both zones by city, the day again only where it differs."""
    late = a_meeting("planned", datetime(2026, 4, 9, 17, 0, tzinfo=UTC))
    said = meetings.coming(late, (LONDON, MANILA))
    assert said == "Weekly review, Thursday 9 April 18:00 (London) · Friday 10 April 01:00 (Manila)"
    assert clocks(THURSDAY, (LONDON, MANILA, LONDON)) == "Thursday 2 April 10:00 (London) · 17:00 (Manila)"
    assert meetings.coming(None, (LONDON,)) == ""


# --- acting on what is found


def test_a_red_without_an_answer_is_counted_and_named_first() -> None:
    """Two metrics are off target, one has an action: acted on 1 of 2, and the other one leads with its weeks."""
    answered = samples.example_state("service_level", ["70"] * 3, "85")
    alone = samples.example_state("abandonment", ["9"] * 3, "5")
    digest = replace(samples.example(), states=(answered, alone), acted={"service_level": "plan 2"})
    assert acting.acted_on(digest) == "Acted on 1 of 2 metrics off target."
    lines = rules.needs_work(digest)
    assert lines[0] == "Abandonment 9 % is above 5 %; week 3 off target, nothing agreed on it yet"
    assert lines[1] == "Service level 70 % is below 85 %; plan 2 is on it"
    assert acting.acted_on(replace(digest, states=())) == ""


def test_a_red_whose_figure_stays_away_is_carried_forward() -> None:
    """Not to report again does not answer last week's red."""
    state = samples.example_state("service_level", ["70", "71", None], "85")
    digest = replace(samples.example(), states=(state,), acted={})
    assert acting.acted_on(digest) == "Acted on 0 of 1 metric off target."
    assert rules.needs_work(digest)[0] == (
        "Service level was off target when last reported and has no figure since; week 2 off target, nothing agreed on it yet"
    )
    better = samples.example_state("service_level", ["70", "95", "99"], "85")
    assert acting.reds(better) == 0


def test_only_what_both_companies_know_answers_a_red() -> None:
    """A draft plan and an internal action do not; a shared one does, and an action comes before a plan."""

    def action(number: int, visibility: str) -> ActionItem:
        return ActionItem(
            installation_id=1, provider_id=1, programme_id=1, number=number, title="x", side="provider", owner_id=4,
            due_on=NOW.date(), created_by=1, created_at=NOW, visibility=visibility, metric="quality",
        )  # fmt: skip

    def plan(number: int, state: str, visibility: str) -> ImprovementPlan:
        return ImprovementPlan(
            installation_id=1, provider_id=1, programme_id=1, number=number, title="x", metric="quality", state=state,
            visibility=visibility, created_at=NOW,
        )  # fmt: skip

    assert acting.answers([action(1, "INT")], [plan(2, "draft", "INT")], {}) == {}
    assert acting.answers([], [plan(2, "agreed", "SH")], {"quality": "a decision"}) == {"quality": "plan 2"}
    assert acting.answers([action(1, "SH")], [plan(2, "agreed", "SH")], {}) == {"quality": "action 1"}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Accept service level at 80 % until June", True),
        ("SL stays as it is", True),
        ("Slower hiring is fine", False),
        ("The island site closes", False),
    ],
)
def test_a_decision_answers_the_metric_it_names(words: str, named: bool) -> None:
    """By name or short name, as a word of its own."""
    assert acting.names(words, catalogue().get("service_level")) is named


def test_long_lists_are_whole_in_the_thread() -> None:
    """What the card counts as "more" is named in the thread."""
    many = replace(samples.example(), plans=tuple(f"Plan {number}" for number in range(9)))
    (heading, lines) = parts.left_over(many)[0]
    assert heading == "Reviews and plans" and len(lines) == 12
    assert parts.left_over(samples.example()) == []
