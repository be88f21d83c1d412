"""Agendas as YAML: what is shipped, and what is said of one that cannot be used."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.reviews.templates import NAMES, SECTIONS, BadAgenda, Item, read_agenda, template, template_text

GOOD = "title: Ours\nminutes: 20\nitems:\n  - section: figures\n    minutes: 5\n  - ask: What next?\n"


def test_every_kind_of_review_has_an_agenda_of_its_own() -> None:
    """Five shipped agendas, no two about the same things, each as long as its items."""
    shipped = [template(name) for name in NAMES]
    assert len({each.items for each in shipped}) == len(NAMES)
    for each in shipped:
        assert sum(item.minutes or 0 for item in each.items) == each.minutes
        assert any(item.ask for item in each.items) and any(item.section for item in each.items)
    assert {item.section for each in shipped for item in each.items if item.section} == set(SECTIONS)


def test_an_agenda_is_read() -> None:
    """Sections to fill, questions to ask, minutes where one likes."""
    assert read_agenda(GOOD).items == (Item(section="figures", minutes=5), Item(ask="What next?"))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("figures", "figurs", "line 4: 'figurs' is not a section; choose from figures"),
        ("minutes: 5", "minutes: soon", "line 5: minutes: 'soon' is not a number from 1 to 480"),
        ("minutes: 20", "minutes: 0", "line 2: minutes: '0'"),
        ("title: Ours", "title: ''", "line 1: title is not 1 to 80 characters"),
        ("title: Ours", "titel: Ours", "line 1: 'titel' is not one of title"),
        ("title: Ours\n", "", "title is missing"),
        ("    minutes: 5\n", "    ask: both?\n", "line 4: an item is either a section or something to ask"),
        ("    minutes: 5\n", "    section: plans\n", "line 5: 'section' stands here twice"),
        ("What next?", "[", "line 7 is not YAML"),
        ("  - ask: What next?", "  - just words", "line 6: this was not understood"),
    ],
)
def test_what_cannot_be_used_names_its_line(before: str, after: str, said: str) -> None:
    """The line, what was read, and what to write instead."""
    with pytest.raises(BadAgenda, match="agenda") as problem:
        read_agenda(GOOD.replace(before, after))
    assert said in str(problem.value)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200),
        st.builds(lambda cut, more: GOOD[:cut] + more + GOOD[cut:], st.integers(0, 70), st.text(max_size=12)),
    )
)
def test_whatever_is_typed_is_an_agenda_or_a_clear_problem(text: str) -> None:
    """No text brings it down."""
    try:
        found = read_agenda(text)
    except BadAgenda as problem:
        assert str(problem).startswith("agenda: ")
    else:
        assert found.title and found.items


def test_deep_brackets_are_no_agenda() -> None:
    """Nesting without end is refused like any other nonsense, and at once: somebody waits for the answer."""
    began = time.process_time()
    for bracket in ("[", "{", "[a,", "- ", "? "):
        with pytest.raises(BadAgenda):
            read_agenda(bracket * (3000 // len(bracket)))
    assert time.process_time() - began < 1


def test_a_template_that_is_not_shipped_is_named() -> None:
    """Only the shipped ones can be chosen."""
    with pytest.raises(BadAgenda, match="yearly"):
        template_text("yearly")
