"""The ladder as a whole, through the real handlers in a town: whatever people do, nobody hears too much, nor at night.

The machine lets people agree on actions, move due days, acknowledge, put off, rest, be away, finish, reopen and hand over,
change their own times and clocks, and lets days pass, with and without the bot running. An oracle of its own knows each
person's clock, hours, days and holidays.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import col, select

import storage.models as models
from handlers.deliveries.telling import gave_up
from handlers.router import follow
from handlers.routes import table
from handlers.vocabulary.events import PersonKnown
from handlers.vocabulary.outgoing import Answer, Tone
from storage.actions import OPEN
from storage.database import Database
from storage.models.delivery import OutboxRow
from storage.reminders import MOST
from storage.unit_of_work import UnitOfWork
from tests.town import Town

START = datetime(2026, 3, 23, 8, 0, tzinfo=UTC)
"""The Monday of the week after which London's clocks go forward; Easter follows, in both countries."""
BEFORE_DST_ENDS = datetime(2026, 10, 19, 8, 0, tzinfo=UTC)
MAYA, BEN, JO, REY = 1, 2, 4, 5
NAMES = {MAYA: "@Maya Brooks", BEN: "@Ben Carter", JO: "@Jo Santos", REY: "@Rey Cruz"}
COUNTRIES = {MAYA: ("GB", "ENG"), BEN: ("GB", "ENG"), JO: ("PH", None), REY: ("PH", None)}
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = ("Asia/Manila", "America/New_York", "Europe/London", "Pacific/Auckland")
UNPROMPTED = {
    "digest.weekly",
    "digest.internal",
    "metrics.request",
    "review.agenda",
    "contract.farewell",
    "downtime.gap",
}
TO_ONE = {"review.direct", "contract.ahead", "delivery.failed", "absence.told_of", "absence.step_in", "digest.internal"}


@dataclass
class Known:
    """What the oracle knows of one person: clock, time of the morning, quiet hours (None: the usual), days."""

    zone: str
    morning: time = time(9)
    quiet: tuple[time, time] | None = None
    days: frozenset[str] = frozenset(WEEK[:5])
    resting: date | None = None
    country: tuple[str, str | None] = ("GB", "ENG")

    def wall(self, at: datetime) -> datetime:
        """The moment on their clock."""
        return at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def works(self, day: date) -> bool:
        """A day of theirs that is no public holiday."""
        code, part = self.country
        return WEEK[day.weekday()] in self.days and day not in _holidays(code, part, day.year)

    def is_quiet(self, at: datetime) -> bool:
        """Whether nothing may come by itself: night, day off, holiday."""
        wall = self.wall(at)
        if self.quiet is not None:
            begins, ends = self.quiet
        else:
            later = (datetime.combine(date.min, self.morning) + timedelta(hours=1)).time()
            begins, ends = max(time(18), later), min(time(9), self.morning)
        return not (ends <= wall.time() < begins) or not self.works(wall.date())


@cache
def _holidays(code: str, part: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(code, subdiv=part, years=year))


