"""What an agenda says about why its review moved or did not take place."""

from __future__ import annotations

from datetime import datetime

from handlers.reviews.meeting import agenda_terms
from handlers.reviews.meeting.samples import review
from handlers.vocabulary.outgoing import Text

HOLIDAY = "Maundy Thursday in the Philippines"


def rows(state: str, moved_by: str, reason: str) -> dict[str, Text]:
    standing = review(state, moved_by=moved_by, reason=reason)
    standing.review.planned_wall = datetime(2026, 3, 11, 9, 0)
    return dict(agenda_terms.facts(standing, "").rows)


def test_a_review_nobody_held_does_not_blame_its_earlier_move() -> None:
    """Moved from a holiday and then not held: it says from when it moved, and gives no reason for what nobody told."""
    told = rows("not held", "holiday", HOLIDAY)
    assert told["Moved"] == (f"from Wednesday 11 March because of {HOLIDAY}",) and "Why" not in told
    assert HOLIDAY not in agenda_terms.summary(review("not held", moved_by="holiday", reason=HOLIDAY))


def test_the_reason_for_skipping_or_cancelling_is_said_once_and_ends_once() -> None:
    """ "The contract is over." gets no second full stop; a move before a cancellation is not its reason."""
    assert agenda_terms.summary(review("cancelled", reason="The contract is over.")).endswith(
        "). The contract is over."
    )
    assert rows("skipped", "person", "month-end")["Why"] == ("month-end",)
    assert "Why" not in rows("cancelled", "person", "half of us travel")


def test_a_move_without_a_reason_was_agreed() -> None:
    """Nothing is invented."""
    assert rows("planned", "person", "")["Moved"] == ("from Wednesday 11 March, by agreement",)
