"""What can be written in the thread of a record, and the nearest of it to what somebody wrote there to the bot. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

EXAMPLES: Mapping[str, Sequence[str]] = {
    "issue": ("ack", "blocked: what you need", "unblocked", "done", "ok", "reopen: why", "owner @name", "severity 2"),
    "action": (
        "ack",
        "done",
        "due friday",
        "+3d",
        "blocked: what you need",
        "need help: with what",
        "owner @name",
        "ok",
    ),
    "plan": ("agree", "not yet: why", "done", "cause: …", "for now: …", "target: …", "milestones: …", "withdraw: why"),
    "review": ("agenda: …", "decision: …", "action: …", "risk: …", "here", "undo"),
    "figures": ("SL 82% AHT 6:52", "challenge SL: why", "kudos …", "undo"),
    "digest": ("SL 82% AHT 6:52", "challenge SL: why", "kudos …", "undo"),
    "escalation": ("agree",),
    "reminders": ("done 12", "due 12 friday", "ack 12", "+3d"),
}
"""Subject of a record -> what is understood in its thread, as it may be typed; the likeliest first."""
ANYWHERE = ("undo", "why")
CLOSE_ENOUGH, ALMOST = 60, 75
"""Of 100 (rapidfuzz ratio), for a word alone and for the first of several: "acknowlege" is 95 from "acknowledge", "when" is 44
from "owner"."""
_LONGER = {"acknowledge": "ack", "finished": "done", "accept": "ok", "agreed": "agree", "unblock": "unblocked"}
"""Other spellings that are looked among, and the word meant."""


def examples(subject: str) -> Sequence[str]:
    """What can be written under a card about this; () where nothing is understood there."""
    return EXAMPLES.get(subject, ())


def meant(subject: str, words: str) -> str:
    """What was most likely meant, with whatever followed the first word; "" where nothing is near enough, or where it needs more
    words than there are."""
    if not examples(subject):
        return ""
    first, _, rest = words.strip().partition(" ")
    known = {each.split()[0].rstrip(":"): each for each in (*examples(subject), *ANYWHERE) if each[0].isalpha()}
    spellings = {each: each for each in known} | {each: to for each, to in _LONGER.items() if to in known}
    found = process.extractOne(
        first.rstrip(":,.!").casefold(),
        list(spellings),
        scorer=fuzz.ratio,
        score_cutoff=ALMOST if rest else CLOSE_ENOUGH,
    )
    if found is None:
        return ""
    near = spellings[found[0]]
    if " " not in known[near]:
        return near
    colon = ":" if first.endswith(":") or ":" in known[near] else ""
    return f"{near}{colon} {rest.strip()}" if rest else ""
