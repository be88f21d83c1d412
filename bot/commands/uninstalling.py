"""``uninstall``: remove what Parley keeps on this machine, after an export, and say how to remove it from Slack and Teams."""

from __future__ import annotations

import argparse
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DatabaseError, OperationalError

from bot.commands.exporting import Export, export
from bot.leaving import server
from bot.leaving.belongings import Belongings, belongings, may_go
from bot.leaving.files import file_of, held, settle
from bot.leaving.server import Tables
from bot.leaving.standing import Standing, standing
from bot.leaving.talk import CannotLeave, Talk, Terminal, add_consent, agrees, told
from bot.secret_files import SECRETS
from bot.settings import Settings
from storage.database import Database
from storage.snapshot import snapshot

PUT_ASIDE = "a restore put it aside, people's words and all; to remove it: DROP SCHEMA {} CASCADE"
WORD = "remove"
"""What is typed to remove data that is nobody's."""
FROM_SLACK = (
    "To remove it from Slack:",
    "  1. https://api.slack.com/apps, your app, Basic Information, Delete App: it leaves every channel, and its tokens end.",
    "  2. To keep the app and only end its tokens: OAuth & Permissions, Revoke All OAuth Tokens; Basic Information,",
    "     App-Level Tokens, delete each. Do this too if a token was ever copied elsewhere.",
    "  What Parley posted stays in your channels; Slack, not Parley, keeps it.",
)


FROM_TEAMS = (
    "To remove it from Teams:",
    "  1. Teams admin center, Teams apps, Manage apps, Parley, Delete: it leaves every team and chat, and what was granted",
    "     to it there ends. One team only: ⋯, Manage team, Apps, Remove.",
    "  2. https://portal.azure.com, the Azure Bot, Delete (or the Developer Portal, Tools, Bot management): Teams stops calling.",
    "  3. https://entra.microsoft.com, App registrations, the app, Delete: its secret ends. To keep the app, delete only the",
    "     secret under Certificates & secrets. Do this too if the secret was ever copied elsewhere.",
    "  What Parley posted stays in your channels; Teams, not Parley, keeps it.",
)


@dataclass(frozen=True, slots=True)
class Found:
    """All there is to remove. ``tables`` are of a database on a server, None for an embedded one."""

    things: Belongings
    standings: tuple[Standing, ...]
    tables: Tables | None = None
    database: str = ""

    @property
    def nothing(self) -> bool:
        """Whether Parley left nothing here."""
        return self.things.nothing and not (self.tables and self.tables.ours)

    @property
    def real(self) -> bool:
        """Whether somebody's own data is among it."""
        return any(not each.example and not each.empty for each in self.standings)

    def word(self) -> str:
        """What has to be typed: whose data it is, or the server's database; a plain word for the example."""
        clients = [each.client for each in self.standings if each.client and not each.example and not each.empty]
        return (self.database or (clients or [WORD])[0]) if self.real or self.database else WORD


@dataclass(frozen=True, slots=True)
class Wanted:
    """A script's consent, and where it wants the export first (None: none)."""

    yes: bool = False
    even_if_real: bool = False
    export: Path | None = None


