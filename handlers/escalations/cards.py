"""What is said about the escalation matrix: the page for one person, and the card both companies read."""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.escalations.matrix import LEVELS, SEVERITIES, after_text
from handlers.escalations.standing import Row, Standing, shown_levels
from handlers.escalations.written import usual
from handlers.ladders import ROUND_THE_CLOCK
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Code,
    Element,
    Listing,
    Note,
    PrivateCard,
    SharedCard,
    Span,
    Strong,
    Struck,
    Text,
    Tone,
    When,
    Words,
)
from storage.models.escalation import EscalationMatrix
from storage.models.provider import Programme, Provider

TITLE = "Who is brought in when an issue waits"
OWNER = Words(("Level 1 is whoever owns the issue, or who stands in while they are away.",))
HOW = (
    "Time counts from when something was due, in the working hours of whoever is waited for; severity 1 counts day and "
    "night, and only severity 1 is said outside working hours."
)


def page(
    standing: Standing, side: Side, *, manages: bool, said: str = "", undo: str = "", internal: bool = True
) -> PrivateCard:
    """For one person of a ``side``; only who surely is the client's (``internal``) is shown the client's highest level."""
    inside = internal and side is Side.CLIENT
    text = said or f"{TITLE}, {standing.provider.name}: {_agreement(standing)}"
    elements: list[Element] = [Words((said,))] if said else []
    elements += [Words(_status(standing)), OWNER, *_rows(standing, internal=inside), Note((HOW,))]
    seen = shown_levels(internal=inside)
    unreached = [name for row, name in standing.unreached.items() if row[1:] in seen]
    if unreached:
        names = ", ".join(dict.fromkeys(unreached))
        called = f"{names}: no account here. Somebody of their side is asked for them; where nobody is, they have to be called."
        elements.append(Words((called,)))
    if inside:
        elements.append(Note((f"Level 3 of {standing.names[Side.CLIENT]} is visible to your company only.",)))
    return PrivateCard(
        text=text,
        title=f"{TITLE}: {standing.provider.name}",
        tone=Tone.WARN if unreached else Tone.PLAIN,
        elements=tuple(elements),
        buttons=_buttons(standing, side, manages=manages, undo=undo),
    )


def shared_card(standing: Standing, by: str) -> SharedCard:
    """For both companies, when it changed: whom each side names, and how the provider agrees."""
    text = f"{by} set who is brought in when an issue waits too long. {_agreement(standing)}"
    agree: tuple[Element, ...] = ()
    if standing.agreed_at is None:
        agree = (Note((f"{standing.names[Side.PROVIDER]}: reply ", Code("agree"), " here if this is right.")),)
    return SharedCard(
        text=text,
        title=TITLE,
        elements=(Words((text,)), OWNER, *_rows(standing, internal=False), Note((HOW,)), *agree),
        buttons=() if standing.agreed_at is not None else (Button("escalation.agree", "Agree", standing.value),),
    )


def taken_back_card(by: str) -> SharedCard:
    """In place of a version that was taken back."""
    text = f"{by} took this back: who is brought in is as it was before."
    return SharedCard(text=text, title=TITLE, elements=(Words((text, " ", Struck("This version does not hold."))),))


def _status(standing: Standing) -> Text:
    kept = standing.kept
    if kept is None:
        return ("Not agreed yet. This is the usual matrix; it works as it stands.",)
    zone = standing.programme.anchor_zone
    by = f" by {standing.by}" if standing.by else ", after somebody left"
    said: list[Span] = [f"Version {kept.number}, kept{by} on ", When(kept.created_at, zone, "date"), ". "]
    if kept.provider_agreed_at is None:
        return (*said, f"{standing.names[Side.PROVIDER]} has not agreed yet; it works all the same.")
    return (*said, f"{standing.agreed_by} agreed for {standing.names[Side.PROVIDER]}.")


def _agreement(standing: Standing) -> str:
    if standing.kept is None:
        return "not agreed yet; the usual matrix works as it stands."
    if standing.kept.provider_agreed_at is None:
        return f"Version {standing.number}, {standing.names[Side.PROVIDER]} has not agreed yet."
    return f"Version {standing.number}, agreed by both."


def _rows(standing: Standing, *, internal: bool) -> list[Element]:
    """A heading for each severity, and under it one short line a level: it reads on a phone without a table."""
    found: list[Element] = []
    for severity in SEVERITIES:
        lines = [line for level in LEVELS if (line := _level(standing, severity, level, internal=internal))]
        clock = "day and night" if severity == ROUND_THE_CLOCK else "working time"
        heading = Words((Strong(f"Severity {severity}"), f", {clock}" if lines else ": stays with its owner"))
        found += [heading, Listing(tuple(lines))] if lines else [heading]
    return found


