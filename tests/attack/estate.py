"""A town in which whatever an outsider must not reach has the same two ids, so that one sweep can try every route with them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import SQLModel

import storage.models as models
from handlers.reviews import planning
from handlers.vocabulary.address import Place, Platform
from tests.town import CLIENT, Resident, Town, town_at

FOREIGN, INTERNAL, MISSING = 77, 78, 5099
"""Ids: of everything that is Willowbank's, of what is the client's alone, and of nothing at all."""
SECRET = ("Juniper",)
"""A word of every record that is the client's alone."""
HIDDEN = (*SECRET, "Willowbank", "Magnolia", "Hawthorn", "Sequoia", "Cypress", "Tamarind", "4711")
"""Words and a number that stand only in what a person of Northwind must never read."""
KEPT_APART = {"parley_inbox", "parley_outbox", "parley_question", "parley_setting"}
"""Tables that a refused request may write to: that it was seen, and what was answered."""


def estate(folder: Path) -> Town:
    """Northwind; its rival Willowbank with a record of every kind; and records of Northwind that are the client's alone."""
    town = town_at(folder)
    with town.units() as uow:
        for row in (*_rival(town.now), *_foreign(town.now), *_internal(town.now)):
            uow.session.add(row)
            uow.session.flush()
        series = uow.series.get(FOREIGN)
        assert series is not None
        planning.set_moments(_review(uow), series, uow, town.now)
        uow.events.clear()
        uow.commit()
    return town


def _review(uow: Any) -> models.Review:
    found = uow.reviews.get(FOREIGN)
    assert found is not None
    return found  # type: ignore[no-any-return]  # a repository of any unit


def _rival(now: datetime) -> list[SQLModel]:
    return [
        models.Provider(
            id=FOREIGN, installation_id=1, name="Willowbank", country="PL", zone="Europe/Warsaw", created_at=now
        ),
        models.Programme(
            id=FOREIGN,
            installation_id=1,
            provider_id=FOREIGN,
            name="Hawthorn desk",
            anchor_zone="Europe/London",
            digest_wall="mon 08:30",
            figures_wall="tue 10:00",
            created_at=now,
        ),
        models.Channel(
            installation_id=1, programme_id=FOREIGN, platform="room", workspace=CLIENT, channel="C-RIVAL", kind="shared"
        ),
        models.Person(
            id=FOREIGN,
            installation_id=1,
            provider_id=FOREIGN,
            name="Magnolia Nowak",
            side="provider",
            role="lead",
            zone="Europe/Warsaw",
            country="PL",
            created_at=now,
        ),
        models.PersonAccount(person_id=FOREIGN, platform="room", workspace="T-WILLOWBANK", user="U-RIVAL"),
        models.Owner(programme_id=FOREIGN, side="client", role="owner", person_id=1, since=now),
        models.Owner(programme_id=FOREIGN, side="provider", role="owner", person_id=FOREIGN, since=now),
        *(
            models.Absence(
                id=number,
                person_id=person,
                first_day=now.date() - timedelta(days=off),
                last_day=now.date() + timedelta(days=3 - off),
                told_by=person,
                told_at=now,
            )
            for number, person, off in ((FOREIGN, FOREIGN, 0), (INTERNAL, 1, 90))
        ),
    ]


def _foreign(now: datetime) -> list[SQLModel]:
    its: dict[str, Any] = {"installation_id": 1, "provider_id": FOREIGN, "programme_id": FOREIGN}
    soon = now + timedelta(minutes=20)
    return [
        *_records(FOREIGN, its, "SH", FOREIGN, "Sequoia", now),
        models.ReviewSeries(
            id=FOREIGN,
            **its,
            name="Sequoia council",
            rule="FREQ=WEEKLY;BYDAY=MO",
            first_wall=datetime(2026, 3, 2, 9, 20),
            anchor_zone="Europe/London",
            template="weekly",
            link="https://meet.example.com/Sequoia",
            uid="sequoia@parley",
            created_at=now,
        ),
        models.Review(
            id=FOREIGN,
            **its,
            series_id=FOREIGN,
            number=FOREIGN,
            planned_wall=datetime(2026, 3, 2, 9, 20),
            starts_at=soon,
            minutes=30,
            created_at=now,
        ),
        models.EscalationMatrix(id=FOREIGN, **its, number=FOREIGN, created_by=1, created_at=now, shared="Sequoia"),
        models.EscalationStep(
            id=FOREIGN,
            matrix_id=FOREIGN,
            severity=1,
            level=2,
            side="provider",
            after="1 day",
            person_id=FOREIGN,
            visibility="SH",
        ),
        models.TrackedMetric(id=FOREIGN, programme_id=FOREIGN, metric="service_level", since=now),
        models.TargetProposal(
            id=FOREIGN,
            **its,
            tracked_metric_id=FOREIGN,
            target=Decimal(4711),
            was_target=Decimal(85),
            side="client",
            proposed_by=1,
            proposed_at=now,
        ),
        models.ReviewEntry(
            id=FOREIGN, review_id=FOREIGN, entry_kind="agenda", words="Sequoia", person_id=1, source="form", at=now
        ),
    ]


