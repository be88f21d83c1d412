"""Which message is the one of a channel's day: asked and settled in one statement."""

from __future__ import annotations

from datetime import date
from functools import cache

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from storage.models.channel_day import ChannelDay

_KEY = select(ChannelDay.key).where(
    ChannelDay.platform == bindparam("platform"),
    ChannelDay.workspace == bindparam("workspace"),
    ChannelDay.channel == bindparam("channel"),
    col(ChannelDay.day) == bindparam("day"),
)

_PASS_ON = (
    update(ChannelDay)
    .where(
        col(ChannelDay.platform) == bindparam("on_platform"),
        col(ChannelDay.workspace) == bindparam("on_workspace"),
        col(ChannelDay.channel) == bindparam("on_channel"),
        col(ChannelDay.day) == bindparam("on_day"),
    )
    .values(key=bindparam("now"))
)


_INHERIT = (
    update(ChannelDay)
    .where(
        col(ChannelDay.platform) == bindparam("on_platform"),
        col(ChannelDay.workspace) == bindparam("on_workspace"),
        col(ChannelDay.channel) == bindparam("on_channel"),
        col(ChannelDay.key) == bindparam("on_key"),
    )
    .values(key=bindparam("now"))
)


@cache
def _claiming(dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Keeps a day for a message unless it is taken; a statement costs more to make than to ask."""
    fresh = sqlite.insert(ChannelDay) if dialect == "sqlite" else postgresql.insert(ChannelDay)
    return fresh.on_conflict_do_nothing()


class ChannelDayRepository:
    """The days of channels, by platform, workspace and channel."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, place: tuple[str, str, str], day: date, key: str) -> str:
        """Keep a day for the message ``key``; answers the key of the message that has it, this one or an earlier one.

        Of two processes that claim a day at once the second waits for the first, and finds it taken.
        """
        platform, workspace, channel = place
        row = {"platform": platform, "workspace": workspace, "channel": channel, "day": day}
        claimed = self._session.connection().execute(
            _claiming(self._session.get_bind().dialect.name), {**row, "key": key}
        )
        if claimed.rowcount == 1:
            return key
        return self.of(place, day) or key

    def pass_on(self, place: tuple[str, str, str], day: date, key: str) -> None:
        """Give a taken day to the message ``key``: the one that had it never stood there."""
        platform, workspace, channel = place
        on = {"on_platform": platform, "on_workspace": workspace, "on_channel": channel, "on_day": day}
        self._session.connection().execute(_PASS_ON, {**on, "now": key})

    def inherit(self, place: tuple[str, str, str], key: str, heir: str) -> None:
        """Whatever days the message ``key`` has, which will never stand there, are those of ``heir``, which does instead."""
        platform, workspace, channel = place
        on = {"on_platform": platform, "on_workspace": workspace, "on_channel": channel, "on_key": key}
        self._session.connection().execute(_INHERIT, {**on, "now": heir})

    def of(self, place: tuple[str, str, str], day: date) -> str | None:
        """The key of the message that has a day; None while it is free."""
        platform, workspace, channel = place
        row = {"platform": platform, "workspace": workspace, "channel": channel, "day": day}
        return self._session.connection().execute(_KEY, row).scalar()
