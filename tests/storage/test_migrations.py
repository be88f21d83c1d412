"""The migrations build exactly what the models describe, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

import storage.models as models
from storage.database import Database
from storage.migrate import FOLDER, config, upgrade
from storage.version import HEAD, version
from tests.databases import NOW, PostgresServer

FIRST_RELEASE = (
    "INSERT INTO parley_installation (id, platform, workspace, name, bot_user, installed_at)"
    " VALUES (1, 'room', 'T', 'Client', '', :at)",
    "INSERT INTO parley_provider (id, installation_id, name, code, country, zone, created_at)"
    " VALUES (1, 1, 'Northwind', '', 'PH', 'Asia/Manila', :at)",
    "INSERT INTO parley_programme (id, installation_id, provider_id, name, anchor_zone, digest_wall, figures_wall, state,"
    " created_at) VALUES (1, 1, 1, 'Voice', 'UTC', 'mon 08:30', 'tue 10:00', 'active', :at)",
    "INSERT INTO parley_person (id, installation_id, name, side, role, email, zone, country, morning, created_at)"
    " VALUES (1, 1, 'Jo', 'provider', 'lead', '', 'UTC', '', '09:00', :at)",
    "INSERT INTO parley_action_item (id, installation_id, provider_id, programme_id, number, title, side, owner_id, due_on,"
    " state, reason, note, visibility, metric, created_by, created_at, version)"
    " VALUES (1, 1, 1, 1, 1, 'Send the policy', 'provider', 1, :day, 'open', '', '', 'SH', '', 1, :at, 1)",
    "INSERT INTO parley_ping (id, action_item_id, person_id, step, due_on, at) VALUES (1, 1, 1, 'due', :day, :at)",
)
"""A few rows as the first release kept them."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
        database = Database(url)
        yield database
        database.dispose()
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.empty()
    database = Database(url)
    yield database
    database.dispose()
    server.drop(url)


def test_the_head_is_the_one_written_down() -> None:
    """Alembic's newest migration is the one the bot compares a database with."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(made).get_heads() == [HEAD]


def test_from_nothing_to_the_newest(empty: Database) -> None:
    """An empty database is brought to the head, and doing it twice is harmless."""
    assert version(empty) is None
    upgrade(empty)
    upgrade(empty)
    assert version(empty) == HEAD


def test_the_models_and_the_migrations_agree(empty: Database) -> None:
    """Nothing is left for Alembic to generate: tables, columns, types, indexes and constraints are those of the models."""
    assert models.__all__
    upgrade(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": lambda name, kind, _: _is_ours(name, kind)}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_missing_column_would_be_noticed(empty: Database) -> None:
    """The comparison above sees a column that a migration forgot (so that it can fail)."""
    upgrade(empty)
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE parley_setting ADD COLUMN forgotten INTEGER")
    with empty.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert any("remove_column" in str(each) and "forgotten" in str(each) for each in differences)


def test_every_table_is_ours_by_name(empty: Database) -> None:
    """Every table's name begins with ``parley_``, so that another library's tables can live beside them."""
    upgrade(empty)
    assert all(name.startswith("parley_") for name in inspect(empty.engine).get_table_names())


def test_what_a_database_holds_outlives_the_next_migration(empty: Database) -> None:
    """A database of the first release, with an item that other rows point at, keeps all of it and gains the new columns."""
    with empty.engine.begin() as connection:
        command.upgrade(config(empty, connection), "0001")
    told = {"at": NOW, "day": NOW.date()}
    with empty.engine.begin() as connection:
        for statement in FIRST_RELEASE:
            connection.execute(text(statement), told)
    upgrade(empty)
    with empty.engine.connect() as connection:
        item = connection.execute(text("SELECT title, review_id, plan_id FROM parley_action_item")).one()
        pings = connection.execute(text("SELECT action_item_id FROM parley_ping")).all()
    assert tuple(item) == ("Send the policy", None, None)
    assert [tuple(ping) for ping in pings] == [(1,)]


def _is_ours(name: str | None, kind: str) -> bool:
    return kind != "table" or ((name or "").startswith("parley_") and name != "parley_alembic_version")
