"""What reaches the HTTP door without Slack's signature, or with an old or borrowed one."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from bot.slack.listeners import build_app
from bot.slack.routes import LARGEST_BODY, slack_routes
from bot.slack.settings import SlackSettings
from tests.bot.slack.doors import FakeDispatch, opened
from tests.standins.slack.server import StandInSlack


@pytest.fixture
def dispatch() -> FakeDispatch:
    return FakeDispatch()


@pytest.fixture
async def slack(dispatch: FakeDispatch) -> AsyncIterator[StandInSlack]:
    """A stand-in whose requests reach an open HTTP door, and that does not repeat them."""
    async with StandInSlack() as standin, opened(standin, "http", dispatch):
        standin.retry_delays = ()
        yield standin


def signed(body: bytes, secret: str, age: float = 0.0) -> dict[str, str]:
    """Headers as Slack would sign the body."""
    stamp = str(int(time.time() - age))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }


async def knock(slack: StandInSlack, body: bytes, headers: dict[str, str]) -> int:
    """The status of one POST to the door."""
    async with httpx.AsyncClient() as client:
        return (await client.post(slack.request_url or "", content=body, headers=headers)).status_code


async def test_another_secret_is_refused(slack: StandInSlack, dispatch: FakeDispatch) -> None:
    """A request signed with another secret answers 401 and nothing is dispatched."""
    await slack.person("U0LEAD").says("C0SHARED", "ack")
    assert len(dispatch.done) == 1
    forged = await slack.redeliver(slack.deliveries[-1], secret="guessed")
    assert (forged.status, dispatch.calls) == (401, 1)


@pytest.mark.parametrize(("age", "status"), [(290, 200), (310, 401), (-310, 401)])
async def test_only_the_last_five_minutes_count(
    slack: StandInSlack, dispatch: FakeDispatch, age: float, status: int
) -> None:
    """A rightly signed request is refused when it is older than 300 seconds, or from as far in the future."""
    await slack.person("U0LEAD").says("C0SHARED", "ack")
    assert (await slack.redeliver(slack.deliveries[-1], age=age)).status == status
    assert dispatch.calls == (2 if status == 200 else 1)


async def test_a_replay_does_nothing_twice(slack: StandInSlack, dispatch: FakeDispatch) -> None:
    """The same bytes again within the window pass the signature, and carry the id that was seen already."""
    await slack.person("U0MANAGER").command("/vendor", "report", "C0SHARED")
    replayed = await slack.replay(slack.deliveries[-1].attempts[0])
    assert (replayed.status, dispatch.calls, len(dispatch.done)) == (200, 2, 1)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=0"},
        {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=0"},
        {"X-Slack-Request-Timestamp": str(int(time.time()))},
        {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": b"v0=\xe9".decode("latin-1")},
    ],
)
async def test_broken_signatures_are_refused(
    slack: StandInSlack, dispatch: FakeDispatch, headers: dict[str, str]
) -> None:
    """Missing, malformed and non-ASCII signature headers answer 401, not a server error."""
    raw = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    async with httpx.AsyncClient() as client:
        answer = await client.post(slack.request_url or "", content=b'{"type":"event_callback"}', headers=raw)
    assert (answer.status_code, dispatch.calls) == (401, 0)


async def test_an_unsigned_ssl_check_opens_nothing(slack: StandInSlack, dispatch: FakeDispatch) -> None:
    """Slack's unsigned certificate check cannot carry a command past the signature."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    await knock(slack, b"ssl_check=1&command=%2Fvendor&user_id=U0MANAGER&team_id=T0HOST", headers)
    assert dispatch.calls == 0


async def test_a_body_that_is_no_text_is_refused(slack: StandInSlack, dispatch: FakeDispatch) -> None:
    """Bytes that are not UTF-8 are refused even with a right signature over them."""
    body = b"\xff\xfe"
    assert await knock(slack, body, signed(body, slack.signing_secret)) == 401
    assert dispatch.calls == 0


async def test_a_large_body_is_not_read(slack: StandInSlack, dispatch: FakeDispatch) -> None:
    """A body over one mebibyte answers 413; one just below is judged by its signature."""
    assert await knock(slack, b"x" * (LARGEST_BODY + 1), {}) == 413
    body = json.dumps({"type": "event_callback", "event": {"type": "x", "text": "y" * 900_000}}).encode()
    assert await knock(slack, body, signed(body, slack.signing_secret)) == 200
    assert dispatch.calls == 0


async def test_slack_may_verify_the_address(slack: StandInSlack) -> None:
    """The signed challenge Slack sends when the address is entered comes back."""
    body = json.dumps({"type": "url_verification", "challenge": "c4"}).encode()
    async with httpx.AsyncClient() as client:
        answer = await client.post(slack.request_url or "", content=body, headers=signed(body, slack.signing_secret))
    assert (answer.status_code, answer.json()) == (200, {"challenge": "c4"})


def test_without_a_secret_there_is_no_door() -> None:
    """HTTP is not opened when requests could not be verified; the error names the setting."""
    settings = SlackSettings("xoxb-1", "xapp-1")
    with pytest.raises(ValueError, match="SLACK_SIGNING_SECRET"):
        Starlette(routes=slack_routes(build_app(settings, FakeDispatch()), settings))
