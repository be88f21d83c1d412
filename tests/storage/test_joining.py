"""One company's workspaces on several platforms are one installation, on either database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from storage.database import Database
from storage.models.provider import Installation
from storage.unit_of_work import UnitOfWork
from tests.databases import NOW

TENANT, OTHER = "5c1f3f0e-0d57-4c4e-9d2c-0f6f7a5a1b01", "5c1f3f0e-0d57-4c4e-9d2c-0f6f7a5a1b02"


def join(database: Database, platform: str, workspace: str, beside: str = "") -> int:
    """The installation a workspace's records hang on, once it has connected."""
    with UnitOfWork(database) as uow:
        root = uow.providers.join(platform, workspace, NOW, beside=beside).id
        uow.commit()
    assert root is not None
    return root


@pytest.mark.parametrize(("first", "second"), [("slack", "teams"), ("teams", "slack")])
def test_a_second_platform_joins_the_first(database: Database, first: str, second: str) -> None:
    """Whichever connects first is the root; the other's records hang on it, and connecting again changes nothing."""
    root = join(database, first, "ONE")
    assert join(database, second, "TWO") == root == join(database, second, "TWO") == join(database, first, "ONE")
    with UnitOfWork(database) as uow:
        found = uow.providers.installation(second, "TWO")
        assert found is not None and found.id == root
        assert uow.providers.workspaces(root) == {first: ("ONE",), second: ("TWO",)}
        assert uow.providers.is_own(root, second, "TWO") and not uow.providers.is_own(root, second, "ONE")
        assert not uow.providers.is_own(root, second, "") and not uow.providers.is_own(root, "room", "TWO")


def test_further_tenants_of_the_company_join_too(database: Database) -> None:
    """A tenant beside the first is the same company's on the same platform; the first stays the one spoken through."""
    root = join(database, "teams", TENANT)
    assert join(database, "teams", OTHER, beside=TENANT) == root
    with UnitOfWork(database) as uow:
        assert uow.providers.workspace_of(root, "teams") == TENANT
        assert uow.providers.is_own(root, "teams", OTHER) and uow.providers.workspace_of(root, "slack") == ""


def test_another_workspace_and_the_example_stand_alone(database: Database) -> None:
    """Another workspace of the same platform is another company's, and the room's example belongs to nobody."""
    room, slack = join(database, "room", "T-CLIENT"), join(database, "slack", "T1")
    assert len({room, slack, join(database, "slack", "T2")}) == 3
    assert join(database, "teams", TENANT) == slack


def test_two_platforms_that_connect_at_once_are_one_company(database: Database) -> None:
    """Two processes that introduce a platform each in the same moment end with one root."""
    together = Barrier(2)

    def connect(platform: str) -> int:
        together.wait()
        return join(database, platform, "W")

    with ThreadPoolExecutor(2) as pool:
        roots = list(pool.map(connect, ("slack", "teams")))
    assert roots[0] == roots[1]
    with UnitOfWork(database) as uow:
        rows = [uow.session.get(Installation, number) for number in (1, 2)]
    assert sorted(row.joined_to or 0 for row in rows if row is not None) == [0, roots[0]]
