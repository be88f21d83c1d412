"""Action items made up for examples and for the test that renders every card. Nothing here is stored."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from handlers.actions.standing import Standing
from handlers.vocabulary.address import Side
from storage.models.action import ActionItem
from storage.models.person import Person

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _person(number: int, name: str, side: Side, zone: str) -> Person:
    return Person(id=number, installation_id=1, name=name, side=side, zone=zone, created_at=NOW)


def sample(title: str = "Retrain the refund queue", name: str = "Jo Santos", **changed: Any) -> Standing:
    """An action item of a provider's lead; ``changed`` are fields of the record."""
    maya = _person(1, "Maya Brooks", Side.CLIENT, "Europe/London")
    jo = _person(4, name, Side.PROVIDER, "Asia/Manila")
    fields: dict[str, Any] = {"state": "open", "note": "", "reason": "", "visibility": "SH", **changed}
    item = ActionItem(
        id=7,
        installation_id=1,
        provider_id=1,
        programme_id=1,
        number=7,
        title=title,
        side=Side.PROVIDER,
        owner_id=4,
        due_on=date(2026, 3, 6),
        created_by=1,
        created_at=NOW,
        **fields,
    )
    names = {Side.CLIENT: "Harbour Home", Side.PROVIDER: "Northwind Manila"}
    return Standing(item, jo, maya, {Side.CLIENT: maya, Side.PROVIDER: jo}, names, {}, 12)
