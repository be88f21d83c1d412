"""The tables: nouns only. Every name begins with ``parley_`` so that DBOS's tables can live in the same file.

Import this package to have every table in ``SQLModel.metadata`` (migrations and tests need all of them).
"""

from storage.models.absence import Absence
from storage.models.action import ActionItem
from storage.models.audit import AuditEntry, PersonKey
from storage.models.calendar import CalendarFeed
from storage.models.channel_day import ChannelDay
from storage.models.delivery import InboxEntry, OutboxRow
from storage.models.escalation import EscalationJump, EscalationMatrix, EscalationStep
from storage.models.issue import Issue, IssueClock
from storage.models.metrics import Figure, MetricTarget, TargetProposal, TrackedMetric
from storage.models.pace import ConversationPace, WorkspacePace
from storage.models.person import Person, PersonAccount
from storage.models.plan import ImprovementPlan, PlanMilestone, PlannedAction
from storage.models.provider import Channel, Installation, Owner, Programme, Provider
from storage.models.question import Question
from storage.models.recognition import Win
from storage.models.reminder import Ping, Snooze
from storage.models.replica import Replica, WorkspacePause
from storage.models.review import Review, ReviewEntry, ReviewSeries
from storage.models.room import RoomChannel, RoomMember, RoomMessage, RoomUser
from storage.models.schedule import Occurrence, Schedule
from storage.models.setting import Setting
from storage.models.teams import TeamsConversation

__all__ = [
    "Absence",
    "ActionItem",
    "AuditEntry",
    "CalendarFeed",
    "Channel",
    "ChannelDay",
    "ConversationPace",
    "EscalationJump",
    "EscalationMatrix",
    "EscalationStep",
    "Figure",
    "ImprovementPlan",
    "InboxEntry",
    "Installation",
    "Issue",
    "IssueClock",
    "MetricTarget",
    "Occurrence",
    "OutboxRow",
    "Owner",
    "Person",
    "PersonAccount",
    "PersonKey",
    "Ping",
    "PlanMilestone",
    "PlannedAction",
    "Programme",
    "Provider",
    "Question",
    "Replica",
    "Review",
    "ReviewEntry",
    "ReviewSeries",
    "RoomChannel",
    "RoomMember",
    "RoomMessage",
    "RoomUser",
    "Schedule",
    "Setting",
    "Snooze",
    "TargetProposal",
    "TeamsConversation",
    "TrackedMetric",
    "Win",
    "WorkspacePace",
    "WorkspacePause",
]
