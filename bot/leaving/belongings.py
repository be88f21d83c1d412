"""What Parley made on this machine: found by name and looked into, so that nothing of anybody else's is touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.leaving.files import BESIDE, KEPT, file_of, foreign_tables, is_ours, tables_in
from bot.settings import DEFAULT_HOME, Settings

NAMES = ("example", "parley")
"""The embedded databases of the room and of Slack and Teams, by the stem of their names."""
SECRET = "room.secret"
SECRET_BYTES = 32
TEMPORARY = ("tmp", "parley-fresh-")
"""How the folders begin in which an empty or example database is made; a killed start leaves one behind."""


@dataclass(frozen=True, slots=True)
class Belongings:
    """``databases`` with what stands beside each, ``others`` single files, ``folders`` left by a start that was killed.

    ``left`` are things in the way that are not ours or not certainly so, with the reason.
    """

    home: Path
    databases: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    left: tuple[tuple[Path, str], ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to remove."""
        return not (self.databases or self.others or self.folders)

    def paths(self) -> Iterator[Path]:
        """Everything that is removed, in an order in which a stop in the middle does no harm: databases first."""
        for database in self.databases:
            yield database
            yield from beside(database)
        yield from self.others
        yield from self.folders


def belongings(settings: Settings) -> Belongings:
    """Look into the data folder, and at the database of these settings wherever it is. Nothing is changed."""
    home, named = settings.home, file_of(settings)
    candidates = [path for name in NAMES for path in (home / f"{name}.sqlite", *_kept(home, name))]
    if named is not None and named not in candidates:
        candidates += [named, *_kept(named.parent, named.stem, named.suffix)]
    databases, left = [], []
    for path in candidates:
        if not path.exists() and not path.is_symlink():
            continue
        reason = _not_ours(path)
        databases += [] if reason else [path]
        left += [(path, reason)] if reason else []
    secret = home / SECRET
    others = [secret] if secret.is_file() and secret.stat().st_size == SECRET_BYTES else []
    folders = [path for path in sorted(home.glob("*")) if _is_half_made(path)]
    found = Belongings(home, tuple(databases), tuple(others), tuple(folders))
    ours = set(found.paths())
    unknown = [(path, "not made by Parley") for path in sorted(home.glob("*")) if path not in ours | dict(left).keys()]
    return Belongings(home, found.databases, found.others, found.folders, (*left, *unknown))


def beside(database: Path) -> list[Path]:
    """What SQLite and the lock keep beside a database."""
    return [path for ending in BESIDE if (path := Path(f"{database}{ending}")).exists()]


def may_go(home: Path) -> bool:
    """Whether the data folder itself may be removed: only an empty one with the name Parley gives it. A folder somebody
    named in PARLEY_HOME may have been there before."""
    return home.name == DEFAULT_HOME and home.is_dir() and not home.is_symlink() and not any(home.iterdir())


def _kept(folder: Path, stem: str, suffix: str = ".sqlite") -> list[Path]:
    return sorted(folder.glob(f"{stem}{KEPT}*{suffix}"))


def _not_ours(path: Path) -> str:
    """Why a file is left alone; "" for a database of ours."""
    if path.is_symlink():
        return "only a link: remove what it leads to yourself"
    if not is_ours(path):
        return "not a database of Parley" if tables_in(path) or path.stat().st_size else "empty, and of unknown origin"
    foreign = foreign_tables(path)
    return f"also holds tables of others: {', '.join(sorted(foreign))}" if foreign else ""


def _is_half_made(path: Path) -> bool:
    if not path.is_dir() or path.is_symlink() or not path.name.startswith(TEMPORARY):
        return False
    inside = [each.name for each in path.iterdir()]
    return bool(inside) and all(name.startswith(("example.sqlite", "fresh.sqlite")) for name in inside)
