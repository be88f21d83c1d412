"""People at work while the program is tormented: each story is one record's life, said by commands, clicks, forms and replies.

A next step is taken when the one before stands in the channel, so that what was meant is never in doubt. A story whose step
gets no answer ends there.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from tests.chaos import names
from tests.chaos.platform import Platform, Refused

LOOK_EVERY = 0.4
SEEN_WITHIN = 90.0
Said = Mapping[str, Any]


class StoryEnds(Exception):
    """The people of a story stop here: the run is over, or their last step got no answer."""


class Driver:
    """``pace`` is seconds between two stories."""

    def __init__(self, platform: Platform, programmes: int, pace: float, seed: int) -> None:
        self._platform, self._cast = platform, platform.cast
        self._programmes = programmes
        self._pace = pace
        self._chance = random.Random(seed)
        self._serials = itertools.count()
        self._closing = asyncio.Event()
        self._seen: dict[str, list[Said]] = {}
        self._stories: list[asyncio.Task[None]] = []
        self.steps = 0

    async def run(self) -> None:
        """Tell stories until ``close``; returns when the last step was taken."""
        looking = asyncio.create_task(self._look())
        kinds = (self._issue, self._action, self._form)
        for number in itertools.count():
            if self._closing.is_set():
                break
            self._stories.append(asyncio.create_task(self._told(kinds[number % len(kinds)])))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._pace)
        await asyncio.gather(*self._stories)
        looking.cancel()

    def close(self) -> None:
        """No further step."""
        self._closing.set()

    async def _look(self) -> None:
        while True:
            self._seen = (await self._platform.standing())["channels"]
            await asyncio.sleep(LOOK_EVERY)

    async def _told(self, story: Callable[[int, str], Any]) -> None:
        number = self._chance.randrange(self._programmes)
        with contextlib.suppress(StoryEnds, Refused):
            await story(number, names.nonce(number, next(self._serials)))

    # --- the stories

    async def _issue(self, number: int, word: str) -> None:
        """The provider reports by a mention; the manager owns it, waits, is answered, is done; the provider accepts."""
        channel, lead, manager = names.shared_channel(number), self._cast.lead(number), self._cast.manager
        await self._done(self._platform.mentions(lead, channel, f"report Refunds stuck {word}"))
        card = await self._stands(channel, names.card(word))
        await self._reply(manager, channel, card, "ack")
        await self._reply(manager, channel, card, "blocked: need the refund policy")
        await self._stands(channel, names.line(word, "blocked"))
        await self._reply(lead, channel, card, "unblocked")
        await self._stands(channel, names.line(word, "answered"))
        await self._reply(manager, channel, card, "done")
        await self._accept(lead, channel, word)

    async def _action(self, number: int, word: str) -> None:
        """The manager gives an action to the provider's lead, who is on it, needs something, and is done."""
        channel, lead, manager = names.shared_channel(number), self._cast.lead(number), self._cast.manager
        order = f"actions add Send the policy {word} {{{lead}}} due in 5 days"
        await self._done(self._platform.orders(manager, channel, order))
        card = await self._stands(channel, names.card(word))
        await self._reply(lead, channel, card, "ack")
        await self._reply(lead, channel, card, "blocked: need the old one")
        await self._stands(channel, names.line(word, "blocked"))
        await self._reply(lead, channel, card, "done")
        await self._accept(manager, channel, word)

    async def _form(self, number: int, word: str) -> None:
        """The manager opens the form, fills it in, and the provider's lead finishes it."""
        channel, lead, manager = names.shared_channel(number), self._cast.lead(number), self._cast.manager
        await self._done(self._platform.fills_in(manager, channel, f"report Calls wait {word}"))
        card = await self._stands(channel, names.card(word))
        await self._reply(lead, channel, card, "ack")
        await self._reply(lead, channel, card, "done")
        await self._accept(manager, channel, word)

    # --- their steps

    async def _reply(self, person: str, channel: str, card: Said, words: str) -> None:
        """And wait for the emoji: what is sent again later would be understood after what is said next."""
        said = await self._done(self._platform.says(person, channel, words, card["ts"]))
        await self._until(
            lambda: next((m for m in self._seen[channel] if m["ts"] == said["ts"] and m["reacted"]), None)
        )

    async def _accept(self, person: str, channel: str, word: str) -> None:
        line = await self._stands(channel, names.line(word, "done"), button="Accept")
        await self._done(self._platform.presses(person, channel, line["ts"], "Accept"))

    async def _done(self, act: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
        """Raises ``StoryEnds`` when there is no answer to a thing that nobody repeats; messages are sent again."""
        if self._closing.is_set():
            act.close()
            raise StoryEnds
        self.steps += 1
        done = await act
        if done["failure"] is not None:
            raise StoryEnds
        return done

    async def _stands(self, channel: str, name: str, button: str = "") -> Said:
        """The message, once it stands and has the button."""

        def found() -> Said | None:
            said = (each for each in self._seen.get(channel, ()) if each["user"] == self._cast.bot)
            able = (each for each in said if button in ("", *each["buttons"]))
            return next((each for each in able if self._name(channel, each) == name), None)

        return await self._until(found)

    async def _until(self, found: Callable[[], Said | None]) -> Said:
        """Raises ``StoryEnds`` when it does not come to be seen."""
        end = asyncio.get_running_loop().time() + SEEN_WITHIN
        while asyncio.get_running_loop().time() < end and not self._closing.is_set():
            said = found()
            if said is not None:
                return said
            await asyncio.sleep(LOOK_EVERY / 2)
        raise StoryEnds

    def _name(self, channel: str, said: Said) -> str | None:
        thread = said["thread_ts"]
        if thread in (None, said["ts"]):
            return names.name_of(said, None)
        root = next((each for each in self._seen[channel] if each["ts"] == thread), None)
        return None if root is None else names.name_of(said, root)
