"""From a post to a row: nothing is lost on the way, nothing is said twice, and nothing goes where it may not."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handlers.saying import (
    About,
    account_of,
    apart,
    apart_row,
    decode,
    decode_card,
    encode,
    file_once,
    look_up_person,
    place_of,
    react,
    say,
    show,
)
from handlers.vocabulary.address import Account, Direct, InternalChannel, Place, Platform, SharedChannel, Side, Thread
from handlers.vocabulary.outgoing import (
    REACTIONS,
    AnyCard,
    Button,
    Card,
    Choose,
    Code,
    DirectPost,
    Errand,
    Facts,
    File,
    Heading,
    InternalCard,
    InternalPost,
    Item,
    Link,
    Listing,
    Mention,
    MetricRow,
    Metrics,
    Note,
    Option,
    Panel,
    Picture,
    PrivateCard,
    Quote,
    Reaction,
    SharedCard,
    SharedPost,
    Strong,
    Tone,
    When,
    Words,
    WouldLeak,
)
from tests.contracts.sample_cards import examples, worst_cases
from tests.town import CLIENT, MONDAY, Town, town_at

JO = Account(Platform.ROOM, "T-NORTHWIND", "U-JO")
MAYA = Account(Platform.ROOM, CLIENT, "U-MAYA")
SPANS = ("plain", Strong("s"), Code("c"), Link("l", "https://a.example"), Mention(JO, "Jo"), Mention(None, "Ana"), When(MONDAY, "Asia/Manila", "date"))  # fmt: skip
PICTURE = Picture("title", (Panel("SL", "82 %", Tone.BAD, "off", ("a", "b"), (1.5, None), 2.0, "two", 0.5, 3.5, "found"),), "alt")  # fmt: skip
ELEMENTS = (
    Words(SPANS),
    Heading("h"),
    Facts((("label", SPANS), ("empty", ()))),
    Listing((SPANS, ("b",)), more=3),
    Metrics((MetricRow("SL", "82 %", Tone.GOOD, "on target", "up", "at least 80 %"), MetricRow("QA", "", Tone.MISSING, "no data"))),
    Quote("words", "Jo"),
    Note(SPANS),
    Item(SPANS, (Button("a", "A", "v"), Button("b", "B")), Tone.WARN),
    File("i.ics", "text/calendar", "BEGIN", "Invitation"),
    PICTURE,
)  # fmt: skip
WHOLE: dict[str, Any] = {
    "text": "fallback",
    "title": "Title",
    "tone": Tone.WARN,
    "elements": ELEMENTS,
    "buttons": (Button("act", "Act", "v", "danger"),),
    "choose": Choose("act", "Choose", (Option("a", "A"),)),
    "why": "because",
}
SHARED, INTERNAL, PRIVATE = SharedCard("shared"), InternalCard("internal"), PrivateCard("private")
TO_SHARED = SharedChannel(Place(Platform.ROOM, CLIENT, "C-SHARED"))
TO_INTERNAL = InternalChannel(Place(Platform.ROOM, CLIENT, "C-INTERNAL"))
TO_MAYA, TO_JO = Direct(MAYA, Side.CLIENT), Direct(JO, Side.PROVIDER)
ABOUT = About(1, "note.card", "a test", "note", 5)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A fresh town."""
    return town_at(tmp_path)


# --- the way into the row and back


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.kind)
def test_every_element_comes_back_as_it_was(element: Any) -> None:
    """Each element of a card, with every kind of span, is read as it was written."""
    card = SharedCard("x", elements=(element,))
    assert decode(encode(card)) == card


@pytest.mark.parametrize("kind", [SharedCard, InternalCard, PrivateCard])
def test_a_whole_card_comes_back_as_its_own_class(kind: type[Card]) -> None:
    """Everything a card can hold survives, and so does who may read it."""
    card = kind(**WHOLE)
    back = decode_card(encode(card))  # type: ignore[arg-type]  # one of the three
    assert back == card and type(back) is kind


@pytest.mark.parametrize("name", REACTIONS)
def test_a_reaction_comes_back(name: str) -> None:
    """Reactions go the same way, and are no cards."""
    reaction = Reaction(Thread(ref="m1"), name)
    assert decode(encode(reaction)) == reaction
    with pytest.raises(TypeError, match="reaction"):
        decode_card(encode(reaction))


@pytest.mark.parametrize("what", ["person", "administrator"])
def test_an_errand_comes_back(what: Any) -> None:
    """Errands go the same way, and are no cards."""
    errand = Errand(what, JO, "Jo", "UTC")
    assert decode(encode(errand)) == errand
    with pytest.raises(TypeError, match="errand"):
        decode_card(encode(errand))


