"""Until when a platform asked for quiet, kept for every process and for the one that comes after a restart.

A whole workspace can be limited, or a single channel: then ``WorkspacePause.workspace`` is "T1/C1". A channel's limit is on
new posts alone; edits and reactions have limits of their own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ScalarSelect, and_, case, delete, func, or_, update
from sqlmodel import Session, col, select

from storage.models.delivery import OutboxRow
from storage.models.replica import WorkspacePause
from storage.noting import noted

Scope = Literal["channel", "workspace"]
NO_POSTS = ("reaction", "errand")
"""Kinds of rows that a channel's limit on posts does not concern."""
KEPT = timedelta(days=1)
"""How long a pause that is over stays noted."""


def paused_until() -> ScalarSelect[datetime | None]:
    """Until when the row of the outer statement has to be quiet; NULL when nobody ever asked for it."""
    channel = case((col(OutboxRow.channel) != "", col(OutboxRow.channel)), else_="@" + col(OutboxRow.account_user))
    limited = and_(
        col(OutboxRow.sent_revision) == 0,
        col(OutboxRow.kind).not_in(NO_POSTS),
        col(WorkspacePause.workspace) == col(OutboxRow.workspace) + "/" + channel,
    )
    return (
        select(func.max(col(WorkspacePause.until)))
        .where(
            WorkspacePause.platform == OutboxRow.platform,
            or_(col(WorkspacePause.workspace) == OutboxRow.workspace, limited),
        )
        .correlate(OutboxRow)
        .scalar_subquery()
    )


class PauseRepository:
    """Keeps what platforms asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, row: OutboxRow, scope: Scope, now: datetime, until: datetime) -> None:
        """The row's workspace, or only its channel, has to be quiet ``until`` then; a longer pause stays."""
        whose = row.workspace if scope == "workspace" else f"{row.workspace}/{row.channel or '@' + row.account_user}"
        key = {"platform": row.platform, "workspace": whose}
        if noted(self._session, WorkspacePause, {**key, "until": until}):
            self._session.connection().execute(delete(WorkspacePause).where(col(WorkspacePause.until) < now - KEPT))
            return
        self._session.connection().execute(
            update(WorkspacePause)
            .where(
                col(WorkspacePause.platform) == row.platform,
                col(WorkspacePause.workspace) == whose,
                col(WorkspacePause.until) < until,
            )
            .values(until=until)
        )
