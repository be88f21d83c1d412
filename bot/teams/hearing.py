"""Whether what does not mention the bot reaches it in a channel, which is up to the channel's owners.

Three things tell: a message without a mention came, so it does; Graph lets us read the channel or does not, which is the same
consent (``ChannelMessage.Read.Group``); and where that tells nothing, a mention that came though nothing else ever did. To be
wrong there costs little: words with a mention are always understood, and the first plain ones end it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.teams.activities import PERSONAL
from bot.teams.conversations import Conversation
from handlers.vocabulary.address import Place

log = structlog.get_logger("parley.teams")

AGAIN = 86_400.0
"""Seconds after which it is asked anew whether the owners have consented by now, when somebody mentions the bot."""
FRESH = 60.0
"""Seconds for which a process believes what it read of a conversation: another one may have heard more."""
REMEMBERED = 5000

At = Callable[[Place], Awaitable[Conversation]]
Consented = Callable[[Conversation], Awaitable[bool | None]]
"""Whether a channel's owners let us hear everything; None when nobody tells."""
Learn = Callable[[Place, bool | None], Awaitable[None]]


class Hearing:
    """Knows what it hears where. ``clock`` answers seconds that only grow."""

    def __init__(self, at: At, consented: Consented, learn: Learn, clock: Callable[[], float] = time.monotonic) -> None:
        self._at, self._consented, self._learn, self._clock = at, consented, learn, clock
        self._known: dict[Place, tuple[bool | None, float]] = {}
        self._asked: dict[Place, float] = {}

    async def plainly(self, place: Place) -> None:
        """Something came from here that did not mention the bot."""
        if await self.of(place) is not True:  # another process may have been told otherwise since
            await self._note(place, True)

    async def by_mention(self, place: Place) -> None:
        """The bot was mentioned here: unless it is known to hear everything, the owners' consent is looked for, once a day."""
        known, last = await self.of(place), self._asked.get(place)
        if known is True:
            return
        if last is None or self._clock() - last >= AGAIN:
            await self._find_out(place, otherwise=False)
        elif known is None:
            await self._note(place, False)

    async def came(self, place: Place) -> None:
        """The bot was added here, or added anew: the owners were asked for their consent."""
        await self._find_out(place, otherwise=None)

    async def of(self, place: Place) -> bool | None:
        """Whether plain replies reach us here; None while nothing tells."""
        known = self._known.get(place)
        if known is not None and self._clock() - known[1] < FRESH:
            return known[0]
        try:
            return self._remember(place, (await self._at(place)).hears)
        except SQLAlchemyError:
            return known[0] if known is not None else None

    async def _find_out(self, place: Place, *, otherwise: bool | None) -> None:
        try:
            conversation = await self._at(place)
        except SQLAlchemyError:
            return
        if not conversation.known or conversation.kind == PERSONAL:
            return
        self._asked[place] = self._clock()
        allowed = await self._consented(conversation)
        if allowed is not None or conversation.hears is not True:
            await self._note(place, otherwise if allowed is None else allowed)

    async def _note(self, place: Place, hears: bool | None) -> None:
        try:
            await self._learn(place, hears)
        except SQLAlchemyError as away:  # the next message tells it again
            log.warning("teams.hearing_not_kept", trouble=type(away).__name__)
            return
        self._remember(place, hears)

    def _remember(self, place: Place, hears: bool | None) -> bool | None:
        self._known.pop(place, None)
        self._known[place] = (hears, self._clock())
        while len(self._known) > REMEMBERED:
            oldest = next(iter(self._known))
            self._asked.pop(oldest, None)
            del self._known[oldest]
        return hears
