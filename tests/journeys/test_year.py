"""A rehearsed year of six providers in six countries, held against a reckoning of its own.

What should be held when is computed here from each series' rhythm with dateutil and the holidays library, by the rule that the
module ``shifts`` tells in words; nothing of the planner is used.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from dateutil.rrule import MO, MONTHLY, TH, TU, WE, WEEKLY, rrule

HOME = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("golden") / "quarter.txt"
pytestmark = pytest.mark.slow
WEEKS = 52
LONDON = ZoneInfo("Europe/London")
BEGINS, ENDS = datetime(2026, 1, 5, 9, 30), datetime(2027, 1, 4, 12, 0)
"""On London's clock: the series are set up in the first hour of the first Monday, and the last Monday ends at noon."""
CONTRACT_END = date(2026, 9, 30)
QUARTER = date(2026, 4, 1), date(2026, 7, 1)
MOST_TEXT = 300
WALL = "%a %Y-%m-%d %H:%M"
DAY = timedelta(days=1)
LONGEST_SHIFT = 7

PLACES = {
    "Northwind Manila": ("PH", "Asia/Manila", "northwind-shared", {5, 6}),
    "Baltic Care": ("PL", "Europe/Warsaw", "baltic-shared", {5, 6}),
    "Andes Contact": ("CO", "America/Bogota", "andes-shared", {5, 6}),
    "Savanna Support": ("GH", "Africa/Accra", "savanna-shared", {5, 6}),
    "Nile Voice": ("EG", "Africa/Cairo", "nile-shared", {4, 5}),
    "Deccan Desk": ("IN", "Asia/Kolkata", "deccan-shared", {5, 6}),
}
"""Country, zone, shared channel, days of rest (Monday is 0)."""
WEEKLY_NAME, MONTHLY_NAME = "Weekly operations review", "Monthly performance review"
TWO_WEEKLY, QUARTERLY = "Two-weekly review", "Quarterly partnership review"
UNPROMPTED = {"digest.weekly", "digest.portfolio", "metrics.request", "review.agenda", "contract.farewell"}
"""What comes by itself and stands outside threads. Everything else in a channel is either in a thread or was caused by a
person: ``series.card``, ``action.card``, ``plan.card``, ``review.minutes`` (somebody ended the review), ``said``."""
BEGUN = "somebody began the review"
"""Why an agenda stands there that a person's beginning put up."""
BY_THE_CALENDAR = UNPROMPTED | {"reminders.morning", "review.direct", "contract.ahead"}


@dataclass(frozen=True)
class Rhythm:
    """A series as it was agreed: its walls on London's clock."""

    provider: str
    name: str
    rule: rrule
    backwards: bool = False
    """Counted from the end of the month: a holiday moves it to the day before."""


def _walls(rule: rrule, hour: int) -> rrule:
    return rule.replace(byhour=hour, byminute=0, bysecond=0, dtstart=datetime(2026, 1, 5, hour), until=ENDS)


RHYTHMS = (
    Rhythm("Northwind Manila", WEEKLY_NAME, _walls(rrule(WEEKLY, byweekday=TH), 9)),
    Rhythm("Northwind Manila", QUARTERLY, _walls(rrule(MONTHLY, byweekday=WE(2), bymonth=(1, 4, 7, 10)), 9)),
    Rhythm("Baltic Care", TWO_WEEKLY, _walls(rrule(WEEKLY, interval=2, byweekday=WE), 13)),
    Rhythm("Baltic Care", MONTHLY_NAME, _walls(rrule(MONTHLY, byweekday=TU(2)), 10)),
    Rhythm("Andes Contact", MONTHLY_NAME, _walls(rrule(MONTHLY, byweekday=TH(1)), 15)),
    Rhythm("Savanna Support", WEEKLY_NAME, _walls(rrule(WEEKLY, byweekday=WE), 11)),
    Rhythm("Nile Voice", WEEKLY_NAME, _walls(rrule(WEEKLY, byweekday=TU), 10)),
    Rhythm(
        "Nile Voice", MONTHLY_NAME, _walls(rrule(MONTHLY, byweekday=(MO, TU, WE, TH), bysetpos=-1), 11), backwards=True
    ),
    Rhythm("Deccan Desk", TWO_WEEKLY, _walls(rrule(WEEKLY, interval=2, byweekday=TH), 10)),
    Rhythm("Deccan Desk", QUARTERLY, _walls(rrule(MONTHLY, byweekday=WE(1), bymonth=(1, 4, 7, 10)), 9)),
)


