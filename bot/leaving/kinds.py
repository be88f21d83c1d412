"""The kinds of records an export has: one table each, one file each. A test holds this list against the tables there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Table
from sqlmodel import SQLModel, col

import storage.models as models
from storage.outbox import ERRAND

PERSONAL = "what one person was reminded of or put off is theirs alone"
OF_THE_ROOM = "the room's own pages; what was said to both companies is in messages.csv"
TIMED = "when things fire; the times that were agreed are in programmes.csv"
BOOKKEEPING = "how the delivery went on, of no use outside"


@dataclass(frozen=True, slots=True)
class Kind:
    """One table in one file.

    ``through`` are the columns by which a row belongs to a provider: its id, its programme's, or that of a record which
    belongs to one. Without any, one provider's export leaves the kind out, and ``apart`` says why. ``shared`` says which
    rows both companies may see where there is no ``visibility`` column; ``only`` which rows are records at all.
    ``without`` are columns left out, with the reason; ``renamed`` columns that hold something readable instead.
    """

    model: type[SQLModel]
    file: str
    about: str
    through: tuple[str, ...] = ()
    apart: str = ""
    only: ColumnElement[bool] | None = None
    shared: ColumnElement[bool] | None = None
    without: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        """The table."""
        return SQLModel.metadata.tables[str(self.model.__tablename__)]


LEFT_OUT: Mapping[str, str] = {
    "parley_inbox": "keys of events that were handled, kept for a week so that nothing is done twice; nobody's words",
    "parley_person_key": "the keys that seal people's words in the audit log; they never leave the database",
    "parley_replica": "which processes ran, and when each last ticked; about this machine, not about anybody's work",
    "parley_channel_day": "which message was the one of a channel's day; the messages themselves are among the messages",
    "parley_teams_conversation": "where on Teams can be spoken, by Teams' own ids; the channels themselves are among the channels",
    "parley_calendar_feed": "digests of secret calendar addresses; of no use without the address, which is nowhere",
    "parley_question": "what somebody asked while they choose which provider they mean; gone within a day",
    "parley_workspace_pace": "whose turn it is to be posted; over in a minute",
    "parley_conversation_pace": "how many messages left into a conversation within the hour",
    "parley_workspace_pause": "until when a platform asked for quiet; over before anybody reads it",
}
"""Tables no export has, with the reason."""


def kinds() -> tuple[Kind, ...]:
    """Every kind, in the order in which the files are written. People come last: by then it is known who is named."""
    return (*_who_with_whom(), *_work(), *_meetings(), *_calendar(), *_said(), *_people())


def _who_with_whom() -> tuple[Kind, ...]:
    return (
        Kind(models.Installation, "installations", "workspaces Parley was installed in", through=("id",)),
        Kind(models.Provider, "providers", "providers", through=("id",)),
        Kind(models.Programme, "programmes", "what each provider does, and its times", through=("provider_id",)),
        Kind(
            models.Channel,
            "channels",
            "channels bound to a programme",
            through=("programme_id",),
            shared=col(models.Channel.kind) == "shared",
        ),
        Kind(models.Owner, "owners", "who answers for a programme, and who did before", through=("programme_id",)),
    )


def _work() -> tuple[Kind, ...]:
    return (
        Kind(models.TrackedMetric, "metrics", "metrics kept, with their definitions", through=("programme_id",)),
        Kind(models.MetricTarget, "targets", "targets, from which day on", through=("tracked_metric_id",)),
        Kind(
            models.TargetProposal,
            "target_proposals",
            "other targets that were proposed, and what the other side said",
            through=("provider_id",),
        ),
        Kind(
            models.Figure,
            "figures",
            "every figure with where it came from; a corrected one names the row that replaced it",
            through=("programme_id",),
        ),
        Kind(models.Issue, "issues", "issues", through=("provider_id",)),
        Kind(models.IssueClock, "issue_clocks", "for which side an issue waited, and how long", through=("issue_id",)),
        Kind(
            models.EscalationMatrix,
            "escalation_matrices",
            "who agreed on whom to bring in, and when",
            through=("provider_id",),
        ),
        Kind(
            models.EscalationStep,
            "escalation_steps",
            "who is brought in at which level, after how long",
            through=("matrix_id",),
        ),
        Kind(models.EscalationJump, "escalations", "every time an issue went up a level", through=("provider_id",)),
        Kind(models.ActionItem, "actions", "action items", through=("provider_id",)),
        Kind(models.Win, "wins", "kudos", through=("programme_id",)),
    )


def _meetings() -> tuple[Kind, ...]:
    return (
        Kind(models.ReviewSeries, "review_series", "recurring reviews", through=("provider_id",)),
        Kind(models.Review, "reviews", "reviews: planned, held, moved, skipped, cancelled", through=("provider_id",)),
        Kind(
            models.ReviewEntry,
            "review_entries",
            "what was said in a review: agenda, attendance, decisions, actions, risks",
            through=("review_id",),
        ),
        Kind(models.ImprovementPlan, "improvement_plans", "joint improvement plans", through=("provider_id",)),
        Kind(models.PlanMilestone, "plan_milestones", "values to be reached by a day", through=("plan_id",)),
        Kind(models.PlannedAction, "plan_actions", "actions a plan intends on both sides", through=("plan_id",)),
    )


def _calendar() -> tuple[Kind, ...]:
    return (
        Kind(models.Absence, "absences", "when people are away", through=("person_id",)),
        Kind(models.Ping, "reminders", "who was reminded of which action item, when", apart=PERSONAL),
        Kind(models.Snooze, "snoozes", "reminders a person put off", apart=PERSONAL),
        Kind(models.Schedule, "schedules", "what fires by the calendar", apart=TIMED),
        Kind(models.Occurrence, "occurrences", "every time it fired", apart=TIMED),
    )


def _said() -> tuple[Kind, ...]:
    delivery = ("generation", "attempts", "not_before", "trying_since", "first_try", "last_try", "sent_revision")
    return (
        Kind(
            models.OutboxRow,
            "messages",
            "every message Parley said: when, where, to whom, why and in which words",
            through=("provider_id", "programme_id"),
            only=col(models.OutboxRow.kind) != ERRAND,
            without=dict.fromkeys(delivery, BOOKKEEPING),
            renamed={"content": "text"},
        ),
        Kind(models.AuditEntry, "audit_log", "who did what to which record", through=("programme_id",)),
        Kind(models.RoomChannel, "room_channels", "channels of the room", apart=OF_THE_ROOM),
        Kind(models.RoomUser, "room_people", "seats of the room", apart=OF_THE_ROOM),
        Kind(models.RoomMember, "room_members", "who is in which channel of the room", apart=OF_THE_ROOM),
        Kind(
            models.RoomMessage,
            "room_messages",
            "everything that stands in the room",
            apart=OF_THE_ROOM,
            renamed={"card": "card_text"},
            without={"nonce": BOOKKEEPING},
        ),
        Kind(
            models.Setting,
            "settings",
            "small named values",
            apart="values of the whole installation",
            only=col(models.Setting.name).not_like("%code%") & col(models.Setting.name).not_like("%secret%"),
        ),
    )


def _people() -> tuple[Kind, ...]:
    return (
        Kind(models.PersonAccount, "accounts", "people's accounts on the platforms", through=("person_id",)),
        Kind(models.Person, "people", "people on both sides", through=("provider_id",)),
    )
