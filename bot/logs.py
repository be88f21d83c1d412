"""Log lines: JSON with an event name, on standard error. People's words and tokens are never in them."""

from __future__ import annotations

import logging
import sys

import structlog


def logs(level: str) -> None:
    """Write lines from ``level`` ("debug", "info", "warning", "error") on; the libraries speak up from warnings on."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    for name in ("uvicorn.error", "apscheduler"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # they quote what we say ourselves, without people's words
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