# --- an independent reckoning -----------------------------------------------------------------------------------------


def _kept(provider: str, wall: datetime, *, rest: bool) -> bool:
    """Whether a public holiday (or with ``rest`` a day of rest) of either side falls on this wall, each by its own clock."""
    country, zone, _, weekend = PLACES[provider]
    theirs = wall.replace(tzinfo=LONDON).astimezone(ZoneInfo(zone)).date()
    if wall.date() in _calendar("GB", "ENG") or theirs in _calendar(country, None):
        return True
    return rest and (wall.weekday() in (5, 6) or theirs.weekday() in weekend)


def _calendar(country: str, part: str | None) -> holidays.HolidayBase:
    return holidays.country_holidays(country, subdiv=part, years=(2026, 2027))


def _moved(each: Rhythm, wall: datetime, following: datetime | None) -> datetime | None:
    """Where holidays put an occurrence; None: it is left out."""
    if not _kept(each.provider, wall, rest=False):
        return wall
    step = -DAY if each.backwards else DAY
    for days in range(1, LONGEST_SHIFT + 1):
        found = wall + days * step
        if following is not None and not each.backwards and found.date() >= following.date():
            return None
        if not _kept(each.provider, found, rest=True):
            return found
    return None


def _expected() -> Iterator[tuple[Rhythm, datetime, datetime | None]]:
    """Every occurrence of the year that is not after the contract's end: its planned wall and where it belongs."""
    for each in RHYTHMS:
        walls = list(each.rule)
        for wall, following in zip(walls, [*walls[1:], None], strict=True):
            held = _moved(each, wall, following)
            over = each.provider == "Andes Contact" and (held or wall).date() > CONTRACT_END
            if wall > BEGINS and not over and (held or wall) <= ENDS:
                yield each, wall, held


# --- the year as it was told ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What one rehearsal left behind."""

    folder: Path

    @property
    def written(self) -> bytes:
        return (self.folder / "messages.jsonl").read_bytes()

    def messages(self) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.written.decode().splitlines()]
        return [
            {**each, "when": datetime.fromisoformat(each["at"]), "where": _where(each["address"])} for each in found
        ]

    def reviews(self) -> list[dict[str, str]]:
        with (self.folder / "reviews.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def _where(address: str) -> str:
    return address.partition("/")[2]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, Told]:
    """The year, played by two processes at once: in other zones and with other hash seeds."""
    folders = [tmp_path_factory.mktemp("year") for _ in range(2)]
    settings = ({"TZ": "UTC", "PYTHONHASHSEED": "0"}, {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "77"})
    running = [_rehearse(folder, **chosen) for folder, chosen in zip(folders, settings, strict=True)]
    for each in running:
        _, trouble = each.communicate(timeout=1500)
        assert each.returncode == 0, trouble
    return Told(folders[0]), Told(folders[1])


