"""What is said when an issue goes up: one line in its thread to the people of both sides, and a direct word to each.

What only the client may know goes to the client: an internal issue into its own thread, the highest level to whoever is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers import places, saying
from handlers.issues import cards, ladder, voice
from handlers.issues.jumps import reason
from handlers.issues.ladder import Late
from handlers.issues.standing import Standing
from handlers.ladders import ROUND_THE_CLOCK, Planned
from handlers.records.lines import line_card
from handlers.records.posting import post_to
from handlers.vocabulary.address import Direct, InternalChannel, Side
from handlers.vocabulary.outgoing import Button, Code, InternalCard, Span, Text, When
from storage.unit_of_work import UnitOfWork


def tell(
    standing: Standing, late: Late, made: Sequence[Planned], later: Sequence[Planned], uow: UnitOfWork, now: datetime
) -> None:
    """Say what was reached. ``later`` are those who hear of it at a moment of their own."""
    if not made:
        return
    voice.show_card(standing, uow, now)
    told = [each for each in made if each.rung.how == "told"]
    open_to_all = [each for each in told if _visible(standing, each)]
    if open_to_all:
        _say_in_thread(standing, late, open_to_all, [each for each in later if _visible(standing, each)], uow, now)
    for each in told:
        if not _visible(standing, each):
            _say_inside(standing, late, each, uow, now)
        if each.person is not None:
            name = _name(standing, "told", late, each)
            voice.tell(
                standing,
                each.person,
                uow,
                now,
                name,
                _directly(standing, late, each),
                _why(standing, late, each),
                up=True,
            )


def _visible(standing: Standing, each: Planned) -> bool:
    """Whether everybody who reads the issue's thread may know of this jump."""
    return ladder.seen_by(standing.issue, each.rung) == standing.issue.visibility


def _say_in_thread(
    standing: Standing,
    late: Late,
    told: Sequence[Planned],
    later: Sequence[Planned],
    uow: UnitOfWork,
    now: datetime,
) -> None:
    level = max(each.rung.level for each in told)
    said: list[Span] = [f"Issue {standing.issue.number} goes up to level {level}: "]
    for index, each in enumerate(told):
        said += [", " if index else "", *_called(standing, each, uow)]
    said += [". ", *_what(standing, late), *_following(level, later), *_way_out(late)]
    voice.line(
        standing,
        uow,
        now,
        _name(standing, "line", late, *told),
        tuple(said),
        *cards.owed_buttons(standing, late.what),
        reason="issue escalated",
        why=_why(standing, late, told[-1]),
    )


def _called(standing: Standing, each: Planned, uow: UnitOfWork) -> Text:
    """Who is brought in: mentioned, or named where nothing of ours can reach them."""
    side = standing.names[each.rung.side]
    if each.person is None:
        return (f"nobody is named for {side}",)
    if places.direct_to(uow, each.person) is None:
        return (f"{each.person.name} of {side} (no account here, so please call them)",)
    return (places.mention(uow, each.person), *_in_place(each))


def _in_place(each: Planned) -> Text:
    named = each.rung.people[0] if each.rung.people else None
    return () if named is None or each.person is None or named.id == each.person.id else (f" for {named.name}",)


def _what(standing: Standing, late: Late) -> Text:
    """What was due when, and whom it waits for: both sides alike."""
    due: Span = When(late.due, _zone(standing, late))
    waits = f" and waits for {standing.names[late.side]}."
    verbs = {"acknowledge": "It was to be acknowledged by ", "resolve": "It was to be resolved by "}
    return (
        verbs.get(late.what, "An answer was hoped for by "),
        due,
        waits if late.what != "answer" else f"; it waits for {standing.names[late.side]}.",
    )


def _zone(standing: Standing, late: Late) -> str:
    person = standing.answering(late.side)
    return standing.owner.zone if person is None else person.zone


def _following(level: int, later: Sequence[Planned]) -> Text:
    """Who hears of the same level at their own working moment: named, not called."""
    said: list[Span] = []
    for each in later:
        if each.rung.level == level and each.person is not None and each.rung.how == "told":
            said += [f" {each.person.name} hears of it ", When(each.at, each.person.zone), "."]
    return tuple(said)


def _way_out(late: Late) -> Text:
    replies: dict[str, Text] = {
        "acknowledge": (" Reply ", Code("ack"), " with a word on what is being done."),
        "resolve": (" Reply ", Code("done"), ", ", Code("blocked: what you need"), ", or say how far it is."),
        "answer": (" Reply here, then ", Code("unblocked"), "."),
    }
    return replies[late.what]


def _directly(standing: Standing, late: Late, each: Planned) -> Text:
    """To the one who is brought in; whoever is of the side that is waited for also reads which words answer it."""
    provider, title = standing.names[Side.PROVIDER], standing.issue.title
    with_whom = f" ({provider})" if each.rung.side is Side.CLIENT else ""
    return (
        f"Issue {standing.issue.number}{with_whom}, severity {standing.issue.severity}, has come up to you: {title}. ",
        *_what(standing, late),
        *(_way_out(late) if each.rung.side is late.side else ()),
    )


def _why(standing: Standing, late: Late, each: Planned) -> str:
    words = f"Level {each.rung.level} of the escalation matrix: {reason(standing, late, each.rung.after)}."
    if each.person is not None and _in_place(each):
        words += f" You are asked in place of {each.rung.people[0].name}." if each.rung.people else ""
    return f"{words} It is said once. Type setup escalation to see who is named."


def _say_inside(standing: Standing, late: Late, each: Planned, uow: UnitOfWork, now: datetime) -> None:
    """The client's highest level: into the internal channel for severity 1, and wherever nobody could be told directly."""
    person = each.person
    unreached = person is None or places.direct_to(uow, person) is None
    if standing.issue.severity != ROUND_THE_CLOCK and not unreached:
        return
    to: InternalChannel | Direct | None = places.internal_destination(uow, standing.issue.programme_id)
    text: Text = (
        f"Issue {standing.issue.number} with {standing.names[Side.PROVIDER]} goes up to level {each.rung.level}: ",
        *_called(standing, each, uow),
        ". ",
        *_what(standing, late),
    )
    show = Button("issue.show", f"Issue {standing.issue.number}", str(standing.id))
    post = None if to is None else post_to(line_card(text, InternalCard, show, why=_why(standing, late, each)), to)
    if post is not None:
        about = voice.about(standing, "issue.escalated", "issue escalated")
        saying.say(uow, post, about, _name(standing, "inside", late, each), now)


def _name(standing: Standing, what: str, late: Late, *steps: Planned) -> str:
    """Once for each issue, turn, level and side."""
    return f"issue.up:{standing.id}:{what}:{late.turn}:" + ",".join(
        f"{each.rung.level}{each.rung.side}" for each in steps
    )
