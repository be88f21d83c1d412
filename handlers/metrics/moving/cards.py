"""What is said about a proposed target: the card both companies read, and what one person is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from handlers.metrics.keeping import catalogue
from handlers.metrics.moving.commands import TARGETS
from handlers.metrics.moving.samples import NOW, sample
from handlers.metrics.moving.standing import Standing
from handlers.metrics.said import short_of
from handlers.metrics.targets import example_of
from handlers.records.forms import LONGEST_WORDS
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Code,
    Element,
    Facts,
    Field,
    Form,
    Note,
    PrivateCard,
    Quote,
    SharedCard,
    Text,
    Tone,
    Words,
)

NO_VALUE = "\N{EN DASH}"


def shared_card(standing: Standing) -> SharedCard:
    """The card both companies read, as the proposal stands now; its buttons go when it is answered."""
    if standing.proposal.state == "open":
        return _open_card(standing)
    text = _became(standing)
    reason = standing.proposal.reason
    said: tuple[Element, ...] = (Quote(reason, standing.name_of(standing.proposal.answered_by)),) if reason else ()
    return SharedCard(
        text=text,
        title=_title(standing),
        tone=Tone.GOOD if standing.proposal.state == "agreed" else Tone.PLAIN,
        elements=(Words((text,)), *said, _facts(standing), Note((_stands(standing),))),
    )


def _open_card(standing: Standing) -> SharedCard:
    by, other = standing.name_of(standing.proposal.proposed_by), standing.names[standing.side.other]
    text = f"{by} proposes another target for {standing.metric.name}: {standing.wanted} instead of {standing.was}."
    asks: Text = (f"{other}: do you agree? ",) if standing.asked is None else (standing.asked, ", do you agree? ")
    another = (
        "Another value: ",
        Code(f"metrics target {short_of(standing.metric)} {example_of(standing.metric)}"),
        " proposes it.",
    )
    value = str(standing.proposal.id)
    return SharedCard(
        text=text,
        title=_title(standing),
        elements=(Words((text,)), _facts(standing), Words((*asks, *another)), Note((_stands(standing),))),
        buttons=(
            Button("target.accept", "Accept", value, "primary"),
            Button("target.later", "Not yet", value),
            Button("target.withdraw", "Take it back", value),
        ),
    )


def answer_card(said: str, standing: Standing, *buttons: Button) -> PrivateCard:
    """``said``, a sentence, is what the asker did to the proposal."""
    return PrivateCard(said, _title(standing), elements=(Words((said,)),), buttons=(*buttons, TARGETS))


def not_yet_form(standing: Standing) -> Form:
    """Why a target cannot be accepted yet."""
    return Form(
        action="target.not_yet",
        title="Not yet",
        submit="Say not yet",
        fields=(Field("reason", "What is missing, or what would you agree to?", "text", longest=LONGEST_WORDS),),
        visible_to="both companies",
        intro=f"{standing.metric.name}: {standing.wanted} instead of {standing.was}. What is agreed stays as it is.",
        hidden=str(standing.proposal.id),
    )


def day_text(day: date) -> str:
    """ "Monday 30 November"."""
    return f"{day:%A} {day.day} {day:%B}"


def line_of(standing: Standing) -> str:
    """What the thread is told when a proposal was answered."""
    return _became(standing)


def _became(standing: Standing) -> str:
    proposal, metric = standing.proposal, standing.metric.name
    who = standing.name_of(proposal.answered_by)
    if proposal.state == "agreed":
        since = "" if standing.begins is None else f", from {day_text(standing.begins)}"
        return f"Agreed by both: {metric} {standing.wanted} instead of {standing.was}{since}."
    if proposal.state == "not_yet":
        return f"{who} says not yet: {metric} stays {standing.was}."
    if proposal.state == "countered":
        return f"{who} proposed another target for {metric} instead: see the newer card."
    return f"{who} took the proposal back: {metric} stays {standing.was}."


def _title(standing: Standing) -> str:
    return f"Target of {standing.metric.name}"


def _facts(standing: Standing) -> Facts:
    begins = "the Monday after both say yes" if standing.begins is None else day_text(standing.begins)
    rows: list[tuple[str, Text]] = [("Was" if standing.begins else "Now", (standing.was,))]
    rows.append(("Agreed" if standing.begins else "Proposed", (standing.wanted,)))
    if standing.proposal.state in ("open", "agreed"):
        rows.append(("From", (begins,)))
    if standing.recent:
        rows.append((f"Last {len(standing.recent)} weeks", (", ".join(each or NO_VALUE for each in standing.recent),)))
    by = standing.name_of(standing.proposal.proposed_by)
    rows.append(("Proposed by", (f"{by}, {standing.names[standing.side]}",)))
    if standing.proposal.state == "agreed":
        other = standing.side.other
        rows.append(("Accepted by", (f"{standing.name_of(standing.proposal.answered_by)}, {standing.names[other]}",)))
    return Facts(tuple(rows))


def _stands(standing: Standing) -> str:
    if standing.proposal.state == "agreed":
        return f"Weeks before that are judged by what held then, {standing.was}."
    if standing.proposal.state == "open":
        return f"Until you both agree, {standing.was} holds; weeks that are over keep their target."
    return "A target that is agreed moves only when both companies say yes."


# --- examples -----------------------------------------------------------------------------------------------------------

MARKUP = "<!channel> *bold* _it_ `code` [a](https://example.org) & <@U1>"
RIGHT_TO_LEFT = "\u0645\u0633\u062a\u0648\u0649 \u202e81.9% <\u202c"


def examples() -> list[AnyCard]:
    """Cards as they are meant to be."""
    level, time = catalogue().get("service_level"), catalogue().get("handle_time")
    standing = sample(level)
    answered: dict[str, Any] = {"answered_by": 2, "answered_at": NOW}
    return [
        shared_card(standing),
        shared_card(sample(time, recent=("6:52", "", "7:10", "7:02"))),
        shared_card(replace(sample(level, state="agreed", **answered), begins=date(2026, 11, 30))),
        shared_card(sample(level, state="not_yet", reason="Two more new teams first, then 82 %.", **answered)),
        shared_card(sample(level, state="countered", **answered)),
        shared_card(sample(level, state="withdrawn", answered_by=1, answered_at=NOW)),
        answer_card("Proposed to both companies: Service level at least 82 %.", standing),
    ]


def worst_cases() -> list[AnyCard]:
    """Names and reasons with markup, from right to left, and far too long."""
    nasty = (MARKUP, RIGHT_TO_LEFT, "an exceedingly long name that somebody typed " * 12)
    level = catalogue().get("service_level")
    answered: dict[str, Any] = {"answered_by": 2, "answered_at": NOW}
    return [
        card
        for name in nasty
        for card in (
            shared_card(sample(level, name, recent=(name,) * 4)),
            shared_card(sample(level, name, state="not_yet", reason=name * 6, **answered)),
            answer_card(name, sample(level, name)),
        )
    ]
