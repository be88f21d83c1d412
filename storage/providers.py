"""Installations, providers, programmes, channels and who is accountable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, col, select

from storage.models.person import Person
from storage.models.provider import Channel, Installation, Owner, Programme, Provider

Row = TypeVar("Row", Installation, Provider, Programme, Channel, Owner)


class ProviderRepository:
    """Who is talked to, and where."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # installations
    def installation(self, platform: str, workspace: str) -> Installation | None:
        """The installation of a workspace."""
        return self._session.exec(
            select(Installation).where(Installation.platform == platform, Installation.workspace == workspace)
        ).first()

    def only_installation(self) -> Installation | None:
        """The first installation there is; None before any workspace was connected."""
        return self._session.exec(select(Installation).order_by(col(Installation.id))).first()

    def installation_by_id(self, installation_id: int) -> Installation | None:
        """The installation with this id."""
        return self._session.get(Installation, installation_id)

    def add(self, row: Row) -> Row:
        """Keep a new row and give it its id."""
        self._session.add(row)
        self._session.flush()
        return row

    # providers and programmes
    def providers(self, installation_id: int) -> Sequence[Provider]:
        """All providers by name."""
        query = select(Provider).where(Provider.installation_id == installation_id).order_by(col(Provider.name))
        return self._session.exec(query).all()

    def provider(self, provider_id: int) -> Provider | None:
        """The provider with this id."""
        return self._session.get(Provider, provider_id)

    def provider_named(self, installation_id: int, name: str) -> Provider | None:
        """The provider with this name or code, whatever the case."""
        wanted = name.strip().casefold()
        for provider in self.providers(installation_id):
            if provider.name.casefold() == wanted or (provider.code and provider.code.casefold() == wanted):
                return provider
        return None

    def programme(self, programme_id: int) -> Programme | None:
        """The programme with this id."""
        return self._session.get(Programme, programme_id)

    def programmes(self, installation_id: int, *, state: str | None = "active") -> Sequence[Programme]:
        """Programmes in the order they were set up; ``state`` None for all."""
        query = select(Programme).where(Programme.installation_id == installation_id)
        if state is not None:
            query = query.where(Programme.state == state)
        return self._session.exec(query.order_by(col(Programme.id))).all()

    def programmes_of(self, provider_id: int) -> Sequence[Programme]:
        """A provider's programmes in the order they were set up."""
        query = select(Programme).where(Programme.provider_id == provider_id).order_by(col(Programme.id))
        return self._session.exec(query).all()

    # channels
    def channels_at(self, platform: str, workspace: str, channel: str) -> Sequence[Channel]:
        """What a place is bound to: none, one programme, or several."""
        return self._session.exec(
            select(Channel)
            .where(Channel.platform == platform, Channel.workspace == workspace, Channel.channel == channel)
            .order_by(col(Channel.id))
        ).all()

    def channel(self, programme_id: int, kind: str) -> Channel | None:
        """The programme's first channel of this kind ("shared" or "internal")."""
        return self._session.exec(
            select(Channel).where(Channel.programme_id == programme_id, Channel.kind == kind).order_by(col(Channel.id))
        ).first()

    # owners
    def owners(self, programme_id: int) -> Sequence[Owner]:
        """Who is accountable now, both sides, owners before deputies."""
        return self._session.exec(
            select(Owner)
            .where(Owner.programme_id == programme_id, col(Owner.until).is_(None))
            .order_by(col(Owner.side), col(Owner.role).desc(), col(Owner.id))
        ).all()

    def accountable(self, programme_id: int, side: str, role: str = "owner") -> Person | None:
        """The person accountable on a side now, in this role."""
        return self._session.exec(
            select(Person)
            .join(Owner, col(Owner.person_id) == col(Person.id))
            .where(
                Owner.programme_id == programme_id,
                Owner.side == side,
                Owner.role == role,
                col(Owner.until).is_(None),
            )
            .order_by(col(Owner.id))
        ).first()

    def programmes_owned(self, person_id: int) -> Sequence[Programme]:
        """The active programmes a person is owner or deputy of."""
        return self._session.exec(
            select(Programme)
            .join(Owner, col(Owner.programme_id) == col(Programme.id))
            .where(Owner.person_id == person_id, col(Owner.until).is_(None), Programme.state == "active")
            .order_by(col(Programme.id))
            .distinct()
        ).all()

    def end_owner(self, owner: Owner, now: datetime) -> None:
        """This person is no longer accountable; the row stays as history."""
        owner.until = now
        self._session.add(owner)
        self._session.flush()
