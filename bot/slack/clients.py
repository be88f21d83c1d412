"""The clients that speak to Slack's Web API, and the loggers they may use.

The libraries write request bodies at DEBUG, and one unsigned body at INFO: their loggers start at WARNING, and whatever
passes has tokens and connection tickets taken out.
"""

from __future__ import annotations

import logging
import re

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.settings import SlackSettings

SECRETS = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=[?&])(?:ticket|app_id|token)=[^&\s'\"]+")
EXPECTED = ("As you gave `client` as well",)
"""Warnings that say nothing here: Bolt looks at the environment even when it is handed a client."""


class Redact(logging.Filter):
    """Takes tokens and tickets out of a library's line, and its traceback, whose text may quote a payload."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the line pass, rewritten; except the warnings in ``EXPECTED``."""
        message = record.getMessage()
        if message.startswith(EXPECTED):
            return False
        record.msg, record.args = SECRETS.sub("(secret)", message), None
        if record.exc_info and record.exc_info[0] is not None:
            record.msg = f"{record.msg} [{record.exc_info[0].__name__}]"
        record.exc_info = record.exc_text = None
        return True


def library_logger() -> logging.Logger:
    """The logger handed to slack-bolt and slack-sdk."""
    logger = logging.getLogger("parley.slack.library")
    logger.setLevel(logging.WARNING)
    if not any(isinstance(known, Redact) for known in logger.filters):
        logger.addFilter(Redact())
    return logger


def bot_client(settings: SlackSettings, timeout: float = 10) -> AsyncWebClient:
    """Acts as the bot. It never repeats a request by itself: a repeated post would be a doubled message.

    ``timeout`` is in seconds and bounds the whole request.
    """
    return AsyncWebClient(
        token=settings.bot_token,
        base_url=settings.base_url,
        timeout=timeout,  # type: ignore[arg-type]  # the library says int and hands it to aiohttp, which takes fractions
        retry_handlers=[],
        logger=library_logger(),
    )


def app_client(settings: SlackSettings, timeout: float = 10) -> AsyncWebClient:
    """Opens Socket Mode connections with the app-level token. Raises ValueError when there is none."""
    if settings.app_token is None:
        raise ValueError("SLACK_APP_TOKEN is missing: Socket Mode needs an App-Level Token with connections:write")
    return AsyncWebClient(
        token=settings.app_token,
        base_url=settings.base_url,
        timeout=timeout,  # type: ignore[arg-type]  # as above
        logger=library_logger(),
    )
