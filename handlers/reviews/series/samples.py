"""A series made up for examples and for the test that renders every card. Nothing here is stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.records.hours import hours_of
from handlers.reviews.planning import Coming
from handlers.reviews.series.standing import SeriesStanding
from handlers.reviews.sides import Sides
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import File
from storage.models.provider import Programme, Provider
from storage.models.review import ReviewSeries

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIRST = datetime(2026, 3, 12, 9, 0)
MOVED = datetime(2026, 4, 2, 9, 0)
HOLIDAY = "Maundy Thursday in the Philippines"


def sample(
    name: str = "Weekly operations review", reason: str = HOLIDAY, link: str = "https://meet.example.com/abc"
) -> SeriesStanding:
    """A weekly series between London and Manila, with one review that is moved and one that is left out."""
    anchor = ZoneInfo("Europe/London")
    sides = Sides(
        anchor,
        {Side.CLIENT: hours_of("Europe/London", "GB"), Side.PROVIDER: hours_of("Asia/Manila", "PH")},
        {Side.CLIENT: "Harbour Home", Side.PROVIDER: "Northwind Manila"},
    )
    series = ReviewSeries(
        id=1,
        installation_id=1,
        provider_id=1,
        programme_id=1,
        name=name,
        rule="FREQ=WEEKLY;BYDAY=TH",
        first_wall=FIRST,
        anchor_zone=anchor.key,
        template="weekly",
        link=link,
        uid="0f6f8e5c-4bb4-4e3e-8c6a-1f4b1e0d7a11@parley",
        created_at=NOW,
    )
    programme = Programme(
        id=1,
        installation_id=1,
        provider_id=1,
        name="Voice support",
        anchor_zone=anchor.key,
        digest_wall="mon 08:30",
        figures_wall="tue 10:00",
        created_at=NOW,
    )
    provider = Provider(
        id=1, installation_id=1, name="Northwind Manila", country="PH", zone="Asia/Manila", created_at=NOW
    )
    return SeriesStanding(series, programme, provider, sides, tuple(_coming(anchor, reason)))


def sample_file() -> File:
    """A calendar file, cut short."""
    content = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
    return File("Weekly-operations-review.ics", "text/calendar; method=PUBLISH", content, "Put it into your calendar")


def _coming(anchor: ZoneInfo, reason: str) -> list[Coming]:
    found = []
    for week in range(5):
        wall = FIRST + timedelta(days=7 * week)
        each = Coming(wall, wall, wall.replace(tzinfo=anchor).astimezone(UTC), review_id=1 if week == 0 else None)
        if week == 1:
            each = Coming(wall, wall, each.at, "skipped", "person", reason, 2)
        if wall == MOVED:
            held = wall + timedelta(days=5)
            each = Coming(wall, held, held.replace(tzinfo=anchor).astimezone(UTC), "planned", "holiday", reason)
        found.append(each)
    return found