def arguments(parser: argparse.ArgumentParser) -> None:
    """Consent, and an export before it."""
    add_consent(parser, "remove")
    parser.add_argument("--export", type=Path, metavar="FOLDER", help="write everything to this folder first")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Show, offer an export, ask, remove."""
    wanted = Wanted(options.yes, options.even_if_real, options.export)
    return told(partial(uninstall, wanted, settings), Terminal())


def uninstall(wanted: Wanted, settings: Settings, talk: Talk) -> int:
    """Remove what Parley made. Raises ``CannotLeave`` with the reason and the way out; then nothing was removed."""
    remote = Database(settings.database_url) if file_of(settings) is None else None
    try:
        with ExitStack() as locks:
            found = _look(settings, remote, locks)
            talk.tell(*_shown(found))
            if found.nothing:
                talk.tell("Parley keeps nothing here.", "", *_outside(settings))
                return 0
            _check_consent(wanted, found, talk)
            _export_first(wanted, settings, talk)
            if not wanted.yes and not _typed(found, talk):
                talk.tell("Nothing was removed.")
                return 1
            _remove(found, remote)
    except OperationalError as away:
        raise CannotLeave(
            f"DATABASE_URL: the database does not answer ({away.orig}). Is it running, and is the address right?"
        ) from away
    except DatabaseError as refused:
        raise CannotLeave(
            f"The database refused ({refused.orig}); nothing was removed from it. Remove what stands on Parley's tables first."
        ) from refused
    finally:
        if remote is not None:
            remote.dispose()
    talk.tell("", "Removed.", "", *_outside(settings))
    return 0


def _look(settings: Settings, remote: Database | None, locks: ExitStack) -> Found:
    """What there is, with every database held so that no bot starts meanwhile."""
    things = belongings(settings)
    standings = []
    for file in things.databases:
        locks.enter_context(held(file))
        settle(file)
        standings.append(_standing(Database(f"sqlite:///{file}")))
        settle(file)
    if remote is None:
        return Found(belongings(settings), tuple(standings))
    locks.enter_context(server.held(remote))
    with snapshot(remote) as connection:
        tables = server.tables(connection)
        if tables.ours:
            standings.append(standing(connection))
    return Found(belongings(settings), tuple(standings), tables, remote.url.database or "")


def _standing(database: Database) -> Standing:
    try:
        with snapshot(database) as connection:
            return standing(connection)
    finally:
        database.dispose()


def _shown(found: Found) -> list[str]:
    """What is removed and what stays, before anything is asked."""
    things = found.things
    contents = dict(zip(things.databases, found.standings, strict=False))
    lines = ["What Parley keeps here:"] if not found.nothing else []
    for path in things.paths():
        lines.append(f"  {path}" + (f"    {contents[path].words()}" if path in contents else ""))
    if found.tables is not None and found.tables.ours:
        lines += [
            f"  {len(found.tables.ours)} tables parley_… in the database {found.database}    {found.standings[-1].words()}",
            *(["  the schema dbos beside them, its delivery engine"] if found.tables.engine else []),
        ]
    stays = [f"  {path}    {reason}" for path, reason in things.left]
    if found.tables is not None:
        stays += [f"  the database {found.database} itself, and its users"]
        stays += [f"  the schema dbos    {found.tables.engine_stays}"] if found.tables.engine_stays else []
        stays += [f"  the schema {name}    {PUT_ASIDE.format(name)}" for name in found.tables.kept]
    return lines + (["What stays:", *stays] if stays else [])


def _check_consent(wanted: Wanted, found: Found, talk: Talk) -> None:
    if wanted.yes and found.real and not wanted.even_if_real:
        raise CannotLeave("This is not the example: --yes needs --even-if-real beside it. Nothing was removed.")
    if not wanted.yes and not talk.listens:
        raise CannotLeave("Nobody can answer here: run this in a terminal, or say --yes. Nothing was removed.")


def _export_first(wanted: Wanted, settings: Settings, talk: Talk) -> None:
    """Write everything out if it is wanted; when that fails nothing is removed."""
    folder = wanted.export
    if folder is None and not wanted.yes and agrees(talk, "Export everything to files first?", otherwise=True):
        proposed = Path(f"parley-export-{datetime.now(UTC):%Y-%m-%d}")
        folder = Path(talk.ask(f"Into which folder? [{proposed}]") or proposed)
    if folder is None:
        return
    if folder.resolve().is_relative_to(settings.home.resolve()):
        raise CannotLeave(f"{folder} is inside {settings.home}, which is to be removed: name a folder elsewhere.")
    export(Export(folder), settings, talk)


def _typed(found: Found, talk: Talk) -> bool:
    word = found.word()
    return talk.ask(f"This cannot be undone. To remove all of it, type {word}:").casefold() == word.casefold()


def _remove(found: Found, remote: Database | None) -> None:
    """The server's tables in one transaction, then the files. Raises ``CannotLeave`` naming what could not be removed."""
    if remote is not None and found.tables is not None and found.tables.ours:
        with remote.engine.begin() as connection:
            server.drop(connection, found.tables)
    for path in found.things.paths():
        try:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        except OSError as refused:
            raise CannotLeave(
                f"{path} could not be removed ({refused.strerror}); what comes after it in the list is still there too."
            ) from refused
    if may_go(found.things.home):
        found.things.home.rmdir()


def _outside(settings: Settings) -> list[str]:
    """What only a person can do."""
    neither = settings.is_example
    lines = list(FROM_SLACK) if settings.slack is not None or neither else []
    if settings.teams is not None or neither:
        lines += [*([""] if lines else []), *FROM_TEAMS]
    if Path(".env").exists():
        lines += [
            "",
            f".env stays as it is: {', '.join(SECRETS)} may stand in it; revoke the tokens, then delete it yourself.",
        ]
    if settings.home.is_dir():
        lines += ["", f"{settings.home} stays: something is in it, or somebody else named it."]
    return [*lines, "", "The program itself is this folder (its .venv included): delete it when you are done."]
