"""The ready example's own cards, as its people would get them in Teams."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from bot.example.companies import WORKSPACE
from bot.example.story import furnish
from bot.teams.forms import sent
from bot.teams.home import home
from bot.teams.render import adaptive
from bot.teams.views import Spot, answered
from handlers.router import Router
from handlers.routes import table
from handlers.saying import decode_card
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import AnyIncoming, Asked, HomeOpened, Pressed, Submitted
from handlers.vocabulary.outgoing import Answer, AnyCard
from storage.database import Database
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.contracts.teams_forms import typed_into

Json = dict[str, Any]
MAYA = Account(Platform.ROOM, WORKSPACE, "maya")
SAVANNA = Place(Platform.ROOM, WORKSPACE, "savanna-shared")


class Example:
    """The example at one moment, in a database of its own."""

    def __init__(self, folder: Path, present: datetime) -> None:
        self.database = Database(f"sqlite:///{folder / 'example.sqlite'}", durable=False)
        SQLModel.metadata.create_all(self.database.engine)
        furnish(self.database, present)
        self._router = Router(table(), lambda: UnitOfWork(self.database))
        self._present = present
        self._events = 0

    def said(self, kind: str, channel: str, words: str) -> Json:
        """The newest message of a kind in a channel with these words in it."""
        with UnitOfWork(self.database) as uow:
            rows = [row for row in uow.outbox.everything() if (row.kind, row.channel) == (kind, channel)]
        row = next(row for row in reversed(rows) if words in row.content)
        return adaptive(_in_teams(row), key=row.key)

    def home(self) -> Json:
        """The manager's Home."""
        card = self._handle(HomeOpened, None).card
        assert card is not None
        return home(card, ["29:maya"])

    def form(self, values: Mapping[str, str]) -> Json:
        """The first form that sets a provider up, sent in with these values and come back with a problem."""
        offered = self._handle(Asked, SAVANNA).card
        assert offered is not None
        button = offered.buttons[0]
        spot = Spot("offer", SAVANNA.channel, in_channel=True)
        opened = answered(self._handle(Pressed, SAVANNA, action=button.action, value=button.value), offered, spot)
        came = sent(typed_into(opened, values))
        again = self._handle(Submitted, SAVANNA, action=came.action, values=came.values, hidden=came.hidden)
        assert again.problems
        return answered(again, offered, spot, form=came.form, values=came.values)

    def _handle(self, kind: Any, place: Place | None, **more: object) -> Answer:
        self._events += 1
        event: AnyIncoming = kind(f"picture-{self._events}", MAYA, place, actor_name="Maya Brooks", **more)
        return self._router.handle(event, self._present)


def _in_teams(row: OutboxRow) -> AnyCard:
    """A stored card whose people are people of Teams, so that mentions look as they do there."""
    return decode_card(row.content.replace(f'"platform":"{Platform.ROOM}"', f'"platform":"{Platform.TEAMS}"'))
