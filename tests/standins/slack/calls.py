"""A Web API call as it came in, and the errors a method answers with."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.standins.slack.words import Payload

# Arguments that hold JSON inside a form field.
JSON_ARGUMENTS = {
    "attachments",
    "blocks",
    "file_uploads",
    "files",
    "metadata",
    "profile",
    "unfurls",
    "view",
    "channels",
}


class ApiError(Exception):
    """The method refuses: `ok` is false, `error` says why, `extra` is merged into the answer."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra

    def answer(self) -> Payload:
        """The JSON body Slack would send."""
        return {"ok": False, "error": self.error, **self.extra}


@dataclass
class Call:
    """One recorded call. `at` is epoch seconds; `done` says whether the work was carried out, and `done_at` when.

    `answered_at` is when the answer was on its way, whatever it said. `caller` is who called, where callers have addresses of
    their own (`/by/{caller}/api/`).
    """

    method: str
    args: Payload
    token: str | None
    at: float = field(default_factory=time.time)
    status: int | None = None
    answer: Payload | None = None
    done: bool = False
    fault: str | None = None
    user_agent: str = ""
    caller: str = ""
    done_at: float | None = None
    answered_at: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the caller was told that it worked."""
        return self.answer is not None and bool(self.answer.get("ok"))

    def text(self, name: str) -> str:
        """A required argument; its absence is `invalid_arguments`, as at Slack."""
        value = self.args.get(name)
        if value is None or value == "":
            messages = [f"[ERROR] missing required field: {name}"]
            raise ApiError("invalid_arguments", response_metadata={"messages": messages})
        return str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean argument, however it was spelt."""
        value = self.args.get(name, default)
        return value is True or str(value).lower() in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        """A whole-number argument."""
        try:
            return int(self.args.get(name, default))
        except ValueError as error:
            raise ApiError("invalid_arguments") from error


def _value(name: str, value: Any) -> Any:
    if name in JSON_ARGUMENTS and isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value


async def read_call(request: web.Request, method: str) -> Call:
    """The call in a request, whether its body is a form, JSON or missing; `invalid_json` if JSON is broken."""
    args: Payload = dict(request.query)
    if request.content_type == "application/json":
        raw = await request.text()
        try:
            args |= json.loads(raw) if raw else {}
        except json.JSONDecodeError as error:
            raise ApiError("invalid_json") from error
    elif request.can_read_body:
        args |= dict(await request.post())
    authorization = request.headers.get("Authorization", "")
    token = authorization.removeprefix("Bearer ").strip() or args.pop("token", None)
    args.pop("token", None)
    args = {name: _value(name, value) for name, value in args.items()}
    caller = request.match_info.get("caller", "")
    return Call(method, args, token, user_agent=request.headers.get("User-Agent", ""), caller=caller)
