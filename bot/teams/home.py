"""Home in Teams: a card in the personal chat that Teams asks for anew whenever its reader looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from bot.teams.buttons import HOME, REFRESH, Origin
from bot.teams.limits import Json
from bot.teams.render import Frame, framed
from handlers.vocabulary.outgoing import AnyCard

MOST_READERS = 60
"""Source: learn.microsoft.com, "Work with Universal Actions for Adaptive Cards", "User IDs in refresh"."""


def home(card: AnyCard, users: Iterable[str], *, at: str = "", above: tuple[Json, ...] = ()) -> Json:
    """Home as a card whose every button leads back to it (``data.card`` is "home").

    ``users`` are the ids of those for whom Teams refreshes it by itself: the "29:…" ids by which Teams knows people, not
    their object ids. Without any it has an entry "Refresh card" in its menu only. ``above`` are lines on top.
    """
    origin = Origin(HOME, at)
    drawn = framed(card, Frame(origin, above))
    action = {"type": "Action.Execute", "title": "Refresh", "verb": REFRESH, "data": origin.data(REFRESH)}
    return {**drawn, "refresh": {"action": action, "userIds": list(islice(users, MOST_READERS))}}
