"""Migrations under a running bot: applied once, never in the way for long, and never under a program that cannot bear them."""

from __future__ import annotations

import importlib.util
import io
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from alembic import command
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from bot.migrating import TooNew, migrate
from storage import migrate as migrating
from storage.database import Database
from storage.migrate import FOLDER, config, upgrade
from storage.version import HEAD, known, needs, version
from tests.databases import PostgresServer

EXPANDS = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None
{says}

def upgrade():
    op.create_table("parley_synthetic", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("parley_issue", sa.Column("synthetic", sa.String(), nullable=True))
    op.add_column("parley_outbox", sa.Column("synthetic", sa.String(), nullable=True))


def downgrade():
    op.drop_column("parley_outbox", "synthetic")
    op.drop_column("parley_issue", "synthetic")
    op.drop_table("parley_synthetic")
"""
RULED_FROM = "0003"
"""From this migration on a contraction has to say so."""


def synthetic(folder: Path, says: str) -> Path:
    """A folder with one migration after the newest: what the next release might bring."""
    folder.mkdir(exist_ok=True)
    (folder / "9999_synthetic.py").write_text(EXPANDS.format(head=HEAD, says=says))
    return folder


@pytest.fixture
def server(postgres: PostgresServer) -> Iterator[Database]:
    """A migrated PostgreSQL database."""
    url = postgres.fresh()
    database = Database(url)
    yield database
    database.dispose()
    postgres.drop(url)


# --- what a migration may do while the release before runs on


def complaints(module: ModuleType) -> list[str]:
    """The statements of a migration that a program of the release before could stumble over, as PostgreSQL is told them."""
    told = io.StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": told})
    with Operations.context(context):
        module.upgrade()
    fresh: set[str] = set()
    return [each for each in map(str.strip, told.getvalue().split(";")) if each and not _expands(each, fresh)]


def _expands(statement: str, fresh: set[str]) -> bool:
    """Whether it only adds; ``fresh`` are the tables that were made by the same migration, and may be shaped as it likes, and
    the columns it added that stay empty in what a program of the release before writes: no two of those are the same."""
    if made := re.match(r"CREATE TABLE (\w+)", statement):
        fresh.add(made[1])
        return True
    if index := re.match(r"CREATE (UNIQUE )?INDEX \w+ ON (\w+) \((.*)\)", statement):
        columns = {f"{index[2]}.{name.strip()}" for name in index[3].split(",")}
        return index[1] is None or index[2] in fresh or columns <= fresh
    if altered := re.match(r"ALTER TABLE (\w+) ADD (COLUMN|CONSTRAINT \w+ FOREIGN KEY) ?(.*)", statement, re.DOTALL):
        empty = "NOT NULL" not in altered[3] and "DEFAULT" not in altered[3]
        if empty and altered[2] == "COLUMN":
            fresh.add(f"{altered[1]}.{altered[3].split()[0]}")
        return altered[1] in fresh or "NOT NULL" not in altered[3] or "DEFAULT" in altered[3]
    return False


def script(path: Path) -> ModuleType:
    """A migration, loaded."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_migrations_only_expand_unless_they_say_otherwise() -> None:
    """Every migration of ours from the first with replicas on adds and nothing else, or says ``contracts = True``; and each
    says which of the two it is."""
    ruled = [path for path in sorted((FOLDER / "versions").glob("[0-9]*.py")) if path.name >= RULED_FROM]
    assert ruled
    for path in ruled:
        module = script(path)
        assert isinstance(getattr(module, "contracts", None), bool), f"{path.name} does not say whether it contracts"
        assert module.contracts or not complaints(module), f"{path.name}: {complaints(module)}"


@pytest.mark.parametrize(
    "change",
    [
        'op.drop_column("parley_issue", "title")',
        'op.drop_table("parley_issue")',
        'op.rename_table("parley_issue", "parley_case")',
        'op.alter_column("parley_issue", "title", new_column_name="name")',
        'op.add_column("parley_issue", sa.Column("weight", sa.Integer(), nullable=False))',
        'op.create_index("one", "parley_issue", ["title"], unique=True)',
        'op.add_column("parley_issue", sa.Column("mark", sa.String(), server_default=""))'
        '; op.create_index("one", "parley_issue", ["mark"], unique=True)',
        'op.execute("UPDATE parley_issue SET title = upper(title)")',
    ],
)
def test_a_contraction_is_noticed(tmp_path: Path, change: str) -> None:
    """The rule above sees what would break a running program (so that it can fail)."""
    path = tmp_path / "0004_bad.py"
    path.write_text(f"import sqlalchemy as sa\nfrom alembic import op\n\ndef upgrade():\n    {change}\n")
    assert complaints(script(path))


# --- a database of a newer program


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_on_a_database_that_was_only_expanded_one_runs_on(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A program that does not know the newest migration runs on when that one only expands, and leaves it alone; when it
    contracts, or does not say, the program refuses with the way out."""
    url = request.getfixturevalue("sqlite_url") if kind == "sqlite" else request.getfixturevalue("postgres").fresh()
    database = Database(url)
    assert needs(database) in known()
    upgrade(database, [synthetic(tmp_path / "expands", "contracts = False")])
    migrate(database)
    assert version(database) == "9999" and needs(database) in known()
    with database.engine.begin() as connection:
        command.downgrade(config(database, connection, [tmp_path / "expands"]), HEAD)
    upgrade(database, [synthetic(tmp_path / "contracts", "")])
    assert needs(database) == "9999"
    with pytest.raises(TooNew, match="9999"):
        migrate(database)
    with database.engine.begin() as connection:
        command.downgrade(config(database, connection, [tmp_path / "contracts"]), HEAD)
    assert needs(database) == HEAD
    migrate(database)
    database.dispose()


# --- PostgreSQL: several at once, and tables in use


@pytest.mark.slow
def test_replicas_that_start_together_migrate_once(postgres: PostgresServer) -> None:
    """Four upgrades of an empty database at the same time all go through, and the schema was made once."""
    url, troubles = postgres.empty(), list[BaseException]()

    def one() -> None:
        database = Database(url)
        try:
            upgrade(database)
        except BaseException as trouble:
            troubles.append(trouble)
            raise
        finally:
            database.dispose()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    database = Database(url)
    assert not troubles and version(database) == HEAD
    database.dispose()
    postgres.drop(url)


@pytest.mark.slow
def test_a_migration_lets_go_of_a_table_in_use(
    server: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody's transaction holds the table the migration gives up waiting again and again, so that others read and
    write meanwhile, and goes through once the table is free."""
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT", "200ms")
    monkeypatch.setattr(migrating, "PAUSES", (0.2,) * 40)
    longest = 0.0
    with server.engine.connect() as holder:
        holder.execute(text("SELECT count(*) FROM parley_outbox"))  # an open transaction that has read it
        migration = threading.Thread(target=upgrade, args=(server, [synthetic(tmp_path, "contracts = False")]))
        migration.start()
        end = time.monotonic() + 2.0
        while time.monotonic() < end:
            begun = time.monotonic()
            with server.engine.begin() as other:
                other.execute(text("UPDATE parley_outbox SET trouble = '' WHERE key = 'none'"))
            longest = max(longest, time.monotonic() - begun)
            time.sleep(0.05)
        assert migration.is_alive() and version(server) == HEAD
    migration.join(20)
    assert version(server) == "9999" and "parley_synthetic" in inspect(server.engine).get_table_names()
    assert 0.05 < longest < 1.0, f"others waited {longest:.2f} s"


@pytest.mark.slow
def test_in_a_circle_of_waiting_the_migration_gives_way(
    server: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that holds what the migration wants, and then wants what the migration holds, is not broken off; the
    migration is, and begins anew."""
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT", "5s")  # so that PostgreSQL has to find the circle
    monkeypatch.setattr(migrating, "PAUSES", (0.2,) * 40)
    migration = threading.Thread(target=upgrade, args=(server, [synthetic(tmp_path, "contracts = False")]))
    with server.engine.connect() as holder:
        holder.execute(text("SELECT count(*) FROM parley_outbox"))
        migration.start()
        time.sleep(0.4)  # it holds the issues now and waits for the outbox
        holder.execute(text("SELECT count(*) FROM parley_issue"))
        assert migration.is_alive() and version(server) == HEAD
    migration.join(20)
    assert version(server) == "9999"
