"""How long Slack waits for its answer, whichever door a request came through: both end in the same call of Bolt's."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.watching.measures import Measure

KINDS = {
    "event_callback": "event",
    "block_actions": "click",
    "view_submission": "form",
    "view_closed": "form",
    "shortcut": "shortcut",
    "message_action": "shortcut",
}


class TimedApp(AsyncApp):
    """Bolt's app; ``answered`` is told the kind of each request and the seconds until its answer was ready."""

    def __init__(self, answered: Measure, **details: Any) -> None:
        super().__init__(**details)
        self._answered = answered

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """As Bolt's own; also counted when it fails."""
        began = time.monotonic()
        try:
            return await super().async_dispatch(req)
        finally:
            self._answered(kind_of(req.body), time.monotonic() - began)


def kind_of(body: Mapping[str, Any]) -> str:
    """What Slack asks for, in one word."""
    return "command" if "command" in body else KINDS.get(str(body.get("type", "")), "other")
