"""Minutes: said as a review ends, and true to what is still changed within the ten minutes after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers import places, saying
from handlers.calendar import day_text, wall_of, zone
from handlers.records.posting import thread_of
from handlers.reviews import planning
from handlers.reviews.meeting import cards as meeting_cards
from handlers.reviews.meeting import changes, voice
from handlers.reviews.meeting.cards import Minutes
from handlers.reviews.meeting.wording import Kind
from handlers.reviews.standing import Standing, entries_of, is_open, standing_of
from handlers.vocabulary.address import SharedChannel, Side
from handlers.vocabulary.events import ActionChanged, ReviewChanged
from handlers.vocabulary.outgoing import SharedCard, SharedPost, Strong, Text
from storage.models.action import ActionItem
from storage.models.review import ReviewEntry
from storage.unit_of_work import UnitOfWork

FORGOTTEN = "nobody ended the review"
ENDED = "somebody ended the review"
TOLD = "somebody told of the review"
"""Why minutes were said; kept with the message."""


def post(standing: Standing, uow: UnitOfWork, now: datetime, *, forgotten: bool = False, told: bool = False) -> None:
    """Say the minutes. A person ended the review: they stand in the channel, for those who were not there. Nobody did:
    they stand in the agenda's thread, as nobody asked for them now."""
    once = voice.minutes_name(standing.id)
    card = _card(standing, uow, now, forgotten=forgotten, told=told)
    if saying.show(uow, once, card, now):
        return
    to = places.shared_channel(uow, standing.review.programme_id)
    row = uow.outbox.by_once(voice.agenda_name(standing.id))
    under = thread_of(row, internal=False) if forgotten and row is not None else None
    reason = FORGOTTEN if forgotten else TOLD if told else ENDED
    if to is not None:
        to = under if isinstance(under, SharedChannel) else to
        saying.say(uow, SharedPost(to, card), voice.about(standing, "review.minutes", reason), once, now)


def changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Something was added, struck or taken back: the minutes show it."""
    assert isinstance(event, ReviewChanged)
    if event in uow.events:
        return  # more changed: the last of these events draws them
    row = uow.outbox.by_once(voice.minutes_name(event.review_id))
    review = None if row is None else uow.reviews.get(event.review_id)
    if row is None or review is None:
        return
    standing = standing_of(review, uow)
    if review.state == "held":
        card = _card(standing, uow, now, forgotten=row.reason == FORGOTTEN, told=row.reason == TOLD)
    else:
        card = meeting_cards.taken_back_card(standing, _who(standing, uow))
    saying.show(uow, row.once, card, now)


def action_changed(event: object, uow: UnitOfWork, now: datetime) -> None:
    """An action item of a review that is under way or just over changed: it is told as it stands, or struck when it was
    taken back."""
    assert isinstance(event, ActionChanged)
    item = uow.actions.get(event.action_id)
    review = None if item is None or item.review_id is None else uow.reviews.get(item.review_id)
    if item is None or review is None:
        return
    standing = standing_of(review, uow)
    if not is_open(standing.review, now):
        return
    entry = next((each for each in entries_of(standing, uow, Kind.ACTION) if each.action_item_id == item.id), None)
    if entry is not None and item.state == "not doing":
        entry.state = "struck"
        changes.keep_entry(standing, entry, "review.struck", None, uow, now)
    else:
        uow.happened(ReviewChanged(standing.id))


def _card(standing: Standing, uow: UnitOfWork, now: datetime, *, forgotten: bool, told: bool) -> SharedCard:
    entries = entries_of(standing, uow)
    following = planning.ensure_next(standing.series, uow, now)
    return meeting_cards.minutes_card(
        Minutes(
            standing,
            [each for each in entries if each.entry_kind != Kind.AGENDA],
            [line for each in entries if (line := _action(each, now, uow))],
            _present(standing, entries, uow),
            None if following is None else following.starts_at,
            forgotten,
            told,
        )
    )


def _action(entry: ReviewEntry, now: datetime, uow: UnitOfWork) -> Text:
    """ "Action 7: Send the policy · Jo Santos · due Friday 6 March"; () for what is no action."""
    item = None if entry.action_item_id is None else uow.actions.get(entry.action_item_id)
    if item is None:
        return ()
    return Strong(f"Action {item.number}"), f": {item.title} · {_due(item, now, uow)}"


def _due(item: ActionItem, now: datetime, uow: UnitOfWork) -> str:
    owner = uow.people.get(item.owner_id)
    if owner is None:
        return f"due {item.due_on.isoformat()}"
    return f"{owner.name} · due {day_text(item.due_on, wall_of(now, zone(owner.zone)).date())}"


def _present(standing: Standing, entries: Sequence[ReviewEntry], uow: UnitOfWork) -> Mapping[Side, Sequence[str]]:
    found: dict[Side, list[str]] = {side: [] for side in Side}
    for entry in entries:
        person = None if entry.entry_kind != Kind.ATTENDANCE else uow.people.get(entry.person_id or 0)
        if person is not None:
            found[Side(person.side)].append(person.name)
    return found


def _who(standing: Standing, uow: UnitOfWork) -> str:
    """Who took the end back."""
    last = uow.audit.of("review", standing.id)[-1]
    person = None if last.person_id is None else uow.people.get(last.person_id)
    return "Somebody" if person is None else person.name
