"""The platform that is spoken through: a stand-in in a process of its own, failing in every way; here what all have in common,
and Slack."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from storage.unit_of_work import UnitOfWork
from tests.bench.processes import HOME, environment
from tests.chaos import asking, names
from tests.chaos.asking import NOT_SAVED, Record
from tests.chaos.cast import SLACK, Cast, provider
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


LONG = Weather(late=8.0, hang=10.5)
SHORT = Weather(late=1.5, hang=2.0)


Trouble = tuple[str, str, float, float]
"""A call, what befalls it, its chance, and seconds."""


class Platform:
    """A stand-in, told by its control API. Subclasses say how people do things there."""

    module: str
    cast: Cast
    path: str
    """Where the program takes this platform's requests."""
    posting: str
    """The calls that post."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", self.module, "--port", "0"],
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
        raise NotImplementedError

    async def furnish(self, programmes: int, zone: str, weather: Weather) -> None:
        """Open the channels, and let it be trouble from now on."""
        raise NotImplementedError

    def remembered(self, uow: UnitOfWork, programmes: int, now: datetime) -> None:
        """What the program was told of the channels when it was added to them, where it has to remember that."""

    # --- what people do; each answers once the program had its first chance, with "failure" None if it took it

    async def mentions(self, person: str, channel: str, words: str) -> dict[str, Any]:
        """Mention the bot."""
        raise NotImplementedError

    async def orders(self, person: str, channel: str, words: str) -> dict[str, Any]:
        """The manager's way to say what is to be done: the root command, where there is one. ``{user id}`` is a mention."""
        raise NotImplementedError

    async def fills_in(self, person: str, channel: str, words: str) -> dict[str, Any]:
        """Open a form by these words and send it in as it is."""
        raise NotImplementedError

    async def says(self, person: str, channel: str, words: str, root: str) -> dict[str, Any]:
        """Reply in a thread."""
        raise NotImplementedError

    async def presses(self, person: str, channel: str, message: str, label: str) -> dict[str, Any]:
        """Press a button."""
        raise NotImplementedError

    # --- what was kept

    async def record(self) -> Record:
        """Everything the platform kept."""
        raise NotImplementedError

    async def standing(self) -> dict[str, Any]:
        """What stands in the channels, and what was whispered."""
        return await self.control("standing")

    async def calls(self) -> list[dict[str, Any]]:
        """Every post that was tried."""
        return list((await self.control(f"calls?method={self.posting}"))["calls"])

    async def under_way(self) -> list[dict[str, Any]]:
        """The posts that wait for their answer: whose they are, and whether they stand there already."""
        return list((await self.control(f"under_way?method={self.posting}"))["under_way"])

    def key_of(self, call: Mapping[str, Any]) -> str:
        """The key a post carried."""
        raise NotImplementedError

    # --- trouble

    async def befall(self, troubles: Sequence[Trouble]) -> None:
        """Let it be trouble from now on: what befalls calls, each with its chance; the first that strikes counts."""
        for method, kind, chance, seconds in troubles:
            fault = {"method": method, "kind": kind, "chance": chance, "seconds": seconds, "times": None}
            await self.control("faults", fault)

    async def calm(self) -> None:
        """No more trouble; what stands may still show late."""
        async with self._session.delete(f"{self.told['url']}/control/faults") as answer:
            answer.raise_for_status()

    async def sends_to(self, urls: Sequence[str]) -> None:
        """Where requests go, in turn."""
        first, *others = (f"{url}{self.path}" for url in urls)
        await self.control("settings", {"request_url": first, "other_urls": others})

    async def act(self, person: str, verb: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Let a person do something; answers once the program had its first chance. Raises ``Refused``."""
        return await self.control(f"people/{person}/{verb}", body)

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


class Slack(Platform):
    """The stand-in Slack."""

    module, cast, path, posting = "tests.standins.slack", SLACK, "/slack/events", "chat.postMessage"

    def __init__(self) -> None:
        super().__init__()
        self._at_form = asyncio.Lock()

    def tokens(self, caller: str) -> dict[str, str]:
        """A process' environment; its calls will bear its name."""
        return {
            "SLACK_BOT_TOKEN": self.told["bot_token"],
            "SLACK_SIGNING_SECRET": self.told["signing_secret"],
            "SLACK_API_URL": f"{self.told['url']}/by/{caller}/api/",
        }

    async def furnish(self, programmes: int, zone: str, weather: Weather) -> None:
        """Open the channels, and let it be trouble from now on."""
        cast = self.cast
        await self.control("people", {"id": cast.manager, "name": "maya", "timezone": zone, "is_admin": True})
        for number in range(programmes):
            lead = cast.lead(number)
            await self.control(
                "people", {"id": lead, "name": f"liza{number:02}", "team": VENDOR_TEAM, "timezone": zone}
            )
            shared, inside = names.shared_channel(number), names.internal_channel(number)
            slug = provider(number).lower().replace(" ", "-")
            await self.control("channels", {"id": shared, "name": slug, "members": [cast.manager, lead]})
            await self.control(
                "channels", {"id": inside, "name": f"{slug}-inside", "members": [cast.manager], "kind": "group"}
            )
        await self.control("settings", {"history_delay_up_to": weather.late, "retry_delays": RETRIES})
        await self.befall(_slack_troubles(weather))

    async def mentions(self, person: str, channel: str, words: str) -> dict[str, Any]:
        """Mention the bot."""
        return await self.act(person, "says", {"channel": channel, "text": f"<@{self.cast.bot}> {words}"})

    async def orders(self, person: str, channel: str, words: str) -> dict[str, Any]:
        """The root command."""
        said = words.replace("{", "<@").replace("}", ">")
        return await self.act(person, "command", {"command": "/vendor", "text": said, "channel": channel})

    async def fills_in(self, person: str, channel: str, words: str) -> dict[str, Any]:
        """By the root command; one person fills in one form at a time."""
        async with self._at_form:
            await self.act(person, "leaves_forms", {})
            opened = await self.orders(person, channel, words)
            return await self.act(person, "submits", {}) if opened["open_view"] else opened

    async def says(self, person: str, channel: str, words: str, root: str) -> dict[str, Any]:
        """Reply in a thread."""
        return await self.act(person, "says", {"channel": channel, "text": words, "thread": root})

    async def presses(self, person: str, channel: str, message: str, label: str) -> dict[str, Any]:
        """Press a button."""
        return await self.act(person, "clicks", {"label": label, "channel": channel, "ts": message})

    async def record(self) -> Record:
        """Everything the platform kept."""
        asked = (self.standing(), self.control("deliveries"), self.control(f"calls?says={quote(NOT_SAVED)}"))
        stands, delivered, told = await asyncio.gather(*asked)
        public = {name: said for name, said in stands["channels"].items() if name.startswith("C0")}
        at = [call["at"] for call in told["calls"]]
        return Record(delivered["deliveries"], public, at, self.cast.bot, asking.asked_of)

    def key_of(self, call: Mapping[str, Any]) -> str:
        """From the message's metadata."""
        return str(((call["args"].get("metadata") or {}).get("event_payload") or {}).get("key", ""))


def _slack_troubles(weather: Weather) -> list[Trouble]:
    return [
        ("chat.postMessage", "rate_limited", 0.03, 1.0),
        ("chat.postMessage", "error_before", 0.03, 0.0),
        ("chat.postMessage", "drop_before", 0.02, 0.0),
        ("chat.postMessage", "error_after", 0.03, 0.0),
        ("chat.postMessage", "drop_after", 0.03, 0.0),
        ("chat.postMessage", "hang", 0.02, weather.hang),
        ("chat.postMessage", "hang", 0.2, 0.5),
        ("chat.postMessage", "slow_answer", 1.0, weather.slow),
        ("chat.update", "error_after", 0.03, 0.0),
        ("chat.update", "drop_after", 0.03, 0.0),
        ("chat.update", "error_before", 0.03, 0.0),
        ("reactions.add", "error_before", 0.03, 0.0),
        ("reactions.add", "drop_after", 0.03, 0.0),
        ("conversations.history", "rate_limited", 0.05, 1.0),
        ("conversations.replies", "error_before", 0.05, 0.0),
    ]