@dataclass
class Watched(Town):
    """A town that keeps every message as it was when it was first posted; an edit later touches the row's times, and is no
    second message."""

    posted: list[OutboxRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        with self.units() as uow:
            self._keep(uow.outbox.everything(), uow)

    def deliver(self) -> None:
        """Look at what has no place in any channel yet, then let it stand there."""
        with self.units() as uow:
            self._keep([row for row in uow.outbox.open() if row.ref is None], uow)
        super().deliver()

    def _keep(self, rows: Sequence[OutboxRow], uow: UnitOfWork) -> None:
        for row in rows:
            uow.session.expunge(row)
        self.posted += rows


@cache
def _furnished(start: datetime) -> bytes:
    """The file of a town with a digest, figures to ask for and a weekly review, ready at ``start``."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "town.sqlite"
        town = Town(Database(f"sqlite:///{file}", durable=False), start)
        form = town.maya.types("setup").form
        while form is not None:
            chosen = {"own": "service_level"} if form.action == "providers.metrics" else {}
            form = town.maya.submits(
                form.action, {each.name: each.initial for each in form.fields} | chosen, form.hidden
            ).form
        asked = town.maya.presses("review.setup", "1").form
        assert asked is not None
        values = {each.name: each.initial for each in asked.fields} | {"when": "thu 10:00"}
        town.maya.submits(asked.action, values, asked.hidden)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        town.database.dispose()
        return file.read_bytes()


def _understood(answer: Answer) -> bool:
    return not answer.problems and (answer.card is None or answer.card.tone is not Tone.WARN)


class WholeLadder(RuleBasedStateMachine):
    """The town under the machine's hands."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.seen = 0
        self.pinged = 0
        self.days: Counter[tuple[int, date]] = Counter()
        self.roots: Counter[tuple[str, date]] = Counter()
        self.count = 0

    @initialize(start=st.sampled_from((START, BEFORE_DST_ENDS)))
    def begin(self, start: datetime) -> None:
        """A fresh copy of the furnished town."""
        file = Path(self.folder.name) / "town.sqlite"
        file.write_bytes(_furnished(start))
        self.town = Watched(Database(f"sqlite:///{file}", durable=False), start)
        self.town.counter = iter(range(1000, 10**9))  # type: ignore[assignment]  # a count that begins later
        self.who = {MAYA: self.town.maya, BEN: self.town.ben, JO: self.town.jo, REY: self.town.rey}
        self.known = {
            each: Known("Asia/Manila" if each in (JO, REY) else "Europe/London", country=COUNTRIES[each])
            for each in NAMES
        }

    def teardown(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "town"):
            self.town.database.dispose()
        self.folder.cleanup()

    # --- what people do
    @rule(owner=st.sampled_from(tuple(NAMES)), ahead=st.integers(1, 9))
    def agree(self, owner: int, ahead: int) -> None:
        """An action is agreed."""
        due = self.known[owner].wall(self.town.now).date() + timedelta(days=ahead)
        self.count += 1
        self.town.maya.mentions(f"actions add Step {self.count} {NAMES[owner]} due {due.isoformat()}")

    @precondition(lambda self: self.count)
    @rule(
        data=st.data(),
        person=st.sampled_from(tuple(NAMES)),
        words=st.sampled_from(("ack", "+1d", "+3d", "tomorrow", "done", "ok", "reopen: not yet", "blocked: a policy")),
    )
    def reply(self, data: st.DataObject, person: int, words: str) -> None:
        """Somebody answers in an action's thread."""
        number = data.draw(st.integers(1, self.count))
        if self.town.row(f"action.card:{number}") is not None:
            self.who[person].replies(words, under=f"action.card:{number}")

    @precondition(lambda self: self.count)
    @rule(data=st.data(), person=st.sampled_from((MAYA, JO)), ahead=st.integers(1, 6), to=st.sampled_from(tuple(NAMES)))
    def arrange(self, data: st.DataObject, person: int, ahead: int, to: int) -> None:
        """A due day moves, or somebody else owns it."""
        number = data.draw(st.integers(1, self.count))
        due = self.known[person].wall(self.town.now).date() + timedelta(days=ahead)
        words = data.draw(st.sampled_from((f"due {due.isoformat()}", f"owner {NAMES[to]}")))
        if self.town.row(f"action.card:{number}") is not None:
            self.who[person].replies(words, under=f"action.card:{number}")

    @precondition(lambda self: self.count)
    @rule(
        data=st.data(), person=st.sampled_from(tuple(NAMES)), until=st.sampled_from(("tomorrow", "3d", "week", "not"))
    )
    def put_off(self, data: st.DataObject, person: int, until: str) -> None:
        """A reminder is put off by its button, or not after all."""
        self.who[person].presses("reminder.snooze", f"{data.draw(st.integers(1, self.count))}:{until}")

    # --- what they set
    @rule(person=st.sampled_from(tuple(NAMES)), at=st.sampled_from((time(7, 30), time(9), time(10, 30), time(21))))
    def morning_at(self, person: int, at: time) -> None:
        """Another time for the morning message."""
        if _understood(self.who[person].types(f"mornings {at:%H:%M}")):
            self.known[person].morning = at

    @rule(person=st.sampled_from(tuple(NAMES)), days=st.sampled_from(("mon-fri", "tue-thu", "mon-sat")))
    def morning_on(self, person: int, days: str) -> None:
        """Other days."""
        known = self.known[person]
        if _understood(self.who[person].types(f"mornings {days} {known.morning:%H:%M}")):
            first, last = (WEEK.index(each) for each in days.split("-"))
            known.days = frozenset(WEEK[first : last + 1])

    @rule(person=st.sampled_from(tuple(NAMES)), hours=st.sampled_from(((20, 7), (17, 10), (22, 6), None)))
    def quiet(self, person: int, hours: tuple[int, int] | None) -> None:
        """Quiet hours of one's own, or the usual ones."""
        said = "usual" if hours is None else f"{hours[0]}:00-{hours[1]:02}:00"
        if _understood(self.who[person].types(f"quiet {said}")):
            self.known[person].quiet = None if hours is None else (time(hours[0]), time(hours[1]))

    @rule(person=st.sampled_from(tuple(NAMES)), on=st.booleans())
    def fold(self, person: int, on: bool) -> None:
        """All in one message, or not."""
        self.who[person].presses("noise.fold", ":on" if on else ":off")

    @rule(person=st.sampled_from(tuple(NAMES)), ahead=st.integers(1, 5))
    def pause(self, person: int, ahead: int) -> None:
        """Reminders rest."""
        until = self.known[person].wall(self.town.now).date() + timedelta(days=ahead)
        if _understood(self.who[person].types(f"pause until {until.isoformat()}")):
            self.known[person].resting = until

    @rule(person=st.sampled_from(tuple(NAMES)))
    def resume(self, person: int) -> None:
        """They go on."""
        self.who[person].types("resume")
        self.known[person].resting = None

    @rule(person=st.sampled_from(tuple(NAMES)), ahead=st.integers(0, 4), back=st.booleans())
    def away(self, person: int, ahead: int, back: bool) -> None:
        """Somebody is away for some days, or back."""
        until = self.known[person].wall(self.town.now).date() + timedelta(days=ahead)
        self.who[person].types("back" if back else f"away until {until.isoformat()}")

    @rule(person=st.sampled_from((JO, BEN)), zone=st.sampled_from(ZONES))
    def moves(self, person: int, zone: str) -> None:
        """Somebody works on another clock from now on."""
        with self.town.units() as uow:
            found = uow.people.get(person)
            assert found is not None
            found.zone = zone
            uow.people.add(found)
            uow.happened(PersonKnown(person))
            follow(table().followers, uow, self.town.now)
            uow.commit()
        self.known[person].zone = zone

    @rule()
    def fails(self) -> None:
        """A message could not be delivered: whoever answers for it is told, in their hours."""
        self.count_failed = getattr(self, "count_failed", 0) + 1
        with self.town.units() as uow:
            newest = uow.session.exec(
                select(OutboxRow).where(OutboxRow.programme_id == 1).order_by(col(OutboxRow.seq).desc())
            ).first()
            if newest is not None:
                newest.trouble = "no_channel"
                gave_up(newest, uow, self.town.now)
                follow(table().followers, uow, self.town.now)
                uow.commit()
        self.town.deliver()

    # --- stories that a walk seldom comes upon
    @rule(owner=st.sampled_from((MAYA, JO)), times=st.integers(4, 6))
    def keeps_moving(self, owner: int, times: int) -> None:
        """Somebody moves the due day of one action again and again: the three stay three."""
        self.agree(owner, 1)
        for _ in range(times):
            self.town.later(days=1)
            due = self.known[owner].wall(self.town.now).date() + timedelta(days=1)
            self.who[owner].replies(f"due {due.isoformat()}", under=f"action.card:{self.count}")
            self.nobody_hears_too_much()

    @rule(owner=st.sampled_from((MAYA, JO)), finished=st.booleans())
    def due_meanwhile(self, owner: int, finished: bool) -> None:
        """Something comes due while its owner rests, or after they finished it."""
        self.agree(owner, 3)
        if finished:
            self.who[owner].replies("done", under=f"action.card:{self.count}")
        else:
            self.pause(owner, 4)
        self.town.later(days=5)

    # --- time
    @rule(hours=st.integers(1, 30))
    def hours_pass(self, hours: int) -> None:
        """The bot runs on."""
        self.town.later(hours=hours)

    @rule(days=st.integers(1, 6))
    def days_pass(self, days: int) -> None:
        """The bot runs on for days."""
        self.town.later(days=days)

    @rule(hours=st.integers(1, 80))
    def sleep(self, hours: int) -> None:
        """The bot does not run; then it catches up in one go."""
        self.town.now += timedelta(hours=hours)
        self.town.until(self.town.now)

    # --- what must hold
    @invariant()
    def nobody_hears_too_much(self) -> None:
        """Look at everything that was said since the last step."""
        if not hasattr(self, "town"):
            return
        with self.town.units() as uow:
            pings = list(uow.session.exec(select(models.Ping).order_by(col(models.Ping.id))).all())
            items = {each.id: each for each in uow.session.exec(select(models.ActionItem)).all()}
            fresh, self.pinged = pings[self.pinged :], len(pings)
            for ping in fresh:
                self._may_be_reminded(ping, items[ping.action_item_id], uow)
            for item_id, person_id in {(ping.action_item_id, ping.person_id) for ping in fresh}:
                assert len(uow.reminders.counted(item_id, person_id)) <= MOST
        said, self.seen = self.town.posted[self.seen :], len(self.town.posted)
        for row in said:
            self._may_be_said(row)
        assert max(self.days.values(), default=1) == 1, f"two mornings in a day: {self.days.most_common(2)}"
        assert max(self.roots.values(), default=1) == 1, f"two messages in a day: {self.roots.most_common(2)}"

    def _may_be_reminded(self, ping: models.Ping, item: models.ActionItem, uow) -> None:  # type: ignore[no-untyped-def]
        """Not of what is finished, not at night, not while they rest or are away."""
        known = self.known[ping.person_id]
        today = known.wall(ping.at).date()
        assert item.state in OPEN or item.done_at is None or ping.at <= item.done_at, "a reminder of what is done"
        assert not known.is_quiet(ping.at), f"a reminder at {known.wall(ping.at)} for {known}"
        assert known.resting is None or today >= known.resting, "a reminder while they rest"
        assert uow.absences.on(ping.person_id, today) is None, "a reminder to somebody away"

    def _may_be_said(self, row: OutboxRow) -> None:
        if row.kind == "reminders.morning":
            known = self.known[row.subject_id]
            self.days[row.subject_id, known.wall(row.created_at).date()] += 1
            at = known.wall(row.not_before)
            assert not known.is_quiet(row.not_before), f"a morning at {at} for {known}"
        elif row.kind in TO_ONE and row.account_user:
            person = {"U-MAYA": MAYA, "U-BEN": BEN, "U-JO": JO, "U-REY": REY}.get(row.account_user)
            if person is not None:
                known = self.known[person]
                assert not known.is_quiet(row.not_before), f"{row.kind} at {known.wall(row.not_before)} for {known}"
        elif row.kind in UNPROMPTED and not row.account_user and not row.thread_card and not row.thread_ref:
            self.roots[row.channel, row.not_before.astimezone(ZoneInfo("Europe/London")).date()] += 1


@pytest.mark.parametrize("finished", [False, True])
def test_the_ladder_while_its_owner_rests_or_is_done(finished: bool) -> None:
    """What comes due while Jo rests, or after she finished it, is told when the rest is over, or never."""
    walk = WholeLadder()
    walk.begin(START)
    walk.due_meanwhile(JO, finished)
    walk.nobody_hears_too_much()
    walk.days_pass(3)
    walk.nobody_hears_too_much()
    assert bool(walk.pinged) is not finished
    walk.teardown()


def test_an_agenda_edited_on_a_digest_day_is_no_second_message() -> None:
    """The agenda that stands since Thursday says on Monday that nobody began the review: it is edited where it stands, beside
    the digest, and only the digest is new on that day."""
    walk = WholeLadder()
    walk.begin(START)
    walk.town.until(datetime(2026, 4, 9, 12, tzinfo=UTC))
    before = walk.town.row("review.agenda:3")
    walk.town.until(datetime(2026, 4, 13, 12, tzinfo=UTC))
    after, digest = walk.town.row("review.agenda:3"), walk.town.row("digest.weekly:1:2026-04-13")
    assert before is not None and after is not None and digest is not None
    assert after.ref == before.ref and (before.revision, after.revision) == (1, 2)
    assert after.not_before.date() == digest.not_before.date() == date(2026, 4, 13)
    assert [each.once for each in walk.town.posted].count("review.agenda:3") == 1
    walk.nobody_hears_too_much()
    assert walk.roots["C-SHARED", date(2026, 4, 9)] == walk.roots["C-SHARED", date(2026, 4, 13)] == 1
    walk.teardown()


def test_the_oracle_sees_a_second_message_of_a_day() -> None:
    """Two messages that pass by the guard on one day are noticed, also when they were edited since on days of their own."""
    walk = WholeLadder()
    walk.begin(START)
    walk.town.until(datetime(2026, 4, 9, 12, tzinfo=UTC))
    first = walk.town.row("review.agenda:3")
    assert first is not None
    with walk.town.units() as uow:
        fields = first.model_dump(exclude={"seq", "ref"}) | {"once": "twice", "key": "p-twice", "state": "open"}
        second = uow.outbox.put(OutboxRow(**fields))
        uow.commit()
        walk.town.deliver()
        uow.outbox.revise(second, second.content + " ", walk.town.now + timedelta(days=1))
        assert second.not_before > walk.town.now
        uow.commit()
    with pytest.raises(AssertionError, match="two messages in a day"):
        walk.nobody_hears_too_much()
    walk.teardown()


def test_the_whole_ladder_in_a_few_walks() -> None:
    """Never more than three reminders an item, never in quiet hours or on a day off, never of what is done, one morning a
    person-day, one message a channel-day: in a few walks."""
    few = settings(
        max_examples=3, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    run_state_machine_as_test(WholeLadder, settings=few)


@pytest.mark.slow
def test_the_whole_ladder_in_many_walks() -> None:
    """The same in many longer walks."""
    many = settings(max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(WholeLadder, settings=many)
