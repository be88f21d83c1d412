"""A PostgreSQL server that dies and comes back."""

from __future__ import annotations

import contextlib
import os
import signal
import time

from tests.databases import PostgresServer

DEAD_WITHIN = 10.0


class MortalServer(PostgresServer):
    """One that can be shut down at once, and started again at the same address."""

    def crash(self) -> None:
        """Immediate shutdown: no connection is ended properly, nothing is written back; what was committed is in the log."""
        assert self._handle is not None
        number = self._handle.get_pid()
        assert number is not None
        os.kill(number, signal.SIGQUIT)
        end = time.monotonic() + DEAD_WITHIN
        while time.monotonic() < end:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(number, os.WNOHANG)
            try:
                os.kill(number, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)
        raise TimeoutError(f"the server did not end within {DEAD_WITHIN:g} s")

    def come_back(self) -> None:
        """Start it again; it recovers by itself."""
        assert self._handle is not None
        before = self._handle.get_uri()
        self._handle.ensure_postgres_running()
        if self._handle.get_uri() != before:
            raise RuntimeError(f"the server came back at {self._handle.get_uri()}, it was at {before}")
