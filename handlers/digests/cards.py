"""What a digest says, to both companies and to the client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from handlers.digests import rules
from handlers.digests.picture import picture_of, title_of
from handlers.digests.week import Closed, Digest, Inside, Moment, Overdue
from handlers.metrics.followed import Followed, series_of
from handlers.metrics.keeping import catalogue
from handlers.metrics.rules import Level, Standing, finding, trend
from handlers.metrics.states import State, row_of, state_of
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Element,
    Heading,
    InternalCard,
    Listing,
    MetricRow,
    Metrics,
    Note,
    Picture,
    PrivateCard,
    SharedCard,
    Strong,
    Text,
    Tone,
    When,
    Words,
)
from storage.metrics import Reading
from storage.models.metrics import MetricTarget, TrackedMetric

MOST_ROWS = 7
MOST_LINES = 5
MOST_PLANS = 2
"""Declines that get a button of their own."""
LEVEL_WORDS = {Level.WATCH: "watch", Level.ALERT: "declining", Level.STRONG: "declining"}


def shared_card(digest: Digest, picture: Picture | None) -> SharedCard:
    """The weekly digest for both companies."""
    rows = [row_of(state) for state in digest.states[:MOST_ROWS]]
    return SharedCard(
        text=_text(digest, digest.overdue),
        title=title_of(digest),
        tone=_tone(digest),
        elements=(*_week(digest, rows, digest.overdue, picture), *_end(digest)),
        buttons=_buttons(digest),
        why=f"Posted once a week, {digest.pattern.capitalize()} ({digest.anchor}). A manager can move or pause it.",
    )


def internal_card(digest: Digest, inside: Inside, picture: Picture | None) -> InternalCard:
    """The same week with what only the client reads."""
    rows = [_inner_row(state, inside) for state in digest.states[:MOST_ROWS]]
    overdue = sorted((*digest.overdue, *inside.overdue), key=lambda each: each.since)
    return InternalCard(
        text=_text(digest, overdue),
        title=f"{title_of(digest)} (internal)",
        tone=_tone(digest),
        elements=(*_week(digest, rows, overdue, picture), *_inner(digest, inside), *_end(digest)),
        buttons=_drafts(digest, inside),
        why=f"You answer for this programme. Posted once a week, {digest.pattern.capitalize()} ({digest.anchor}).",
    )


def preview_card(digest: Digest, *, paused: bool) -> PrivateCard:
    """The digest as it would be posted now, for a manager."""
    state = "The digest is paused." if paused else "Nothing was posted: this is a preview."
    button = ("digest.resume", "Resume the digest") if paused else ("digest.pause", "Pause the digest")
    rows = [row_of(each) for each in digest.states[:MOST_ROWS]]
    return PrivateCard(
        text=_text(digest, digest.overdue),
        title=f"Preview: {title_of(digest)}",
        tone=_tone(digest),
        elements=(Note((state,)), *_week(digest, rows, digest.overdue, picture_of(digest)), *_end(digest)),
        buttons=(Button(*button, str(digest.programme_id)),),
    )


def detail_card(lines: Sequence[Text]) -> SharedCard:
    """Where each figure came from, in the digest's thread."""
    return SharedCard("Where these figures came from", elements=(Listing(tuple(lines)),))


def _text(digest: Digest, overdue: Sequence[Overdue]) -> str:
    quiet = _quiet(digest, overdue)
    first = rules.first_line(digest, overdue)
    return f"{first} {quiet}" if quiet else first


def _quiet(digest: Digest, overdue: Sequence[Overdue]) -> str:
    """The whole truth of a quiet week in one line."""
    whole = digest.states and digest.received == len(digest.states)
    return (
        f"Nothing overdue. {digest.received} of {len(digest.states)} metrics received." if whole and not overdue else ""
    )


def _tone(digest: Digest) -> Tone:
    if not digest.received:
        return Tone.MISSING
    off = any(state.standing is Standing.OFF_TARGET for state in digest.states)
    gone = digest.received < len(digest.states)
    return Tone.BAD if off else Tone.WARN if gone or digest.overdue else Tone.GOOD


def _week(
    digest: Digest, rows: Sequence[MetricRow], overdue: Sequence[Overdue], picture: Picture | None
) -> list[Element]:
    elements: list[Element] = []
    if digest.moment.late:
        elements.append(Note((_late(digest),)))
    said = rules.headline(digest, overdue)
    elements.append(Words((Strong(said[:1].upper() + said[1:]),)))
    if rows:
        elements.append(Metrics(tuple(rows)))
        elements += [] if picture is None else [picture]
    else:
        elements.append(
            Words(("A manager chooses up to seven key metrics in the set-up; until then this stays short.",))
        )
    won = [*digest.kudos, *((line,) for line in rules.wins(digest.states, digest.closed))]
    elements += [Heading("Wins"), _list(won)]
    elements += [Heading("Needs work"), _list([(line,) for line in rules.needs_work(digest)])]
    elements += [Heading("Overdue"), _overdue(digest, overdue)]
    return elements


