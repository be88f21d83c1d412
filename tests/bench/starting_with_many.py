"""From the start of the process until it is ready, with a million open items stored.

The database is made once. Besides the time on the clock, which needs an idle machine, the processor time is compared with a
start on a nearly empty database in the same run: what storing much costs is the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from storage.database import Database
from storage.migrate import upgrade
from tests.bench.figures import Figure, median
from tests.bench.multitude import multitude
from tests.bench.processes import Slack, scratch, stand_in
from tests.bench.starting import Started, start

FEW, MANY = 200, 1_000_000
REPEATS = 5
GOAL = 4.0


def measure(seconds: float | None) -> Iterator[Figure]:
    """Medians over repeats, in turn. ``seconds`` below 60 stores a tenth of the million."""
    many = MANY if seconds is None or seconds >= 60 else MANY // 10
    found: dict[int, list[Started]] = {FEW: [], many: []}
    with stand_in() as slack, scratch() as folder:
        for items in found:
            _store(folder / str(items), items)
            _start(slack, folder / str(items))  # the engine makes its tables, and files come into the page cache
        for _ in range(REPEATS):
            for items, times in found.items():
                times.append(_start(slack, folder / str(items)))
    few, lot = found[FEW], found[many]
    yield Figure("many.ready", median([each.wall for each in lot]), "s", GOAL, median([each.wall for each in few]))
    yield Figure("many.ready_cpu", median([each.cpu for each in lot]), "s", None, median([each.cpu for each in few]))


def _store(folder: Path, items: int) -> None:
    folder.mkdir()
    database = Database(_url(folder))
    try:
        upgrade(database)
        multitude(database, items, datetime.now(UTC))
    finally:
        database.dispose()


def _start(slack: Slack, folder: Path) -> Started:
    return start(slack, folder, DATABASE_URL=_url(folder))


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'parley.sqlite'}"
