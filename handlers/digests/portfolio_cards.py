"""What the portfolio says: all providers of a client in one message a week, for its managers only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from handlers.digests import samples
from handlers.digests.overall import TONES, Level, Line, counted, first_line, in_order
from handlers.digests.samples import LONG, MARKUP, RIGHT_TO_LEFT
from handlers.digests.week import Closed, Standing
from handlers.metrics.states import State
from handlers.metrics.weeks import short_label, week_label
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Element,
    InternalCard,
    Item,
    Note,
    PrivateCard,
    Strong,
    Tone,
    When,
    Words,
)

SHOWN = 20
LONGEST_NAME = 80
VALUE = "portfolio"
SKIP = Button("digest.skip", "Skip the next one", VALUE)
PAUSE = Button("digest.pause", "Pause the portfolio", VALUE)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All providers in the week that begins on ``week``; a line about another week says so."""

    week: date
    lines: tuple[Line, ...]
    pattern: str
    anchor: str
    next_at: datetime


def portfolio_card(portfolio: Portfolio) -> InternalCard:
    """The week's portfolio."""
    return InternalCard(
        text=f"Portfolio, {short_label(portfolio.week)}: {first_line(portfolio.lines)}",
        title=f"All providers, {week_label(portfolio.week)}",
        tone=_tone(portfolio.lines),
        elements=tuple(_elements(portfolio)),
        buttons=(Button("home.show", "What needs me"),),
        why=f"You manage providers here. Sent once a week, {portfolio.pattern.capitalize()} ({portfolio.anchor}). "
        "A manager moves it with digest time portfolio, and stops it with digest pause portfolio.",
    )


def preview_card(portfolio: Portfolio, standing: Standing) -> PrivateCard:
    """The portfolio as it would be sent now, for a manager."""
    sent = portfolio_card(portfolio)
    state, buttons = "Nothing was sent: this is a preview.", [SKIP, PAUSE]
    if standing.paused:
        state = "The portfolio is paused."
        buttons = [Button("digest.resume", "Resume the portfolio", VALUE, "primary")]
    elif standing.skips:
        state, buttons = "The next portfolio is skipped.", [Button("digest.unskip", "Do not skip it", VALUE), PAUSE]
    return PrivateCard(
        text=sent.text,
        title=f"Preview: {sent.title}",
        tone=sent.tone,
        elements=(Note((state,)), *sent.elements),
        buttons=(*buttons, Button("digest.time", "Change its time", VALUE)),
    )


def _tone(lines: Sequence[Line]) -> Tone:
    return TONES[in_order(lines)[0].level] if lines else Tone.MISSING


def _elements(portfolio: Portfolio) -> list[Element]:
    lines = in_order(portfolio.lines)
    said = first_line(lines)
    elements: list[Element] = []
    elements.append(Words((Strong(said[:1].upper() + said[1:]),)))
    for line in lines[:SHOWN]:
        name = line.name if len(line.name) <= LONGEST_NAME else line.name[: LONGEST_NAME - 1] + "…"
        week = "" if line.digest.week == portfolio.week else f" {short_label(line.digest.week)}:"
        elements.append(Item((Strong(name), f", {line.level}.{week} {line.details}"), (), TONES[line.level]))
    if len(lines) > SHOWN:
        elements.append(Words((f"{counted(lines[SHOWN:])}. ", "Ask for them by name: digest preview, then the name.")))
    return [*elements, Note(("Next portfolio: ", When(portfolio.next_at, portfolio.anchor), "."))]


# --- examples


def _line(name: str, states: tuple[State, ...], words: str = "", **changes: object) -> Line:
    digest = replace(samples.example(words), provider=name, states=states, acted={}, closed=Closed())
    line = Line(name, words or "Contoso", digest, {Side.PROVIDER: 0, Side.CLIENT: 0})
    return replace(line, **changes)  # type: ignore[arg-type]  # fields by name


def _example(words: str = "", times: int = 1) -> Portfolio:
    states = samples.example_states()
    good = tuple(state for state in states[1:2])
    lines = [
        _line(words or "Eastwind", good, words),
        _line(
            words or "Northwind Manila",
            states,
            words,
            late={Side.PROVIDER: 2, Side.CLIENT: 1},
            declining=("Service level",),
            plans=(2,),
            unheld=("Weekly operations review of Thursday 5 March was not held",),
        ),
        _line(words or "Southwind", states[1:3], words, late={Side.PROVIDER: 0, Side.CLIENT: 1}),
        _line(words or "Westwind", (), words),
    ]
    at = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    return Portfolio(
        samples.EXAMPLE_WEEK,
        tuple(lines * times),
        "mon 09:00",
        "Europe/London",
        at + timedelta(weeks=1),
    )


def examples() -> list[AnyCard]:
    """A small portfolio, and its preview."""
    usual = _example()
    calm = replace(usual, lines=tuple(line for line in usual.lines if line.level is Level.TRACK) * 2)
    return [
        portfolio_card(usual),
        portfolio_card(calm),
        preview_card(usual, Standing()),
        preview_card(usual, Standing(skips=True)),
    ]


def worst_cases() -> list[AnyCard]:
    """More providers than are listed, with the longest and strangest names."""
    crowded = [_example(words, times=30) for words in (LONG, MARKUP, RIGHT_TO_LEFT)]
    return [card for each in crowded for card in (portfolio_card(each), preview_card(each, Standing(paused=True)))]
