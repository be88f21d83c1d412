"""The two sides of a review: how they are called, where they are, when they work and whose holidays they keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.calendar import WorkHours, clocks, is_quiet, zone
from handlers.records.hours import hours_of
from handlers.vocabulary.address import Side
from storage.models.person import Person
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Sides:
    """``hours`` are each side's working hours in its own zone; ``names`` the companies' names; ``anchor`` the zone by whose
    wall clock a series is timed (usually one of the two)."""

    anchor: ZoneInfo
    hours: Mapping[Side, WorkHours]
    names: Mapping[Side, str]

    @property
    def anchor_side(self) -> Side:
        """Whose clock the anchor is: the provider's only where it is theirs and not the client's."""
        theirs = self.hours[Side.PROVIDER].zone.key == self.anchor.key
        return Side.PROVIDER if theirs and self.hours[Side.CLIENT].zone.key != self.anchor.key else Side.CLIENT

    @property
    def anchor_hours(self) -> WorkHours:
        """The working hours by which an agenda is timed: the anchor side's days, on the anchor's clock."""
        theirs = self.hours[self.anchor_side]
        return WorkHours(self.anchor, theirs.country, theirs.start, theirs.end, theirs.days)

    @property
    def countries(self) -> tuple[tuple[str, ...], tuple[ZoneInfo, ...]]:
        """The countries whose holidays count, and the zone in which each has its days."""
        known = [hours for hours in self.hours.values() if hours.country is not None]
        return tuple(str(hours.country) for hours in known), tuple(hours.zone for hours in known)

    @property
    def zones(self) -> tuple[ZoneInfo, ...]:
        """The zones a moment is told in: the anchor first, then each side's own, none twice."""
        found = {each.key: each for each in (self.anchor, *(hours.zone for hours in self.hours.values()))}
        return tuple(found.values())

    def clocks(self, at: datetime, *, year: bool = False) -> str:
        """A moment on the clocks of both sides, the anchor's first: "Thursday 5 March 10:00 (London) · 18:00 (Manila)"; with
        ``year`` it says that too."""
        return clocks(at, self.zones, year=year)

    def outside(self, at: datetime, minutes: int) -> tuple[Side, ...]:
        """The sides for which a review begins before their working hours or ends after them, or is on a day of rest. Public
        holidays are not looked at: they move a review."""
        last = at + timedelta(minutes=minutes) - timedelta(seconds=1)
        plain = {side: replace(hours, country=None) for side, hours in self.hours.items()}
        return tuple(side for side, hours in plain.items() if is_quiet(at, hours) or is_quiet(last, hours))


def sides_of(programme: Programme, provider: Provider, uow: UnitOfWork, anchor_zone: str = "") -> Sides:
    """The sides of a programme. The client's zone and country are those of its owner; without one, the programme's anchor
    zone and no holidays. ``anchor_zone`` is a series' own, "" for the programme's."""
    assert programme.id is not None
    owner = uow.providers.accountable(programme.id, Side.CLIENT)
    installation = uow.providers.installation_by_id(programme.installation_id)
    client = "" if installation is None else installation.name
    return sides_between(programme, provider, owner, client, anchor_zone)


def sides_between(
    programme: Programme, provider: Provider, owner: Person | None, client: str, anchor_zone: str = ""
) -> Sides:
    """The same from what was read already: ``owner`` answers on the client's side (None: nobody), whose company is called
    ``client`` ("": it told no name). Pure."""
    hours = {
        Side.CLIENT: hours_of(programme.anchor_zone, "") if owner is None else hours_of(owner.zone, owner.country),
        Side.PROVIDER: hours_of(provider.zone, provider.country),
    }
    names = {Side.CLIENT: client or "the client", Side.PROVIDER: provider.name}
    return Sides(zone(anchor_zone or programme.anchor_zone), hours, names)
