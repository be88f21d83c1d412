"""What the contract test shows: a morning, a week, a return, and too much of everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from handlers.reminders.back import Meanwhile
from handlers.reminders.entry import Entry
from handlers.reminders.week import Line, YourWeek
from handlers.vocabulary.outgoing import Button

DAY = date(2026, 3, 4)
AT = "at 09:00 in Manila"
REFUND = Entry(7, "Retrain the refund queue", "Northwind Manila", "Jo Santos", date(2026, 3, 6), "open", "7:1", DAY)
POLICY = replace(REFUND, number=9, title="Send the new policy", due_on=DAY, value="9:1", last=True)
DONE = replace(POLICY, state="done")
PUT_OFF = replace(REFUND, snoozed_until=date(2026, 3, 5))
LATE = replace(
    REFUND,
    number=3,
    title="Fix the export",
    due_on=date(2026, 2, 25),
    value="3:1",
    provider="Baltic Desk",
    owner="Kasia Nowak",
)
INSTEAD = replace(REFUND, instead_of="Jo Santos, away until Friday 6 March")
CHOICES = (("tomorrow", "Tomorrow", date(2026, 3, 5)), ("week", "Next week", date(2026, 3, 9)))
BACK = Meanwhile((("Rey Cruz", 2),), 1, 1)
_MOMENT = datetime(2026, 3, 5, 6, tzinfo=UTC)
A_WEEK = YourWeek(
    DAY,
    "Asia/Manila",
    mine=(
        Line("Action 4", "Send the rota", "2 days overdue", (Button("action.done", "Done", "4:1"),), late=True),
        Line(
            "Issue 12",
            "Refund calls wait",
            "severity 2, to solve, by",
            (Button("issue.show", "Open", "12"),),
            _MOMENT,
        ),
    ),
    waited=(
        Line("Action 5", "Share the script", "is it done?", (Button("action.accept", "Accept", "5:2"),)),
        Line("Plan 1", "Service level", "your side's word", (Button("plan.show", "Open", "1"),)),
    ),
    reviews=(Line("Weekly review, Northwind Manila", "", "", (Button("review.agenda.show", "Agenda", "8"),), _MOMENT),),
    finished=("Clear the backlog", "Train two leads"),
)
NASTY = "<!channel> *bold* & <b>מדיניות</b> \u202eright " + "x" * 150


def nasty_entries() -> list[Entry]:
    """Far too many items with hostile words."""
    return [
        replace(REFUND, number=number, title=NASTY, provider=f"{NASTY}{number % 7}", owner=NASTY, due_on=DAY)
        for number in range(1, 80)
    ]


def nasty_choices() -> tuple[tuple[str, str, date], ...]:
    """Hostile labels."""
    return tuple((str(each), NASTY, DAY) for each in range(3))


def nasty_week() -> YourWeek:
    """A week that holds too much."""
    line = Line(NASTY, NASTY, NASTY, (Button("action.done", NASTY, "1:1"),) * 3, _MOMENT, late=True)
    return YourWeek(DAY, "Asia/Manila", (line,) * 40, (line,) * 40, (line,) * 40, (NASTY,) * 40)
