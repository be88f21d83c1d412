"""What must stand in the channels, worked out from what was asked and what was due, and held against what stands there.

Nothing here knows the program's tables or keys: messages are told apart by their visible words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.chaos import names
from tests.chaos.asking import Asked, Effect, Record


@dataclass(frozen=True, slots=True)
class Due:
    """Something the calendar owes: a message called ``name`` in ``channel``, from the moment ``at`` (epoch seconds) on."""

    channel: str
    name: str
    at: float


@dataclass
class Verdict:
    """What is wrong, each as a line to read. ``expected`` counts what had to stand; ``open`` what was free to stand once, since
    whoever asked got no answer."""

    expected: int = 0
    open: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    halved: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether everything stands once, as it is now, and nothing else does."""
        return not (self.lost or self.doubled or self.unexpected or self.halved or self.stale)


def judge(record: Record, due: Iterable[Due]) -> Verdict:
    """Hold what was asked and due against the channels' contents."""
    verdict = weigh(record.asked(), due, standing(record))
    verdict.stale = list(_stale(record))
    return verdict


def weigh(asked: Iterable[Asked], due: Iterable[Due], stands: Counter[Effect]) -> Verdict:
    """The same, of what was counted already."""
    asked, verdict = list(asked), Verdict()
    owed: Counter[Effect] = Counter((each.channel, each.name) for each in due)
    free: Counter[Effect] = Counter()
    for each in asked:
        if each.surely:
            owed.update(each.effects)
        elif not each.never:
            free.update(each.effects)
    for effect in sorted({*owed, *free, *stands}):
        _weigh_one(effect, stands[effect], owed[effect], free[effect], verdict)
    for each in asked:
        there = [effect for effect in each.effects if stands[effect]]
        if not each.surely and there and len(there) < len(each.effects):
            verdict.halved.append(f"only {there} of {list(each.effects)}")
    verdict.expected, verdict.open = owed.total(), free.total()
    return verdict


def standing(record: Record) -> Counter[Effect]:
    """How often each message stands. What the bot said and nobody has a name for is named by its words."""
    found: Counter[Effect] = Counter()
    for channel, messages in record.channels.items():
        by_ts = {each["ts"]: each for each in messages}
        for each in messages:
            if each["user"] != record.bot:
                found.update([(channel, names.reaction(each["ts"]))] * bool(each["reacted"]))
                continue
            thread = each["thread_ts"]
            root = by_ts.get(thread) if thread not in (None, each["ts"]) else None
            found[channel, names.name_of(each, root) or f"(unknown) {each['text'][:160]!r}"] += 1
    return found


def _stale(record: Record) -> Iterator[str]:
    """Cards that do not show what the last line in their thread says: an edit that did not come, or an older one that came
    later."""
    for messages in record.channels.values():
        ours = [each for each in messages if each["user"] == record.bot]
        for card in ours:
            lines = [each for each in ours if each["thread_ts"] == card["ts"] and each["ts"] != card["ts"]]
            said = [name.split()[-1] for each in lines if (name := names.name_of(each, card)) is not None]
            told = [each for each in said if each in names.SHOWN]
            if told and not any(shown in card["text"] for shown in names.SHOWN[told[-1]]):
                yield f"after {told[-1]!r}: {card['text'][:120]!r}"


def _weigh_one(effect: Effect, stands: int, owed: int, free: int, verdict: Verdict) -> None:
    where = f"{effect[1]} in {effect[0]}"
    if not owed and not free and stands:
        verdict.unexpected += [where] * stands
        return
    once = min(1, owed + free)  # asked twice is still one message
    verdict.lost += [where] * max(0, min(1, owed) - stands)
    verdict.doubled += [where] * max(0, stands - once)
