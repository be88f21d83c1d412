"""The check of a Teams installation names each fault with what mends it, posts nothing and shows no secret."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from bot.commands.checking import known
from bot.commands.choosing import main
from bot.findings import Finding
from bot.settings import read
from bot.teams.check import Wanted, check
from bot.teams.check_requests import Reply
from bot.teams.check_signing_in import WAYS_OUT, clock
from bot.teams.check_teams import MOST_TEAMS, Stored, conversation_id, is_conversation, numbers
from bot.teams.manifest import PERMISSIONS, app_id
from bot.teams.settings import TeamsSettings
from storage.database import Database
from storage.models.teams import TeamsConversation
from storage.unit_of_work import UnitOfWork
from tests.bot.teams.doors import settings_for
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.town import INTERNAL
from tests.standins.teams.town import SHARED as PLACE
from tests.standins.teams.world import VENDOR_TENANT

CLIENT, TENANT, VENDOR = (f"{each}1111111-2222-4333-8444-555555555555" for each in "123")
GROUP, SHARED = "g-1", "19:shared@thread.tacv2"
SECRET = "hush-hush-secret"
SETTINGS = TeamsSettings(CLIENT, SECRET, TENANT)
PUBLIC = "https://parley.example.com"
WANTED = Wanted(PUBLIC, [SHARED], [GROUP], program="1.10.0")


@dataclass
class Microsoft(httpx.AsyncBaseTransport):
    """Everything the check asks, and Parley's own door, as far as it asks: ``answers`` overrule by host and path's end."""

    members: list[dict[str, str]] = field(default_factory=lambda: [{"tenantId": TENANT}, {"tenantId": TENANT.upper()}])
    grants: list[str] = field(default_factory=lambda: list(PERMISSIONS))
    version: str = "1.10.0"
    answers: dict[str, Callable[[], httpx.Response]] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.asked.append(request)
        where = f"{request.url.host}{request.url.path}"
        for end, answer in self.answers.items():
            if where.endswith(end):
                return answer()
        return self._well(where, request)

    def _well(self, where: str, request: httpx.Request) -> httpx.Response:
        if where.endswith("/oauth2/v2.0/token"):
            given = {name: value[0] for name, value in parse_qs(request.content.decode()).items()}
            assert given["client_secret"] == SECRET and given["client_id"] == CLIENT and TENANT in where
            return httpx.Response(200, json={"access_token": given["scope"]}, headers={"Date": formatdate(usegmt=True)})
        if where.endswith("openidconfiguration"):
            return httpx.Response(200, json={"jwks_uri": "https://login.botframework.com/keys"})
        if where.endswith("/keys"):
            return httpx.Response(200, json={"keys": [{}, {}]})
        if where.startswith("parley.example.com"):
            assert (request.method, request.url.path) == ("POST", "/api/messages")
            return httpx.Response(401, headers={"X-Request-Id": "1"})
        return self._signed_in(where, request)

    def _signed_in(self, where: str, request: httpx.Request) -> httpx.Response:
        if where.endswith("/pagedMembers"):
            assert request.headers["Authorization"] == "Bearer https://api.botframework.com/.default"
            at = int(request.url.params.get("continuationToken", 0))
            more = {"continuationToken": str(at + 1)} if at + 1 < len(self.members) else {}
            return httpx.Response(200, json={"members": self.members[at : at + 1], **more})
        if where.endswith(f"/teams/{GROUP}/permissionGrants"):
            assert request.headers["Authorization"] == "Bearer https://graph.microsoft.com/.default"
            value = [{"clientAppId": CLIENT.upper(), "permission": name} for name in self.grants]
            return httpx.Response(200, json={"value": [*value, {"clientAppId": VENDOR, "permission": "Other.Group"}]})
        if where.endswith(f"/teams/{GROUP}/installedApps"):
            assert app_id(CLIENT) in request.url.params["$filter"]
            apps = [{"teamsAppDefinition": {"version": self.version}}] if self.version else []
            return httpx.Response(200, json={"value": apps})
        return httpx.Response(404)


@pytest.fixture
def microsoft() -> Microsoft:
    return Microsoft()


async def looked(
    microsoft: Microsoft, settings: TeamsSettings = SETTINGS, wanted: Wanted = WANTED
) -> dict[str, list[Finding]]:
    """What the check finds, by subject; no secret is in it, and nothing but the token's form was posted."""
    async with httpx.AsyncClient(transport=microsoft) as client:
        findings = await check(settings, wanted, client)
    assert SECRET not in repr(findings) and "Bearer" not in repr(findings)
    assert all(bool(each.mend) is not each.ok for each in findings)
    posted = [each.url.path for each in microsoft.asked if each.method != "GET"]
    assert all(path.endswith(("/token", "/api/messages")) for path in posted)
    told: dict[str, list[Finding]] = {}
    for each in findings:
        told.setdefault(each.subject, []).append(each)
    return told


