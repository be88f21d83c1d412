"""Log lines with an event name and the ids of what they are about, on standard error.

A line that is written while an event is handled names its request, one that is written while a message is delivered names
the delivery, and so on: whoever begins such work calls ``named``, and everything under it inherits the names, in threads
and tasks too. People's words and tokens are never in a line.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog

from bot.settings import JSON, TEXT
from handlers.vocabulary.incoming import AnyIncoming

_NAME = re.compile(r"[a-z][a-z0-9_.]{0,59}")
"""What an action of ours looks like. Anything else came from outside and may be anybody's words."""

_ID = re.compile(r"[\w.:#/-]{1,120}", re.ASCII)
"""What an id looks like, ours or a platform's."""

_names: ContextVar[Mapping[str, object] | None] = ContextVar("parley_names", default=None)


def logs(level: str, form: str = JSON) -> None:
    """Write lines from ``level`` ("debug", "info", "warning", "error") on; the libraries speak up from warnings on.

    ``form`` is "json", one object a line, for a collector; or "text", in colour at a terminal, for a person.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    for name in ("uvicorn.error", "apscheduler"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # they quote what we say ourselves, without people's words
    structlog.configure(
        processors=[
            with_names,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _plain_lines() if form == TEXT else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


@contextmanager
def named(**names: object) -> Iterator[None]:
    """Every line written within carries these names, besides those of whatever this is part of; "" and None are left out."""
    inherited = _names.get() or {}
    token = _names.set({**inherited, **{name: value for name, value in names.items() if value not in ("", None)}})
    try:
        yield
    finally:
        _names.reset(token)


def learnt(**names: object) -> None:
    """More is known now of what is under way: the innermost ``named`` has these names from here on, whichever thread asks.

    Outside of one nothing is kept.
    """
    kept = _names.get()
    if isinstance(kept, MutableMapping):
        kept.update(names)


def names() -> Mapping[str, object]:
    """The names a line written here would carry."""
    return dict(_names.get() or {})


def names_of(event: AnyIncoming) -> Mapping[str, object]:
    """What a line may tell of an event: its id, the door it came through, its kind, and what was pressed or sent in."""
    action, request = str(getattr(event, "action", "")), event.request or event.id
    return {
        "request": request if _ID.fullmatch(request) else "",
        "door": str(event.actor.platform),
        "kind": kind_of(event),
        "action": action if _NAME.fullmatch(action) else "",
    }


def kind_of(event: AnyIncoming) -> str:
    """The kind of an event in one lower-case word, such as "submitted"."""
    return type(event).__name__.lower()


def with_names(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What the line says itself goes before what it inherits."""
    return {**(_names.get() or {}), **line}


def _plain_lines() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), sort_keys=False)
