"""Open issues as a private list, and how to report one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from handlers.issues import consent, rules
from handlers.issues.standing import Standing
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button, Code, Listing, Note, PrivateCard, Span, Strong, Text, Tone, Words

LISTED = 10
OPENED = 4
"""How many issues of a list get a button of their own: with "Report an issue" they fill one row."""

REPORT = Button("issue.form", "Report an issue", style="primary")
LIST = Button("issue.list", "Open issues")

STATES = {
    "open": "not acknowledged yet",
    "acknowledged": "being worked on",
    "waiting": "waiting",
    "done": "done, waiting for a yes",
    "accepted": "closed",
    "withdrawn": "withdrawn",
}


def list_card(shown: Sequence[Standing], count: int, late: int, now: datetime, *, mine: bool = False) -> PrivateCard:
    """Open issues, worst first: those shown in full, of ``count`` in all, ``late`` of them overdue."""
    if not count:
        quiet = "No open issue is yours." if mine else "No open issues here."
        return PrivateCard(text=quiet, elements=(Words((quiet,)),), buttons=(REPORT,))
    opened = tuple(Button("issue.show", f"Issue {each.issue.number}", str(each.id)) for each in shown[:OPENED])
    text = f"{count} open issue{'' if count == 1 else 's'}{f', {late} overdue' if late else ''}, worst first."
    items = tuple(_listed(each, now) for each in shown)
    return PrivateCard(
        text=text,
        title="Your open issues" if mine else "Open issues",
        tone=Tone.WARN if late else Tone.PLAIN,
        elements=(Words((text,)), Listing(items, count - len(shown))),
        buttons=(*opened, replace(REPORT, style="")),
    )


def _listed(standing: Standing, now: datetime) -> Text:
    late = rules.overdue(standing.issue, standing.clocks, now)
    state = STATES[standing.issue.state]
    if standing.issue.state == "waiting":
        state = f"waiting on {standing.names[consent.whose_turn(standing)]}"
    spans: list[Span] = [
        Strong(str(standing.issue.number)),
        f" {standing.issue.title} · severity {standing.issue.severity} · {standing.names[Side.PROVIDER]} · {state}",
    ]
    if standing.issue.level > 1:
        spans.append(f" · escalated to level {standing.issue.level}")
    if late is not None:
        spans.append(f" · overdue with {standing.names[late.side]}")
    if standing.internal:
        spans.append(" · our company only")
    return tuple(spans)


def how_to_report() -> PrivateCard:
    """For a mention without words: what to write, or the form."""
    return PrivateCard(
        text="What went wrong? Write it after the word report.",
        elements=(
            Words(("What went wrong? Write it in one line, for example ", Code("report Refund calls wait 20 minutes"))),
            Note(("It becomes severity 3; you can change that on the card or with ", Code("severity 2"), ".")),
        ),
        buttons=(REPORT, LIST),
    )
