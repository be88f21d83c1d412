"""What is in a database, in a few words: whose, how much, and whether it is only the example."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlmodel import col

from bot.example.companies import NEWCOMER, companies
from handlers.vocabulary.address import Platform
from storage.models.delivery import OutboxRow
from storage.models.metrics import Figure
from storage.models.provider import Installation, Provider
from storage.models.room import RoomMessage
from storage.outbox import ERRAND

EXAMPLE_NONCE = "example:%"
"""What the example's people said is marked so; nobody else's messages are."""


@dataclass(frozen=True, slots=True)
class Standing:
    """``client`` is the company's name, or its workspace where it has none; "" while no workspace was connected.

    ``example`` is whether the invented companies are in it, ``own`` the providers somebody added to them.
    """

    client: str
    providers: int
    figures: int
    messages: int
    example: bool
    own: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nobody would miss it."""
        return not (self.providers or self.figures or self.messages)

    def counted(self) -> str:
        """How much of what."""
        amounts = (("provider", self.providers), ("figure", self.figures), ("message", self.messages))
        return ", ".join(f"{count:,} {noun}{'' if count == 1 else 's'}" for noun, count in amounts)

    def words(self) -> str:
        """In one line."""
        counted = self.counted()
        if self.example:
            added = f"; added to it: {', '.join(self.own)}" if self.own else ""
            return f"the example ({counted}{added})"
        whose = f" of {self.client}" if self.client else ""
        return f"an empty database{whose}" if self.empty else f"real data{whose or ' of nobody yet'} ({counted})"


def standing(connection: Connection) -> Standing:
    """Look into a database of any version."""
    installed = connection.execute(
        select(col(Installation.platform), col(Installation.workspace), col(Installation.name)).order_by(
            col(Installation.id)
        )
    ).all()
    providers = list(connection.execute(select(col(Provider.name)).order_by(col(Provider.name))).scalars())
    example = _has_example(connection) and all(row.platform == Platform.ROOM for row in installed)
    invented = {each.name for each in companies()} | {NEWCOMER.company}
    return Standing(
        client=" and ".join(row.name or row.workspace for row in installed),
        providers=len(providers),
        figures=connection.execute(select(func.count()).select_from(Figure)).scalar_one(),
        messages=connection.execute(
            select(func.count()).select_from(OutboxRow).where(col(OutboxRow.kind) != ERRAND)
        ).scalar_one(),
        example=example,
        own=tuple(name for name in providers if name not in invented) if example else (),
    )


def _has_example(connection: Connection) -> bool:
    told = select(col(RoomMessage.id)).where(col(RoomMessage.nonce).like(EXAMPLE_NONCE)).limit(1)
    return connection.execute(told).first() is not None
