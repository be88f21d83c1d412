"""The town that is tormented: providers with a channel each, and what the calendar owes them while the run lasts.

Made through the real handlers and repositories, before the first process starts: digests, and open issues
whose time to acknowledge runs out in the middle of the run. The cards of those issues have still to be posted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from handlers import schedules
from handlers.issues import changes
from handlers.metrics.catalogue import load_catalogue
from handlers.providers.handler import set_up
from handlers.providers.spec import MetricSpec, Owners, PersonSpec, ProviderSpec
from handlers.router import Router
from handlers.routes import table
from handlers.vocabulary.address import Account, Place
from handlers.vocabulary.incoming import Submitted
from storage.database import Database
from storage.models.provider import Installation
from storage.unit_of_work import UnitOfWork
from tests.chaos import names
from tests.chaos.cast import Cast, lead_name, provider
from tests.chaos.morning import working_morning
from tests.chaos.oracle import Due

Remembered = Callable[[UnitOfWork, int, datetime], None]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BEGINS = 10.0
"""Seconds until something is due at the earliest: setting up and starting take that long."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """How much falls due: ``programmes`` with a digest each, ``timers`` issues whose time to acknowledge runs out, all within
    ``seconds``."""

    programmes: int = 12
    timers: int = 12
    seconds: float = 90.0


def furnish(database: Database, calendar: Calendar, cast: Cast, remembered: Remembered) -> list[Due]:
    """Fill the empty, migrated database; answers what it owes from now on. ``remembered`` adds what the platform told of its
    channels."""
    now = datetime.now(UTC)
    zone, country = working_morning(now)
    due: list[Due] = []
    with UnitOfWork(database) as uow:
        installation = uow.providers.add(
            Installation(platform=cast.platform, workspace=cast.host, bot_user=cast.bot, installed_at=now)
        )
        assert installation.id is not None
        catalogue = load_catalogue()
        for number in range(calendar.programmes):
            at = now + timedelta(seconds=BEGINS + calendar.seconds * number / calendar.programmes)
            programme = set_up(uow, installation.id, _spec(number, cast, zone, country, at), now, catalogue=catalogue)
            _fires_at(uow, programme.id or 0, at, zone)
            due += [Due(channel, names.digest(provider(number)), at.timestamp()) for channel in _channels(number)]
        tomorrow = DAYS[(now.astimezone(ZoneInfo(zone)).weekday() + 2) % len(DAYS)]
        schedules.every(uow, "portfolio", installation.id, installation.id, f"{tomorrow} 09:00", zone, now)
        remembered(uow, calendar.programmes, now)
        uow.events.clear()
        uow.commit()
    return due + _timers(database, calendar, cast, now)


def _channels(number: int) -> tuple[str, str]:
    return names.shared_channel(number), names.internal_channel(number)


def _fires_at(uow: UnitOfWork, programme_id: int, at: datetime, zone: str) -> None:
    """A pattern knows minutes only: this week's digest comes some seconds into its minute, so that not all come at once."""
    schedule = uow.schedules.locked("digest", programme_id)
    assert schedule is not None
    schedule.next_wall = at.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0, tzinfo=None)
    schedule.next_at = at
    uow.schedules.save(schedule)


def _spec(number: int, cast: Cast, zone: str, country: str, digest_at: datetime) -> ProviderSpec:
    wall = digest_at.astimezone(ZoneInfo(zone))
    later = DAYS[(wall.weekday() + 2) % len(DAYS)]
    manager = PersonSpec("Maya Brooks", cast.manager, cast.host, "manager", zone, country)
    theirs = PersonSpec(lead_name(number), cast.lead(number), cast.vendor, "lead", zone, country)
    return ProviderSpec(
        provider=provider(number),
        country=country,
        zone=zone,
        client=Owners(manager),
        theirs=Owners(theirs),
        anchor_zone=zone,
        channel=cast.real(names.shared_channel(number)),
        channel_name=f"shared-{number:02}",
        internal_channel=cast.real(names.internal_channel(number)),
        internal_name=f"inside-{number:02}",
        metrics=(MetricSpec("service_level", Decimal(80)), MetricSpec("handle_time", Decimal(400))),
        digest_wall=f"{DAYS[wall.weekday()]} {wall:%H:%M}",
        figures_wall=f"{later} 10:00",
        targets_from=wall.date() - timedelta(days=90),
    )


def _timers(database: Database, calendar: Calendar, cast: Cast, now: datetime) -> list[Due]:
    """Issues reported by the real handler. Their time to acknowledge is then set to run out during the run."""
    router = Router(table(), lambda: UnitOfWork(database))
    due: list[Due] = []
    for serial in range(calendar.timers):
        number = serial % calendar.programmes
        word = names.nonce(number, 9000 + serial)
        _report(router, cast, number, word, now)
        until = now + timedelta(seconds=BEGINS + calendar.seconds * serial / calendar.timers)
        with UnitOfWork(database) as uow:
            found = [
                each for programme in uow.providers.programmes(1) for each in uow.issues.open_of(programme.id or 0)
            ]
            issue = next(each for each in found if word in each.title)
            issue.acknowledge_by = until
            uow.issues.save(issue)
            changes.set_timers(issue, uow)
            uow.commit()
        channel = names.shared_channel(number)
        due += [
            Due(channel, names.card(word), now.timestamp()),
            Due(channel, names.line(word, "late"), until.timestamp()),
        ]
    return due


def _report(router: Router, cast: Cast, number: int, word: str, now: datetime) -> None:
    place = Place(cast.platform, cast.host, cast.real(names.shared_channel(number)))
    actor = Account(cast.platform, cast.host, cast.manager)
    values = {"title": f"Refunds are late {word}", "severity": "3", "kind": "service", "visibility": "SH"}
    form = Submitted(f"chaos:{word}", actor, place, action="issue.report", values=values)
    answer = router.handle(replace(form, hidden=""), now)
    if answer.problems or "reported" not in answer.done:
        raise RuntimeError(f"the issue {word} was not taken: {answer}")
