"""A small town for tests of handlers: one client, providers, people with seats, a clock that is moved by hand.

It speaks to the real router over a real database and reads the real outbox; nothing is sent anywhere, but whatever is said is
drawn as its platform would show it. The town lives in the room unless it is built on Slack or Teams. Journeys read like a
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
from bot.delivery.errands import Ask, found_event
from bot.ports import Found
from handlers import outsiders
from handlers.router import Router, follow
from handlers.routes import FIRINGS, table
from handlers.saying import decode, with_why
from handlers.schedules import tick
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import Asked, Pressed, Said, Shortcut, Submitted
from handlers.vocabulary.outgoing import Answer, Errand, Reaction
from storage.database import Database
from storage.outbox import ERRAND
from storage.unit_of_work import UnitOfWork
from tests.drawn import prove_answer, prove_card
from tests.shapes import Shapes

CLIENT = "T-CLIENT"
"""The client's workspace in the room."""
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
        return Account(self.town.platform, self.workspace, self.user)

    @property
    def has_a_chat(self) -> bool:
        """Whether the bot can write to them directly: on Teams it has no chat with people of other companies."""
        return self.town.chats_with(self.workspace)

    def types(self, words: str = "", *, at: Place | None = None) -> Answer:
        """Use the root command."""
        return self.town.handle(
            Asked(self.town.event(), self.account, at or self.here, actor_name=self.name, words=words)
        )

    def mentions(self, words: str, *, at: Place | None = None, thread: str | None = None) -> Answer:
        """Mention the bot."""
        event_id, message = self.town.event_and_message()
        event = Asked(
            event_id,
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
        event_id, message = self.town.event_and_message()
        event = Said(
            event_id,
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
        """Reply in the thread of the message that was said as ``under`` (its ``once``), or of the line in its place."""
        row, root = self.town.found(under)
        return self.says(words, at=Place(Platform(row.platform), row.workspace, row.channel), thread=root)

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
    platform: Platform = Platform.ROOM
    directory: dict[str, Found] = field(default_factory=dict)
    """Whom the platform can tell of, by user id; an errand about anybody else comes to nothing."""
    counter: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        if not inspect(self.database.engine).has_table("parley_installation"):
            SQLModel.metadata.create_all(self.database.engine)
        self.shapes = Shapes(self.platform)
        self.router = Router(table(), self.units)
        self.shared_place, self.internal_place = self.place("SHARED"), self.place("INTERNAL")
        if not self._is_settled():
            self._settle()
        self.maya = self.somebody("Maya Brooks", "CLIENT", "MAYA")
        self.ben = self.somebody("Ben Carter", "CLIENT", "BEN")
        self.eva = self.somebody("Eva Lindqvist", "CLIENT", "EVA", self.internal_place)
        self.jo = self.somebody("Jo Santos", "NORTHWIND", "JO")
        self.rey = self.somebody("Rey Cruz", "NORTHWIND", "REY")

    # --- who is who, in the platform's own shapes
    @property
    def client(self) -> str:
        """The client's workspace."""
        return self.workspace("CLIENT")

    def user(self, name: str) -> str:
        """The user id of "MAYA"."""
        return self.shapes.user(name)

    def workspace(self, name: str) -> str:
        """The workspace of "NORTHWIND"."""
        return self.shapes.workspace(name)

    def channel(self, name: str) -> str:
        """The id of the channel "SHARED"."""
        return self.shapes.channel(name)

    def chats_with(self, workspace: str) -> bool:
        """Whether the platform lets the bot write to people of this workspace directly."""
        return self.platform is not Platform.TEAMS or workspace == self.client

    def place(self, name: str) -> Place:
        """The channel "SHARED" of the client."""
        return Place(self.platform, self.client, self.channel(name))

    def direct(self, name: str) -> Place:
        """The conversation of the bot with "MAYA"."""
        return Place(self.platform, self.client, self.shapes.direct(self.user(name)))

    def somebody(self, name: str, company: str, user: str, here: Place | None = None) -> Resident:
        """Who has the account ``user`` ("MAYA") in the workspace of ``company`` ("CLIENT"), known to us or not."""
        return Resident(self, name, self.workspace(company), self.user(user), here or self.shared_place)

    # --- what happens
    def units(self) -> UnitOfWork:
        """A fresh unit of work."""
        return UnitOfWork(self.database)

    def event(self) -> str:
        """A fresh event id."""
        return self.event_and_message()[0]

    def event_and_message(self) -> tuple[str, str]:
        """A fresh event id, and the reference of the message it tells of."""
        number = next(self.counter)
        return f"ev-{number:04d}", self.shapes.message(number)

    def handle(self, event: object) -> Answer:
        """Through the router, then everything said is delivered at once."""
        answer = self.router.handle(event, self.now)  # type: ignore[arg-type]  # any incoming event
        prove_answer(self.platform, answer)
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
                alone = bool(row.account_user) and not row.channel
                assert not alone or self.chats_with(row.account_workspace), f"{row.once} reaches nobody on Teams"
                self._draw(row)
                assert row.seq is not None
                shapes = Shapes(Platform(row.platform))  # a company may use two platforms
                row.ref = row.ref or shapes.message(row.seq, by_the_bot=True)
                row.channel = row.channel or shapes.direct(row.account_user)
                row.state, row.sent_revision, row.sent_at = "sent", row.revision, self.now
                uow.session.add(row)
            uow.commit()

        for row in asked:
            self._find(row)

    def _draw(self, row: models.OutboxRow) -> None:
        """Its platform takes it as it is."""
        content = decode(row.content)
        if not isinstance(content, Reaction | Errand):
            prove_card(Platform(row.platform), with_why(content, row), row.key)

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
                    platform=self.platform,
                    workspace=self.client,
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

    def found(self, once: str) -> tuple[models.OutboxRow, str]:
        """Where people find what was said as ``once``: the message, or the first line in a thread that stands for it, and the
        reference of the message that a reply to it hangs under."""
        row = self.row(once)
        line = row if row is not None and row.ref is not None else next(iter(self.beside(once)), None)
        assert line is not None and line.ref is not None, f"{once} was not sent"
        with self.units() as uow:
            above = None if line is row or line.thread_card is None else uow.outbox.by_key(line.thread_card)
        return line, (above.ref if above is not None else None) or line.ref

    def rows(self, *, kind: str | None = None, visibility: str | None = None) -> list[models.OutboxRow]:
        """All messages, oldest first. Of a direct message that cannot be sent, the line in its place is left out: see
        ``beside``."""
        found = [row for row in self._said() if not outsiders.is_beside(row)]
        return [row for row in found if kind in (None, row.kind) and visibility in (None, row.visibility)]

    def beside(self, once: str = "") -> list[models.OutboxRow]:
        """The lines in threads that stand for a direct message which was said as ``once``; all of them without it."""
        lines = [row for row in self._said() if outsiders.is_beside(row)]
        return [row for row in lines if once in ("", row.once.partition(outsiders.BESIDE)[0])]

    def _said(self) -> list[models.OutboxRow]:
        with self.units() as uow:
            query = select(models.OutboxRow).order_by(col(models.OutboxRow.seq))
            return [
                row for row in uow.session.exec(query).all() if not isinstance(decode(row.content), Reaction | Errand)
            ]

    def shared(self) -> list[str]:
        """The fallback texts of what stands in the shared channel."""
        return [decode(row.content).text for row in self.rows() if row.channel == self.shared_place.channel]  # type: ignore[union-attr]

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
                models.Installation(platform=self.platform, workspace=self.client, name="Client", installed_at=self.now)
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
            for place, kind in ((self.shared_place, "shared"), (self.internal_place, "internal")):
                uow.providers.add(
                    models.Channel(
                        installation_id=installation.id,
                        programme_id=programme.id,
                        platform=place.platform,
                        workspace=place.workspace,
                        channel=place.channel,
                        kind=kind,
                    )
                )
            people = (
                ("Maya Brooks", "client", "manager", "CLIENT", "MAYA", "Europe/London", "GB", None),
                ("Ben Carter", "client", "member", "CLIENT", "BEN", "Europe/London", "GB", None),
                ("Eva Lindqvist", "client", "executive", "CLIENT", "EVA", "Europe/London", "GB", None),
                ("Jo Santos", "provider", "lead", "NORTHWIND", "JO", "Asia/Manila", "PH", provider.id),
                ("Rey Cruz", "provider", "member", "NORTHWIND", "REY", "Asia/Manila", "PH", provider.id),
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
                uow.people.connect(person, self.platform, self.workspace(workspace), self.user(user))
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


def town_at(folder: Path, now: datetime = MONDAY, platform: Platform = Platform.ROOM) -> Town:
    """A fresh town on a database file in ``folder``: a copy of one that was settled once a process."""
    file = folder / "town.sqlite"
    file.write_bytes(_settled(now, platform))
    return Town(Database(f"sqlite:///{file}", durable=False), now, platform)


@cache
def _settled(now: datetime, platform: Platform) -> bytes:
    """The file of a town just settled."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "town.sqlite"
        database = Database(f"sqlite:///{file}", durable=False)
        Town(database, now, platform)
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        database.dispose()
        return file.read_bytes()
