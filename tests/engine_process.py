"""A process with the real engine: courier, DBOS and a gateway over one database; for tests that kill it, or need DBOS apart.

``python -m tests.engine_process DATABASE_URL`` reads JSON commands, one a line, and answers each with one line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from datetime import UTC, datetime
from typing import Any

import structlog
from dbos import DBOS

from bot.clock import Clock
from bot.delivery.courier import Courier
from bot.delivery.engine import Engine, workflow_id
from bot.delivery.patience import Patience
from bot.ports import Later, Unsure
from bot.workers import Workers
from handlers.vocabulary.address import Platform
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.databases import outbox_row
from tests.fakes import FakeGateway

PATIENCE = Patience(timeout=1.0, settle=0.5)


class Timed(FakeGateway):
    """Notes when each message came to stand; can be stuck for one key."""

    def __init__(self, stuck: str = "", outcome: str = "") -> None:
        super().__init__(platform=Platform.SLACK)
        self.stuck, self.outcome = stuck, outcome
        self.stood: dict[str, float] = {}

    async def post(self, delivery: Any) -> Any:
        """Post, note when; the stuck one gets no further while it is stuck."""
        if self.stuck and self.stuck == delivery.card.text:
            if self.outcome == "hangs":
                await asyncio.sleep(5)
            return Later(20, "message") if self.outcome == "later" else Unsure("stuck")
        sent = await super().post(delivery)
        self.stood[delivery.card.text] = time.monotonic()
        return sent


class Process:
    """What the commands act on."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.engine = Engine(self.database, "test", pace=0.1, poll=0.05)
        self.workers = Workers()
        self.gateway = Timed()

    def units(self) -> UnitOfWork:
        """A unit that wakes the engine."""
        return UnitOfWork(self.database, self.engine.enqueue)

    async def start(self, stuck: str = "", outcome: str = "", pace: float = 0.1) -> None:
        """Start the engine."""
        self.gateway.stuck, self.gateway.outcome = stuck, outcome
        self.engine = Engine(self.database, "test", pace=pace, poll=0.05)
        platforms = (Platform.SLACK, Platform.TEAMS)
        gateways, patience = dict.fromkeys(platforms, self.gateway), dict.fromkeys(platforms, PATIENCE)
        courier = Courier(self.units, gateways, self.workers, Clock().now, patience)
        await self.engine.start(courier)

    async def put(self, rows: list[dict[str, Any]]) -> None:
        """Say things, all in one transaction."""
        now = datetime.now(UTC)
        with self.units() as uow:
            for row in rows:
                uow.outbox.put(outbox_row(**{"platform": "slack", "created_at": now, "not_before": now, **row}))
            uow.commit()

    async def until_sent(self, onces: list[str], within: float) -> dict[str, float]:
        """Wait until they stand; answers the seconds each took from now, those that came."""
        begun = time.monotonic()
        wanted = {f"said {once}" for once in onces}
        while time.monotonic() - begun < within and not wanted <= set(self.gateway.stood):  # noqa: ASYNC110  # polls a dict
            await asyncio.sleep(0.02)
        return {text: round(at - begun, 2) for text, at in self.gateway.stood.items() if text in wanted}

    async def repair(self) -> int:
        """One repair."""
        return await self.engine.repair(self.units, self.workers, datetime.now(UTC))

    async def cancel(self, once: str) -> None:
        """Cancel a row's workflow, as somebody might by hand."""
        with self.units() as uow:
            row = uow.outbox.by_once(once)
            assert row is not None
        await DBOS.cancel_workflow_async(workflow_id(row.key, row.generation))

    async def break_off(self, once: str) -> None:
        """Let a waiting row's workflow look as if it were under way here, while nothing carries it: its note was not written."""
        with self.units() as uow:
            row = uow.outbox.by_once(once)
            assert row is not None
            uow.session.connection().exec_driver_sql(
                f"UPDATE {'' if self.database.is_sqlite else 'dbos.'}workflow_status SET status = 'PENDING',"
                f" executor_id = 'test' WHERE workflow_uuid = '{workflow_id(row.key, row.generation)}'"
            )
            uow.commit()

    async def unstick(self) -> None:
        """The stuck message can be posted from now on."""
        self.gateway.stuck = ""

    async def posted(self) -> list[list[str]]:
        """Everything that stands: channel, thread, text."""
        return [[p.place.channel, p.delivery.thread or "", p.delivery.card.text] for p in self.gateway.posted]  # type: ignore[union-attr]

    async def stop(self) -> None:
        """Stop the engine and the database."""
        await asyncio.to_thread(self.engine.stop)
        self.workers.stop()
        self.database.dispose()


async def serve(url: str) -> None:
    """Answer commands until the input ends or ``stop`` is done."""
    process = Process(url)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(process.workers._pool, sys.stdin.readline):
        command: dict[str, Any] = json.loads(line)
        name = command.pop("do")
        answer = await getattr(process, name)(**command)
        print(json.dumps(answer), flush=True)
        if name == "stop":
            return


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    asyncio.run(serve(parser.parse_args().url))
