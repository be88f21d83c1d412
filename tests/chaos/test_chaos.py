"""A short form of ``make chaos``: whatever moment a process is killed at, each message stands once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.plans import Round, control, short_form, teams_short
from tests.chaos.torment import Toll

KILLS = 10

pytestmark = pytest.mark.slow


async def fought(round_: Round, folder: Path) -> Toll:
    """The toll of a round."""
    return await round_.fight(folder, lambda toll: None)


def check(toll: Toll) -> None:
    """Every kill fell, some of them where it hurts, and nothing came of it."""
    assert toll.kills == KILLS
    assert toll.hit["accepted"] > 0, f"no kill fell between the platform's acceptance and our note: {toll}"
    assert not toll.wrong, toll
    assert toll.expected > KILLS, f"hardly anything was asked: {toll}"


async def test_nothing_is_lost_or_doubled_by_one_process_on_sqlite(tmp_path: Path) -> None:
    """Ten kills of the program over a SQLite file; what was asked and due stands exactly once."""
    check(await fought(short_form(1, KILLS), tmp_path))


async def test_nothing_is_lost_or_doubled_on_teams_by_two_processes_on_postgresql(tmp_path: Path) -> None:
    """Ten kills among two processes over PostgreSQL, on Teams where it lets read back; what was asked and due stands once."""
    check(await fought(teams_short(2, KILLS, seed=2), tmp_path))


async def test_without_looking_into_the_history_messages_are_doubled(tmp_path: Path) -> None:
    """The measurement can fail: the same torment without reconciling leaves messages twice."""
    toll = await fought(control(3), tmp_path)
    assert toll.doubled > 0, toll
