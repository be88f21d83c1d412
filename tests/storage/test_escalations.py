"""Versions of a matrix and jumps, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.database import Database
from storage.models.escalation import EscalationJump, EscalationMatrix, EscalationStep
from storage.models.issue import Issue
from storage.models.person import Person
from storage.models.provider import Installation, Programme, Provider
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW


@pytest.fixture
def uow(database: Database) -> UnitOfWork:
    """A client with a provider, a programme, two people and an issue, all with the id 1 (and a second person)."""
    with UnitOfWork(database) as made:
        made.providers.add(Installation(platform="room", workspace="T", installed_at=NOW))
        made.providers.add(Provider(installation_id=1, name="Northwind", created_at=NOW))
        made.providers.add(
            Programme(
                installation_id=1,
                provider_id=1,
                name="Voice",
                anchor_zone="UTC",
                digest_wall="mon 08:30",
                figures_wall="tue 10:00",
                created_at=NOW,
            )
        )
        for name in ("Ana", "Ben"):
            made.people.add(Person(installation_id=1, name=name, side="client", created_at=NOW))
        made.issues.add(
            Issue(
                installation_id=1,
                provider_id=1,
                programme_id=1,
                number=1,
                title="t",
                severity=1,
                visibility="SH",
                reporter_id=1,
                owner_id=1,
                reported_at=NOW,
                acknowledge_by=NOW,
                resolve_by=NOW,
            )
        )
        made.commit()
    return UnitOfWork(database)


def version(uow: UnitOfWork, person: int) -> EscalationMatrix:
    step = EscalationStep(
        matrix_id=0, severity=1, level=2, side="client", after="1 hour", person_id=person, visibility="SH"
    )
    matrix = EscalationMatrix(installation_id=1, provider_id=1, programme_id=1, number=0, created_at=NOW)
    return uow.escalations.add(matrix, [step])


def test_the_newest_version_that_was_not_taken_back_holds(uow: UnitOfWork) -> None:
    """Versions are numbered; the one before holds again when the newest is taken back, and its number is not used again."""
    with uow:
        assert uow.escalations.current(1) is None
        first, second = version(uow, 1), version(uow, 2)
        assert (first.number, second.number) == (1, 2) and uow.escalations.current(1) == second
        second.taken_back_at = NOW
        uow.escalations.save(second)
        assert uow.escalations.current(1) == first
        assert version(uow, 2).number == 3
        assert [each.number for each in uow.escalations.versions(1)] == [1, 2, 3]


def test_who_is_named_is_found_in_versions_that_hold_only(uow: UnitOfWork) -> None:
    """Whoever leaves is looked for where they are brought in today, not where they once were."""
    with uow:
        version(uow, 1)
        assert [each.number for each in uow.escalations.naming(1)] == [1]
        version(uow, 2)
        assert uow.escalations.naming(1) == []
        assert [each.number for each in uow.escalations.naming(2)] == [2]


def test_a_jump_is_kept_once_in_its_turn(uow: UnitOfWork) -> None:
    """The same level and side of the same turn is refused the second time; another turn is another jump."""

    def jump(turn: str, minutes: int) -> EscalationJump:
        return EscalationJump(
            installation_id=1,
            provider_id=1,
            programme_id=1,
            issue_id=1,
            turn=turn,
            level=2,
            side="client",
            waiting="provider",
            reason="not acknowledged in time",
            visibility="SH",
            at=NOW + timedelta(minutes=minutes),
        )

    with uow:
        made = [uow.escalations.jump(each) for each in (jump("a", 0), jump("a", 1), jump("b", 2))]
        assert made == [True, False, True]
        assert [(each.turn, each.at) for each in uow.escalations.jumps(1)] == [
            ("a", NOW),
            ("b", NOW + timedelta(minutes=2)),
        ]