def faults(told: dict[str, list[Finding]]) -> dict[str, str]:
    """What is wrong, by subject: what was found and what mends it."""
    return {each.subject: f"{each.what} -> {each.mend}" for found in told.values() for each in found if not each.ok}


async def test_a_sound_teams_installation_has_no_fault(microsoft: Microsoft) -> None:
    """Everything is looked at and nothing is to mend; all pages of a roster are read."""
    told = await looked(microsoft)
    assert faults(told) == {}
    assert set(told) == {
        "way in",
        "token for Teams",
        "clock",
        "Teams' keys",
        "Teams",
        f"channel {SHARED}",
        "token for Graph",
        f"team {GROUP}",
    }
    assert told[f"channel {SHARED}"][0].what == "2 members, all of your own tenant"
    assert len(told[f"team {GROUP}"]) == 2


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (7000215, "the Value, not the Secret ID"),
        (7000222, "has expired"),
        (700016, "another tenant"),
        (90002, "no tenant with TEAMS_TENANT_ID"),
        (7000229, "enterprise application"),
        (1234567, "error?code=1234567"),
    ],
)
@pytest.mark.parametrize("listed", [True, False])
async def test_each_refusal_of_entra_is_mended(microsoft: Microsoft, number: int, word: str, listed: bool) -> None:
    """Whether Entra lists its number or only writes it into a sentence, it is told with its way out, and what needs a
    token is not asked for."""
    told = {"error": "invalid_client", "error_description": f"AADSTS{number}: {SECRET} is wrong"}
    body = told | ({"error_codes": [number]} if listed else {})
    microsoft.answers["/oauth2/v2.0/token"] = lambda: httpx.Response(401, json=body)
    found = faults(await looked(microsoft))
    assert set(found) == {"token for Teams"}
    assert f"AADSTS{number}" in found["token for Teams"] and word in found["token for Teams"]
    assert not any("Authorization" in each.headers for each in microsoft.asked)


async def test_the_secrets_id_is_recognised(microsoft: Microsoft) -> None:
    """A secret that has the shape of an id is surely the Secret ID, the commonest mistake; the value itself is not shown."""
    microsoft.answers["/oauth2/v2.0/token"] = lambda: httpx.Response(401, json={"error_codes": [7000215]})
    found = faults(await looked(microsoft, replace(SETTINGS, client_secret=VENDOR)))
    assert "is the Secret ID" in found["token for Teams"] and VENDOR not in found["token for Teams"]


async def test_a_network_that_looks_into_connections_is_named(microsoft: Microsoft) -> None:
    """Where the company's own proxy stands before Entra, the two variables that name its certificates are told."""
    microsoft.answers["/oauth2/v2.0/token"] = away
    found = faults(await looked(microsoft))["token for Teams"]
    assert "SSL_CERT_FILE" in found and "REQUESTS_CA_BUNDLE" in found


def test_every_way_out_is_a_sentence() -> None:
    """Each known number says what it means and what to do, without ending in a full stop twice."""
    assert all(what and mend and not mend.endswith(".") for what, mend in WAYS_OUT.values())


def away() -> httpx.Response:
    """Nobody answers."""
    raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]")


def nowhere() -> httpx.Response:
    """There is no such name."""
    raise httpx.ConnectError("[Errno -2] Name or service not known")


