"""What is said about a contract's end: to the manager ahead, once to both companies, and in the form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.calendar import day_text
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Element,
    Field,
    Form,
    InternalCard,
    Listing,
    Note,
    PrivateCard,
    SharedCard,
    Struck,
    Words,
)

LISTED = 10
WEEK = 7
"""Days ahead at which the open items are named."""


def contract_form(provider_id: int, provider: str, end: date | None) -> Form:
    """Until when it runs."""
    field = Field(
        "end",
        "Last day of the contract",
        "date",
        "Leave it empty for an open end",
        required=False,
        initial="" if end is None else end.isoformat(),
    )
    intro = f"{provider}. You are told 60, 30 and 7 days ahead. After the last day I fall silent; everything stays readable."
    return Form("providers.contract_set", "Contract", "Save", (field,), "your own company", intro, str(provider_id))


def changed_card(provider: str, provider_id: int, end: date | None, today: date, *, reopened: bool) -> PrivateCard:
    """It is kept, and what follows from it."""
    until = "runs without an end" if end is None else f"runs until {day_text(end, today)}"
    text = f"The contract with {provider} {until}."
    note = (
        "It goes on: digests, questions and reminders come again."
        if reopened
        else ("Nothing about an end is said any more." if end is None else "I tell you 60, 30 and 7 days ahead.")
    )
    undo = Button("history.undo", "Undo", f"provider:{provider_id}")
    return PrivateCard(text=text, elements=(Words((text,)), Note((note,))), buttons=(undo,))


def ahead_card(
    provider: str, provider_id: int, end: date, today: date, days: int, open_items: Sequence[str]
) -> InternalCard:
    """So many days to go; ``open_items`` are what would be left open, said a week ahead."""
    text = f"The contract with {provider} ends on {day_text(end, today)}, in {days} days."
    said: list[Element] = [Words((text,))]
    if open_items:
        count = f"{len(open_items)} open item{'' if len(open_items) == 1 else 's'}"
        said += [
            Words((f"{count} would stay open. Close what you can, or agree in writing who finishes it:",)),
            Listing(tuple((each,) for each in open_items[:LISTED]), max(0, len(open_items) - LISTED)),
        ]
    elif days <= WEEK:
        said.append(Words(("Nothing is open.",)))
    said.append(Note(("After that day I fall silent here. Everything stays readable, and a manager can export it.",)))
    buttons = (
        Button("providers.contract", "Change the end", f"provider:{provider_id}", "primary"),
        *((Button("issue.list", "Open issues"), Button("action.list", "Action items", "all")) if open_items else ()),
    )
    why = "You answer for this provider. I tell you 60, 30 and 7 days before a contract ends."
    return InternalCard(text=text, title="A contract ends soon", elements=tuple(said), buttons=buttons, why=why)


def farewell_card(provider: str, end: date, today: date) -> SharedCard:
    """Once to both companies."""
    text = f"The contract ends on {day_text(end, today)}. After that day I say nothing here any more."
    note = (
        "Everything stays readable, for both of you. For a copy of it all, ask a manager. Thank you for talking here."
    )
    return SharedCard(
        text=text,
        title=f"Goodbye: {provider}",
        elements=(Words((text,)), Words((note,))),
        why="It is the contract's last days. I say goodbye once.",
    )


def goes_on_card(provider: str, end: date, today: date) -> SharedCard:
    """The farewell, after it turned out to be none."""
    was = f"The contract ends on {day_text(end, today)}."
    text = "The contract goes on, so I stay."
    return SharedCard(
        text=text, title=provider, elements=(Words((Struck(was), f" {text}")),), why="The end has changed."
    )


def samples(provider: str) -> list[AnyCard]:
    """One of each, for the contract test."""
    today, end = date(2026, 3, 2), date(2026, 3, 9)
    items = [f"issue 12 {provider}", "action 7 Send the policy, Jo Santos"]
    return [
        changed_card(provider, 1, end, today, reopened=False),
        changed_card(provider, 1, None, today, reopened=True),
        ahead_card(provider, 1, end, today, 7, items * 8),
        ahead_card(provider, 1, date(2026, 5, 1), today, 60, ()),
        farewell_card(provider, end, today),
        goes_on_card(provider, end, today),
    ]
