"""What is decided about a set-up: which country and zone were meant, whether the metrics fit the budget. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files

from babel import Locale
from rapidfuzz import fuzz, process, utils

from handlers.calendar import country_code, zone

MEMBER_ID = re.compile(r"[UW](?=[A-Z0-9-]*[0-9-])[A-Z0-9-]{2,}|\d+:\S+")
"""A member id as Slack and the room write it (U0123ABC, U-JO), or as Teams does (29:1AbC)."""
METRIC_BUDGET = 7
"""At most so many key metrics (S8); five is the default."""
SHOWN_ZONES = 6


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """Country code -> English name, from the CLDR data in Babel."""
    return {code: str(name) for code, name in Locale("en").territories.items() if len(code) == len("PH")}


def country_read(text: str, field: str = "country") -> str:
    """The code of a country written as "PH", "ph" or "Philippines"; also of a part with its own holidays, "GB-SCT".

    Raises ValueError naming ``field``, what was read and what is near.
    """
    said = text.strip()
    by_name = next((code for code, name in country_names().items() if name.casefold() == said.casefold()), None)
    try:
        return country_code(by_name or said, field)
    except ValueError:
        if len(said) <= len("PHL"):
            raise
    near = process.extract(said, country_names(), scorer=fuzz.WRatio, processor=utils.default_process, limit=3)
    offered = ", ".join(f"{name} ({code})" for name, _, code in near)
    raise ValueError(f"{field}: {text!r} is not a country I know; did you mean {offered}?")


@lru_cache(maxsize=1)
def _zone_table() -> dict[str, tuple[str, ...]]:
    """Country code -> its zones, the most populous first, as the IANA's own table ``zone.tab`` lists them."""
    table: dict[str, tuple[str, ...]] = {}
    for line in files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, _, name, *_ = line.split("\t")
            table[code] = (*table.get(code, ()), name)
    return table


def zones_of(country: str, now: datetime) -> tuple[str, ...]:
    """The zones of a country whose clocks differ this year, the main one first; () for a country without any.

    Zones that show the same time in January and in July count once: Germany has two names and one clock.
    """
    clocks: dict[tuple[object, ...], str] = {}
    for name in _zone_table().get(country.partition("-")[0], ()):
        where = zone(name)
        clock = tuple(datetime(now.year, month, 1, tzinfo=UTC).astimezone(where).utcoffset() for month in (1, 7))
        clocks.setdefault(clock, name)
    return tuple(clocks.values())


def zone_read(text: str, country: str, now: datetime, field: str = "zone") -> str:
    """The zone that was written, or the country's own if it has a single one.

    Raises ValueError naming ``field`` when it is unknown, or when the country has several and none was written.
    """
    if text.strip():
        return zone(text, field).key
    known = zones_of(country, now)
    if len(known) == 1:
        return known[0]
    name = country_names().get(country.partition("-")[0], country)
    offered = ", ".join(known[:SHOWN_ZONES]) or "Europe/London, Asia/Manila"
    raise ValueError(f"{field}: {name} has several time zones; write the site's, for example {offered}")


def within_budget(metrics: Sequence[str], field: str = "metrics") -> tuple[str, ...]:
    """The metrics without repeats. Raises ValueError when there are none or more than the budget (S8)."""
    chosen = tuple(dict.fromkeys(metrics))
    if not chosen:
        raise ValueError(f"{field}: nothing is chosen; pick a ready-made set, or one to {METRIC_BUDGET} metrics")
    if len(chosen) > METRIC_BUDGET:
        raise ValueError(
            f"{field}: {len(chosen)} are chosen and {METRIC_BUDGET} are the most people can act on; "
            f"leave out {len(chosen) - METRIC_BUDGET} of {', '.join(chosen)}"
        )
    return chosen
