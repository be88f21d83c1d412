"""What happens in the rehearsed year besides reviews: the series are set up, an owner goes away, a contract ends, and a plan
goes from a draft to its goal, and comes back by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial

from bot.example.companies import Company, client_people
from bot.example.diary import Diary
from bot.example.six import RHYTHMS, six
from bot.example.voices import Voices

At = Callable[[date, time], datetime]
"""The instant of a wall time on the client's clock."""
LINK = "https://meet.example.com/"
PLAN = {
    "problem": "Service level fell under 80 %\nSix weeks in a row since February.",
    "metric": "service_level",
    "target": "80 %",
    "hold": "4",
    "cause": "Two trainers left, and mornings are understaffed.",
}


class Turns:
    """Notes them all in the diary."""

    def __init__(self, diary: Diary, voices: Voices, at: At) -> None:
        self._diary = diary
        self._voices = voices
        self._at = at
        self._maya, self._eva, self._ben = client_people()
        self._companies = {each.key: each for each in six()}

    def note(self) -> None:
        """The whole year."""
        self._series()
        self._plan()
        self._absence()
        self._contract()
        kudos = "kudos to Ama's team for a backlog of zero"
        self._on(
            date(2026, 5, 13), "15:30", lambda: self._voices.say(self._eva, self._companies["savanna"].channel, kudos)
        )

    def _series(self) -> None:
        for number, each in enumerate(RHYTHMS):
            values = {
                "template": each.template,
                "when": each.when,
                "minutes": str(each.minutes),
                "link": f"{LINK}{each.key}-{each.template}",
                "ahead": "2",
            }
            channel = self._companies[each.key].channel
            setting = partial(self._voices.submit, self._maya, channel, "review.set_up", values, "")
            self._on(date(2026, 1, 5), f"09:{10 + number}", setting)

    def _plan(self) -> None:
        """Drafted in April, agreed by both a week later."""
        northwind = self._companies["northwind"]
        channel = northwind.channel
        self._on(date(2026, 4, 9), "15:00", lambda: self._voices.submit(self._maya, channel, "plan.draft", PLAN, ""))
        steps = {"milestones": "80 % by 1 May 2026"}

        def plan() -> str:
            return str(self._voices.newest_plan(channel))

        self._on(
            date(2026, 4, 9), "15:10", lambda: self._voices.submit(self._maya, channel, "plan.stepped", steps, plan())
        )
        self._on(date(2026, 4, 10), "09:40", lambda: self._voices.press(self._maya, channel, "plan.propose", plan()))
        not_yet = "not yet: we start with the new trainers only on Monday"
        self._on(date(2026, 4, 10), "09:55", lambda: self._under_plan(northwind, not_yet))
        self._on(date(2026, 4, 14), "08:30", lambda: self._under_plan(northwind, "agree"))

    def _under_plan(self, northwind: Company, words: str) -> None:
        card = self._voices.card(f"plan.card:{self._voices.newest_plan(northwind.channel)}")
        self._voices.under(northwind.lead, northwind.channel, card, words)

    def _absence(self) -> None:
        """Maya is away for two weeks in July; Ben stands in."""
        channel = self._companies["northwind"].channel
        away = "away from 2026-07-13 to 2026-07-24"
        self._on(date(2026, 7, 9), "16:00", lambda: self._voices.command(self._maya, channel, away))

    def _contract(self) -> None:
        """Andes' contract ends with September."""
        channel = self._companies["andes"].channel
        ends = "setup contract 2026-09-30"
        self._on(date(2026, 6, 15), "11:00", lambda: self._voices.command(self._maya, channel, ends))

    def _on(self, day: date, wall: str, happen: Callable[[], object]) -> None:
        self._diary.note(self._at(day, time.fromisoformat(wall)), happen)
