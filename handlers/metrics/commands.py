"""What may be asked about figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from handlers.metrics.figures import Figure as Measured
from handlers.metrics.keeping import catalogue
from handlers.metrics.said import read_measured, read_volume
from handlers.metrics.values import ValueProblem
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined, Invalid, Raw

MONDAY = 0
YEARS = range(2000, 2100)
TABLE = Button("metrics.show", "Show the table")


@dataclass(frozen=True, slots=True)
class AskMetrics:
    """The verb: ``words`` are nothing, figures, "why SL", or a provider's name; from a button a programme's id."""

    words: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> AskMetrics:
        """Anything is fine: what it means depends on what is followed there."""
        return cls((raw.words or raw.value).strip())


@dataclass(frozen=True, slots=True)
class AskWeek:
    """A programme's week, and a metric of it where the button names one."""

    programme_id: int
    week: date
    metric: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> AskWeek:
        """From a button's value, "3:2026-03-02" or "3:2026-03-02:service_level"."""
        programme_id, week = _place_of(raw.value)
        metric = raw.value.split(":")[2] if raw.value.count(":") > 1 else ""
        if metric and metric not in catalogue().metrics:
            raise Declined(
                "That metric is not in the catalogue any more. Ask for the current table with: metrics", TABLE
            )
        return cls(programme_id, week, metric)

    @classmethod
    def parse_metric(cls, raw: Raw, asker: Asker) -> AskWeek:
        """The same where a metric has to be named."""
        asked = cls.parse(raw, asker)
        if not asked.metric:
            raise _outdated()
        return asked


@dataclass(frozen=True, slots=True)
class EnterFigures:
    """The form: figures of one week, by metric. None is: nothing to give."""

    programme_id: int
    week: date
    figures: Mapping[str, Measured]

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> EnterFigures:
        """Raises ``Invalid`` with a question at each field that cannot be read."""
        programme_id, week = _place_of(raw.hidden)
        figures: dict[str, Measured] = {}
        problems: dict[str, str] = {}
        for name, typed in raw.values.items():
            metric = catalogue().metrics.get(name)
            if metric is None or not typed.strip():
                continue
            try:
                measured = read_measured(typed, metric)
            except ValueProblem as problem:
                problems[name] = str(problem)
                continue
            if measured is not None:
                figures[name] = measured
        if problems:
            raise Invalid(problems)
        return cls(programme_id, week, figures)


@dataclass(frozen=True, slots=True)
class AskVolume:
    """The button under the question how many contacts there are."""

    programme_id: int

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> AskVolume:
        """From the button's value."""
        return cls(_programme(raw.value))


@dataclass(frozen=True, slots=True)
class TellVolume:
    """How many contacts a week has."""

    programme_id: int
    volume: int

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> TellVolume:
        """Raises ``Invalid`` for what is no number of contacts."""
        typed = raw.values.get("volume", "").strip()
        volume = read_volume(typed)
        if volume is None:
            raise Invalid({"volume": f"I could not read {typed[:60]!r} as a number of contacts. For example: 5,200"})
        return cls(_programme(raw.hidden), int(volume))


def _programme(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise _outdated() from None


def _place_of(value: str) -> tuple[int, date]:
    """The programme and week a card or form carries: a Monday of this century."""
    parts = value.split(":")
    try:
        programme_id, week = int(parts[0]), date.fromisoformat(parts[1])
    except (ValueError, IndexError):
        raise _outdated() from None
    if week.weekday() != MONDAY or week.year not in YEARS:
        raise _outdated()
    return programme_id, week


def _outdated() -> Declined:
    return Declined("This card is from an older version. Ask for the current table with: metrics", TABLE)
