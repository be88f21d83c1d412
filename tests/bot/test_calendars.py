"""The door calendar programs come to: what it serves, to whom it says nothing, and that nobody learns an address from it."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import takewhile
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import vobject  # type: ignore[import-untyped]  # its stubs are not installed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from sqlalchemy.event import listen
from sqlalchemy.exc import OperationalError
from sqlmodel import select
from structlog.testing import capture_logs

import storage.models as models
from bot.calendars import CalendarDoor, Look, Shown, shown
from bot.settings import read
from bot.web import web
from handlers.reviews import planning
from handlers.reviews.calendars import rules
from handlers.router import Router
from handlers.routes import table
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.town import Town

BASE = "http://127.0.0.1:8080"
ADDRESS = re.compile(r"/calendar/([A-Za-z0-9_-]{43})\.ics")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town with a weekly review between London and Manila."""
    town = Town(Database(f"sqlite:///{tmp_path}/town.sqlite", durable=False))
    town.router = Router(table(BASE), town.units)
    values = {
        "template": "weekly",
        "when": "thursday 09:00",
        "minutes": "45",
        "ahead": "2",
        "link": "https://meet.example.com/a",
    }
    town.maya.submits("review.set_up", values, "1")
    return town


def given_to(town: Town) -> str:
    """The secret Maya is given."""
    card = town.maya.types("review calendar").card
    found = ADDRESS.search(str(card))
    assert found is not None
    return found[1]


def site(town: Town, *, look: Look | None = None) -> httpx.AsyncClient:
    """The application with the door alone, over the town's database and clock."""

    async def asked(secret: str) -> Shown | None:
        def reading() -> UnitOfWork:
            return UnitOfWork(town.database, reading=True)

        return shown(secret, reading, town.units, town.now)

    async def well() -> dict[str, object]:
        return {"ok": True}

    async def nothing() -> None:
        return None

    served = web([CalendarDoor(look or asked).route], well, nothing, nothing)
    return httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url=BASE)


async def fetched(town: Town, name: str, method: str = "GET", **headers: str) -> httpx.Response:
    """One request for /calendar/<name>."""
    async with site(town) as client:
        given = {key.replace("_", "-"): value for key, value in headers.items()}
        return await client.request(method, f"/calendar/{name}", headers=given)


async def test_a_calendar_program_gets_its_calendar(town: Town) -> None:
    """GET answers the calendar as text/calendar, for this reader alone, to come again in an hour; HEAD the same head."""
    secret = given_to(town)
    answer = await fetched(town, f"{secret}.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in answer.text and "X-PUBLISHED-TTL:PT1H" in answer.text
    head = await fetched(town, f"{secret}.ics", "HEAD")
    assert head.status_code == 200 and head.headers["etag"] == answer.headers["etag"]


async def test_two_libraries_read_the_dates_of_the_list(town: Town) -> None:
    """Both libraries that did not write it find half a year of the preview's dates, across the clock changes and the holidays
    of both countries; two series stand in it, each under its own identity."""
    town.maya.submits(
        "review.set_up", {"template": "monthly", "when": "second tuesday 10:00", "minutes": "60", "ahead": "2"}, "1"
    )
    end = town.now + timedelta(days=183)
    text = (await fetched(town, f"{given_to(town)}.ics")).text
    with town.units() as uow:
        series = uow.series.of(1)
        ahead = [list(takewhile(lambda each: each.at < end, planning.ahead(one, uow, town.now))) for one in series]
    expected = sorted(each.at for those in ahead for each in those if each.is_held)
    calendar = IcsCalendarStream.calendar_from_ics(text)
    moved = {(each.uid, each.recurrence_id) for each in calendar.events if each.recurrence_id and each.rrule is None}
    found = sorted(
        each.dtstart.astimezone(UTC)
        for each in calendar.timeline.included(town.now, end)
        if isinstance(each.dtstart, datetime)
        and not (each.rrule is not None and (each.uid, each.recurrence_id) in moved)
    )
    assert found == expected and len(expected) > 25
    opened = vobject.readOne(StringIO(text))
    assert {each.uid.value for each in opened.vevent_list} == {each.uid for each in series}
    assert opened.x_wr_calname.value == "Reviews with Northwind Manila"


async def test_a_calendar_without_reviews_can_be_read(town: Town) -> None:
    """Where nothing is planned the calendar is empty and whole, not an error that programs show their user."""
    town.maya.submits("review.ended", {"reason": "enough"}, "1:1")
    answer = await fetched(town, f"{given_to(town)}.ics")
    assert answer.status_code == 200
    assert IcsCalendarStream.calendar_from_ics(answer.text).events == []
    assert vobject.readOne(StringIO(answer.text)).name == "VCALENDAR"


async def test_who_has_it_is_told_so_until_something_changes(town: Town) -> None:
    """A program that brings the mark of what it read gets 304 without a body, the next day too; after a move it gets the whole
    calendar again."""
    secret = given_to(town)
    mark = (await fetched(town, f"{secret}.ics")).headers["etag"]
    assert mark.startswith('W/"')
    town.later(hours=20)
    for brought in (mark, mark.removeprefix("W/"), f'"other", {mark}', "*"):
        again = await fetched(town, f"{secret}.ics", if_none_match=brought)
        assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == mark
    assert (await fetched(town, f"{secret}.ics", if_none_match='"other"')).status_code == 200
    town.maya.types("review move friday 09:00 because half of us travel")
    changed = await fetched(town, f"{secret}.ics", if_none_match=mark)
    assert changed.status_code == 200 and "RECURRENCE-ID" in changed.text


async def test_unknown_stopped_and_left_are_answered_alike(town: Town) -> None:
    """Whoever has no address that works learns nothing about why: the answers are the same to the last header."""
    stopped = given_to(town)
    town.maya.types("review calendar stop now")
    left = ADDRESS.search(str(town.rey.types("review calendar").card))
    assert left is not None
    with town.units() as uow:
        person = uow.session.exec(select(models.Person).where(models.Person.name == "Rey Cruz")).one()
        person.left_at = town.now
        uow.session.add(person)
        uow.commit()
    names = [f"{secrets.token_urlsafe(32)}.ics", f"{stopped}.ics", f"{left[1]}.ics", "x.ics", stopped]
    answers = [await fetched(town, name) for name in names]
    assert {each.status_code for each in answers} == {404}
    assert len({each.content for each in answers}) == 1
    heads = [{name: value for name, value in each.headers.items() if name != "x-request-id"} for each in answers]
    assert all(each == heads[0] for each in heads)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=80) | st.from_regex(r"[A-Za-z0-9_-]{40,46}(\.ics)?", fullmatch=True))