def _late(digest: Digest) -> str:
    gone = digest.moment.skipped
    skipped = f" {gone} earlier digest{'s' if gone > 1 else ''} fell out." if gone else ""
    return f"Posted late because Parley was not running at {digest.moment.wall:%H:%M}.{skipped}"


def _list(lines: Sequence[Text]) -> Element:
    if not lines:
        return Words((rules.NOTHING,))
    return Listing(tuple(lines[:MOST_LINES]), more=max(0, len(lines) - MOST_LINES))


def _overdue(digest: Digest, overdue: Sequence[Overdue]) -> Element:
    """Both sides by name, lateness of the client as plainly as the provider's."""
    if not overdue:
        return Words((_quiet(digest, overdue) or "Nothing overdue.",))
    lines: list[Text] = []
    more = 0
    for side, name in ((Side.PROVIDER, digest.provider), (Side.CLIENT, digest.client)):
        theirs = [each for each in overdue if each.side is side]
        more += max(0, len(theirs) - MOST_LINES)
        lines += [(Strong(f"{name}: "), each.words) for each in theirs[:MOST_LINES]] or [
            (Strong(f"{name}: "), "nothing overdue")
        ]
    return Listing(tuple(lines), more=more)


def _end(digest: Digest) -> list[Element]:
    return [Note(("Next digest: ", When(digest.next_at, digest.anchor), "."))]


def _buttons(digest: Digest) -> tuple[Button, ...]:
    if not digest.states or digest.received == len(digest.states):
        return ()
    return (Button("metrics.form", "Enter figures", f"{digest.programme_id}:{digest.week.isoformat()}"),)


# --- what only the client reads


def _inner_row(state: State, inside: Inside) -> MetricRow:
    trend = inside.trends.get(state.metric.id)
    more = LEVEL_WORDS.get(trend.level) if trend is not None else None
    if more is None:
        return row_of(state)
    tone = Tone.BAD if state.standing is Standing.OFF_TARGET else Tone.WARN
    return row_of(state, word=f"{state.word}, {more}", tone=tone)


def _drafts(digest: Digest, inside: Inside) -> tuple[Button, ...]:
    """The way from a decline to a joint plan: its first page opens with what the figures say."""
    falling = [state.metric for state in digest.states if _alerts(inside, state)]
    return tuple(
        Button("plan.new", f"Draft a plan: {metric.name}", f"{digest.programme_id}:{metric.id}")
        for metric in falling[:MOST_PLANS]
    )


def _alerts(inside: Inside, state: State) -> bool:
    found = inside.trends.get(state.metric.id)
    return found is not None and found.level.alerts


def _inner(digest: Digest, inside: Inside) -> list[Element]:
    share = f" ({100 * digest.received // len(digest.states)} %)" if digest.states else ""
    elements: list[Element] = [Heading("Only for you")]
    if inside.not_shared:
        elements.append(Words((inside.not_shared,)))
    elements += [Words((line,)) for line in (*inside.findings, *inside.events)]
    if not inside.findings and not inside.events:
        elements.append(Words(("No metric is declining against its own first weeks.",)))
    elements.append(Words((f"Received: {digest.received} of {len(digest.states)} metrics{share}.",)))
    issues, actions = inside.internal
    if issues or actions:
        elements.append(Words((f"Open and internal: {_count(issues, 'issue')}, {_count(actions, 'action')}.",)))
    waiting = ", ".join(inside.unanswered)
    elements.append(Words((f"Not answered yet: {waiting}." if waiting else "Everybody has answered.",)))
    if inside.oldest:
        elements.append(Words(inside.oldest))
    return elements


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# --- examples ----------------------------------------------------------------------------------------------------------

LONG = "an exceedingly long title that somebody typed " * 12
MARKUP = "<!channel> *bold* _it_ `code` [a](https://example.org) & <@U1>"
RIGHT_TO_LEFT = "\u0645\u0633\u062a\u0648\u0649 \u202e81.9% <\u202c"
EXAMPLE_WEEK = date(2026, 2, 23)


