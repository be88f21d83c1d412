"""The Slack door, whole: Socket Mode where there is an app token, signed HTTP where there is a signing secret, or both."""

from __future__ import annotations

from starlette.routing import BaseRoute

from bot.afterwards import Afterwards
from bot.delivery.patience import Patience
from bot.doors import Hall
from bot.settings import Settings
from bot.slack.connection import SocketConnection
from bot.slack.gateway import SlackGateway
from bot.slack.installing import Introduced, introduce
from bot.slack.listeners import build_app
from bot.slack.routes import slack_routes
from handlers.vocabulary.address import Platform


def prepare_data(settings: Settings) -> None:
    """Slack begins with an empty database."""


def door(hall: Hall) -> SlackDoor:
    """Build the door; nothing is sent yet."""
    return SlackDoor(hall)


class SlackDoor:
    """Slack, as the house sees it."""

    def __init__(self, hall: Hall) -> None:
        slack = hall.settings.slack
        assert slack is not None
        self.gateways = {Platform.SLACK: SlackGateway(slack)}
        self.patience = {Platform.SLACK: Patience(settle=hall.settings.settle)}
        self._hall, self._slack = hall, slack
        self._afterwards = Afterwards()
        app = build_app(
            slack, Introduced(hall.dispatch, self._introduce), afterwards=self._afterwards, answered=hall.answered
        )
        self._socket = None if slack.app_token is None else SocketConnection(app, slack)
        self.routes: list[BaseRoute] = [] if slack.signing_secret is None else list(slack_routes(app, slack))

    async def _introduce(self) -> bool:
        return await introduce(self._slack, self._hall.units, self._hall.run, self._hall.clock.now)

    async def prepare(self) -> None:
        """Nothing: the calendar does not need Slack."""

    async def open(self) -> None:
        """Learn which workspace this is, then connect."""
        await self._introduce()
        if self._socket is not None:
            await self._socket.start()

    async def close(self) -> None:
        """Disconnect, and finish what follows acknowledgements already given."""
        if self._socket is not None:
            await self._socket.stop()
        await self._afterwards.finish()

    @property
    def busy(self) -> bool:
        """Whether something that follows an acknowledgement is under way."""
        return self._afterwards.busy