def test_the_extreme_cards_come_back() -> None:
    """Markup, right-to-left, a null character, and more than every limit: all of it is kept."""
    for card in (*examples(), *worst_cases()):
        assert decode(encode(card)) == card


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: bool(text.strip())))
def test_any_words_come_back(words: str) -> None:
    """Whatever a person writes is read as it was written."""
    card = InternalCard(words, elements=(Words((words, Strong(words))), Quote(words)))
    assert decode(encode(card)) == card


@pytest.mark.parametrize(
    "stored", ["", "{}", '{"kind": "SH"}', '{"kind": "new", "text": "x"}', '{"kind": "SH", "text": " "}']
)
def test_what_this_version_cannot_read_is_an_error(stored: str) -> None:
    """Nothing is guessed: an unknown kind, a missing text and an empty one are refused."""
    with pytest.raises(ValidationError):
        decode(stored)


# --- said once


def test_said_twice_is_said_once(town: Town) -> None:
    """The same ``once`` gives the same key and leaves one row, with the first words."""
    with town.units() as uow:
        first = say(uow, SharedPost(TO_SHARED, SHARED), ABOUT, "once", MONDAY)
        second = say(uow, SharedPost(TO_SHARED, SharedCard("other")), ABOUT, "once", MONDAY)
        uow.commit()
    assert first == second
    assert [decode_card(row.content) for row in town.rows()] == [SHARED]


def test_a_row_knows_where_it_goes(town: Town) -> None:
    """Place, thread, visibility, record and moment are in the row; a direct message leaves through the installation."""
    later = MONDAY.replace(hour=15)
    with town.units() as uow:
        say(uow, InternalPost(InternalChannel(TO_INTERNAL.place, Thread(ref="r1")), SHARED), ABOUT, "a", MONDAY)
        say(uow, DirectPost(TO_JO, PRIVATE), ABOUT, "b", MONDAY, not_before=later)
        uow.commit()
    channel, person = town.row("a"), town.row("b")
    assert channel is not None and person is not None
    assert place_of(channel) == TO_INTERNAL.place and account_of(channel) is None
    assert (channel.thread_ref, channel.visibility, channel.not_before) == ("r1", "SH", MONDAY)
    assert (channel.subject, channel.subject_id, channel.reason) == ("note", 5, "a test")
    assert place_of(person) is None and account_of(person) == JO
    assert (person.workspace, person.visibility, person.not_before) == (CLIENT, "PRV", later)


def test_a_reaction_is_put_once(town: Town) -> None:
    """A reaction is a row on the person's message, and asked for twice it is one row."""
    with town.units() as uow:
        keys = {react(uow, TO_SHARED.place, "m1", "eyes", ABOUT, "r:m1", MONDAY) for _ in range(2)}
        uow.commit()
    row = town.row("r:m1")
    assert len(keys) == 1 and row is not None
    assert (row.thread_ref, row.visibility, decode(row.content)) == ("m1", "SH", Reaction(Thread(ref="m1"), "eyes"))


def test_a_person_is_looked_up_once_where_somebody_can_tell(town: Town) -> None:
    """The question about a person is asked once; not at all where the platform cannot answer or nothing is installed."""
    with town.units() as uow:
        keys = {look_up_person(uow, JO, 1, MONDAY, name="Jo") for _ in range(2)}
        assert len(keys) == 1 and "" not in keys
        assert look_up_person(uow, Account(Platform.TEAMS, "t", "29:x"), 1, MONDAY) == ""
        assert look_up_person(uow, JO, 99, MONDAY) == ""
        assert len(uow.outbox.open()) == 1


# --- shown differently


def test_a_shown_card_replaces_the_one_that_was_said(town: Town) -> None:
    """Before it was sent the row is rewritten; afterwards it is opened again as an edit; the same card changes nothing."""
    with town.units() as uow:
        say(uow, SharedPost(TO_SHARED, SHARED), ABOUT, "once", MONDAY)
        assert show(uow, "once", SharedCard("second"), MONDAY)
        uow.commit()
    town.deliver()
    assert town.shared() == ["second"]
    with town.units() as uow:
        assert show(uow, "once", SharedCard("third"), MONDAY)
        assert [row.state for row in uow.outbox.everything()] == ["open"]
        uow.commit()
    town.deliver()
    with town.units() as uow:
        show(uow, "once", SharedCard("third"), MONDAY)
        assert [(row.state, row.revision) for row in uow.outbox.everything()] == [("sent", 3)]


