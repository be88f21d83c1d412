"""What may be asked of review series, parsed once from what was typed, pressed or filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from handlers.records.forms import read_reason
from handlers.records.record import read_value
from handlers.reviews.templates import AGENDAS_LENGTH, NAMES
from handlers.vocabulary.route import Asker, Declined, Invalid, Raw

VERB = "review"
LONGEST_NAME, LONGEST_LINK, LONGEST_REASON = 80, 500, 300
MOST_MINUTES, MOST_AHEAD = 480, 10
YEARS = range(2000, 2200)
"""Years of a moment that a button may name: at the ends of the calendar nothing can be counted from."""
OLD_BUTTON = f"This button belongs to an older card. Ask for `{VERB}` to see what is planned."
_LINK = re.compile(r"https://[^\s<>|\"\\]+", re.I)


@dataclass(frozen=True, slots=True)
class AskReviews:
    """The verb: ``words`` is what was typed after it; a button's value is a programme's id (``programme``)."""

    words: str = ""
    programme: str = ""
    mention: bool = False

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Nothing to refuse here: what is not understood is answered with the state."""
        return cls(raw.words.strip(), raw.value.strip(), raw.mention)


@dataclass(frozen=True, slots=True)
class OneSeries:
    """A button about one series, drawn when it had this ``version`` (None: any will do), and a form's ``words``."""

    series_id: int
    version: int | None = None
    words: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's "<id>" or "<id>:<version>"."""
        return cls(*read_value(raw.value, VERB))

    @classmethod
    def parse_reason(cls, raw: Raw, asker: Asker) -> Self:
        """From a form whose field "reason" has to say something. Raises ``Invalid``."""
        reason = _short(read_reason(raw), "reason", LONGEST_REASON)
        return cls(*read_value(raw.hidden, VERB), reason)


@dataclass(frozen=True, slots=True)
class Undo:
    """A button that takes back what was done to a "series" or a "review" with this id."""

    subject: str
    subject_id: int

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From "series:<id>" or "review:<id>". Raises ``Declined``."""
        subject, _, number = raw.value.strip().partition(":")
        if subject not in ("series", "review") or not number.isdecimal():
            raise Declined(OLD_BUTTON)
        return cls(subject, int(number))


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which occurrence a button or a choice means: a review's id, or a series and the planned wall time (its identity) of one
    that has no row yet. ``version`` is the row's when the button was drawn, 0 without a row, None: any will do. ``proposed``
    is a wall time somebody asked to move it to, to be confirmed."""

    series_id: int | None = None
    planned_wall: datetime | None = None
    review_id: int | None = None
    version: int | None = None
    proposed: datetime | None = None

    def __str__(self) -> str:
        version = "" if self.version is None else str(self.version)
        proposed = "" if self.proposed is None else f">{self.proposed.isoformat(timespec='minutes')}"
        if self.review_id is not None:
            return f"{self.review_id}:{version}".rstrip(":") + proposed
        wall = "" if self.planned_wall is None else self.planned_wall.isoformat(timespec="minutes")
        return f"{self.series_id}@{wall}@{version}{proposed}"

    @classmethod
    def read(cls, value: str) -> Self:
        """What ``str`` wrote. Raises ``Declined`` for anything else."""
        which, _, proposed = value.strip().partition(">")
        series, at, rest = which.partition("@")
        if not at:
            return cls(None, None, *read_value(which, VERB), _wall(proposed))
        wall, _, version = rest.partition("@")
        planned_wall = _wall(wall)
        if not series.isdecimal() or planned_wall is None or (version and not version.isdecimal()):
            raise Declined(OLD_BUTTON)
        return cls(int(series), planned_wall, None, int(version) if version else None, _wall(proposed))


@dataclass(frozen=True, slots=True)
class OneOccasion:
    """A button that opens the form about one occurrence."""

    occasion: Occasion

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's value."""
        return cls(Occasion.read(raw.value))


@dataclass(frozen=True, slots=True)
class MoveReview:
    """The form for another moment. ``day`` and ``at`` are still as written; ``confirmed``: they were told what is unusual
    about this moment (a naive wall time) and want it all the same."""

    occasion: Occasion
    day: str
    at: str
    reason: str = ""
    confirmed: datetime | None = None

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From the form's fields "which", "day", "time" and "reason". Raises ``Invalid``."""
        values, problems = raw.values, dict[str, str]()
        day, at = values.get("day", "").strip(), values.get("time", "").strip()
        if not day:
            problems["day"] = "This is empty. Give a day, for example friday or 2026-03-06"
        if not at:
            problems["time"] = "This is empty. Give a time, for example 10:00"
        if problems:
            raise Invalid(problems)
        hidden = Occasion.read(raw.hidden)
        chosen = values.get("which", "").strip()
        reason = _short(values.get("reason", "").strip(), "reason", LONGEST_REASON)
        return cls(Occasion.read(chosen) if chosen else hidden, day, at, reason, hidden.proposed)


