"""How serving ends: SIGTERM and Ctrl+C finish what is under way and exit with 0, a second one ends at once."""

from __future__ import annotations

import os
import threading
from types import FrameType

import structlog
import uvicorn

from bot.app import House

log = structlog.get_logger(__name__)

FINISH_REQUESTS = 3
"""Seconds that requests under way may still take (whole seconds: the server's own limit)."""
FINISH_WITHIN = 13.0
"""Seconds after which a stop that hangs, in a database that does not answer, is ended: what was under way is taken up again
at the next start, or by another replica."""
OVERDUE = 1


class Server(uvicorn.Server):
    """Uvicorn, with our signals: its own would end the process by the signal it caught, and wait without limit."""

    def __init__(self, config: uvicorn.Config, house: House) -> None:
        super().__init__(config)
        self._house = house
        self._overdue: threading.Timer | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal came: stop, or, the second time, end at once. Nothing is logged here: the signal may have interrupted a
        line that is being written."""
        if self.should_exit:
            os._exit(128 + sig)
        self.end()

    def end(self) -> None:
        """Stop: begin nothing new, finish what is under way, but not for longer than ``FINISH_WITHIN``."""
        self._house.begin_stop()
        self.should_exit = True
        if self._overdue is None:  # a daemon: it also ends threads that hang after everything else ended
            self._overdue = threading.Timer(FINISH_WITHIN, _end_overdue)
            self._overdue.daemon = True
            self._overdue.start()


def _end_overdue() -> None:
    log.warning("stop.overdue", seconds=FINISH_WITHIN)
    os._exit(OVERDUE)