def test_no_odd_name_is_an_address(town: Town, name: str) -> None:
    """Whatever is written in its place, forged, cut, of another alphabet or with an ending of its own, is answered 404."""
    answer = asyncio.run(fetched(town, quote(name, safe="")))
    assert answer.status_code == 404 and "VCALENDAR" not in answer.text


async def test_a_secret_with_one_letter_changed_opens_nothing(town: Town) -> None:
    """Nobody comes nearer by guessing: any one letter changed, in case too, or one more, is another address."""
    secret = given_to(town)
    other = {at: "b" if secret[at] == "a" else "a" for at in (0, 21, 42)}
    forged = [secret[:at] + letter + secret[at + 1 :] for at, letter in other.items()]
    forged += [secret.swapcase(), f"{secret}A", secret[:-1], f"{secret}%00", f" {secret}", f"{secret}.ics"]
    for each in forged:
        assert (await fetched(town, f"{each}.ics")).status_code == 404, each
    assert (await fetched(town, f"{secret}.ics")).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PROPFIND"])
async def test_a_calendar_is_only_read(town: Town, method: str) -> None:
    """Nothing but GET and HEAD does anything, so that no program writes into it."""
    assert (await fetched(town, f"{given_to(town)}.ics", method)).status_code == 405


async def test_the_database_away_is_said_and_come_again(town: Town) -> None:
    """While the database is away a calendar is told to come again, keeps what it has, and the log has no address."""

    async def broken(secret: str) -> Shown | None:
        raise OperationalError(f"SELECT {secret}", {}, Exception(secret))

    secret = given_to(town)
    with capture_logs() as lines:
        async with site(town, look=broken) as client:
            answer = await client.get(f"/calendar/{secret}.ics")
    assert answer.status_code == 503 and int(answer.headers["retry-after"]) > 0
    assert lines and secret not in str(lines)


async def test_nobody_learns_an_address_from_a_log(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a line of ours nor one of a library quotes an address, at any level; nor does the text that is served."""
    secret = given_to(town)
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the asking side of this test
    with capture_logs() as lines:
        found = await fetched(town, f"{secret}.ics")
        await fetched(town, f"{secret[:-1]}.ics")
    assert secret[:20] not in str(lines) + caplog.text + found.text


async def test_reading_writes_at_most_once_an_hour(town: Town) -> None:
    """That a calendar came is noted at the first time and then once an hour; a reading costs at most six statements."""
    secret = given_to(town)
    asked: list[str] = []
    listen(town.database.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(str(statement)))
    written = []
    for minutes in (0, 15, 15, 40):
        town.now += timedelta(minutes=minutes)
        asked.clear()
        assert (await fetched(town, f"{secret}.ics")).status_code == 200
        statements = [each for each in asked if not each.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"))]
        assert len(statements) <= 6
        written.append(sum(each.startswith("UPDATE") for each in statements))
    assert written == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"PARLEY_HOST": "0.0.0.0", "PARLEY_PORT": "9000"}, "http://127.0.0.1:9000"),
        ({"PARLEY_HOST": "::1"}, "http://[::1]:8080"),
        ({"PARLEY_HOST": "192.168.1.5"}, ""),
        ({"PARLEY_PUBLIC_URL": "https://parley.example.com/"}, "https://parley.example.com"),
        ({"PARLEY_PUBLIC_URL": "http://parley.example.com"}, ""),
        ({"PARLEY_PUBLIC_URL": "http://localhost:8080"}, "http://localhost:8080"),
        ({"PARLEY_PUBLIC_URL": "https://"}, ""),
        ({"PARLEY_PUBLIC_URL": "https://[nonsense"}, ""),
        ({"PARLEY_PUBLIC_URL": "parley.example.com"}, ""),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, ""),
    ],
)
def test_a_secret_goes_over_no_open_wire(given: dict[str, str], expected: str) -> None:
    """Calendars are given an https address, or this machine's own; without either there is none."""
    assert read(given).calendars_at == expected


def test_the_proxy_lets_calendars_in() -> None:
    """The proxy in deploy/ passes on the path the door is at."""
    assert f"/{rules.PATH}/*" in Path("deploy/Caddyfile").read_text(encoding="utf-8")
