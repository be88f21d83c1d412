"""What the rehearsed year's people do about reviews: they look ahead, and hold, move, skip or forget each by their customs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.example import customs
from bot.example.companies import CLIENT_ZONE, WORKSPACE, Company, client_people
from bot.example.customs import Fate
from bot.example.diary import Diary
from bot.example.meetings import Spoken
from bot.example.voices import Voices
from handlers.vocabulary.address import Platform
from storage.models.review import Review
from storage.unit_of_work import Units

LOOK_AHEAD = timedelta(days=4)
"""How long before a review people think of it: from a Friday on, of those until Tuesday."""
BEFORE = timedelta(minutes=10)
A_DAY_LATER = timedelta(hours=23)
HELD = ("planned", "under way", "held")


class Players:
    """Everybody. ``companies`` are the providers by their shared channel; ``now`` is the year's clock."""

    def __init__(
        self,
        units: Units,
        voices: Voices,
        diary: Diary,
        companies: Mapping[str, Company],
        now: Callable[[], datetime],
    ) -> None:
        self._units = units
        self._voices = voices
        self._diary = diary
        self._companies = companies
        self._now = now
        self._arranged: dict[int, Fate] = {}
        self._expected: dict[int, datetime] = {}
        self._maya, _, self._ben = client_people()

    def look(self) -> None:
        """Look at the reviews of the next days, and do about each what the customs are; once for each moment it is set to."""
        now = self._now()
        for channel, each in self._companies.items():
            for review in self._soon(channel):
                expected = self._expected.get(review.id or 0)
                if now + BEFORE < review.starts_at <= now + LOOK_AHEAD and expected != review.starts_at:
                    self._arrange(review, each)

    def _soon(self, channel: str) -> list[Review]:
        with self._units() as uow:
            bound = uow.providers.channels_at(Platform.ROOM, WORKSPACE, channel)[0]
            return [row for row in uow.reviews.ahead_of(bound.programme_id) if row.state == "planned"]

    def _arrange(self, review: Review, each: Company) -> None:
        """What was moved once is held."""
        assert review.id is not None
        does = self._arranged.get(review.id) or customs.fate(review.planned_wall, review.series_id)
        self._arranged[review.id] = Fate.HOLD if does is Fate.MOVE else does
        if does is Fate.MOVE:
            self._move(review, each)
        elif does is Fate.SKIP:
            self._skip(review, each)
        elif does is Fate.HOLD:
            self._hold(review, each)

    def _hold(self, review: Review, each: Company) -> None:
        """It is held when its time comes, if it is still planned for then."""
        assert review.id is not None
        self._expected[review.id] = review.starts_at
        week = customs.weeks_of(review.planned_wall)
        said = customs.said_in(week, review.minutes, each, self._ben if week % 8 == 3 else self._maya)
        for spoken in said:
            moment = review.starts_at + timedelta(minutes=spoken.minute)
            self._diary.note(moment, partial(self._speak, review.id, each, spoken))
        if any("\naction:" in spoken.words for spoken in said):
            self._diary.note(review.starts_at + A_DAY_LATER, partial(self._done, review.id, each))

    def _speak(self, review_id: int, each: Company, spoken: Spoken) -> None:
        if self._expected.get(review_id) != self._starts(review_id):
            return
        card = self._voices.card(f"review.agenda:{review_id}")
        if card is not None:
            self._voices.under(spoken.who, each.channel, card, spoken.words)
        elif spoken.words == "begin review":
            self._voices.press(spoken.who, each.channel, "review.begin", str(review_id))

    def _starts(self, review_id: int) -> datetime | None:
        with self._units() as uow:
            row = uow.reviews.get(review_id)
            return None if row is None or row.state not in HELD else row.starts_at

    def _done(self, review_id: int, each: Company) -> None:
        """What was agreed in the review is done the next day, and the other side says yes."""
        with self._units() as uow:
            items = [entry.action_item_id for entry in uow.reviews.entries(review_id, "action")]
        for item in items:
            card = self._voices.card(f"action.card:{item}")
            self._voices.under(each.lead, each.channel, card, "done")
            self._voices.under(self._maya, each.channel, card, "ok")

    def _move(self, review: Review, each: Company) -> None:
        wall = customs.another_day(review.starts_at.astimezone(ZoneInfo(CLIENT_ZONE)).replace(tzinfo=None))
        why = customs.MOVED_BECAUSE[customs.weeks_of(review.planned_wall) % len(customs.MOVED_BECAUSE)]
        self._ask(review, each, f"review move {self._named(review)} to {wall.date()} {wall:%H:%M} because {why}")

    def _skip(self, review: Review, each: Company) -> None:
        why = customs.SKIPPED_BECAUSE[customs.weeks_of(review.planned_wall) % len(customs.SKIPPED_BECAUSE)]
        self._ask(review, each, f"review skip {self._named(review)} because {why}")

    def _ask(self, review: Review, each: Company, words: str) -> None:
        who = customs.arranges(customs.weeks_of(review.planned_wall), each, self._maya)
        self._voices.mention(who, each.channel, words)

    def _named(self, review: Review) -> str:
        with self._units() as uow:
            series = uow.series.get(review.series_id)
            assert series is not None
            return series.name