def test_what_was_never_said_cannot_be_shown(town: Town) -> None:
    """False, and nothing is written."""
    with town.units() as uow:
        assert not show(uow, "never", SHARED, MONDAY)
        assert uow.outbox.everything() == []


@pytest.mark.parametrize("card", [INTERNAL, PRIVATE])
def test_a_shared_message_cannot_come_to_show_less_public_words(town: Town, card: AnyCard) -> None:
    """What stands before both companies never shows what they may not both read; the row stays as it was."""
    with town.units() as uow:
        say(uow, SharedPost(TO_SHARED, SHARED), ABOUT, "once", MONDAY)
        with pytest.raises(WouldLeak, match="once was said as SH"):
            show(uow, "once", card, MONDAY)
        assert [decode(row.content) for row in uow.outbox.everything()] == [SHARED]


# --- where it may not go


ALLOWED = {
    (SharedPost, TO_SHARED, SHARED),
    (InternalPost, TO_INTERNAL, SHARED),
    (InternalPost, TO_INTERNAL, INTERNAL),
    *((DirectPost, TO_MAYA, card) for card in (SHARED, INTERNAL, PRIVATE)),
    *((DirectPost, TO_JO, card) for card in (SHARED, PRIVATE)),
}
PAIRS: list[Any] = list(
    itertools.product(
        (SharedPost, InternalPost, DirectPost),
        (TO_SHARED, TO_INTERNAL, TO_MAYA, TO_JO),
        (SHARED, INTERNAL, PRIVATE, Card("of no class")),
    )
)


@pytest.mark.parametrize(("post", "to", "card"), [pair for pair in PAIRS if pair not in ALLOWED])
def test_what_would_leak_cannot_be_made(post: Any, to: Any, card: Any) -> None:
    """No post joins a card with a destination whose readers may not all read it, nor takes another's destination."""
    with pytest.raises(WouldLeak):
        post(to, card)


@pytest.mark.parametrize(("post", "to", "card"), [pair for pair in PAIRS if pair in ALLOWED])
def test_what_everybody_there_may_read_can_be_said(post: Any, to: Any, card: Any) -> None:
    """The pairs that remain can be made."""
    assert post(to, card).card is card


# --- pictures


def test_a_picture_follows_its_card(town: Town) -> None:
    """The picture's row stands in the card's thread, or in the thread the card is in, and is as visible as the card."""
    card = InternalCard("x", elements=(PICTURE, PICTURE))
    assert apart(card) == [PICTURE] and apart(INTERNAL) == []
    with town.units() as uow:
        say(uow, InternalPost(TO_INTERNAL, card), ABOUT, "a", MONDAY)
        say(uow, InternalPost(InternalChannel(TO_INTERNAL.place, Thread(ref="r1")), card), ABOUT, "b", MONDAY)
        uow.commit()
    alone, inside = town.row("a"), town.row("b")
    assert alone is not None and inside is not None
    first, second = (apart_row(row, PICTURE, "C-INTERNAL", MONDAY) for row in (alone, inside))
    assert (first.thread_card, first.thread_ref, first.visibility) == (alone.key, None, "INT")
    assert (second.thread_card, second.thread_ref) == (None, "r1")
    assert first.key != alone.key and first.key == apart_row(alone, PICTURE, "C-INTERNAL", MONDAY).key


def test_a_file_follows_once_for_each_content(town: Town) -> None:
    """Two files of a card are two rows; the same content is the same row, another content another; only the file is in it."""
    invite, notes = File("i.ics", "text/calendar", "A", "Invitation"), File("n.txt", "text/plain", "N", "Notes")
    with town.units() as uow:
        buttons = (Button("a", "A"),)
        said = SharedCard("x", elements=(invite, notes), buttons=buttons)
        say(uow, InternalPost(TO_INTERNAL, said), ABOUT, "a", MONDAY)
        uow.commit()
    card = town.row("a")
    assert card is not None and apart(said) == [invite, notes]
    changed = replace(invite, content="B")
    rows = [apart_row(card, each, "C-INTERNAL", MONDAY) for each in (invite, notes, invite, changed)]
    assert rows[0].once == rows[2].once and len({row.once for row in rows}) == 3
    assert all(row.once.startswith(file_once(card, invite)) for row in (rows[0], rows[3]))
    assert decode(rows[3].content) == SharedCard("x", elements=(changed,))
