"""Which rounds there are: how many processes, over which database, under which torment, and in what weather."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.chaos import stages
from tests.chaos.killing import kills
from tests.chaos.platform import LONG, SHORT
from tests.chaos.replicas import BLIND
from tests.chaos.server import MortalServer
from tests.chaos.teams import Teams
from tests.chaos.torment import Plan, Toll, Torment, fight
from tests.chaos.town import Calendar

Tell = Callable[[Toll], None]
ROUNDS = 3
"""Rounds of kills on each set-up."""
BUSY = Calendar(programmes=16, timers=16, seconds=150.0)
QUICK = Calendar(programmes=8, timers=8, seconds=45.0)


@dataclass(frozen=True, slots=True)
class Round:
    """A plan, and how it is fought. ``doubles``: it is there to show what reconciling prevents, and is wrong without any."""

    plan: Plan
    fight: Callable[[Path, Tell], Coroutine[Any, Any, Toll]]
    doubles: bool = False


def long_form(kills_each: int) -> list[Round]:
    """All rounds of a whole run but the control, in the order in which they are fought."""
    rounds = [
        _killed(Plan(f"{name} #{number + 1}", replicas, kills_each, LONG, 10.0, BUSY, seed=10 * replicas + number))
        for number in range(ROUNDS)
        for name, replicas in (("SQLite x1", 1), ("PostgreSQL x2", 2), ("PostgreSQL x3", 3))
    ]
    return [
        *rounds,
        _disk(),
        *(_stopped(name, replicas) for name, replicas in (("SQLite x1", 1), ("PostgreSQL x2", 2))),
        _crashed(),
    ]


def short_form(replicas: int, kills_each: int, seed: int = 1) -> Round:
    """The same, quickly: messages show late by less, and everything is waited for less."""
    name = f"{'SQLite' if replicas == 1 else 'PostgreSQL'} x{replicas}, short"
    hurried: dict[str, Any] = {"pace": 0.7, "dead": 8.0, "away": (0.0, 0.5), "aim": 1.5, "seed": seed}
    return _killed(Plan(name, replicas, kills_each, SHORT, 2.5, QUICK, **hurried))


def teams_form(kills_each: int) -> list[Round]:
    """The same over Teams: where Graph lets the program read back what it posted nothing may stand twice."""
    return [
        _killed(Plan(f"Teams, {name}", replicas, kills_each, LONG, 10.0, BUSY, seed=90 + replicas, platform=Teams))
        for name, replicas in (("SQLite x1", 1), ("PostgreSQL x2", 2), ("PostgreSQL x3", 3))
    ]


def teams_short(replicas: int, kills_each: int, seed: int = 1) -> Round:
    """The short form over Teams."""
    name = f"Teams, {'SQLite' if replicas == 1 else 'PostgreSQL'} x{replicas}, short"
    hurried: dict[str, Any] = {"pace": 0.7, "dead": 8.0, "away": (0.0, 0.5), "aim": 1.5, "seed": seed}
    return _killed(Plan(name, replicas, kills_each, SHORT, 2.5, QUICK, platform=Teams, **hurried))


def unread(kills_each: int) -> list[Round]:
    """Teams where nothing can be read back: posts in doubt are said again, or never, as the setting has it. What is doubled
    there, or lost and told to a manager, is counted."""
    return [
        _killed(
            Plan(
                f"Teams unread, {unsure}",
                1,
                kills_each,
                LONG,
                10.0,
                BUSY,
                platform=partial(Teams, reads_back=False, unsure=unsure),
            )
        )
        for unsure in ("twice", "never")
    ]


def control(kills_each: int = 6) -> Round:
    """Without looking into the history: this must double messages, else the measurement cannot see what it is for."""
    plan = Plan("SQLite x1, without reconciling", 1, kills_each, SHORT, 2.5, QUICK, program=BLIND, to_double=True)
    return Round(plan, lambda folder, tell: _on_sqlite(plan, folder, tell, kills), doubles=True)


def _killed(plan: Plan) -> Round:
    on = _on_sqlite if plan.replicas == 1 else _on_postgresql
    return Round(plan, lambda folder, tell: on(plan, folder, tell, kills))


def _stopped(name: str, replicas: int) -> Round:
    plan = Plan(f"{name}, stopped", replicas, 0, LONG, 10.0, BUSY)
    on = _on_sqlite if replicas == 1 else _on_postgresql
    return Round(plan, lambda folder, tell: on(plan, folder, tell, stages.stops))


def _crashed() -> Round:
    plan = Plan("PostgreSQL x2, server killed", 2, 0, LONG, 10.0, BUSY)

    async def fought(folder: Path, tell: Tell) -> Toll:
        with _server() as server:
            return await fight(plan, folder, server.empty(), tell, stages.restarts(server))

    return Round(plan, fought)


def _disk() -> Round:
    plan = Plan("SQLite x1, disk full", 1, 0, LONG, 10.0, BUSY)

    async def fought(folder: Path, tell: Tell) -> Toll:
        with stages.small_disk(folder) as disk:
            return await fight(plan, folder, f"sqlite:///{disk / 'parley.sqlite'}", tell, stages.full)

    return Round(plan, fought)


async def _on_sqlite(plan: Plan, folder: Path, tell: Tell, torment: Torment) -> Toll:
    return await fight(plan, folder, f"sqlite:///{folder / 'parley.sqlite'}", tell, torment)


async def _on_postgresql(plan: Plan, folder: Path, tell: Tell, torment: Torment) -> Toll:
    with _server() as server:
        return await fight(plan, folder, server.empty(), tell, torment)


@contextmanager
def _server() -> Iterator[MortalServer]:
    folder = Path(tempfile.mkdtemp(prefix="parley-pg-"))
    server = MortalServer(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
