"""The baseline: a bare Bolt app behind the same server, `python -m tests.bench.bare --port N --api-url URL [--database F]`.

Its listener does one read and one committed write on the same kind of SQLite file (write-ahead log, full
synchronisation, BEGIN IMMEDIATE) through SQLAlchemy, in a thread as ours do; without ``--database`` it does nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection, Engine, create_engine, event, text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

ANSWER = "Two issues are open. The next digest is on Monday."


def opened(file: str) -> Engine:
    """The database with one row to read and an empty table to write into."""
    engine = create_engine(f"sqlite:///{file}", connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("busy_timeout=10000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT NOT NULL)"))
        connection.execute(text("CREATE TABLE inbox (id TEXT PRIMARY KEY, at TEXT NOT NULL)"))
        connection.execute(text("INSERT INTO person VALUES ('U0MANAGER', 'maya')"))
    return engine


def read_and_write(engine: Engine, user: str, trigger: str) -> None:
    """One read, one write, one commit."""
    with engine.begin() as connection:
        connection.execute(text("SELECT id, name FROM person WHERE id = :id"), {"id": user}).one()
        connection.execute(text("INSERT INTO inbox VALUES (:id, datetime('now'))"), {"id": trigger})


def application(secret: str, token: str, api_url: str, engine: Engine | None) -> Starlette:
    """The app. It answers before the response as ours does: Bolt's other way looks only every 10 ms for the answer."""
    app = AsyncApp(
        token=token,
        signing_secret=secret,
        client=AsyncWebClient(token=token, base_url=api_url),
        process_before_response=True,
    )
    pool = ThreadPoolExecutor(6)

    @app.command("/vendor")
    async def vendor(ack: AsyncAck, body: dict[str, Any]) -> None:
        if engine is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(pool, read_and_write, engine, body["user_id"], body["trigger_id"])
        await ack(ANSWER)

    handler = AsyncSlackRequestHandler(app)

    async def slack(request: Request) -> Response:
        return await handler.handle(request)

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/slack/events", slack, methods=["POST"]), Route("/healthz", healthz)])


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--api-url", required=True)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--database", help="a file to be made; without it the listener is empty")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    engine = None if options.database is None else opened(options.database)
    app = application(options.secret, options.token, options.api_url, engine)
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
