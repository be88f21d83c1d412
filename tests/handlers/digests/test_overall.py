"""The portfolio's order and words; what may be typed about a digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.plain import plain
from handlers.digests import portfolio_cards, samples
from handlers.digests.commands import AskDigest
from handlers.digests.overall import Level, Line, counted, first_line, in_order
from handlers.vocabulary.address import Account, Platform, Side
from handlers.vocabulary.route import Asker, Invalid, Raw

MAYA = Asker(1, "Maya", Side.CLIENT, "manager", "Europe/London", "GB", Account(Platform.ROOM, "T", "U"), 1, "ev")


def a_line(name: str, metric: tuple[str, str] | None, acted: bool = False, late: int = 0) -> Line:
    """One provider with a single metric: its value and its target."""
    states = () if metric is None else (samples.example_state("service_level", [metric[0]] * 3, metric[1]),)
    on_it = {"service_level": "action 7"} if acted else {}
    digest = replace(samples.example(), provider=name, states=states, acted=on_it)
    return Line(name, "Contoso", digest, {Side.PROVIDER: late, Side.CLIENT: 0})


def test_in_trouble_comes_first_and_is_counted() -> None:
    """Nothing agreed on a red is trouble, a red in hand or lateness wants a look, no metrics is neither good nor bad."""
    lines = [
        a_line("Good", ("90", "85")),
        a_line("Late", ("90", "85"), late=1),
        a_line("New", None),
        a_line("Held", ("70", "85"), acted=True),
        a_line("Bad", ("70", "85")),
    ]
    assert [(each.name, each.level) for each in in_order(lines)] == [
        ("Bad", Level.TROUBLE),
        ("Late", Level.LOOK),
        ("Held", Level.LOOK),
        ("New", Level.UNMEASURED),
        ("Good", Level.TRACK),
    ]
    assert first_line(lines) == "1 of 5 in trouble (Bad); 2 need a look; 1 not measured yet; 1 on track."
    assert first_line(lines[:1]) == "none of 1 in trouble; 1 on track."
    assert (
        "Waiting: 1 on Late." in lines[1].details and "Nothing agreed on Service level (3 weeks)." in lines[4].details
    )


def test_no_provider_is_dropped_silently() -> None:
    """Twenty are listed, the worst first; the rest is counted by how it stands."""
    lines = [a_line(f"P{number:02}", ("90", "85")) for number in range(28)] + [a_line("Zero", ("70", "85"))]
    portfolio = replace(portfolio_cards._example(), lines=tuple(lines))
    said = plain(portfolio_cards.portfolio_card(portfolio))
    assert said.index("Zero, in trouble") < said.index("P00, on track")
    assert "P18" in said and "P19" not in said and "and 9 more: 9 on track" in said
    assert counted(lines[-2:]) == "and 2 more: 1 in trouble, 1 on track"


def test_a_line_about_another_week_says_which() -> None:
    """Programmes whose figures come on other days cover other weeks; nobody compares them unawares."""
    portfolio = portfolio_cards._example()
    late = replace(portfolio.lines[0], digest=replace(portfolio.lines[0].digest, week=date(2026, 3, 2)))
    said = plain(portfolio_cards.portfolio_card(replace(portfolio, lines=(late, *portfolio.lines[1:]))))
    assert "Eastwind, on track. 2–8 Mar: " in said and "Southwind, needs a look. 1 of 2" in said


@pytest.mark.parametrize(
    ("words", "wish", "view", "wanted", "pattern"),
    [
        ("", "preview", "shared", "", None),
        ("Northwind", "preview", "shared", "Northwind", None),
        ("preview internal Northwind", "preview", "internal", "Northwind", None),
        ("portfolio", "preview", "portfolio", "", None),
        ("pause portfolio", "pause", "portfolio", "", None),
        ("skip", "skip", "shared", "", None),
        ("time", "time", "shared", "", None),
        ("time Wednesdays at 9:30 Northwind Manila", "time", "shared", "Northwind Manila", "wed 09:30"),
        ("time portfolio tue 8am", "time", "portfolio", "", "tue 08:00"),
    ],
)
def test_what_is_typed_is_understood(words: str, wish: str, view: str, wanted: str, pattern: str | None) -> None:
    """The wish, which digest, whose, and when, in the order people say them."""
    read = AskDigest.parse(Raw(words=words), MAYA)
    assert (read.wish, read.view, read.wanted) == (wish, view, wanted)
    assert (None if read.pattern is None else str(read.pattern)) == pattern


@pytest.mark.parametrize(
    "words", ["time mon 25:00", "time daily 08:30", "time mon-fri 9:00", "time 1 08:30", "time monday"]
)
def test_a_time_that_is_none_is_refused_with_an_example(words: str) -> None:
    """One day a week and a time; what was read is repeated."""
    with pytest.raises(Invalid, match="digest time mon 09:30"):
        AskDigest.parse(Raw(words=words), MAYA)


def test_the_form_refuses_at_the_field() -> None:
    """A bad time is told at the time, a bad day at the day."""
    with pytest.raises(Invalid) as refused:
        AskDigest.parse_form(Raw(values={"day": "mon", "time": "9.75h"}, hidden="1"), MAYA)
    assert list(refused.value.problems) == ["time"] and "9.75h" in refused.value.problems["time"]
    with pytest.raises(Invalid) as refused:
        AskDigest.parse_form(Raw(values={"day": "8", "time": "09:30"}, hidden="1"), MAYA)
    assert list(refused.value.problems) == ["day"]
