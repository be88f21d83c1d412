"""Transactions that wait for each other in a circle: the database breaks one of them off, and it can simply be done again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError

ATTEMPTS = 3
BROKEN_OFF = {"40P01", "40001"}
"""PostgreSQL's codes for a deadlock that was detected and for a transaction that could not be put in order (its manual,
appendix A). All that such a transaction did is undone."""

Result = TypeVar("Result")


def again_if_broken_off(work: Callable[[], Result]) -> Result:
    """Do ``work``, a whole transaction, and do it again when the database broke it off; at most three times.

    Raises what ``work`` raises, the last time also what broke it off.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return work()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in BROKEN_OFF:
                raise
    return work()
