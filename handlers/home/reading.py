"""Reads everything Home tells, in a handful of questions whatever the number of providers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from handlers.calendar import wall_of, zone
from handlers.catching_up.reading import missed_since
from handlers.catching_up.rules import Missed
from handlers.home import rules
from handlers.home.needs import Known, needs_of, open_of
from handlers.home.page import ROWS, Coming, Page, Settings
from handlers.home.rules import Standing
from handlers.home.week import Week, Weeks, weeks_of
from handlers.lateness import GAPS, Gap, read_gaps
from handlers.vocabulary.address import Side
from handlers.vocabulary.route import Asker
from storage.overview import Seen
from storage.overview_rows import ActionRow, IssueRow, PersonRow, ProgrammeRow, ReviewRow, WaitingRow
from storage.reviews import AHEAD
from storage.unit_of_work import UnitOfWork

Row = TypeVar("Row", IssueRow, ActionRow)

Shown = Callable[[int, int], bool]
"""Whether the programme at this place of the list, counted from 0, with this id, is shown with its figures."""
BEGINNING = date(2000, 1, 1)
"""No figure is older."""
REVIEWS = 5
DAY = timedelta(days=1)
MISSED_FOR = timedelta(days=7)
"""How long what was missed stays in Home."""
RECENT = timedelta(days=14)
"""How long an unheld review and a failed delivery stay in Home."""
CHECKED, PULSE = "pulse.checked", "pulse"
"""Settings by person id: when all was last looked through for them, and "off" where they want no daily pulse."""
ON, OFF = "on", "off"
MANAGER = "manager"


def page_of(asker: Asker, uow: UnitOfWork, now: datetime) -> Page:
    """Everything somebody's Home tells."""
    known, seen = read(asker, uow, now)
    names = f"{CHECKED}:{asker.person_id}", f"{PULSE}:{asker.person_id}", GAPS
    person = uow.overview.person(seen, known.today, *names)
    checked = None if person is None or person.checked is None else datetime.fromisoformat(person.checked)
    few = len(known.programmes) <= ROWS
    standings = tuple(standings_of(known, seen, uow, lambda *_: few)) if asker.manages else ()
    ticked, gap, missed = _running(asker, person, uow, now)
    return Page(
        side=asker.side,
        manages=asker.manages,
        zone=asker.zone,
        now=now,
        needs=tuple(needs_of(known)),
        standings=standings,
        mine=() if asker.manages else tuple(open_of(known)),
        reviews=_coming(known),
        settings=_settings(person, known),
        checked=checked,
        ended=_ended(asker, uow) if asker.manages and not standings else (),
        ticked=ticked,
        gap=gap,
        missed=missed,
    )


def _running(
    asker: Asker, person: PersonRow | None, uow: UnitOfWork, now: datetime
) -> tuple[datetime | None, Gap | None, tuple[Missed, ...]]:
    """When the clock last ticked, the last rest if it is fresh, and what a manager's company lost by one of the last week."""
    ticked, kept = uow.lateness.well(GAPS) if person is None else (person.ticked, person.gaps)
    fresh = [each for each in read_gaps(kept) if now - each.until < MISSED_FOR]
    if not fresh:
        return ticked, None, ()
    missed = missed_since(asker.installation_id, fresh[0].since, uow) if asker.manages else []
    return ticked, fresh[-1] if now - fresh[-1].until < DAY else None, tuple(missed)


def read(asker: Asker, uow: UnitOfWork, now: datetime) -> tuple[Known, Seen]:
    """What the asker may know of, and through whose eyes it is read."""
    seen = _seen(asker, uow)
    today = wall_of(now, zone(asker.zone)).date()
    programmes = uow.overview.programmes(seen, today)
    known = Known(
        asker=asker,
        now=now,
        programmes={row.programme_id: row for row in programmes},
        names=rules.names(programmes),
        issues=uow.overview.issues(seen),
        actions=uow.overview.actions(seen),
        reviews=uow.overview.reviews(seen, now - RECENT),
        waiting=uow.overview.waiting(seen, now - RECENT),
    )
    return _all_named(known, uow), seen


def _all_named(known: Known, uow: UnitOfWork) -> Known:
    """What is left of a programme whose contract is over is told with its name, too."""
    parts: tuple[Sequence[IssueRow | ActionRow | ReviewRow | WaitingRow], ...]
    parts = (known.issues, known.actions, known.reviews, known.waiting)
    over = {row.programme_id for rows in parts for row in rows} - set(known.names)
    return replace(known, names={**known.names, **uow.mornings.names(sorted(over))}) if over else known


