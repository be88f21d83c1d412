"""Teams' reactions and the emoji names the house knows (Slack's), both ways.

Six reactions have words ("like"); every other is its code points and a name ("1f4cc_pushpin"), or the emoji itself.
Source: the SDK's MessageReactionType, and learn.microsoft.com, "Reactions in Teams bot conversations".
"""

from __future__ import annotations

import re

_WORDS = {"like": "+1", "heart": "heart", "laugh": "joy", "surprised": "open_mouth", "sad": "cry", "angry": "rage"}
_POINTS = {
    "2705": "white_check_mark",
    "2714": "heavy_check_mark",
    "1f4cc": "pushpin",
    "1f4cd": "round_pushpin",
    "1f528": "hammer",
    "1f6e0": "hammer_and_wrench",
    "26a0": "warning",
    "270b": "raised_hand",
    "1f590": "hand",
    "1f44d": "+1",
    "2764": "heart",
    "1f440": "eyes",
    "23f3": "hourglass_flowing_sand",
    "2753": "question",
    "1f389": "tada",
    "21a9": "leftwards_arrow_with_hook",
}
_CODE = re.compile(r"([0-9a-f]{4,6})(?:[-_].*)?", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9_+-]{1,60}", re.IGNORECASE)


def ours(reaction: str) -> str:
    """The house's name of a reaction; Teams' own name where the house has none; "" for what is no name."""
    if reaction in _WORDS:
        return _WORDS[reaction]
    coded = _CODE.fullmatch(reaction)
    points = coded[1].lower() if coded else f"{ord(reaction[0]):x}" if reaction and not reaction[0].isascii() else ""
    return _POINTS.get(points) or (reaction if _NAME.fullmatch(reaction) else "")
