"""Which workspace the bot is in: learnt from Slack at the start, and kept as the installation all records hang on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.ports import Dispatch, Unavailable
from bot.slack.clients import bot_client
from bot.slack.identity import Ourselves
from bot.slack.settings import SlackSettings
from handlers.vocabulary.address import Platform
from handlers.vocabulary.incoming import AnyIncoming
from handlers.vocabulary.outgoing import Answer
from storage.unit_of_work import Units

log = structlog.get_logger("parley.slack")


async def introduce(settings: SlackSettings, units: Units, run: Any, now: Callable[[], datetime]) -> bool:
    """Make the workspace known. False when Slack did not tell which it is, or the database is away; the caller tries again."""
    client = bot_client(settings)
    try:
        us = await Ourselves(client).identity()
    except Unavailable:
        log.warning("slack.workspace_unknown")
        return False
    try:
        await run(_keep, units, us.team, us.bot_user, now())
    except IntegrityError:
        log.info("slack.workspace_known")  # another replica, started in the same moment, was first
    except SQLAlchemyError as away:
        log.warning("slack.workspace_not_kept", trouble=type(away).__name__)
        return False
    return True


class Introduced:
    """Dispatch for a workspace that is known by then: an outage while the bot started must not make it deaf."""

    def __init__(self, dispatch: Dispatch, introduction: Callable[[], Awaitable[bool]]) -> None:
        """``introduction`` makes the workspace known, as ``introduce`` does; it is asked until it has."""
        self._dispatch = dispatch
        self._introduction = introduction
        self._known = False

    async def __call__(self, event: AnyIncoming) -> Answer:
        """The answer. Raises ``Unavailable`` while nobody knows the workspace, so that nothing is acknowledged and lost."""
        self._known = self._known or await self._introduction()
        if not self._known:
            raise Unavailable("which workspace this is could not be learnt or kept")
        return await self._dispatch(event)


def _keep(units: Units, team: str, bot_user: str, now: datetime) -> None:
    with units() as uow:
        if uow.providers.installation(Platform.SLACK, team) is None:
            uow.providers.join(Platform.SLACK, team, now, bot_user=bot_user)
            uow.commit()
