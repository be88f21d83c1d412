"""The process that is killed: the real engine, courier and Slack gateway over one database."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from bot.clock import Clock
from bot.courier import Courier
from bot.engine import Engine
from bot.patience import Patience
from bot.slack.gateway import SlackGateway
from bot.slack.settings import SlackSettings
from bot.workers import Workers
from handlers.vocabulary.address import Platform
from storage.database import Database
from storage.unit_of_work import UnitOfWork

PATIENCE = Patience(timeout=1.0, settle=0.5, attempts=40, longest=3.0)


def deliver(url: str, slack: Mapping[str, str], reconcile: bool, ready: Connection) -> None:
    """Deliver what stands in the database at ``url`` until killed; says so over ``ready`` when it begins."""
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)  # its log lines would drown what is measured
        os.dup2(nowhere.fileno(), 2)
    asyncio.run(_deliver(url, slack, reconcile, ready))


async def _deliver(url: str, slack: Mapping[str, str], reconcile: bool, ready: Connection) -> None:
    database = Database(url)
    engine = Engine(database, "chaos", pace=0.05, poll=0.05)

    def units() -> UnitOfWork:
        return UnitOfWork(database, engine.enqueue)

    gateway = SlackGateway(SlackSettings(slack["bot_token"], api_url=slack["api_url"]), timeout=PATIENCE.timeout)
    run, gateways = Workers(), {Platform.SLACK: gateway}
    courier = Courier(units, gateways, run, Clock().now, {Platform.SLACK: PATIENCE}, reconcile=reconcile)
    await engine.start(courier)
    ready.send("ready")
    while True:
        await engine.repair(units, run, datetime.now(UTC))
        await asyncio.sleep(1)
