"""A tick with a hundred due among ten thousand open items, and among a million, on both databases.

Half of what is due are mornings (each reads everything that concerns a person and says it), half are timers of issues. All of
it is really acted on and committed. The same number of ticks is measured on both, in turn, each at a moment of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import bindparam, text

from bot.scheduler import tick_once
from handlers.routes import table
from storage.columns import Instant
from storage.database import Database
from storage.migrate import upgrade
from storage.unit_of_work import UnitOfWork
from tests.bench.figures import Figure, median
from tests.bench.multitude import BEGUN, STRIDE, copies_for, multitude
from tests.bench.processes import TICKS as TICKS_A_SECOND
from tests.bench.processes import scratch
from tests.databases import PostgresServer

FEW, MANY = 10_000, 1_000_000
DUE = 100
TICKS = 12
USER = 11
"""Where the user's share stands in what follows the name in /proc/PID/stat."""
WARM = 2
RATIO = 1.5
MORNING = timedelta(hours=1, minutes=30)
"""From BEGUN to half past eight in London."""
_WAKE = text(
    "UPDATE parley_schedule SET next_at = :at, next_wall = :wall"
    " WHERE subject = :subject AND subject_id IN :ids AND state = 'active'"
).bindparams(bindparam("ids", expanding=True), bindparam("at", type_=Instant()))
_REST = text("UPDATE parley_schedule SET next_at = :later WHERE state = 'active' AND next_at <= :at").bindparams(
    bindparam("later", type_=Instant()), bindparam("at", type_=Instant())
)


def measure(seconds: float | None) -> Iterator[Figure]:
    """Medians of the ticks. ``seconds`` below 60 takes a tenth of the million."""
    many = MANY if seconds is None or seconds >= 60 else MANY // 10
    for name in ("sqlite", "postgresql"):
        with both(name, many) as databases:
            times: dict[int, list[float]] = {items: [] for items in databases}
            spent = dict.fromkeys(databases, 0.0)
            for number in range(WARM + TICKS):
                for items, database in databases.items():
                    wall, cpu = tick(database, number, copies_for(items))
                    times[items].append(1000 * wall)
                    spent[items] += 1000 * cpu if number >= WARM else 0.0
        few, lot = (median(each[WARM:]) for each in times.values())
        yield Figure(f"ticking.{name}", lot, "ms", RATIO, few, by_ratio=True)
        few, lot = (each / TICKS for each in spent.values())
        yield Figure(f"ticking.{name}_cpu", lot, "ms", RATIO, few, by_ratio=True)


def tick(database: Database, number: int, copies: int) -> tuple[float, float]:
    """One tick at the ``number``-th morning, with a hundred due; what else is due by then is not. Answers the seconds it took
    on the clock, and of processor time, the server's for us included."""
    now = BEGUN + MORNING + timedelta(days=1 + number)
    step = copies // (DUE // 2)
    chosen = [STRIDE * step * each for each in range(DUE // 2)]
    with database.engine.begin() as connection:
        connection.execute(_REST, {"at": now, "later": now + timedelta(days=30)})
    wake(database, "reminders", [base + 1 + number % 2 for base in chosen], now)
    wake(database, "issue.acknowledge", [base + 2 + number for base in chosen], now)
    wiring = table()
    before, began = cpu(database), time.perf_counter()
    done = tick_once(lambda: UnitOfWork(database), wiring, now)
    took, spent = time.perf_counter() - began, cpu(database) - before
    if done != DUE:
        raise RuntimeError(f"{done} schedules were due instead of {DUE}")
    return took, spent


def cpu(database: Database) -> float:
    """Processor time in seconds of this process, and of the process that serves our connection."""
    mine = time.process_time()
    if database.is_sqlite:
        return mine
    with database.engine.connect() as connection:
        server = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    fields = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
    return mine + (int(fields[USER]) + int(fields[USER + 1])) / TICKS_A_SECOND


def wake(database: Database, subject: str, ids: list[int], now: datetime) -> None:
    """Let these schedules be due now."""
    with database.engine.begin() as connection:
        given = {"at": now, "wall": now.replace(tzinfo=None), "subject": subject, "ids": ids}
        found = connection.execute(_WAKE, given).rowcount
    if found != len(ids):
        raise RuntimeError(f"{found} schedules of {subject} instead of {len(ids)} could be made due")


@contextmanager
def both(name: str, many: int) -> Iterator[dict[int, Database]]:
    """Two databases of a kind (PostgreSQL: of one server) by their open items, gone afterwards."""
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        server = PostgresServer(folder / "server")
        if name == "postgresql":
            stack.callback(server.stop)
        found = {}
        for items in (FEW, many):
            url = f"sqlite:///{folder}/{items}.sqlite" if name == "sqlite" else server.empty()
            found[items] = database = Database(url)
            stack.callback(database.dispose)
            upgrade(database)
            multitude(database, items)
        yield found
