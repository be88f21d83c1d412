"""A proposed target made up for examples of cards; nothing here is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from handlers.metrics.metric import Metric
from handlers.metrics.moving.standing import Standing
from handlers.vocabulary.address import Account, Platform, Side
from handlers.vocabulary.outgoing import Mention
from storage.models.metrics import TargetProposal
from storage.models.provider import Programme

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def sample(
    metric: Metric,
    name: str = "Jo Santos",
    *,
    recent: tuple[str, ...] = ("84 %", "81.5 %", "", "80.2 %"),
    **changed: Any,
) -> Standing:
    """A proposal of the client to Northwind Manila. ``changed`` are fields of the row that are otherwise."""
    band = metric.id == "handle_time"
    values: dict[str, Any] = {
        "id": 7,
        "installation_id": 1,
        "provider_id": 1,
        "programme_id": 1,
        "tracked_metric_id": 1,
        "target": Decimal(450 if band else 82),
        "minimum": Decimal(390) if band else None,
        "was_target": Decimal(420 if band else 85),
        "was_minimum": Decimal(360) if band else None,
        "side": "client",
        "proposed_by": 1,
        "proposed_at": NOW,
    }
    programme = Programme(
        id=1,
        installation_id=1,
        provider_id=1,
        name="Voice support",
        anchor_zone="Europe/London",
        digest_wall="mon 08:30",
        figures_wall="tue 10:00",
        created_at=NOW,
    )
    company = name if name != "Jo Santos" else "Northwind Manila"
    return Standing(
        proposal=TargetProposal(**{**values, **changed}),
        programme=programme,
        metric=metric,
        names={Side.CLIENT: "Harbour Home", Side.PROVIDER: company},
        people={1: "Maya Brooks" if name == "Jo Santos" else name, 2: name},
        speakers={Side.CLIENT: frozenset({1}), Side.PROVIDER: frozenset({2})},
        accountable={Side.CLIENT: "Maya Brooks", Side.PROVIDER: name},
        asked=Mention(Account(Platform.SLACK, "T0NORTHWIND", "U0JO"), name),
        recent=recent,
    )