def slow() -> httpx.Response:
    """An answer never comes."""
    raise httpx.ReadTimeout("slow")


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (lambda: httpx.Response(401), "not from Parley -> something before Parley asks for a login"),
        (
            lambda: httpx.Response(200, text="<html>"),
            "not from Parley -> let the proxy or tunnel pass POST /api/messages",
        ),
        (lambda: httpx.Response(200, headers={"X-Request-Id": "1"}), "nobody signed"),
        (lambda: httpx.Response(404, headers={"X-Request-Id": "1"}), "Parley runs there without Teams"),
        (lambda: httpx.Response(404), "let the proxy or tunnel pass POST /api/messages"),
        (lambda: httpx.Response(502), "the proxy is there, Parley is not"),
        (lambda: httpx.Response(308, headers={"Location": "https://www.example.com"}), "Teams does not follow"),
        (away, "its certificate is not one this machine trusts -> give the proxy a certificate"),
        (nowhere, "its name is not known -> check the spelling of PARLEY_PUBLIC_URL"),
        (slow, "no answer within 10 s -> start Parley"),
    ],
)
async def test_the_messaging_endpoint_is_tried(
    microsoft: Microsoft, answer: Callable[[], httpx.Response], word: str
) -> None:
    """Whatever but Parley's own refusal stands at the endpoint is told apart and mended."""
    microsoft.answers["/api/messages"] = answer
    found = faults(await looked(microsoft))
    assert set(found) == {"way in"} and word in found["way in"]


@pytest.mark.parametrize(
    ("url", "word"),
    [("", "is empty"), ("http://parley.example.com", "not an https"), ("https://127.0.0.1", "internet")],
)
async def test_an_address_teams_cannot_call_is_named(microsoft: Microsoft, url: str, word: str) -> None:
    """Without a public https address nothing is tried there, and the setting is named."""
    found = faults(await looked(microsoft, wanted=replace(WANTED, public_url=url)))
    assert set(found) == {"way in"} and "PARLEY_PUBLIC_URL" in found["way in"] and word in found["way in"]
    assert not any(each.url.path == "/api/messages" for each in microsoft.asked)


async def test_an_unreachable_cloud_is_told_apart(microsoft: Microsoft) -> None:
    """Keys, Entra and Teams each name the setting that leads there."""
    for end in ("openidconfiguration", "/oauth2/v2.0/token", "/teams/"):
        microsoft.answers[end] = away
    found = faults(await looked(microsoft))
    assert "TEAMS_METADATA_URL" in found["Teams' keys"] and "TEAMS_LOGIN_URL" in found["token for Teams"]
    assert "TEAMS_SERVICE_URL" in found["Teams"]
    microsoft.answers = {"/keys": lambda: httpx.Response(200, json={"keys": []})}
    assert "https://login.botframework.com/keys" in faults(await looked(microsoft))["Teams' keys"]


async def test_outsiders_in_a_channel_are_told(microsoft: Microsoft) -> None:
    """People of other tenants and guests are counted, and it is not a fault: that is what a shared channel is for."""
    guest = {"tenantId": TENANT, "userPrincipalName": "liza_vendor.com#EXT#@client.com"}
    microsoft.members += [{"tenantId": VENDOR}, {"tenantId": VENDOR}, guest, {"userRole": "guest", "tenantId": TENANT}]
    told = await looked(microsoft)
    what = told[f"channel {SHARED}"][0].what
    assert faults(told) == {} and "6 members, 4 of another company (2 as guests, of tenant 3" in what


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (401, "Azure Bot"),
        (403, "Manage channel, Apps, add Parley"),
        (404, "whole link"),
        (429, "try again in a minute"),
    ],
)
async def test_a_channel_that_cannot_be_read_is_mended(microsoft: Microsoft, status: int, word: str) -> None:
    """Each refusal of a roster has its own way out."""
    microsoft.answers["/pagedMembers"] = lambda: httpx.Response(
        status, json={"error": {"code": "Nope", "message": SECRET}}
    )
    found = faults(await looked(microsoft))
    assert set(found) == {f"channel {SHARED}"} and f"({status} Nope)" in found[f"channel {SHARED}"]
    assert word in found[f"channel {SHARED}"]


