"""A room for each test, and a browser without a window for its pages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bot.room.harness import Stage, stage

TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')


@dataclass
class Visitor:
    """Opens pages and sends their forms, as a browser does."""

    client: httpx.AsyncClient
    token: str = ""
    count: int = 0

    async def open(self, path: str) -> str:
        """A page's HTML; the page's token is kept."""
        page = await self.client.get(path, follow_redirects=True)
        assert page.status_code == 200, page.text
        found = TOKEN.search(page.text)
        self.token = found.group(1) if found else self.token
        return page.text

    async def send(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form as the page's script does, for JSON; ``script=False`` as a page without it. A nonce is made up."""
        if not self.token:
            await self.open("/")
        self.count += 1
        headers = {"accept": "application/json" if fields.pop("script", True) else "text/html"}
        values = {"token": self.token, "nonce": f"n{self.count}", **fields}
        return await self.client.post(path, data=values, headers=headers)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Stage]:
    """A room with its people and channels, and nothing said yet."""
    made = stage(tmp_path)
    yield made
    made.database.dispose()


@pytest.fixture
async def visitor(made: Stage) -> AsyncIterator[Visitor]:
    """Somebody at the room's door."""
    transport = httpx.ASGITransport(app=made.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        yield Visitor(client)
