"""How fast virtual weeks go by."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.processes import HOME, running, scratch

REAL = HOME.parent / "shared" / "data" / "nhs111" / "nhs111_weekly.csv"
REAL_WEEKS, REAL_PROVIDERS = 18, 28
PROVIDERS, WEEKS = 30, 104
TWO_YEARS = 120.0
"""Seconds that two virtual years of thirty providers may take."""
COLUMNS = (
    "week_ending",
    "contract_name",
    "calls_received",
    "calls_answered",
    "calls_answered_60s",
    "calls_abandoned",
    "pct_answered_60s",
)


def measure(seconds: float | None) -> Iterator[Figure]:
    """The real weeks if their file is there, then two made years. ``seconds`` changes nothing here."""
    with scratch() as folder:
        made = write_weeks(folder / "figures.csv", PROVIDERS, WEEKS)
        if REAL.exists():
            took = rehearse(REAL, REAL_WEEKS, folder / "real")
            yield Figure("rehearse.real_speed", REAL_PROVIDERS * REAL_WEEKS / took, "provider-weeks/s")
        took = rehearse(made, WEEKS, folder / "made")
        yield Figure("rehearse.speed", PROVIDERS * WEEKS / took, "provider-weeks/s")
        yield Figure("rehearse.two_years_of_30", took, "s", TWO_YEARS)


def rehearse(file: Path, weeks: int, out: Path) -> float:
    """Seconds the whole command takes. Raises RuntimeError when it fails."""
    began = time.perf_counter()
    with running(
        "bot", "rehearse", "--metrics", str(file), "--weeks", str(weeks), "--out", str(out), cwd=out.parent
    ) as run:
        said, _ = run.communicate()
    took = time.perf_counter() - began
    if run.returncode != 0:
        raise RuntimeError(f"the rehearsal of {file.name} ended with {run.returncode}: {said[-500:]}")
    print(said.strip().rpartition("\n\n")[2], file=sys.stderr)
    return took


def write_weeks(file: Path, providers: int, weeks: int) -> Path:
    """Figures made by a rule: a level for each provider, a slow swing, and a bad fortnight now and then."""
    first = date(2024, 1, 7)
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        for week in range(weeks):
            for provider in range(providers):
                writer.writerow([first + timedelta(weeks=week), f"Provider {provider + 1:02d}", *_week(provider, week)])
    return file


def _week(provider: int, week: int) -> tuple[object, ...]:
    offered = 4000 + 150 * provider + 37 * (week * 7 % 13)
    abandoned = offered * (2 + (provider + week) % 5) // 100
    answered = offered - abandoned
    share = 84 - provider % 7 + week % 4 - (12 if (week + provider) % 26 in (0, 1) else 0)
    in_time = answered * share // 100
    return offered, answered, in_time, abandoned, round(100 * in_time / answered, 1)