async def test_a_stored_address_is_used_and_no_strange_one(microsoft: Microsoft) -> None:
    """A channel is asked about where Teams last spoke from; the token goes to no other host."""
    there = {SHARED: Stored(SHARED, "https://smba.trafficmanager.net/emea/", GROUP)}
    await looked(microsoft, wanted=replace(WANTED, stored=there))
    assert any(each.url.path == f"/emea/v3/conversations/{SHARED}/pagedMembers" for each in microsoft.asked)
    strange = {SHARED: Stored(SHARED, "https://evil.example.com/emea/")}
    found = faults(await looked(microsoft, wanted=replace(WANTED, stored=strange)))
    assert "not Teams' address" in found[f"channel {SHARED}"]
    assert not any(each.url.host == "evil.example.com" for each in microsoft.asked)


async def test_missing_consent_is_told_with_its_reason(microsoft: Microsoft) -> None:
    """What an owner did not grant is named with what it is for, and how it is granted."""
    microsoft.grants.remove("ChannelMessage.Read.Group")
    found = faults(await looked(microsoft))[f"team {GROUP}"]
    assert PERMISSIONS["ChannelMessage.Read.Group"] in found and "ChannelMember.Read.Group" not in found
    assert "Manage team, Apps" in found


@pytest.mark.parametrize(
    ("end", "status", "word"),
    [
        ("/permissionGrants", 403, "nothing was granted there"),
        ("/permissionGrants", 404, "no such team"),
        ("/permissionGrants", 503, "TEAMS_GRAPH_URL"),
        ("/installedApps", 403, "cannot be read"),
    ],
)
async def test_graph_refusing_is_mended(microsoft: Microsoft, end: str, status: int, word: str) -> None:
    """Each refusal of Graph's has its own way out."""
    microsoft.answers[end] = lambda: httpx.Response(status, json={"error": {"code": "Forbidden"}})
    found = faults(await looked(microsoft))
    assert set(found) == {f"team {GROUP}"} and word in found[f"team {GROUP}"]


@pytest.mark.parametrize(
    ("version", "word"), [("1.9.3", "package 1.9.3 is installed, this is 1.10.0"), ("", "not installed")]
)
async def test_an_older_package_is_told(microsoft: Microsoft, version: str, word: str) -> None:
    """A package older than the program, or none of this client id, is uploaded again; a newer one is fine."""
    microsoft.version = version
    found = faults(await looked(microsoft))[f"team {GROUP}"]
    assert word in found and "manifest teams" in found
    microsoft.version = "1.11.0"
    assert faults(await looked(microsoft)) == {}


async def test_teams_come_from_what_is_stored(microsoft: Microsoft) -> None:
    """Without --team the teams Parley knows are looked at, each once and not too many; with none at all that is said."""
    many = {
        f"19:{n}@thread.tacv2": Stored(f"19:{n}@thread.tacv2", SETTINGS.service_url, f"g-{n // 2}") for n in range(40)
    }
    told = await looked(microsoft, wanted=replace(WANTED, channels=[], groups=[], stored=many))
    assert sum(each.url.path.endswith("/permissionGrants") for each in microsoft.asked) == MOST_TEAMS
    assert "10 more teams" in told["consent"][0].what
    told = await looked(microsoft, wanted=replace(WANTED, groups=[]))
    assert "--team" in told["consent"][0].what and faults(told) == {}


@pytest.mark.parametrize(("skew", "word"), [(5, "within"), (120, "120 s ahead of"), (-120, "120 s behind")])
def test_the_clock_is_compared_with_entras(skew: float, word: str) -> None:
    """A clock more than a minute off is a fault, and its direction is said."""
    finding = clock(Reply(200, {"date": "Sat, 21 Nov 2026 22:00:00 GMT"}), 1795298400 + skew)
    assert word in finding.what and finding.ok is (abs(skew) < 60)
    assert clock(Reply(200), time.time()).ok


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("19%3ashared%40thread.tacv2", SHARED),
        ("https://teams.microsoft.com/l/channel/19%3ashared%40thread.tacv2/northwind?groupId=g-1&tenantId=t", SHARED),
        (SHARED, SHARED),
        ("C0123456789", "C0123456789"),
    ],
)
def test_a_channel_is_named_by_its_id_or_its_link(given: str, meant: str) -> None:
    """The id as the link has it, and the link itself, are what people copy."""
    assert conversation_id(given) == meant


