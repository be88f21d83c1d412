"""What is said about agreed targets: all of them, and one that was entered just now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.metrics.commands import TABLE
from handlers.metrics.metric import Metric, Target
from handlers.metrics.targets import target_text
from handlers.vocabulary.outgoing import Code, Facts, Note, PrivateCard, Words


def targets_card(title: str, rows: Sequence[tuple[Metric, Target | None, date | None]], example: str) -> PrivateCard:
    """The agreed targets, each with the day from which it holds; ``example`` is how one is entered, "" where none is missing."""
    facts = tuple((metric.name, (_since(metric, target, day),)) for metric, target, day in rows)
    missing = sum(target is None for _, target, _ in rows)
    text = f"{title}: {len(rows) - missing} of {len(rows)} metrics have a target."
    note = (Note(("A manager enters one with ", Code(example))),) if example else ()
    moves = Note(("A target that is agreed moves only when both companies say yes.",))
    return PrivateCard(text, f"Targets of {title}", elements=(Facts(facts), *note, moves))


def entered_card(said: str) -> PrivateCard:
    """``said``, without a full stop, is what was entered."""
    text = f"{said}. Both companies read it. Mistyped? Say it again within ten minutes."
    return PrivateCard(text, elements=(Words((text,)),), buttons=(TABLE,))


def _since(metric: Metric, target: Target | None, day: date | None) -> str:
    if target is None or day is None:
        return "none agreed"
    return f"{target_text(metric, target)}, since {day.day} {day:%B %Y}"
