"""The chart of a card, uploaded into the card's thread once the card stands.

The numbers are in the card's text, so nothing depends on this: its failure never fails the card. It is sent as a row of
its own. Nothing is visible before the last of three requests, so only that one can leave us unsure; then the thread is
searched for the file's name, which holds the row's key. A file left unshared is seen by nobody.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot import charts
from bot.ports import Later, Missing, Outcome, Refused, Sent
from bot.slack.history import search
from bot.slack.outcomes import FAILURES, outcome, surely_not_done
from handlers.vocabulary.address import Place
from handlers.vocabulary.outgoing import AnyCard, Picture

LONGEST_ALT = 1000


class Pictures:
    """Draws and uploads. ``timeout`` bounds the upload itself, in seconds."""

    def __init__(self, client: AsyncWebClient, timeout: float) -> None:
        self._client = client
        self._timeout = timeout

    async def share(self, key: str, card: AnyCard, sent: Sent, thread: str) -> Outcome:
        """``Sent`` has the file's id as its ref. Refused when the card has no picture or it cannot be drawn."""
        picture = next((element for element in card.elements if isinstance(element, Picture)), None)
        if picture is None:
            return Refused("the card has no picture")
        try:
            png = await charts.png_in_child(charts.svg(picture))
        except charts.ChartFailed as error:
            return Refused(f"the chart could not be drawn: {error}")
        file = await self._upload(file_name(key), png, picture)
        if not isinstance(file, str):
            return file
        try:
            await self._client.files_completeUploadExternal(
                files=[{"id": file, "title": picture.title}], channel_id=sent.place.channel, thread_ts=thread
            )
        except FAILURES as error:
            return outcome(error, limit_scope="workspace")
        return Sent(file, sent.place)

    async def find(self, key: str, place: Place, thread: str, since: float) -> Sent | Missing | Later:
        """The message that shows the file; its ts is the ref, since the file's id is of no further use."""

        def shows(message: dict[str, Any]) -> bool:
            return any(file.get("name") == file_name(key) for file in message.get("files") or ())

        return await search(self._client, place, thread, since, shows)

    async def _upload(self, name: str, png: bytes, picture: Picture) -> str | Later | Refused:
        """The id of the uploaded, still invisible file."""
        try:
            answer = await self._client.files_getUploadURLExternal(
                filename=name, length=len(png), alt_txt=picture.alt[:LONGEST_ALT]
            )
            status = await self._send(answer["upload_url"], png)
        except FAILURES as error:
            return surely_not_done(error)
        return str(answer["file_id"]) if status == HTTPStatus.OK else Later(30, "workspace")

    async def _send(self, url: str, png: bytes) -> int:
        limit = aiohttp.ClientTimeout(total=self._timeout)
        async with aiohttp.ClientSession(timeout=limit) as session, session.post(url, data=png) as response:
            return response.status


def file_name(key: str) -> str:
    """The key made fit for a file's name."""
    return "parley-" + "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in key) + ".png"
