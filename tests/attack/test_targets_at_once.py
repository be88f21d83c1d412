"""Two at the same moment: of two targets one is entered and the other proposed; of two answers to a proposal one counts."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import select

from bot.plain import plain
from storage.database import Database
from storage.models.metrics import MetricTarget, TargetProposal
from storage.models.person import Person
from tests.attack.test_arranged_at_once import done
from tests.journeys.test_figures import furnish
from tests.town import Town


def test_two_managers_enter_one_target(database: Database) -> None:
    """Whoever comes first has entered it; the other word is a proposal, which moves nothing."""
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
    assert len(town.rows(kind="target.card")) == 1


def test_two_people_accept_one_proposal(database: Database) -> None:
    """Pressed twice in one moment: one target comes of it, and the second press hears that it is agreed already."""
    town = Town(database)
    furnish(town)
    town.until(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))
    town.jo.types("metrics target SL 82%")
    answers = done(
        town, lambda: town.maya.presses("target.accept", "1"), lambda: town.ben.presses("target.accept", "1")
    )
    said = sorted(plain(each.card) for each in answers if each.card is not None)
    assert sum("Agreed by both" in each for each in said) == 1, said
    assert sum("is agreed already" in each for each in said) == 1, said
    with town.units() as uow:
        (tracked,) = (each for each in uow.metrics.tracked(1) if each.metric == "service_level")
        assert len(uow.metrics.targets_of([tracked.id or 0])) == 2


def test_both_companies_propose_at_once(database: Database) -> None:
    """One proposal is open afterwards: whoever came second answered the first with theirs."""
    town = Town(database)
    furnish(town)
    town.until(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))
    done(town, lambda: town.maya.types("metrics target SL 88%"), lambda: town.jo.types("metrics target SL 82%"))
    with town.units() as uow:
        states = sorted(each.state for each in uow.session.exec(select(TargetProposal)))
    assert states == ["countered", "open"]
