"""Who takes part in a run, by the ids of each platform. Channels go by short names everywhere but on the platform itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from handlers.vocabulary.address import Platform
from tests.standins.slack import HOST_TEAM, VENDOR_TEAM
from tests.standins.teams import CLIENT_ID, HOST_TENANT, VENDOR_TENANT

_NAMES = uuid.UUID("9d6f2a10-0000-4000-8000-000000000001")


@dataclass(frozen=True, slots=True)
class Cast:
    """``host`` and ``vendor`` are the two companies' workspaces; ``lead`` the account lead in channel ``number``; ``real`` the
    platform's id of the channel with a short name."""

    platform: Platform
    host: str
    vendor: str
    bot: str
    manager: str
    lead: Callable[[int], str]
    real: Callable[[str], str]


def provider(number: int) -> str:
    """The company in channel ``number``."""
    return f"Provider {number:02}"


def lead_name(number: int) -> str:
    """The name of its account lead."""
    return f"Liza Santos {number:02}"


def _slack_lead(number: int) -> str:
    return f"U0LEAD{number:02}"


def _as_it_is(name: str) -> str:
    return name


def _entra(name: str) -> str:
    return str(uuid.uuid5(_NAMES, name))


def _teams_lead(number: int) -> str:
    return _entra(f"lead {number}")


def _teams_channel(name: str) -> str:
    return f"19:{name}@thread.tacv2"


def short(channel: str) -> str:
    """The short name of a channel on Teams."""
    return channel.removeprefix("19:").removesuffix("@thread.tacv2")


SLACK = Cast(Platform.SLACK, HOST_TEAM, VENDOR_TEAM, "U0BOT", "U0MANAGER", _slack_lead, _as_it_is)
TEAMS = Cast(
    Platform.TEAMS, HOST_TENANT, VENDOR_TENANT, f"28:{CLIENT_ID}", _entra("manager"), _teams_lead, _teams_channel
)
