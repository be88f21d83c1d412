"""Which zones' rules changed since the last start: a country moved its clocks, and the program knows it by new zone files.

Schedules keep wall time and zone, so that what was computed by old rules can be computed anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from handlers.calendar import rules_of, zone_names
from storage.unit_of_work import UnitOfWork

RULES = "zones.rules"
"""Setting: fingerprints of all zones' rules by which the schedules were computed, as JSON by IANA name."""


def rules_now() -> Mapping[str, str]:
    """The fingerprints of all zones as they are known here."""
    return {name: rules_of(name) for name in zone_names()}


def changed(uow: UnitOfWork, now: Mapping[str, str]) -> list[str]:
    """The zones with other rules ``now`` than when they were kept, sorted; none where nothing was kept yet."""
    kept = uow.settings.get(RULES)
    before: Mapping[str, str] = {} if kept is None else json.loads(kept)
    return sorted(name for name, rules in before.items() if now.get(name, rules) != rules)


def keep(uow: UnitOfWork, now: Mapping[str, str]) -> None:
    """From now on everything is computed by these."""
    fresh = json.dumps(now, sort_keys=True)
    if uow.settings.get(RULES) != fresh:
        uow.settings.set(RULES, fresh)
