"""The status that is found from behind is the one that a replay from the start ends with."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.metrics.keeping import catalogue
from handlers.metrics.metric import Target
from handlers.metrics.rules import Point, Step, series, status, status_history

FIRST = date(2025, 1, 6)
VALUES = st.lists(st.one_of(st.none(), st.sampled_from([79.0, 79.6, 79.9, 80.0, 80.1, 80.4, 81.0])), max_size=24)


@settings(max_examples=200, deadline=None)
@given(VALUES, st.integers(0, 24), st.sampled_from([None, 80, 79]))
def test_a_status_from_behind_is_the_end_of_the_replay(
    values: list[float | None], changed: int, before: int | None
) -> None:
    """Whatever is reported near the target, with gaps and a target that changes on the way."""
    level = catalogue().get("service_level")
    points = [Point(FIRST + timedelta(weeks=at), value, None, None, True) for at, value in enumerate(values)]
    whole, turn = series(level, Step.WEEK, points), FIRST + timedelta(weeks=changed)

    def target_at(start: date) -> Target | None:
        return Target(at=80) if start >= turn else None if before is None else Target(at=before)  # type: ignore[arg-type]  # exact

    history = status_history(whole, target_at)
    assert status(whole, target_at) == (history[-1] if history else None)
