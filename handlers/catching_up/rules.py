"""What came late and what did not come, counted and named. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list

NAMES: Mapping[str, tuple[str, str]] = {
    # kind of a message -> one of them, several of them
    "digest.weekly": ("digest", "digests"),
    "digest.internal": ("internal digest", "internal digests"),
    "digest.portfolio": ("portfolio", "portfolios"),
    "metrics.request": ("request for figures", "requests for figures"),
    "review.agenda": ("agenda", "agendas"),
    "review.minutes": ("minutes of a review", "minutes of reviews"),
    "review.direct": ("question about a review", "questions about reviews"),
    "reminders.morning": ("morning message", "morning messages"),
    "contract.ahead": ("notice of a contract's end", "notices of contracts' ends"),
    "contract.farewell": ("farewell", "farewells"),
    "issue.line": ("line about an issue", "lines about issues"),
    "issue.direct": ("direct word about an issue", "direct words about issues"),
    "plan.line": ("line about a plan", "lines about plans"),
}
OTHER = ("other message", "other messages")


@dataclass(frozen=True, slots=True)
class Missed:
    """Something that was due and is not posted any more: what, of which provider ("" for all), when, how many of them, and
    what happens instead."""

    what: str
    name: str
    due_at: datetime
    count: int
    after: str
    programme_id: int | None = None


def one_of(kind: str) -> str:
    """What a kind of message is called."""
    return NAMES.get(kind, OTHER)[0]


def counted(kinds: Iterable[str]) -> str:
    """Messages by their kinds: "2 digests and 1 agenda"; "" for none."""
    names = Counter(NAMES.get(kind, OTHER) for kind in kinds)
    parts = [f"{count} {one if count == 1 else several}" for (one, several), count in names.most_common()]
    return format_list(parts, locale="en_GB")