def _ended(asker: Asker, uow: UnitOfWork) -> tuple[str, ...]:
    """Whose contracts are over, by name."""
    over = uow.providers.programmes(asker.installation_id, state="ended")
    return tuple(sorted(set(uow.mornings.names([each.id for each in over if each.id is not None]).values())))


def standings_of(known: Known, seen: Seen, uow: UnitOfWork, shown: Shown) -> list[Standing]:
    """How every programme stands, in trouble first. Those that are ``shown`` are judged on their whole history, as in their
    digests; the others on their newest week: Home of two hundred providers has to open at once, and each has its own page."""
    programmes, weeks = list(known.programmes.values()), Weeks(known.now)
    if not programmes:
        return []
    told = _told(known, weeks_of(programmes, uow.overview.figures(seen, *weeks.span(programmes)), weeks))
    places = [at for at, each in enumerate(told) if shown(at, each.row.programme_id)]
    rows = [told[at].row for at in places]
    if not rows:
        return told
    whole = uow.overview.figures(seen, BEGINNING, weeks.span(rows)[1], [row.programme_id for row in rows])
    exact = _told(known, weeks_of(rows, whole, weeks))
    for at, each in zip(places, exact, strict=True):
        told[at] = each
    return told


def _told(known: Known, figures: Mapping[int, Week]) -> list[Standing]:
    """Those programmes whose weeks are given, in trouble first."""
    issues, actions = _by_programme(known.issues), _by_programme(known.actions)
    return rules.in_order(
        rules.standing(
            known.programmes[number],
            known.names[number],
            week,
            issues.get(number, ()),
            actions.get(number, ()),
            known.now,
            known.days,
        )
        for number, week in figures.items()
    )


def _seen(asker: Asker, uow: UnitOfWork) -> Seen:
    """A provider's person sees their own provider's shared records only; somebody nobody has placed yet sees none."""
    provider_id = None
    if asker.side is Side.PROVIDER:
        person = uow.people.get(asker.person_id)
        provider_id = 0 if person is None or person.provider_id is None else person.provider_id
    internal = asker.side is Side.CLIENT and asker.confirmed
    return Seen(asker.installation_id, asker.person_id, asker.side.value, provider_id, internal)


def _coming(known: Known) -> tuple[Coming, ...]:
    """The next reviews: of the programmes I answer for, or of all where a manager answers for none."""
    ahead = [review for review in known.reviews if review.state in AHEAD]
    mine = [review for review in ahead if _takes_part(known.programmes.get(review.programme_id), known)]
    shown = mine or (ahead if known.asker.manages else [])
    return tuple(
        Coming(
            each.id,
            known.name(each.programme_id),
            each.series,
            each.starts_at,
            each.state == "under way",
            each.state == "planned" and each.starts_at < known.now,
        )
        for each in shown[:REVIEWS]
    )


def _takes_part(row: ProgrammeRow | None, known: Known) -> bool:
    if row is None or row.state != "active":
        return False
    return known.asker.side is Side.PROVIDER or row.my_role is not None


def _settings(person: PersonRow | None, known: Known) -> Settings | None:
    if person is None:
        return None
    active = [row for row in known.programmes.values() if row.state == "active"]
    running = [row for row in active if row.paused != "yes" and row.digest_at is not None]
    away = None
    if person.away_from is not None and person.away_until is not None:
        away = person.away_from, person.away_until
    return Settings(
        morning=person.morning,
        zone=person.zone,
        pulse=_has_pulse(person.pulse, known),
        away=away,
        digests=tuple(Counter(f"{row.digest_wall.capitalize()} ({row.anchor_zone})" for row in running).most_common()),
        paused=sum(row.paused == "yes" for row in active),
    )


def _has_pulse(said: str | None, known: Known) -> bool:
    """What they said; else managers have one, and executives who answer for a programme."""
    if said in (ON, OFF):
        return said == ON
    posts = any(row.my_role is not None and row.state == "active" for row in known.programmes.values())
    return known.asker.role == MANAGER or posts


def _by_programme(rows: Iterable[Row]) -> Mapping[int, Sequence[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.programme_id].append(row)
    return found
