"""Errands: rows of the outbox that say nothing and ask the platform something on our behalf.

Asking twice is harmless, and what was found is an incoming event that is heard once; so nothing is looked for afterwards.
Nothing waits for an errand. One that comes to nothing since there is nobody and nothing to be found is dropped, and what was
assumed stays; one that was refused or never clearly answered is told to whoever asked for it and to those who manage.

Three kinds of network work are no rows of their own, since each belongs to one message: whether a channel is shared is asked
in the moment of sending, a direct conversation is opened by the post that needs it, and a file is uploaded by the row that
shares it, its id kept in between. Each can be repeated without harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.ports import Found, FoundMessage, Gateway, Later, Refused, Unsure
from handlers.deliveries.telling import gave_up
from handlers.deliveries.unanswered import unanswered
from handlers.saying import decode
from handlers.vocabulary.address import Platform
from handlers.vocabulary.incoming import PersonFound, WordsFound
from handlers.vocabulary.outgoing import Errand
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork, Units

log = structlog.get_logger(__name__)

ATTEMPTS = 8
"""After so many without a clear answer an errand is given up."""
TRIED_LONG = timedelta(days=1)
LONGEST_WAIT = 300.0

Hear = Callable[[PersonFound | WordsFound], object]
"""Handles what was found, in a transaction of its own; told twice, it does it once."""

Told = Found | FoundMessage | Later | Refused | Unsure
"""What a platform answers to an errand."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be asked now."""

    errand: Errand
    installation_id: int


class Errands:
    """Runs errands. ``hear`` None: nobody would listen, so every errand is dropped."""

    def __init__(
        self,
        units: Units,
        gateways: Mapping[Platform, Gateway],
        run: Callable[..., Awaitable[Any]],
        clock: Callable[[], datetime],
        hear: Hear | None,
    ) -> None:
        self._units = units
        self._gateways = gateways
        self._run = run
        self._clock = clock
        self._hear = hear

    def begin(self, row: OutboxRow, uow: UnitOfWork, now: datetime) -> Ask | None:
        """Note the attempt and say what to ask, or give up; commits."""
        errand = decode(row.content)
        tried_long = row.first_try is not None and now - row.first_try > TRIED_LONG
        ask = None
        if self._hear is None or not isinstance(errand, Errand):
            row.state = "dropped"
        elif row.attempts >= ATTEMPTS or tried_long:
            _give_up(row, f"no clear answer after {row.attempts} attempts", uow, now)
        else:
            row.attempts, row.first_try = row.attempts + 1, row.first_try or now
            ask = Ask(errand, row.installation_id)
        uow.session.add(row)
        uow.commit()
        return ask

    async def carry(self, key: str, ask: Ask, within: float) -> float | None:
        """Ask, within so many seconds (0: unbounded), and let what was found be heard. Answers as an attempt does."""
        outcome: Told
        try:
            async with asyncio.timeout(within or None):
                outcome = await self._asked(ask.errand)
        except TimeoutError:
            outcome = Unsure(f"no answer within {within:g} seconds")
        if isinstance(outcome, Found | FoundMessage) and self._hear is not None:
            await self._run(self._hear, found_event(key, ask, outcome))
        wait: float | None = await self._run(self._over, key, outcome)
        return wait

    async def _asked(self, errand: Errand) -> Told:
        gateway = self._gateways[errand.account.platform]
        if errand.what != "message":
            return await gateway.look_up(errand.account)
        if errand.place is None or not errand.message:
            return Refused("the errand names no message", gone=True)
        return await gateway.look_at(errand.place, errand.message)

    def _over(self, key: str, outcome: Told) -> float | None:
        """Keep what came of it; the seconds to wait before the next attempt, None when there is none."""
        wait: float | None = None
        with self._units() as uow:
            row = uow.outbox.locked(key)
            if row is None or row.state != "open":
                return None
            match outcome:
                case Found() | FoundMessage():
                    row.state, row.sent_revision, row.sent_at, row.trouble = "sent", row.revision, self._clock(), ""
                case Later(after, _):
                    row.attempts, wait = max(0, row.attempts - 1), max(1.0, after)
                case Refused(why, True):
                    row.state, row.trouble = "dropped", why
                case Refused(why):
                    _give_up(row, why, uow, self._clock())
                case Unsure(why):
                    row.trouble, wait = why, min(LONGEST_WAIT, 2.0**row.attempts)
            uow.session.add(row)
            uow.commit()
        log.info("errand.outcome", key=key, outcome=type(outcome).__name__, trouble=row.trouble)
        return wait


def _give_up(row: OutboxRow, why: str, uow: UnitOfWork, now: datetime) -> None:
    uow.outbox.give_up(row, "failed", why)
    errand = decode(row.content)
    if isinstance(errand, Errand):
        unanswered(row, errand, uow, now)
    gave_up(row, uow, now)


def found_event(key: str, ask: Ask, found: Found | FoundMessage) -> PersonFound | WordsFound:
    """What an errand's answer is to the house; the row's key makes it one event, however often it is told."""
    return _person(key, ask, found) if isinstance(found, Found) else _words(key, ask, found)


def _words(key: str, ask: Ask, found: FoundMessage) -> WordsFound:
    return WordsFound(
        f"errand:{key}",
        ask.errand.account,
        ask.errand.place,
        ask.installation_id,
        ask.errand,
        found.words,
        found.thread,
        found.author,
        found.author_name,
        request=key,
    )


def _person(key: str, ask: Ask, found: Found) -> PersonFound:
    return PersonFound(
        f"errand:{key}",
        ask.errand.account,
        None,
        ask.installation_id,
        ask.errand,
        found.name,
        found.zone,
        found.email,
        found.workspace,
        found.is_admin,
        is_guest=found.is_guest,
        request=key,
    )
