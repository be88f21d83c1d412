"""The platform that is spoken through: the stand-in Slack in a process of its own, failing in every way."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from tests.bench.processes import HOME, environment
from tests.chaos import names
from tests.chaos.asking import NOT_SAVED, Record
from tests.chaos.town import BOT, MANAGER, lead, provider
from tests.standins.slack import VENDOR_TEAM

ANSWER_WITHIN = 30.0
RETRIES = (0.0, 5.0, 25.0)
"""Seconds before an event is sent again; Slack's own 0, 1 and 5 minutes, a twelfth as long."""


class Refused(Exception):
    """The platform itself says no; the message is what the person sees."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How the platform behaves. ``late`` is how many seconds a message may stand there before the history shows it; ``hang``
    how long a call may stay silent before it is carried out; ``slow`` how long every answer takes after the work is done."""

    late: float
    hang: float
    slow: float = 0.25

    def faults(self) -> list[dict[str, Any]]:
        """What befalls calls, each with its chance; the first that strikes counts."""
        troubles: list[tuple[str, str, float, float]] = [
            ("chat.postMessage", "rate_limited", 0.03, 1.0),
            ("chat.postMessage", "error_before", 0.03, 0.0),
            ("chat.postMessage", "drop_before", 0.02, 0.0),
            ("chat.postMessage", "error_after", 0.03, 0.0),
            ("chat.postMessage", "drop_after", 0.03, 0.0),
            ("chat.postMessage", "hang", 0.02, self.hang),
            ("chat.postMessage", "hang", 0.2, 0.5),
            ("chat.postMessage", "slow_answer", 1.0, self.slow),
            ("chat.update", "error_after", 0.03, 0.0),
            ("chat.update", "drop_after", 0.03, 0.0),
            ("chat.update", "error_before", 0.03, 0.0),
            ("reactions.add", "error_before", 0.03, 0.0),
            ("reactions.add", "drop_after", 0.03, 0.0),
            ("conversations.history", "rate_limited", 0.05, 1.0),
            ("conversations.replies", "error_before", 0.05, 0.0),
        ]
        return [{"method": m, "kind": k, "chance": c, "seconds": s, "times": None} for m, k, c, s in troubles]


LONG = Weather(late=8.0, hang=10.5)
SHORT = Weather(late=1.5, hang=2.0)


class Slack:
    """The stand-in, told by its control API."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.standins.slack", "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
            cwd=HOME,
        )
        assert self._child.stdout is not None
        self.told: dict[str, str] = json.loads(self._child.stdout.readline())
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ANSWER_WITHIN))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        self._child.terminate()
        self._child.wait()
        assert self._child.stdout is not None
        self._child.stdout.close()

    def tokens(self, caller: str) -> dict[str, str]:
        """A process' environment; its calls will bear its name."""
        return {
            "SLACK_BOT_TOKEN": self.told["bot_token"],
            "SLACK_SIGNING_SECRET": self.told["signing_secret"],
            "SLACK_API_URL": f"{self.told['url']}/by/{caller}/api/",
        }

    async def furnish(self, programmes: int, zone: str, weather: Weather) -> None:
        """Open the channels, and let it be trouble from now on."""
        await self.control("people", {"id": MANAGER, "name": "maya", "timezone": zone, "is_admin": True})
        for number in range(programmes):
            who = {"id": lead(number), "name": f"liza{number:02}", "team": VENDOR_TEAM, "timezone": zone}
            await self.control("people", who)
            shared, inside = names.shared_channel(number), names.internal_channel(number)
            slug = provider(number).lower().replace(" ", "-")
            await self.control("channels", {"id": shared, "name": slug, "members": [MANAGER, lead(number)]})
            await self.control(
                "channels", {"id": inside, "name": f"{slug}-inside", "members": [MANAGER], "kind": "group"}
            )
        await self.control("settings", {"history_delay_up_to": weather.late, "retry_delays": RETRIES})
        for fault in weather.faults():
            await self.control("faults", fault)

    async def calm(self) -> None:
        """No more trouble; what stands may still show late."""
        async with self._session.delete(f"{self.told['url']}/control/faults") as answer:
            answer.raise_for_status()

    async def sends_to(self, urls: Sequence[str]) -> None:
        """Where requests go, in turn."""
        await self.control("settings", {"request_url": urls[0], "other_urls": list(urls[1:])})

    async def act(self, person: str, verb: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Let a person do something; answers once the program had its first chance. Raises ``Refused``."""
        return await self.control(f"people/{person}/{verb}", body)

    async def standing(self) -> dict[str, Any]:
        """What stands in the channels, and what was whispered."""
        return await self.control("standing")

    async def record(self) -> Record:
        """Everything the platform kept."""
        asked = (self.standing(), self.control("deliveries"), self.control(f"calls?says={quote(NOT_SAVED)}"))
        stands, delivered, told = await asyncio.gather(*asked)
        public = {name: said for name, said in stands["channels"].items() if name.startswith("C0")}
        return Record(delivered["deliveries"], public, [call["at"] for call in told["calls"]], BOT)

    async def calls(self) -> list[dict[str, Any]]:
        """Every post that was tried."""
        return list((await self.control("calls?method=chat.postMessage"))["calls"])

    async def under_way(self) -> list[dict[str, Any]]:
        """The posts that wait for their answer: whose they are, and whether they stand there already."""
        return list((await self.control("under_way?method=chat.postMessage"))["under_way"])

    async def control(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask or tell the control API."""
        url = f"{self.told['url']}/control/{path}"
        request = self._session.get(url) if body is None else self._session.post(url, json=body)
        async with request as answer:
            found: dict[str, Any] = await answer.json()
        if "refused" in found:
            raise Refused(found["refused"])
        if not found.get("ok"):
            raise RuntimeError(f"{path}: {found}")
        return found
