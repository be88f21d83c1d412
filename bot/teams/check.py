"""``python -m bot check`` for Teams: what is wrong with tokens, keys, addresses, channels and consent, and how to mend it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from bot.findings import Finding, fine, wrong
from bot.teams import check_signing_in as signing_in
from bot.teams import check_teams as teams
from bot.teams.check_requests import UNKNOWN_NAME, UNTRUSTED, Probe, Reply
from bot.teams.check_teams import MOST_TEAMS, Stored
from bot.teams.clients import cloud
from bot.teams.manifest import host
from bot.teams.settings import PATH, TeamsSettings

OURS = "x-request-id"
"""Every answer of Parley's has this header: what answers without it is something before it, or something else."""
UNREACHED: Mapping[str, str] = {
    UNKNOWN_NAME: "check the spelling of PARLEY_PUBLIC_URL, and that its name is entered in the DNS",
    UNTRUSTED: "give the proxy a certificate that everybody trusts (deploy/Caddyfile gets one by itself): Teams takes no other",
}
START = "start Parley (make run), and check that the proxy or tunnel leads to PARLEY_HOST and PARLEY_PORT"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked at besides the settings. ``channels`` are conversation ids, ``groups`` teams by their Entra group id,
    ``stored`` what Parley knows of conversations, by id; ``program`` is the version that runs."""

    public_url: str = ""
    channels: Sequence[str] = ()
    groups: Sequence[str] = ()
    stored: Mapping[str, Stored] = field(default_factory=dict)
    program: str = ""


async def check(
    settings: TeamsSettings, wanted: Wanted, client: httpx.AsyncClient | None = None, patience: float = 10
) -> list[Finding]:
    """Looks at everything that can be looked at without posting; what is refused is a finding.

    ``patience`` is how many seconds one request may take; ``client`` sends them, one of its own if none is given.
    """
    if client is None:
        async with httpx.AsyncClient() as own:
            return await _look(Probe(own, patience), settings, wanted)
    return await _look(Probe(client, patience), settings, wanted)


async def _look(probe: Probe, settings: TeamsSettings, wanted: Wanted) -> list[Finding]:
    addresses = cloud(settings)
    bot = await signing_in.token(probe, settings, addresses.bot_scope)
    findings = [await _way_in(probe, wanted.public_url), signing_in.told(bot, settings, "token for Teams")]
    if bot.status:
        findings.append(signing_in.clock(bot, time.time()))
    findings += [await _keys(probe, settings), await _service(probe, settings)]
    token = signing_in.token_in(bot)
    if not token:
        return findings
    for conversation in wanted.channels:
        known = wanted.stored.get(conversation, Stored(conversation, settings.service_url))
        findings.append(await teams.channel(probe, settings, token, known))
    return [*findings, *await _consent(probe, settings, wanted, addresses.graph_scope)]


async def _way_in(probe: Probe, public_url: str) -> Finding:
    """Whether Teams can reach the messaging endpoint, and nobody else is believed there."""
    if not public_url:
        mend = f"set it to the https address of this Parley; the bot's messaging endpoint is that address and {PATH}"
        return wrong("way in", "PARLEY_PUBLIC_URL is empty, and Teams calls the bot from the internet", mend)
    try:
        host(public_url)
    except ValueError as problem:
        mend = "put a proxy or tunnel with a certificate before Parley, and set PARLEY_PUBLIC_URL to its address"
        return wrong("way in", f"PARLEY_PUBLIC_URL {str(problem).removeprefix('url: ')}", mend)
    endpoint = public_url.rstrip("/") + PATH
    return _door(endpoint, await probe.post(endpoint, json={"type": "message"}))


def _door(endpoint: str, reply: Reply) -> Finding:
    """What the answer to somebody signed out means: 401 from Parley itself is right, all else is not."""
    subject, ours = "way in", OURS in reply.headers
    if not reply.status:
        own = f"{START}; some networks do not let a machine reach its own public address: then ask from another one"
        return wrong(subject, f"{endpoint}: {reply.trouble}", UNREACHED.get(reply.trouble, own))
    if reply.status in (401, 403) and ours:
        return fine(subject, f"{endpoint} is reached, and refuses whoever Teams did not sign for")
    if reply.status in (401, 403):
        mend = f"something before Parley asks for a login: let POST {PATH} through without one; Parley looks at signatures itself"
        return wrong(subject, f"{endpoint} answers {reply.status}, and not from Parley", mend)
    if reply.status in (404, 405) and ours:
        mend = "start Parley again: it was started before TEAMS_CLIENT_ID was set"
        return wrong(subject, f"{endpoint} answers {reply.status}: Parley runs there without Teams", mend)
    if 300 <= reply.status < 400:
        mend = "set PARLEY_PUBLIC_URL to the address it leads to: Teams does not follow"
        return wrong(subject, f"{endpoint} leads elsewhere ({reply.status})", mend)
    if reply.well and ours:
        return wrong(subject, f"{endpoint} took a request that nobody signed", "stop Parley and report this")
    if reply.status >= 500:
        return wrong(subject, f"{endpoint} answers {reply.status}: the proxy is there, Parley is not", START)
    mend = f"let the proxy or tunnel pass POST {PATH} on to Parley (deploy/Caddyfile does)"
    return wrong(subject, f"{endpoint} answers {reply.status}, and not from Parley", mend)


async def _keys(probe: Probe, settings: TeamsSettings) -> Finding:
    """Whether the keys that Teams signs with can be fetched."""
    subject = "Teams' keys"
    mend = f"let this machine reach TEAMS_METADATA_URL ({settings.metadata_url}): without the keys nobody is believed"
    metadata = await probe.get(settings.metadata_url)
    where = metadata.get("jwks_uri") if metadata.well else None
    if not isinstance(where, str):
        return wrong(subject, f"their address cannot be read ({metadata.said})", mend)
    answer = await probe.get(where)
    keys = answer.get("keys") if answer.well else None
    if not isinstance(keys, list) or not keys:
        return wrong(subject, f"{where}: {answer.said}", mend)
    return fine(subject, f"{len(keys)} there")


async def _service(probe: Probe, settings: TeamsSettings) -> Finding:
    """Whether Teams itself can be reached from here; any answer to nothing in particular will do."""
    reply = await probe.get(settings.service_url)
    if reply.status and reply.status < 500:
        return fine("Teams", f"{settings.service_url} is reached")
    mend = "check the network and the proxy, and leave TEAMS_SERVICE_URL empty for the public cloud"
    return wrong("Teams", f"{settings.service_url}: {reply.said}", mend)


async def _consent(probe: Probe, settings: TeamsSettings, wanted: Wanted, scope: str) -> list[Finding]:
    """What was granted in the teams that are named or known."""
    known = [wanted.stored[each].group for each in wanted.stored]
    groups = list(dict.fromkeys(each for each in (*wanted.groups, *known) if each))
    if not groups:
        return [fine("consent", "no team is known yet; name one with --team (groupId in the team's link)")]
    graph = await signing_in.token(probe, settings, scope)
    findings = [signing_in.told(graph, settings, "token for Graph")]
    token = signing_in.token_in(graph)
    if not token:
        return findings
    for group in groups[:MOST_TEAMS]:
        findings += await teams.team(probe, settings, token, group, wanted.program)
    if len(groups) > MOST_TEAMS:
        findings.append(
            fine("consent", f"{len(groups) - MOST_TEAMS} more teams were not looked at; name one with --team")
        )
    return findings
