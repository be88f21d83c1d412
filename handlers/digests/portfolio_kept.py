"""What is kept about the portfolio between two weeks: the newest one, whether it is paused, whether one is left out."""

from __future__ import annotations

from datetime import datetime

from handlers.calendar import week_of
from storage.unit_of_work import UnitOfWork


def look_up(uow: UnitOfWork, installation_id: int) -> None:
    """Read all that is kept about it in one question."""
    uow.settings.preload(f"portfolio.{what}:{installation_id}" for what in ("paused", "newest", "skip"))


def monday_of(wall: datetime) -> str:
    """The Monday of the week of this naive wall time, in ISO: the portfolio's name in that week."""
    return week_of(wall.date())[0].isoformat()


def paused(uow: UnitOfWork, installation_id: int) -> bool:
    """Whether a manager stopped it."""
    return uow.settings.get(f"portfolio.paused:{installation_id}") == "yes"


def pause(uow: UnitOfWork, installation_id: int, *, on: bool) -> None:
    """Stop it or let it go on; its schedule stays."""
    uow.settings.set(f"portfolio.paused:{installation_id}", "yes" if on else "no")


def leaves_out(uow: UnitOfWork, installation_id: int, wall: datetime) -> bool:
    """Whether the portfolio of the week of this naive wall time is left out."""
    return uow.settings.get(f"portfolio.skip:{installation_id}") == monday_of(wall)


def leave_out(uow: UnitOfWork, installation_id: int, wall: datetime | None) -> None:
    """Leave out the portfolio of the week of this naive wall time; None: none is left out."""
    uow.settings.set(f"portfolio.skip:{installation_id}", "" if wall is None else monday_of(wall))


def silent(uow: UnitOfWork, installation_id: int, wall: datetime) -> bool:
    """Whether none is sent in the week of this naive wall time, because a manager said so."""
    return paused(uow, installation_id) or leaves_out(uow, installation_id, wall)


def newest(uow: UnitOfWork, installation_id: int) -> str | None:
    """The Monday of the week of the newest portfolio, in ISO; None before the first."""
    return uow.settings.get(f"portfolio.newest:{installation_id}")


def keep_newest(uow: UnitOfWork, installation_id: int, monday: str, now: datetime) -> None:
    """This is the newest now, sent at this moment."""
    uow.settings.set(f"portfolio.newest:{installation_id}", monday)
    uow.settings.set(f"portfolio.sent:{installation_id}", now.isoformat())


def sent_at(uow: UnitOfWork, installation_id: int) -> datetime | None:
    """When the newest was sent; None where that was not kept yet."""
    kept = uow.settings.get(f"portfolio.sent:{installation_id}")
    return None if kept is None else datetime.fromisoformat(kept)


def sent_in_week_of(uow: UnitOfWork, installation_id: int, wall: datetime) -> bool:
    """Whether the portfolio of the week of this naive wall time was sent already."""
    return newest(uow, installation_id) == monday_of(wall)
