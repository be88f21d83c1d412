"""What the Teams door needs to know. The client secret is here and nowhere else; its repr never shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from bot.delivery.windows import Limits, Windows

SERVICE_URL = "https://smba.trafficmanager.net/teams/"
LOGIN_URL = "https://login.microsoftonline.com"
METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
GRAPH_URL = "https://graph.microsoft.com"
SERVICE_HOSTS = ("smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com", "smba.infra.gov.teams.microsoft.us")
"""Where Teams' connector is reached, in the public and the government clouds; our token is sent nowhere else.
Source: learn.microsoft.com, "Send proactive messages", "Create the conversation"."""

PATH = "/api/messages"
"""Where Teams' requests come in, behind the public address: the bot's messaging endpoint."""
TWICE, NEVER = UNSURE = ("twice", "never")

WINDOWS = Windows(((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0)))
"""Requests a conversation takes in so many seconds."""
REQUESTS_A_SECOND = 50
"""Of one app in one tenant. Source of both: learn.microsoft.com, "Optimize your bot with rate limiting in Teams"."""


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """``client_id`` and ``tenant_id`` are those of the bot's app registration (single tenant), UUIDs; ``tenants`` other
    tenants in which the app is installed and which count as the client's own.

    ``unsure`` decides about a post that may stand and cannot be read back: "twice" posts it again, "never" tells a manager.
    ``service_url``, ``login_url``, ``metadata_url`` and ``graph_url`` are Microsoft's addresses, without a slash at the end
    but for the first. ``key_url`` follows from ``metadata_url``. ``windows`` is how many requests Teams takes of a
    conversation, ``requests_a_second`` how many of the whole app. Raises ValueError with a line for each setting that has the wrong shape.
    """

    client_id: str
    client_secret: str = field(repr=False)
    tenant_id: str
    tenants: tuple[str, ...] = ()
    unsure: Literal["twice", "never"] = "twice"
    service_url: str = SERVICE_URL
    login_url: str = LOGIN_URL
    metadata_url: str = METADATA_URL
    graph_url: str = GRAPH_URL
    command: str = "/vendor"
    windows: Windows = WINDOWS
    requests_a_second: int = REQUESTS_A_SECOND

    def __post_init__(self) -> None:
        problems = [*self._ids(), *self._addresses()]
        if not self.client_secret.strip():
            problems.append(
                "TEAMS_CLIENT_SECRET is empty: copy the secret's value (not its id) from Certificates & secrets"
            )
        if self.unsure not in UNSURE:
            problems.append(f"TEAMS_UNSURE is {self.unsure!r}: twice (post it again) or never (tell a manager)")
        if problems:
            raise ValueError("\n".join(problems))

    def _ids(self) -> Iterator[str]:
        for name, value, where in (
            ("TEAMS_CLIENT_ID", self.client_id, "the app registration's Overview"),
            ("TEAMS_TENANT_ID", self.tenant_id, "the app registration's Overview"),
            *(("TEAMS_TENANTS", tenant, "Entra's Overview of that tenant") for tenant in self.tenants),
        ):
            if not _is_id(value):
                yield f"{name} is {value!r}: an id such as 00000000-0000-0000-0000-000000000000, from {where}"

    def _addresses(self) -> Iterator[str]:
        for name, url in (
            ("TEAMS_SERVICE_URL", self.service_url),
            ("TEAMS_LOGIN_URL", self.login_url),
            ("TEAMS_METADATA_URL", self.metadata_url),
            ("TEAMS_GRAPH_URL", self.graph_url),
        ):
            if not url.startswith(("http://", "https://")) or not urlsplit(url).netloc:
                yield f"{name}: {url!r} is not a web address; leave it empty for Microsoft's own"

    @property
    def own_tenants(self) -> frozenset[str]:
        """The tenants whose people are the client's, in lower case."""
        return frozenset(each.casefold() for each in (self.tenant_id, *self.tenants))

    @property
    def service_hosts(self) -> tuple[str, ...]:
        """Hosts a service address may have; a custom one adds its own and nothing else."""
        if self.service_url == SERVICE_URL:
            return SERVICE_HOSTS
        return (*SERVICE_HOSTS, urlsplit(self.service_url).netloc)

    @property
    def limits(self) -> Limits:
        """What Teams takes of one conversation, and of all together in a tenant."""
        return Limits(self.windows, Windows(((self.requests_a_second, 1.0),)))

    @property
    def bot_user(self) -> str:
        """The bot's own account in Teams: "28:" and the client id."""
        return f"28:{self.client_id}"


def _is_id(value: str) -> bool:
    try:
        return str(UUID(value)) == value.casefold()
    except ValueError:
        return False
