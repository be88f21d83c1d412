"""The first screen says what was started, what is missing for the rest, and how the first manager is made."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.app import House
from bot.commands.running import screen
from bot.settings import read
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.town import Town

SLACK = {"SLACK_BOT_TOKEN": "xoxb-hush", "SLACK_SIGNING_SECRET": "hush"}
TEAMS = {name: "11111111-2222-4333-8444-555555555555" for name in ("TEAMS_CLIENT_ID", "TEAMS_TENANT_ID")}
TEAMS |= {"TEAMS_CLIENT_SECRET": "hush"}


@pytest.fixture
def file(tmp_path: Path, migrated_file: Path) -> Path:
    """An empty database of its own."""
    return Path(shutil.copy(migrated_file, tmp_path / "parley.sqlite"))


@contextmanager
def shown(file: Path, **given: str) -> Iterator[list[str]]:
    """The lines of the screen over a migrated file, without anything being started; no secret is on it."""
    database = Database(f"sqlite:///{file}", durable=False)
    settings = read({"DATABASE_URL": f"sqlite:///{file}", **given})
    house: Any = SimpleNamespace(settings=settings, database=database, units=lambda: UnitOfWork(database))
    told = screen(cast(House, house))
    database.dispose()
    assert "hush" not in told
    yield told.splitlines()


def lines_about(lines: list[str], word: str) -> list[str]:
    """The lines that hold a word."""
    return [line.strip() for line in lines if word in line]


def test_without_tokens_the_room_tells_what_is_missing(file: Path) -> None:
    """The room's address, what either platform needs and which command makes it, and a code to type there."""
    with shown(file) as lines:
        assert lines_about(lines, "http://127.0.0.1:8080")
        assert "SLACK_BOT_TOKEN" in lines_about(lines, "not connected")[0]
        assert "TEAMS_CLIENT_ID" in lines_about(lines, "not connected")[1]
        assert lines_about(lines, "manifest slack") and lines_about(lines, "manifest teams")
        assert [line[:44] for line in lines_about(lines, "setup code")] == [
            "First step    in the room, as yourself, type:"[:44]
        ]


def test_both_platforms_stand_on_one_screen(file: Path) -> None:
    """Slack and Teams each with where requests come to; the same code is typed in either, in the manner of each."""
    with shown(file, **SLACK, **TEAMS, PARLEY_PUBLIC_URL="https://parley.example.com/") as lines:
        assert not lines_about(lines, "not connected") and not lines_about(lines, "The room")
        assert lines_about(lines, "127.0.0.1:8080/slack/events") and lines_about(lines, "127.0.0.1:8080/api/messages")
        assert lines_about(lines, "Teams calls https://parley.example.com/api/messages")
        first, second = lines_about(lines, "setup code")
        assert first.startswith("First step    in Slack, type: /vendor setup code ")
        assert second.startswith("or  in Teams, write to the bot: setup code ") and second[-9:] == first[-9:]


def test_teams_alone_says_that_it_needs_an_address(file: Path) -> None:
    """Without a public address the screen names the setting; Slack is offered and not demanded."""
    with shown(file, **TEAMS) as lines:
        assert "PARLEY_PUBLIC_URL is empty" in lines_about(lines, "PARLEY_PUBLIC_URL")[0]
        assert lines_about(lines, "SLACK_BOT_TOKEN") and len(lines_about(lines, "setup code")) == 1


def test_with_a_manager_there_is_no_code(file: Path) -> None:
    """Once somebody manages Parley no code is shown on any screen."""
    town = Town(Database(f"sqlite:///{file}", durable=False))
    town.maya.mentions("report The line drops")
    town.database.dispose()
    with shown(file, **TEAMS) as lines:
        assert not lines_about(lines, "setup code")
