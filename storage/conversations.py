"""The conversations on Teams the bot can speak into."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from storage.models.teams import TeamsConversation

_PERSONAL = select(TeamsConversation).where(
    TeamsConversation.tenant == bindparam("tenant"),
    TeamsConversation.user == bindparam("user"),
    TeamsConversation.kind == "personal",
    col(TeamsConversation.gone_at).is_(None),
)


class ConversationRepository:
    """Stored conversation references."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, tenant: str, conversation: str, *, lock: bool = False) -> TeamsConversation | None:
        """The conversation with this id (without any thread); ``lock`` when it is read to be changed."""
        return self._session.get(TeamsConversation, (tenant, conversation), with_for_update=lock)

    def personal(self, tenant: str, user: str) -> TeamsConversation | None:
        """The personal chat with somebody, if there is one."""
        return self._session.exec(_PERSONAL, params={"tenant": tenant, "user": user}).first()

    def recent(self, most: int) -> Sequence[TeamsConversation]:
        """Channels and group chats the bot is in, those heard of last first."""
        query = select(TeamsConversation).where(
            TeamsConversation.kind != "personal", col(TeamsConversation.gone_at).is_(None)
        )
        return self._session.exec(query.order_by(col(TeamsConversation.seen_at).desc()).limit(most)).all()

    def of_team(self, tenant: str, team: str) -> Sequence[TeamsConversation]:
        """The channels known of a team."""
        query = select(TeamsConversation).where(TeamsConversation.tenant == tenant, TeamsConversation.team == team)
        return self._session.exec(query.order_by(TeamsConversation.conversation)).all()

    def keep(self, row: TeamsConversation) -> TeamsConversation:
        """Keep what is known of a conversation now: a later row replaces an earlier one."""
        kept = self._session.merge(row)
        self._session.flush()
        return kept

    def leave(self, row: TeamsConversation, now: datetime) -> None:
        """The bot is not in it any more."""
        row.gone_at = now
        self._session.add(row)
        self._session.flush()
