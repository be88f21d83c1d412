"""Public holidays by country, from the ``holidays`` library, one country and year at a time as they are asked for."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays
from babel import Locale
from holidays.registry import EntityLoader
from rapidfuzz import process

ISO_LETTERS = 2
CACHED_YEARS = 256
SUGGESTIONS = 3
# Without a subdivision the library knows only what all four nations share, and so leaves out New Year's Day.
USUAL_SUBDIVISION = {"GB": "ENG"}
ENGLISH = ("en_US", "en_GB")
PLURAL = {"BS", "GM", "KM", "MV", "NL", "PH", "SC"}


@lru_cache(maxsize=1)
def country_codes() -> tuple[str, ...]:
    """The two-letter codes of the countries whose holidays are known, sorted."""
    return tuple(sorted(code for code in EntityLoader.get_country_codes() if len(code) == ISO_LETTERS))


@lru_cache(maxsize=CACHED_YEARS)
def _subdivisions(code: str) -> tuple[str, ...]:
    return tuple(holidays.country_holidays(code).subdivisions)


def country_code(country: str, field: str = "country") -> str:
    """The normal spelling of a country or a subdivision: "gb-eng" -> "GB-ENG", "ph" -> "PH".

    Raises ValueError naming ``field``, what was read, and codes that are known.
    """
    code, dash, part = country.strip().upper().replace("_", "-").partition("-")
    if code not in country_codes():
        near = ", ".join(str(found[0]) for found in process.extract(code, country_codes(), limit=SUGGESTIONS))
        raise ValueError(
            f"{field}: {country!r} is not a country code; give two letters such as PH or GB (near: {near})"
        )
    known = _subdivisions(code)
    if dash and part not in known:
        listed = ", ".join(known) or "none"
        raise ValueError(f"{field}: {code} has no subdivision {part!r}; known are: {listed}")
    return f"{code}{dash}{part}"


@lru_cache(maxsize=CACHED_YEARS)
def country_text(country: str) -> str:
    """A country or subdivision in English as it stands after "in": "the Philippines", "Egypt", "Scotland".

    Raises ValueError for an unknown code.
    """
    code, _, part = country_code(country).partition("-")
    aliases = getattr(holidays.country_holidays(code), "subdivisions_aliases", {})
    name = next((alias for alias, short in aliases.items() if short == part), None)
    if name is not None:
        return str(name)
    name = str(Locale("en").territories.get(code, code))
    article = code in PLURAL or name.startswith("United ") or name.endswith((" Islands", " Republic"))
    return f"the {name}" if article else name


@lru_cache(maxsize=CACHED_YEARS)
def weekend_of(country: str) -> frozenset[int]:
    """The week days (Monday is 0) on which a country rests: Friday and Saturday in Egypt or Saudi Arabia.

    Raises ValueError for an unknown code.
    """
    return frozenset(holidays.country_holidays(country_code(country).partition("-")[0]).weekend)


@lru_cache(maxsize=CACHED_YEARS)
def _holidays_of(country: str, year: int) -> dict[date, str]:
    code, _, part = country_code(country).partition("-")
    subdivision = part or USUAL_SUBDIVISION.get(code)
    offered = holidays.country_holidays(code).supported_languages
    language = next((name for name in ENGLISH if name in offered), None)
    return dict(holidays.country_holidays(code, subdiv=subdivision, years=year, language=language).items())


def holiday_name(country: str, day: date) -> str | None:
    """The public holiday in that country (or subdivision, "GB-SCT") on that day, in English where known, or None.

    Raises ValueError for an unknown code. "GB" alone is read as England.
    """
    return _holidays_of(country, day.year).get(day)
