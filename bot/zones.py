"""At a start: what was computed by rules that a country has changed since is computed anew, in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from handlers.catching_up import zones
from handlers.records import zone_offsets
from handlers.router import Table, follow
from handlers.schedules import follow_rules
from handlers.vocabulary.events import ZoneChanged
from storage.unit_of_work import Units

log = structlog.get_logger(__name__)


def follow_zones(units: Units, table: Table, now: datetime, rules: Mapping[str, str] | None = None) -> Sequence[str]:
    """Follow the zones' ``rules`` (fingerprints by name; today's, if not given); answers the zones that changed.

    They are kept last: who dies in between begins again, and to do it twice changes nothing.
    """
    rules = zones.rules_now() if rules is None else rules
    with units() as uow:
        changed = zones.changed(uow, rules)
    _schedules(units, changed)
    for name in changed:
        with units() as uow:
            uow.happened(ZoneChanged(name))
            follow(table.followers, uow, now)
            uow.commit()
        log.info("zones.changed", zone=name)
    with units() as uow:
        zones.keep(uow, rules)
        zone_offsets.keep(uow, now)
        uow.commit()
    return changed


def _schedules(units: Units, changed: Sequence[str]) -> None:
    last: int | None = 0 if changed else None
    while last is not None:
        with units() as uow:
            last = follow_rules(uow, changed, last)
            uow.commit()
