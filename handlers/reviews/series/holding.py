"""A review that somebody left out is held after all, however long ago that was. Both companies are told, as of a move."""

from __future__ import annotations

from datetime import date, datetime

from handlers.calendar import instant_of
from handlers.reviews.series import arranging, rearranging
from handlers.reviews.series import cards as series_cards
from handlers.reviews.series import history as series_history
from handlers.reviews.series import voice as series_voice
from handlers.reviews.series.commands import Occasion, OneOccasion
from handlers.reviews.series.standing import SeriesStanding, active, find, may_arrange, standing_of
from handlers.reviews.series.undoing import has_room
from handlers.reviews.standing import find as find_review
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.review import Review
from storage.unit_of_work import UnitOfWork


def hold(command: OneOccasion, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Put a review back that a person left out. Raises ``Declined`` where it is not left out any more, or has no place."""
    row = find_review(command.occasion.review_id or 0, asker, uow).review
    series = find(row.series_id, asker, uow)
    active(series)
    may_arrange(series, asker, uow)
    standing = standing_of(series, uow, now)
    if all(each.review_id != row.id for each in series_cards.left_out(standing)):
        dates = Button("review.dates", "See dates", str(standing.id))
        raise Declined("That review is not left out any more, or its time has gone by.", dates)
    before, was = series_history.facts_of_review(row), row.reason
    _as_before(row, standing, uow)
    has_room(row, series, uow)
    after = arranging.keep(row, series, uow, now)
    entry = series_history.note_review(row, "review.held_after_all", before, was, asker, uow, now)
    at = standing.sides.clocks(row.starts_at)
    told = f"“{series.name}” is held after all on {at}. {asker.name} put it back."
    series_voice.line(after, (told,), series_voice.line_name(entry), uow, now)
    said = f"Held after all: {at}."
    return Answer(card=series_cards.confirm_card(said, f"review:{row.id}"), done=said)


def hold_one(standing: SeriesStanding, day: date | None, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The only one that is left out, or that of ``day`` by the series' clock. Raises ``Declined``, with a button for each where
    several are meant."""
    found = [
        each for each in series_cards.left_out(standing) if day in (None, each.planned_wall.date(), each.held.date())
    ]
    if not found:
        raise Declined(
            f"Nobody skipped a review of “{standing.series.name}” that is still to come{' on that day' if day else ''}.",
            Button("review.dates", "See dates", str(standing.id)),
        )
    if len(found) > 1:
        raise Declined("Which one is held after all?", *series_cards.hold_buttons(standing))
    return hold(OneOccasion(Occasion(review_id=found[0].review_id)), asker, uow, now)


def _as_before(row: Review, standing: SeriesStanding, uow: UnitOfWork) -> None:
    """The review as it stood when it was left out: moved or not, with the reason of that; its length is its series'."""
    assert row.id is not None
    skipped = next((each for each in reversed(uow.audit.of("review", row.id)) if each.what == "review.skipped"), None)
    if skipped is not None:
        series_history.put_review_back(row, skipped, uow)
    planned = row.starts_at == instant_of(row.planned_wall, standing.sides.anchor)
    row.state, row.closed_at, row.minutes = "planned", None, standing.series.minutes
    if planned:
        row.moved_by, row.reason = "", ""
    rearranging.keep_wall(row, standing.series)
