"""The tracker of a plan, part by part: how it stands, what it says, its figure, milestones and actions."""

from __future__ import annotations

from datetime import date

from handlers.calendar import day_text, due_text
from handlers.improvements import terms
from handlers.improvements.coming import milestone_words, next_step, replies
from handlers.improvements.gone_by import CHOOSE, is_past
from handlers.improvements.picture import picture_of
from handlers.improvements.standing import Standing
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import (
    Element,
    Facts,
    Heading,
    InternalCard,
    Item,
    Listing,
    MetricRow,
    Metrics,
    Note,
    SharedCard,
    Strong,
    Text,
    Tone,
    When,
    Words,
)
from storage.actions import OPEN
from storage.models.action import ActionItem
from storage.models.plan import PlanMilestone

MOST_ACTIONS = 6
"""Actions of one side on the card; the others are counted."""
QUESTIONS = {
    "Cause": "why does it happen? Not known yet.",
    "For now": "what is done at once, so that it does no harm? Nothing yet.",
}
"""What is asked for while it is missing, until both have agreed."""
STATES = {"ahead": "not due yet"}
"""How a milestone stands, where its state alone could be read as praise."""
STATUS_WORDS = {True: "On target", False: "Off target", None: "No data"}
STATUS_TONES = {True: Tone.GOOD, False: Tone.BAD, None: Tone.MISSING}


def card(
    standing: Standing, kind: type[SharedCard] | type[InternalCard], *, in_thread: bool = True
) -> SharedCard | InternalCard:
    """The card, for both companies or for the client only. ``in_thread``: people can reply under it."""
    heading, status = terms.heading(standing), terms.status(standing)
    elements = (
        Facts(_facts(standing)),
        *_story(standing),
        *_metric(standing),
        *_milestones(standing),
        *_actions(standing),
        *_end(standing, kind, in_thread=in_thread),
    )
    return kind(
        text=f"{heading}. {status}.",
        title=heading,
        tone=terms.tone(standing),
        elements=elements,
        buttons=terms.buttons(standing),
    )


def _facts(standing: Standing) -> tuple[tuple[str, Text], ...]:
    plan = standing.plan
    rows: list[tuple[str, Text]] = [("Status", (Strong(terms.status(standing)),))]
    if plan.state != "draft":
        rows += [(f"Yes from {standing.names[side]}", _word(standing, side)) for side in Side]
    if plan.reason and plan.state in ("proposed", "done", "withdrawn"):
        rows.append(("Because" if plan.state == "withdrawn" else "Not yet, because", (plan.reason,)))
    if plan.reopened:
        rows.append(("Opened again", ("once" if plan.reopened == 1 else f"{plan.reopened} times",)))
    return (*rows, ("Next", next_step(standing)))


def _word(standing: Standing, side: Side) -> Text:
    """Who gave a side's word and when, or who is asked for it."""
    given = standing.word_of(side)
    if given is not None:
        by, at = given
        person = standing.people.get(by)
        return (f"{standing.name_of(by)}, ", When(at, "UTC" if person is None else person.zone))
    asked = standing.accountable[side]
    if standing.plan.state not in ("proposed", "done"):
        return ("not given",)
    return ("waiting",) if asked is None else ("waiting for ", standing.mention(asked))


def _story(standing: Standing) -> list[Element]:
    plan = standing.plan
    problem = plan.problem.removeprefix(f"{plan.title}\n")  # its first line is the title, which stands above
    told = (("Problem", problem), ("Cause", plan.cause), ("For now", plan.containment))
    said: list[Element] = [Words((Strong(f"{label}: "), words)) for label, words in told if words]
    if plan.state in ("draft", "proposed"):
        said += [
            Note((Strong(f"{label}: "), QUESTIONS[label])) for label, words in told if not words and label in QUESTIONS
        ]
    if plan.state == "draft" and plan.found_as is not None:
        said.append(Note(("Written from the figures: every word of it is a suggestion to you.",)))
    return said


