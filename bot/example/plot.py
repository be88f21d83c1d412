"""What people do in the example's two weeks: figures and issues, reviews, plans. Days count from its first Monday, walls are
the client's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from bot.example.companies import Company
from bot.example.diary import Happen
from bot.example.meetings import Meetings, Spoken
from bot.example.voices import Voices
from storage.models.room import RoomUser

WEEKLY, FORTNIGHTLY, MONTHLY = "Weekly operations review", "Two-weekly review", "Monthly performance review"
LINK = "https://meet.example.com/"


class Note(Protocol):
    """Writes into the diary what happens ``days`` after the first Monday at ``wall``."""

    def __call__(self, days: int, wall: str, happen: Happen) -> None: ...


class Plot:
    """Who does what. ``people`` are the client's by id."""

    def __init__(self, note: Note, voices: Voices, meetings: Meetings, people: Mapping[str, RoomUser]) -> None:
        self._note = note
        self._voices = voices
        self._meetings = meetings
        self._people = people

    def figures_and_issues(self, northwind: Company, baltic: Company, andes: Company) -> None:
        """Figures by reply, an issue with each of two providers, action items, kudos."""
        jo, maya = northwind.lead, self._people["maya"]
        request, issue = "metrics.request", "issue.card"
        self._reply(1, "02:20", northwind, jo, request, "SL 78.8% AHT 6:52 QA 91 CSAT 81 FCR 72")
        self._reply(1, "02:24", northwind, jo, request, "oops AHT 6:58")
        self._ask(2, "10:05", northwind, maya, "report Refund calls are transferred twice before anybody can help")
        self._reply(3, "01:10", northwind, jo, issue, "ack")
        self._reply(3, "02:00", northwind, jo, issue, "blocked: we need the new refund policy from you")
        self._ask(3, "09:40", northwind, maya, "actions add Send the new refund policy @Maya Brooks due tomorrow")
        retrain = "actions add Retrain the refund queue on warm transfers @Jo Santos due friday"
        self._ask(3, "09:45", northwind, maya, retrain)
        kudos = "kudos to Kasia's team for clearing the weekend backlog"
        self._note(4, "14:30", lambda: self._voices.say(self._people["eva"], baltic.channel, kudos))
        self._reply(8, "02:30", northwind, jo, request, "SL 77.9% AHT 7:04 QA 92 CSAT 81.5 FCR 73")
        self._ask(9, "11:15", andes, maya, "report Two callers were quoted last month's price")
        self._reply(9, "15:00", andes, andes.lead, issue, "ack")
        self._reply(10, "16:20", andes, andes.lead, issue, "done price sheet replaced on every desk")

    def reviews(self, northwind: Company, baltic: Company, andes: Company) -> None:
        """Four series of different rhythm; Northwind's weekly review is held twice and more."""
        self._series(0, "08:35", northwind, "weekly", "thursday 09:00", 30, 3)
        self._series(0, "08:40", baltic, "monthly", "second tuesday 10:00", 60, 2)
        self._series(0, "08:45", baltic, "fortnightly", "every two weeks wednesday 13:00", 45, 2)
        self._series(0, "08:50", andes, "quarterly", "second thursday of the quarter 15:00", 90, 5)
        self._meet(0, baltic, MONTHLY, self._long_meeting)
        self._meet(0, baltic, FORTNIGHTLY, self._long_meeting)
        self._ask(
            14, "11:00", baltic, baltic.lead, "review move fortnightly to thursday 13:00 because half of us train"
        )
        for days, said in ((2, self._first_meeting), (9, self._second_meeting), (16, self._third_meeting)):
            self._meet(days, northwind, WEEKLY, said)
        line = "agenda: How we staff the holiday weeks"
        self._reply(15, "10:10", northwind, northwind.lead, "review.agenda", line)

    def plans(self, northwind: Company) -> None:
        """The plan that the figures drafted about service level, completed and agreed on by both; the one about handle time
        waits for the manager alone."""
        maya, jo = self._people["maya"], northwind.lead
        channel = northwind.channel
        words = {
            "title": "Service level fell under 80 %",
            "problem": "Since the January intake it slides every week.",
            "cause": "Two trainers left, and mornings are understaffed.",
            "containment": "",
        }
        goal = {"metric": "service_level", "target": "80 %", "hold": "4"}
        self._note(1, "11:00", lambda: self._voices.submit(maya, channel, "plan.worded", words, "1"))
        self._note(1, "11:05", lambda: self._voices.submit(maya, channel, "plan.aimed", goal, "1"))
        self._note(1, "11:20", lambda: self._voices.press(maya, channel, "plan.propose", "1"))
        self._reply(1, "11:40", northwind, maya, "plan.card", "for now: Four experienced people take the mornings")
        self._reply(1, "11:45", northwind, maya, "plan.card", "milestones: 79 % by +3w; 80 % by +6w")
        self._reply(2, "08:20", northwind, jo, "plan.card", "action: Train two groups of eight @Jo Santos due +3w")
        self._reply(4, "08:30", northwind, maya, "plan.card", "agree")

    # --- meetings -----------------------------------------------------------------------------------------------------

    def _first_meeting(self, each: Company) -> list[Spoken]:
        maya, jo = self._people["maya"], each.lead
        return [
            Spoken(0, maya, "begin review"),
            Spoken(1, jo, "here"),
            Spoken(12, jo, "decision: Refund calls go to the second line first, from Monday"),
            Spoken(20, maya, "risk: Two trainers leave next month"),
            Spoken(28, maya, "end review"),
        ]

    def _second_meeting(self, each: Company) -> list[Spoken]:
        maya, ben, jo, rey = self._people["maya"], self._people["ben"], each.lead, each.deputy
        return [
            Spoken(0, jo, "begin review"),
            Spoken(1, maya, "here"),
            Spoken(1, rey, "here"),
            Spoken(2, ben, "here"),
            Spoken(9, maya, "decision: The knowledge base gets the refund policy before anybody is trained on it"),
            Spoken(14, jo, "decision: Mornings are staffed with eight until the service level holds"),
            Spoken(18, maya, "action: Send the call forecast by half hours @Maya Brooks due tomorrow"),
            Spoken(21, jo, "action: Share the new morning roster @Rey Cruz due +5d"),
            Spoken(27, jo, "end review"),
        ]

    def _third_meeting(self, each: Company) -> list[Spoken]:
        maya, jo = self._people["maya"], each.lead
        return [
            Spoken(0, jo, "begin review"),
            Spoken(1, maya, "here"),
            Spoken(15, jo, "decision: The holiday weeks are staffed from the new forecast"),
            Spoken(26, jo, "end review"),
        ]

    def _long_meeting(self, each: Company) -> list[Spoken]:
        maya, eva, lead = self._people["maya"], self._people["eva"], each.lead
        return [
            Spoken(0, maya, "begin review"),
            Spoken(1, lead, "here"),
            Spoken(2, eva, "here"),
            Spoken(24, maya, "decision: Chats over ten minutes go to the second line"),
            Spoken(44, maya, "end review"),
        ]

    # --- how ----------------------------------------------------------------------------------------------------------

    def _series(self, days: int, wall: str, each: Company, template: str, when: str, minutes: int, ahead: int) -> None:
        values = {
            "template": template,
            "when": when,
            "minutes": str(minutes),
            "link": f"{LINK}{each.key}-{template}",
            "ahead": str(ahead),
        }
        maya = self._people["maya"]
        self._note(days, wall, lambda: self._voices.submit(maya, each.channel, "review.set_up", values, ""))

    def _meet(self, days: int, each: Company, series: str, said: Callable[[Company], list[Spoken]]) -> None:
        """The review of a series that is next on a day's noon is held when its time comes."""
        self._note(days, "12:00", lambda: self._meetings.hold(each.channel, series, said(each)))

    def _reply(self, days: int, wall: str, each: Company, who: RoomUser, kind: str, words: str) -> None:
        """A reply under the newest card of this kind in the provider's channel."""
        voices, channel = self._voices, each.channel
        self._note(days, wall, lambda: voices.under(who, channel, voices.newest(channel, kind), words))

    def _ask(self, days: int, wall: str, each: Company, who: RoomUser, words: str) -> None:
        self._note(days, wall, lambda: self._voices.mention(who, each.channel, words))
