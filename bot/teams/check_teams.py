"""What a check sees of channels and teams: who reads them, what was granted there, and which package is installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from bot.findings import Finding, fine, wrong
from bot.teams.check_requests import Probe, Reply
from bot.teams.conversations import trusted
from bot.teams.manifest import PERMISSIONS, app_id
from bot.teams.settings import TeamsSettings

PAGE, MOST_PAGES = "500", 20
MOST_TEAMS = 10
"""How many teams are looked at in one go."""
ADD = "in the channel: ⋯, Manage channel, Apps, add Parley (a shared or private channel needs it besides its team)"
AGREE = (
    "an owner of the team removes Parley and adds it again (⋯, Manage team, Apps), and agrees to what it asks; if Teams does"
    " not ask, an administrator allows it: Entra admin center, Enterprise applications, Consent and permissions, and Teams"
    " admin center, Teams apps, Manage apps, Parley, Permissions"
)
UPLOAD = (
    "python -m bot manifest teams, then Teams admin center, Teams apps, Manage apps, Parley, Upload file;"
    " in the team: Manage team, Apps, Update"
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation Parley knows: where it is spoken to, and the Entra group of its team, "" where nobody told."""

    conversation: str
    service_url: str
    group: str = ""


def is_conversation(text: str) -> bool:
    """Whether an id is one of Teams' conversations rather than a channel of Slack's."""
    return text.startswith(("19:", "a:")) or "@thread" in text


def conversation_id(text: str) -> str:
    """A channel's id, also as its link has it, and out of the whole link; what is neither stays as it is."""
    _, _, behind = text.partition("/channel/")
    return unquote((behind or text).partition("/")[0]).strip()


async def channel(probe: Probe, settings: TeamsSettings, token: str, known: Stored) -> Finding:
    """Whether a channel's members can be read, and who of them is of another company."""
    subject = f"channel {known.conversation}"
    if not trusted(settings, known.service_url):
        mend = "leave TEAMS_SERVICE_URL as it was when the app was added there, or add the app again"
        return wrong(subject, f"it was last spoken to at {known.service_url}, which is not Teams' address", mend)
    members, last = await _members(probe, token, known)
    if not last.well:
        return wrong(subject, f"its members cannot be read ({last.said})", _way_in(last, known))
    outside = [each for each in members if is_outside(each, settings)]
    guests = sum(1 for each in outside if _is_guest(each))
    if not outside:
        return fine(subject, f"{len(members)} members, all of your own tenant")
    tenants = {str(each.get("tenantId") or "unknown") for each in outside if not _is_guest(each)}
    whose = [*([f"{guests} as guests"] if guests else []), *(f"of tenant {each}" for each in sorted(tenants))]
    return fine(
        subject,
        f"{len(members)} members, {len(outside)} of another company ({', '.join(whose)}): nothing internal is said there",
    )


async def _members(probe: Probe, token: str, known: Stored) -> tuple[list[Mapping[str, Any]], Reply]:
    """Everybody in the roster, and the last answer."""
    url = f"{known.service_url.rstrip('/')}/v3/conversations/{quote(known.conversation, safe=':@')}/pagedMembers"
    found: list[Mapping[str, Any]] = []
    query = {"pageSize": PAGE}
    for _ in range(MOST_PAGES):
        reply = await probe.get(url, token, **query)
        found += [each for each in reply.get("members") or [] if isinstance(each, dict)]
        following = reply.get("continuationToken")
        if not reply.well or not following:
            break
        query["continuationToken"] = str(following)
    return found, reply


def _way_in(reply: Reply, known: Stored) -> str:
    if reply.status == 401:
        return "the bot's registration is missing or of another kind: Azure Bot, Configuration, the same client id, single tenant"
    if reply.status == 403:
        return f"the app is not in the channel, or nobody granted ChannelMember.Read.Group: {ADD}"
    if reply.status == 404:
        return f"check the id (give the channel's whole link, it is read out of that), and that the app is there: {ADD}"
    if not reply.status:
        return f"check the network, the proxy and TEAMS_SERVICE_URL ({known.service_url})"
    return "Teams itself is in trouble or too busy: try again in a minute"


def is_outside(member: Mapping[str, Any], settings: TeamsSettings) -> bool:
    """Whether somebody of a roster is of another company: a guest, or of a tenant that is not the client's own."""
    return _is_guest(member) or str(member.get("tenantId") or "").casefold() not in settings.own_tenants


def _is_guest(member: Mapping[str, Any]) -> bool:
    return member.get("userRole") == "guest" or "#EXT#" in str(member.get("userPrincipalName") or "")


async def team(probe: Probe, settings: TeamsSettings, token: str, group: str, program: str) -> list[Finding]:
    """What an owner granted in a team, and whether the package installed there is this program's.

    ``group`` is the team's Entra group id, ``token`` one for Graph, ``program`` the version that runs.
    """
    url = f"{settings.graph_url}/v1.0/teams/{quote(group)}"
    subject = f"team {group}"
    grants = await probe.get(f"{url}/permissionGrants", token)
    if grants.status in (401, 403):
        return [wrong(subject, f"nothing was granted there ({grants.said})", AGREE)]
    if grants.status == 404:
        return [wrong(subject, "there is no such team", "copy groupId from the team's link (⋯, Get link to team)")]
    if not grants.well:
        mend = f"try again in a minute; if it stays so, check TEAMS_GRAPH_URL ({settings.graph_url})"
        return [wrong(subject, f"Graph: {grants.said}", mend)]
    name = app_id(settings.client_id)
    installed = await probe.get(
        f"{url}/installedApps",
        token,
        **{"$expand": "teamsApp,teamsAppDefinition", "$filter": f"teamsApp/externalId eq '{name}'"},
    )
    return [_granted(subject, _names(grants, settings)), _installed(subject, installed, program)]


def _names(grants: Reply, settings: TeamsSettings) -> set[str]:
    ours = settings.client_id.casefold()
    return {
        str(each.get("permission"))
        for each in grants.get("value") or []
        if isinstance(each, dict) and ours in {str(each.get(key)).casefold() for key in ("clientAppId", "clientId")}
    }


def _granted(subject: str, names: set[str]) -> Finding:
    missing = [name for name in PERMISSIONS if name not in names]
    if not missing:
        return fine(subject, f"all {len(PERMISSIONS)} permissions granted")
    reasons = "; ".join(f"{name} ({PERMISSIONS[name]})" for name in missing)
    return wrong(subject, f"not granted: {reasons}", AGREE)


def _installed(subject: str, installed: Reply, program: str) -> Finding:
    if not installed.well:
        return wrong(subject, f"which package is installed cannot be read ({installed.said})", AGREE)
    found = next((each for each in installed.get("value") or [] if isinstance(each, dict)), None)
    if found is None:
        mend = f"add Parley to the team from the package of `python -m bot manifest teams`; an older one there is another app. {UPLOAD}"
        return wrong(subject, "the package of this client id is not installed there", mend)
    version = str((found.get("teamsAppDefinition") or {}).get("version") or "")
    if numbers(version) < numbers(program):
        return wrong(subject, f"package {version or 'of an unknown version'} is installed, this is {program}", UPLOAD)
    return fine(subject, f"package {version} is installed")


def numbers(version: str) -> list[int]:
    """A version to compare: 1.10.0 is after 1.9.0. What is no number counts as 0."""
    return [int(part) if part.isdigit() else 0 for part in version.split("-")[0].split(".")]
