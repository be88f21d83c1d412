"""Numbers and durations as people and programs write them. Standard library only; used by replies and by imports."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Literal

MISSING_WORDS = frozenset(
    [
        "",
        "-",
        "--",
        "\u2013",
        "\u2014",
        "n/a",
        "na",
        "n.a.",
        "n/d",
        "none",
        "[none]",
        "null",
        "(null)",
        "nan",
        "#n/a",
        "#div/0!",
        "missing",
        "?",
        "k.a.",
        "s/d",
        "unknown",
        "no data",
        "not reported",
        "not available",
    ]
)
"""What people and programs write where there is no value. Never zero."""

Mark = Literal[".", ","]

_SPACES = re.compile(r"[\s\u00a0\u202f']")
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(?:\1\d{3})*")
_PLAIN = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")
_MIXED = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})+([.,])\d+")


class NotANumber(ValueError):
    """This text is not a number."""


class TwoReadings(ValueError):
    """This text can be read in two ways; ``readings`` says which."""

    def __init__(self, text: str, readings: tuple[str, str]) -> None:
        self.readings = readings
        super().__init__(f"{text!r} can be read as {readings[0]} or as {readings[1]}")


def is_missing(text: str) -> bool:
    """Whether the text says that there is no value."""
    return text.strip().casefold() in MISSING_WORDS


def read_number(
    text: str, *, mark: Mark | None = None, three_digits: Literal["group", "decimal", "ask"] = "ask"
) -> Decimal:
    """A number with grouping, decimal point or decimal comma.

    ``mark`` is the known decimal mark of a file. Without it, one separator before exactly three digits ("1,204") is
    read as ``three_digits`` says. Raises ``NotANumber``, ``TwoReadings``.
    """
    plain = _SPACES.sub("", text.strip())
    if mark is not None:
        return _with_mark(plain, mark, text)
    mixed = _MIXED.fullmatch(plain)
    if mixed is not None and mixed[1] != mixed[2]:
        return _decimal(plain.replace(mixed[1], "").replace(mixed[2], "."), text)
    grouped = _GROUPED.fullmatch(plain)
    if grouped is not None:
        return _grouped(plain, grouped[1], three_digits, text)
    if _PLAIN.fullmatch(plain) is None:
        raise NotANumber(f"{text!r} is not a number")
    return _decimal(plain.replace(",", "."), text)


def _with_mark(plain: str, mark: Mark, text: str) -> Decimal:
    """The other separator is allowed for groups of three only: "1,5" in a file with decimal points is no fifteen."""
    whole, _, fraction = plain.partition(mark)
    other = "," if mark == "." else "."
    if other in whole and _GROUPED.fullmatch(whole) is None:
        raise NotANumber(f"{text!r} is not a number with the decimal mark {mark!r}")
    return _decimal(f"{whole.replace(other, '')}.{fraction}" if fraction else whole.replace(other, ""), text)


def _grouped(plain: str, separator: str, three_digits: str, text: str) -> Decimal:
    without = _decimal(plain.replace(separator, ""), text)
    if plain.count(separator) > 1 or three_digits == "group":
        return without
    fraction = _decimal(plain.replace(separator, "."), text)
    if three_digits == "decimal" or plain.lstrip("+-").startswith("0"):
        return fraction
    raise TwoReadings(text, (str(without), str(fraction)))


def _decimal(plain: str, text: str) -> Decimal:
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise NotANumber(f"{text!r} is not a number") from None
    if not number.is_finite():
        raise NotANumber(f"{text!r} is not a number")
    return number


_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d{1,2}(?:[.,]\d+)?)")
_WORDS = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]+)\.?,?\s*")
_SECONDS_OF = {
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600, "std": 3600,
    "m": 60, "mn": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
}  # fmt: skip
_MILLISECONDS = ("ms", "msec", "millisecond", "milliseconds")
_SIXTY = 60


def read_duration(text: str, *, two_parts: Literal["minutes", "hours", "ask"] = "ask") -> Decimal | None:
    """Seconds from "00:03:21", "183:33:59", "00:00:00.235", "6m 52s", "1 hour, 3 min., 21 s.", "235 ms"; None for a
    bare number.

    ``two_parts`` says what "4:12" is: minutes and seconds, hours and minutes, or a question (``TwoReadings``).
    Raises ``NotANumber`` for anything else.
    """
    plain = text.strip().casefold()
    clock = _CLOCK.fullmatch(plain)
    if clock is not None:
        return _from_clock(clock, text, two_parts)
    if re.fullmatch(r"[+-]?[\d.,\s]+", plain):
        return None
    return _from_words(plain, text)


def _from_clock(clock: re.Match[str], text: str, two_parts: str) -> Decimal:
    first, middle, last = (int(clock[1] or 0), int(clock[2]), Decimal(clock[3].replace(",", ".")))
    if last >= _SIXTY or (clock[1] is not None and middle >= _SIXTY):
        raise NotANumber(f"{text!r} is not a duration: minutes and seconds go up to 59")
    if clock[1] is None and two_parts == "ask":
        raise TwoReadings(text, (f"{middle} minutes {last} seconds", f"{middle} hours {last} minutes"))
    if clock[1] is None and two_parts == "hours":
        return Decimal(middle * 3600) + last * 60
    return first * 3600 + middle * 60 + last


def _from_words(plain: str, text: str) -> Decimal:
    total, position = Decimal(0), 0
    while position < len(plain):
        piece = _WORDS.match(plain, position)
        unit = piece[2] if piece else ""
        if piece is None or (unit not in _SECONDS_OF and unit not in _MILLISECONDS):
            raise NotANumber(f"{text!r} is not a duration")
        amount = Decimal(piece[1].replace(",", "."))
        total += amount / 1000 if unit in _MILLISECONDS else amount * _SECONDS_OF[unit]
        position = piece.end()
    return total
