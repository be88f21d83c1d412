"""What a review came to, counted in words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from handlers.reviews.meeting.wording import Kind
from storage.models.review import ReviewEntry

WORDS = ((Kind.DECISION, "decision"), (Kind.ACTION, "action"), (Kind.RISK, "risk"))


def tally(entries: Sequence[ReviewEntry]) -> str:
    """ "2 decisions, 1 action, 3 people there"; "" where nothing was noted. Lines of the agenda are no outcome."""
    counted = Counter(each.entry_kind for each in entries)
    parts = [counted_text(counted[kind], name) for kind, name in WORDS if counted[kind]]
    there = counted[Kind.ATTENDANCE]
    if there:
        parts.append(f"{there} {'person' if there == 1 else 'people'} there")
    return ", ".join(parts)


def outcome(entries: Sequence[ReviewEntry]) -> str:
    """ "3 decisions and 2 actions", as the first line of the minutes says it; risks are named where there are any."""
    counted = Counter(each.entry_kind for each in entries)
    parts = [counted_text(counted[kind], name) for kind, name in WORDS if counted[kind] or kind is not Kind.RISK]
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def counted_text(count: int, name: str) -> str:
    """ "no decisions", "1 decision", "2 decisions"."""
    return f"{count or 'no'} {name}{'' if count == 1 else 's'}"
