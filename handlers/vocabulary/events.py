"""What happened, in the past tense: ids only. Followers in ``routes.py`` act on them in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ProviderSetUp:
    """A programme of a provider was set up and may begin."""

    programme_id: int


@dataclass(frozen=True, slots=True)
class IssueReported:
    """An issue was reported."""

    issue_id: int


@dataclass(frozen=True, slots=True)
class IssueClosed:
    """An issue was accepted as done, or withdrawn."""

    issue_id: int


@dataclass(frozen=True, slots=True)
class ActionAgreed:
    """An action item was agreed."""

    action_id: int


@dataclass(frozen=True, slots=True)
class ActionChanged:
    """An action item changed in any way after it was agreed. ``owner_before`` is set when somebody else owns it now."""

    action_id: int
    owner_before: int | None = None


@dataclass(frozen=True, slots=True)
class ActionOverdue:
    """The day an action item was due has gone by, and somebody was told so."""

    action_id: int


@dataclass(frozen=True, slots=True)
class ActionClosed:
    """An action item was accepted as done, or it was decided not to do it."""

    action_id: int


@dataclass(frozen=True, slots=True)
class FiguresReported:
    """Figures of a period came in or were corrected."""

    programme_id: int
    period_start: date


@dataclass(frozen=True, slots=True)
class DigestChanged:
    """A digest of one of a client's programmes, of the week that ``monday`` begins, tells something else now."""

    installation_id: int
    monday: date


@dataclass(frozen=True, slots=True)
class OwnerChanged:
    """Somebody else became accountable for a programme on one side, or takes over all that one before had there.

    ``told``: one message tells of it all, so that the records say nothing of their own.
    """

    programme_id: int
    side: str
    before: int
    after: int
    told: bool = False


@dataclass(frozen=True, slots=True)
class HandedBack:
    """A hand-over was taken back: these records return to ``to``, as far as they are open and nobody acted on them since
    the moment ``since``."""

    to: int
    issue_ids: tuple[int, ...]
    action_ids: tuple[int, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class PersonKnown:
    """More is known of a person now: perhaps another name, zone or company."""

    person_id: int


@dataclass(frozen=True, slots=True)
class AddressTold:
    """The platform told the e-mail address of an account, from the account's own directory."""

    account_id: int


@dataclass(frozen=True, slots=True)
class PeopleJoined:
    """Two people turned out to be one, ``person_id``, or that was taken back: what concerns either has to be looked at."""

    person_id: int
    other_id: int


@dataclass(frozen=True, slots=True)
class HelpNeeded:
    """An owner asked for help with an action item."""

    action_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class ReviewChanged:
    """A review was planned, moved, skipped, cancelled, begun, held, or found not to have been held."""

    review_id: int


@dataclass(frozen=True, slots=True)
class ReviewEnded:
    """A review was held and is over: its decisions and actions stand."""

    review_id: int


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """An improvement plan was drafted, proposed, edited, agreed, closed, reopened or withdrawn."""

    plan_id: int


@dataclass(frozen=True, slots=True)
class AbsenceTold:
    """Somebody said when they are away, or took it back."""

    person_id: int


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """Somebody left; all that was theirs was handed over."""

    person_id: int


@dataclass(frozen=True, slots=True)
class MessageHeld:
    """A message waits to stand in somebody's next morning message."""

    person_id: int


@dataclass(frozen=True, slots=True)
class FoldedChanged:
    """What stands in the morning message with this outbox key is different now."""

    key: str


@dataclass(frozen=True, slots=True)
class MatrixChanged:
    """Other people are brought in when an issue of a programme waits, or at other times."""

    programme_id: int


@dataclass(frozen=True, slots=True)
class ContractEnded:
    """A programme's contract is over: it falls silent and stays readable."""

    programme_id: int


@dataclass(frozen=True, slots=True)
class ContractMoved:
    """A programme's contract runs until another day than was known, or has no end any more."""

    programme_id: int


@dataclass(frozen=True, slots=True)
class ContractReopened:
    """A programme whose contract was over goes on: what was owed is owed again."""

    programme_id: int


@dataclass(frozen=True, slots=True)
class ZoneChanged:
    """A country changed its clocks: the wall times of this zone (IANA name) are other instants than were computed before."""

    zone: str


@dataclass(frozen=True, slots=True)
class Fired:
    """A schedule came due. ``wall`` is its own wall time and ``due_at`` that instant (UTC); ``late`` that it is acted on after
    its moment; ``covers`` how many firings this one stands for."""

    subject: str
    subject_id: int
    wall: str
    late: bool = False
    covers: int = 1
    due_at: datetime | None = None
