"""The agenda of a review: made from the data by the series' template, posted ahead, and kept up to date in its card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from handlers import places, saying
from handlers.agendas import Scope, Section
from handlers.records.cards import for_one
from handlers.reviews import planning
from handlers.reviews.meeting import agenda_cards, agenda_terms, tallying, voice
from handlers.reviews.meeting.agenda_cards import Agenda, Part
from handlers.reviews.meeting.carrying import carried
from handlers.reviews.meeting.commands import OneReview
from handlers.reviews.meeting.wording import Kind
from handlers.reviews.standing import OVER, Standing, entries_of, find, standing_of
from handlers.reviews.templates import SECTIONS, Item
from handlers.saying import SHOWS_EMOJI
from handlers.vocabulary.events import Fired, ReviewChanged
from handlers.vocabulary.outgoing import Answer, Element, Listing, SharedCard, Text, Words
from handlers.vocabulary.route import Asker
from storage.models.review import ReviewEntry
from storage.unit_of_work import UnitOfWork

MOST_CARRIED = 5
SOON = timedelta(minutes=5)
"""An agenda that only comes this shortly before its review would be read by nobody; it comes when the review begins."""
AS_PLANNED = "as planned"
"""Why an agenda was posted; kept with the message."""


@dataclass(frozen=True, slots=True)
class Agendas:
    """Makes agendas. ``sections`` are what other rooms tell, by the name a template calls them."""

    sections: Mapping[str, Section]

    # --- when something happens

    def post(self, fired: Fired, uow: UnitOfWork, now: datetime) -> None:
        """The agenda's moment: it is posted if the review is still ahead and anything will be said on its own day: a contract
        that ends before it leaves nothing to prepare."""
        review = uow.reviews.get(fired.subject_id)
        if review is None or review.state != "planned" or review.starts_at < now + SOON:
            return
        standing = standing_of(review, uow)
        if planning.speaks(standing.series, uow, review.starts_at):
            self._put_up(standing, AS_PLANNED, uow, now)

    def changed(self, event: object, uow: UnitOfWork, now: datetime) -> None:
        """Whatever changed about a review, its agenda shows it, once for all that changed in this transaction; one that begins
        without an agenda gets it now."""
        assert isinstance(event, ReviewChanged)
        if event in uow.events:
            return  # more changed: the last of these events draws it
        review = uow.reviews.get(event.review_id)
        row = None if review is None else uow.outbox.by_once(voice.agenda_name(event.review_id))
        if review is None or (row is None and review.state != "under way"):
            return
        standing = standing_of(review, uow)
        if row is None:
            self._put_up(standing, "somebody began the review", uow, now)
            return
        before = saying.decode_card(row.content)
        assert isinstance(before, SharedCard)
        if row.reason == AS_PLANNED and row.sent_revision == 0:
            row.expires_at = _of_use_until(standing)
        saying.show(uow, row.once, self._after(before, standing, uow, now), now)

    # --- when somebody asks

    def preview(self, command: OneReview, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """A review's agenda as it would be now, for one person."""
        return Answer(card=for_one(self.card(find(command.review_id, asker, uow), uow, now)))

    def card(
        self,
        standing: Standing,
        uow: UnitOfWork,
        now: datetime,
        known: Mapping[str, tuple[Element, ...]] = MappingProxyType({}),
    ) -> SharedCard:
        """The agenda with the data as it is now; parts of other rooms that are ``known`` (by heading) are not asked for."""
        bound = [each for each in uow.providers.channels(standing.review.programme_id, "shared") if not each.frozen]
        emoji = bool(bound) and all(each.platform in SHOWS_EMOJI for each in bound)
        noted = entries_of(standing, uow) if standing.review.state == "under way" else []
        parts = tuple(self._parts(standing, known, uow, now))
        return agenda_cards.agenda_card(Agenda(standing, parts, tallying.tally(noted), emoji))

    # --- how

    def _after(self, before: SharedCard, standing: Standing, uow: UnitOfWork, now: datetime) -> SharedCard:
        """The agenda after a change. Once a review is under way its data stays as it was when it began: whoever talks about a
        number finds it there, and a reply is answered quickly."""
        if standing.review.state in OVER:
            return agenda_cards.closed_card(before, standing, tallying.tally(entries_of(standing, uow)))
        began = standing.review.state == "under way" and before.title == agenda_terms.title(standing)
        return self.card(standing, uow, now, agenda_cards.parts_of(before) if began else {})

    def _put_up(self, standing: Standing, reason: str, uow: UnitOfWork, now: datetime) -> None:
        """The card's buttons carry the version the review has once it is noted that its agenda was posted."""
        if places.shared_channel(uow, standing.review.programme_id) is None:
            return
        standing.review.agenda_at = now
        uow.reviews.save(standing.review)
        until = _of_use_until(standing) if reason == AS_PLANNED else None
        voice.post(standing, self.card(standing, uow, now), "review.agenda", reason, uow, now, until=until)

    def _parts(
        self, standing: Standing, known: Mapping[str, tuple[Element, ...]], uow: UnitOfWork, now: datetime
    ) -> Iterator[Part]:
        """The template's items in order. Lines that people added are shown even where the template has no place for them."""
        review, items = standing.review, standing.template.items
        last = uow.reviews.last_held(review.series_id, review.starts_at)
        scope = Scope(standing.programme, standing.provider, None if last is None else last.starts_at, now)
        for item in items:
            part = Part(item.heading, item.minutes)
            told = known.get(agenda_cards.heading(part)) if item.section in self.sections else None
            elements = () if item.ask else told or tuple(self._section(item, standing, scope, uow))
            if item.ask or elements:
                yield replace(part, elements=elements)
        if not any(item.section == "lines" for item in items):
            lines = _lines(standing, uow)
            if lines:
                yield Part(SECTIONS["lines"], None, tuple(lines))

    def _section(self, item: Item, standing: Standing, scope: Scope, uow: UnitOfWork) -> Sequence[Element]:
        if item.section == "lines":
            return _lines(standing, uow) or (Words(("None yet.",)),)
        if item.section == "decisions":
            return _decisions(standing, uow)
        section = self.sections.get(item.section)
        return () if section is None else section(scope, uow)


def _of_use_until(standing: Standing) -> datetime:
    """When an agenda that is posted ahead comes too late to be read."""
    return standing.review.starts_at - SOON


def _lines(standing: Standing, uow: UnitOfWork) -> Sequence[Element]:
    """What people added, with their names."""
    lines = entries_of(standing, uow, Kind.AGENDA)
    if not lines:
        return ()
    shown = lines[: agenda_cards.MOST_LINES]
    return (Listing(tuple(_line(each, uow) for each in shown), len(lines) - len(shown)),)


def _line(entry: ReviewEntry, uow: UnitOfWork) -> Text:
    person = None if entry.person_id is None else uow.people.get(entry.person_id)
    return (entry.words, "" if person is None else f" ({person.name})")


def _decisions(standing: Standing, uow: UnitOfWork) -> Sequence[Element]:
    """What was decided before and is not settled yet."""
    found = carried(standing.review, uow)
    items: list[Element] = [
        agenda_cards.carried_item(each.words, standing.day(review.starts_at), each.id or 0)
        for review, each in found[:MOST_CARRIED]
    ]
    more = len(found) - MOST_CARRIED
    return [*items, Words((f"and {more} more",))] if more > 0 else items
