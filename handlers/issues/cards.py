"""What is said about an issue: its card, the lists, and the short lines of its story."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.issues import consent, lists, rules, samples
from handlers.issues.jumps import shown
from handlers.issues.rules import SEVERITIES, What, span_text
from handlers.issues.standing import Standing
from handlers.records.cards import for_one
from handlers.records.lines import line_card
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Code,
    Element,
    Facts,
    InternalCard,
    Note,
    PrivateCard,
    Quote,
    SharedCard,
    Strong,
    Struck,
    Text,
    Tone,
    When,
    Words,
)

TONES = {"open": Tone.WARN, "waiting": Tone.WARN, "done": Tone.GOOD, "accepted": Tone.GOOD}
EXPECTED = {
    "acknowledge": "Acknowledge by",
    "resolve": "Resolve by",
    "answer": "Answer by",
    "accept": "Yes expected by",
}
LATE = {"acknowledge": "not acknowledged yet", "resolve": "not resolved yet", "answer": "not answered yet"}


def issue_card(standing: Standing, now: datetime) -> SharedCard | InternalCard:
    """The card of an issue, edited in place at each change: shared or for the client only, as the issue is."""
    kind = InternalCard if standing.internal else SharedCard
    return kind(
        text=summary(standing),
        title=heading(standing),
        tone=tone(standing, now),
        elements=_elements(standing, now),
        buttons=buttons(standing),
    )


def private_card(standing: Standing, now: datetime, said: str = "") -> PrivateCard:
    """The same for one person's eyes, after a word to them."""
    card = for_one(issue_card(standing, now), said)
    return replace(card, buttons=(*card.buttons, Button("history.show", "History", f"issue:{standing.id}")))


def confirmation(standing: Standing, said: str, *, undo: bool = True) -> PrivateCard:
    """What the one who pressed is told: it is done, and for ten minutes it can be undone."""
    taken_back = (Button("issue.undo", "Undo", standing.value),) if undo else ()
    return PrivateCard(text=said, elements=(Words((said,)),), buttons=taken_back)


def heading(standing: Standing) -> str:
    """The title: what people call it, and what it is about."""
    withdrawn = " (withdrawn)" if standing.issue.state == "withdrawn" else ""
    return f"Issue {standing.issue.number}{withdrawn}: {standing.issue.title}"


def summary(standing: Standing) -> str:
    """The fallback text: everything that matters in one line."""
    return f"{heading(standing)}. {status(standing)}. Severity {standing.issue.severity}, owner {standing.owner.name}."


def status(standing: Standing) -> str:
    """How it stands, in a few words."""
    issue = standing.issue
    other = standing.names[standing.owner_side.other]
    return {
        "open": "Reported, not acknowledged yet",
        "acknowledged": f"{standing.names[standing.owner_side]} is working on it",
        "waiting": f"Waiting on {standing.names[consent.whose_turn(standing)]}",
        "done": f"Done, waiting for a yes from {other}",
        "accepted": "Closed",
        "withdrawn": "Withdrawn",
    }[issue.state]


def tone(standing: Standing, now: datetime) -> Tone:
    """Bad when somebody is late or nothing is worse and nobody has seen it."""
    issue = standing.issue
    if rules.overdue(issue, standing.clocks, now) or (issue.state == "open" and issue.severity == 1):
        return Tone.BAD
    return TONES.get(issue.state, Tone.PLAIN)


def _elements(standing: Standing, now: datetime) -> tuple[Element, ...]:
    issue = standing.issue
    said: list[Element] = [Facts(_facts(standing, now))]
    if issue.state == "withdrawn":
        said.insert(0, Words((Struck(issue.title),)))
    if issue.detail:
        said.append(Quote(issue.detail, standing.reporter.name))
    if issue.state == "waiting" and issue.waiting_for:
        said += [Words((Strong("Waiting for"),)), Quote(issue.waiting_for)]
    if issue.done_note and issue.state in ("done", "accepted"):
        said += [Words((Strong("Done"),)), Quote(issue.done_note, standing.owner.name)]
    return (*said, Note(_seen_by(standing)), *_hint(standing))


def _facts(standing: Standing, now: datetime) -> tuple[tuple[str, Text], ...]:
    issue = standing.issue
    severity = SEVERITIES[issue.severity]
    rows: list[tuple[str, Text]] = [
        ("Status", (Strong(status(standing)), *_late(standing, now))),
        ("Severity", (f"{issue.severity}, {severity.name}: {severity.meaning}",)),
        ("Kind", (issue.issue_kind.capitalize(),)),
        ("Owner", (standing.mention(standing.owner), f" ({standing.names[standing.owner_side]})")),
        ("Reported", (standing.reporter.name, ", ", When(issue.reported_at, standing.reporter.zone))),
    ]
    expected = rules.deadline(issue)
    if expected is not None and not (issue.state == "done" and standing.internal):
        what, moment = expected
        silent = what == "accept" and issue.severity > rules.NEEDS_A_WORD
        at = When(moment, standing.owner.zone)
        rows.append(("Counts as accepted", (at, ", unless somebody objects")) if silent else (EXPECTED[what], (at,)))
    if issue.state == "open":
        rows.append(("Resolve by", (When(issue.resolve_by, standing.owner.zone),)))
    if issue.level > 1 and issue.state not in consent.CLOSED:
        rows.append(("Escalated", (escalated(standing),)))
    told = waited_text(standing, now)
    return (*rows, ("Waited so far", (told,))) if told else tuple(rows)


