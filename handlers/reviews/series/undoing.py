"""Taking back what was arranged: within ten minutes, by whoever did it, unless something was done to it since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.calendar import day_text, wall_of, zone
from handlers.reviews.planning import LEFT_OUT
from handlers.reviews.series import cards as series_cards
from handlers.reviews.series import history as series_history
from handlers.reviews.series import rearranging
from handlers.reviews.series import voice as series_voice
from handlers.reviews.series.commands import Undo
from handlers.reviews.series.history import REVIEW, SERIES
from handlers.reviews.series.standing import SeriesStanding, find, standing_of
from handlers.reviews.standing import find as find_review
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.review import Review, ReviewSeries
from storage.reviews import AHEAD
from storage.unit_of_work import UnitOfWork

OF_SERIES = ("series.set_up", "series.edited", "series.agenda", "series.ended")
OF_REVIEW = ("review.moved", "review.skipped", "review.held_after_all")
HELD_SOMETIME = (*AHEAD, "held")
NEVER_MIND = "The series was set up by mistake."


def undo(command: Undo, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Take the asker's last change back: of a series, or of one of its reviews."""
    if command.subject == SERIES:
        return _undo_series(find(command.subject_id, asker, uow), asker, uow, now)
    return _undo_review(command.subject_id, asker, uow, now)


def _undo_review(review_id: int, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    row = find_review(review_id, asker, uow).review
    series = find(row.series_id, asker, uow)
    entry = series_history.last_to_undo(REVIEW, review_id, OF_REVIEW, asker, uow, now)
    before, now_is = json.loads(entry.facts)["before"], series_history.facts_of_review(row)
    if _went_on(now_is, entry, series, uow):
        raise Declined("There is nothing to take back any more: the whole series has changed since. You can move it.")
    if datetime.fromisoformat(before["starts_at"]) <= now:
        raise Declined("The time it was planned for has gone by, so it cannot be put back. You can move it.")
    was = row.reason
    series_history.put_review_back(row, entry, uow)
    rearranging.keep_wall(row, series)
    has_room(row, series, uow)
    uow.series.save(series)
    row.sequence = series.version - 1
    uow.reviews.save(row)
    rearranging.rearranged(row, series, uow, now)
    undone = series_history.note_review(row, "review.undone", now_is, was, asker, uow, now)
    standing = standing_of(series, uow, now)
    held = "is not held" if row.state in LEFT_OUT else "is"
    said = f"Taken back: “{series.name}” {held} on {standing.sides.clocks(row.starts_at)}."
    return _told(standing, (entry, undone), said, asker, uow, now)


def _went_on(now_is: Mapping[str, Any], entry: AuditEntry, series: ReviewSeries, uow: UnitOfWork) -> bool:
    """Whether the whole series was arranged anew, or its contract ended, since a review was moved or left out."""
    assert series.id is not None
    after = json.loads(entry.facts)["after"]
    since = (each for each in uow.audit.of(SERIES, series.id) if (each.id or 0) > (entry.id or 0))
    return any(after[name] != now_is[name] for name in ("state", "planned_wall", "starts_at")) or any(
        each.what != "series.agenda" for each in since
    )


def has_room(row: Review, series: ReviewSeries, uow: UnitOfWork) -> None:
    """Two reviews of a series are never on one day, nor in another order than planned. Raises ``Declined``."""
    assert series.id is not None
    if row.state in LEFT_OUT:
        return
    where = zone(series.anchor_zone)
    day = wall_of(row.starts_at, where).date()
    for other in uow.reviews.of_series(series.id):
        there = wall_of(other.starts_at, where).date()
        crossed = (other.planned_wall < row.planned_wall) != (other.starts_at < row.starts_at)
        if other.id != row.id and other.state in HELD_SOMETIME and (there == day or crossed):
            raise Declined(
                f"Another one was moved to {day_text(there, day)} since, so it cannot be put back. You can move it."
            )


def _undo_series(series: ReviewSeries, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    assert series.id is not None
    entry = series_history.last_to_undo(SERIES, series.id, OF_SERIES, asker, uow, now)
    before, words = series_history.facts_of_series(series), series_history.words_of_series(series)
    if entry.what == "series.set_up":
        series.state, series.ended_at = "ended", now
        rearranging.cancel_ahead(series, NEVER_MIND, uow, now)
        said = f"Taken back: “{series.name}” is not set up."
    else:
        kept = json.loads(uow.audit.words(entry) or "{}")
        series_history.restore_series(series, json.loads(entry.facts)["before"], kept)
        rearranging.revive(series, entry.at, uow, now)
        rearranging.replan(series, uow, now, asker)
        said = f"Taken back: “{series.name}” is as it was."
    uow.series.save(series)
    undone = series_history.note_series(series, "series.undone", before, words, asker, uow, now)
    standing = standing_of(series, uow, now)
    return _told(standing, (entry, undone), said, asker, uow, now)


def _told(
    standing: SeriesStanding,
    entries: tuple[AuditEntry, AuditEntry],
    said: str,
    asker: Asker,
    uow: UnitOfWork,
    now: datetime,
) -> Answer:
    """The line of the change says that it was taken back, a new one carries the calendar file as it is now."""
    done, undone = entries
    line = f"{asker.name} took this back."
    if series_voice.take_back(line, done, uow, now) or done.what == "series.set_up":
        series_voice.line(
            standing, (f"{asker.name}: {said[:1].lower()}{said[1:]}",), series_voice.line_name(undone), uow, now
        )
    series_voice.show_card(standing, uow, now)
    return Answer(card=series_cards.dates_card(standing, said=said, manage=asker.manages), done=said)
