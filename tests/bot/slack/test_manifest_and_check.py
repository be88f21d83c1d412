"""The manifest asks for what is used and no more; the check says what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from bot.findings import Finding
from bot.slack.check import _clock, check
from bot.slack.events import READERS
from bot.slack.manifest import EVENTS, SCOPES, as_yaml, manifest, write
from bot.slack.settings import SlackSettings
from tests.bot.slack.doors import FakeDispatch, opened, settings_for
from tests.standins.slack.server import StandInSlack


@pytest.fixture
async def slack() -> AsyncIterator[StandInSlack]:
    async with StandInSlack() as standin:
        standin.api.scopes = set(SCOPES)
        yield standin


def test_socket_mode_and_http_differ_only_in_addresses() -> None:
    """Without an address Slack is reached by Socket Mode; with one, command, events and clicks go there."""
    socket, http = manifest(), manifest(command="/supplier", url="https://bot.example.com/")
    assert socket["settings"]["socket_mode_enabled"] and not http["settings"]["socket_mode_enabled"]
    address = "https://bot.example.com/slack/events"
    assert http["settings"]["event_subscriptions"]["request_url"] == address
    assert http["settings"]["interactivity"]["request_url"] == address
    assert http["features"]["slash_commands"][0]["url"] == address
    assert http["features"]["slash_commands"][0]["command"] == "/supplier"
    assert "url" not in socket["features"]["slash_commands"][0]
    assert socket["oauth_config"] == http["oauth_config"]


def test_each_permission_says_why(tmp_path: Path) -> None:
    """The YAML is the same data, with the reason beside each scope and each event."""
    write(manifest(), tmp_path / "manifest.yaml")
    text = (tmp_path / "manifest.yaml").read_text()
    assert yaml.safe_load(text) == manifest()
    lines = text.splitlines()
    for name, reason in {**SCOPES, **EVENTS}.items():
        assert any(line.strip() == f"- {name}  # {reason}" for line in lines), name


def test_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a path the YAML goes to standard output."""
    write(manifest())
    assert capsys.readouterr().out == as_yaml(manifest())


def test_every_event_asked_for_is_read() -> None:
    """No event is subscribed that the door does not understand."""
    assert {name.partition(".")[0] for name in EVENTS} <= set(READERS)


@pytest.mark.parametrize(("command", "url"), [("vendor", None), ("/", None), ("/vendor", "http://bot.example.com")])
def test_what_cannot_work_is_refused(command: str, url: str | None) -> None:
    """A command without a slash and an address without https are named in the error, with an example."""
    with pytest.raises(ValueError, match="for example"):
        manifest(command, url)


async def test_the_manifest_is_enough(slack: StandInSlack) -> None:
    """With exactly the manifest's scopes, events and shortcut installed, people are heard."""
    slack.install_manifest(manifest())
    dispatch = FakeDispatch()
    async with opened(slack, "socket", dispatch):
        manager = slack.person("U0MANAGER")
        await manager.command("/vendor", "help", "C0SHARED")
        message = await manager.says("C0INTERNAL", "in private")
        await manager.mention("C0SHARED", "help")
        await manager.dms("hello")
        await manager.shortcut("Report an issue", message)
        await slack.settled()
    assert len(dispatch.done) == 5


def wrong(findings: list[Finding]) -> dict[str, Finding]:
    """What is not right, by subject."""
    return {finding.subject: finding for finding in findings if not finding.ok}


async def test_all_is_well(slack: StandInSlack) -> None:
    """A sound installation has findings and no fault."""
    findings = await check(settings_for(slack), ["C0SHARED", "C0INTERNAL"])
    assert wrong(findings) == {} and len(findings) == 7


async def test_each_fault_says_how_to_mend_it(slack: StandInSlack) -> None:
    """A missing permission, a wrong app token and channels the bot is not in are each named with the way out."""
    slack.api.scopes = set(SCOPES) - {"reactions:write"}
    slack.add_channel("C0OTHER", "other", ["U0MANAGER"], with_bot=False)
    settings = SlackSettings(slack.bot_token, "xapp-wrong", api_url=slack.api_url)
    faults = wrong(await check(settings, ["C0OTHER", "C0NONE"]))
    assert set(faults) == {"permissions", "app token", "channel C0OTHER", "channel C0NONE"}
    assert "reactions:write" in faults["permissions"].what and "manifest slack" in faults["permissions"].mend
    assert "connections:write" in faults["app token"].mend
    assert "/invite" in faults["channel C0OTHER"].mend and "/invite" in faults["channel C0NONE"].mend
    assert "xapp-wrong" not in repr(faults)


async def test_a_wrong_token_and_no_way_in(slack: StandInSlack) -> None:
    """A refused bot token and the lack of a way in are said first; an unreachable Slack names the address tried."""
    faults = wrong(await check(SlackSettings("xoxb-wrong", api_url=slack.api_url)))
    assert "SLACK_BOT_TOKEN" in faults["bot token"].mend and "SLACK_APP_TOKEN" in faults["way in"].mend
    away = wrong(await check(SlackSettings("xoxb-1", "xapp-1", api_url="http://127.0.0.1:9/api")))
    assert "http://127.0.0.1:9/api/" in away["bot token"].mend


@pytest.mark.parametrize(
    ("skew", "ok", "side"), [(5, True, "within"), (120, False, "ahead of"), (-120, False, "behind")]
)
def test_the_clock(skew: float, ok: bool, side: str) -> None:
    """A clock more than a minute off is a fault, and its direction is said."""
    finding = _clock({"Date": "Sat, 21 Nov 2026 22:00:00 GMT"}, 1795298400 + skew)
    assert finding.ok is ok and side in finding.what


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"bot_token": "xoxp-1"}, "SLACK_BOT_TOKEN"),
        ({"bot_token": "xoxb-1", "app_token": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"bot_token": "xoxb-1", "signing_secret": " "}, "SLACK_SIGNING_SECRET"),
        ({"bot_token": "xoxb-1", "api_url": "slack.com"}, "SLACK_API_URL"),
        ({"bot_token": "xoxb-1", "command": "vendor"}, "/vendor"),
    ],
)
def test_wrong_settings_are_named(fields: dict[str, str], word: str) -> None:
    """A setting of the wrong shape is refused by its name, without showing a token."""
    with pytest.raises(ValueError, match=word) as refused:
        SlackSettings(**fields)
    assert "xoxp-1" not in str(refused.value)


def test_settings_hide_their_secrets() -> None:
    """The repr of the settings shows neither tokens nor the signing secret."""
    shown = repr(SlackSettings("xoxb-secret", "xapp-secret", "signing-secret"))
    assert "secret" not in shown.replace("signing_secret", "")


def test_response_urls_lead_to_slack_only() -> None:
    """Private words go to Slack's own hosts, and to a configured API's host only when one is configured."""
    assert SlackSettings("xoxb-1").response_prefixes == ("https://hooks.slack.com/", "https://hooks.slack-gov.com/")
    assert SlackSettings("xoxb-1", api_url="http://local:1/api").response_prefixes[-1] == "http://local:1/"
