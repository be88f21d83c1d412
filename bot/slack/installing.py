"""Which workspace the bot is in: learnt from Slack at the start, and kept as the installation all records hang on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog

from bot.ports import Unavailable
from bot.slack.clients import bot_client
from bot.slack.identity import Ourselves
from bot.slack.settings import SlackSettings
from storage.models.provider import Installation
from storage.unit_of_work import Units

log = structlog.get_logger("parley.slack")


async def introduce(settings: SlackSettings, units: Units, run: Any, now: Callable[[], datetime]) -> bool:
    """Make the workspace known. False when Slack did not tell which it is; the caller tries again."""
    client = bot_client(settings)
    try:
        us = await Ourselves(client).identity()
    except Unavailable:
        log.warning("slack.workspace_unknown")
        return False
    await run(_keep, units, us.team, us.bot_user, now())
    return True


def _keep(units: Units, team: str, bot_user: str, now: datetime) -> None:
    with units() as uow:
        if uow.providers.installation("slack", team) is None:
            uow.providers.add(Installation(platform="slack", workspace=team, bot_user=bot_user, installed_at=now))
            uow.commit()