def _level(standing: Standing, severity: int, level: int, *, internal: bool) -> Text:
    """ "Level 2, 30 minutes late: Ana Cruz (Acme), Jo Santos (Northwind)"; () where there is nothing."""
    step = standing.matrix.step(severity, level)
    if step is None:
        return ()
    when: Text = (Strong(f"Level {level}"), f", {after_text(step.after)} late: ")
    if step.how == "summary":
        return (*when, "the managers' own summary")
    named = [
        _who(standing, (severity, level, each))
        for at, each in shown_levels(internal=internal)
        if at == level and _is_named(standing, (severity, level, each))
    ]
    if not named and level > LEVELS[0]:
        return ()
    return (*when, ", ".join(named) or "nobody is named")


def _is_named(standing: Standing, row: Row) -> bool:
    return row[1] == LEVELS[0] or bool(standing.people.get(row))


def _who(standing: Standing, row: Row) -> str:
    company = standing.names[row[2]]
    people = standing.people.get(row, ())
    if not people:
        return f"nobody is named ({company})"
    return f"{people[0]} ({company}" + (f", else {people[1]})" if len(people) > 1 else ")")


def _buttons(standing: Standing, side: Side, *, manages: bool, undo: str) -> tuple[Button, ...]:
    value = standing.value
    taken_back = (Button("escalation.undo", "Undo", undo),) if undo else ()
    if side is Side.PROVIDER:
        waits = standing.kept is not None and standing.kept.provider_agreed_at is None
        return (Button("escalation.agree", "Agree", value, "primary"),) if waits else ()
    if not manages:
        return taken_back
    keep = (Button("escalation.keep", "Keep it as it is", value, "primary"),) if standing.kept is None else ()
    name, edit = Button("escalation.person", "Name somebody", value), Button("escalation.form", "Edit as text", value)
    return (*taken_back, *keep, name, edit)


# --- for the contract test ------------------------------------------------------------------------------------------

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def examples() -> list[AnyCard]:
    """One of each, as people will mostly see them."""
    fresh, kept, agreed = sample(), sample(1), sample(2, agreed=True)
    return [
        page(fresh, Side.CLIENT, manages=True),
        page(kept, Side.CLIENT, manages=True, said="Saved: version 1 holds from now on.", undo="1:1"),
        page(agreed, Side.PROVIDER, manages=False),
        shared_card(kept, "Maya Brooks"),
        shared_card(agreed, "Maya Brooks"),
        taken_back_card("Maya Brooks"),
    ]


def worst_cases() -> list[AnyCard]:
    """Names beyond every limit, with markup in them, and from right to left."""
    names = ("Ana *Cruz* <!channel> `x` </b>" * 4, "عملاء ينتظرون \u202e", "x" * 3000)
    return [
        card
        for name in names
        for card in (page(sample(1, name), Side.CLIENT, manages=True, said=name), shared_card(sample(1, name), name))
    ]


def sample(number: int = 0, name: str = "Jo Santos", *, agreed: bool = False) -> Standing:
    """A matrix made up for examples; nothing here is stored."""
    programme = Programme(
        id=1,
        installation_id=1,
        provider_id=1,
        name="Voice support",
        anchor_zone="Europe/London",
        digest_wall="mon 08:30",
        figures_wall="tue 10:00",
        created_at=NOW,
    )
    provider = Provider(id=1, installation_id=1, name=name[:80] if number else "Northwind Manila", created_at=NOW)
    people: dict[Row, tuple[str, ...]] = {}
    for step in usual().steps:
        people[step.severity, step.level, Side.CLIENT] = ("Ben Carter", "Maya Brooks")
        people[step.severity, step.level, Side.PROVIDER] = (name, "Rey Cruz") if step.level == LEVELS[0] else ()
    kept = None
    if number:
        kept = EscalationMatrix(
            installation_id=1, provider_id=1, programme_id=1, number=number, created_by=1, created_at=NOW
        )
        kept.provider_agreed_at = NOW if agreed else None
    names = {Side.CLIENT: "Harbour Home", Side.PROVIDER: "Northwind Manila"}
    unreached: dict[Row, str] = {(1, LEVELS[0], Side.PROVIDER): name} if number == 1 else {}
    return Standing(programme, provider, usual(), kept, "Maya Brooks", "Jo Santos", names, people, unreached)
