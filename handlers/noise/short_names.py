"""What a kind of message is called where it stands in a list: never what one says."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "digest.weekly": "weekly digest",
    "digest.internal": "internal digest",
    "digest.portfolio": "weekly portfolio",
    "digest.detail": "detail of a digest",
    "metrics.request": "request for figures",
    "reminders.morning": "morning message",
    "review.agenda": "agenda of a review",
    "review.minutes": "minutes of a review",
    "review.direct": "question about a review",
    "issue.line": "line about an issue",
    "issue.escalated": "word that an issue was brought up",
    "downtime.gap": "word about a time without Parley",
}
"""Kinds whose own name says little to a reader; the others say it as they are ("issue card")."""


def short_name(kind: str) -> str:
    """A kind in few words: "weekly digest"."""
    return NAMES.get(kind) or kind.replace(".", " ").replace("_", " ")
