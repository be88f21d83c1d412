"""A short form of ``python -m tests.chaos``: whatever moment the sender is killed at, each message stands once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.killing import Plan, Toll, torment
from tests.chaos.platform import Slack
from tests.databases import PostgresServer

KILLS = 10

pytestmark = pytest.mark.slow


def check(toll: Toll) -> None:
    """Every kill fell, some of them where it hurts, and nothing came of it."""
    assert toll.kills == KILLS
    assert toll.accepted > 0, f"no kill fell between the platform's acceptance and our note: {toll}"
    assert (toll.lost, toll.doubled, toll.unsent) == (0, 0, 0), toll


def test_nothing_is_lost_or_doubled_on_sqlite(tmp_path: Path) -> None:
    """Ten senders are killed over a SQLite file; what was asked for stands exactly once."""
    with Slack() as slack:
        check(torment(f"sqlite:///{tmp_path / 'chaos.sqlite'}", slack, Plan(KILLS)))


def test_nothing_is_lost_or_doubled_on_postgresql(postgres: PostgresServer) -> None:
    """Ten senders are killed over PostgreSQL; what was asked for stands exactly once."""
    url = postgres.empty()
    with Slack() as slack:
        check(torment(url, slack, Plan(KILLS, seed=2)))
    postgres.drop(url)


def test_without_looking_into_the_history_messages_are_doubled(tmp_path: Path) -> None:
    """The measurement can fail: the same torment without reconciling leaves messages twice."""
    with Slack() as slack:
        toll = torment(f"sqlite:///{tmp_path / 'chaos.sqlite'}", slack, Plan(kills=3, reconcile=False))
    assert toll.doubled > 0, toll
