"""``start-fresh``: from the example to one's own providers in one step. What was there is kept beside, never deleted."""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.leaving.files import MARKER, file_of, give_way, held, kept_name, settle, tables_in
from bot.leaving.fresh_room import SHARED, Newcomers, move_in
from bot.leaving.standing import Standing, standing
from bot.leaving.talk import CannotLeave, Talk, Terminal, add_consent, agrees, told
from bot.migrating import migrate
from bot.settings import Settings
from storage.database import Database
from storage.snapshot import snapshot
from storage.unit_of_work import UnitOfWork

ON_A_SERVER = (
    "start-fresh puts a file aside, and DATABASE_URL names a server: export first (python -m bot export --out FOLDER), make a"
    " new database there (createdb NAME), and put its name into DATABASE_URL; Parley starts empty in it."
)
NOBODY_ASKED = "Nobody can answer here: run this in a terminal, or say --yes."


@dataclass(frozen=True, slots=True)
class Wanted:
    """``yes`` and ``even_if_real`` are a script's consent; ``newcomers`` who moves into an empty room."""

    yes: bool = False
    even_if_real: bool = False
    newcomers: Newcomers = field(default_factory=Newcomers)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Consent, and who moves in."""
    add_consent(parser, "start fresh")
    parser.add_argument("--company", default="", metavar="NAME", help="your company, for the empty room")
    parser.add_argument("--name", default="", metavar="NAME", help="your own name, for the empty room")
    parser.add_argument("--zone", default="", metavar="ZONE", help="your time zone, such as Europe/London")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Ask, put aside, begin empty."""
    nobody = Newcomers()
    newcomers = Newcomers(
        options.company or nobody.company, options.name or nobody.manager, options.zone or nobody.zone
    )
    wanted = Wanted(options.yes, options.even_if_real, newcomers)
    return told(partial(start_fresh, wanted, settings), Terminal())


def start_fresh(wanted: Wanted, settings: Settings, talk: Talk) -> int:
    """Put what is there aside and begin empty. Raises ``CannotLeave``; then the old database is still in place."""
    file = file_of(settings)
    if file is None:
        raise CannotLeave(ON_A_SERVER)
    _check_zone(wanted.newcomers.zone)
    if not file.exists() and not settings.is_example:
        talk.tell(f"Nothing to put aside: Parley begins empty in {file}. Start it with make run.")
        return 0
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with held(file):
            found = _look(file) if file.exists() else None
            if not _consents(wanted, found, file, talk):
                talk.tell("Nothing was changed.")
                return 0
            newcomers = _introduce(wanted, talk) if settings.is_example else None
            kept = _replaced(file, newcomers, datetime.now(UTC))
    except OSError as refused:
        raise CannotLeave(
            f"{refused.filename or file}: {refused.strerror}; nothing was changed. Make room or allow writing, and try again."
        ) from refused
    except subprocess.CalledProcessError as failed:
        raise CannotLeave(
            "The empty database could not be made (the lines above say why); nothing was changed. Mend that and try again."
        ) from failed
    talk.tell(*_afterwards(file, kept, settings))
    return 0


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise CannotLeave(f"--zone {zone!r} is not a time zone; write an IANA name such as Europe/London.") from unknown


def _look(file: Path) -> Standing:
    if MARKER not in tables_in(file):
        raise CannotLeave(f"{file} is not a database of Parley: set DATABASE_URL to the one you mean.")
    settle(file)
    database = Database(f"sqlite:///{file}")
    try:
        with snapshot(database) as connection:
            return standing(connection)
    finally:
        database.dispose()


def _consents(wanted: Wanted, found: Standing | None, file: Path, talk: Talk) -> bool:
    """Whether it may begin. Real data needs its owner's name, or the second option of a script."""
    talk.tell(f"In {file}: {'nothing yet' if found is None else found.words()}.")
    real = found is not None and not found.example and not found.empty
    if wanted.yes:
        if real and not wanted.even_if_real:
            raise CannotLeave("This is not the example: --yes needs --even-if-real beside it. Nothing was changed.")
        return True
    talk.tell("Starting fresh keeps it as a copy beside, and begins with an empty database. Nothing is deleted.")
    if not talk.listens:
        raise CannotLeave(NOBODY_ASKED)
    if not real or found is None:
        return agrees(talk, "Start fresh?")
    typed = talk.ask(f"This is real data. To put it aside, type the company's name ({found.client or 'none'}):")
    if typed.casefold() == (found.client or "none").casefold():
        return True
    if typed:
        talk.tell(f"“{typed}” is not that name.")
    return False


def _introduce(wanted: Wanted, talk: Talk) -> Newcomers:
    """Who moves into the room; what a script did not say is asked, and nothing typed leaves it as it is."""
    given = wanted.newcomers
    if wanted.yes or not talk.listens:
        return given
    company = talk.ask(f"Your company's name [{given.company}]:") or given.company
    manager = talk.ask(f"Your own name [{given.manager}]:") or given.manager
    zone = talk.ask(f"Your time zone, such as Europe/London [{given.zone}]:") or given.zone
    while True:
        try:
            _check_zone(zone)
        except CannotLeave:
            talk.tell(f"“{zone}” is not a time zone I know; write an IANA name.")
            zone = talk.ask(f"Your time zone [{given.zone}]:") or given.zone
        else:
            return Newcomers(company, manager, zone)


def _replaced(file: Path, newcomers: Newcomers | None, now: datetime) -> Path | None:
    """Make the empty database beside the old one, whole, and only then let the old one give way."""
    place = file.resolve()
    with tempfile.TemporaryDirectory(prefix="parley-fresh-", dir=place.parent) as folder:
        made = Path(folder) / "fresh.sqlite"
        database = Database(f"sqlite:///{made}")
        migrate(database)
        if newcomers is not None:
            with UnitOfWork(database) as uow:
                move_in(uow, newcomers, now)
                uow.commit()
        database.dispose()
        settle(made)
        if not place.exists():
            made.rename(place)
            return None
        settle(place)
        kept = kept_name(place, now)
        give_way(place, made, kept)
        return kept


def _afterwards(file: Path, kept: Path | None, settings: Settings) -> list[str]:
    lines = ["", f"Done. {file} is empty now."]
    if kept is not None:
        lines += [
            f"What was there is kept in {kept}; to look at it again:",
            f"  DATABASE_URL=sqlite:///{kept} make run",
        ]
    if settings.is_example:
        lines += [
            "",
            "Next, in the room: make run prints a one-time code. In the room, as yourself, type",
            f"  {settings.command} setup code CODE          and in #{SHARED}: {settings.command}",
            "Next, with Slack or Teams: put SLACK_… or TEAMS_… into .env (see .env.example); python -m bot check.",
        ]
    return [
        *lines,
        "Many providers at once, with figures and reviews (after the first make run; each shows a preview first):",
        "  python -m bot import providers FILE   python -m bot import metrics FILE   python -m bot import series FILE",
    ]