@dataclass(frozen=True, slots=True)
class SkipReview:
    """The form that leaves one out, with its reason."""

    occasion: Occasion
    reason: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From the form's fields "which" and "reason", which has to say something. Raises ``Invalid``."""
        reason = _short(read_reason(raw), "reason", LONGEST_REASON)
        chosen = raw.values.get("which", "").strip()
        return cls(Occasion.read(chosen or raw.hidden), reason)


@dataclass(frozen=True, slots=True)
class SetUpSeries:
    """A filled-in series. ``when`` is still as written: its clock depends on the programme. ``minutes`` None: as long as its
    agenda says."""

    template: str
    when: str
    minutes: int | None
    link: str = ""
    ahead_days: int = 2
    programme: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` with a problem for each field that could not be read."""
        values, problems = raw.values, dict[str, str]()
        kind = values.get("template", "").strip()
        if kind not in NAMES:
            problems["template"] = f"{kind!r} is not offered. Choose one, for example weekly"
        when = _needed(values, "when", "tuesday 10:00", problems)
        minutes: int | None = None
        if values.get("minutes", "").strip() != AGENDAS_LENGTH:
            minutes = read_number(values, "minutes", 1, MOST_MINUTES, "30", problems)
        ahead = read_number(values, "ahead", 0, MOST_AHEAD, "2", problems)
        link = read_link(values, problems)
        if problems:
            raise Invalid(problems)
        return cls(kind, when, minutes, link, ahead, raw.hidden.strip())


@dataclass(frozen=True, slots=True)
class EditSeries:
    """A series' form filled in again. ``when`` and ``zone`` are still as written."""

    series_id: int
    version: int | None
    name: str
    when: str
    minutes: int
    link: str
    zone: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` with a problem for each field that could not be read."""
        values, problems = raw.values, dict[str, str]()
        name = _needed(values, "name", "Weekly operations review", problems)
        if len(name) > LONGEST_NAME:
            problems["name"] = f"This has {len(name)} characters, at most {LONGEST_NAME} fit"
        when = _needed(values, "when", "tuesday 10:00", problems)
        zone = _needed(values, "zone", "Europe/London", problems)
        minutes = read_number(values, "minutes", 1, MOST_MINUTES, "30", problems)
        link = read_link(values, problems)
        if problems:
            raise Invalid(problems)
        return cls(*read_value(raw.hidden, VERB), name, when, minutes, link, zone)


@dataclass(frozen=True, slots=True)
class EditAgenda:
    """An agenda filled in again, as YAML that is still as written, and how many working days ahead it is posted."""

    series_id: int
    version: int | None
    agenda: str
    ahead_days: int

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` with a problem for each field that could not be read."""
        problems: dict[str, str] = {}
        agenda = raw.values.get("agenda", "")
        ahead = read_number(raw.values, "ahead", 0, MOST_AHEAD, "2", problems)
        if problems:
            raise Invalid(problems)
        return cls(*read_value(raw.hidden, VERB), agenda, ahead)


def read_number(
    values: Mapping[str, str], name: str, least: int, most: int, example: str, problems: dict[str, str]
) -> int:
    """A whole number within bounds; what is wrong is put into ``problems``."""
    text = values.get(name, "").strip() or example
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most:
        return int(text)
    problems[name] = f"{text!r} is not a number from {least} to {most}, for example {example}"
    return least


def read_link(values: Mapping[str, str], problems: dict[str, str]) -> str:
    """The address of the meeting, "" for none; what is wrong is put into ``problems``."""
    link = values.get("link", "").strip()
    if link and (len(link) > LONGEST_LINK or not _leads_where_it_says(link)):
        problems["link"] = (
            f"{link[:80]!r} is not a web address (https) of up to {LONGEST_LINK} characters, such as https://meet.example.com/abc"
        )
    return link


def _leads_where_it_says(link: str) -> bool:
    """Whether it is an address with a host, and shows which one: what stands before an @ only looks like one."""
    if _LINK.fullmatch(link) is None:
        return False
    try:
        parts = urlsplit(link)
        return bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _needed(values: Mapping[str, str], name: str, example: str, problems: dict[str, str]) -> str:
    words = " ".join(values.get(name, "").split())
    if not words:
        problems[name] = f"This is empty. Write for example {example}"
    return words


def _short(words: str, field: str, longest: int) -> str:
    if len(words) > longest:
        raise Invalid({field: f"This has {len(words)} characters, at most {longest} fit. Say it shorter"})
    return " ".join(words.split())


def _wall(text: str) -> datetime | None:
    """A naive wall time in whole minutes; None for none. Raises ``Declined``."""
    if not text:
        return None
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        raise Declined(OLD_BUTTON) from None
    if wall.tzinfo is not None or wall.year not in YEARS:
        raise Declined(OLD_BUTTON)
    return wall
