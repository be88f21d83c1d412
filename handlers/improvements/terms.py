"""What a plan is called, how it stands in a few words, and what can be done with it."""

from __future__ import annotations

from handlers.improvements.standing import Standing
from handlers.metrics.metric import Metric
from handlers.metrics.said import short_of
from handlers.metrics.targets import example_of
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button, Tone
from storage.models.plan import ImprovementPlan

TONES = {"met": Tone.GOOD, "missed": Tone.BAD, "no figure": Tone.MISSING, "ahead": Tone.PLAIN}
"""How a milestone is shown."""
ACTIONS = {
    "open": "not started",
    "acknowledged": "in hand",
    "blocked": "waits for something",
    "done": "done, waits for a yes",
    "accepted": "done",
    "not doing": "not doing",
}
"""How an action of the plan stands, in a word."""


def heading(standing: Standing) -> str:
    """The title: what people call it, and what it is about."""
    over = {"withdrawn": " (withdrawn)", "closed": " (closed)", "draft": " (draft)"}.get(standing.plan.state, "")
    return f"Plan {standing.plan.number}{over}: {standing.plan.title}"


def words_to_enter(metric: Metric) -> str:
    """What a manager types to enter the contract's target: "metrics target AHT 6:00 to 7:00"."""
    return f"metrics target {short_of(metric)} {example_of(metric)}"


def status(standing: Standing) -> str:
    """How it stands, in a few words."""
    plan, waiting = standing.plan, both(standing, standing.waiting_for)
    if plan.state == "proposed":
        return f"Proposed, waiting for a yes from {waiting}" if waiting else "Proposed"
    if plan.state == "done":
        return f"Called done, waiting for a yes from {waiting}"
    if plan.state == "closed":
        return "Closed: the figure held" if plan.metric else "Closed by both sides"
    if plan.state == "agreed":
        return f"Agreed by both sides{', ' + held(standing) if plan.metric else ''}"
    return {"draft": f"Draft, only {standing.names[Side.CLIENT]} sees it", "withdrawn": "Withdrawn"}[plan.state]


def held(standing: Standing) -> str:
    """How long the figure holds, and what it waits for then; what it is not known for is said."""
    progress = standing.progress
    if progress is None:
        return "its figure is not followed any more"
    waits = progress.holds and any(each.state == "ahead" for each in standing.milestones)
    return f"{progress.held_text}, closes after its last milestone" if waits else progress.held_text


def tone(standing: Standing) -> Tone:
    """Bad where the last known figure misses, missing where the last period is unknown."""
    plan, progress = standing.plan, standing.progress
    if plan.state == "closed":
        return Tone.GOOD
    if plan.state != "agreed":
        return Tone.WARN if plan.state in ("proposed", "done") else Tone.PLAIN
    if not plan.metric:
        return Tone.PLAIN
    latest = None if progress is None else progress.latest
    if latest is None or latest.met is None:
        return Tone.MISSING
    return Tone.GOOD if latest.met else Tone.BAD


def both(standing: Standing, sides: tuple[Side, ...]) -> str:
    """The names of one or both companies."""
    return " and ".join(standing.names[side] for side in sides)


def agree_button(standing: Standing) -> Button:
    """Says a side's yes."""
    label = "Agree, it is done" if standing.plan.state == "done" else "Agree"
    return Button("plan.agree", label, standing.value, "primary")


def not_yet_button(standing: Standing) -> Button:
    """Says what is missing."""
    return Button("plan.later", "Not yet", standing.value)


def buttons(standing: Standing) -> tuple[Button, ...]:
    """What can be done now, the likeliest first."""
    value = standing.value
    act, change = Button("plan.act", "Add action", value), Button("plan.change", "Change", value)
    if standing.plan.state == "draft":
        propose = Button("plan.preview", "Preview and propose", value, "primary")
        return (propose, Button("plan.milestones", "Milestones", value), act, change)
    if standing.plan.state == "proposed":
        return (agree_button(standing), not_yet_button(standing), act, change)
    if standing.plan.state == "done":
        return (agree_button(standing), not_yet_button(standing))
    return (act, change) if standing.plan.state == "agreed" else ()


def look(plan: ImprovementPlan) -> Button:
    """Shows one plan."""
    return Button("plan.show", f"Plan {plan.number}", str(plan.id))
