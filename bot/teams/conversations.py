"""Where to speak on Teams: what is stored of a conversation, and the personal chat with somebody.

A token goes to addresses Microsoft documents, or to the one that is set, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from microsoft_teams.api import Account as TeamsAccount
from microsoft_teams.api import ApiClient
from microsoft_teams.api.clients.conversation.params import CreateConversationParams
from microsoft_teams.apps.utils.thread import to_threaded_conversation_id
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.delivery.courier import Run
from bot.delivery.pacing import spent
from bot.ports import Refused
from bot.teams.settings import TeamsSettings
from handlers.vocabulary.address import Account, Place, Platform
from storage.models.teams import TeamsConversation
from storage.unit_of_work import Units

PERSONAL, CHANNEL = "personal", "channel"
CHANNEL_ENDINGS = ("@thread.tacv2", "@thread.skype")
"""How the ids of channels end; chats have none of threads."""
LOOKED_THROUGH = 20
"""Of how many conversations, those heard of last, the members are asked for somebody nobody spoke with yet."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is known of a conversation; ``known`` is False when nothing is stored. Fields as ``TeamsConversation`` has them."""

    tenant: str
    id: str
    service_url: str
    known: bool = False
    kind: str = ""
    layout: str = ""
    team: str = ""
    team_group: str = ""
    gone: bool = False
    hears: bool | None = None
    home_ref: str = ""

    @property
    def place(self) -> Place:
        """As the house speaks of it."""
        return Place(Platform.TEAMS, self.tenant, self.id)

    def threaded(self, root: str | None) -> str | Refused:
        """The id to post under: that of the thread under ``root``. Chats have no threads, so there it is the chat's."""
        if root is None or not (self.kind == CHANNEL or self.id.endswith(CHANNEL_ENDINGS)):
            return self.id
        try:
            return to_threaded_conversation_id(self.id, root)
        except ValueError:
            return Refused("the thread's first message has no reference Teams knows: post in the channel instead")


