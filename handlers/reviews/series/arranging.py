"""Moving and leaving out single reviews. Both bind both companies: they are told in the thread, and may be taken back."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from handlers.calendar import country_text, day_text, holiday_name, instant_of, parse_day, parse_time, wall_of
from handlers.reviews import planning
from handlers.reviews.planning import Coming
from handlers.reviews.series import cards as series_cards
from handlers.reviews.series import forms as series_forms
from handlers.reviews.series import history as series_history
from handlers.reviews.series import rearranging, when
from handlers.reviews.series import voice as series_voice
from handlers.reviews.series.commands import MoveReview, Occasion, OneOccasion, OneSeries, SkipReview
from handlers.reviews.series.standing import SeriesStanding, active, find, may_arrange, standing_of
from handlers.reviews.standing import find as find_review
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.columns import MOST_ID
from storage.models.review import Review, ReviewSeries
from storage.unit_of_work import UnitOfWork

CHANGED = "This changed while you were looking. Here is how it stands now; nothing was done."
HORIZON = 8
FURTHEST = timedelta(days=400)
"""No review is moved past the next one, and a quarter is the longest cadence."""
MOVABLE = ("planned", "not held")


def dates(command: OneSeries, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The next dates of a series in both zones."""
    standing = standing_of(find(command.series_id, asker, uow), uow, now)
    return Answer(card=series_cards.dates_card(standing, manage=asker.manages))


