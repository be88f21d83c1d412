"""How a series stands: the record with its programme and its two sides, what comes next, and who may arrange it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers import places
from handlers.calendar import day_text, wall_of, zone
from handlers.reviews import planning
from handlers.reviews.planning import Coming
from handlers.reviews.sides import Sides
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.person import Person
from storage.models.provider import Programme, Provider
from storage.models.review import ReviewSeries
from storage.unit_of_work import UnitOfWork

ROLES = ("owner", "deputy")


@dataclass(frozen=True, slots=True)
class SeriesStanding:
    """A series and what it takes to speak about it. ``coming`` are the next occurrences, in order; none once it ended.
    ``ends`` is the contract's last day in words where it leaves fewer of them than were asked for, else ""."""

    series: ReviewSeries
    programme: Programme
    provider: Provider
    sides: Sides
    coming: tuple[Coming, ...] = ()
    ends: str = ""

    @property
    def id(self) -> int:
        """The record's id."""
        assert self.series.id is not None
        return self.series.id

    @property
    def value(self) -> str:
        """What a button about the series carries: its id, and the version it was drawn for."""
        return f"{self.id}:{self.series.version}"

    @property
    def rhythm(self) -> str:
        """The cadence with its clock: "every Tuesday at 10:00 (Europe/London)"."""
        return f"{planning.cadence_of(self.series).words()} ({self.series.anchor_zone})"

    @property
    def next(self) -> Coming | None:
        """The next one that is held."""
        return next((each for each in self.coming if each.is_held), None)

    @property
    def cut_short(self) -> str:
        """Why no more dates are listed: "The contract ends on Monday 20 April."; "" where the list is whole."""
        return f"The contract ends on {self.ends}." if self.ends else ""


def standing_of(series: ReviewSeries, uow: UnitOfWork, now: datetime, count: int = 8) -> SeriesStanding:
    """Gather what belongs to a series. Nothing is changed."""
    programme, provider = planning.programme_of(series, uow)
    coming = tuple(planning.coming(series, uow, now, count))
    sides = planning.sides_of_series(series, uow)
    ends = ""
    if series.state == "active" and provider.contract_end is not None and sum(each.is_held for each in coming) < count:
        ends = day_text(provider.contract_end, wall_of(now, zone(programme.anchor_zone)).date())
    return SeriesStanding(series, programme, provider, sides, coming, ends)


def find(series_id: int, asker: Asker, uow: UnitOfWork) -> ReviewSeries:
    """The series an asker means, held for a change, if they may know of it; else it does not exist for them. Raises
    ``Declined``."""
    series = uow.series.get(series_id)
    seen = {each.id for each in places.programmes_seen_by(asker, uow)}
    if series is None or series.installation_id != asker.installation_id or series.programme_id not in seen:
        raise Declined("That series is not in your list. Here is what is planned.", Button("review.list", "Reviews"))
    return series


def active(series: ReviewSeries) -> None:
    """Raises ``Declined`` once the series is over."""
    if series.state != "active":
        raise Declined(f"“{series.name}” is over; nothing is planned in it any more.", Button("review.list", "Reviews"))


def arrangers(series: ReviewSeries, uow: UnitOfWork) -> list[Person]:
    """Who answers for the programme on either side: owners and deputies, the owners first."""
    found = [uow.providers.accountable(series.programme_id, side, role) for role in ROLES for side in Side]
    return list({person.id: person for person in found if person is not None}.values())


def may_arrange(series: ReviewSeries, asker: Asker, uow: UnitOfWork) -> None:
    """Moving and skipping bind both sides: for managers, and for owners and deputies of either side. Raises ``Declined``
    naming them."""
    people = arrangers(series, uow)
    if asker.manages or asker.person_id in {person.id for person in people}:
        return
    names = " or ".join(person.name for person in people[: len(Side)]) or "a manager"
    raise Declined(f"Moving a review binds both companies. Ask {names} to do it, or say it in the channel.")


def may_manage(asker: Asker) -> None:
    """Setting up, editing and ending a series is for managers. Raises ``Declined``."""
    if not asker.manages:
        raise Declined("Only a manager changes the series itself. You can see its dates, and ask to move one.")
