"""/healthz says to everybody whether all is well, and which host and process answers to this machine alone."""

from __future__ import annotations

import httpx
import pytest

from bot.web import web


async def nothing() -> None:
    """Nothing to start or stop."""


async def health() -> dict[str, object]:
    """As the program tells it."""
    return {"ok": True, "database": "ok", "replica": "host-7:4711", "replicas": 2}


@pytest.mark.parametrize(
    ("client", "headers", "named"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("10.1.2.3", {}, False),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, False),
        ("127.0.0.1", {"forwarded": "for=203.0.113.9"}, False),
        ("a socket", {}, False),
    ],
)
async def test_host_and_process_are_named_to_this_machine_only(
    client: str, headers: dict[str, str], named: bool
) -> None:
    """Whoever reaches the port from elsewhere, or through a proxy here, learns that all is well and no names."""
    transport = httpx.ASGITransport(app=web([], health, nothing, nothing), client=(client, 5000))
    async with httpx.AsyncClient(transport=transport, base_url="http://parley") as asking:
        told = (await asking.get("/healthz", headers=headers)).json()
    assert told["ok"] is True and told["replicas"] == 2
    assert ("replica" in told) is named
