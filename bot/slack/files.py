"""A card's chart and its files, shared in the card's thread once the card stands; each is a row of its own.

Three requests: an address to upload to, the upload, and the share. Nothing is visible before the last one, and the file's id
is kept before it, so that afterwards Slack can be asked whether the file was shared. A share shows in the file's own record
a few seconds late. A file left unshared is seen by nobody. A chart's numbers are in the card's text: its failure never fails
the card.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.charts import drawing as charts
from bot.ports import Delivery, Later, Missing, Outcome, Refused, Sent, Uploaded
from bot.slack.history import search
from bot.slack.outcomes import FAILURES, outcome, surely_not_done
from bot.slack.speaker import error_name
from handlers.vocabulary.address import Place
from handlers.vocabulary.outgoing import File, Picture

LONGEST_ALT = 1000
GONE = ("file_not_found", "file_deleted")


@dataclass(frozen=True, slots=True)
class _Parcel:
    """What is uploaded. ``alt`` is said to who cannot see a picture."""

    name: str
    content: bytes
    alt: str = ""


class Files:
    """Uploads, shares, and looks afterwards. ``timeout`` bounds the upload itself, in seconds."""

    def __init__(self, client: AsyncWebClient, timeout: float) -> None:
        self._client = client
        self._timeout = timeout

    async def upload(self, delivery: Delivery) -> Uploaded | Later | Refused:
        """Hand the attachment to Slack. Refused when there is none, or a chart cannot be drawn."""
        if delivery.attachment is None:
            return Refused("the delivery has neither a picture nor a file")
        try:
            parcel = await _packed(delivery.key, delivery.attachment)
        except charts.ChartFailed as error:
            return Refused(f"the chart could not be drawn: {error}")
        try:
            answer = await self._client.files_getUploadURLExternal(
                filename=parcel.name, length=len(parcel.content), **({"alt_txt": parcel.alt} if parcel.alt else {})
            )
            status = await self._send(answer["upload_url"], parcel.content)
        except FAILURES as error:
            return surely_not_done(error)
        return Uploaded(str(answer["file_id"])) if status == HTTPStatus.OK else Later(30, "workspace")

    async def share(self, delivery: Delivery) -> Outcome:
        """Show the uploaded file in its thread. ``Sent`` has the file's id as its ref."""
        if delivery.upload is None or delivery.attachment is None or delivery.place is None or delivery.thread is None:
            return Refused("the attachment names no card, or was not uploaded")
        try:
            await self._client.files_completeUploadExternal(
                files=[{"id": delivery.upload, "title": _title(delivery.attachment)}],
                channel_id=delivery.place.channel,
                thread_ts=delivery.thread,
            )
        except FAILURES as error:
            return outcome(error, limit_scope="workspace")
        return Sent(delivery.upload, delivery.place)

    async def find(self, delivery: Delivery, since: float) -> Sent | Missing | Later:
        """Whether the file was shared; what was never uploaded cannot have been.

        Its own record tells. Where the app may not read that, the thread is looked through for the file's id.
        """
        file, place = delivery.upload, delivery.place
        if file is None or place is None:
            return Missing()
        try:
            answer = await self._client.files_info(file=file)
        except FAILURES as error:
            if isinstance(error, SlackApiError) and error_name(error) in GONE:
                return Missing()
            result = surely_not_done(error)
            return result if isinstance(result, Later) else await self._find_in_thread(file, place, delivery, since)
        return Sent(file, place) if place.channel in shared_in(answer["file"]) else Missing()

    async def _find_in_thread(
        self, file: str, place: Place, delivery: Delivery, since: float
    ) -> Sent | Missing | Later:
        def shows(message: dict[str, Any]) -> bool:
            return any(each.get("id") == file for each in message.get("files") or ())

        found = await search(self._client, place, delivery.thread, since, shows)
        return Sent(file, place) if isinstance(found, Sent) else found

    async def _send(self, url: str, content: bytes) -> int:
        limit = aiohttp.ClientTimeout(total=self._timeout)
        async with aiohttp.ClientSession(timeout=limit) as session, session.post(url, data=content) as response:
            return response.status


def shared_in(file: dict[str, Any]) -> set[str]:
    """From ``files.info``: the ids of the conversations a file stands in, however Slack tells of them."""
    shares: dict[str, dict[str, Any]] = file.get("shares") or {}
    told = {channel for kind in shares.values() for channel in kind or {}}
    return told | {channel for kind in ("channels", "groups", "ims") for channel in file.get(kind) or ()}


async def _packed(key: str, part: Picture | File) -> _Parcel:
    if isinstance(part, File):
        return _Parcel(part.name, part.content.encode())
    return _Parcel(file_name(key), await charts.png_in_child(charts.svg(part)), part.alt[:LONGEST_ALT])


def _title(part: Picture | File) -> str:
    return part.title if isinstance(part, Picture) else part.label


def file_name(key: str) -> str:
    """A chart's name: its key made fit for one."""
    return "parley-" + "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in key) + ".png"
