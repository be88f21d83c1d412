"""One application beside both stand-ins: its Slack side is the office itself, its Teams side ``there``."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.slack.manifest import manifest
from tests.journeys.slack.office import Office as SlackOffice
from tests.journeys.teams.office import Office as TeamsOffice
from tests.standins.slack import Rates as SlackRates
from tests.standins.slack import StandInSlack
from tests.standins.teams import INTERNAL, SHARED, Rates, StandInTeams


class Office(SlackOffice):
    """One client's Parley with two doors. ``there`` drives and reads Teams; it has no life of its own."""

    def __init__(self, slack: StandInSlack, teams: StandInTeams, home: Path) -> None:
        super().__init__(slack, home, "http", 0.02)
        self.there = TeamsOffice(teams, home, 0.02)
        self.settings = replace(self.settings, teams=self.there.settings.teams)

    async def is_maya_there(self) -> None:
        """She writes on Teams for the first time; on Slack she is asked whether that is her, since she steers, and says yes."""
        there = self.there
        await there.told(there.maya, "help")
        await self.waits(lambda: [each for each in self.rows("account.proposed") if each.state == "sent"])
        await self.quiet()
        await self.presses(self.maya, "Yes, link them", self.dms(self.maya)[-1])
        await self.waits(lambda: len([each for each in self.rows("account.told") if each.state == "sent"]) == 2)
        await self.quiet()

    async def found(self, port: int) -> None:
        """Both platforms learn where the application listens."""
        self.there.house = self.house
        await super().found(port)
        await self.there.found(port)

    def told_nothing_yet(self) -> bool:
        """Something is on its way from either."""
        return super().told_nothing_yet() or self.there.told_nothing_yet()

    def last_calls(self) -> str:
        """The newest calls of both."""
        return f"Slack: {super().last_calls()}; Teams: {self.there.last_calls()}"


@asynccontextmanager
async def opened(empty: Path, home: Path) -> AsyncIterator[Office]:
    """The application, started beside both stand-ins; stopped whole at the end."""
    shutil.copy(empty, home / "parley.sqlite")
    async with StandInSlack(rates=SlackRates.unlimited()) as slack, StandInTeams(rates=Rates.unlimited()) as teams:
        slack.install_manifest(manifest())
        teams.reads_all, teams.graph_allowed = True, True
        office = Office(slack, teams, home)
        slack.world.clock = teams.world.clock = lambda: office.now.timestamp()  # noqa: PLW0108  the clock moves
        await office.start()
        try:
            for channel in (SHARED, INTERNAL):
                await teams.adds_bot(channel)
            await office.quiet()
            yield office
        finally:
            await office.stop()
        assert slack.complaints == [] and teams.complaints == []
