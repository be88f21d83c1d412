"""The rules on real data: 28 NHS 111 contracts and the 2015 decline of four Brazilian operators."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from handlers.metrics.figures import Figure
from handlers.metrics.formulas import Counts, Formula, service_level
from handlers.metrics.metric import Aggregation, Direction, Metric, Unit
from handlers.metrics.rules import Step, series_of_figures, trend_history

DATA = Path(__file__).parents[3].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not at {DATA}; see its PROVENANCE.md")
SHARE = Metric("service_level", "Service level", Unit.PERCENT, Direction.UP, Aggregation.RATIO)
SCORE = Metric("service_score", "Service score", Unit.SCORE, Direction.UP, Aggregation.NONE)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


Read = Callable[[dict[str, str]], tuple[date, Figure]]


def grouped(table: list[dict[str, str]], key: str, figure: Read) -> dict[str, dict[date, Figure]]:
    groups: dict[str, dict[date, Figure]] = defaultdict(dict)
    for row in table:
        start, value = figure(row)
        groups[row[key]][start] = value
    return groups


def within_60_s(row: dict[str, str]) -> tuple[date, Figure]:
    counts = Counts(answered=Decimal(row["calls_answered"]), answered_within=Decimal(row["calls_answered_60s"]))
    return date.fromisoformat(row["week_ending"]) - timedelta(days=6), service_level(Formula.F2, counts)


def test_nhs_111_is_mostly_quiet() -> None:
    """On 12 + 6 real weeks (F2 within 60 s, as officially defined) at most 2 of 28 contracts alert."""
    groups = grouped(rows("nhs111/nhs111_weekly.csv"), "contract_code", within_60_s)
    assert len(groups) == 28
    histories = {code: trend_history(series_of_figures(SHARE, Step.WEEK, weeks)) for code, weeks in groups.items()}
    assert all(len(history) == 19 and history[17].z is not None for history in histories.values())
    alerting = [code for code, history in histories.items() if any(each.level.alerts for each in history)]
    assert 1 <= len(alerting) <= 2


def test_anatel_decline_is_caught() -> None:
    """The decline of 2015 is caught for all four operators between the fifth and the ninth month of the year."""
    scores = [row for row in rows("anatel_smp_2013_2015_tidy.csv") if row["metric"] == "ida_score"]
    groups = grouped(
        [row for row in scores if row["month"] >= "2014"],
        "op",
        lambda row: (date.fromisoformat(row["month"] + "-01"), Figure(value=Decimal(row["v"]))),
    )
    first: dict[str, int] = {}
    for operator, months in groups.items():
        history = trend_history(series_of_figures(SCORE, Step.MONTH, months))
        first[operator] = next(place for place, each in enumerate(history[12:], start=1) if each.level.alerts)
    assert first == {"CLARO": 9, "OI": 8, "TIM": 6, "VIVO": 5}
