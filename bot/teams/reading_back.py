"""Reading a channel through Graph: whether a card of ours stands there, and what somebody's message says.

Graph lets the app read the channels of teams that granted it ``ChannelMessage.Read.Group``. Sources: learn.microsoft.com,
"List channel messages", "List replies", "chatMessage resource type".
"""

from __future__ import annotations

from bot.ports import Delivery, FoundMessage, Later, Missing, Refused, Sent
from bot.teams.asking import Asking
from bot.teams.conversations import Conversation, Conversations
from bot.teams.roster import Roster
from bot.teams.settings import TeamsSettings


class ReadingBack:
    """Reads."""

    def __init__(self, settings: TeamsSettings, asking: Asking, conversations: Conversations, roster: Roster) -> None:
        self._settings, self._asking, self._conversations, self._roster = settings, asking, conversations, roster

    async def find(self, conversation: Conversation, delivery: Delivery, since: float) -> Sent | Missing | Later | None:
        """The card with the delivery's key; None where nothing can be read."""
        return None

    async def message(self, conversation: Conversation, message: str) -> FoundMessage | Later | Refused:
        """What a message says."""
        return Refused("the app may not read this channel")