def _example_state(metric: str, values: Sequence[str | None], target: str | None, *, challenged: bool = False) -> State:
    """A metric with its last weeks, None for a gap."""
    known = catalogue().get(metric)
    first = EXAMPLE_WEEK - timedelta(weeks=len(values) - 1)
    readings = [
        Reading(at, 3, metric, known.definition, "", first + timedelta(weeks=at), 7, None, None, Decimal(value))
        for at, value in enumerate(values)
        if value is not None
    ]
    series, rows, problems = series_of(known, readings)
    since = datetime(2025, 1, 6, tzinfo=UTC)
    tracked = TrackedMetric(id=1, programme_id=3, metric=metric, definition=known.definition, since=since)
    agreed = [] if target is None else [Decimal(target)]
    targets = tuple(
        MetricTarget(tracked_metric_id=1, target=each, effective_from=since.date(), set_at=since) for each in agreed
    )
    disputed = frozenset(reading.id for reading in readings) if challenged else frozenset[int]()
    return state_of(Followed(tracked, known, series, targets, rows, problems), EXAMPLE_WEEK, disputed)


def _example_states(*, challenged: bool = False) -> tuple[State, ...]:
    sliding = [f"{86 - 0.3 * week:.1f}" for week in range(20)]
    return (
        _example_state("service_level", sliding, "85", challenged=challenged),
        _example_state("abandonment", ["4.1", "4.3", None, "4.2", "3.9", "4.0", "4.2", "4.1", "4.0"], "5"),
        _example_state("customer_satisfaction", ["81", "82", "80.5", "81", None], "80"),
        _example_state("handle_time", ["401", "388", "412"], None),
        _example_state("quality", [None], "95"),
    )


def _example(words: str = "", **changes: object) -> Digest:
    """A week of Northwind Manila; ``words`` stand wherever people's own words do."""
    wall, at = datetime(2026, 3, 9, 8, 30), datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    late = (
        Overdue(Side.PROVIDER, f"Action 7 (Jo Santos), 2 days overdue: {words or 'Retrain the night team'}", at),
        Overdue(Side.CLIENT, f"Issue 12 waits for an answer, 3 days overdue: {words or 'Refund policy'}", at),
    )
    kudos: tuple[Text, ...] = ((f"Kudos from Maya Brooks: \u201c{words or 'Rey for the refund weekend'}\u201d",),)
    digest = Digest(
        provider=words or "Northwind Manila",
        client=words or "Contoso",
        programme_id=3,
        week=EXAMPLE_WEEK,
        states=_example_states(),
        kudos=kudos,
        closed=Closed(issues=((11, words or "Wrong greeting on Sundays"),)),
        overdue=late,
        acted={"service_level": 7},
        moment=Moment(wall, at),
        next_at=at + timedelta(weeks=1),
        anchor="Europe/London",
        pattern="mon 08:30",
    )
    return replace(digest, **changes)  # type: ignore[arg-type]  # fields by name


def _example_inside(digest: Digest, words: str = "") -> Inside:
    trends = {state.metric.id: trend(state.series) for state in digest.states}
    level = digest.states[0] if digest.states else None
    said = (finding(level.metric, trends[level.metric.id], action_on_record=True),) if level else ()
    oldest: Text = (
        "Oldest unanswered: issue 12, Maya Brooks, since ",
        When(digest.moment.at, digest.anchor, "date"),
        ".",
    )
    return Inside(
        trends, said, (words,) if words else (), (words or "Maya Brooks",), oldest, (1, 0), digest.overdue, words
    )


def examples() -> list[AnyCard]:
    """Cards as they are meant to be: a usual week, late, quiet, without figures, without metrics, and the client's."""
    usual = _example()
    good = tuple(state for state in usual.states if state.standing is Standing.ON_TARGET and not state.missing)
    nothing = _example(kudos=(), closed=Closed(), overdue=(), acted={})
    late = replace(usual, moment=replace(usual.moment, late=True, skipped=1), states=_example_states(challenged=True))
    weeks = [
        usual,
        late,
        replace(nothing, states=good),
        replace(nothing, states=usual.states[4:]),
        replace(nothing, states=()),
    ]
    return [
        *(shared_card(week, picture_of(week)) for week in weeks),
        internal_card(usual, _example_inside(usual), picture_of(usual)),
        preview_card(usual, paused=False),
        detail_card([("Service level 80.3 %: 4,095 of 5,100. F6 within 20 s. Reply by Jo Santos, 3 March.",)]),
    ]


def worst_cases() -> list[AnyCard]:
    """Cards at and beyond the limits, with markup and right-to-left words."""
    found: list[AnyCard] = []
    for words in (LONG, MARKUP, RIGHT_TO_LEFT):
        week = _example(words)
        crowded = replace(
            week,
            states=week.states * 2,
            kudos=week.kudos * 20,
            closed=Closed(week.closed.issues * 3, week.closed.issues * 9),
            overdue=week.overdue * 20,
        )
        picture = picture_of(crowded)
        found += [shared_card(crowded, picture), internal_card(crowded, _example_inside(crowded, words), picture)]
        found += [preview_card(crowded, paused=True), detail_card([(words,)] * 9)]
    return found
