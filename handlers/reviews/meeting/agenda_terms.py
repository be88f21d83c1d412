"""How a review's agenda is named and how it stands, in a few words, and the buttons that go with it."""

from __future__ import annotations

from handlers.calendar import instant_of
from handlers.reviews.standing import OVER, Standing
from handlers.vocabulary.outgoing import Button, Code, Facts, Link, Text

STATES = {
    "planned": "Agenda",
    "under way": "Under way",
    "held": "Held",
    "skipped": "Skipped",
    "cancelled": "Cancelled",
    "not held": "Not held",
}
"""How the title begins."""


def title(standing: Standing) -> str:
    """How it stands, and which review it is."""
    return f"{STATES[standing.review.state]}: {standing.series.name}"


def summary(standing: Standing) -> str:
    """The fallback text: which review, with whom, when on both clocks."""
    review = standing.review
    reason = _called_off(standing)
    said = f"{title(standing)} with {standing.provider.name}, {standing.sides.clocks(review.starts_at)}."
    return f"{said} {reason.rstrip('.')}." if reason else said


def why(standing: Standing) -> str:
    """Why it is posted, and who can change that."""
    days = standing.series.ahead_days
    ahead = f"about {days} working day{'' if days == 1 else 's'} ahead" if days else "on its day"
    return (
        f"The agenda of {standing.series.name} comes {ahead}, when nothing else is posted here. "
        "A manager can change that with “review”."
    )


def facts(standing: Standing, tally: str) -> Facts:
    """When, where, why it moved, and what was noted so far."""
    review, series = standing.review, standing.series
    rows: list[tuple[str, Text]] = [("When", (f"{standing.sides.clocks(review.starts_at)}, {review.minutes} min",))]
    if reason := _called_off(standing):
        rows.append(("Why", (reason,)))
    elif moved := _moved(standing):
        rows.append(("Moved", (moved,)))
    if series.link and review.state not in OVER:
        rows.append(("Where", (Link("Join the meeting", series.link),)))
    if tally:
        rows.append(("So far" if review.state == "under way" else "Noted", (tally,)))
    return Facts(tuple(rows))


def _called_off(standing: Standing) -> str:
    """Why it was skipped or cancelled; "" for any other, and where the reason kept is that of an earlier move."""
    review = standing.review
    if review.state == "skipped":
        return review.reason
    return review.reason if review.state == "cancelled" and not review.moved_by else ""


def _moved(standing: Standing) -> str:
    """From when it was moved, and why; "" where it stands as planned."""
    review, planned = standing.review, instant_of(standing.review.planned_wall, standing.sides.anchor)
    if not review.moved_by or planned == review.starts_at:
        return ""
    came = f"from {standing.day(planned)}"
    if review.moved_by == "holiday":
        return f"{came} because of {review.reason}"
    return f"{came}: {review.reason}" if review.reason else f"{came}, by agreement"


def hint_before() -> Text:
    """What plain replies do before the review."""
    return "Anyone of either company: reply ", Code("agenda: …"), " here to add a line. Visible to: both companies."


def hint_during(emoji: bool) -> Text:
    """What replies and emoji do while it is under way. ``emoji``: what one was put on can be looked up; a hand on the agenda
    itself is understood everywhere."""
    replies: Text = (
        "Reply here ",
        Code("decision: …"),
        ", ",
        Code("action: Send the policy @name due friday"),
        ", ",
        Code("risk: …"),
        ", ",
        Code("here"),
        " or ",
        Code("end review"),
        ".",
    )
    hand = "✋ on this card: I am here."
    signs = f"Or an emoji on a message here: 📌 decision, 🔨 action, ⚠️ risk; {hand}" if emoji else f"Or {hand}"
    return (*replies, f" {signs} Visible to: both companies.")


def buttons_before(standing: Standing) -> tuple[Button, ...]:
    """What can be done before the review."""
    value = standing.value
    return (
        Button("review.line", "Add agenda line", value),
        Button("review.begin", "Begin review", value, "primary"),
        Button("review.move", "Move", value),
    )


def buttons_during(standing: Standing) -> tuple[Button, ...]:
    """What can be done while it is under way."""
    value = standing.value
    return (
        Button("review.here", "I am here", value),
        Button("review.decision", "Decision", value),
        Button("action.form", "Action", f"review:{standing.id}"),
        Button("review.risk", "Risk", value),
        Button("review.end", "End review", value, "primary"),
    )


def begin_anyway(standing: Standing) -> tuple[Button, ...]:
    """For a review whose day has not come: begin it all the same, or arrange another time."""
    value = standing.value
    return Button("review.begin.now", "Begin it now", value), Button("review.move", "Move it", value)
