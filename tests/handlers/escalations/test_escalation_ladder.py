"""When an issue goes up: never before its time, never in quiet hours unless severity 1, no level before the one below it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar import WorkHours, business_time_between, is_quiet, wall_of
from handlers.escalations.matrix import Matrix, Named, Step, after_of, after_text, checked, from_rows, length, rows_of
from handlers.escalations.written import read, usual, write
from handlers.issues.ladder import Late, late, planned
from handlers.ladders import How, Planned, Rung, heard_at, reached_at
from handlers.records.hours import Limit, any_time, hours_of, span
from handlers.vocabulary.address import Side
from storage.models.escalation import EscalationStep
from storage.models.issue import Issue, IssueClock
from storage.models.person import Person

START = datetime(2026, 1, 1, tzinfo=UTC)
PLACES = (("Europe/London", "GB"), ("Asia/Manila", "PH"), ("America/Bogota", "CO"), ("Asia/Dubai", "AE"), ("UTC", ""))
hours = st.sampled_from([hours_of(*place) for place in PLACES])
moments = st.integers(0, 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
afters = st.builds(Limit, minutes=st.integers(0, 90), hours=st.integers(0, 30), days=st.integers(0, 5)).filter(
    lambda limit: limit != Limit()
)
severities = st.integers(1, 4)


def rungs_of(lengths: list[Limit]) -> list[Rung]:
    return [Rung(level, side, after) for level, after in enumerate(lengths, 2) for side in Side]


@settings(max_examples=150, deadline=None)
@given(due=moments, after=afters, severity=severities, waiting=hours)
def test_nothing_goes_up_before_its_time(due: datetime, after: Limit, severity: int, waiting: WorkHours) -> None:
    """Between the moment something was due and the jump lies at least the agreed business time of the late side."""
    clock = any_time() if severity == 1 else waiting
    reached = reached_at(due, after, severity, waiting)
    assert business_time_between(due, reached, clock) == span(after, clock)


@settings(max_examples=150, deadline=None)
@given(
    reached=moments,
    severity=severities,
    theirs=hours,
    pause=st.one_of(st.none(), st.integers(0, 40)),
)
def test_nobody_hears_in_quiet_hours_unless_it_is_severity_one(
    reached: datetime, severity: int, theirs: WorkHours, pause: int | None
) -> None:
    """Severity 1 is said at once; all else at a working moment of whoever hears, never before it is reached, and never while
    they asked for rest."""
    until = None if pause is None else wall_of(reached, theirs.zone).date() + timedelta(days=pause)
    told = heard_at(reached, severity, theirs, until)
    if severity == 1:
        assert told == reached
        return
    assert told >= reached and not is_quiet(told, theirs)
    assert until is None or wall_of(told, theirs.zone).date() >= until
    assert until is not None or not (reached < told and not is_quiet(reached, theirs)), "no wait without need"


@settings(max_examples=100, deadline=None)
@given(
    due=moments, lengths=st.lists(afters, min_size=2, max_size=2), severity=severities, late_side=hours, theirs=hours
)
def test_no_level_is_reached_before_the_one_below(
    due: datetime, lengths: list[Limit], severity: int, late_side: WorkHours, theirs: WorkHours
) -> None:
    """On each side the levels follow one another, whoever is named and whatever their hours; each stands once."""
    lengths.sort(key=lambda each: length(each, severity))
    late_now = Late("acknowledge", due, Side.PROVIDER, "t")
    ours = hours_of("Europe/London", "GB")

    def turn(rung: Rung, at: datetime) -> tuple[Person | None, datetime]:
        return None, heard_at(at, severity, theirs if rung.level == 2 else ours, None)

    found: list[Planned] = planned(late_now, rungs_of(lengths), severity, late_side, turn)
    assert len({each.key for each in found}) == len(found) == 4
    for side in Side:
        levels = [each for each in found if each.rung.side is side]
        assert [each.rung.level for each in levels] == [2, 3] and levels[0].at <= levels[1].at
        assert all(each.at > due for each in levels)


def made(
    state: str = "open", *, severity: int = 2, reopened: int = 0, lapses: int = 0, handed: int = 0, title: str = "t"
) -> Issue:
    return Issue(
        installation_id=1,
        provider_id=1,
        programme_id=1,
        number=1,
        title=title,
        severity=severity,
        visibility="SH",
        state=state,
        reporter_id=1,
        owner_id=2,
        reported_at=START,
        acknowledge_by=START + timedelta(hours=1),
        resolve_by=START + timedelta(days=1),
        answer_by=START + timedelta(hours=4),
        reopened=reopened,
        lapses=lapses,
        handed=handed,
    )


CLOCK = (IssueClock(id=7, issue_id=1, side="client", started_at=START),)


def test_a_turn_is_named_after_what_is_owed_and_how_often_it_began_anew() -> None:
    """A lapse, a reopening, a hand-over and another question are turns of their own; an edit is not."""
    turns = [
        late(issue, Side.PROVIDER, CLOCK)
        for issue in (
            made(),
            made(lapses=1),
            made(reopened=1),
            made(handed=1),
            made("acknowledged"),
            made("waiting"),
        )
    ]
    names = [each.turn for each in turns if each is not None]
    assert len(names) == len(set(names)) == 6
    again = late(made(title="other words", severity=1), Side.PROVIDER, CLOCK)
    assert again is not None and again.turn == names[0]


def test_what_is_done_or_closed_owes_nothing_that_goes_up() -> None:
    """Done, accepted and withdrawn issues have no turn, nor has one that waits without a date."""
    dateless = made("waiting")
    dateless.answer_by = None
    for issue in (made("done"), made("accepted"), made("withdrawn"), dateless):
        assert late(issue, Side.PROVIDER, CLOCK) is None
    waiting = late(made("waiting"), Side.PROVIDER, CLOCK)
    assert waiting is not None and waiting.side is Side.CLIENT


def test_after_a_lapse_a_resolution_that_is_overdue_counts_first() -> None:
    """An unacknowledged issue is measured by what was due first: a lapse does not stop the ladder of a late resolution."""
    lapsed = made(lapses=1)
    lapsed.acknowledge_by = START + timedelta(days=3)
    found = late(lapsed, Side.PROVIDER, CLOCK)
    before = late(made("acknowledged"), Side.PROVIDER, CLOCK)
    assert found is not None and before is not None and found.turn == before.turn


def limit_of(unit: str, count: int) -> Limit:
    return {"minutes": Limit(minutes=count), "hours": Limit(hours=count), "days": Limit(days=count)}[unit]


named = st.one_of(
    st.just(Named()),
    st.builds(Named, post=st.sampled_from(["owner", "deputy"])),
    st.builds(Named, person_id=st.integers(1, 5), deputy_id=st.one_of(st.none(), st.integers(6, 9))),
)


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    """A matrix as the reader lets it through: level 3 later than level 2, lengths in one unit."""
    steps = []
    for severity in draw(st.sets(severities, min_size=1)):
        first = draw(st.integers(1, 20))
        unit = draw(st.sampled_from(["minutes", "hours", "days"]))
        how: How = draw(st.sampled_from(["told", "summary"]))
        for level, count in ((2, first), (3, first + draw(st.integers(1, 20)))):
            if level == 2 or draw(st.booleans()):
                who = {side: draw(named) for side in Side}
                steps.append(Step(severity, level, limit_of(unit, count), how, who))
    return checked(steps)


@settings(max_examples=80, deadline=None)
@given(matrix=matrices())
def test_a_matrix_is_the_same_after_it_was_kept_and_after_it_was_edited(matrix: Matrix) -> None:
    """Rows and YAML both hold all of it: whoever opens the form and sends it in changes nothing."""
    names = {number: f"Person {number}" for number in range(10)}
    text = write(matrix, names.__getitem__)
    found = read(text, lambda name, side: int(name.rpartition(" ")[2]))
    rows = [EscalationStep(**row.model_dump()) for row in rows_of(matrix)]
    assert from_rows(rows) == from_rows(rows_of(found)) == matrix
    assert all(row.visibility == ("INT" if (row.level, row.side) == (3, "client") else "SH") for row in rows)


@settings(max_examples=80, deadline=None)
@given(count=st.integers(1, 50), unit=st.sampled_from(["minutes", "hours", "days"]))
def test_a_length_of_time_reads_as_it_is_written(count: int, unit: str) -> None:
    """ "1 hour", "30 minutes", "2 days" come back as they were."""
    limit = limit_of(unit, count)
    assert after_of(after_text(limit)) == limit


def test_the_usual_matrix_is_monotone_and_knows_no_person() -> None:
    """What holds before anybody kept one names posts only, and both sides for severity 1 and 2."""
    who = [named for step in usual().steps for named in step.who.values()]
    assert who and all(each.person_id is None and each.post for each in who)
    for severity in (1, 2):
        step = usual().step(severity, 2)
        assert step is not None and set(step.who) == set(Side)


def test_a_pause_ends_on_its_own_day_at_work() -> None:
    """Somebody who rests until Wednesday hears on Wednesday when their work begins."""
    manila = hours_of("Asia/Manila", "PH")
    told = heard_at(datetime(2026, 3, 2, 3, 0, tzinfo=UTC), 2, manila, date(2026, 3, 4))
    assert told == datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
