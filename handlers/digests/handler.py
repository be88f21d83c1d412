"""The weekly digest: posted once a programme and week, edited while it is the newest and what it tells still moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.calendar import instant_of, wall_of, week_of, zone
from handlers.digests import keeping, portfolio, portfolio_kept, voice
from handlers.digests.gathering import Gathering, TellPlan
from handlers.digests.inner import declines
from handlers.digests.keeping import Posted
from handlers.digests.week import Moment
from handlers.metrics.requests import running
from handlers.metrics.states import State
from handlers.metrics.weeks import WEEK
from handlers.vocabulary.events import DigestChanged, FiguresReported, Fired, PlanChanged, ReviewChanged
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork

DraftPlans = Callable[[Programme, Sequence[State], UnitOfWork, datetime], None]
"""Drafts a plan for each decline nobody acted on; another room's matter."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Makes digests. ``tell_plan`` is how the plans' own room puts one in a line, ``draft_plans`` how it drafts some for the
    declines of the week before they are told."""

    tell_plan: TellPlan
    draft_plans: DraftPlans

    def post(self, fired: Fired, uow: UnitOfWork, now: datetime) -> None:
        """Post the week's digest to both companies and to the client. Ended and paused programmes stay silent, and a week
        that had its digest before its time was moved gets no second one."""
        programme_id = fired.subject_id
        keeping.look_up(uow, programme_id)
        found = running(uow, programme_id, now)
        if found is None or keeping.paused(uow, programme_id):
            return
        programme, provider = found
        wall = datetime.fromisoformat(fired.wall)
        monday, last = week_of(wall.date())[0], keeping.newest(uow, programme_id)
        if last is not None and last.monday >= monday:
            return
        if keeping.leaves_out(uow, programme_id, wall):
            keeping.silent(uow, programme_id, "skipped")
            return
        skipped = fired.covers - 1
        gap = keeping.gap(uow, programme_id, monday, skipped)
        moment = Moment(wall, instant_of(wall, zone(programme.anchor_zone)), fired.late, skipped, gap)
        gathering = Gathering(uow, programme, provider, moment, now, tell_plan=self.tell_plan)
        posted = Posted(monday, gathering.week, moment)
        keeping.keep_newest(uow, programme_id, posted)
        self.draft_plans(programme, declines(gathering), uow, now)
        portfolio.ensure(uow, programme.installation_id, programme.anchor_zone, now)
        voice.look_up(uow, (programme_id, posted))
        voice.say_shared(gathering, posted)
        voice.say_internal(gathering, posted)

    def post_portfolio(self, fired: Fired, uow: UnitOfWork, now: datetime) -> None:
        """Send the portfolio; the internal digests that waited for it hang below."""
        gatherings = portfolio.post(fired, uow, now, self.tell_plan)
        found = [(each, keeping.newest(uow, each.programme_id)) for each in gatherings]
        hang = [(each, posted) for each, posted in found if posted is not None and posted.moment == each.moment]
        voice.look_up(uow, *((each.programme_id, posted) for each, posted in hang))
        for gathering, posted in hang:
            if voice.waits(uow, gathering.programme_id, posted):
                voice.say_internal(gathering, posted)

    def post_insides(self, fired: Fired, uow: UnitOfWork, now: datetime) -> None:
        """A client's internal digests of the last week that waited for a portfolio which did not come."""
        ids = [each.id for each in uow.providers.programmes(fired.subject_id) if each.id is not None]
        uow.providers.look_ahead(ids)
        keeping.look_up(uow, *ids)
        found = [(each, keeping.newest(uow, each)) for each in ids]
        fresh = [(each, posted) for each, posted in found if posted is not None and now - posted.moment.at < WEEK]
        voice.look_up(uow, *fresh)
        for programme_id, posted in fresh:
            if voice.waits(uow, programme_id, posted):
                self._say_inside(programme_id, posted, uow, now)

    def _say_inside(self, programme_id: int, posted: Posted, uow: UnitOfWork, now: datetime) -> None:
        found = running(uow, programme_id, now)
        if found is not None:
            voice.say_internal(self._again(posted, *found, uow, now), posted)

    def refresh(self, event: object, uow: UnitOfWork, now: datetime) -> None:
        """Figures of the covered week came in or were corrected: the newest digest shows them."""
        assert isinstance(event, FiguresReported)
        posted = keeping.newest(uow, event.programme_id)
        if posted is not None and event.period_start - timedelta(days=event.period_start.weekday()) == posted.week:
            self._show(posted, event.programme_id, uow, now)

    def review_changed(self, event: object, uow: UnitOfWork, now: datetime) -> None:
        """What became of a review of the told week turned out otherwise: the newest digest does not go on saying that
        nobody held it."""
        assert isinstance(event, ReviewChanged)
        review = uow.reviews.get(event.review_id)
        posted = None if review is None else keeping.newest(uow, review.programme_id)
        if review is not None and posted is not None:
            at = posted.moment.at
            if at - WEEK <= review.starts_at < at:
                self._show(posted, review.programme_id, uow, now)

    def plan_changed(self, event: object, uow: UnitOfWork, now: datetime) -> None:
        """A draft that was named in the client's newest digest is not one any more: the digest does not go on saying so."""
        assert isinstance(event, PlanChanged)
        plan = uow.plans.get(event.plan_id)
        if plan is None or plan.found_as is None:
            return
        posted, found = keeping.newest(uow, plan.programme_id), running(uow, plan.programme_id, now)
        if posted is not None and found is not None:
            voice.show_internal(self._again(posted, *found, uow, now), posted)

    def digest_changed(self, event: object, uow: UnitOfWork, now: datetime) -> None:
        """The portfolio that told of the same week shows it too."""
        assert isinstance(event, DigestChanged)
        if portfolio_kept.newest(uow, event.installation_id) == event.monday.isoformat():
            portfolio.again(uow, event.installation_id, now, self.tell_plan)

    def preview(self, programme: Programme, provider: Provider, uow: UnitOfWork, now: datetime) -> Gathering:
        """The week as it would be told now."""
        moment = Moment(wall_of(now, zone(programme.anchor_zone)), now)
        return Gathering(uow, programme, provider, moment, now, tell_plan=self.tell_plan)

    def _show(self, posted: Posted, programme_id: int, uow: UnitOfWork, now: datetime) -> None:
        found = running(uow, programme_id, now)
        if found is not None:
            gathering = self._again(posted, *found, uow, now)
            voice.show_shared(gathering, posted)
            voice.show_internal(gathering, posted)
            told = DigestChanged(gathering.programme.installation_id, posted.monday)
            if told not in uow.events:  # many figures may come at once: the portfolio is drawn after the last of them
                uow.happened(told)

    def _again(
        self, posted: Posted, programme: Programme, provider: Provider, uow: UnitOfWork, now: datetime
    ) -> Gathering:
        return Gathering(uow, programme, provider, posted.moment, now, posted.week, self.tell_plan)
