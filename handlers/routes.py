"""The table of contents: which action leads where, who may, which verbs there are, and who follows what happened.

Add a feature: write its room (commands, rules, cards, handler), then add its rows here. Nothing is wired anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.router import Follower, Table, ThreadHandler
from handlers.schedules import Firing
from handlers.vocabulary.route import Route, Verb

ROUTES: Sequence[Route[object]] = (
    # --- providers: set-up, people, owners
    # --- issues
    # --- actions
    # --- reminders
    # --- metrics
    # --- digests
    # --- help
)

VERBS: Sequence[Verb] = (
    # in the order help shows them
)

THREADS: Mapping[str, ThreadHandler] = {
    # subject of the card a thread hangs under -> who understands a reply there
}

FOLLOWERS: Mapping[type, Sequence[Follower]] = {
    # what happened -> who acts on it, in order
}

FIRINGS: Mapping[str, Firing] = {
    # subject of a schedule -> what to do when it comes due
}


def table() -> Table:
    """The wiring the router works with."""
    raise NotImplementedError
