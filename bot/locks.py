"""One running bot a SQLite file: a second one would tick and send the same things."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


class AlreadyRunning(Exception):
    """Parley already runs on this database. Stop the other one first, or give this one its own PARLEY_HOME."""


class FileLock:
    """A lock that the operating system frees when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Take the lock. Raises ``AlreadyRunning``."""
        self._file = self._path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            self._file.close()
            self._file = None
            raise AlreadyRunning(str(self._path)) from held

    def free(self) -> None:
        """Give it back."""
        if self._file is not None:
            self._file.close()
            self._file = None
