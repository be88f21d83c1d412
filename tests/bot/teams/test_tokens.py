"""Tokens: fetched once for everybody who waits, replaced in time, and never waited for too long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from bot.teams.clients import build_app, cloud, tokens_of
from bot.teams.settings import TeamsSettings
from bot.teams.tokens import REST, NoToken, Tokens
from tests.bot.teams.lines import settings_for
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.world import CLIENT_ID, HOST_TENANT

SCOPE = "https://api.botframework.com/.default"
GRAPH = "https://graph.microsoft.com/.default"


class Hand:
    """A clock that is moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def teams() -> AsyncIterator[StandInTeams]:
    async with StandInTeams() as teams:
        yield teams


async def test_many_who_wait_share_one_fetch(teams: StandInTeams) -> None:
    """Twenty who need a token while there is none cause one request, and have the same token; another scope has its own."""
    tokens = Tokens(settings_for(teams))
    teams.faults.order("token", "slow_answer", seconds=0.1)
    found = await asyncio.gather(*(tokens.get_app_token(SCOPE) for _ in range(20)), tokens.get_app_token(GRAPH))
    assert len(set(found[:20])) == 1 and found[20] != found[0] and len(teams.calls_of("token")) == 2
    assert await tokens.get_app_token(SCOPE, HOST_TENANT) == found[0] and len(teams.calls_of("token")) == 2


async def test_who_stops_waiting_does_not_stop_the_others(teams: StandInTeams) -> None:
    """One who is cancelled leaves the fetch to those who still wait."""
    tokens = Tokens(settings_for(teams))
    teams.faults.order("token", "slow_answer", seconds=0.1)
    waiting = [asyncio.create_task(tokens.get_app_token(SCOPE)) for _ in range(2)]
    await asyncio.sleep(0.01)
    waiting[0].cancel()
    assert await waiting[1] and len(teams.calls_of("token")) == 1


async def test_a_token_is_replaced_before_it_ends(teams: StandInTeams) -> None:
    """A token of an hour is used for fifty-five minutes, one of four minutes for two."""
    clock = Hand()
    tokens = Tokens(settings_for(teams), clock=clock)
    for life, used in ((3600.0, 3300.0), (240.0, 120.0)):
        teams.login.lifetime = life
        clock.now += 10_000
        first = await tokens.get_app_token(SCOPE)
        clock.now += used - 1
        assert await tokens.get_app_token(SCOPE) == first
        clock.now += 2
        assert await tokens.get_app_token(SCOPE) != first


async def test_a_token_that_is_not_accepted_is_fetched_again(teams: StandInTeams) -> None:
    """A forgotten token is fetched anew; who complains of the one before does not throw the new one away."""
    tokens = Tokens(settings_for(teams))
    first = await tokens.get_app_token(SCOPE)
    tokens.forget(SCOPE, first)
    second = await tokens.get_app_token(SCOPE)
    tokens.forget(SCOPE, first)
    assert second != first and await tokens.get_app_token(SCOPE) == second


async def test_a_sign_in_that_hangs_is_not_waited_for(teams: StandInTeams) -> None:
    """A hang ends with the timeout, for everybody at once; the loop goes on meanwhile."""
    tokens = Tokens(settings_for(teams), timeout=0.2)
    teams.faults.order("token", "hang", seconds=1.0)
    begun, ticks = asyncio.get_running_loop().time(), 0
    waiting = asyncio.gather(*(tokens.get_app_token(SCOPE) for _ in range(3)), return_exceptions=True)
    while not waiting.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert all(isinstance(each, NoToken) for each in await waiting) and ticks > 5
    assert asyncio.get_running_loop().time() - begun < 0.9


async def test_a_refused_sign_in_is_told_and_left_alone_for_a_moment(
    teams: StandInTeams, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a wrong secret nobody asks twice within five seconds; afterwards a mended one is taken. Neither the secret nor a
    token is ever logged, at whatever level."""
    caplog.set_level(logging.DEBUG)
    clock = Hand()
    tokens = Tokens(settings_for(teams), clock=clock)
    right, teams.login.client_secret = teams.login.client_secret, "another-secret"
    for _ in range(2):
        with pytest.raises(NoToken, match="invalid_client"):
            await tokens.get_app_token(SCOPE)
    assert len(teams.calls_of("token")) == 1
    clock.now += REST
    teams.login.client_secret = right
    token = await tokens.get_app_token(SCOPE)
    written = caplog.text + "".join(capsys.readouterr())
    assert "teams.no_token" in written and right not in written and token not in written


async def test_no_way_to_the_sign_in_is_no_token(teams: StandInTeams) -> None:
    """An address where nobody answers, and one that answers without a token, are the same to who waits: no token."""
    nowhere = TeamsSettings(CLIENT_ID, "secret", HOST_TENANT, login_url="https://localhost:9")
    with pytest.raises(NoToken):
        await Tokens(nowhere, timeout=2.0).get_app_token(SCOPE)
    teams.faults.order("openid", "error_before")
    with pytest.raises(NoToken):
        await Tokens(settings_for(teams)).get_app_token(SCOPE)


def test_nothing_stray_in_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the SDK would read from the environment: credentials, addresses and clouds are ours."""
    stray = {
        "CLIENT_ID": "stray",
        "CLIENT_SECRET": "stray",
        "TENANT_ID": "stray",
        "MANAGED_IDENTITY_CLIENT_ID": "system",
        "SERVICE_URL": "https://stray.example",
        "OAUTH_URL": "https://stray.example",
        "CLOUD": "China",
        "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS": "true",
    }
    for name, value in stray.items():
        monkeypatch.setenv(name, value)
    settings = TeamsSettings(CLIENT_ID, "secret", HOST_TENANT)
    app = build_app(settings)
    assert app.id == CLIENT_ID and app.credentials is not None and app.credentials.tenant_id == HOST_TENANT
    assert isinstance(tokens_of(app), Tokens) and not hasattr(app.credentials, "client_secret")
    assert app.api.service_url == settings.service_url.rstrip("/") and app.cloud == cloud(settings)
    assert not app.options.dangerously_allow_unauthenticated_requests and app.http_client.http.timeout.read == 10.0
    assert "stray" not in repr(app.options) + repr(vars(app.api))


def test_government_clouds_have_scopes_of_their_own() -> None:
    """The host people sign in at decides for whom tokens are asked and who may have issued what comes in."""
    government = TeamsSettings(CLIENT_ID, "secret", HOST_TENANT, login_url="https://login.microsoftonline.us")
    assert cloud(government).bot_scope == "https://api.botframework.us/.default"
    assert cloud(government).token_issuer == "https://api.botframework.us"
    assert cloud(TeamsSettings(CLIENT_ID, "secret", HOST_TENANT)).bot_scope == SCOPE


def test_libraries_speak_without_words(caplog: pytest.LogCaptureFixture) -> None:
    """Of what the SDK and its libraries write, even when somebody turns their levels down, nothing but where and what kind
    of exception reaches a log."""
    build_app(TeamsSettings(CLIENT_ID, "secret", HOST_TENANT))
    caplog.set_level(logging.DEBUG)
    for name in ("microsoft_teams.apps.http.http_server", "msal.application", "httpx", "httpcore.http11"):
        library = logging.getLogger(name)
        library.info("quietly “our words” Bearer eyJ")
        try:
            raise ValueError("“our words”")
        except ValueError:
            library.exception("loudly “our words” Bearer eyJ")
    assert "our words" not in caplog.text and "eyJ" not in caplog.text
    assert caplog.text.count("[ValueError]") == 4 and "msal.application:" in caplog.text
