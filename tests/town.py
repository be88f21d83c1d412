"""A small town for tests of handlers: one client, providers, people with seats, a clock that is moved by hand.

It speaks to the real router over a real database and reads the real outbox; nothing is sent anywhere. Journeys read like a
chat: ``town.maya.types("report")``, ``town.jo.replies("ack", under="issue.card:1")``, ``town.shared()``.
"""

from __future__ import annotations

import itertools
import sqlite3
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import inspect
from sqlmodel import SQLModel, col, select

import storage.models as models
from bot.errands import Ask, found_event
from bot.ports import Found
from handlers.router import Router, follow
from handlers.routes import FIRINGS, table
from handlers.saying import decode
from handlers.schedules import tick
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import Asked, Pressed, Said, Shortcut, Submitted
from handlers.vocabulary.outgoing import Answer, Errand, Reaction
from storage.database import Database
from storage.outbox import ERRAND
from storage.unit_of_work import UnitOfWork

CLIENT = "T-CLIENT"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning; the United Kingdom and the Philippines are eight hours apart then."""


@dataclass
class Resident:
    """A person with an account; everything they do goes through the router."""

    town: Town
    name: str
    workspace: str
    user: str
    here: Place

    @property
    def account(self) -> Account:
        """Their identity."""
        return Account(Platform.ROOM, self.workspace, self.user)

    def types(self, words: str = "", *, at: Place | None = None) -> Answer:
        """Use the root command."""
        return self.town.handle(
            Asked(self.town.event(), self.account, at or self.here, actor_name=self.name, words=words)
        )

    def mentions(self, words: str, *, at: Place | None = None, thread: str | None = None) -> Answer:
        """Mention the bot."""
        message = self.town.event()
        event = Asked(
            message,
            self.account,
            at or self.here,
            actor_name=self.name,
            words=words,
            mention=True,
            thread=thread,
            message=message,
        )
        return self.town.handle(event)

    def says(self, words: str, *, at: Place | None = None, thread: str | None = None, direct: bool = False) -> Answer:
        """Say something plainly; ``thread`` is the root's reference."""
        message = self.town.event()
        event = Said(
            message,
            self.account,
            at or self.here,
            actor_name=self.name,
            words=words,
            message=message,
            thread=thread,
            direct=direct,
        )
        return self.town.handle(event)

    def replies(self, words: str, *, under: str) -> Answer:
        """Reply in the thread of the message that was said as ``under`` (its ``once``)."""
        row = self.town.row(under)
        assert row is not None and row.ref is not None, f"{under} was not sent"
        return self.says(words, at=Place(Platform.ROOM, row.workspace, row.channel), thread=row.ref)

    def presses(self, action: str, value: str = "", *, at: Place | None = None) -> Answer:
        """Press a button by its action."""
        return self.town.handle(
            Pressed(self.town.event(), self.account, at or self.here, actor_name=self.name, action=action, value=value)
        )

    def submits(self, action: str, values: Mapping[str, str], hidden: str = "") -> Answer:
        """Send a form in."""
        return self.town.handle(
            Submitted(
                self.town.event(),
                self.account,
                self.here,
                actor_name=self.name,
                action=action,
                values=values,
                hidden=hidden,
            )
        )

    def uses_shortcut(self, name: str, words: str, message: str = "m1") -> Answer:
        """Use a message shortcut."""
        return self.town.handle(
            Shortcut(
                self.town.event(),
                self.account,
                self.here,
                actor_name=self.name,
                name=name,
                message=message,
                words=words,
            )
        )


