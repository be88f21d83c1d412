"""The load, a process of its own: `python -m tests.bench.load` reads a plan from standard input and writes latencies.

Open loop: every request has its moment before the first one leaves, and its latency counts from that moment, however
late the request itself could leave. Bodies and signatures are made before the clock starts.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import aiohttp

NOT_SAVED = b"Not saved"
"""What Parley answers in time when the work was not done: for a measurement that is a failure."""
HEAD_START = 1.5
"""Seconds between the signing and the first request."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One request: when it should leave (seconds after the start), where to, and what."""

    at: float
    target: str
    url: str
    body: bytes
    headers: dict[str, str]


def plan(order: dict[str, Any]) -> list[Shot]:
    """All requests: in slices, one target after the other, round and round, the order turning with each round."""
    began = time.time() + HEAD_START
    names, shots, at = list(order["targets"]), [], 0.0
    for turn in range(order["rounds"]):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            for number in range(int(order["rate"] * order["slice"])):
                when = at + number / order["rate"]
                shots.append(_signed(order, name, when, began, f"{turn}.{number}"))
            at += order["slice"]
    return shots


def _signed(order: dict[str, Any], name: str, when: float, began: float, number: str) -> Shot:
    body = urlencode({**order["payload"], "trigger_id": f"{began:.3f}.{name}.{number}"}).encode()
    stamp = str(int(began + when))
    secret, signed = order["secret"].encode(), b"v0:" + stamp.encode() + b":" + body
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": "v0=" + hmac.new(secret, signed, hashlib.sha256).hexdigest(),
    }
    return Shot(when, name, order["targets"][name], body, headers)


async def fire(shots: list[Shot]) -> dict[str, dict[str, Any]]:
    """Send everything at its moment; latencies in seconds by target, and what failed."""
    found: dict[str, dict[str, Any]] = {shot.target: {"latencies": [], "failed": []} for shot in shots}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(30)) as session:
        start = time.perf_counter() + 0.5
        tasks = []
        for shot in shots:
            await asyncio.sleep(max(0.0, start + shot.at - time.perf_counter()))
            tasks.append(asyncio.create_task(_send(session, shot, start + shot.at, found[shot.target])))
        await asyncio.gather(*tasks)
    return found


async def _send(session: aiohttp.ClientSession, shot: Shot, intended: float, found: dict[str, Any]) -> None:
    try:
        async with session.post(shot.url, data=shot.body, headers=shot.headers) as answer:
            body = await answer.read()
    except (aiohttp.ClientError, TimeoutError) as trouble:
        found["failed"].append(type(trouble).__name__)
        return
    if answer.status != HTTPStatus.OK or not body or NOT_SAVED in body:
        found["failed"].append(f"{answer.status}: {body[:80]!r}")
        return
    found["latencies"].append(time.perf_counter() - intended)
    found["sample"] = body.decode()[:300]


def main() -> None:
    """Read the order, fire, report."""
    order = json.loads(sys.stdin.readline())
    print(json.dumps(asyncio.run(fire(plan(order)))), flush=True)


if __name__ == "__main__":
    main()
