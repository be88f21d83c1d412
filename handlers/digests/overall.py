"""A provider's week in one line, for who has many: in trouble, needs a look, on track, not measured. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.digests import acting, rules
from handlers.digests.week import Digest, Overdue
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Tone

NAMED = 3


class Level(StrEnum):
    """How a provider's week stands, worst first; the value is the word people read."""

    TROUBLE = "in trouble"
    LOOK = "needs a look"
    UNMEASURED = "not measured yet"
    TRACK = "on track"


TONES = {
    Level.TROUBLE: Tone.BAD,
    Level.LOOK: Tone.WARN,
    Level.UNMEASURED: Tone.MISSING,
    Level.TRACK: Tone.GOOD,
}
ORDER = list(Level)


@dataclass(frozen=True, slots=True)
class Line:
    """One programme. ``late`` counts what is late on each side, internal records included; ``declining`` names the metrics
    that fall against their own first weeks while nothing is done about them; ``plans`` are the numbers of the plans that are not over; ``unheld`` are the
    week's reviews nobody held."""

    name: str
    client: str
    digest: Digest
    late: Mapping[Side, int]
    declining: tuple[str, ...] = ()
    plans: tuple[int, ...] = ()
    unheld: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        """Trouble is what nobody acts on, or what slides; whatever else is not as it should be wants a look."""
        digest = self.digest
        if acting.unanswered(digest) or self.declining:
            return Level.TROUBLE
        red = any(acting.is_red(state) for state in digest.states)
        if red or any(self.late.values()) or self.unheld or digest.score.missing:
            return Level.LOOK
        return Level.TRACK if digest.received else Level.UNMEASURED

    @property
    def details(self) -> str:
        """The week in sentences: figures, what slides, what nobody acted on, who waits for whom, reviews, plans."""
        said = rules.headline(self.digest, ())
        parts = [said[:1].upper() + said[1:]]
        if self.declining:
            parts.append(f"Declining: {', '.join(self.declining)}.")
        alone = acting.unanswered(self.digest)
        if alone:
            parts.append(f"Nothing agreed on {acting.named(alone)}.")
        names = {Side.PROVIDER: self.digest.provider, Side.CLIENT: self.client}
        waits = [f"{count} on {names[side]}" for side, count in self.late.items() if count]
        if waits:
            parts.append(f"Waiting: {', '.join(waits)}.")
        parts += [f"{each}." for each in self.unheld]
        if self.plans:
            parts.append(f"Plan{'s' if len(self.plans) > 1 else ''} {', '.join(map(str, self.plans))} running.")
        return " ".join(parts)


def lateness(*lists: Sequence[Overdue]) -> dict[Side, int]:
    """How much is late on each side, the provider's first."""
    found = Counter(each.side for several in lists for each in several)
    return {side: found[side] for side in (Side.PROVIDER, Side.CLIENT)}


def in_order(lines: Sequence[Line]) -> list[Line]:
    """In trouble first; among those of a level the latest first, then by name."""
    return sorted(
        lines, key=lambda line: (ORDER.index(line.level), -sum(line.late.values()), line.name.casefold(), line.name)
    )


def first_line(lines: Sequence[Line]) -> str:
    """ "2 of 28 in trouble (Northwind, Southwind); 6 need a look; 20 on track."."""
    by_level = {level: [line.name for line in in_order(lines) if line.level is level] for level in Level}
    parts = []
    if by_level[Level.TROUBLE]:
        names = by_level[Level.TROUBLE]
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        parts.append(f"{len(names)} of {len(lines)} in trouble ({', '.join(names[:NAMED])}{more})")
    else:
        parts.append(f"none of {len(lines)} in trouble")
    look = len(by_level[Level.LOOK])
    parts += [f"{look} need{'s' if look == 1 else ''} a look"] if look else []
    parts += [f"{len(by_level[each])} {each}" for each in (Level.UNMEASURED, Level.TRACK) if by_level[each]]
    return "; ".join(parts) + "."


def counted(lines: Sequence[Line]) -> str:
    """ "and 8 more: 2 need a look, 6 on track" for those that are not listed."""
    found = Counter(line.level for line in lines)
    words = {Level.LOOK: "need a look" if found[Level.LOOK] > 1 else Level.LOOK}
    return (
        f"and {len(lines)} more: {', '.join(f'{found[each]} {words.get(each, each)}' for each in Level if found[each])}"
    )
