"""What a digest says, to both companies and to the client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.digests import acting, parts, samples
from handlers.digests.acting import AGAIN
from handlers.digests.picture import picture_of, title_of
from handlers.digests.samples import LONG, MARKUP, RIGHT_TO_LEFT
from handlers.digests.week import Closed, Digest, Inside, PlanRef, Standing
from handlers.metrics.metric import Metric
from handlers.metrics.rules import Level
from handlers.metrics.rules import Standing as Status
from handlers.metrics.states import State, row_of
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Element,
    Heading,
    InternalCard,
    Listing,
    MetricRow,
    Note,
    Picture,
    PrivateCard,
    SharedCard,
    Text,
    Tone,
    Words,
)

MOST_ROWS = 7
MOST_LEFT_OVER = 20
"""Lines of a list that the thread holds; what is beyond that is counted."""
MOST_PLANS = 2
"""Declines, and metrics nobody acted on, that get a button of their own."""
LEVEL_WORDS = {Level.WATCH: "watch", Level.ALERT: "declining", Level.STRONG: "declining"}


def shared_card(digest: Digest, picture: Picture | None) -> SharedCard:
    """The weekly digest for both companies."""
    rows = [row_of(state) for state in digest.states[:MOST_ROWS]]
    return SharedCard(
        text=parts.text(digest, digest.overdue),
        title=title_of(digest),
        tone=parts.tone(digest),
        elements=(*parts.week(digest, rows, digest.overdue, picture), *parts.end(digest)),
        buttons=parts.buttons(digest),
        why=f"Posted once a week, {digest.pattern.capitalize()} ({digest.anchor}). A manager can move or pause it.",
    )


def internal_card(digest: Digest, inside: Inside, picture: Picture | None) -> InternalCard:
    """The same week with what only the client reads."""
    rows = [_inner_row(state, inside) for state in digest.states[:MOST_ROWS]]
    overdue = sorted((*digest.overdue, *inside.overdue), key=lambda each: each.since)
    return InternalCard(
        text=parts.text(digest, overdue),
        title=f"{title_of(digest)} (internal)",
        tone=parts.tone(digest),
        elements=(*parts.week(digest, rows, overdue, picture), *_inner(digest, inside), *parts.end(digest)),
        buttons=_drafts(digest, inside),
        why=f"You answer for this programme. Posted once a week, {digest.pattern.capitalize()} ({digest.anchor}).",
    )


def preview_card(digest: Digest, standing: Standing) -> PrivateCard:
    """The digest as it would be posted now, for a manager, with what can be done about it."""
    rows = [row_of(each) for each in digest.states[:MOST_ROWS]]
    week = parts.week(digest, rows, digest.overdue, picture_of(digest))
    return PrivateCard(
        text=parts.text(digest, digest.overdue),
        title=f"Preview: {title_of(digest)}",
        tone=parts.tone(digest),
        elements=(Note((_state(standing),)), *week, *parts.end(digest)),
        buttons=_steering(digest.programme_id, standing),
    )


def _state(standing: Standing) -> str:
    if standing.paused:
        return "The digest is paused."
    return f"Nothing was posted: this is a preview.{' The next one is skipped.' if standing.skips else ''}"


def _steering(programme_id: int, standing: Standing) -> tuple[Button, ...]:
    value = str(programme_id)
    when = Button("digest.time", "Change its time", value)
    inside = Button("digest.inside", "Internal preview", value)
    if standing.paused:
        return Button("digest.resume", "Resume the digest", value, "primary"), when, inside
    skip = (
        Button("digest.unskip", "Do not skip it", value)
        if standing.skips
        else Button("digest.skip", "Skip the next one", value)
    )
    return Button("digest.pause", "Pause the digest", value), skip, when, inside


def detail_card(lines: Sequence[Text], left_over: Sequence[tuple[str, Sequence[Text]]] = ()) -> SharedCard:
    """What the digest has no room for, in its thread: where each figure came from, and its long lists whole."""
    elements: list[Element] = [Listing(tuple(lines))] if lines else []
    for heading, whole in left_over:
        elements += [Heading(heading), Listing(tuple(whole[:MOST_LEFT_OVER]), max(0, len(whole) - MOST_LEFT_OVER))]
    title = "Where these figures came from" if lines else "The whole lists"
    return SharedCard(title, title=title if left_over else "", elements=tuple(elements))


def word_card(text: str) -> SharedCard:
    """A word about the digest itself, in its thread."""
    return SharedCard(text, elements=(Words((text,)),))


# --- what only the client reads


def _inner_row(state: State, inside: Inside) -> MetricRow:
    trend = inside.trends.get(state.metric.id)
    more = LEVEL_WORDS.get(trend.level) if trend is not None else None
    if more is None:
        return row_of(state)
    tone = Tone.BAD if state.standing is Status.OFF_TARGET else Tone.WARN
    return row_of(state, word=f"{state.word}, {more}", tone=tone)


def _drafts(digest: Digest, inside: Inside) -> tuple[Button, ...]:
    """The way to a joint plan, whose first page opens with what the figures say: from a decline, and from what is off target
    again with nothing agreed on it."""
    falling = [state.metric for state in digest.states if _alerts(inside, state)]
    again = [state.metric for state in acting.unanswered(digest) if acting.reds(state) >= AGAIN]
    wanted = {metric.id: metric for metric in (*falling, *again)}
    named = list(wanted.values())[:MOST_PLANS]
    return tuple(button for metric in named for button in _plan_buttons(digest, inside, metric, alone=len(named) == 1))


def _plan_buttons(digest: Digest, inside: Inside, metric: Metric, *, alone: bool) -> tuple[Button, ...]:
    """What can be done about one metric: open the plan there is, or draft one. ``alone``: no other stands beside it."""
    plan = inside.plans.get(metric.id)
    if plan is None:
        return (Button("plan.new", f"Draft a plan: {metric.name}", f"{digest.programme_id}:{metric.id}"),)
    value = str(plan.plan_id)
    if not plan.by_itself:
        return (Button("plan.show", f"Open plan {plan.number}: {metric.name}", value),)
    opens = "Open the draft" if alone else f"Open draft {plan.number}: {metric.name}"
    drops = "Not needed, because…" if alone else f"{plan.number} is not needed, because…"
    return (Button("plan.show", opens, value, "primary"), Button("plan.withdraw", drops, value))


def _alerts(inside: Inside, state: State) -> bool:
    found = inside.trends.get(state.metric.id)
    return found is not None and found.level.alerts


def _inner(digest: Digest, inside: Inside) -> list[Element]:
    share = f" ({100 * digest.received // len(digest.states)} %)" if digest.states else ""
    elements: list[Element] = [Heading("Only your company reads this")]
    if inside.not_shared:
        elements.append(Words((inside.not_shared,)))
    elements += [Words((line,)) for line in (*inside.findings, *inside.events)]
    if not inside.findings and not inside.events:
        elements.append(Words(("No metric is declining against its own first weeks.",)))
    elements.append(Words((f"Received: {digest.received} of {len(digest.states)} metrics{share}.",)))
    issues, actions = inside.internal
    if issues or actions:
        elements.append(Words((f"Open and internal: {_count(issues, 'issue')}, {_count(actions, 'action')}.",)))
    if inside.carried:
        elements.append(Words((f"Off target again with nothing agreed on it: {inside.carried}.",)))
    waiting = ", ".join(inside.unanswered)
    elements.append(
        Words((f"An answer is awaited from: {waiting}." if waiting else "No issue and no action waits for an answer.",))
    )
    if inside.oldest:
        elements.append(Words(inside.oldest))
    return elements


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# --- examples


def examples() -> list[AnyCard]:
    """Cards as they are meant to be: a usual week, late, quiet, without figures, without metrics, and the client's."""
    usual = samples.example()
    good = tuple(state for state in usual.states if state.standing is Status.ON_TARGET and not state.missing)
    nothing = samples.example(kudos=(), closed=Closed(), overdue=(), acted={})
    late = replace(
        usual, moment=replace(usual.moment, late=True, skipped=1), states=samples.example_states(challenged=True)
    )
    weeks = [
        usual,
        late,
        replace(nothing, states=good),
        replace(nothing, states=usual.states[4:]),
        replace(nothing, states=()),
    ]
    plans = {each.metric.id: PlanRef(at, at, at == 1, "Maya Brooks") for at, each in enumerate(usual.states, 1)}
    return [
        word_card("Maya Brooks moved the weekly digest to Wednesdays 09:30 (London)."),
        *(shared_card(week, picture_of(week)) for week in weeks),
        internal_card(usual, samples.example_inside(usual), picture_of(usual)),
        internal_card(nothing, replace(samples.example_inside(usual), plans=plans), None),
        preview_card(usual, Standing()),
        preview_card(usual, Standing(skips=True)),
        detail_card([("Service level 80.3 %: 4,095 of 5,100. F6 within 20 s. Reply by Jo Santos, 3 March.",)]),
    ]


def worst_cases() -> list[AnyCard]:
    """Cards at and beyond the limits, with markup and right-to-left words."""
    found: list[AnyCard] = []
    for words in (LONG, MARKUP, RIGHT_TO_LEFT):
        week = samples.example(words)
        crowded = replace(
            week,
            states=week.states * 2,
            kudos=week.kudos * 20,
            closed=Closed(week.closed.issues * 3, week.closed.issues * 9),
            overdue=week.overdue * 20,
        )
        picture = picture_of(crowded)
        found += [
            shared_card(crowded, picture),
            internal_card(crowded, samples.example_inside(crowded, words), picture),
        ]
        found += [preview_card(crowded, Standing(paused=True)), detail_card([(words,)] * 9, parts.left_over(crowded))]
    return found