def _metric(standing: Standing) -> list[Element]:
    progress, plan = standing.progress, standing.plan
    if not plan.metric:
        return [Note(("No figure shows this problem: the plan closes when both sides say that it is done.",))]
    if progress is None:
        return [Note(("The figure of this plan is not followed any more. Choose another one with Change.",))]
    latest = progress.latest
    met = None if latest is None else latest.met
    wanted = f"target {progress.wanted}" if progress.wanted else "no target agreed yet"
    row = MetricRow(
        name=progress.metric.name,
        value="" if latest is None or latest.value is None else progress.shown(latest.value),
        tone=STATUS_TONES[met],
        word=STATUS_WORDS[met],
        detail=" · ".join(part for part in (wanted, _held(standing)) if part),
    )
    picture = picture_of(progress)
    said: list[Element] = [Metrics((row,))]
    return said if picture is None else [*said, picture]


def _held(standing: Standing) -> str:
    progress = standing.progress
    assert progress is not None
    if standing.plan.state in ("agreed", "closed"):
        return progress.held_text
    return "" if standing.plan.state == "withdrawn" else f"closes after {progress.needed_text}"


def _milestones(standing: Standing) -> list[Element]:
    if not standing.milestones:
        return []
    items = tuple(Item(_milestone(standing, each), (), _milestone_tone(standing, each)) for each in standing.milestones)
    return [Heading("Milestones"), *items]


def _milestone_tone(standing: Standing, milestone: PlanMilestone) -> Tone:
    return Tone.WARN if is_past(milestone.check_on, standing) else terms.TONES[milestone.state]


def _milestone(standing: Standing, milestone: PlanMilestone) -> Text:
    wanted = milestone_words(standing, milestone)
    day = day_text(milestone.check_on, standing.today)
    state = STATES.get(milestone.state, milestone.state)
    if milestone.target is None:
        state = state.replace("no figure", "nobody said yet")
    if is_past(milestone.check_on, standing):
        state = CHOOSE
    if milestone.value is not None and standing.progress is not None:
        state = f"{state}, found {standing.progress.shown(milestone.value)}"
    return (Strong(wanted), f" by {day}: {state}")


def _actions(standing: Standing) -> list[Element]:
    """What each side does: agreed action items with their state, else what is intended."""
    said: list[Element] = []
    for side in (Side.PROVIDER, Side.CLIENT):
        real: list[tuple[date, Text]] = [
            (each.due_on, _action(standing, each)) for each in standing.actions if each.side == side
        ]
        meant: list[tuple[date, Text]] = [
            (
                each.due_on,
                (f"{each.title}: {standing.name_of(each.owner_id)}, {_meant(each.due_on, standing)}",),
            )
            for each in standing.intended
            if each.owner_id in standing.people and standing.people[each.owner_id].side == side
        ]
        rows = tuple(text for _, text in sorted([*real, *meant], key=lambda each: each[0]))
        if rows:
            said += [
                Heading(f"{standing.names[side]} does"),
                Listing(rows[:MOST_ACTIONS], max(0, len(rows) - MOST_ACTIONS)),
            ]
    return said or [Note(("No actions yet. Both sides can add theirs.",))]


def _meant(day: date, standing: Standing) -> str:
    """By when something is to be done, and whether that is too late already."""
    past = f": {CHOOSE}" if is_past(day, standing) else ""
    return f"{day_text(day, standing.today)}{past}"


def _action(standing: Standing, item: ActionItem) -> Text:
    open_ = item.state in OPEN
    due = f", {due_text(item.due_on, standing.today)}" if open_ else ""
    return (
        f"Action {item.number}: {item.title} ({standing.name_of(item.owner_id)}), {terms.ACTIONS[item.state]}{due}",
    )


def _end(standing: Standing, kind: type[SharedCard] | type[InternalCard], *, in_thread: bool) -> tuple[Element, ...]:
    seen = "both companies" if kind is SharedCard else f"{standing.names[Side.CLIENT]} only, until it is proposed"
    hint = replies(standing, in_thread=in_thread)
    visible = Note((f"Visible to: {seen}. About {standing.names[Side.PROVIDER]}.",))
    return (visible, Note(hint)) if hint else (visible,)
