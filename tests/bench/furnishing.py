"""A database as it is after some months at work: one provider, bound to the stand-in's shared channel, with figures and
open issues, so that a command has something real to read."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from handlers.metrics.catalogue import load_catalogue
from handlers.providers.handler import set_up
from handlers.providers.spec import MetricSpec, Owners, PersonSpec, ProviderSpec
from handlers.router import Router
from handlers.routes import table
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import Submitted
from storage.database import Database
from storage.models.provider import Installation
from storage.unit_of_work import UnitOfWork
from tests.bench.processes import HOME
from tests.standins.slack import HOST_TEAM, VENDOR_TEAM

CHANNEL = "C0SHARED"
MANAGER, LEAD = "U0MANAGER", "U0LEAD"
ISSUES = 4


def furnish(file: Path) -> str:
    """Make the database in ``file`` and answer its URL."""
    file.parent.mkdir(parents=True, exist_ok=True)
    return furnish_at(f"sqlite:///{file}")


def furnish_at(url: str) -> str:
    """Fill the database at ``url``, an empty one; answers the URL."""
    environment = {**os.environ, "PARLEY_MIGRATE_URL": url}
    subprocess.run([sys.executable, "-m", "storage.migrate"], check=True, env=environment, cwd=HOME)
    database = Database(url)
    try:
        _settle(database)
        _issues(database)
    finally:
        database.dispose()
    return url


def _settle(database: Database) -> None:
    now = datetime.now(UTC)
    with UnitOfWork(database) as uow:
        installation = uow.providers.add(
            Installation(platform=Platform.SLACK, workspace=HOST_TEAM, bot_user="U0BOT", installed_at=now)
        )
        assert installation.id is not None
        set_up(uow, installation.id, _spec(now.date()), now, catalogue=load_catalogue())
        uow.events.clear()
        uow.commit()


def _spec(today: date) -> ProviderSpec:
    return ProviderSpec(
        provider="Manila Support",
        country="PH",
        zone="Asia/Manila",
        client=Owners(PersonSpec("Maya Brooks", MANAGER, HOST_TEAM, "manager")),
        theirs=Owners(PersonSpec("Liza Santos", LEAD, VENDOR_TEAM, "lead")),
        anchor_zone="Europe/London",
        channel=CHANNEL,
        channel_name="northwind-manila",
        internal_channel="C0INTERNAL",
        internal_name="vendor-office",
        metrics=(MetricSpec("service_level", Decimal(80)), MetricSpec("handle_time", Decimal(400))),
        targets_from=today - timedelta(days=90),
    )


def _issues(database: Database) -> None:
    """Reported by the real handlers. They are marked as sent: what is measured is not their delivery."""
    router = Router(table(), lambda: UnitOfWork(database))
    place = Place(Platform.SLACK, HOST_TEAM, CHANNEL)
    actor = Account(Platform.SLACK, HOST_TEAM, MANAGER)
    now = datetime.now(UTC)
    for number in range(ISSUES):
        values = {"title": f"Refunds are late, order {number}", "severity": "3", "kind": "service", "visibility": "SH"}
        form = Submitted(f"bench:{number}", actor, place, action="issue.report", values=values, hidden="1")
        answer = router.handle(form, now)
        if answer.problems:
            raise RuntimeError(f"the example issue was not taken: {answer.problems}")
    with UnitOfWork(database) as uow:
        rows = list(uow.outbox.open())
        if len(rows) < ISSUES:
            raise RuntimeError(f"{ISSUES} issues were reported, but only {len(rows)} cards are to be posted")
        for number, row in enumerate(rows):
            row.state, row.sent_revision, row.ref, row.sent_at = "sent", row.revision, f"1700000000.{number:06d}", now
        uow.commit()
