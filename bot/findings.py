"""What a look at an installation found: one thing each, with the way to mend it."""

from __future__ import annotations

from dataclasses import dataclass

MOST_SKEW = 60
"""Seconds the clock may differ; platforms refuse requests and tokens from 300 on."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``mend`` says what to do, and is empty when ``ok``."""

    ok: bool
    subject: str
    what: str
    mend: str = ""


def fine(subject: str, what: str) -> Finding:
    """All is well with it."""
    return Finding(True, subject, what)


def wrong(subject: str, what: str, mend: str) -> Finding:
    """Something is wrong with it, and this mends it."""
    return Finding(False, subject, what, mend)
