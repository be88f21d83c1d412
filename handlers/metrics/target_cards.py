"""What is said about agreed targets: all of them, and one that was entered just now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from handlers.metrics.commands import TABLE
from handlers.metrics.metric import Metric, Target
from handlers.metrics.said import short_of
from handlers.metrics.targets import example_of, target_text
from handlers.vocabulary.outgoing import Code, Facts, Item, Note, PrivateCard, Text, Words


def targets_card(
    title: str,
    rows: Sequence[tuple[Metric, Target | None, date | None]],
    example: str,
    beside: Mapping[str, str] | None = None,
    today: date | None = None,
    waiting: Sequence[Item] = (),
) -> PrivateCard:
    """The agreed targets, each with the day from which it holds; ``example`` is how one is entered, "" where none is missing.
    ``beside`` is what else is said of a metric's target, by its id; days after ``today`` are still to come. ``waiting`` are
    proposals that wait for the reader's word."""
    more = beside or {}
    said = [
        (metric, "; ".join(filter(None, (_since(*row, today), more.get(metric.id)))))
        for row in rows
        for metric in row[:1]
    ]
    facts = tuple((metric.name, (words,)) for metric, words in said)
    missing = sum(target is None for _, target, _ in rows)
    text = f"{title}: {len(rows) - missing} of {len(rows)} metrics have a target."
    note = (Note(("A manager enters one with ", Code(example))),) if example else ()
    known = next((metric for metric, target, _ in rows if target is not None), None)
    how: Text = ()
    if known is not None:
        how = (" Propose another with ", Code(f"metrics target {short_of(known)} {example_of(known)}"), ".")
    moves = Note(("A target that is agreed moves only when both companies say yes.", *how))
    return PrivateCard(text, f"Targets of {title}", elements=(Facts(facts), *waiting, *note, moves))


def entered_card(said: str) -> PrivateCard:
    """``said``, without a full stop, is what was entered."""
    text = f"{said}. Both companies read it. Mistyped? Say it again within ten minutes."
    return PrivateCard(text, elements=(Words((text,)),), buttons=(TABLE,))


def _since(metric: Metric, target: Target | None, day: date | None, today: date | None) -> str:
    if target is None or day is None:
        return "none agreed"
    word = "since" if today is None or day <= today else "from"
    return f"{target_text(metric, target)}, {word} {day.day} {day:%B %Y}"
