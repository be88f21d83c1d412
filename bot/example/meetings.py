"""How the example's people hold a review: somebody begins it, they speak in its thread, somebody ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.example.companies import WORKSPACE
from bot.example.diary import Diary
from bot.example.voices import Voices
from handlers.vocabulary.address import Platform
from storage.models.review import Review
from storage.models.room import RoomUser
from storage.unit_of_work import Units


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody says, in minutes after the review's start."""

    minute: int
    who: RoomUser
    words: str


class Meetings:
    """Reviews that are held."""

    def __init__(self, units: Units, voices: Voices, diary: Diary) -> None:
        self._units = units
        self._voices = voices
        self._diary = diary

    def upcoming(self, channel: str, series: str) -> Review | None:
        """The next planned review of the series with this name, in this channel."""
        with self._units() as uow:
            bound = uow.providers.channels_at(Platform.ROOM, WORKSPACE, channel)[0]
            named = [each.id for each in uow.series.of(bound.programme_id) if each.name == series]
            rows = uow.reviews.ahead_of(bound.programme_id)
            return next((row for row in rows if row.state == "planned" and row.series_id in named), None)

    def hold(self, channel: str, series: str, said: Sequence[Spoken]) -> None:
        """Let the next review of a series be held when its time comes. The first to speak begins it by a word under its
        agenda, the last ends it."""
        review = self.upcoming(channel, series)
        if review is not None:
            for each in said:
                self._note(review, channel, each)

    def _note(self, review: Review, channel: str, each: Spoken) -> None:
        moment = review.starts_at + timedelta(minutes=each.minute)
        self._diary.note(moment, lambda: self._speak(review.id or 0, channel, each))

    def _speak(self, review_id: int, channel: str, each: Spoken) -> None:
        card = self._voices.card(f"review.agenda:{review_id}")
        self._voices.under(each.who, channel, card, each.words)
