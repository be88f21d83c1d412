"""One request, one transaction: the state change, what is to be said, and what wakes the courier are committed together."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import Self

from sqlmodel import Session

from storage.absences import AbsenceRepository
from storage.actions import ActionRepository
from storage.audit import AuditRepository
from storage.calendars import CalendarRepository
from storage.channel_days import ChannelDayRepository
from storage.conversations import ConversationRepository
from storage.database import Database
from storage.escalations import EscalationRepository
from storage.inbox import InboxRepository
from storage.issues import IssueRepository
from storage.lateness import LatenessRepository
from storage.merging import MergingRepository
from storage.metrics import MetricRepository
from storage.mornings import MorningRepository
from storage.news import NewsRepository
from storage.outbox import Enqueue, OutboxRepository, enqueue_nothing
from storage.overview import OverviewRepository
from storage.pace import PaceRepository
from storage.pauses import PauseRepository
from storage.people import PersonRepository
from storage.plans import PlanRepository
from storage.providers import ProviderRepository
from storage.questions import QuestionRepository
from storage.reminders import ReminderRepository
from storage.replicas import ReplicaRepository
from storage.reviews import ReviewRepository, SeriesRepository
from storage.room import RoomRepository
from storage.schedules import ScheduleRepository
from storage.settings import SettingRepository
from storage.target_proposals import TargetProposalRepository
from storage.undelivered import UndeliveredRepository
from storage.wins import WinRepository


class UnitOfWork:
    """A transaction with its repositories. Leaving the block without ``commit()`` rolls everything back.

    ``happened(event)`` notes an event (past tense) for the followers, which run in this same transaction.
    """

    def __init__(self, database: Database, enqueue: Enqueue = enqueue_nothing, *, reading: bool = False) -> None:
        self._database = database
        self._enqueue = enqueue
        self._reading = reading
        self._stack = ExitStack()
        self.events: list[object] = []
        self.late_since: datetime | None = None
        """While something is acted on that comes late: when it was due. What is said then says so."""
        self.unhurried = False
        """While the calendar acts: nobody waits for what is said then, and it lets pass what answers a person."""
        self.session: Session

    def __enter__(self) -> Self:
        self.session = self._stack.enter_context(self._database.session(reading=self._reading))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.session.expunge_all()  # what was read stays readable after the transaction
            self.session.rollback()
        finally:
            self._stack.close()

    def commit(self) -> None:
        """Make it so."""
        self.session.commit()

    def happened(self, event: object) -> None:
        """Something happened: its followers run before the commit."""
        self.events.append(event)

    @cached_property
    def inbox(self) -> InboxRepository:
        """What was seen before."""
        return InboxRepository(self.session)

    @cached_property
    def outbox(self) -> OutboxRepository:
        """What is to be said."""
        return OutboxRepository(self.session, self._enqueue)

    @cached_property
    def channel_days(self) -> ChannelDayRepository:
        """Which message is the one of a channel's day."""
        return ChannelDayRepository(self.session)

    @cached_property
    def conversations(self) -> ConversationRepository:
        """Where on Teams can be spoken."""
        return ConversationRepository(self.session)

    @cached_property
    def providers(self) -> ProviderRepository:
        """Installations, providers, programmes, channels, owners."""
        return ProviderRepository(self.session)

    @cached_property
    def people(self) -> PersonRepository:
        """People and their accounts."""
        return PersonRepository(self.session)

    @cached_property
    def merging(self) -> MergingRepository:
        """Two rows that are one person."""
        return MergingRepository(self.session)

    @cached_property
    def target_proposals(self) -> TargetProposalRepository:
        """Targets that one company proposes and the other answers."""
        return TargetProposalRepository(self.session)

    @cached_property
    def metrics(self) -> MetricRepository:
        """Tracked metrics, targets and figures."""
        return MetricRepository(self.session)

    @cached_property
    def issues(self) -> IssueRepository:
        """Issues and their clocks."""
        return IssueRepository(self.session)

    @cached_property
    def actions(self) -> ActionRepository:
        """Action items."""
        return ActionRepository(self.session)

    @cached_property
    def reminders(self) -> ReminderRepository:
        """Pings and snoozes."""
        return ReminderRepository(self.session)

    @cached_property
    def wins(self) -> WinRepository:
        """Kudos."""
        return WinRepository(self.session)

    @cached_property
    def series(self) -> SeriesRepository:
        """Review series."""
        return SeriesRepository(self.session)

    @cached_property
    def reviews(self) -> ReviewRepository:
        """Reviews and what was said in them."""
        return ReviewRepository(self.session)

    @cached_property
    def calendars(self) -> CalendarRepository:
        """Secret calendar addresses."""
        return CalendarRepository(self.session)

    @cached_property
    def plans(self) -> PlanRepository:
        """Improvement plans and their milestones."""
        return PlanRepository(self.session)

    @cached_property
    def absences(self) -> AbsenceRepository:
        """Who is away when."""
        return AbsenceRepository(self.session)

    @cached_property
    def overview(self) -> OverviewRepository:
        """Everything at a glance."""
        return OverviewRepository(self.session)

    @cached_property
    def mornings(self) -> MorningRepository:
        """What one person's mornings are made of."""
        return MorningRepository(self.session)

    @cached_property
    def news(self) -> NewsRepository:
        """What changed with the providers somebody steers."""
        return NewsRepository(self.session)

    @cached_property
    def schedules(self) -> ScheduleRepository:
        """What fires by the calendar."""
        return ScheduleRepository(self.session)

    @cached_property
    def lateness(self) -> LatenessRepository:
        """What came late, and what did not come."""
        return LatenessRepository(self.session)

    @cached_property
    def replicas(self) -> ReplicaRepository:
        """The processes that run."""
        return ReplicaRepository(self.session)

    @cached_property
    def escalations(self) -> EscalationRepository:
        """Who is brought in when, and who was."""
        return EscalationRepository(self.session)

    @cached_property
    def pauses(self) -> PauseRepository:
        """Until when platforms asked for quiet."""
        return PauseRepository(self.session)

    @cached_property
    def undelivered(self) -> UndeliveredRepository:
        """What could not be sent."""
        return UndeliveredRepository(self.session, self.outbox)

    @cached_property
    def pace(self) -> PaceRepository:
        """Whose turn it is in a workspace."""
        return PaceRepository(self.session)

    @cached_property
    def audit(self) -> AuditRepository:
        """Who did what."""
        return AuditRepository(self.session)

    @cached_property
    def questions(self) -> QuestionRepository:
        """What people asked while they choose which provider they mean."""
        return QuestionRepository(self.session)

    @cached_property
    def settings(self) -> SettingRepository:
        """Small named values."""
        return SettingRepository(self.session)

    @cached_property
    def room(self) -> RoomRepository:
        """The browser room's own messages."""
        return RoomRepository(self.session)


Units = Callable[[], UnitOfWork]
"""Makes a fresh unit of work."""
