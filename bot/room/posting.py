"""Writing one message into the room, whoever says it, so that it stands there once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from bot.room.parts import RoomUnits
from storage.models.room import RoomMessage

TRIES = 5


def post(units: RoomUnits, message: RoomMessage, now: datetime) -> RoomMessage:
    """Post ``message`` (its ``id`` is given here) and commit; answer with the row that stands in the room.

    A card key or nonce that was posted before gives back that first message. Another process may take the same
    reference in between: then the next one is tried. Raises ``IntegrityError`` when that fails five times.
    """
    fields = message.model_dump(exclude={"id"})
    for attempt in range(TRIES):
        try:
            return _post_once(units, RoomMessage(id="", **fields), now)
        except IntegrityError:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _post_once(units: RoomUnits, message: RoomMessage, now: datetime) -> RoomMessage:
    with units() as unit:
        earlier = unit.room.by_key(message.card_key) if message.card_key else None
        if earlier is None and message.nonce:
            earlier = unit.room.by_nonce(message.nonce)
        if earlier is not None:
            return earlier
        message.id = unit.room.next_id(now)
        unit.room.add(message)
        unit.commit()
        return message