def move_form(command: OneOccasion, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form for another moment."""
    standing, each = chosen(command.occasion, asker, uow, now)
    if is_stale(each, command.occasion):
        return _stale(standing, asker)
    proposed = command.occasion.proposed
    unusual = () if proposed is None else tuple(unusual_about(proposed, standing))
    return Answer(form=series_forms.move_form(standing, each, proposed or each.held, unusual=unusual))


def moved(command: MoveReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form was sent in: the review moves. Raises ``Invalid`` for a moment that cannot be; what is only unusual about it
    is told first, and meant when it is sent again."""
    standing, each = chosen(command.occasion, asker, uow, now)
    if is_stale(each, command.occasion):
        return _stale(standing, asker)
    wall = read_wall(command.day, command.at, standing, now)
    problem = refused(wall, each, standing, uow, now)
    if problem:
        raise Invalid({"day": problem})
    unusual = unusual_about(wall, standing)
    if unusual and command.confirmed != wall:
        return Answer(form=series_forms.move_form(standing, each, wall, unusual=unusual, reason=command.reason))
    return move(standing, each, wall, command.reason, asker, uow, now)


def move(
    standing: SeriesStanding, each: Coming, wall: datetime, reason: str, asker: Asker, uow: UnitOfWork, now: datetime
) -> Answer:
    """The review is held at the naive wall time ``wall``, which was checked."""
    series, row = standing.series, planning.row_of(each, standing.series, uow, now)
    before, was = series_history.facts_of_review(row), row.reason
    row.starts_at = instant_of(wall, standing.sides.anchor)
    row.state, row.closed_at = "planned", None
    row.moved_by, row.reason = ("", "") if wall == each.planned_wall else ("person", reason)
    rearranging.keep_wall(row, series)
    after = keep(row, series, uow, now)
    entry = series_history.note_review(row, "review.moved", before, was, asker, uow, now)
    told = f"“{series.name}” of {standing.sides.clocks(each.at)} moves to {standing.sides.clocks(row.starts_at)}."
    series_voice.line(
        after,
        (f"{told} {asker.name}{f': {reason}' if reason else ' moved it.'}",),
        series_voice.line_name(entry),
        uow,
        now,
    )
    said = f"Moved to {standing.sides.clocks(row.starts_at)}."
    warned = " ".join(when.warnings(standing.sides, row.starts_at, row.minutes))
    return Answer(card=series_cards.confirm_card(said, f"review:{row.id}", warned), done=said)


def skip_form(command: OneOccasion, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Why is it left out?"""
    standing, each = chosen(command.occasion, asker, uow, now)
    if is_stale(each, command.occasion):
        return _stale(standing, asker)
    return Answer(form=series_forms.skip_form(standing, each))


def skipped(command: SkipReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form was sent in: the review is left out, with its reason."""
    standing, each = chosen(command.occasion, asker, uow, now)
    if is_stale(each, command.occasion):
        return _stale(standing, asker)
    return skip(standing, each, command.reason, asker, uow, now)


def skip(standing: SeriesStanding, each: Coming, reason: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The review is left out; the one after it is planned."""
    series, row = standing.series, planning.row_of(each, standing.series, uow, now)
    before, was = series_history.facts_of_review(row), row.reason
    row.state, row.moved_by, row.reason, row.closed_at = "skipped", "person", reason, now
    after = keep(row, series, uow, now)
    entry = series_history.note_review(row, "review.skipped", before, was, asker, uow, now)
    upcoming = "" if after.next is None else f" Next: {after.sides.clocks(after.next.at)}."
    told = f"No “{series.name}” on {standing.sides.clocks(each.at)}. {asker.name}: {reason}.".replace("..", ".")
    series_voice.line(after, (f"{told}{upcoming}",), series_voice.line_name(entry), uow, now)
    said = f"Skipped: {standing.sides.clocks(each.at)}.{upcoming}"
    return Answer(card=series_cards.confirm_card(said, f"review:{row.id}"), done=said)


def keep(row: Review, series: ReviewSeries, uow: UnitOfWork, now: datetime) -> SeriesStanding:
    """Store a review that was arranged anew: its moments, the count that calendars go by, and the one that is next now."""
    uow.series.save(series)
    row.sequence = series.version - 1
    uow.reviews.save(row)
    rearranging.rearranged(row, series, uow, now)
    return standing_of(series, uow, now)


def chosen(occasion: Occasion, asker: Asker, uow: UnitOfWork, now: datetime) -> tuple[SeriesStanding, Coming]:
    """The occurrence that is meant, for somebody who may arrange it. Raises ``Declined``."""
    series_id, wall = occasion.series_id, occasion.planned_wall
    if occasion.review_id is not None:
        row = find_review(occasion.review_id, asker, uow).review
        series_id, wall = row.series_id, row.planned_wall
    elif series_id is not None and series_id <= MOST_ID and wall is not None:
        uow.reviews.planned_at(
            series_id, wall
        )  # everybody holds a review first and then its series: nobody waits in a ring
    series = find(series_id or 0, asker, uow)
    active(series)
    may_arrange(series, asker, uow)
    standing = standing_of(series, uow, now, HORIZON)
    each = next((each for each in standing.coming if each.planned_wall == wall), None) or _missed(standing, wall, uow)
    if each is None or each.state not in MOVABLE:
        why = "That review is not ahead any more" if each is None else f"That review is {each.state}"
        raise Declined(
            f"{why}, so it cannot be moved or skipped.", Button("review.dates", "See dates", str(standing.id))
        )
    return standing, each


def _missed(standing: SeriesStanding, wall: datetime | None, uow: UnitOfWork) -> Coming | None:
    """A review whose time has gone by without anybody holding it: it can still be moved to before the next one."""
    row = None if wall is None else uow.reviews.planned_at(standing.id, wall)
    return None if row is None else planning.of_row(row, standing.series)


def is_stale(each: Coming, occasion: Occasion) -> bool:
    """Whether it was arranged anew since the button was drawn. A row that was only made meanwhile is no change; one that
    somebody moved is."""
    if occasion.version == 0:
        return each.moved_by == "person"
    return occasion.version not in (None, each.version)


def _stale(standing: SeriesStanding, asker: Asker) -> Answer:
    return Answer(card=series_cards.dates_card(standing, said=CHANGED, manage=asker.manages))


def read_wall(day: str, at: str, standing: SeriesStanding, now: datetime) -> datetime:
    """The naive wall time that is meant, by the series' clock. Raises ``Invalid`` naming the field."""
    problems: dict[str, str] = {}
    today = wall_of(now, standing.sides.anchor).date()
    found_day, found_time = today, time()
    try:
        found_day = parse_day(day, today, field="day")
    except ValueError as problem:
        problems["day"] = str(problem)
    try:
        found_time = parse_time(at)
    except ValueError as problem:
        problems["time"] = str(problem)
    if "day" not in problems and abs(found_day - today) > FURTHEST:
        problems["day"] = f"{found_day} is more than a year away. Choose a day before the next one, such as friday"
    if problems:
        raise Invalid(problems)
    return datetime.combine(found_day, found_time)


def refused(wall: datetime, each: Coming, standing: SeriesStanding, uow: UnitOfWork, now: datetime) -> str:
    """Why a review cannot be held then; "" when it can."""
    clocks, at = standing.sides.clocks, instant_of(wall, standing.sides.anchor)
    if at <= now:
        return f"{clocks(at)} is past. Choose a later time"
    if at == each.at:
        return f"It is planned for {clocks(at)} already. Choose another day or time"
    over, end = planning.contract_over(standing.series, uow), standing.provider.contract_end
    if over is not None and end is not None and at >= over:
        return f"The contract ends on {day_text(end, wall.date())}. Choose that day or one before"
    before, after = rearranging.neighbours_of(each, standing.series, uow, now)
    if after is not None and wall.date() >= after.held.date():
        return f"The next one is on {clocks(after.at)}. Choose a day before that, or skip this one"
    if before is not None and wall.date() <= wall_of(before, standing.sides.anchor).date():
        return f"The one before is on {clocks(before)}. Choose a day after that"
    return ""


def unusual_about(wall: datetime, standing: SeriesStanding) -> list[str]:
    """What both sides should know before they meet then: holidays and hours. One sentence each."""
    at, found = instant_of(wall, standing.sides.anchor), list[str]()
    for side in Side:
        hours = standing.sides.hours[side]
        day = wall_of(at, hours.zone).date()
        name = None if hours.country is None else holiday_name(hours.country, day)
        if name is not None and hours.country is not None:
            found.append(f"It is {name} in {country_text(hours.country)}.")
    return [*found, *when.warnings(standing.sides, at, standing.series.minutes)]
