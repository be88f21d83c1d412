"""Installations, providers, programmes, channels and who is accountable."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, select

from storage.columns import MOST_ID
from storage.fetching import by_id
from storage.models.person import Person
from storage.models.provider import Channel, Installation, Owner, Programme, Provider
from storage.remembering import first_remembered, remembered

Row = TypeVar("Row", Installation, Provider, Programme, Channel, Owner)
Known = TypeVar("Known", Provider, Programme)

# The questions asked for every digest. A statement costs more to make than to ask, so these are made once.
_PROGRAMMES_OF = select(Programme).where(Programme.provider_id == bindparam("provider_id")).order_by(col(Programme.id))
_CHANNEL = (
    select(Channel)
    .where(Channel.programme_id == bindparam("programme_id"), Channel.kind == bindparam("kind"))
    .order_by(col(Channel.id))
)
_ACCOUNTABLE = (
    select(Person)
    .join(Owner, col(Owner.person_id) == col(Person.id))
    .where(
        Owner.programme_id == bindparam("programme_id"),
        Owner.side == bindparam("side"),
        Owner.role == bindparam("role"),
        col(Owner.until).is_(None),
    )
    .order_by(col(Owner.id))
)
_INSTALLATIONS = select(Installation).order_by(col(Installation.id))
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:number)")
JOINING = 0x7061726C6A6F
"""The number of the advisory lock of whoever connects a workspace: two platforms may introduce themselves at once."""
_ALONE = "room"
"""The platform of the example, whose made-up company is nobody's."""
_TOGETHER = (
    select(Programme, Provider)
    .join(Provider, col(Provider.id) == col(Programme.provider_id))
    .where(col(Programme.id).in_(bindparam("ids", expanding=True)))
)
_CHANNELS_TOGETHER = (
    select(Channel).where(col(Channel.programme_id).in_(bindparam("ids", expanding=True))).order_by(col(Channel.id))
)
_CHANNELS_AT = (
    select(Channel)
    .where(
        Channel.platform == bindparam("platform"),
        Channel.workspace == bindparam("workspace"),
        Channel.channel == bindparam("channel"),
    )
    .order_by(col(Channel.id))
)

_PROVIDERS = (
    select(Provider).where(Provider.installation_id == bindparam("installation_id")).order_by(col(Provider.name))
)
_OWNERS = (
    select(Owner)
    .where(Owner.programme_id == bindparam("programme_id"), col(Owner.until).is_(None))
    .order_by(col(Owner.side), col(Owner.role).desc(), col(Owner.id))
)


