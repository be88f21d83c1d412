"""Which tenants the bot is in: its own from the start, the others when the app is installed there or first speaks from there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.ports import Unavailable
from bot.teams.settings import TeamsSettings
from handlers.vocabulary.address import Platform
from storage.unit_of_work import Units

log = structlog.get_logger("parley.teams")


class Tenants:
    """Makes tenants known: a tenant on a second platform joins the company's installation, a further one its own tenant's."""

    def __init__(self, settings: TeamsSettings, units: Units, run: Any, now: Callable[[], datetime]) -> None:
        self._settings, self._units, self._run, self._now = settings, units, run, now
        self._known: set[str] = set()

    async def introduce(self, tenant: str) -> bool:
        """Make a tenant of ours known, once. False while the database is away; the caller tries again."""
        own = self._settings.tenant_id.casefold()
        try:
            for each in dict.fromkeys((own, tenant)):
                if each not in self._known:
                    await self._run(self._join, each, own)
                    self._known.add(each)
        except IntegrityError:
            log.info("teams.tenant_known")  # another replica was first in the same moment: asked again next time
        except SQLAlchemyError as away:
            log.warning("teams.tenant_not_kept", trouble=type(away).__name__)
            return False
        return True

    async def known(self, tenant: str) -> None:
        """Raises ``Unavailable`` while a tenant cannot be made known, so that nothing it sends is lost."""
        if tenant not in self._known and not await self.introduce(tenant):
            raise Unavailable("which tenant this is could not be kept")

    def _join(self, tenant: str, own: str) -> None:
        beside = own if tenant != own else ""
        with self._units() as uow:
            uow.providers.join(Platform.TEAMS, tenant, self._now(), beside=beside, bot_user=self._settings.bot_user)
            uow.commit()
