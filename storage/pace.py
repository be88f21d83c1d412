"""Whose turn it is to be posted into a workspace or a conversation: of each, the lines of all processes stand in one row,
locked while a turn is taken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, select

from storage.models.pace import ConversationPace, WorkspacePace
from storage.noting import noted

_LINES = (
    select(WorkspacePace)
    .where(WorkspacePace.platform == bindparam("platform"), WorkspacePace.workspace == bindparam("workspace"))
    .with_for_update()
    .execution_options(populate_existing=True)
)

_CONVERSATION = (
    select(ConversationPace)
    .where(
        ConversationPace.platform == bindparam("platform"),
        ConversationPace.workspace == bindparam("workspace"),
        ConversationPace.conversation == bindparam("conversation"),
    )
    .with_for_update()
    .execution_options(populate_existing=True)
)


class PaceRepository:
    """The lines of each workspace, and what left into each conversation."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lines(self, platform: str, workspace: str, now: datetime) -> WorkspacePace:
        """The workspace's lines, locked until the end of the transaction; nobody stands in them at first."""
        given = {"platform": platform, "workspace": workspace}
        found = self._session.exec(_LINES, params=given).first()
        if found is None:
            noted(self._session, WorkspacePace, {**given, "unhurried_at": now, "prompt_at": now})
            found = self._session.exec(_LINES, params=given).one()
        return found

    def conversation(self, platform: str, workspace: str, conversation: str) -> ConversationPace:
        """What left into a conversation ("" is the whole workspace), locked until the end of the transaction."""
        given = {"platform": platform, "workspace": workspace, "conversation": conversation}
        found = self._session.exec(_CONVERSATION, params=given).first()
        if found is None:
            noted(self._session, ConversationPace, {**given, "requests": "[]"})
            found = self._session.exec(_CONVERSATION, params=given).one()
        return found
