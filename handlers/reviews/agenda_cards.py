"""What a review's agenda looks like: before it, while it is under way, and afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace

from handlers.calendar import instant_of
from handlers.reviews.meeting_samples import NASTY, review
from handlers.reviews.standing import OVER, Standing
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Code,
    Element,
    Facts,
    Heading,
    Item,
    Link,
    Listing,
    MetricRow,
    Metrics,
    Note,
    SharedCard,
    Strong,
    Text,
    Tone,
)

STATES = {
    "planned": "Agenda",
    "under way": "Under way",
    "held": "Held",
    "skipped": "Skipped",
    "cancelled": "Cancelled",
    "not held": "Not held",
}
"""How the title begins."""
MOST_LINES = 12
"""Lines of the agenda that are shown; the rest is counted."""
LATE = "Posted late because Parley was not running at its time."


@dataclass(frozen=True, slots=True)
class Part:
    """One item of the agenda: its heading, the minutes it is given, and what it says; a question says nothing else."""

    heading: str
    minutes: int | None = None
    elements: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class Agenda:
    """All that an agenda shows. ``tally`` is what was noted so far in words, ``emoji`` whether the platform lets one look up
    what an emoji was put on, ``late`` that it was posted after its time."""

    standing: Standing
    parts: tuple[Part, ...]
    tally: str = ""
    emoji: bool = True
    late: bool = False


def agenda_card(agenda: Agenda) -> SharedCard:
    """The agenda of a review that is still to be held, or under way."""
    standing = agenda.standing
    under_way = standing.review.state == "under way"
    said: list[Element] = [_facts(standing, agenda.tally)]
    for part in agenda.parts:
        said += [Heading(_heading(part)), *part.elements]
    if agenda.late:
        said.append(Note((LATE,)))
    said.append(Note(_hint_during(agenda.emoji) if under_way else _hint_before()))
    return SharedCard(
        text=summary(standing),
        title=title(standing),
        tone=Tone.GOOD if under_way else Tone.PLAIN,
        elements=tuple(said),
        buttons=_buttons_during(standing) if under_way else _buttons_before(standing),
        why=why(standing),
    )


def closed_card(before: SharedCard, standing: Standing, tally: str) -> SharedCard:
    """The same agenda once the review is over: what was on it stays readable, nothing can be pressed any more."""
    body = [_without_buttons(each) for each in before.elements[1:-1]]
    if standing.review.state == "held":
        last: tuple[Element, ...] = (Note(("The minutes stand below.",)),)
    else:
        last = (
            Note(
                ("Something for the next one? Reply ", Code("agenda: …"), " here."),
            ),
        )
    return SharedCard(
        text=summary(standing),
        title=title(standing),
        elements=(_facts(standing, tally), *body, *last),
        why=before.why,
    )


def title(standing: Standing) -> str:
    """How it stands, and which review it is."""
    return f"{STATES[standing.review.state]}: {standing.series.name}"


def summary(standing: Standing) -> str:
    """The fallback text: which review, with whom, when on both clocks."""
    review = standing.review
    reason = f" {_reason(standing)}." if review.state in OVER and review.reason else ""
    return f"{title(standing)} with {standing.provider.name}, {standing.clocks(review.starts_at)}.{reason}"


def why(standing: Standing) -> str:
    """Why it is posted, and who can change that."""
    days = standing.series.ahead_days
    ahead = f"{days} working day{'' if days == 1 else 's'} ahead" if days else "on its day"
    return f"The agenda of {standing.series.name} is posted {ahead}. A manager can change that with “review”."


def _facts(standing: Standing, tally: str) -> Facts:
    review, series = standing.review, standing.series
    rows: list[tuple[str, Text]] = [("When", (f"{standing.clocks(review.starts_at)}, {review.minutes} min",))]
    if review.moved_by or review.reason:
        rows.append((_moved_label(standing), (_reason(standing),)))
    if series.link and review.state not in OVER:
        rows.append(("Where", (Link("Join the meeting", series.link),)))
    if tally:
        rows.append(("So far" if review.state == "under way" else "Noted", (tally,)))
    return Facts(tuple(rows))


def _moved_label(standing: Standing) -> str:
    return "Moved" if standing.review.state in ("planned", "under way", "held") else "Why"


def _reason(standing: Standing) -> str:
    """Why it was moved (and from when), left out or not held."""
    review = standing.review
    reason = f"because of {review.reason}" if review.moved_by == "holiday" else review.reason or "by agreement"
    planned = instant_of(review.planned_wall, standing.sides.anchor)
    moved = review.moved_by and review.state not in ("skipped", "cancelled") and planned != review.starts_at
    return f"from {standing.day(planned)}: {reason}" if moved else reason


def _heading(part: Part) -> str:
    return part.heading if part.minutes is None else f"{part.heading} · {part.minutes} min"


def _hint_before() -> Text:
    return "Anyone of either company: reply ", Code("agenda: …"), " here to add a line. Visible to: both companies."


def _hint_during(emoji: bool) -> Text:
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
    signs = (
        " Or an emoji on a message here: 📌 decision, 🔨 action, ⚠️ risk; ✋ on this card: I am here." if emoji else ""
    )
    return (*replies, f"{signs} Visible to: both companies.")


def _buttons_before(standing: Standing) -> tuple[Button, ...]:
    value = standing.value
    return (
        Button("review.line", "Add agenda line", value),
        Button("review.begin", "Begin review", value, "primary"),
        Button("review.move", "Move", value),
    )


def _buttons_during(standing: Standing) -> tuple[Button, ...]:
    value = standing.value
    return (
        Button("review.here", "I am here", value),
        Button("review.decision", "Decision", value),
        Button("action.form", "Action", f"review:{standing.id}"),
        Button("review.risk", "Risk", value),
        Button("review.end", "End review", value, "primary"),
    )


def _without_buttons(element: Element) -> Element:
    return replace(element, buttons=()) if isinstance(element, Item) else element


def carried_item(words: str, since: str, entry_id: int) -> Item:
    """A decision of an earlier review, with the button that says it is settled."""
    return Item((f"{words} ({since})",), (Button("review.settle", "Settled", str(entry_id)),))


def begin_anyway(standing: Standing) -> tuple[Button, ...]:
    """For a review whose day has not come: begin it all the same, or arrange another time."""
    value = standing.value
    return Button("review.begin.now", "Begin it now", value), Button("review.move", "Move it", value)


# --- for the contract test ------------------------------------------------------------------------------------------


def examples() -> list[AnyCard]:
    """The agenda before, during and after its review."""
    planned, moved = review(), review(moved_by="holiday", reason="Maundy Thursday in the Philippines")
    before = agenda_card(Agenda(planned, _parts("Refund calls go to the second line from Monday", 2)))
    return [
        before,
        agenda_card(Agenda(moved, _parts("New script for returns", 1), late=True)),
        agenda_card(Agenda(review("under way"), _parts("New script for returns", 1), "2 decisions, 3 people there")),
        closed_card(before, review("held"), "3 decisions, 2 actions, 4 people there"),
        closed_card(before, review("skipped", moved_by="person", reason="month-end"), ""),
        closed_card(before, review("not held"), ""),
    ]


def worst_cases() -> list[AnyCard]:
    """Limits and one more, markup, right-to-left."""
    long = NASTY + "y" * 3000
    crowded = Agenda(review("under way", name=NASTY[:80], moved_by="person", reason=long), _parts(long, 15) * 2, long)
    card = agenda_card(crowded)
    return [card, closed_card(card, review("not held", name=NASTY, reason=long), long)]


def _parts(words: str, lines: int) -> tuple[Part, ...]:
    """What an agenda shows, with this many lines and decisions."""
    rows = (
        MetricRow(
            "Service level", "81.9 %", Tone.BAD, "Off target", "down", "target at least 85 % · last review 84.0 %"
        ),
        MetricRow("Quality score", "", Tone.MISSING, "No data"),
    )
    issue = (Strong("Issue 12"), ": Refund calls wait 20 minutes · severity 2 · Jo Santos · being worked on")
    late = (Strong("Northwind Manila: "), Strong("Action 7"), ": Retrain the refund queue · Jo Santos · 2 days overdue")
    return (
        Part("Figures", 8, (Metrics(rows), Note(("Week 2–8 March 2026.",)))),
        Part("Open issues", 5, (Listing((issue,) * lines),)),
        Part("Overdue on both sides", 5, (Listing((late, (Strong("Harbour Home: "), "nothing overdue"))),)),
        Part("Decided last time", 2, tuple(carried_item(words, "Thursday 5 March", each) for each in range(lines))),
        Part("Your lines", 5, (Listing(((words, " (Jo Santos)"),) * lines, more=1),)),
        Part("What would make next week easier?", 2),
    )
