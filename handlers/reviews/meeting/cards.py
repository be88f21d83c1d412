"""What a meeting leaves behind: its minutes, and the question why there was none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.reviews.meeting import tallying
from handlers.reviews.meeting.samples import NASTY, entry, review
from handlers.reviews.meeting.wording import Kind
from handlers.reviews.standing import Standing
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Code,
    Element,
    Facts,
    Heading,
    Listing,
    Note,
    PrivateCard,
    SharedCard,
    Strong,
    Text,
    When,
    Words,
)
from storage.models.review import ReviewEntry

MOST = 20
"""Lines of a kind that minutes show; the rest is counted."""
NAMED = 12
"""People of a side that are named."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """All that minutes show. ``actions`` are lines made of the action items as they stand now; ``present`` names of each
    side; ``next_at`` when the series meets again, None: never. ``forgotten``: nobody ended the review; ``told``: it was
    held without the bot."""

    standing: Standing
    entries: Sequence[ReviewEntry]
    actions: Sequence[Text]
    present: Mapping[Side, Sequence[str]]
    next_at: datetime | None
    forgotten: bool = False
    told: bool = False


def minutes_card(minutes: Minutes) -> SharedCard:
    """Decisions, actions, risks, who was there, and when it goes on; nothing else."""
    standing = minutes.standing
    said: list[Element] = [*_list("Decisions", _words(minutes, Kind.DECISION), "No decisions.")]
    said += _list("Actions", minutes.actions, "No actions.")
    if risks := _words(minutes, Kind.RISK):
        said += _list("Risks", risks, "")
    said += [Facts(tuple(_facts(minutes))), *_notes(minutes)]
    return SharedCard(
        text=f"Minutes of {standing.series.name}: {tallying.outcome(minutes.entries)}.{_next(minutes)}",
        title=f"Minutes: {standing.series.name}, {standing.day(standing.review.starts_at)}",
        elements=tuple(said),
        why="Nobody pressed End review, so these minutes came by themselves." if minutes.forgotten else "",
    )


def taken_back_card(standing: Standing, by: str) -> SharedCard:
    """Minutes that were taken back because the review goes on."""
    said = f"{by} took the end back: {standing.series.name} goes on. The minutes come when it ends."
    return SharedCard(text=said, elements=(Words((said,)),))


def confirmation(said: str, *offered: Button) -> PrivateCard:
    """What the one who did something is told."""
    return PrivateCard(text=said, elements=(Words((said,)),), buttons=offered)


def begins_text(standing: Standing) -> Text:
    """The line at the moment a review begins."""
    zone = standing.sides.anchor.key
    return f"{standing.series.name} begins now, ", When(standing.review.starts_at, zone, "time"), "."


def unheld_card(standing: Standing, deputy_for: str = "") -> PrivateCard:
    """The one question about a review that nobody began."""
    review, series = standing.review, standing.series
    stands_in = f" You stand in for {deputy_for}." if deputy_for else ""
    said = f"{series.name} with {standing.provider.name} was planned for {standing.sides.clocks(review.starts_at)}. What became of it?{stands_in}"
    hint = "Without an answer it counts as not held, and the digest says so."
    return PrivateCard(
        text=said,
        title=f"Was {series.name} held?",
        elements=(Words((said,)), Note((hint,))),
        buttons=(
            Button("review.was_held", "It was held", standing.value, "primary"),
            Button("review.move", "Move it", standing.value),
            Button("review.skip", "Skip it", standing.value),
        ),
        why=f"You answer for {standing.provider.name}, and nobody pressed Begin review.",
    )


def _words(minutes: Minutes, kind: Kind) -> list[Text]:
    return [(each.words,) for each in minutes.entries if each.entry_kind == kind]


def _list(heading: str, lines: Sequence[Text], nothing: str) -> list[Element]:
    if not lines:
        return [Heading(heading), Words((nothing,))]
    return [Heading(heading), Listing(tuple(lines[:MOST]), max(0, len(lines) - MOST))]


def _facts(minutes: Minutes) -> list[tuple[str, Text]]:
    standing = minutes.standing
    rows: list[tuple[str, Text]] = [
        (standing.name(side), (_names(minutes.present.get(side, ())),)) for side in (Side.CLIENT, Side.PROVIDER)
    ]
    told = "no further one is planned" if minutes.next_at is None else standing.sides.clocks(minutes.next_at)
    return [*rows, ("Next review", (told,))]


def _names(people: Sequence[str]) -> str:
    if not people:
        return "nobody said they were there"
    more = f" and {len(people) - NAMED} more" if len(people) > NAMED else ""
    return f"{', '.join(people[:NAMED])}{more}"


def _next(minutes: Minutes) -> str:
    if minutes.next_at is None:
        return ""
    return f" Next: {minutes.standing.sides.clocks(minutes.next_at)}."


def _notes(minutes: Minutes) -> list[Element]:
    notes: list[Element] = []
    if minutes.forgotten:
        notes.append(Note(("Nobody pressed End review, so this is what was noted until now.",)))
    if minutes.told:
        notes.append(Note(("Held without me; told afterwards.",)))
    replies: Text = (Code("decision: …"), ", ", Code("risk: …"), " or ", Code("undo"))
    notes.append(Note(("Something missing? For ten minutes ", *replies, " here changes them.")))
    return notes


# --- for the contract test ------------------------------------------------------------------------------------------


def examples() -> list[AnyCard]:
    """The minutes of a full review and of an empty one, and the question where there was none."""
    held, entries = review("held"), [entry(Kind.DECISION, "Refund calls go to the second line from Monday")]
    entries += [
        entry(Kind.DECISION, "New script for returns", 2),
        entry(Kind.ACTION, "", 3),
        entry(Kind.RISK, "Two trainers leave in April", 4),
    ]
    action: Text = (Strong("Action 7"), ": Send the refund policy · Jo Santos · due Friday 20 March")
    there = {Side.CLIENT: ["Maya Brooks", "Ben Carter"], Side.PROVIDER: ["Jo Santos"]}
    following = held.review.starts_at + timedelta(days=7)
    return [
        minutes_card(Minutes(held, entries, [action], there, following)),
        minutes_card(Minutes(held, [], [], {}, None, forgotten=True)),
        minutes_card(Minutes(held, entries[:1], [], there, following, told=True)),
        taken_back_card(held, "Maya Brooks"),
        confirmation("The minutes are posted.", Button("review.take_back", "It goes on", held.value)),
        unheld_card(review("not held"), "Maya Brooks"),
    ]


def worst_cases() -> list[AnyCard]:
    """Limits and one more, markup, right-to-left."""
    held, long = review("held", name=NASTY), NASTY + "y" * 500
    entries = [entry(kind, long, number) for number in range(25) for kind in (Kind.DECISION, Kind.RISK)]
    action: Text = (Strong("Action 7"), f": {long}")
    there = {side: [NASTY] * 30 for side in Side}
    return [
        minutes_card(Minutes(held, entries, [action] * 25, there, held.review.starts_at, forgotten=True, told=True)),
        taken_back_card(held, NASTY),
        confirmation(long),
        unheld_card(review("not held", name=NASTY), NASTY),
    ]
