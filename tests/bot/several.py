"""Several of this program on one PostgreSQL server, as processes of their own, beside the stand-in Slack."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from handlers.metrics.catalogue import load_catalogue
from handlers.providers.handler import set_up
from handlers.providers.spec import Owners, PersonSpec, ProviderSpec
from handlers.vocabulary.address import Platform
from storage.database import Database
from storage.models.provider import Installation
from storage.unit_of_work import UnitOfWork
from tests.bench.processes import HOME, Slack, environment, free_port
from tests.databases import PostgresServer
from tests.standins.slack import HOST_TEAM, VENDOR_TEAM

SHARED, MANAGER, LEAD = "C0SHARED", "U0MANAGER", "U0LEAD"
STARTED_WITHIN = 60.0
FORM = "application/x-www-form-urlencoded"


class Replica:
    """One ``python -m bot run``."""

    def __init__(self, url: str, slack: Slack, home: Path, *, socket_mode: bool = False, house: Path = HOME) -> None:
        home.mkdir(exist_ok=True)
        self.port = free_port()
        self.log = home / f"{self.port}.log"
        settings = {
            **slack.tokens(socket_mode=socket_mode),
            "DATABASE_URL": url,
            "PARLEY_HOME": str(home),
            "PARLEY_PORT": str(self.port),
            "PARLEY_PACE_SECONDS": "0.1",
            "PARLEY_SETTLE_SECONDS": "1",
            "PARLEY_LOG": "info",
            "PYTHONPATH": str(house),
        }
        with self.log.open("w") as log:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                env=environment() | settings,
                cwd=home,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def address(self) -> str:
        """Where Slack's requests come to."""
        return f"http://127.0.0.1:{self.port}/slack/events"

    def health(self) -> dict[str, Any]:
        """What /healthz says now; {} while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=3) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as ill:
            with ill:
                return dict(json.load(ill))
        except OSError:
            return {}

    def ready(self) -> None:
        """Wait until all is well."""
        until(lambda: bool(self.health().get("ok")) or self.child.poll() is not None, STARTED_WITHIN, "ready")
        assert self.child.poll() is None, self.log.read_text()[-3000:]

    def kill(self) -> None:
        """SIGKILL: nothing is said goodbye to."""
        self.child.kill()
        self.child.wait()

    def stop(self, within: float = 15.0) -> int:
        """SIGTERM; the exit code."""
        self.child.send_signal(signal.SIGTERM)
        return self.child.wait(within)


@contextmanager
def replicas(url: str, slack: Slack, home: Path, count: int, **how: Any) -> Iterator[list[Replica]]:
    """So many, all well, and Slack's requests spread over them; they surely end."""
    begun = [Replica(url, slack, home / str(number), **how) for number in range(count)]
    try:
        for each in begun:
            each.ready()
        first, *others = begun
        control(slack, "settings", {"request_url": first.address, "other_urls": [each.address for each in others]})
        yield begun
    finally:
        for each in begun:
            if each.child.poll() is None:
                os.killpg(each.child.pid, signal.SIGKILL)
            each.child.wait()


def until(done: Callable[[], bool], within: float, what: str) -> float:
    """Seconds until it is so. Raises AssertionError when it is not in time."""
    begun = time.monotonic()
    while not done():
        assert time.monotonic() - begun < within, f"not {what} within {within:g} s"
        time.sleep(0.05)
    return time.monotonic() - begun


def control(slack: Slack, path: str, body: dict[str, Any] | None = None, verb: str | None = None) -> Any:
    """One order to the stand-in, or, without a body, one question."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{slack.url.rstrip('/')}/control/{path}", data=data, method=verb)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


@dataclass(frozen=True)
class Answered:
    """What came back: the status, the body, and after how many seconds."""

    status: int
    body: str
    seconds: float

    @property
    def not_saved(self) -> bool:
        """Whether it says, in the way of its entry, that nothing was saved."""
        return self.status == HTTPStatus.INTERNAL_SERVER_ERROR or "Not saved" in self.body


def signed(slack: Slack, replica: Replica, body: bytes, kind: str) -> Answered:
    """One request as Slack makes it."""
    stamp = str(int(time.time()))
    mac = hmac.new(slack.signing_secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={mac.hexdigest()}",
    }
    begun = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", replica.port, timeout=20)) as connection:
        connection.request("POST", "/slack/events", body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    return Answered(answer.status, text, time.monotonic() - begun)


def command(slack: Slack, replica: Replica, words: str = "actions") -> Answered:
    """The manager's slash command in the shared channel."""
    fields = {**command_payload(slack), "text": words, "trigger_id": f"{time.time()}.{replica.port}"}
    return signed(slack, replica, urlencode(fields).encode(), FORM)