def _internal(now: datetime) -> list[SQLModel]:
    its: dict[str, Any] = {"installation_id": 1, "provider_id": 1, "programme_id": 1}
    return _records(INTERNAL, its, "INT", 1, "Juniper", now)


def _records(number: int, its: dict[str, Any], visibility: str, owner: int, word: str, now: datetime) -> list[SQLModel]:
    same: dict[str, Any] = {"id": number, "number": number, **its, "visibility": visibility}
    rows: list[SQLModel] = [
        models.Issue(
            **same,
            title=f"{word} trouble",
            detail="Cypress",
            severity=2,
            state="open",
            reporter_id=1,
            owner_id=owner,
            reported_at=now,
            acknowledge_by=now + timedelta(days=1),
            resolve_by=now + timedelta(days=2),
        ),
        models.ActionItem(
            **same,
            title=f"{word} step",
            note="Cypress",
            side="client" if owner == 1 else "provider",
            owner_id=owner,
            due_on=now.date() + timedelta(days=2),
            state="open",
            created_by=1,
            created_at=now,
        ),
        models.ImprovementPlan(
            **same,
            title=f"{word} plan",
            metric="service_level",
            target=Decimal(4711),
            problem="Cypress",
            cause="Tamarind",
            state="draft" if visibility == "INT" else "proposed",
            created_by=1,
            created_at=now,
        ),
        models.PlanMilestone(id=number, plan_id=number, words=f"{word} reached", check_on=date(2026, 5, 4)),
        models.PlannedAction(
            id=number, plan_id=number, title=f"{word} lesson", owner_id=owner, due_on=date(2026, 5, 4)
        ),
    ]
    rows.append(
        models.EscalationJump(
            id=number,
            **its,
            issue_id=number,
            turn="acknowledge:0.0.0",
            level=2,
            side="client",
            waiting="client",
            reason=f"{word} waited",
            visibility=visibility,
            at=now,
        )
    )
    for subject in ("issue", "action", "plan"):
        rows.append(
            models.AuditEntry(
                **{key: its[key] for key in ("installation_id", "programme_id")},
                at=now,
                person_id=1,
                what=f"{subject}.made",
                subject=subject,
                subject_id=number,
                visibility=visibility,
                facts="{}",
                chain="",
            )
        )
    return rows


def stranger(town: Town) -> Resident:
    """Somebody of the client's workspace whom the bot meets for the first time: a guest for all it knows."""
    return Resident(town, "Gil Reyes", CLIENT, "U-GIL", town.shared_place)


def rival(town: Town) -> Resident:
    """Willowbank's lead, in Willowbank's channel."""
    return Resident(town, "Magnolia Nowak", "T-WILLOWBANK", "U-RIVAL", Place(Platform.ROOM, CLIENT, "C-RIVAL"))


def member(town: Town) -> Resident:
    """Somebody of the client who manages nothing and answers for nothing."""
    with town.units() as uow:
        person = uow.people.add(
            models.Person(
                installation_id=1,
                name="Nia Wells",
                side="client",
                role="member",
                zone="Europe/London",
                country="GB",
                created_at=town.now,
            )
        )
        uow.people.connect(person, "room", CLIENT, "U-NIA")
        uow.commit()
    return Resident(town, "Nia Wells", CLIENT, "U-NIA", town.shared_place)


def guarded(town: Town, *ids: int) -> dict[str, list[str]]:
    """Every row that has one of these ids, or points to one by whatever column: what a refused request must leave as it was."""
    found: dict[str, list[str]] = {}
    with town.database.engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            columns = [each for each in table.columns if each.name == "id" or each.name.endswith("_id")]
            if table.name in KEPT_APART or not columns:
                continue
            query = select(table).where(or_(*(each.in_(ids) for each in columns)))
            found[table.name] = sorted(repr(tuple(row)) for row in connection.execute(query))
    return found


def everything(town: Town, *tables: str) -> dict[str, list[str]]:
    """Every row of these tables."""
    with town.database.engine.connect() as connection:
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(select(SQLModel.metadata.tables[name])))
            for name in tables
        }


def changes(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, set[str]]:
    """What is different, by table."""
    return {name: set(after[name]) ^ set(before[name]) for name in after if after[name] != before[name]}
