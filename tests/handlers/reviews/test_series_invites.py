"""Calendar files of review series, opened by two libraries that did not write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject  # type: ignore[import-untyped]  # its stubs are not installed
from dateutil.tz import tzical
from ical.calendar_stream import IcsCalendarStream

from handlers.calendar import Cadence, planned, wall_of
from handlers.records.hours import hours_of
from handlers.reviews import planning
from handlers.reviews.planning import Coming
from handlers.reviews.series.invites import Invitation, exceptions, file_of, is_current
from handlers.reviews.sides import Sides
from handlers.vocabulary.address import Side
from storage.models.review import ReviewSeries

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
END = datetime(2027, 3, 1, tzinfo=UTC)
NAMES = {Side.CLIENT: "Harbour Home", Side.PROVIDER: "Northwind Manila"}
PLACES = {"Europe/London": "GB", "Asia/Manila": "PH", "America/New_York": "US", "Asia/Riyadh": "SA"}


def sides(anchor: str, other: str) -> Sides:
    hours = {Side.CLIENT: hours_of(anchor, PLACES[anchor]), Side.PROVIDER: hours_of(other, PLACES[other])}
    return Sides(ZoneInfo(anchor), hours, NAMES)


def series(words: str, anchor: str, **changed: Any) -> ReviewSeries:
    cadence = Cadence.parse(words, date(2026, 3, 3))
    fields: dict[str, Any] = {
        "name": "Weekly review",
        "minutes": 45,
        "link": "https://meet.example.com/a?b=1;c,d",
        "version": 1,
        **changed,
    }
    return ReviewSeries(
        installation_id=1,
        provider_id=1,
        programme_id=1,
        rule=cadence.rule,
        first_wall=cadence.first,
        anchor_zone=anchor,
        template="weekly",
        uid="11111111-2222-4333-8444-555555555555@parley",
        created_at=NOW,
        **fields,
    )


def walk(each: ReviewSeries, both: Sides) -> Iterator[Coming]:
    """What the preview shows, without a database."""
    countries, zones = both.countries
    where = ZoneInfo(each.anchor_zone)
    found = planned(planning.cadence_of(each), where, countries, wall_of(NOW, where), zones)
    return (planning.of_cadence(one) for one in found)


def held(coming: Iterable[Coming]) -> list[datetime]:
    return [each.at for each in takewhile(lambda each: each.at < END, coming) if each.is_held]


def written(each: ReviewSeries, both: Sides, coming: Sequence[Coming] | None = None) -> str:
    where = ZoneInfo(each.anchor_zone)
    found = exceptions(walk(each, both) if coming is None else iter(coming), where, NOW)
    return Invitation(each, both, found, NOW).text()


def opened_by_ical(text: str) -> list[datetime]:
    """The starts before END, as the library ical unfolds them; it leaves it to its user to put what is moved in place of
    the one it was moved from."""
    calendar = IcsCalendarStream.calendar_from_ics(text)
    moved = {event.recurrence_id for event in calendar.events if event.recurrence_id and event.rrule is None}
    starts: list[datetime] = []
    for event in calendar.timeline.included(NOW, END):
        if event.rrule is not None and event.recurrence_id in moved:
            continue
        assert isinstance(event.dtstart, datetime)
        starts.append(event.dtstart.astimezone(UTC))
    return sorted(starts)


def opened_by_vobject(text: str) -> list[datetime]:
    """The starts before END: vobject's rule set with the moved ones put in place, by dateutil's reading of VTIMEZONE
    (by itself it would trust the zone's name)."""
    zones = tzical(StringIO(text))
    names: list[str] = list(zones.keys())
    for name in names:
        vobject.icalendar.registerTzid(name, zones.get(name))
    events = list(vobject.readOne(text).vevent_list)
    master = next(event for event in events if not hasattr(event, "recurrence_id"))
    moved = {
        event.recurrence_id.value.astimezone(UTC): event.dtstart.value.astimezone(UTC)
        for event in events
        if event is not master
    }
    by_rule = (one.astimezone(UTC) for one in master.getrruleset(addRDate=True))
    return sorted(moved.get(one, one) for one in takewhile(lambda one: one < END, by_rule))


@pytest.mark.parametrize(
    "pair", [("Europe/London", "Asia/Manila"), ("Asia/Riyadh", "Europe/London"), ("America/New_York", "Asia/Manila")]
)
@pytest.mark.parametrize(
    "words",
    [
        "weekly tue 10:00",
        "daily 09:30",
        "mon,thu 15:00",
        "every two weeks thu 14:00",
        "monthly second tuesday 10:00",
        "last working day of the month 16:00",
        "last monday of the month 11:00",
        "monthly 30th 10:00",
        "first thursday of the quarter 14:00",
        "sunday 02:30",
        "sunday 01:30",
    ],
)
def test_two_calendars_read_the_instants_of_the_preview(words: str, pair: tuple[str, str]) -> None:
    """Over a year with clock changes, holidays that move and holidays that take out, both libraries find each review at
    the moment the preview shows, and no other."""
    each, both = series(words, pair[0]), sides(*pair)
    expected = held(walk(each, both))
    text = written(each, both)
    assert opened_by_ical(text) == expected
    assert opened_by_vobject(text) == expected
    assert len(expected) >= 3


def shifted(each: ReviewSeries, both: Sides) -> list[Coming]:
    """The next ten, of which a person moved the second and left the third out."""
    found = list(islice(walk(each, both), 10))
    moved = found[1].at + timedelta(hours=25)
    found[1] = replace(
        found[1], at=moved, held=wall_of(moved, both.anchor), moved_by="person", reason="half of us; travel, all"
    )
    found[2] = replace(found[2], state="skipped", moved_by="person", reason="no need")
    return found


def test_an_update_replaces_what_a_calendar_holds() -> None:
    """The same identity, a higher count: one is elsewhere, one is gone, the others are where they were."""
    both = sides("Europe/London", "Asia/Manila")
    first, second = series("weekly tue 10:00", "Europe/London"), series("weekly tue 10:00", "Europe/London", version=3)
    coming = shifted(second, both)
    before, after = written(first, both), written(second, both, coming)
    expected = [each.at for each in coming if each.is_held]
    assert opened_by_ical(after)[:9] == opened_by_vobject(after)[:9] == expected
    masters = [IcsCalendarStream.calendar_from_ics(text).events[0] for text in (before, after)]
    assert [each.uid for each in masters] == [first.uid] * 2
    assert [each.sequence for each in masters] == [0, 2]
    assert all(each.dtstamp == NOW for each in masters)


def test_the_reason_and_the_link_reach_calendars_unharmed() -> None:
    """Commas, semicolons and line breaks in people's words are theirs, not the file's."""
    both = sides("Europe/London", "Asia/Manila")
    each = series("weekly tue 10:00", "Europe/London", name="Ops, weekly; with\nNorthwind \\ all")
    text = written(each, both, shifted(each, both))
    master, moved = IcsCalendarStream.calendar_from_ics(text).events
    assert master.summary == "Ops, weekly; with\nNorthwind \\ all: Harbour Home and Northwind Manila"
    assert (str(master.url), master.location) == (each.link, each.link)
    assert str(moved.description).startswith("Moved: half of us; travel, all.")
    assert vobject.readOne(text).vevent_list[0].summary.value == master.summary


def test_an_end_takes_the_series_out() -> None:
    """METHOD:CANCEL with the same identity and a higher count; both libraries read it as cancelled."""
    both = sides("Europe/London", "Asia/Manila")
    each = series("weekly tue 10:00", "Europe/London", version=4)
    file = file_of(Invitation(each, both, [], NOW), cancelled=True)
    calendar = IcsCalendarStream.calendar_from_ics(file.content)
    assert (calendar.method, calendar.events[0].status, calendar.events[0].sequence) == ("CANCEL", "CANCELLED", 3)
    opened = vobject.readOne(file.content)
    assert (opened.method.value, opened.vevent.status.value, opened.vevent.uid.value) == (
        "CANCEL",
        "CANCELLED",
        each.uid,
    )
    assert (file.name, file.media_type) == ("Weekly-review.ics", "text/calendar; method=CANCEL")


def test_nobody_is_listed_and_nothing_internal_is_told() -> None:
    """The file hangs where both companies read it: no attendee, no organiser, no address of a person."""
    both = sides("Europe/London", "Asia/Manila")
    text = written(series("weekly tue 10:00", "Europe/London"), both)
    assert not any(word in text.upper() for word in ("ATTENDEE", "ORGANIZER", "MAILTO"))


def test_both_zones_read_their_own_clock() -> None:
    """The same instants: ten in London is six in the evening in Manila, five once London's clocks changed."""
    each, both = series("weekly tue 10:00", "Europe/London"), sides("Europe/London", "Asia/Manila")
    starts = opened_by_vobject(written(each, both))
    walls = [
        (wall_of(at, ZoneInfo("Europe/London")).hour, wall_of(at, ZoneInfo("Asia/Manila")).hour) for at in starts[:6]
    ]
    assert walls == [(10, 18)] * 4 + [(10, 17)] * 2
    assert [both.clocks(at) for at in starts[3:5]] == [
        "Tuesday 24 March 10:00 (London) · 18:00 (Manila)",
        "Tuesday 31 March 10:00 (London) · 17:00 (Manila)",
    ]


def test_a_file_is_made_anew_when_it_would_say_something_else() -> None:
    """Unchanged it stays as it is; after a change, or once its holidays end soon, it is written again."""
    each, both = series("weekly tue 10:00", "Europe/London"), sides("Europe/London", "Asia/Manila")
    file = file_of(Invitation(each, both, [], NOW))
    assert is_current(file, each, NOW + timedelta(days=100))
    assert not is_current(file, each, NOW + timedelta(days=300))
    each.version += 1
    assert not is_current(file, each, NOW)
