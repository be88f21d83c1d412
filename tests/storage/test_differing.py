"""A database that lacks what this program asks for is told by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

from storage.differing import missing, missing_in
from tests.town import town_at


def test_a_missing_column_is_named_by_the_look_and_by_the_statement(tmp_path: Path) -> None:
    """A column taken out by hand is found by looking, and by the statement that stumbles over it."""
    town = town_at(tmp_path)
    assert missing(town.database) == []
    with town.database.engine.begin() as connection:
        connection.execute(text(DROP))
    assert missing(town.database) == ["parley_improvement_plan.reason"]
    with pytest.raises(OperationalError) as refused, town.database.engine.connect() as connection:
        connection.execute(text("SELECT reason FROM parley_improvement_plan"))
    assert missing_in(refused.value) == "reason"


DROP = "ALTER TABLE parley_improvement_plan DROP COLUMN reason"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ('column "reason" of relation "parley_plan" does not exist\nLINE 1: x', "reason"),
        ("column parley_plan.reason does not exist", "parley_plan.reason"),
        ('relation "parley_plan" does not exist', "parley_plan"),
        ("table parley_plan has no column named reason", "reason"),
        ("server closed the connection unexpectedly", ""),
    ],
)
def test_what_a_database_says_is_missing(said: str, name: str) -> None:
    """Both databases' words are read; a connection that broke is nothing missing."""
    trouble: SQLAlchemyError = ProgrammingError("SELECT", {}, Exception(said))
    assert missing_in(trouble) == name
