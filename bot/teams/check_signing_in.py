"""Whether Entra gives the bot its tokens, and how each refusal is mended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from uuid import UUID

from bot.findings import MOST_SKEW, Finding, fine, wrong
from bot.teams.check_requests import UNTRUSTED, Probe, Reply
from bot.teams.settings import TeamsSettings

OVERVIEW = "the app registration's Overview (https://entra.microsoft.com, App registrations)"
SECRETS = "Certificates & secrets of the app registration"
NEW_SECRET = (
    f"make a new client secret under {SECRETS}, and copy its Value into TEAMS_CLIENT_SECRET at once: it is shown once"
)

UNTRUSTED_HERE = (
    "if your network looks into connections, name the file of its certificates in both SSL_CERT_FILE and REQUESTS_CA_BUNDLE, for"
    " the check and for Parley itself; else leave TEAMS_LOGIN_URL empty"
)
"""For a certificate this machine does not trust: one variable is read by httpx, the other by msal."""

WAYS_OUT: Mapping[int, tuple[str, str]] = {
    7000215: (
        "TEAMS_CLIENT_SECRET is not the secret's value",
        f"copy the Value, not the Secret ID, from {SECRETS}; it is shown only once, so {NEW_SECRET}",
    ),
    7000222: ("TEAMS_CLIENT_SECRET has expired", NEW_SECRET),
    7000218: ("the secret did not arrive", "set TEAMS_CLIENT_SECRET, without spaces or quotes around it"),
    700016: (
        "this tenant has no app with TEAMS_CLIENT_ID",
        f"copy Application (client) ID and Directory (tenant) ID again, both from {OVERVIEW}: the client id may be mistyped,"
        " or the app may be registered in another tenant",
    ),
    90002: ("there is no tenant with TEAMS_TENANT_ID", f"copy Directory (tenant) ID from {OVERVIEW}"),
    900023: ("TEAMS_TENANT_ID is no tenant's id", f"copy Directory (tenant) ID from {OVERVIEW}"),
    7000229: (
        "the app registration has no enterprise application in this tenant",
        "open the app registration's Overview and follow “Create service principal”, or: az ad sp create --id TEAMS_CLIENT_ID",
    ),
    7000112: (
        "the app is switched off in this tenant",
        "Entra, Enterprise applications, the app, Properties: enable it",
    ),
    53003: (
        "a conditional access policy blocks the app",
        "exclude the app from the policy, or add the address of this machine to its named locations",
    ),
    500011: (
        "the tenant does not know the service the token is for",
        "check TEAMS_LOGIN_URL and TEAMS_GRAPH_URL: they must be of one cloud; leave them empty for the public one",
    ),
}
"""Entra's error numbers (AADSTS…): what each means here, and what mends it.
Source: learn.microsoft.com, "Microsoft Entra authentication and authorization error codes"."""


async def token(probe: Probe, settings: TeamsSettings, scope: str) -> Reply:
    """Entra's answer to the app's own request for a token; the token is in its body and nowhere else."""
    return await probe.post(
        f"{settings.login_url}/{settings.tenant_id}/oauth2/v2.0/token",
        form={
            "grant_type": "client_credentials",
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
            "scope": scope,
        },
    )


def token_in(reply: Reply) -> str:
    """The token of an answer; empty where there is none."""
    found = reply.get("access_token") if reply.well else None
    return found if isinstance(found, str) else ""


def told(reply: Reply, settings: TeamsSettings, subject: str) -> Finding:
    """What the answer means, and how it is mended."""
    if token_in(reply):
        return fine(subject, f"given by Entra to {settings.client_id}")
    if not reply.status:
        mend = f"check the network, the proxy and TEAMS_LOGIN_URL ({settings.login_url})"
        return wrong(subject, f"Entra: {reply.trouble}", UNTRUSTED_HERE if reply.trouble == UNTRUSTED else mend)
    number = code(reply)
    if number == 7000215 and _is_id(settings.client_secret):
        return wrong(subject, f"refused (AADSTS{number}): TEAMS_CLIENT_SECRET is the Secret ID", NEW_SECRET)
    if number in WAYS_OUT:
        what, mend = WAYS_OUT[number]
        return wrong(subject, f"refused (AADSTS{number}): {what}", mend)
    if number:
        mend = f"read what Microsoft says of it: {settings.login_url}/error?code={number}"
        return wrong(subject, f"refused (AADSTS{number})", mend)
    mend = f"TEAMS_LOGIN_URL ({settings.login_url}) does not answer as Entra does: leave it empty for Microsoft's own"
    return wrong(subject, f"no token in the answer ({reply.said})", mend)


def code(reply: Reply) -> int:
    """Entra's number for what is wrong; 0 where it says none."""
    codes = reply.get("error_codes")
    if isinstance(codes, list) and codes and isinstance(codes[0], int):
        return codes[0]
    found = re.search(r"AADSTS(\d+)", str(reply.get("error_description") or ""))
    return int(found[1]) if found else 0


def clock(reply: Reply, now: float) -> Finding:
    """Whether this machine's clock agrees with Entra's. ``now`` in seconds since 1970."""
    said = reply.headers.get("date")
    if not said:
        return fine("clock", "Entra did not say what time it is")
    skew = now - parsedate_to_datetime(said).timestamp()
    if abs(skew) <= MOST_SKEW:
        return fine("clock", f"within {MOST_SKEW} s of Entra's")
    side = "ahead of" if skew > 0 else "behind"
    mend = "set the clock by NTP: from 300 s on what Teams signs is refused, and reminders go out at the wrong time"
    return wrong("clock", f"{abs(skew):.0f} s {side} Entra's", mend)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