def _rehearse(out: Path, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bot", "rehearse", "--example", "--weeks", str(WEEKS), "--out", str(out)]
    return subprocess.Popen(
        command,
        cwd=HOME,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def year(twice: tuple[Told, Told]) -> Told:
    """The year."""
    return twice[0]


def test_every_occurrence_of_the_year_is_in_the_sheet_once(year: Told) -> None:
    """What the rhythms give for the year, and nothing else, is told: each planned wall once."""
    rows = [row for row in year.reviews() if row["state"] != "cancelled"]
    told = Counter((row["provider"], row["series"], row["planned"]) for row in rows)
    wanted = {(each.provider, each.name, f"{wall:{WALL}}") for each, wall, _ in _expected()}
    assert set(told) == wanted
    assert max(told.values()) == 1


def test_every_review_is_where_the_holidays_leave_it_unless_somebody_moved_it(year: Told) -> None:
    """Held on its day; or moved or left out with the reason: a holiday that falls there, or what a person said."""
    rows = {(row["provider"], row["series"], row["planned"]): row for row in year.reviews()}
    for each, wall, held in _expected():
        row = rows[each.provider, each.name, f"{wall:{WALL}}"]
        if held is None:
            assert (row["state"], row["moved_by"]) == ("skipped", "holiday"), row
        elif row["moved_by"] == "person":
            assert row["reason"], row
            assert row["state"] == "skipped" or not row["held_ours"].startswith(f"{held:{WALL}}"), row
        else:
            assert row["held_ours"] == f"{held:{WALL}} London", row
            assert (row["moved_by"] == "holiday") == (held != wall), row
        if row["moved_by"]:
            assert row["reason"], row


def test_both_clocks_tell_the_same_moment(year: Told) -> None:
    """Across every change of either side's clocks."""
    for row in year.reviews():
        zone = ZoneInfo(PLACES[row["provider"]][1])
        ours = datetime.strptime(row["held_ours"].rpartition(" ")[0], WALL).replace(tzinfo=LONDON)
        assert row["held_theirs"].startswith(f"{ours.astimezone(zone):{WALL}}"), row


def test_every_review_is_held_moved_left_out_or_asked_about_once(year: Told) -> None:
    """Held: its agenda and minutes stand. Left out: with a reason. Nobody held it: one question, and never for the others."""
    said = Counter(each["once"] for each in year.messages())
    states = Counter(row["state"] for row in year.reviews())
    assert set(states) == {"held", "skipped", "not held"}
    assert states["held"] > 3 * states["skipped"] > 0 and states["not held"] > 0
    for row in year.reviews():
        if row["state"] == "held":
            assert said[row["agenda"]] == said[row["minutes"]] == 1, row
        if row["question"]:
            assert said[row["question"]] == 1, row
        assert (row["state"] == "not held") == bool(row["question"]) == bool(row["asked"]), row
        assert row["state"] != "skipped" or row["reason"], row
    asked = [sum(_asks(each, row) for each in year.messages()) for row in year.reviews() if row["question"]]
    assert set(asked) == {1} and len(asked) == states["not held"]


def _asks(message: dict[str, Any], row: dict[str, str]) -> bool:
    """Whether a message (the morning it stands in) asks what became of this review."""
    asked = f"{row['series']} with {row['provider']} was planned for"
    return message["once"] == row["question"] and asked in message["text"]


def test_who_is_away_is_not_asked(year: Told) -> None:
    """In the two weeks of July that Maya is away, her deputy is asked what became of a review."""
    mornings = {row["question"] for row in year.reviews() if row["question"]}
    asked = [each for each in year.messages() if each["once"] in mornings]
    away = [each for each in asked if date(2026, 7, 13) <= each["when"].astimezone(LONDON).date() <= date(2026, 7, 24)]
    assert away and all("What became of it? You stand in for Maya Brooks." in each["text"] for each in away)
    assert not any("became of it? You stand in for" in each["text"] for each in asked if each not in away)


def test_after_a_contract_nothing_is_said(year: Told) -> None:
    """The last word in Andes' channel is said on the last day of its contract, and no review is planned after it."""
    days = [
        datetime.strptime(row["planned"], WALL).date() for row in year.reviews() if row["provider"] == "Andes Contact"
    ]
    assert days and max(days) <= CONTRACT_END
    ours = [each for each in year.messages() if each["where"] == "andes-shared"]
    assert max(each["when"].astimezone(LONDON).date() for each in ours) <= CONTRACT_END


def test_a_channel_hears_one_unprompted_message_a_day(year: Told) -> None:
    """Over the whole year, by the anchor's calendar; threads and what a person caused do not count."""
    kinds = {
        each["kind"] for each in year.messages() if each["where"].endswith("-shared") or each["where"] == "internal"
    }
    heard: dict[tuple[str, date], list[str]] = defaultdict(list)
    for each in year.messages():
        if each["kind"] in UNPROMPTED and each["reason"] != BEGUN:
            heard[each["where"], each["when"].astimezone(LONDON).date()].append(each["once"])
    assert {key: said for key, said in heard.items() if len(said) > 1} == {}
    assert kinds <= UNPROMPTED | KNOWN, kinds - UNPROMPTED - KNOWN


KNOWN = {
    "said", "series.card", "series.line", "action.card", "action.line", "review.line", "review.minutes", "plan.card",
    "plan.line", "digest.internal", "digest.detail", "metrics.line", "metrics.receipt",
}  # fmt: skip
"""In a thread, or caused by a person."""


def test_nobody_hears_from_the_calendar_at_night(year: Told) -> None:
    """What comes by itself comes between seven and seven on the anchor's clock or on the provider's."""
    channels = {channel: ZoneInfo(zone) for _, zone, channel, _ in PLACES.values()}
    people = {name: zone for zone, names in _ZONES.items() for name in names}
    for each in year.messages():
        if each["kind"] in BY_THE_CALENDAR:
            where = channels.get(each["where"]) or ZoneInfo(people.get(each["where"].strip("@"), "Europe/London"))
            walls = [each["when"].astimezone(zone).time() for zone in (LONDON, where)]
            mine = walls if each["where"].endswith("-shared") else walls[1:]
            assert any(time(7) <= wall < time(19) for wall in mine), each


_ZONES = {
    "Asia/Manila": ("jo", "rey"),
    "Europe/Warsaw": ("kasia", "piotr"),
    "America/Bogota": ("lucia", "mateo"),
    "Africa/Accra": ("sam", "ama"),
    "Africa/Cairo": ("hana", "omar"),
    "Asia/Kolkata": ("asha", "vikram"),
}


def test_a_plan_goes_from_a_draft_to_its_goal_and_comes_back_by_itself(year: Told) -> None:
    """Both sides agree, it closes as the figure holds, reopens when it falls, and closes again."""
    lines = [each["text"] for each in year.messages() if each["kind"] == "plan.line"]
    story = [re.search(r"Both sides agreed|is closed|is open again|reopen", line) for line in lines]
    assert [found[0] for found in story if found] == ["Both sides agreed", "is closed", "is open again", "is closed"]


def test_the_page_of_reviews_leads_to_every_message_it_names(year: Told) -> None:
    """A line for each review; each link finds its message on the provider's page."""
    page = (year.folder / "reviews.html").read_text(encoding="utf-8")
    assert page.count('<th scope="row">') == len(year.reviews())
    pages = {file.name: file.read_text(encoding="utf-8") for file in year.folder.glob("provider-*.html")}
    links = re.findall(r'href="(provider-\d+\.html)#([^"]+)"', page)
    assert len(links) > len(year.reviews())
    for file, once in links:
        assert f'id="{once}"' in pages[file], (file, once)


def test_the_year_is_the_same_in_every_zone_and_with_every_seed(twice: tuple[Told, Told]) -> None:
    """Byte for byte: what was said, and the sheet."""
    one, other = twice
    assert one.written == other.written
    assert one.reviews() == other.reviews()


def test_a_quarter_reads_as_it_is_kept(year: Told) -> None:
    """April to June as the stored file has it; ``PARLEY_RENEW=1`` writes it anew, for somebody to read."""
    start, end = QUARTER
    chosen = [each for each in year.messages() if start <= each["when"].date() < end]
    text = "".join(_entry(each) for each in chosen)
    if os.environ.get("PARLEY_RENEW"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def _entry(each: dict[str, Any]) -> str:
    """When, where, who sees it, and what it says."""
    seen = {"SH": "both companies", "INT": "client only", "PRV": "one person"}[each["visibility"]]
    said = each["text"] if len(each["text"]) <= MOST_TEXT else f"{each['text'][:MOST_TEXT].rstrip()} […]"
    words = "\n".join(f"    {line}".rstrip() for line in said.splitlines())
    return f"{each['when']:%a %d %b %H:%M} UTC · {each['where']} · {seen} · {each['kind']}\n{words}\n\n"
