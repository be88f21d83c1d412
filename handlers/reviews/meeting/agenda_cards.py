"""What a review's agenda looks like: before it, while it is under way, and afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from handlers.reviews.meeting import agenda_terms
from handlers.reviews.meeting.samples import NASTY, review
from handlers.reviews.standing import Standing
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Code,
    Element,
    Heading,
    Item,
    Listing,
    MetricRow,
    Metrics,
    Note,
    SharedCard,
    Strong,
    Tone,
)

MOST_LINES = 12
"""Lines of the agenda that are shown; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Part:
    """One item of the agenda: its heading, the minutes it is given, and what it says; a question says nothing else."""

    heading: str
    minutes: int | None = None
    elements: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class Agenda:
    """All that an agenda shows. ``tally`` is what was noted so far in words, ``emoji`` whether the platform lets one look up
    what an emoji was put on."""

    standing: Standing
    parts: tuple[Part, ...]
    tally: str = ""
    emoji: bool = True


def agenda_card(agenda: Agenda) -> SharedCard:
    """The agenda of a review that is still to be held, or under way."""
    standing = agenda.standing
    under_way = standing.review.state == "under way"
    said: list[Element] = [agenda_terms.facts(standing, agenda.tally)]
    for part in agenda.parts:
        said += [Heading(heading(part)), *part.elements]
    said.append(Note(agenda_terms.hint_during(agenda.emoji) if under_way else agenda_terms.hint_before()))
    return SharedCard(
        text=agenda_terms.summary(standing),
        title=agenda_terms.title(standing),
        elements=tuple(said),
        buttons=agenda_terms.buttons_during(standing) if under_way else agenda_terms.buttons_before(standing),
        why=agenda_terms.why(standing),
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
        text=agenda_terms.summary(standing),
        title=agenda_terms.title(standing),
        elements=(agenda_terms.facts(standing, tally), *body, *last),
        why=before.why,
    )


def parts_of(card: SharedCard) -> Mapping[str, tuple[Element, ...]]:
    """What each part of an agenda says, by its heading. Of two with one heading the first counts: both say the same."""
    found: dict[str, tuple[Element, ...]] = {}
    name = ""
    for element in card.elements[1:-1]:
        if isinstance(element, Heading):
            name = "" if element.text in found else element.text
            found.setdefault(element.text, ())
        elif name:
            found[name] = (*found[name], element)
    return found


def heading(part: Part) -> str:
    """What stands above a part, with its minutes."""
    return part.heading if part.minutes is None else f"{part.heading} · {part.minutes} min"


def _without_buttons(element: Element) -> Element:
    return replace(element, buttons=()) if isinstance(element, Item) else element


def carried_item(words: str, since: str, entry_id: int) -> Item:
    """A decision of an earlier review, with the button that says it is settled."""
    return Item((f"{words} ({since})",), (Button("review.settle", "Settled", str(entry_id)),))


# --- for the contract test ------------------------------------------------------------------------------------------


def examples() -> list[AnyCard]:
    """The agenda before, during and after its review."""
    planned, moved = review(), review(moved_by="holiday", reason="Maundy Thursday in the Philippines")
    before = agenda_card(Agenda(planned, _parts("Refund calls go to the second line from Monday", 2)))
    return [
        before,
        agenda_card(Agenda(moved, _parts("New script for returns", 1))),
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
