"""The process that is killed: the real engine, courier and Slack gateway over one database, told everything by one JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.clock import Clock
from bot.courier import Courier, Patience
from bot.engine import Engine
from bot.slack.gateway import SlackGateway
from bot.slack.settings import SlackSettings
from bot.workers import Workers
from handlers.vocabulary.address import Platform
from storage.database import Database
from storage.unit_of_work import UnitOfWork

PATIENCE = Patience(timeout=1.0, settle=0.5, attempts=40, longest=3.0)


async def main(told: dict[str, Any]) -> None:
    """Deliver until killed, repairing every second."""
    database = Database(told["database"])
    engine = Engine(database, "chaos", pace=0.05, poll=0.05)

    def units() -> UnitOfWork:
        return UnitOfWork(database, engine.enqueue)

    gateway = SlackGateway(SlackSettings(told["bot_token"], api_url=told["api_url"]), timeout=PATIENCE.timeout)
    run, gateways = Workers(), {Platform.SLACK: gateway}
    patience = {Platform.SLACK: PATIENCE}
    courier = Courier(units, gateways, run, Clock().now, patience, reconcile=told["reconcile"])
    await engine.start(courier)
    print("ready", flush=True)
    while True:
        await engine.repair(units, run, datetime.now(UTC))
        await asyncio.sleep(1)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(main(json.loads(sys.argv[1])))
