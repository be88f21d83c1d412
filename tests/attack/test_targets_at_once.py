"""Two managers enter a target at the same moment: one is agreed, and the other hears that it moves only with both words."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import select

from bot.plain import plain
from storage.database import Database
from storage.models.metrics import MetricTarget
from storage.models.person import Person
from tests.attack.test_arranged_at_once import done
from tests.journeys.test_figures import furnish
from tests.town import Town


def test_two_managers_enter_one_target(database: Database) -> None:
    """Whoever comes first has entered it; of the other word nothing is kept, and nothing is told to both companies."""
    town = Town(database)
    furnish(town)
    town.until(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))
    with town.units() as uow:
        ben = uow.session.exec(select(Person).where(Person.name == "Ben Carter")).one()
        ben.role = "manager"
        uow.people.add(ben)
        uow.commit()
    answers = done(
        town,
        lambda: town.maya.types("metrics target AHT 6:00 to 7:00"),
        lambda: town.ben.types("metrics target AHT 5:00 to 8:00"),
    )
    said = [plain(each.card) for each in answers if each.card is not None]
    assert sum("moves only when both" in each for each in said) == 1, said
    with town.units() as uow:
        (tracked,) = (each for each in uow.metrics.tracked(1) if each.metric == "handle_time")
        rows = uow.session.exec(select(MetricTarget).where(MetricTarget.tracked_metric_id == tracked.id)).all()
    assert len([row for row in rows if row.target is not None]) == 1
    assert len(town.rows(kind="metrics.target")) == 1