def command_payload(slack: Slack) -> dict[str, str]:
    """A slash command's fields, without what makes it unique."""
    return {
        "token": "verification-token",
        "team_id": HOST_TEAM,
        "team_domain": "northwind",
        "channel_id": SHARED,
        "channel_name": "northwind-manila",
        "user_id": MANAGER,
        "user_name": "maya",
        "command": "/vendor",
        "text": "",
        "api_app_id": "A0APP",
        "is_enterprise_install": "false",
        "response_url": f"{slack.url}/response/never",
    }


def event(slack: Slack, replica: Replica, inner: dict[str, Any]) -> Answered:
    """Something that happened in the shared channel, told by the Events API."""
    now = f"{time.time():.6f}"
    body = {
        "type": "event_callback",
        "team_id": HOST_TEAM,
        "event_id": f"Ev{now}",
        "authorizations": [{"team_id": HOST_TEAM, "user_id": "U0BOT"}],
        "event": {"user": MANAGER, "user_team": HOST_TEAM, "team": HOST_TEAM, "event_ts": now, **inner},
    }
    return signed(slack, replica, json.dumps(body).encode(), "application/json")


def gesture(slack: Slack, replica: Replica, payload: dict[str, Any]) -> Answered:
    """A button or a form, as Slack tells it."""
    common = {
        "team": {"id": HOST_TEAM, "domain": "northwind"},
        "user": {"id": MANAGER, "team_id": HOST_TEAM, "name": "maya"},
        "api_app_id": "A0APP",
        "trigger_id": f"{time.time()}.gesture",
        "is_enterprise_install": False,
    }
    body = urlencode({"payload": json.dumps({**common, **payload})}).encode()
    return signed(slack, replica, body, FORM)


def ask(slack: Slack, title: str) -> str:
    """The manager adds an action item by a mention in the shared channel: a card comes to stand there. Answers the title."""
    words = f"actions add {title} <@{LEAD}> due friday"
    control(slack, f"people/{MANAGER}/mention", {"channel": SHARED, "text": words})
    return title


def cards(slack: Slack) -> str:
    """All words of the bot that stand in the shared channel."""
    standing = control(slack, "standing")["channels"][SHARED]
    return "\n".join(str(message["text"]) for message in standing if message["user"] == "U0BOT")


def stands(slack: Slack, *titles: str) -> bool:
    """Whether there is a card for each."""
    said = cards(slack)
    return all(title in said for title in titles)


def settle(url: str) -> None:
    """A client whose manager and whose provider's lead are known in the shared channel."""
    database, now = Database(url), datetime.now(UTC)
    spec = ProviderSpec(
        provider="Manila Support",
        country="PH",
        zone="Asia/Manila",
        client=Owners(PersonSpec("Maya Brooks", MANAGER, HOST_TEAM, "manager")),
        theirs=Owners(PersonSpec("Liza Santos", LEAD, VENDOR_TEAM, "lead")),
        anchor_zone="Europe/London",
        channel=SHARED,
        channel_name="northwind-manila",
        internal_channel="C0INTERNAL",
        internal_name="vendor-office",
        metrics=(),
        targets_from=now.date(),
    )
    with UnitOfWork(database) as uow:
        installation = uow.providers.add(
            Installation(platform=Platform.SLACK, workspace=HOST_TEAM, bot_user="U0BOT", installed_at=now)
        )
        assert installation.id is not None
        set_up(uow, installation.id, spec, now, catalogue=load_catalogue())
        uow.events.clear()
        uow.commit()
    database.dispose()


class OwnServer(PostgresServer):
    """A server that a test may stop and start."""

    def away(self) -> None:
        """Stop it: every connection ends."""
        assert self._handle is not None
        self._handle.stop()

    def back(self) -> None:
        """Start it again on the same data."""
        assert self._handle is not None
        self._handle.ensure_postgres_running()

    def silent(self, quiet: bool) -> None:
        """Let it hang, or go on: connections stay and nothing is answered."""
        assert self._handle is not None
        pid = self._handle.get_pid()
        assert pid is not None
        ours = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=True)
        for each in [pid, *map(int, ours.stdout.split())]:
            os.kill(each, signal.SIGSTOP if quiet else signal.SIGCONT)
