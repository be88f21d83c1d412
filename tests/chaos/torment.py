"""One round: the program works, people work with it, processes are killed, and at the end everything must stand once."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from storage.database import Database
from storage.migrate import upgrade
from tests.chaos import phases
from tests.chaos.driver import Driver
from tests.chaos.morning import working_morning
from tests.chaos.oracle import Due, Verdict, judge
from tests.chaos.phases import PHASES
from tests.chaos.platform import Platform, Slack, Weather
from tests.chaos.replicas import PROGRAM, Replica
from tests.chaos.town import Calendar, furnish

READY_WITHIN = 90.0
FINISH_WITHIN = 240.0
HOPELESS_AFTER = 40.0
"""Seconds without anything to send (longer than a platform sends events again) after which what is missing will not come."""
QUIET_FOR = 4.0
"""Seconds that everything must have stood before it is believed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to whom. ``settle`` is the program's PARLEY_SETTLE_SECONDS; ``pace`` seconds between two stories; ``dead``
    the most seconds a killed process stays dead while others live, ``away`` what it stays away for else; ``aim`` how many
    seconds a moment of the wanted phase is waited for. ``to_double``: a double is all that is looked for."""

    name: str
    replicas: int
    kills: int
    weather: Weather
    settle: float
    calendar: Calendar
    pace: float = 0.8
    dead: float = 30.0
    away: tuple[float, ...] = (0.0, 0.0, 0.5, 2.0, 5.0)
    aim: float = 3.0
    to_double: bool = False
    seed: int = 1
    program: tuple[str, ...] = PROGRAM
    platform: Callable[[], Platform] = Slack


@dataclass
class Toll:
    """What came of a round. ``messages`` counts messages by phase, ``hit`` the kills with at least one in it."""

    name: str
    kills: int = 0
    expected: int = 0
    open: int = 0
    lost: int = 0
    doubled: int = 0
    unexpected: int = 0
    halved: int = 0
    stale: int = 0
    steps: int = 0
    seconds: float = 0.0
    hit: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PHASES, 0))
    messages: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PHASES, 0))
    wrong: list[str] = field(default_factory=list)

    def take(self, verdict: Verdict) -> None:
        """Keep what the oracle says."""
        self.expected, self.open = verdict.expected, verdict.open
        self.lost, self.doubled = len(verdict.lost), len(verdict.doubled)
        self.unexpected, self.halved, self.stale = len(verdict.unexpected), len(verdict.halved), len(verdict.stale)
        kinds = ("lost", "doubled", "unexpected", "halved", "stale")
        self.wrong = [f"{kind}: {each}" for kind in kinds for each in getattr(verdict, kind)]


@dataclass
class Round:
    """A round under way: what its torments may lay hands on. ``due`` is what the calendar owes."""

    plan: Plan
    folder: Path
    platform: Platform
    database: Database
    replicas: list[Replica]
    due: list[Due]
    chance: random.Random
    toll: Toll
    told: Callable[[Toll], None]

    async def alive(self, at_least: int = 1) -> list[Replica]:
        """The processes that are ready, once there are so many of them."""
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end:
            found = [each for each in self.replicas if await asyncio.to_thread(each.ready)]
            if len(found) >= at_least:
                return found
            for each in self.replicas:
                if each.starts and not each.running and not each.resting:
                    raise RuntimeError(f"{each.name} ended by itself; its words are in {each.log}")
            await asyncio.sleep(0.1)
        raise TimeoutError(f"{self.plan.name}: fewer than {at_least} processes were ready within {READY_WITHIN:g} s")


Torment = Callable[[Round], Awaitable[None]]


async def fight(plan: Plan, folder: Path, url: str, told: Callable[[Toll], None], torment: Torment) -> Toll:
    """One round on the empty database at ``url``; ``told`` hears of the toll after each kill."""
    begun = time.monotonic()
    database = Database(url)
    await asyncio.to_thread(upgrade, database)
    async with plan.platform() as platform:
        zone, _ = working_morning(datetime.now(UTC))
        await platform.furnish(plan.calendar.programmes, zone, plan.weather)
        due = await asyncio.to_thread(furnish, database, plan.calendar, platform.cast, platform.remembered)
        replicas = [_replica(plan, folder, platform, url, number) for number in range(plan.replicas)]
        await platform.sends_to([each.url for each in replicas])
        round_ = Round(plan, folder, platform, database, replicas, due, random.Random(plan.seed), Toll(plan.name), told)
        try:
            await _fought(round_, torment)
        finally:
            for each in replicas:
                each.end()
            database.dispose()
    round_.toll.seconds = round(time.monotonic() - begun, 1)
    return round_.toll


async def _fought(round_: Round, torment: Torment) -> None:
    plan = round_.plan
    for each in round_.replicas:
        each.start()
    await round_.alive(len(round_.replicas))
    driver = Driver(round_.platform, plan.calendar.programmes, plan.pace, plan.seed)
    people = asyncio.create_task(driver.run())
    try:
        await torment(round_)
    finally:
        driver.close()
        await people
    round_.toll.steps = driver.steps
    for each in round_.replicas:
        if not each.running:
            each.start()
    await round_.platform.calm()
    round_.toll.take(await _finished(round_))


async def _finished(round_: Round) -> Verdict:
    """The verdict once everything stood for a while, or nothing has moved for long, or patience ends."""
    last_due = max((each.at for each in round_.due), default=0.0)
    end = max(time.time(), last_due) + FINISH_WITHIN
    clean_since = still_since = None
    while True:
        verdict = judge(record := await round_.platform.record(), round_.due)
        now = time.time()
        still = now > last_due and not await asyncio.to_thread(_delivering, round_.database)
        still_since = (still_since or now) if still else None
        clean_since = (clean_since or now) if still and verdict.clean else None
        shown = round_.plan.to_double and still and verdict.doubled
        stood = shown or (clean_since is not None and now - clean_since > QUIET_FOR)
        if stood or now > end or (still_since is not None and now - still_since > HOPELESS_AFTER):
            if not verdict.clean:
                (round_.folder / "record.json").write_text(json.dumps(asdict(record), indent=1, default=str))
            return verdict
        await asyncio.sleep(1.0)


def _delivering(database: Database) -> bool:
    return any(state == "open" and due <= time.time() for _, state, _, _, due in phases.rows(database))


def _replica(plan: Plan, folder: Path, platform: Platform, url: str, number: int) -> Replica:
    name = f"r{number + 1}"
    settings = {**platform.tokens(name), "DATABASE_URL": url, "PARLEY_SETTLE_SECONDS": f"{plan.settle:g}"}
    if url.startswith("sqlite"):
        settings["PARLEY_HOME"] = str(Path(url.removeprefix("sqlite:///")).parent)
    return Replica(name, folder, settings, plan.program)