def test_ids_and_versions_are_told_apart() -> None:
    """Conversations of Teams are not channels of Slack's, and 1.10 is after 1.9."""
    assert is_conversation(SHARED) and is_conversation("a:1Abc") and not is_conversation("C0123456789")
    assert numbers("1.10.0") > numbers("1.9.9") > numbers("") == numbers("x") and numbers("2.0.0-beta") == [2, 0, 0]


async def test_the_stand_in_teams_is_found_sound() -> None:
    """Against the stand-in: its tokens over https, keys and rosters, with the vendor's people told apart; a wrong secret is
    refused as Entra does."""
    async with StandInTeams() as teams:
        settings = settings_for(teams)
        trust = ssl.create_default_context(cafile=teams.ca_path)
        async with httpx.AsyncClient(verify=trust) as client:
            findings = await check(settings, Wanted(channels=[PLACE, INTERNAL]), client)
            refused = await check(replace(settings, client_secret="wrong"), Wanted(), client)
    told = {each.subject: each for each in findings}
    assert [each.subject for each in findings if not each.ok] == ["way in"]
    assert f"of tenant {VENDOR_TENANT}" in told[f"channel {PLACE}"].what
    assert "all of your own tenant" in told[f"channel {INTERNAL}"].what
    assert [each.what[:23] for each in refused if not each.ok][1:] == ["refused (AADSTS7000215)"]


# --- the command


def test_what_is_stored_is_read_and_nothing_made(tmp_path: Path, migrated_file: Path) -> None:
    """Conversations the bot is in are known with their address and team; without a database there is none afterwards."""
    settings = read({"PARLEY_HOME": str(tmp_path / "none")})
    assert known(settings) == ({}, []) and not (tmp_path / "none").exists()
    file = tmp_path / "parley.sqlite"
    file.write_bytes(migrated_file.read_bytes())
    database = Database(f"sqlite:///{file}", durable=False)
    with UnitOfWork(database) as uow:
        now = datetime(2026, 3, 2, tzinfo=UTC)
        place: dict[str, Any] = {
            "tenant": TENANT,
            "kind": "channel",
            "service_url": "https://smba.trafficmanager.net/emea/",
        }
        uow.conversations.keep(TeamsConversation(conversation=SHARED, team_group=GROUP, seen_at=now, **place))
        uow.conversations.keep(TeamsConversation(conversation="19:left", seen_at=now, gone_at=now, **place))
        uow.commit()
    database.dispose()
    found, trouble = known(read({"DATABASE_URL": f"sqlite:///{file}"}))
    assert found == {SHARED: Stored(SHARED, "https://smba.trafficmanager.net/emea/", GROUP)} and trouble == []
    (tmp_path / "broken.sqlite").write_bytes(b"no database" * 100)
    found, trouble = known(read({"DATABASE_URL": f"sqlite:///{tmp_path / 'broken.sqlite'}"}))
    assert found == {} and "db check" in trouble[0].mend


def test_a_check_without_platforms_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With neither platform set up it ends with 1 and names both."""
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert "SLACK_BOT_TOKEN" in said and "TEAMS_CLIENT_ID" in said


async def served(status: int) -> AsyncIterator[str]:
    """A server on this machine that answers everything alike; its address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = json.dumps({"error": "unauthorized_client", "error_codes": [700016]}).encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def test_the_check_asks_each_platform_that_is_set_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Through the command: Teams alone, real requests; a channel of Slack's is not asked about there, the faults are
    printed with their mending, and it ends with 1."""
    monkeypatch.chdir(tmp_path)
    async for address in served(400):
        given: dict[str, Any] = {
            "TEAMS_CLIENT_ID": CLIENT,
            "TEAMS_CLIENT_SECRET": SECRET,
            "TEAMS_TENANT_ID": TENANT,
            "TEAMS_LOGIN_URL": address,
            "TEAMS_METADATA_URL": f"{address}/openid",
            "TEAMS_SERVICE_URL": f"{address}/",
        }
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        assert await asyncio.to_thread(main, ["check", "--channel", SHARED, "--channel", "C0123456789"]) == 1
    said = capsys.readouterr().out
    assert "MEND  token for Teams: refused (AADSTS700016)" in said and "MEND  way in: PARLEY_PUBLIC_URL" in said
    assert "MEND  channel C0123456789" in said and "ok    Teams: http://127.0.0.1" in said and SECRET not in said