class ProviderRepository:
    """Who is talked to, and where. What was looked up with ``look_ahead`` is not asked again within the transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._held: list[object] = []
        self._channels: dict[int, list[Channel]] = {}
        self._places: dict[tuple[str, str, str], Sequence[Channel]] = {}
        self._installed: Sequence[Installation] | None = None

    def look_ahead(self, programme_ids: Collection[int]) -> None:
        """Read these programmes, their providers and channels in two questions, for what is done with many at once."""
        wanted = {"ids": [each for each in programme_ids if each not in self._channels and each <= MOST_ID]}
        if not wanted["ids"]:
            return
        self._held += self._session.exec(_TOGETHER, params=wanted).all()
        self._channels |= {each: [] for each in wanted["ids"]}
        for channel in self._session.exec(_CHANNELS_TOGETHER, params=wanted).all():
            self._channels[channel.programme_id].append(channel)

    def _known(self, kind: type[Known], row_id: int) -> Known | None:
        """The row with this id, asked for once a transaction: a session forgets what nobody holds."""
        found = None if row_id > MOST_ID else by_id(self._session, kind, row_id)
        self._held.append(found)
        return found

    # installations
    def installation(self, platform: str, workspace: str) -> Installation | None:
        """The installation on which the records of a workspace hang: its own, or the one it is joined to."""
        place = platform, workspace
        found = next((each for each in self._installations() if (each.platform, each.workspace) == place), None)
        return found if found is None or found.joined_to is None else self.installation_by_id(found.joined_to)

    def _installations(self) -> Sequence[Installation]:
        """All there are, asked for once a transaction: a company has one, or one a platform."""
        if self._installed is None:
            self._installed = self._session.exec(_INSTALLATIONS).all()
        return self._installed

    def join(
        self, platform: str, workspace: str, now: datetime, *, beside: str = "", bot_user: str = ""
    ) -> Installation:
        """Make a workspace known that connects, and answer the installation on which its records hang.

        One database is one company's: a workspace on a second platform joins the installation that is there, and so does a
        further one ``beside`` the company's own on the same platform. Another workspace of the same platform is another
        installation, and the room's example joins nothing. Two that connect in the same moment wait for each other.
        """
        known = self.installation(platform, workspace)
        if known is None:
            if self._session.get_bind().dialect.name == "postgresql":
                self._session.execute(_ONE_AT_A_TIME, {"number": JOINING})
            self._installed = None
            known = self.installation(platform, workspace)
        if known is not None:
            return known
        root = self.installation(platform, beside) if beside else self._company_on_another(platform)
        joined_to = None if root is None else root.id
        row = Installation(
            platform=platform, workspace=workspace, bot_user=bot_user, installed_at=now, joined_to=joined_to
        )
        self.add(row)
        return root or row

    def _company_on_another(self, platform: str) -> Installation | None:
        """The first installation whose records may be those of a workspace on this platform."""
        if platform == _ALONE:
            return None
        query = select(Installation).where(
            col(Installation.platform).not_in((platform, _ALONE)), col(Installation.joined_to).is_(None)
        )
        return self._session.exec(query.order_by(col(Installation.id))).first()

    def workspaces(self, installation_id: int) -> Mapping[str, tuple[str, ...]]:
        """The company's own workspaces on each platform it uses, by platform; the one that connected first in front."""
        found: dict[str, tuple[str, ...]] = {}
        for row in self._installations():
            if installation_id in (row.id, row.joined_to):
                found[row.platform] = (*found.get(row.platform, ()), row.workspace)
        return found

    def workspace_of(self, installation_id: int, platform: str) -> str:
        """The company's first own workspace on this platform, through which the bot speaks; "" where it has none."""
        return next(iter(self.workspaces(installation_id).get(platform, ())), "")

    def is_own(self, installation_id: int, platform: str, workspace: str) -> bool:
        """Whether the people of this workspace are the client's own."""
        return workspace in self.workspaces(installation_id).get(platform, ())

    def only_installation(self) -> Installation | None:
        """The first installation there is; None before any workspace was connected."""
        return self._session.exec(select(Installation).order_by(col(Installation.id))).first()

    def installation_by_id(self, installation_id: int) -> Installation | None:
        """The installation with this id."""
        return next((each for each in self._installations() if each.id == installation_id), None)

    def add(self, row: Row) -> Row:
        """Keep a new row and give it its id."""
        self._channels.clear()
        self._places.clear()
        self._installed = None
        self._session.add(row)
        self._session.flush()
        return row

    # providers and programmes
    def providers(self, installation_id: int) -> Sequence[Provider]:
        """All providers by name."""
        return self._session.exec(_PROVIDERS, params={"installation_id": installation_id}).all()

    def provider(self, provider_id: int) -> Provider | None:
        """The provider with this id."""
        return self._known(Provider, provider_id)

    def provider_named(self, installation_id: int, name: str) -> Provider | None:
        """The provider with this name or code, whatever the case."""
        return named(self.providers(installation_id), name)

    def programme(self, programme_id: int) -> Programme | None:
        """The programme with this id."""
        return self._known(Programme, programme_id)

    def programmes(self, installation_id: int, *, state: str | None = "active") -> Sequence[Programme]:
        """Programmes in the order they were set up; ``state`` None for all."""
        query = select(Programme).where(Programme.installation_id == installation_id)
        if state is not None:
            query = query.where(Programme.state == state)
        return self._session.exec(query.order_by(col(Programme.id))).all()

    def programmes_of(self, provider_id: int) -> Sequence[Programme]:
        """A provider's programmes in the order they were set up."""
        return self._session.exec(_PROGRAMMES_OF, params={"provider_id": provider_id}).all()

    # channels
    def channels_at(self, platform: str, workspace: str, channel: str) -> Sequence[Channel]:
        """What a place is bound to: none, one programme, or several."""
        place = platform, workspace, channel
        if place in self._places:
            return self._places[place]
        wanted = {"platform": platform, "workspace": workspace, "channel": channel}
        found = self._session.exec(_CHANNELS_AT, params=wanted).all()
        if self._channels:
            self._places[place] = found
        return found

    def channel(self, programme_id: int, kind: str) -> Channel | None:
        """The programme's first channel of this kind ("shared" or "internal")."""
        if programme_id in self._channels:
            return next((each for each in self._channels[programme_id] if each.kind == kind), None)
        return first_remembered(self._session, (Channel,), _CHANNEL, programme_id=programme_id, kind=kind)

    def channels(self, programme_id: int, kind: str) -> Sequence[Channel]:
        """The programme's channels of this kind, at most one a platform; the one bound first in front."""
        if programme_id in self._channels:
            return [each for each in self._channels[programme_id] if each.kind == kind]
        return remembered(self._session, (Channel,), _CHANNEL, programme_id=programme_id, kind=kind)

    def channels_of(self, installation_id: int) -> Sequence[Channel]:
        """All channels that are bound, in the order they were."""
        query = select(Channel).where(Channel.installation_id == installation_id).order_by(col(Channel.id))
        return self._session.exec(query).all()

    def unbind(self, channel: Channel) -> None:
        """A place is a programme's channel no more; what was said there stays known."""
        self._channels.clear()
        self._places.clear()
        self._session.delete(channel)
        self._session.flush()

    # owners
    def owners(self, programme_id: int) -> Sequence[Owner]:
        """Who is accountable now, both sides, owners before deputies."""
        return remembered(self._session, (Owner,), _OWNERS, programme_id=programme_id)

    def accountable(self, programme_id: int, side: str, role: str = "owner") -> Person | None:
        """The person accountable on a side now, in this role."""
        wanted = {"programme_id": programme_id, "side": side, "role": role}
        return first_remembered(self._session, (Owner,), _ACCOUNTABLE, **wanted)

    def programmes_owned(self, person_id: int) -> Sequence[Programme]:
        """The active programmes a person is owner or deputy of."""
        return self._session.exec(
            select(Programme)
            .join(Owner, col(Owner.programme_id) == col(Programme.id))
            .where(Owner.person_id == person_id, col(Owner.until).is_(None), Programme.state == "active")
            .order_by(col(Programme.id))
            .distinct()
        ).all()

    def resume_owner(self, owner_id: int) -> None:
        """A post that ended goes on."""
        owner = self._session.get(Owner, owner_id)
        if owner is not None:
            owner.until = None
            self._session.add(owner)
            self._session.flush()

    def end_owner(self, owner: Owner, now: datetime) -> None:
        """This person is no longer accountable; the row stays as history."""
        owner.until = now
        self._session.add(owner)
        self._session.flush()


def named(providers: Sequence[Provider], name: str) -> Provider | None:
    """The first of them with this name or code, whatever the case."""
    wanted = name.strip().casefold()
    for provider in providers:
        if provider.name.casefold() == wanted or (provider.code and provider.code.casefold() == wanted):
            return provider
    return None
