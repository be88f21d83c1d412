"""kill -9: whom, when, and how far every message was at that moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from storage.database import Database
from tests.chaos import phases
from tests.chaos.phases import PHASES, Phase
from tests.chaos.replicas import Replica
from tests.chaos.torment import Round

WHILE_STARTING = 0.15
"""How often a process that is not ready yet is the one to be killed, when there is one."""


async def kills(round_: Round) -> None:
    """kill -9, as often as planned, each aimed at the phase that was hit least; the dead come back sooner or later."""
    returning: set[asyncio.Task[None]] = set()
    while round_.toll.kills < round_.plan.kills:
        await asyncio.sleep(round_.chance.uniform(0.3, 2.0))
        starting = [each for each in round_.replicas if each.running and not await asyncio.to_thread(each.ready)]
        alive = starting if starting and round_.chance.random() < WHILE_STARTING else await round_.alive()
        others = len(alive) > 1
        victim = await kill(round_, alive)
        task = asyncio.create_task(_returns(round_, victim, others))
        returning.add(task)
        task.add_done_callback(returning.discard)
    for task in list(returning):
        task.cancel()
    await asyncio.gather(*returning, return_exceptions=True)


async def kill(round_: Round, alive: Sequence[Replica]) -> Replica:
    """One kill and its count; answers who it was."""
    toll = round_.toll
    wanted: Phase = min(PHASES, key=lambda phase: (toll.hit[phase], round_.chance.random()))
    by_name = {each.name: each for each in alive}
    struck = await phases.until_in(wanted, by_name, round_.platform, lambda: _waits(round_.database), round_.plan.aim)
    victim = by_name[struck or round_.chance.choice(list(by_name))]
    victim.resting = True
    killed_at = await asyncio.to_thread(victim.kill)
    stood = await asyncio.to_thread(phases.rows, round_.database)
    found = phases.count(victim.name, killed_at, await round_.platform.calls(), stood, round_.platform.key_of)
    toll.kills += 1
    for phase, messages in found.items():
        toll.hit[phase] += messages > 0
        toll.messages[phase] += messages
    round_.told(toll)
    return victim


async def _returns(round_: Round, victim: Replica, others: bool) -> None:
    """Mostly at once, as a supervisor does it; now and then after a while, the longest only where others live."""
    away = round_.chance.choice(round_.plan.away)
    if others and round_.chance.random() < 0.2:
        away = round_.chance.uniform(5.0, round_.plan.dead)
    await asyncio.sleep(away)
    victim.start()
    victim.resting = False


def _waits(database: Database) -> bool:
    now = time.time()
    return any(
        state == "open" and not tried and not sent and due <= now
        for _, state, tried, sent, due in phases.rows(database)
    )
