"""What is decided about Home: whose turn an issue is, how a provider stands, what comes first. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.calendar import business_days_between, wall_of, zone
from handlers.home.week import Week
from handlers.records.hours import hours_of
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Tone
from storage.actions import OPEN
from storage.overview_rows import ActionRow, IssueRow, ProgrammeRow

NEEDS_A_WORD = 2
"""Up to this severity silence never accepts: somebody has to say so."""
QUIET_DAYS = 5
"""Working days of the provider without a word from which on it is too quiet: a week at work."""
COUNTED_DAYS = 45
"""Silence is counted in working days up to so many days; what is older is told by its date."""
CONTRACT_DAYS = 60
"""So many days ahead the end of a contract is told."""
WORST = 1
UNMEASURED = "not measured yet"
"""How a provider stands whose figures nobody was asked for so far."""

_WEIGHTS = {1: 1000, 2: 100, 3: 5, 4: 1}
"""Of an open issue by its severity, for the order only."""
_MISSED, _OVERDUE, _QUIET, _MISSING = 60, 30, 25, 15


@dataclass(frozen=True, slots=True)
class Turn:
    """Which side an issue waits for, until when (None: no time was set), and for what."""

    side: Side
    until: datetime | None
    what: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How one programme stands. ``overdue`` counts issues and action items that are late, by side; ``quiet`` is how many
    working days nothing was heard (None: longer than is counted); ``trouble`` only orders."""

    row: ProgrammeRow
    name: str
    week: Week
    issues: Mapping[int, int]
    overdue: Mapping[Side, int]
    quiet: int | None
    tone: Tone
    word: str
    trouble: int

    @property
    def fine(self) -> bool:
        """Nothing to look at."""
        return self.tone in (Tone.GOOD, Tone.PLAIN)

    @property
    def too_quiet(self) -> bool:
        """Nobody of theirs did anything on record for a week at work."""
        return self.quiet is None or self.quiet >= QUIET_DAYS


def turn(issue: IssueRow) -> Turn:
    """Whose turn an issue is."""
    owner = Side(issue.owner_side)
    if issue.state == "done":
        return Turn(owner.other, issue.until, "a yes")
    if issue.state == "waiting":
        return Turn(Side(issue.waiting_on) if issue.waiting_on else owner, issue.until, "an answer")
    return Turn(owner, issue.until, "an acknowledgement" if issue.state == "open" else "a solution")


def needs_a_word(issue: IssueRow) -> bool:
    """Whether it is called done and silence will not accept it."""
    return issue.state == "done" and issue.severity <= NEEDS_A_WORD


def is_late(issue: IssueRow, now: datetime) -> bool:
    """Whether the side whose turn it is is past its time. What waits for a silent yes is not late."""
    silent = issue.state == "done" and issue.severity > NEEDS_A_WORD
    return issue.until is not None and issue.until <= now and not silent


class Days:
    """What day it is where, at one moment. Zones repeat, so each is looked at once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._days: dict[str, date] = {}

    def today(self, where: str) -> date:
        """The day in a zone, by its IANA name."""
        if where not in self._days:
            self._days[where] = wall_of(self._now, zone(where)).date()
        return self._days[where]


def is_overdue(action: ActionRow, days: Days) -> bool:
    """Whether its due day is over at its owner's place. What waits for a yes is not late."""
    return action.state in OPEN and action.due_on < days.today(action.zone)


def quiet_days(row: ProgrammeRow, now: datetime, days: Days) -> int | None:
    """Working days at the provider's since anybody there did something on record, or since the set-up; None when it is
    longer than is worth counting."""
    since = row.heard_at or row.created_at
    if now - since > timedelta(days=COUNTED_DAYS):
        return None
    first = wall_of(since, zone(row.zone)).date()
    return max(0, business_days_between(first, days.today(row.zone), hours_of(row.zone, row.country)))


def standing(
    row: ProgrammeRow,
    name: str,
    week: Week,
    issues: Iterable[IssueRow],
    actions: Iterable[ActionRow],
    now: datetime,
    days: Days,
) -> Standing:
    """How a programme stands, from its own records."""
    open_issues, overdue = Counter[int](), dict.fromkeys(Side, 0)
    for issue in issues:
        open_issues[issue.severity] += 1
        if is_late(issue, now):
            overdue[turn(issue).side] += 1
    for action in actions:
        if is_overdue(action, days):
            overdue[Side(action.side)] += 1
    quiet = quiet_days(row, now, days) if row.state == "active" else 0
    tone, word = _judged(row, week, open_issues, overdue, too_quiet=quiet is None or quiet >= QUIET_DAYS)
    trouble = sum(_WEIGHTS.get(severity, 1) * count for severity, count in open_issues.items())
    trouble += _MISSED * week.score.missed + _OVERDUE * sum(overdue.values()) + _MISSING * bool(week.score.missing)
    trouble += _QUIET * (quiet is None or quiet >= QUIET_DAYS)
    return Standing(row, name, week, dict(sorted(open_issues.items())), overdue, quiet, tone, word, trouble)


def _judged(
    row: ProgrammeRow, week: Week, issues: Mapping[int, int], overdue: Mapping[Side, int], *, too_quiet: bool
) -> tuple[Tone, str]:
    """The worst that is known, as tone and word. What is missing is grey and never green."""
    if row.state != "active":
        return Tone.PLAIN, "set-up not finished" if row.state == "draft" else "paused"
    if issues.get(WORST):
        return Tone.BAD, "critical issue"
    if week.score.missed:
        return Tone.BAD, "off target"
    if any(overdue.values()):
        return Tone.WARN, "overdue"
    if too_quiet:
        return Tone.WARN, "too quiet"
    if week.score.missing:
        return Tone.MISSING, "figures missing"
    if week.score.asked_from is not None and week.score.expected and not week.score.received:
        return Tone.MISSING, UNMEASURED
    return (Tone.GOOD, "on track") if week.score.expected else (Tone.PLAIN, "no metrics yet")


def in_order(standings: Iterable[Standing]) -> list[Standing]:
    """In trouble first: whoever has a critical issue, then the most troubled; then the others by name."""
    return sorted(standings, key=_order)


def _order(each: Standing) -> tuple[bool, bool, int, str]:
    """No number of other things comes before a critical issue."""
    return each.fine, each.fine or not each.issues.get(WORST), 0 if each.fine else -each.trouble, each.name.casefold()


def names(programmes: Sequence[ProgrammeRow]) -> dict[int, str]:
    """What each programme is called: its provider's name, and its own where the provider has several."""
    of = Counter(row.provider_id for row in programmes)
    return {
        row.programme_id: f"{row.provider}: {row.programme}" if of[row.provider_id] > 1 else row.provider
        for row in programmes
    }


def contract_days(row: ProgrammeRow, today: date) -> int | None:
    """In how many days the contract ends, if that is soon."""
    if row.contract_end is None or not 0 <= (row.contract_end - today).days <= CONTRACT_DAYS:
        return None
    return (row.contract_end - today).days
