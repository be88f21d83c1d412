"""The town of a company that uses Slack and Teams: one programme with a shared channel on each.

Maya and Eva of the client, and Rey of Northwind, are on Slack; Ben of the client and Jo, who answers for it at Northwind, on
Teams: Ben in the company's own tenant, Jo in Northwind's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import select

import storage.models as models
from handlers.saying import decode_card
from handlers.vocabulary.address import Account, Place, Platform
from storage.database import Database
from tests.shapes import Shapes
from tests.town import MONDAY, Resident, Town, town_at

TEAMS = Shapes(Platform.TEAMS)
TENANT, VENDOR = TEAMS.workspace("CLIENT"), TEAMS.workspace("NORTHWIND")
TEAMS_CHANNEL = Place(Platform.TEAMS, TENANT, TEAMS.channel("SHARED"))


@dataclass
class OnTeams(Resident):
    """A person who uses Teams."""

    @property
    def account(self) -> Account:
        """Their identity there."""
        return Account(Platform.TEAMS, self.workspace, self.user)

    def answers(self, words: str, under: str) -> None:
        """Reply on Teams in the thread of the twin of what was said as ``under``, or of that itself if it stands there."""
        ref = next(row.ref for row in family(self.town, under) if row.platform == Platform.TEAMS)
        self.says(words, at=TEAMS_CHANNEL, thread=ref)


class TwoTown(Town):
    """The town with a tenant on Teams joined to its Slack workspace."""

    ben: OnTeams
    jo: OnTeams

    def __post_init__(self) -> None:
        super().__post_init__()
        with self.units() as uow:
            joined = uow.providers.installation(Platform.TEAMS, TENANT)
        if joined is None:
            self._join()
        self.ben = self.on_teams("Ben Carter", TENANT, "BEN")
        self.jo = self.on_teams("Jo Santos", VENDOR, "JO")

    def on_teams(self, name: str, tenant: str, user: str) -> OnTeams:
        """Somebody on Teams, known to us or not."""
        return OnTeams(self, name, tenant, TEAMS.user(user), TEAMS_CHANNEL)

    def _join(self) -> None:
        with self.units() as uow:
            uow.providers.join(Platform.TEAMS, TENANT, self.now)
            uow.providers.add(
                models.Channel(
                    installation_id=1,
                    programme_id=1,
                    platform=Platform.TEAMS,
                    workspace=TENANT,
                    channel=TEAMS_CHANNEL.channel,
                    kind="shared",
                )
            )
            for name, tenant, user in (("Ben Carter", TENANT, "BEN"), ("Jo Santos", VENDOR, "JO")):
                person = uow.session.exec(select(models.Person).where(models.Person.name == name)).one()
                account = uow.people.account(person.id or 0, Platform.SLACK)
                assert account is not None
                account.platform, account.workspace, account.user = Platform.TEAMS, tenant, TEAMS.user(user)
                uow.session.add(account)
            uow.commit()

    def on(self, platform: Platform, kind: str | None = None) -> list[models.OutboxRow]:
        """What stands in the programme's shared channel on this platform, oldest first."""
        channel = TEAMS_CHANNEL.channel if platform is Platform.TEAMS else self.shared_place.channel
        return [row for row in self.rows(kind=kind) if row.channel == channel and row.state == "sent"]

    def texts(self, platform: Platform, kind: str | None = None) -> list[str]:
        """The fallback texts of it."""
        return [decode_card(row.content).text for row in self.on(platform, kind)]


def family(town: Town, once: str) -> list[models.OutboxRow]:
    """What was said as ``once``, and its twins."""
    with town.units() as uow:
        row = uow.outbox.by_once(once)
        assert row is not None, f"{once} was not said"
        return [row, *uow.outbox.twins_of(row.key)]


def two_towns_at(folder: Path, now: datetime = MONDAY) -> TwoTown:
    """A fresh town on a database file in ``folder``."""
    town_at(folder, now, Platform.SLACK)
    return TwoTown(Database(f"sqlite:///{folder / 'town.sqlite'}", durable=False), now, Platform.SLACK)
