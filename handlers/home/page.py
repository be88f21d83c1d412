"""What stands in somebody's Home, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from handlers.catching_up.rules import Missed
from handlers.home.rules import Standing
from handlers.lateness import Gap
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button, Text, Tone

ROWS = 15
"""So many providers stand in Home, and on a page of all."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for the reader: ``rank`` says how urgent its kind is (0 first), ``since`` orders within it."""

    rank: int
    since: datetime
    text: Text
    buttons: tuple[Button, ...] = ()
    tone: Tone = Tone.WARN


@dataclass(frozen=True, slots=True)
class Coming:
    """A review that is ahead or being held; ``late`` where its time has come and nobody has begun it."""

    review_id: int
    name: str
    series: str
    at: datetime
    under_way: bool
    late: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """What one can set: ``morning`` is the wall time of one's reminders; ``away`` the first and last day of the absence
    that is on or next; ``digests`` the weekly moments with how many providers share each."""

    morning: str
    zone: str
    pulse: bool
    away: tuple[date, date] | None
    digests: tuple[tuple[str, int], ...]
    paused: int


@dataclass(frozen=True, slots=True)
class Page:
    """Home. ``standings`` are filled for managers only, the most troubled first; ``mine`` are the reader's own open items
    that do not press; ``checked`` is when all was last looked through for them, None if it never was; ``ended`` names those
    whose contract is over, for a manager to whom no other is left. ``ticked`` is when the bot's clock last ticked, ``gap`` its
    last rest if that ended within a day, ``missed`` what a manager's programmes lost by a rest within a week."""

    side: Side
    manages: bool
    zone: str
    now: datetime
    needs: tuple[Need, ...]
    standings: tuple[Standing, ...] = ()
    mine: tuple[Need, ...] = ()
    reviews: tuple[Coming, ...] = ()
    settings: Settings | None = None
    checked: datetime | None = None
    ended: tuple[str, ...] = ()
    ticked: datetime | None = None
    gap: Gap | None = None
    missed: tuple[Missed, ...] = ()
