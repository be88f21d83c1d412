"""``run``: start everything and say on one screen what was started, what is missing for the rest, and where the data is."""

from __future__ import annotations

import argparse
import contextlib
import socket
import subprocess
import sys
from pathlib import Path

import uvicorn
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from bot.app import House, build
from bot.commands.serving import FINISH_REQUESTS, Server
from bot.leaving.standing import standing
from bot.migrating import TooNew
from bot.replicas.locks import AlreadyRunning
from bot.settings import Settings
from bot.teams.settings import PATH as MESSAGES
from bot.watching.logs import logs
from handlers.providers.setup import has_manager, new_setup_code
from storage.snapshot import snapshot

EVICTED = 75
"""Exit code (EX_TEMPFAIL): whoever supervises starts it again, under a new name."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """No options: settings come from the environment and .env."""


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Serve until stopped."""
    logs(settings.log, settings.log_format)
    if not is_free(settings.host, settings.port):
        print(
            f"PARLEY_PORT {settings.port} on {settings.host} is in use. Stop what runs there, or set another PARLEY_PORT.",
            file=sys.stderr,
        )
        return 2
    try:
        house, web = build(settings)
    except AlreadyRunning:
        print(" ".join((AlreadyRunning.__doc__ or "").split()), file=sys.stderr)
        return 2
    except OperationalError as away:
        print(
            f"DATABASE_URL: the database does not answer ({away.orig}). Is it running, and is the address right?",
            file=sys.stderr,
        )
        return 2
    except TooNew as newer:
        print(" ".join(f"{TooNew.__doc__} ({newer})".split()), file=sys.stderr)
        return 2
    except subprocess.CalledProcessError:
        print("The database could not be brought to this version; the lines above say why.", file=sys.stderr)
        return 2
    print(screen(house), flush=True)
    return serve(house, web)


def serve(house: House, web: Starlette) -> int:
    """Serve until stopped; the exit code: 75 when another process runs under this one's name, 2 when it could not start."""
    config = uvicorn.Config(
        web,
        host=house.settings.host,
        port=house.settings.port,
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=FINISH_REQUESTS,
    )
    server = Server(config, house)
    house.end = server.end
    with contextlib.suppress(SystemExit):  # how uvicorn ends when the start failed; the reason is ours to say
        server.run()
    if house.trouble:
        print(f"Parley cannot start: {house.trouble}\nMore about it: python -m bot check", file=sys.stderr)
    if house.evicted:
        return EVICTED
    return 0 if server.started else 2


def is_free(host: str, port: int) -> bool:
    """Whether the address can be listened on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def screen(house: House) -> str:
    """What was started, what is missing for the rest, and where the data is."""
    doors = _room(house) if house.settings.is_example else []
    return "\n".join(
        [
            "",
            "  Parley is starting",
            "",
            *doors,
            *_slack(house.settings),
            *_teams(house.settings),
            *_first_administrator(house),
            f"  Data          {_data(house)}",
            "  Stop          Ctrl+C",
            "",
        ]
    )


def _slack(settings: Settings) -> list[str]:
    """How Slack comes in, or what is missing for it."""
    if settings.slack is None:
        return [
            "  Slack         not connected: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN in .env",
            "                (python -m bot manifest slack writes the app's manifest)",
        ]
    ways = (("Socket Mode", settings.slack.app_token), ("signed HTTP", settings.slack.signing_secret))
    doors = [name for name, given in ways if given]
    lines = [f"  Slack         {' and '.join(doors)}; type {settings.command} in a channel the bot is in"]
    if settings.slack.signing_secret:
        lines += [f"                requests come to http://{settings.host}:{settings.port}/slack/events"]
    return lines


def _teams(settings: Settings) -> list[str]:
    """How Teams comes in, or what is missing for it."""
    if settings.teams is None:
        return [
            "  Teams         not connected: set TEAMS_CLIENT_ID, TEAMS_CLIENT_SECRET and TEAMS_TENANT_ID in .env",
            "                (python -m bot manifest teams writes the app's package)",
        ]
    lines = [
        "  Teams         signed HTTP; mention the bot in a channel it was added to, or write to it",
        f"                requests come to http://{settings.host}:{settings.port}{MESSAGES}",
    ]
    if settings.public_url:
        return [*lines, f"                Teams calls {settings.public_url.rstrip('/')}{MESSAGES}"]
    return [*lines, "                PARLEY_PUBLIC_URL is empty: Teams needs a public https address that leads here"]


def _room(house: House) -> list[str]:
    """What one finds in it: the example, or what was begun after it was put aside."""
    with snapshot(house.database) as connection:
        found = standing(connection)
    own = f"your own: {found.counted()};"
    return [
        f"  The room      http://{house.settings.host}:{house.settings.port}",
        f"                {'a ready example: three invented providers, months of history;' if found.example else own}",
        "                act as either side, and move the clock. Nothing leaves this machine.",
    ]


def _data(house: House) -> str:
    url = house.database.url
    return (
        str(Path(url.database or "").resolve())
        if house.database.is_sqlite
        else url.render_as_string(hide_password=True)
    )


def _first_administrator(house: House) -> list[str]:
    """The one-time code that makes whoever types it the first manager."""
    with house.units() as uow:
        installation = uow.providers.only_installation()
        if installation is not None and installation.id is not None and has_manager(uow, installation.id):
            return []
        code = new_setup_code(uow)
        uow.commit()
    settings = house.settings
    ways = [
        *(["in the room, as yourself, type: {command}"] if settings.is_example else []),
        *(["in Slack, type: {command}"] if settings.slack is not None else []),
        *(["in Teams, write to the bot:"] if settings.teams is not None else []),
    ]
    lines = [f"{way.format(command=settings.command)} setup code {code}" for way in ways]
    return [f"  First step    {lines[0]}", *(f"            or  {line}" for line in lines[1:])]
