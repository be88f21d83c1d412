"""Signed commands at 100 a second against three apps in one run: Parley, a bare app that reads and writes, an empty one."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

from tests.bench.figures import Figure, percentile
from tests.bench.furnishing import CHANNEL, MANAGER, furnish
from tests.bench.processes import Slack, cpu_seconds, free_port, running, scratch, stand_in, until_ready
from tests.standins.slack import HOST_TEAM

RATE = 100
SECONDS = 60.0
SLICE = 5.0
"""Seconds each app is fired at before the next one's turn: trouble on the machine meets all three."""
TIMES_BARE = 2.0
SLOWEST = 1000.0
WARM_UP = 1.0


def measure(seconds: float | None) -> Iterator[Figure]:
    """p50 and p99 of each app, and Parley's processor time a request. ``seconds`` is how long each app is fired at."""
    rounds = max(1, round((seconds or SECONDS) / SLICE))
    with scratch() as folder, stand_in() as slack, three_apps(folder, slack) as apps:
        targets = {name: f"http://127.0.0.1:{port}/slack/events" for name, (_, port) in apps.items()}
        fired(slack, targets, rounds=1, length=WARM_UP)
        before = cpu_seconds(apps["parley"][0].pid)
        found = fired(slack, targets, rounds=rounds, length=SLICE)
        spent = cpu_seconds(apps["parley"][0].pid) - before
    yield from figures(found, spent)


def figures(found: dict[str, Any], spent: float) -> Iterator[Figure]:
    """The report on what the load process found; latencies come in seconds."""
    times = {name: [1000 * each for each in one["latencies"]] for name, one in found.items()}
    failed = {name: len(one["failed"]) for name, one in found.items()}
    for name, one in found.items():
        if one["failed"]:
            print(f"{name}: {len(one['failed'])} failed, first: {one['failed'][0]}", file=sys.stderr)
    ours, bare, empty = times["parley"], times["bare"], times["empty"]
    whole = not any(failed.values())
    middle = percentile(ours, 0.5)
    yield Figure("commands.p50", middle, "ms", TIMES_BARE, percentile(bare, 0.5), by_ratio=True, valid=whole)
    yield Figure("commands.p50_to_empty", middle, "ms", None, percentile(empty, 0.5))
    yield Figure("commands.p99", percentile(ours, 0.99), "ms", SLOWEST, percentile(bare, 0.99), valid=whole)
    yield Figure("commands.bare_p99_to_empty", percentile(bare, 0.99), "ms", None, percentile(empty, 0.99))
    yield Figure("commands.answered", len(ours), "requests", float(len(ours) + failed["parley"]), least=True)
    yield Figure("commands.cpu", 1000 * spent / max(1, len(ours) + failed["parley"]), "ms/request")


def fired(slack: Slack, targets: dict[str, str], *, rounds: int, length: float) -> dict[str, Any]:
    """What the load process found, by target."""
    order = {
        "targets": targets,
        "secret": slack.signing_secret,
        "rate": RATE,
        "slice": length,
        "rounds": rounds,
        "payload": {
            "token": "verification-token",
            "team_id": HOST_TEAM,
            "team_domain": "northwind",
            "channel_id": CHANNEL,
            "channel_name": "northwind-manila",
            "user_id": MANAGER,
            "user_name": "maya",
            "command": "/vendor",
            "text": "",
            "api_app_id": "A0APP",
            "is_enterprise_install": "false",
            "response_url": f"{slack.url}/response/never",
        },
    }
    with running("tests.bench.load") as load:
        assert load.stdin is not None and load.stdout is not None
        load.stdin.write(json.dumps(order) + "\n")
        load.stdin.flush()
        answer = load.stdout.readline()
    if not answer:
        raise RuntimeError("the load process ended without a report")
    found: dict[str, Any] = json.loads(answer)
    return found


Apps = dict[str, tuple["Popen[str]", int]]


@contextmanager
def three_apps(folder: Path, slack: Slack) -> Iterator[Apps]:
    """Parley, the bare app and the empty one, ready."""
    url = furnish(folder / "parley" / "parley.sqlite")
    secrets = ("--secret", slack.signing_secret, "--token", slack.bot_token, "--api-url", slack.api_url)
    ports = {name: free_port() for name in ("parley", "bare", "empty")}
    ours = {
        **slack.tokens(socket_mode=False),
        "PARLEY_HOME": str(folder / "parley"),
        "PARLEY_PORT": str(ports["parley"]),
        "DATABASE_URL": url,
    }
    with ExitStack() as stack:
        bare = ("tests.bench.bare", *secrets, "--port")
        begun = {
            "parley": running("bot", "run", env=ours, cwd=folder, log=folder / "parley.log"),
            "bare": running(*bare, str(ports["bare"]), "--database", str(folder / "bare.sqlite")),
            "empty": running(*bare, str(ports["empty"])),
        }
        apps = {name: (stack.enter_context(process), ports[name]) for name, process in begun.items()}
        for process, port in apps.values():
            until_ready(f"http://127.0.0.1:{port}/healthz", process)
        time.sleep(2)  # the first ticks are over
        yield apps
