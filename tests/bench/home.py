"""Home of a manager of 200 providers: 26 weeks of five metrics, 800 open issues, 1,200 action items, reviews and plans.

Measured through the real router, inbox and commit included, on an SQLite file that is as safe as the real one. Each Home is
followed by a bare reading of the same tables with the driver alone, so that a busy machine shows in both.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import event

from handlers.router import Router
from handlers.routes import table
from handlers.vocabulary.incoming import HomeOpened
from storage.database import Database
from storage.migrate import upgrade
from storage.unit_of_work import UnitOfWork
from tests.bench.figures import Figure, percentile
from tests.crowd import LAST_WEEK, MANAGER, NOW, WEEK, crowd

PROVIDERS = 200
SECONDS = 20.0
WARM = 3
GOAL_MS = 100
STATEMENTS = 12
BARE = (
    "SELECT p.*, q.* FROM parley_programme p JOIN parley_provider q ON q.id = p.provider_id",
    "SELECT * FROM parley_issue WHERE state IN ('open', 'acknowledged', 'waiting', 'done')",
    "SELECT * FROM parley_action_item WHERE state IN ('open', 'acknowledged', 'blocked', 'done')",
    "SELECT * FROM parley_review WHERE state IN ('planned', 'under way')",
    "SELECT f.* FROM parley_tracked_metric t JOIN parley_figure f ON f.programme_id = t.programme_id"
    " AND f.metric = t.metric AND f.definition = t.definition AND f.period_start >= :since",
)
"""What has to be read at the very least, by the driver and without a line of Python for each row."""


def measure(seconds: float | None) -> Iterator[Figure]:
    """Milliseconds until Home is committed and answered, and how many statements it takes."""
    with tempfile.TemporaryDirectory(prefix="parley-home-") as folder:
        file = Path(folder) / "home.sqlite"
        database = Database(f"sqlite:///{file}")
        try:
            upgrade(database)
            crowd(database, PROVIDERS)
            router = Router(table(), lambda: UnitOfWork(database))
            statements = _statements(database, router)
            ours, bare = _in_turn(router, file, seconds or SECONDS)
        finally:
            database.dispose()
    base = percentile(bare, 0.5)
    yield Figure("home.p50", percentile(ours, 0.5), "ms", goal=GOAL_MS, baseline=base)
    yield Figure("home.p95", percentile(ours, 0.95), "ms", baseline=percentile(bare, 0.95))
    yield Figure("home.statements", statements, "statements", goal=STATEMENTS)
    yield Figure("home.opened", len(ours), "times")


def _in_turn(router: Router, file: Path, seconds: float) -> tuple[list[float], list[float]]:
    """One Home, one bare reading, and again, for so many seconds."""
    ours, bare = list[float](), list[float]()
    end = time.perf_counter() + seconds
    with sqlite3.connect(file) as driver:
        while time.perf_counter() < end or len(ours) <= WARM:
            began = time.perf_counter()
            router.handle(HomeOpened(f"bench:{began}", MANAGER, None), NOW)
            middle = time.perf_counter()
            for statement in BARE:
                driver.execute(
                    statement, {"since": (LAST_WEEK - WEEK).isoformat()} if ":since" in statement else {}
                ).fetchall()
            ours.append((middle - began) * 1000)
            bare.append((time.perf_counter() - middle) * 1000)
    return ours[WARM:], bare[WARM:]


def _statements(database: Database, router: Router) -> int:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    router.handle(HomeOpened("bench:counted", MANAGER, None), NOW)
    event.remove(database.engine, "before_cursor_execute", note)
    return len(asked)
