"""The rehearsed year's providers: the example's three, the newcomer, and two more; six countries, three kinds of week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.example.companies import NEWCOMER, Company, companies, user
from handlers.providers.spec import MetricSpec
from storage.models.room import RoomUser

FIGURES_WALL = "tue 10:00"
"""On each provider's own clock. Their files come on Monday mornings, so that a request is only made when one is late."""
STEADY = 100
"""Weeks before the example's story; far enough that nothing drifts."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A series that is set up on the first day: the provider's key, the template, when it is held, how long."""

    key: str
    template: str
    when: str
    minutes: int


RHYTHMS: tuple[Rhythm, ...] = (
    Rhythm("northwind", "weekly", "thursday 09:00", 30),
    Rhythm("northwind", "quarterly", "second wednesday of the quarter 09:00", 90),
    Rhythm("baltic", "fortnightly", "every two weeks wednesday 13:00", 45),
    Rhythm("baltic", "monthly", "second tuesday 10:00", 60),
    Rhythm("andes", "monthly", "first thursday of the month 15:00", 60),
    Rhythm("savanna", "weekly", "wednesday 11:00", 30),
    Rhythm("nile", "weekly", "tuesday 10:00", 30),
    Rhythm("nile", "monthly", "last working day of the month 11:00", 60),
    Rhythm("deccan", "fortnightly", "every two weeks thursday 10:00", 45),
    Rhythm("deccan", "quarterly", "first wednesday of the quarter 09:00", 90),
)


def six() -> tuple[Company, ...]:
    """The six providers; none of their figures drifts by itself."""
    known = (replace(each, drifting=0, figures_wall=FIGURES_WALL) for each in companies())
    return (*known, _savanna(), _nile(), _deccan())


def shifts(company: Company, week: int) -> Mapping[str, float]:
    """What is different about a provider's figures in a week (0: the first): Northwind's service level falls in spring, is
    brought back, and falls once more in early summer; Andes converts less all summer."""
    if company.key == "northwind" and (6 <= week < 14 or 20 <= week < 23):
        return {"service_level": -6.0}
    if company.key == "andes" and week >= 22:
        return {"conversion": -0.12 * min(week - 21, 14)}
    return {}


def is_late(company: Company, week: int) -> bool:
    """Whether a week's figures come two days late."""
    return company.key == "savanna" and week % 9 == 5


def _savanna() -> Company:
    ama = user("ama", "Ama Mensah", "provider", "Team lead", "Savanna Support", "Accra", "Africa/Accra", "slate", 11)
    return _company("savanna", "Savanna Support", "GH", "Africa/Accra", "Back office", NEWCOMER, ama)


def _nile() -> Company:
    where = ("Nile Voice", "Cairo", "Africa/Cairo")
    hana = user("hana", "Hana Farouk", "provider", "Account lead", *where, "plum", 12)
    omar = user("omar", "Omar Saleh", "provider", "Team lead", *where, "slate", 13)
    return _company("nile", "Nile Voice", "EG", "Africa/Cairo", "Arabic voice", hana, omar)


def _deccan() -> Company:
    where = ("Deccan Desk", "Hyderabad", "Asia/Kolkata")
    asha = user("asha", "Asha Rao", "provider", "Account lead", *where, "moss", 14)
    vikram = user("vikram", "Vikram Iyer", "provider", "Team lead", *where, "slate", 15)
    return _company("deccan", "Deccan Desk", "IN", "Asia/Kolkata", "Technical help", asha, vikram)


def _company(key: str, name: str, country: str, zone: str, programme: str, lead: RoomUser, deputy: RoomUser) -> Company:
    metrics = (
        (MetricSpec("service_level", Decimal(80), Decimal(70)), 84.0, 1.5, 0.0, 2600),
        (MetricSpec("quality", Decimal(90), Decimal(80)), 93.0, 1.1, 0.0, 200),
        (MetricSpec("customer_satisfaction", Decimal(80), Decimal(70)), 84.0, 1.7, 0.0, 420),
    )
    return Company(key, name, country, zone, programme, lead, deputy, metrics, FIGURES_WALL, 2600, drifting=0)