@dataclass
class Town:
    """The town. ``maya`` manages for the client in London; ``jo`` leads at Northwind Manila; ``eva`` is an executive."""

    database: Database
    now: datetime = MONDAY
    directory: dict[str, Found] = field(default_factory=dict)
    """Whom the platform can tell of, by user id; an errand about anybody else comes to nothing."""
    counter: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        if not inspect(self.database.engine).has_table("parley_installation"):
            SQLModel.metadata.create_all(self.database.engine)
        self.router = Router(table(), self.units)
        self.shared_place = Place(Platform.ROOM, CLIENT, "C-SHARED")
        self.internal_place = Place(Platform.ROOM, CLIENT, "C-INTERNAL")
        if not self._is_settled():
            self._settle()
        self.maya = Resident(self, "Maya Brooks", CLIENT, "U-MAYA", self.shared_place)
        self.ben = Resident(self, "Ben Carter", CLIENT, "U-BEN", self.shared_place)
        self.eva = Resident(self, "Eva Lindqvist", CLIENT, "U-EVA", self.internal_place)
        self.jo = Resident(self, "Jo Santos", "T-NORTHWIND", "U-JO", self.shared_place)
        self.rey = Resident(self, "Rey Cruz", "T-NORTHWIND", "U-REY", self.shared_place)

    # --- what happens
    def units(self) -> UnitOfWork:
        """A fresh unit of work."""
        return UnitOfWork(self.database)

    def event(self) -> str:
        """A fresh event id."""
        return f"ev-{next(self.counter):04d}"

    def handle(self, event: object) -> Answer:
        """Through the router, then everything said is delivered at once."""
        answer = self.router.handle(event, self.now)  # type: ignore[arg-type]  # any incoming event
        self.deliver()
        return answer

    def deliver(self) -> None:
        """Everything open stands in its channel now, under a reference of its own; errands are answered."""
        asked: list[models.OutboxRow] = []
        with self.units() as uow:
            for row in uow.outbox.open():
                if row.kind == ERRAND:
                    row.state = "sent" if row.account_user in self.directory else "dropped"
                    uow.session.add(row)
                    asked.append(row)
                    continue
                row.ref = row.ref or f"ref-{row.seq:04d}"
                row.channel = row.channel or f"D-{row.account_user}"
                row.state, row.sent_revision, row.sent_at = "sent", row.revision, self.now
                uow.session.add(row)
            uow.commit()

        for row in asked:
            self._find(row)

    def _find(self, row: models.OutboxRow) -> None:
        """What the directory tells of whom an errand asked for, once."""
        errand, found = decode(row.content), self.directory.get(row.account_user)
        if found is not None and isinstance(errand, Errand):
            self.handle(found_event(row.key, Ask(errand, row.installation_id), found))

    def later(self, **span: float) -> None:
        """Let time pass (days=1, hours=2), acting on everything that comes due in between, at its own moment."""
        self.until(self.now + timedelta(**span))

    def until(self, moment: datetime) -> None:
        """Let time pass up to a moment."""
        while True:
            with self.units() as uow:
                due = uow.schedules.next_at()
            if due is None or due > moment:
                break
            self.now = max(self.now, due)
            self._tick()
        self.now = moment

    def _tick(self) -> None:
        with self.units() as uow:
            tick(uow, self.now, FIRINGS)
            follow(table().followers, uow, self.now)
            uow.commit()
        self.deliver()

    def takes_on(self, name: str, programme: str, channel: str) -> tuple[int, int]:
        """One more provider, with a programme and its shared channel; nobody answers for it yet. Answers the ids of the
        provider and of the programme."""
        with self.units() as uow:
            provider = uow.providers.add(models.Provider(installation_id=1, name=name, created_at=self.now))
            assert provider.id is not None
            served = uow.providers.add(
                models.Programme(
                    installation_id=1,
                    provider_id=provider.id,
                    name=programme,
                    anchor_zone="Europe/London",
                    digest_wall="mon 08:30",
                    figures_wall="tue 10:00",
                    created_at=self.now,
                )
            )
            assert served.id is not None
            uow.providers.add(
                models.Channel(
                    installation_id=1,
                    programme_id=served.id,
                    platform="room",
                    workspace=CLIENT,
                    channel=channel,
                    kind="shared",
                )
            )
            ids = provider.id, served.id
            uow.commit()
        return ids

    # --- what can be seen
    def row(self, once: str) -> models.OutboxRow | None:
        """The message that was said as ``once``."""
        with self.units() as uow:
            return uow.outbox.by_once(once)

    def rows(self, *, kind: str | None = None, visibility: str | None = None) -> list[models.OutboxRow]:
        """All messages, oldest first."""
        with self.units() as uow:
            query = select(models.OutboxRow).order_by(col(models.OutboxRow.seq))
            found = [
                row for row in uow.session.exec(query).all() if not isinstance(decode(row.content), Reaction | Errand)
            ]
        return [row for row in found if kind in (None, row.kind) and visibility in (None, row.visibility)]

    def shared(self) -> list[str]:
        """The fallback texts of what stands in the shared channel."""
        return [decode(row.content).text for row in self.rows() if row.channel == "C-SHARED"]  # type: ignore[union-attr]

    def reactions(self) -> list[str]:
        """The emoji the bot put, in order."""
        with self.units() as uow:
            contents = [
                decode(row.content)
                for row in uow.session.exec(select(models.OutboxRow).order_by(col(models.OutboxRow.seq)))
            ]
        return [content.name for content in contents if isinstance(content, Reaction)]

    def _is_settled(self) -> bool:
        with self.units() as uow:
            return uow.providers.only_installation() is not None

    def _settle(self) -> None:
        """One client, one provider set up with its owners, in two zones."""
        with self.units() as uow:
            installation = uow.providers.add(
                models.Installation(platform="room", workspace=CLIENT, name="Client", installed_at=self.now)
            )
            assert installation.id is not None
            provider = uow.providers.add(
                models.Provider(
                    installation_id=installation.id,
                    name="Northwind Manila",
                    country="PH",
                    zone="Asia/Manila",
                    created_at=self.now,
                )
            )
            assert provider.id is not None
            programme = uow.providers.add(
                models.Programme(
                    installation_id=installation.id,
                    provider_id=provider.id,
                    name="Voice support",
                    anchor_zone="Europe/London",
                    digest_wall="mon 08:30",
                    figures_wall="tue 10:00",
                    created_at=self.now,
                )
            )
            assert programme.id is not None
            for channel, kind in (("C-SHARED", "shared"), ("C-INTERNAL", "internal")):
                uow.providers.add(
                    models.Channel(
                        installation_id=installation.id,
                        programme_id=programme.id,
                        platform="room",
                        workspace=CLIENT,
                        channel=channel,
                        kind=kind,
                    )
                )
            people = (
                ("Maya Brooks", "client", "manager", CLIENT, "U-MAYA", "Europe/London", "GB", None),
                ("Ben Carter", "client", "member", CLIENT, "U-BEN", "Europe/London", "GB", None),
                ("Eva Lindqvist", "client", "executive", CLIENT, "U-EVA", "Europe/London", "GB", None),
                ("Jo Santos", "provider", "lead", "T-NORTHWIND", "U-JO", "Asia/Manila", "PH", provider.id),
                ("Rey Cruz", "provider", "member", "T-NORTHWIND", "U-REY", "Asia/Manila", "PH", provider.id),
            )
            for name, side, role, workspace, user, zone, country, of in people:
                person = uow.people.add(
                    models.Person(
                        installation_id=installation.id,
                        provider_id=of,
                        name=name,
                        side=side,
                        role=role,
                        zone=zone,
                        country=country,
                        created_at=self.now,
                    )
                )
                uow.people.connect(person, "room", workspace, user)
                duty = {"Maya Brooks": "owner", "Ben Carter": "deputy", "Jo Santos": "owner", "Rey Cruz": "deputy"}.get(
                    name
                )
                if duty is not None:
                    assert person.id is not None
                    uow.providers.add(
                        models.Owner(
                            programme_id=programme.id, side=side, role=duty, person_id=person.id, since=self.now
                        )
                    )
            uow.commit()


def town_at(folder: Path, now: datetime = MONDAY) -> Town:
    """A fresh town on a database file in ``folder``: a copy of one that was settled once a process."""
    file = folder / "town.sqlite"
    file.write_bytes(_settled(now))
    return Town(Database(f"sqlite:///{file}", durable=False), now)


@cache
def _settled(now: datetime) -> bytes:
    """The file of a town just settled."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "town.sqlite"
        database = Database(f"sqlite:///{file}", durable=False)
        Town(database, now)
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        database.dispose()
        return file.read_bytes()
