"""How a series speaks: its card in the shared channel, the calendar file with it, and the lines under it."""

from __future__ import annotations

from datetime import datetime

from handlers import places, saying
from handlers.records.posting import first_post, post_to, thread_of
from handlers.reviews import planning
from handlers.reviews.planning import Coming
from handlers.reviews.series import preview
from handlers.reviews.series.cards import change_card, series_card, taken_back_card
from handlers.reviews.series.history import SERIES
from handlers.reviews.series.invited import invited
from handlers.reviews.series.invites import file_of, is_current, says
from handlers.reviews.series.standing import SeriesStanding, standing_of
from handlers.saying import About
from handlers.vocabulary.events import ReviewChanged, ZoneChanged
from handlers.vocabulary.outgoing import File, Text
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork

LINE = "series.line"
HOLIDAY_WHY = "The date falls on a holiday of one side, so both are told where the review went."


def card_name(series_id: int) -> str:
    """The ``once`` of a series' card."""
    return f"series.card:{series_id}"


def line_name(entry: AuditEntry) -> str:
    """The ``once`` of the line a change said."""
    return f"{LINE}:{entry.id}"


def calendar_file(standing: SeriesStanding, uow: UnitOfWork, now: datetime) -> File:
    """The series as a calendar file: what was arranged so far, and what holidays do in the year ahead."""
    series = standing.series
    rows, over = uow.reviews.of_series(standing.id), planning.contract_over(series, uow)
    return file_of(invited(series, standing.sides, rows, over, now), cancelled=series.state != "active")


def post_card(standing: SeriesStanding, uow: UnitOfWork, now: datetime) -> None:
    """Say it for the first time: a person caused it. Raises ``Declined`` where there is no channel to say it in."""
    to = places.shared_channel(uow, standing.series.programme_id)
    post = first_post(series_card(standing, calendar_file(standing, uow, now)), to)
    saying.say(uow, post, _about(standing, "series.card", "review set up"), card_name(standing.id), now)


def show_card(standing: SeriesStanding, uow: UnitOfWork, now: datetime) -> None:
    """Let the card show how the series stands now; nothing where it looks as it did."""
    row = uow.outbox.by_once(card_name(standing.id))
    if row is None:
        return
    shown = next((each for each in saying.decode_card(row.content).elements if isinstance(each, File)), None)
    current = shown is not None and standing.series.state == "active" and is_current(shown, standing.series, now)
    card = series_card(standing, shown if shown is not None and current else calendar_file(standing, uow, now))
    if row.content != saying.encode(card):
        saying.show(uow, card_name(standing.id), card, now)


def zone_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """A country changed its clocks: calendars get a new file of each series that is timed by them, where it says anything
    else than before. Files are renewed quietly for no more than that: zone files are mended for days long ago, too."""
    assert isinstance(event, ZoneChanged)
    for found in uow.series.in_zone(event.zone):
        series = None if found.id is None else uow.series.get(found.id)
        row = None if series is None else uow.outbox.by_once(card_name(series.id or 0))
        if series is None or row is None:
            continue
        shown = next((each for each in saying.decode_card(row.content).elements if isinstance(each, File)), None)
        standing = standing_of(series, uow, now)
        if shown is None or says(shown) != says(calendar_file(standing, uow, now)):
            uow.series.save(series)  # a new version is a new calendar file
            show_card(standing, uow, now)


def line(standing: SeriesStanding, said: Text, once: str, uow: UnitOfWork, now: datetime, *, why: str = "") -> None:
    """One line in the thread of the series' card; nothing where that was never said, or the channel takes no posts.

    The calendar file comes with the card: where files stand apart, one that changed is shared in this thread by itself.
    """
    row = uow.outbox.by_once(card_name(standing.id))
    if row is None or places.shared_channel(uow, standing.series.programme_id) is None:
        return
    post = post_to(change_card(said, why=why), thread_of(row, internal=False))
    if post is not None:
        saying.say(uow, post, _about(standing, LINE, "review arranged"), once, now)


def take_back(said: str, entry: AuditEntry, uow: UnitOfWork, now: datetime) -> bool:
    """The line that told of a change keeps its words, under a word that it was taken back. False where it was never told."""
    row = uow.outbox.by_once(line_name(entry))
    if row is None:
        return False
    return saying.show(uow, line_name(entry), taken_back_card(said, saying.decode_card(row.content).text), now)


def review_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """The series' card shows its next date; what a holiday moved or took out is told once, in the card's thread."""
    assert isinstance(event, ReviewChanged)
    row = uow.reviews.get(event.review_id)
    series = None if row is None else uow.series.get(row.series_id)
    if row is None or series is None or not planning.speaks(series, uow, now):
        return
    standing = standing_of(series, uow, now)
    show_card(standing, uow, now)
    if row.moved_by == "holiday" and row.state in ("planned", "skipped") and row.starts_at > now:
        said = holiday_line(planning.of_row(row, series), standing)
        line(standing, said, f"series.holiday:{row.id}", uow, now, why=HOLIDAY_WHY)


def holiday_line(each: Coming, standing: SeriesStanding) -> Text:
    """Where a holiday moves a review, or that it takes it out, with the holiday's name."""
    day = preview.planned_day(each)
    if not each.is_held:
        return (f"No review on {day}: {each.reason}.",)
    return (f"The review of {day} moves to {preview.occasion(each, standing.sides)}: {each.reason}.",)


def _about(standing: SeriesStanding, kind: str, reason: str) -> About:
    series = standing.series
    return About(series.installation_id, kind, reason, SERIES, standing.id, series.programme_id, series.provider_id)