def escalated(standing: Standing) -> str:
    """ "to level 2: Ana Cruz, Jo Santos", without what only the client may know where both companies read."""
    jumps = shown(standing.jumps, internal=standing.internal)
    names = [standing.brought_in.get(each.person_id, "") for each in jumps if each.person_id is not None]
    told = f": {', '.join(dict.fromkeys(filter(None, names)))}" if names else ""
    noted = ", noted for the managers" if jumps and all(each.how == "summary" for each in jumps) else told
    return f"to level {standing.issue.level}{noted}"


def _late(standing: Standing, now: datetime) -> Text:
    late = rules.overdue(standing.issue, standing.clocks, now)
    if late is None:
        return ()
    return (", overdue with ", standing.names[late.side], " since ", When(late.since, standing.owner.zone))


def waited_text(standing: Standing, now: datetime) -> str:
    """How long it waited for each side, in that side's hours; empty while it waited for nobody."""
    sides = (standing.owner_side,) if standing.internal else (standing.owner_side, standing.owner_side.other)
    spent = [(side, standing.waited(side, now)) for side in sides]
    parts = [f"{standing.names[side]} {span_text(each)}" for side, each in spent if each > timedelta(0)]
    return " · ".join(parts)


def _seen_by(standing: Standing) -> Text:
    if standing.internal:
        return (f"Visible to: {standing.names[Side.CLIENT]} only.",)
    return (f"Visible to: both companies. About {standing.names[Side.PROVIDER]}.",)


def _hint(standing: Standing) -> tuple[Element, ...]:
    """What plain replies do here, at this moment."""
    replies: dict[str, Text] = {
        "open": ("Reply ", Code("ack"), " · ", Code("blocked: what you need"), " · ", Code("done")),
        "acknowledged": ("Reply ", Code("blocked: what you need"), " · ", Code("done"), " · ", Code("owner @name")),
        "waiting": ("Reply here, then ", Code("unblocked")),
        "done": ("Reply ", Code("ok"), " to accept · ", Code("reopen: why")),
        "accepted": ("Not over? Reply ", Code("reopen: why")),
    }
    hint = replies.get(standing.issue.state)
    return () if hint is None else (Note(hint),)


def buttons(standing: Standing) -> tuple[Button, ...]:
    """What can be done now, the likeliest first."""
    value = standing.value
    done = Button("issue.finish", "Done", value)
    blocked = () if standing.internal else (Button("issue.block", "Blocked", value),)
    add = Button("action.form", "Add action item", f"issue:{standing.id}")
    edit = Button("issue.edit", "Edit", value)
    acknowledge = Button("issue.acknowledge", "Acknowledge", value, "primary")
    by_state: dict[str, tuple[Button, ...]] = {
        "open": (acknowledge, *blocked, done, edit, add),
        "acknowledged": (replace(done, style="primary"), *blocked, edit, add),
        "waiting": (Button("issue.answered", "We answered", value, "primary"), done, edit, add),
        "done": (accept_button(standing), reopen_button(standing), edit, add),
    }
    return by_state.get(standing.issue.state, (reopen_button(standing),))


def owed_buttons(standing: Standing, what: What) -> tuple[Button, ...]:
    """What answers a line that something is late: ``what`` is owed."""
    value = standing.value
    acknowledge = Button("issue.acknowledge", "Acknowledge", value, "primary")
    blocked = () if standing.internal else (Button("issue.block", "Blocked", value),)
    answers: dict[What, tuple[Button, ...]] = {
        "acknowledge": (acknowledge, *blocked),
        "resolve": (Button("issue.finish", "Done", value, "primary"), *blocked),
        "answer": (Button("issue.answered", "We answered", value, "primary"),),
        "accept": (accept_button(standing), reopen_button(standing)),
    }
    return answers[what]


def accept_button(standing: Standing) -> Button:
    """Says yes, it is done."""
    return Button("issue.accept", "Accept", standing.value, "primary")


def reopen_button(standing: Standing) -> Button:
    """Says it is not done after all."""
    return Button("issue.reopen", "Reopen", standing.value)


# --- for the contract test ------------------------------------------------------------------------------------------


def examples() -> list[AnyCard]:
    """One of each, as people will mostly see them."""
    now = samples.NOW
    shown = [samples.standing(state) for state in samples.STATES]
    internal = samples.standing("open", visibility="INT")
    return [
        *(issue_card(each, now) for each in shown),
        issue_card(internal, now),
        issue_card(samples.escalated(), now),
        private_card(shown[0], now, "Issue 12 changed in the meantime."),
        confirmation(shown[0], "Issue 12 is reported to both companies."),
        lists.list_card([*shown[:3], internal], 14, 1, now),
        lists.list_card([], 0, 0, now),
        lists.how_to_report(),
        line_card(
            (shown[0].mention(shown[0].owner), ", back with you."), SharedCard, quote="the policy", why="Said once."
        ),
    ]


def worst_cases() -> list[AnyCard]:
    """Words beyond every limit, with markup in them, and from right to left."""
    now = samples.NOW
    cards: list[AnyCard] = []
    for words in samples.WORST_WORDS:
        standings = [samples.standing(state, words=words) for state in samples.STATES]
        cards += [issue_card(each, now) for each in (*standings, samples.escalated(words))]
        cards += [
            lists.list_card(standings * 5, 1_000_000, 999, now, mine=True),
            private_card(standings[0], now, words),
            line_card((words, standings[0].mention(standings[0].owner)), SharedCard, quote=words, why=words),
        ]
    return cards
