"""The forms about a plan: its first page, its words, its goal, its milestones, an action, and the small ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.calendar import day_text
from handlers.improvements import milestones
from handlers.improvements.commands import NO_METRIC
from handlers.improvements.gone_by import past_milestones
from handlers.improvements.milestones import Step
from handlers.improvements.rules import USUAL_HOLD
from handlers.improvements.standing import Standing
from handlers.metrics.followed import Followed
from handlers.metrics.targets import target_text
from handlers.records.forms import LONGEST_TITLE, LONGEST_WORDS
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Field, Form, Option
from storage.models.person import Person

LONGEST_HINT = 150
"""What every platform shows of a hint."""
OFFERED = 90
"""How many people a select offers; a platform's select holds a hundred."""


def draft_form(
    programme_id: int, client: str, provider: str, offered: Sequence[Option], problem: str, metric: str, target: str
) -> Form:
    """The first page: what goes wrong, the figure that shows it, what it should hold at, and why it happens."""
    return Form(
        action="plan.draft",
        title="Draft improvement plan",
        submit="Draft plan",
        fields=(
            Field(
                "problem",
                "What goes wrong?",
                "text",
                hint="The first line becomes the title. Example: Service level fell under 80 %",
                initial=problem,
                longest=LONGEST_WORDS,
            ),
            *_goal(offered, metric or NO_METRIC, target, USUAL_HOLD),
            Field("cause", "Why does it happen?", "text", required=False, longest=LONGEST_WORDS),
        ),
        visible_to=f"{client} only, until you propose it",
        intro=f"About {provider}. Milestones, actions and what is done for now come next.",
        hidden=str(programme_id),
    )


def words_form(standing: Standing) -> Form:
    """What the plan says in words."""
    plan = standing.plan
    told = (
        ("problem", "What goes wrong?", plan.problem),
        ("cause", "Why does it happen?", plan.cause),
        ("containment", "What is done for now, so that it does no harm?", plan.containment),
    )
    texts = tuple(
        Field(name, label, "text", required=name == "problem", initial=words, longest=LONGEST_WORDS)
        for name, label, words in told
    )
    title = Field("title", "Title", initial=plan.title, longest=LONGEST_TITLE)
    return _form(standing, "plan.worded", "Words of the plan", "Save words", title, *texts)


def goal_form(standing: Standing, offered: Sequence[Option]) -> Form:
    """The figure, its target and how long it has to hold."""
    plan, progress = standing.plan, standing.progress
    target = "" if progress is None else progress.short(plan.target)
    fields = _goal(offered, plan.metric or NO_METRIC, target, plan.hold_periods)
    return _form(standing, "plan.aimed", "Figure and target", "Save target", *fields)


def milestones_form(standing: Standing) -> Form:
    """The milestones as text, one a line."""
    steps = [Step(each.check_on, each.target, each.words) for each in standing.milestones]
    shown = ["" if standing.progress is None else standing.progress.short(each.target) for each in steps]
    late = [day_text(each.check_on, standing.today) for each in past_milestones(standing)]
    gone = f"Past already, give later days: {', '.join(late)}. " if late else ""
    field = Field(
        "milestones",
        "Milestones",
        "text",
        hint=f"{gone}One a line, a value or words and the day it is checked: 80 % by friday"[:LONGEST_HINT],
        required=False,
        initial=milestones.write_milestones(steps, shown),
    )
    return _form(standing, "plan.stepped", "Milestones", "Save milestones", field)


def action_form(standing: Standing, people: Sequence[Person], mine: int, due: date) -> Form:
    """What somebody of either side does."""
    owners = tuple(
        Option(str(each.id), f"{each.name} ({standing.names[Side(each.side)]})") for each in people[:OFFERED]
    )
    me = str(mine)
    return _form(
        standing,
        "plan.acted",
        "Add an action",
        "Add action",
        Field("title", "What is to be done", hint="Example: Train two groups of eight", longest=LONGEST_TITLE),
        Field("owner", "Owner", "choice", initial=me if any(o.value == me for o in owners) else "", options=owners),
        Field("due", "Due", "date", initial=due.isoformat(), hint="The end of that day at the owner's place"),
    )


def intended_form(standing: Standing) -> Form:
    """Which of the intended actions stay."""
    rows = standing.intended[:OFFERED]
    options = tuple(Option(str(each.id), f"{each.title} ({standing.name_of(each.owner_id)})") for each in rows)
    keep = Field(
        "keep",
        "Which of these belong to the plan?",
        "choices",
        hint="What is not marked is dropped. Add action adds another",
        required=False,
        initial=",".join(each.value for each in options),
        options=options,
    )
    return _form(standing, "plan.kept", "Intended actions", "Save actions", keep)


def not_yet_form(standing: Standing) -> Form:
    """What is missing before a side can give its word."""
    reason = Field(
        "reason", "What is missing?", "text", hint="Both sides read it. Example: the target is too far for May"
    )
    return _form(standing, "plan.not_yet", "Not yet", "Say not yet", reason)


def withdraw_form(standing: Standing) -> Form:
    """Why the plan is no longer needed."""
    if standing.plan.state == "draft":
        hint = "Kept with the draft. Example: the figures of March were a holiday"
        if standing.plan.found_as is not None:
            hint += ". No other draft about this figure is written for the next six periods"
        reason = Field("reason", "Not needed, because…", "text", hint=hint)
        return _form(standing, "plan.withdrawn", "Drop the draft", "Drop draft", reason)
    reason = Field("reason", "Why?", "text", hint="Kept with the plan. Example: the queue moves in house in May")
    return _form(standing, "plan.withdrawn", "Withdraw the plan", "Withdraw plan", reason)


def seen_by(standing: Standing) -> str:
    """Who reads what is entered."""
    return f"{standing.names[Side.CLIENT]} only, until it is proposed" if standing.internal else "both companies"


def options_of(followed: Sequence[Followed], on: date) -> tuple[Option, ...]:
    """The figures a plan can be about, each with the target that is agreed, and none of them."""
    figures = []
    for each in followed:
        agreed = target_text(each.metric, each.target_at(on))
        figures.append(Option(each.metric.id, f"{each.metric.name}{f' (agreed: {agreed})' if agreed else ''}"))
    return (*figures, Option(NO_METRIC, "No figure shows it: both sides say when it is done"))


def _goal(offered: Sequence[Option], metric: str, target: str, hold: int) -> tuple[Field, ...]:
    chosen = metric if any(each.value == metric for each in offered) else NO_METRIC
    return (
        Field("metric", "Which figure shows it?", "choice", initial=chosen, options=tuple(offered)),
        Field(
            "target",
            "What should it hold at?",
            hint="Empty: the agreed target. Example: 80 %",
            required=False,
            initial=target,
            longest=40,
        ),
        Field(
            "hold",
            "For how many periods in a row?",
            hint="Weeks or months, as it is reported",
            initial=str(hold),
            longest=2,
        ),
    )


def _form(standing: Standing, action: str, title: str, submit: str, *fields: Field) -> Form:
    intro = f"Plan {standing.plan.number}: {standing.plan.title}"
    return Form(action, title, submit, fields, seen_by(standing), intro, standing.value)
