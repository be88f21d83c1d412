"""What has to be known to begin with a provider: one frozen description, from the wizard, a file or code."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

FIGURES_WALL = "tue 10:00"
"""When figures are asked for, on the provider's own wall clock: the day after the week's last day was counted."""
DIGEST_WALL = "mon 08:30"
PROGRAMME = "Customer support"


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """A person, known (``person_id``) or to be made known by name and account.

    ``user`` is their user id on the installation's platform; ``workspace`` their own company's, "" while unknown: then
    it is learnt when they first speak. ``zone`` and ``country`` are their company's unless given.
    """

    name: str = ""
    user: str = ""
    workspace: str = ""
    role: str = ""
    zone: str = ""
    country: str = ""
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """A key metric by its catalogue id. ``target`` None: none agreed. ``minimum`` is the value below which it is red; of a
    band, such as handle time, the two are its ends.

    ``definition`` None takes the catalogue's.
    """

    metric: str
    target: Decimal | None = None
    minimum: Decimal | None = None
    definition: str | None = None


@dataclass(frozen=True, slots=True)
class Owners:
    """Who answers for the programme on one side (S2): the owner always, a deputy if there is one."""

    owner: PersonSpec
    deputy: PersonSpec | None = None


@dataclass(frozen=True, slots=True)
class ProviderSpec:
    """A provider's programme, ready to begin.

    ``country`` is ISO 3166-1 alpha-2; ``zone`` (the site's) and ``anchor_zone`` (of the weeks and the digest) are IANA
    names. ``digest_wall`` is in ``anchor_zone``, ``figures_wall`` in ``zone``; both like "mon 08:30". ``channel`` and
    ``internal_channel`` are channel ids in the installation's workspace; without an internal one, what is internal goes
    to the client's owner directly. ``targets_from`` is the first day the targets hold, the set-up day if None.
    """

    provider: str
    country: str
    zone: str
    client: Owners
    theirs: Owners
    anchor_zone: str
    programme: str = PROGRAMME
    channel: str = ""
    channel_name: str = ""
    internal_channel: str = ""
    internal_name: str = ""
    metrics: tuple[MetricSpec, ...] = field(default=())
    digest_wall: str = DIGEST_WALL
    figures_wall: str = FIGURES_WALL
    code: str = ""
    contract_end: date | None = None
    targets_from: date | None = None
