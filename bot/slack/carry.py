"""What a form carries through Slack and back: where it was opened, and what its handler hid in it. Ids only.

A submitted form does not say in which channel it was opened, so the door packs the channel in front of the handler's part.
The person's right to that channel's records is checked again by the handlers.
"""

from __future__ import annotations

SEPARATOR = "|"


def packed(channel: str, hidden: str) -> str:
    """For ``private_metadata``."""
    return f"{channel}{SEPARATOR}{hidden}"


def unpacked(metadata: str) -> tuple[str, str]:
    """The channel ("" when it was opened outside any) and the handler's part."""
    channel, _, hidden = metadata.partition(SEPARATOR)
    return channel, hidden