class Conversations:
    """Reads and keeps what is stored. Nothing is asked of Teams but to open a personal chat."""

    def __init__(self, settings: TeamsSettings, units: Units, run: Run) -> None:
        self._settings, self._units, self._run = settings, units, run

    async def at(self, place: Place) -> Conversation:
        """The conversation of a place; with the address that is set while nothing is stored."""
        return await self._run(self._at, place.workspace, place.channel)

    async def with_person(self, account: Account) -> Conversation | None:
        """The personal chat with somebody, if there is one."""
        return await self._run(self._with_person, account.workspace, account.user)

    async def opened(self, account: Account, api: ApiClient) -> Conversation:
        """The personal chat with somebody of an own tenant, opened and kept. Opening it twice is harmless."""
        tenant = account.workspace
        wanted = CreateConversationParams(
            members=[TeamsAccount(id=account.user)], tenant_id=tenant, channel_data={"tenant": {"id": tenant}}
        )
        made = await api.conversations.create(wanted)
        return await self._run(self._keep, tenant, made.id, account.user, made.service_url or api.service_url)

    async def recent(self) -> Sequence[Conversation]:
        """Channels and group chats the bot is in, those heard of last first, at most ``LOOKED_THROUGH``."""
        return await self._run(self._recent)

    async def learn(self, conversation: Conversation, team_group: str) -> None:
        """Keep the Entra group of the conversation's team."""
        await self._run(self._change, conversation.tenant, conversation.id, "team_group", team_group)

    async def hears(self, place: Place, hears: bool | None) -> None:
        """Keep whether plain replies reach us in a channel. Raises SQLAlchemy's errors."""
        await self._run(self._change, place.workspace, place.channel, "hears", hears)

    async def shows_home(self, place: Place, ref: str) -> str:
        """Keep which message of a personal chat shows Home, and answer which one did before: of two that are posted at once,
        each is answered to one only. Raises SQLAlchemy's errors."""
        return await self._run(self._change_home, place.workspace, place.channel, ref)

    async def spoke(self, place: Place) -> None:
        """Something goes there past the outbox, at once: it counts in Teams' windows, for what the outbox sends afterwards.
        Whether it could be noted changes nothing for who is answered."""
        with suppress(SQLAlchemyError):
            await self._run(self._spoke, place.workspace, place.channel)

    async def address_in(self, tenant: str) -> str:
        """Where a tenant is spoken to: as Teams last said, else the address that is set."""
        return await self._run(self._address_in, tenant)

    def _at(self, tenant: str, conversation: str) -> Conversation:
        with self._units() as uow:
            row = uow.conversations.get(tenant, conversation)
            return self._read(row) if row is not None else Conversation(tenant, conversation, self._own_address)

    def _with_person(self, tenant: str, user: str) -> Conversation | None:
        with self._units() as uow:
            row = uow.conversations.personal(tenant, user)
            return None if row is None else self._read(row)

    def _keep(self, tenant: str, conversation: str, user: str, service_url: str) -> Conversation:
        row = TeamsConversation(
            tenant=tenant,
            conversation=conversation,
            kind=PERSONAL,
            user=user,
            service_url=service_url if trusted(self._settings, service_url) else self._settings.service_url,
            outside=False,
            seen_at=datetime.now(UTC),
        )
        found = self._read(row)
        try:
            with self._units() as uow:
                uow.conversations.keep(row)
                uow.commit()
        except IntegrityError:
            pass  # another process opened it in the same moment, and kept the same
        return found

    def _recent(self) -> list[Conversation]:
        with self._units() as uow:
            return [self._read(row) for row in uow.conversations.recent(LOOKED_THROUGH)]

    def _change(self, tenant: str, conversation: str, name: str, value: str | bool | None) -> None:
        """One field of a conversation that is known."""
        with self._units() as uow:
            row = uow.conversations.get(tenant, conversation)
            if row is not None and getattr(row, name) != value:
                setattr(row, name, value)
                uow.session.add(row)
                uow.commit()

    def _change_home(self, tenant: str, conversation: str, ref: str) -> str:
        with self._units() as uow:
            row = uow.conversations.get(tenant, conversation, lock=True)
            if row is None:
                return ""
            before, row.home_ref = row.home_ref, ref
            uow.session.add(row)
            uow.commit()
            return before

    def _spoke(self, tenant: str, conversation: str) -> None:
        with self._units() as uow:
            row = uow.conversations.get(tenant, conversation)
            chat = row is not None and row.kind == PERSONAL and row.user
            where = f"@{chat}" if chat else conversation
            spent(uow, (Platform.TEAMS, tenant, where), self._settings.limits, datetime.now(UTC))
            uow.commit()

    def _address_in(self, tenant: str) -> str:
        with self._units() as uow:
            addresses = [row.service_url for row in uow.conversations.recent(LOOKED_THROUGH) if row.tenant == tenant]
        return next((each.rstrip("/") for each in addresses if trusted(self._settings, each)), self._own_address)

    def _read(self, row: TeamsConversation) -> Conversation:
        return Conversation(
            tenant=row.tenant,
            id=row.conversation,
            service_url=(row.service_url if trusted(self._settings, row.service_url) else self._own_address).rstrip(
                "/"
            ),
            known=True,
            kind=row.kind,
            layout=row.layout,
            team=row.team,
            team_group=row.team_group,
            gone=row.gone_at is not None,
            hears=row.hears,
            home_ref=row.home_ref,
        )

    @property
    def _own_address(self) -> str:
        return self._settings.service_url.rstrip("/")


def trusted(settings: TeamsSettings, service_url: str) -> bool:
    """Whether our token may be sent there: https to a known host, or exactly the host that is set, as it is set."""
    if not service_url.isascii() or not service_url.isprintable():
        return False  # urlsplit leaves out what it reads over, and whoever sends would not
    address, own = urlsplit(service_url), urlsplit(settings.service_url)
    if (address.scheme, address.netloc) == (own.scheme, own.netloc):
        return True
    return address.scheme == "https" and address.netloc in settings.service_hosts
