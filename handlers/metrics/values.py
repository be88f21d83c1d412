"""Values for people: how they are shown, and how what people type is read.

Readings that need a decision, decided once:
- a percentage: "82", "82%", "82.5 %" and "82,5" are percent. A bare "0.82" may be 0.82 % or 82 %, so we ask; "0.82%"
  is taken as written. For metrics where up is better a bare "1" is asked too.
- a duration: "6:52" is minutes and seconds, "4:12:00" hours, minutes, seconds; a bare whole number is seconds, a bare
  fraction ("6.5") is asked, and so is a bare number too small to be believed ("AHT 6").
- "1,204" is 1204 for counts and money, 1.204 never; in percentages a comma is a decimal comma.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from handlers.metrics.metric import Direction, Metric, Unit
from handlers.metrics.numbers import NotANumber, TwoReadings, is_missing, read_duration, read_number

EXAMPLES = {
    Unit.PERCENT: "82%",
    Unit.SECONDS: "6:52",
    Unit.COUNT: "1,204",
    Unit.PER_THOUSAND: "1.6",
    Unit.MONEY: "4.20",
    Unit.SCORE: "42",
}
NO_DATA = "no data"
UNBELIEVABLE = Decimal(10) ** 12
"""No figure of a week is larger; with many more digits it could not even be rounded."""
TOO_LONG = "I read a number with too many digits to be believed"


class ValueProblem(ValueError):
    """What was typed cannot be taken: ``field`` (the metric's name), ``read`` (the text), ``why`` and an
    ``example``.
    """

    def __init__(self, metric: Metric, read: str, why: str, *, example: str = "") -> None:
        self.field, self.read, self.why = metric.name, read, why
        self.example = example or _example(metric)
        super().__init__(f"{self.field}: {why}{'' if why.endswith('?') else '.'} Write it like {self.example}")


def rounded(value: Decimal | float, decimals: int) -> Decimal:
    """Half up, as people round; a float is first freed of its binary dust."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(round(value, 9)))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def format_value(metric: Metric, value: Decimal | float | None, *, currency: str = "") -> str:
    """A value as shown: "83.9 %", "6:25", "1,204", "1.6 per 1,000", "4.20 EUR"; None is "no data"."""
    if value is None:
        return NO_DATA
    if metric.unit is Unit.SECONDS:
        return format_duration(value)
    number = f"{rounded(value, metric.decimals):,}"
    endings = {Unit.PERCENT: " %", Unit.PER_THOUSAND: " per 1,000", Unit.MONEY: f" {currency}".rstrip()}
    return number + endings.get(metric.unit, "")


def short_value(metric: Metric, value: Decimal | float | None) -> str:
    """A value as people say a target: "85 %" and not "85.0 %"."""
    shown = format_value(metric, value)
    number, dot, rest = shown.partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return number + rest[digits:] if dot and set(rest[:digits]) == {"0"} else shown


def format_difference(metric: Metric, value: Decimal | float) -> str:
    """A difference between two values, without sign: "0.8" points, "25 s", "12"."""
    size = rounded(value, 9).copy_abs()
    if metric.unit is Unit.SECONDS:
        return f"{rounded(size, 0)} s" if size < 60 else format_duration(size)
    return f"{rounded(size, metric.decimals):,}"


def format_duration(seconds: Decimal | float) -> str:
    """Seconds as "0:28", "6:25" or "1:02:03"."""
    whole = int(rounded(seconds, 0))
    sign, whole = ("-", -whole) if whole < 0 else ("", whole)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02}:{rest:02}" if hours else f"{sign}{minutes}:{rest:02}"


def parse_value(text: str, metric: Metric) -> Decimal | None:
    """What somebody typed for ``metric``, in its display unit; None for "n/a", "-" and the like.

    Raises ``ValueProblem`` when it cannot be read, has two readings, or lies outside what the metric can be.
    """
    if is_missing(text):
        return None
    try:
        value = _read(text.strip(), metric)
    except TwoReadings as problem:
        raise ValueProblem(metric, text, str(problem)) from problem
    except NotANumber as problem:
        raise ValueProblem(metric, text, f"I read {text.strip()!r} and expected {_expected(metric)}") from problem
    return _within_bounds(text, metric, value)


def _read(text: str, metric: Metric) -> Decimal:
    if metric.unit is Unit.PERCENT:
        return _read_percent(text, metric)
    if metric.unit is Unit.SECONDS:
        return _read_seconds(text, metric)
    if metric.unit is Unit.COUNT:
        number = read_number(text, three_digits="group" if "," in text else "ask")
        if number != number.to_integral_value():
            raise ValueProblem(metric, text, f"I read {text!r} and expected a whole number")
        return number
    if metric.unit is Unit.MONEY:
        return read_number(
            re.sub(r"^([A-Z]{3}|[$€£])\s*|\s*([A-Z]{3}|[$€£])$", "", text),
            three_digits="group" if "," in text else "decimal",
        )
    return read_number(text, three_digits="decimal" if "." in text else "ask")


def _read_percent(text: str, metric: Metric) -> Decimal:
    bare = re.sub(r"\s*(%|pct|percent|per cent)$", "", text, flags=re.IGNORECASE)
    number = read_number(bare, three_digits="decimal")
    if bare != text:
        return number
    if 0 < number < 1 or (number == 1 and metric.direction is Direction.UP):
        readings = (f"{number.normalize():f}%", f"{(100 * number).normalize():f}%")
        raise ValueProblem(
            metric, text, f"{text!r} may be {readings[0]} or {readings[1]}; which one?", example=readings[1]
        )
    return number


def _read_seconds(text: str, metric: Metric) -> Decimal:
    duration = read_duration(text, two_parts="minutes")
    if duration is not None:
        return duration
    number = read_number(text, three_digits="group" if "," in text else "ask")
    too_small = metric.ask_below is not None and 0 < number < metric.ask_below
    if number != number.to_integral_value() or too_small:
        raise ValueProblem(metric, text, f"{text!r} may be seconds or minutes; which one?")
    return number


def _within_bounds(text: str, metric: Metric, value: Decimal) -> Decimal:
    if value.copy_abs() > UNBELIEVABLE:
        raise ValueProblem(metric, text, TOO_LONG)
    if metric.lowest is not None and value < metric.lowest:
        raise ValueProblem(metric, text, f"I read {text.strip()!r}, which is under the lowest possible {metric.lowest}")
    if metric.highest is not None and value > metric.highest:
        raise ValueProblem(
            metric, text, f"I read {text.strip()!r}, which is over the highest possible {metric.highest}"
        )
    return value


def _example(metric: Metric) -> str:
    usual = EXAMPLES[metric.unit]
    small = metric.unit is Unit.SCORE and metric.highest is not None and metric.highest < Decimal(usual)
    return str(metric.highest) if small else usual


def _expected(metric: Metric) -> str:
    words = {Unit.PERCENT: "a percentage", Unit.SECONDS: "a duration", Unit.MONEY: "an amount"}
    return words.get(metric.unit, "a number")
