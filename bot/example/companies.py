"""Who is in the example: one client and its invented providers, with figures made by a rule, not by chance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handlers.metrics.catalogue import load_catalogue
from handlers.metrics.reading.preview import Observation
from handlers.providers.spec import MetricSpec
from storage.models.room import RoomUser

CLIENT_ZONE = "Europe/London"
WORKSPACE = "room"


@dataclass(frozen=True, slots=True)
class Company:
    """An invented provider: its figures are a level, a swing, and a drift a week over the last ``drifting`` weeks."""

    key: str
    name: str
    country: str
    zone: str
    programme: str
    lead: RoomUser
    deputy: RoomUser
    metrics: tuple[tuple[MetricSpec, float, float, float, int], ...]
    figures_wall: str
    volume: int
    drifting: int = 10

    @property
    def channel(self) -> str:
        """The channel both companies share."""
        return f"{self.key}-shared"


def user(
    key: str, name: str, side: str, title: str, company: str, town: str, zone: str, colour: str, order: int
) -> RoomUser:
    """A person of the room with a seat; a provider's person has their company's own workspace."""
    initials = "".join(part[0] for part in name.split()[:2])
    workspace = WORKSPACE if side == "client" else company.split()[0].casefold()
    return RoomUser(
        id=key,
        name=name,
        initials=initials,
        colour=colour,
        side=side,
        title=title,
        company=company,
        town=town,
        zone=zone,
        workspace=workspace,
        seat=True,
        position=order,
    )


def client_people() -> tuple[RoomUser, ...]:
    """The client's people."""
    client = "Harbour Home"
    return (
        user("maya", "Maya Brooks", "client", "Vendor manager", client, "London", CLIENT_ZONE, "teal", 1),
        user("eva", "Eva Lindqvist", "client", "Operations director", client, "London", CLIENT_ZONE, "plum", 3),
        user("ben", "Ben Carter", "client", "Deputy vendor manager", client, "London", CLIENT_ZONE, "moss", 6),
    )


def companies() -> tuple[Company, ...]:
    """The three providers. A metric is (spec, level, swing, drift a week, sample size)."""
    metric, exact = MetricSpec, Decimal
    return (
        Company(
            "northwind",
            "Northwind Manila",
            "PH",
            "Asia/Manila",
            "Voice support",
            user("jo", "Jo Santos", "provider", "Account lead", "Northwind Manila", "Manila", "Asia/Manila", "rust", 2),
            user("rey", "Rey Cruz", "provider", "Team lead", "Northwind Manila", "Manila", "Asia/Manila", "slate", 7),
            (
                (metric("service_level", exact(80), exact(70)), 84.0, 1.6, -0.5, 5200),
                (metric("handle_time"), 372.0, 6.0, 4.5, 5000),
                (metric("quality", exact(90), exact(80)), 92.5, 1.2, 0.0, 240),
                (metric("customer_satisfaction", exact(80), exact(70)), 82.0, 2.0, -0.1, 610),
                (metric("first_contact_resolution", exact(70), exact(60)), 73.0, 1.5, 0.0, 900),
            ),
            "tue 10:00",
            5200,
        ),
        Company(
            "baltic",
            "Baltic Care",
            "PL",
            "Europe/Warsaw",
            "E-mail and chat",
            user(
                "kasia", "Kasia Nowak", "provider", "Account lead", "Baltic Care", "Kraków", "Europe/Warsaw", "ochre", 4
            ),
            user("piotr", "Piotr Zając", "provider", "Team lead", "Baltic Care", "Kraków", "Europe/Warsaw", "slate", 8),
            (
                (metric("response_in_sla", exact(90), exact(80)), 88.5, 2.2, 0.45, 3100),
                (metric("first_contact_resolution", exact(70), exact(60)), 74.0, 1.4, 0.1, 800),
                (metric("customer_satisfaction", exact(80), exact(70)), 84.5, 1.6, 0.0, 450),
                (metric("quality", exact(95), exact(85)), 96.0, 0.8, 0.0, 200),
            ),
            "mon 07:00",
            3100,
        ),
        Company(
            "andes",
            "Andes Contact",
            "CO",
            "America/Bogota",
            "Sales and retention",
            user(
                "lucia",
                "Lucía Rojas",
                "provider",
                "Account lead",
                "Andes Contact",
                "Bogotá",
                "America/Bogota",
                "indigo",
                5,
            ),
            user(
                "mateo", "Mateo Díaz", "provider", "Team lead", "Andes Contact", "Bogotá", "America/Bogota", "slate", 9
            ),
            (
                (metric("conversion", exact(12), exact(8)), 12.8, 0.7, 0.0, 2400),
                (metric("quality", exact(95), exact(85)), 95.6, 0.9, 0.0, 180),
                (metric("abandonment", exact(5), exact(8)), 4.4, 0.5, 0.0, 2600),
            ),
            "mon 04:00",
            2400,
        ),
    )


NEWCOMER = user("sam", "Sam Osei", "provider", "Account lead", "Savanna Support", "Accra", "Africa/Accra", "ochre", 10)


def week_figures(
    company: Company, monday: date, weeks_before_story: int, shifts: Mapping[str, float] | None = None
) -> list[Observation]:
    """One week's figures of a provider; ``weeks_before_story`` counts back from the story's first week (0). ``shifts`` are
    added to a metric's value, in its own unit."""
    catalogue, made = load_catalogue(), []
    for index, (spec, level, swing, drift, sample) in enumerate(company.metrics):
        age = max(0, company.drifting - weeks_before_story)
        wave = math.sin(1.7 * weeks_before_story + 1.3 * index) + 0.5 * math.sin(0.9 * weeks_before_story + index)
        value = level + swing * wave / 1.5 + drift * age + (shifts or {}).get(spec.metric, 0.0)
        known = catalogue.get(spec.metric)
        numerator = round(value * sample / (100 if known.unit == "percent" else 1))
        denominator = Decimal(sample)
        shown = Decimal(numerator) / denominator * (100 if known.unit == "percent" else 1)
        made.append(
            Observation(
                provider_name=company.name,
                provider_code=None,
                queue=None,
                metric_id=spec.metric,
                definition=known.definition,
                period_start=monday,
                period_days=7,
                numerator=Decimal(numerator),
                denominator=denominator,
                value=shown,
                row=index + 1,
            )
        )
    return made
