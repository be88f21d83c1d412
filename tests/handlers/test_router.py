"""The way of every request: once, by whom, to which handler, and what is left when it is not done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from handlers.router import GivenUp, Router, Table
from handlers.saying import About, decode_card, say
from handlers.vocabulary.address import Account, Platform, SharedChannel
from handlers.vocabulary.events import ActionAgreed, ActionClosed, IssueReported
from handlers.vocabulary.incoming import (
    AnyIncoming,
    Asked,
    ChannelChanged,
    HomeOpened,
    PersonFound,
    Pressed,
    Reacted,
    Said,
    Shortcut,
    Submitted,
    WordsFound,
)
from handlers.vocabulary.outgoing import Answer, Field, Form, PrivateCard, SharedCard, SharedPost, Tone
from handlers.vocabulary.route import Asker, Declined, Invalid, Raw, Route, Verb, Who
from storage.models.delivery import InboxEntry, OutboxRow
from storage.unit_of_work import UnitOfWork
from tests.town import MONDAY, Resident, Town, town_at

FORM = Form("note.write", "Write a note", "Write", (Field("words", "Words"),), "both companies")


def words_of(raw: Raw, asker: Asker) -> str:
    """Whatever reached the route."""
    return raw.words or raw.value or raw.values.get("words", "") or raw.quoted


def unreadable(raw: Raw, asker: Asker) -> str:
    """Nothing can be read."""
    raise Invalid({"words": "I read nothing; write `note hello`"})


@dataclass
class Desk:
    """A table of its own, whose handlers note who was asked what; "note" writes a setting."""

    heard: list[tuple[str, str]] = field(default_factory=list)

    def write(self, words: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Note it."""
        self.heard.append(("write", words))
        uow.settings.set("note", words)
        return Answer(card=PrivateCard(f"noted {words}"), done="noted")

    def decline(self, words: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Begin, and then refuse."""
        uow.settings.set("note", "half done")
        uow.happened(IssueReported(1))
        raise Declined("Not while the review is on.")

    def form(self, words: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Open a form."""
        return Answer(form=FORM)

    def quiet(self, words: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Done, with nothing to read."""
        return Answer(done="done")

    def happen(self, words: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Something happens."""
        uow.happened(IssueReported(7))
        return Answer()

    def under_card(self, event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        """A reply under a card; "ack" only."""
        self.heard.append(("thread", event.words))
        return Answer(reaction="eyes") if event.words == "ack" else None

    def speech(self, event: Said, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        """Plain words; "hello" is answered, anything else is not for the bot."""
        self.heard.append(("speech", event.words))
        return Answer(card=PrivateCard("hello")) if event.words == "hello" else None

    def unknown(self, words: str, under: OutboxRow | None, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """No verb."""
        self.heard.append(("unknown", words))
        return Answer(card=PrivateCard("which one?", tone=Tone.WARN))

    def changed(self, event: ChannelChanged, uow: UnitOfWork, now: datetime) -> Answer:
        """A channel changed."""
        self.heard.append(("changed", event.change))
        return Answer()

    def found(self, event: PersonFound, uow: UnitOfWork, now: datetime) -> Answer:
        """A person was found."""
        self.heard.append(("found", event.name))
        return Answer()

    def reacted(self, event: Reacted, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        """An emoji."""
        self.heard.append(("reacted", event.emoji))
        return None

    def words_found(self, event: WordsFound, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        """The words under an emoji."""
        self.heard.append(("words", event.words))
        return Answer()

    def home(self, event: HomeOpened, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Home."""
        self.heard.append(("home", asker.name))
        return Answer(card=PrivateCard("home"))

    def first(self, event: object, uow: UnitOfWork, now: datetime) -> None:
        """What is caused first."""
        self.heard.append(("first", type(event).__name__))
        uow.happened(ActionAgreed(1))

    def second(self, event: object, uow: UnitOfWork, now: datetime) -> None:
        """What is caused second."""
        self.heard.append(("second", type(event).__name__))
        uow.happened(ActionClosed(2))

    def last(self, event: object, uow: UnitOfWork, now: datetime) -> None:
        """What only listens."""
        self.heard.append(("last", type(event).__name__))

    def table(self) -> Table:
        """The wiring."""
        routes: tuple[Route[Any], ...] = (
            Route("note.write", words_of, self.write),
            Route("note.decline", words_of, self.decline),
            Route("note.unreadable", unreadable, self.write),
            Route("note.form", words_of, self.form),
            Route("note.quiet", words_of, self.quiet),
            Route("note.happen", words_of, self.happen),
            Route("note.client", words_of, self.write, Who.CLIENT),
            Route("note.manager", words_of, self.write, Who.MANAGER),
        )
        return Table(
            routes={route.action: route for route in routes},
            verbs=[
                Verb("note", "note.write", "write", synonyms=("jot",)),
                *(Verb(name, f"note.{name}", name) for name in ("decline", "unreadable", "form", "quiet")),
            ],
            threads={"note": self.under_card},
            followers={
                IssueReported: (self.first, self.second),
                ActionAgreed: (self.last,),
                ActionClosed: (self.last,),
            },
            shortcuts={"jot_down": "note.write"},
            empty="note.write",
            unknown=self.unknown,
            speech=self.speech,
            channel_changed=self.changed,
            person_found=self.found,
            reacted=(self.reacted,),
            words_found=self.words_found,
            home=self.home,
        )


@dataclass
class Stage:
    """The town with the desk's router instead of its own."""

    town: Town
    desk: Desk

    def handle(self, event: AnyIncoming) -> Answer:
        """Through the router."""
        return self.town.router.handle(event, self.town.now)

    def note(self) -> str | None:
        """What was written."""
        with self.town.units() as uow:
            return uow.settings.get("note")

    def remembered(self, event: str) -> bool:
        """Whether the event stands in the inbox."""
        with self.town.units() as uow:
            return uow.session.get(InboxEntry, event) is not None

    def card_stands(self) -> str:
        """A card about a note stands in the shared channel; answers its reference."""
        with self.town.units() as uow:
            about = About(1, "note.card", "a test", "note", 5)
            say(uow, SharedPost(SharedChannel(self.town.shared_place), SharedCard("note 5")), about, "note:5", MONDAY)
            uow.commit()
        self.town.deliver()
        row = self.town.row("note:5")
        assert row is not None and row.ref is not None
        return row.ref

    def direct_messages(self) -> list[tuple[str, str]]:
        """To whom which card was said directly: user id and fallback text."""
        return [(row.account_user, decode_card(row.content).text) for row in self.town.rows(kind="answer")]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A fresh town whose router works with the desk's table."""
    town, desk = town_at(tmp_path), Desk()
    town.router = Router(desk.table(), town.units)
    return Stage(town, desk)


# --- once


@pytest.mark.parametrize("mention", [False, True])
def test_seen_twice_is_done_once_and_answers_nothing_new(stage: Stage, mention: bool) -> None:
    """The second delivery of an event reaches no handler, is answered with silence and says nothing more."""
    jo = stage.town.jo
    event = Asked("twin", jo.account, jo.here, words="note hello", mention=mention, message="m1")
    first, before = stage.handle(event), len(stage.town.rows())
    assert first != Answer()
    assert stage.handle(event) == Answer()
    assert stage.desk.heard == [("write", "hello")]
    assert len(stage.town.rows()) == before


def test_talk_that_is_not_for_the_bot_leaves_nothing_behind(stage: Stage) -> None:
    """Words nobody understood are not even remembered."""
    assert stage.town.maya.says("lunch?") == Answer()
    assert not stage.remembered("ev-0001")


# --- not done


def test_what_is_declined_writes_nothing(stage: Stage) -> None:
    """A refusal undoes what was begun, followers included, and tells why."""
    answer = stage.town.maya.types("decline")
    assert answer.card is not None and answer.card.text == "Not while the review is on."
    assert stage.note() is None
    assert stage.desk.heard == []


def test_a_refused_message_is_refused_once(stage: Stage) -> None:
    """A mention that was refused stays remembered, so that its twin is not refused again; a command's may come again."""
    maya = stage.town.maya
    mention = Asked("by-mention", maya.account, maya.here, words="decline", mention=True, message="m1")
    assert stage.handle(mention).card is not None
    assert stage.handle(mention) == Answer()
    assert stage.note() is None


def test_a_refusal_reaches_a_provider_by_direct_message(stage: Stage) -> None:
    """What a provider's mention was refused for is said to that person alone, with a question mark on their message."""
    answer = stage.town.jo.mentions("decline")
    assert answer == Answer(reaction="question")
    assert stage.direct_messages() == [("U-JO", "Not while the review is on.")]
    assert stage.note() is None


def test_what_cannot_be_read_comes_back_at_the_field(stage: Stage) -> None:
    """A form is told each field's problem; a command is told in a card; neither writes."""
    assert stage.town.maya.submits("note.unreadable", {"words": ""}).problems == {
        "words": "I read nothing; write `note hello`"
    }
    card = stage.town.maya.types("unreadable").card
    assert card is not None and card.text == "I read nothing; write `note hello`" and card.tone is Tone.WARN
    assert stage.note() is None and stage.desk.heard == []


@dataclass
class Refusing:
    """A permit that is not given; ``asked`` counts."""

    given: bool
    asked: int = 0

    def take(self) -> bool:
        """As told."""
        self.asked += 1
        return self.given


def test_without_a_permit_nothing_is_saved_and_the_event_may_come_again(stage: Stage) -> None:
    """Whoever waits may have given up: then nothing stands, not even that the event was seen; with leave all of it does."""
    event = Asked("late", stage.town.maya.account, stage.town.shared_place, words="note late")
    permit = Refusing(False)
    with pytest.raises(GivenUp):
        stage.town.router.handle(event, MONDAY, permit)
    assert permit.asked == 1 and stage.note() is None and not stage.remembered("late")
    stage.town.router.handle(event, MONDAY, Refusing(True))
    assert stage.note() == "late" and stage.remembered("late")


def test_a_defect_is_not_hidden_and_saves_nothing(stage: Stage) -> None:
    """What nobody expected leaves the router as it is; its transaction is undone."""
    routes: dict[str, Route[Any]] = {"note.write": Route("note.write", words_of, lambda *_: 1 / 0)}  # type: ignore[arg-type]  # a defect
    stage.town.router = Router(replace(stage.desk.table(), routes=routes), stage.town.units)
    with pytest.raises(ZeroDivisionError):
        stage.town.maya.types("note x")
    assert not stage.remembered("ev-0001")


# --- followers


def test_followers_act_in_order_and_on_what_they_cause(stage: Stage) -> None:
    """First all followers of what happened, in the order of the table; then those of what that caused, in its order."""
    stage.town.maya.presses("note.happen")
    assert stage.desk.heard == [
        ("first", "IssueReported"),
        ("second", "IssueReported"),
        ("last", "ActionAgreed"),
        ("last", "ActionClosed"),
    ]


# --- who may, and where to


@pytest.mark.parametrize(
    ("action", "may"),
    [("note.write", ("maya", "ben", "eva", "jo")), ("note.client", ("maya", "ben", "eva")), ("note.manager", ("maya", "eva"))],
)  # fmt: skip
def test_who_may(stage: Stage, action: str, may: tuple[str, ...]) -> None:
    """What is for managers or for the client is refused to the others, who are told whom it is for and write nothing."""
    for name in ("maya", "ben", "eva", "jo"):
        who: Resident = getattr(stage.town, name)
        card = who.presses(action, name).card
        assert card is not None
        if name in may:
            assert card.text == f"noted {name}" and stage.note() == name
        else:
            assert card.text.startswith("This is for ") and stage.note() != name


def test_an_action_there_is_no_more_is_declined(stage: Stage) -> None:
    """A button of an older version is answered with a way out, not with silence."""
    card = stage.town.maya.presses("note.gone").card
    assert card is not None and "older card" in card.text


def test_every_kind_of_event_finds_its_handler(stage: Stage) -> None:
    """Verb, synonym in any case, nothing, unknown word, form, button, shortcut by name and by action, emoji, channel,
    person."""
    maya, place = stage.town.maya, stage.town.shared_place
    for words in ("note a b ", "JOT c", "", "nonsense d"):
        maya.types(words)
    maya.submits("note.write", {"words": "e"})
    maya.presses("note.write", "f")
    maya.uses_shortcut("jot_down", "g")
    maya.uses_shortcut("note.write", "h")
    stage.handle(Reacted("r", maya.account, place, emoji="tada", message="m"))
    stage.handle(ChannelChanged("c", maya.account, place, change="shared"))
    stage.handle(PersonFound("p", maya.account, None, name="Maya"))
    assert stage.desk.heard == [
        ("write", "a b"),
        ("write", "c"),
        ("write", ""),
        ("unknown", "nonsense d"),
        ("write", "e"),
        ("write", "f"),
        ("write", "g"),
        ("write", "h"),
        ("reacted", "tada"),
        ("changed", "shared"),
        ("found", "Maya"),
    ]


def test_nobody_we_know_is_told_so(stage: Stage) -> None:
    """Somebody whose company never installed the bot, in no channel of ours: what they pressed or typed is refused in
    words, their talk is left alone, and nothing is written."""
    nobody = Account(Platform.ROOM, "T-ELSEWHERE", "U-X")
    asked: list[AnyIncoming] = [
        Submitted("s", nobody, None, action="note.write", values={"words": "x"}),
        Pressed("p", nobody, None, action="note.write", value="x"),
        Asked("a", nobody, None, words="note x"),
        Shortcut("c", nobody, None, name="jot_down", words="x"),
    ]
    for event in asked:
        card = stage.handle(event).card
        assert card is not None and "the channel both companies share" in card.text, event
    assert stage.handle(Said("t", nobody, None, words="hello")) == Answer()
    assert stage.note() is None and stage.desk.heard == []


# --- threads


def test_a_reply_under_a_card_goes_to_the_cards_record(stage: Stage) -> None:
    """The thread's handler hears it first; only what it leaves alone is plain speech."""
    ref = stage.card_stands()
    assert stage.town.jo.says("ack", thread=ref).reaction == "eyes"
    stage.town.jo.says("hello", thread=ref)
    stage.town.jo.says("ack", thread="another message")
    assert stage.desk.heard == [
        ("thread", "ack"),
        ("thread", "hello"),
        ("speech", "hello"),
        ("speech", "ack"),
    ]


def test_a_mention_under_a_card_goes_to_the_cards_record(stage: Stage) -> None:
    """``@bot ack`` in a card's thread means what ``ack`` means there; what the thread leaves alone is a command."""
    ref = stage.card_stands()
    assert stage.town.maya.mentions("ack", thread=ref).reaction == "eyes"
    stage.town.maya.mentions("note x", thread=ref)
    stage.town.maya.mentions("note y")
    assert stage.desk.heard == [("thread", "ack"), ("thread", "note x"), ("write", "x"), ("write", "y")]


# --- the answer to a message


def test_a_providers_answer_comes_as_a_direct_message_once(stage: Stage) -> None:
    """What a provider's person asked by a message is said to them alone, once, and their message gets a tick."""
    jo = stage.town.jo
    event = Asked("ask", jo.account, jo.here, words="note x", mention=True, message="m1")
    assert stage.handle(event) == Answer(reaction="white_check_mark")
    stage.handle(event)
    assert stage.direct_messages() == [("U-JO", "noted x")]


def test_the_clients_answer_comes_back_where_it_was_asked(stage: Stage) -> None:
    """Of the client's people the platform surely knows that only they read it: the answer is the answer."""
    answer = stage.town.maya.mentions("note x")
    assert answer.card is not None and answer.card.text == "noted x" and answer.form is None
    assert stage.direct_messages() == []


def test_with_the_bot_alone_everybody_is_answered_there(stage: Stage) -> None:
    """In a conversation with the bot there is no private answer: what it says is said as a message."""
    assert stage.town.maya.says("hello", direct=True).reaction == "white_check_mark"
    assert stage.direct_messages() == [("U-MAYA", "hello")]


@pytest.mark.parametrize("name", ["maya", "jo"])
def test_a_form_becomes_a_button(stage: Stage, name: str) -> None:
    """No form opens from a message: a button opens it, and carries what was asked. A command opens it at once."""
    who: Resident = getattr(stage.town, name)
    answer = who.mentions("form")
    assert answer.form is None
    card = answer.card if name == "maya" else decode_card(stage.town.rows(kind="answer")[0].content)
    assert card is not None
    assert [(button.label, button.value) for button in card.buttons] == [("Open: Write a note", "form")]
    assert who.types("form").form == FORM


def test_a_bare_done_is_a_reaction_for_outsiders(stage: Stage) -> None:
    """Where an outsider surely sees nothing private, "done" is not said; the client hears it."""
    assert stage.town.jo.mentions("quiet") == Answer()
    assert stage.town.maya.mentions("quiet").done == "done"
    assert stage.direct_messages() == []
