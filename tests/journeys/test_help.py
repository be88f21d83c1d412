"""Help: the empty command knows where it is, unknown words find their verb, praise becomes a win."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from pathlib import Path

import pytest
from sqlmodel import select

import storage.models as models
from handlers.help.cards import LINES
from handlers.records.lines import plain_text
from handlers.routes import VERBS
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.incoming import Reacted
from handlers.vocabulary.outgoing import Answer, AnyCard, Code, Facts, Heading, Listing, Note, Words
from handlers.vocabulary.route import Who
from tests.town import Resident, Town, town_at


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """A fresh town."""
    return town_at(tmp_path, platform=platform)


def card_of(answer: Answer) -> AnyCard:
    """The private card of an answer."""
    assert answer.card is not None and answer.card.kind == "PRV", answer
    return answer.card


def lines_of(card: AnyCard) -> list[str]:
    """What the card says, a line each."""
    lines: list[str] = []
    for element in card.elements:
        if isinstance(element, Words | Note):
            lines.append(plain_text(element.text))
        elif isinstance(element, Listing):
            lines += [plain_text(item) for item in element.items]
        elif isinstance(element, Facts):
            lines += [f"{label}: {plain_text(text)}" for label, text in element.rows]
        elif isinstance(element, Heading):
            lines.append(element.text)
    return lines


def add_action(town: Town, number: int, owner: int, side: str, due: date, visibility: str = "SH") -> None:
    """An action item that is there already."""
    with town.units() as uow:
        uow.actions.add(
            models.ActionItem(
                installation_id=1,
                provider_id=1,
                programme_id=1,
                number=number,
                title=f"Thing {number}",
                side=side,
                owner_id=owner,
                due_on=due,
                visibility=visibility,
                created_by=1,
                created_at=town.now,
            )
        )
        uow.commit()


def test_the_empty_command_says_how_the_channel_stands(town: Town) -> None:
    """In a bound channel: the provider, its issues, what is overdue on both sides, and the next steps as buttons."""
    add_action(town, 1, 4, "provider", date(2026, 2, 27))
    add_action(town, 2, 1, "client", date(2026, 3, 20))
    card = card_of(town.maya.types(""))
    assert card.text == "Northwind Manila: no open issues, 1 action item overdue."
    assert "Overdue actions: 0 on your side, 1 at Northwind Manila" in lines_of(card)
    assert [button.label for button in card.buttons][-1] == "Help"
    theirs = card_of(town.jo.types(""))
    assert "Overdue actions: 1 on your side, 0 at the client" in lines_of(theirs)


def test_a_provider_never_sees_that_internal_items_exist(town: Town) -> None:
    """Internal items are counted for the client only."""
    add_action(town, 1, 1, "client", date(2026, 2, 27), visibility="INT")
    assert "1 action item overdue" in card_of(town.maya.types("")).text
    assert "nothing overdue" in card_of(town.jo.types("")).text


def test_a_free_channel_offers_to_be_set_up(town: Town) -> None:
    """In an unbound channel a manager gets the button and what is there; others are told whom to ask."""
    card = card_of(town.maya.types("", at=town.place("FREE")))
    assert card.buttons[0].label == "Set up this channel"
    assert card.choose is not None and card.choose.options[0].label == "Another programme of Northwind Manila"
    assert town.maya.presses("providers.setup", "", at=town.place("FREE")).form is not None
    assert card_of(town.maya.types("help", at=town.place("FREE"))).buttons[0].label == "Set up this channel"
    assert "You need do nothing" in card_of(town.jo.types("", at=town.place("FREE"))).text
    told = card_of(town.ben.types("", at=town.place("FREE")))
    assert "Ask Maya Brooks to set it up." in lines_of(told)
    assert all(button.action != "providers.setup" for button in told.buttons)


def test_without_any_manager_everybody_is_told_how_to_begin(town: Town) -> None:
    """Before the first manager, a person of the client learns about the code."""
    with town.units() as uow:
        for person in uow.people.of_client(1):
            person.role = "member"
            uow.people.add(person)
        uow.commit()
    assert any("setup code" in line for line in lines_of(card_of(town.ben.types("", at=town.place("FREE")))))
    assert "setup code" in card_of(town.ben.types("setup", at=town.place("FREE"))).text


def test_elsewhere_it_is_about_me(town: Town) -> None:
    """Outside a provider's channel: my providers, and what of mine is due today or overdue."""
    add_action(town, 7, 4, "provider", date(2026, 2, 27))
    add_action(town, 8, 4, "provider", date(2026, 3, 30))
    card = card_of(town.jo.types("", at=town.place("FREE")))
    lines = lines_of(card)
    assert "action 7 Thing 7, 3 days overdue" in lines
    assert not any("Thing 8" in line for line in lines)


def test_help_lists_the_verbs_one_may_use_and_no_more(town: Town) -> None:
    """Help begins with where one is, holds at most twelve lines, and shows a provider no verb of the client."""
    for person, client in ((town.maya, True), (town.jo, False)):
        card = card_of(person.types("help"))
        lines = lines_of(card)
        assert lines[0].startswith("Northwind Manila:") and len(lines) <= LINES
        shown = {
            span.text
            for element in card.elements
            if isinstance(element, Listing)
            for item in element.items
            for span in [next(span for span in item if isinstance(span, Code))]
        }
        assert ("setup" in shown) is client
        assert shown <= {verb.word for verb in VERBS} | {"help"}
        assert client or shown.isdisjoint({verb.word for verb in VERBS if verb.who is not Who.ANYONE})


def test_the_verbs_of_one_job_stand_together(town: Town) -> None:
    """Act, look, arrange: each group is named once in help."""
    groups = [each.group for each in VERBS if not each.silent]
    assert [group for group, _ in groupby(groups)] == list(dict.fromkeys(groups))
    said = "\n".join(lines_of(card_of(town.maya.types("help"))))
    assert [said.count(f"{group}: ") for group in ("Act", "Look", "Arrange")] == [1, 1, 1]


def test_a_mistyped_verb_is_one_press_away(town: Town) -> None:
    """An unknown word is answered with the nearest verb, and its button does it, words included."""
    card = card_of(town.maya.types("setpu manager @Ben Carter"))
    assert card.buttons[0].label == "Did you mean setup manager @Ben Carter?"
    done = card_of(town.maya.presses(card.buttons[0].action, card.buttons[0].value))
    assert "Ben Carter can manage" in done.text


def test_what_nothing_resembles_leads_to_help(town: Town) -> None:
    """A word far from every verb gets the help button only; a provider is not offered the client's verbs."""
    assert [button.label for button in card_of(town.maya.types("xyzzyq")).buttons] == ["Help"]
    assert all("setup" not in button.label for button in card_of(town.jo.types("setpu")).buttons)
    refused = card_of(town.jo.presses("help.meant", "setup"))
    assert "people of the client" in refused.text


def test_praise_becomes_a_win(town: Town) -> None:
    """Kudos in the shared channel are kept with a reaction; other talk and internal channels are left alone."""
    town.jo.says("we are fine here")
    town.eva.says("kudos to nobody", at=town.internal_place)
    assert town.reactions() == []
    town.maya.says("Kudos to Ana for the calm weekend!")
    assert town.reactions() == ["tada"]
    with town.units() as uow:
        (win,) = uow.wins.between(1, town.now, town.now.replace(hour=23))
        assert (win.words, win.said_by) == ("to Ana for the calm weekend!", 1)


def test_alone_with_the_bot_a_verb_needs_no_command(town: Town) -> None:
    """In a direct conversation "help" and the verbs work as plain words, and other words are left alone."""
    home = town.direct("MAYA")
    assert town.maya.says("good morning to you", at=home, direct=True) == Answer()
    assert town.rows() == []
    town.maya.says("help", at=home, direct=True)
    town.maya.says("setup Northwind Manila", at=home, direct=True)
    helped, offered = (decode_card(row.content) for row in town.rows(kind="answer"))
    assert helped.text == "1 provider, nothing of yours is due."
    opened = town.maya.presses(offered.buttons[0].action, offered.buttons[0].value, at=home)
    assert opened.form is not None and opened.form.action == "providers.company"


def test_a_tick_on_the_card_accepts_what_is_done(town: Town) -> None:
    """A tick counts as "ok" while the other side waits for a yes; before that, and by the owner's side, it does nothing."""
    form = {
        "title": "Refund calls wait",
        "detail": "",
        "severity": "3",
        "kind": "service",
        "visibility": "SH",
        "owner": "4",
    }
    town.maya.submits("issue.report", form, "1")

    def tick(person: Resident, emoji: str = "white_check_mark") -> str:
        row = town.row("issue.card:1")
        assert row is not None and row.ref is not None
        town.handle(Reacted(town.event(), person.account, town.shared_place, emoji=emoji, message=row.ref))
        with town.units() as uow:
            issue = uow.issues.numbered(1, 1)
            assert issue is not None
            return issue.state

    assert tick(town.maya) == "open"
    town.jo.replies("done: queue merged", under="issue.card:1")
    assert tick(town.rey) == "done"
    assert tick(town.maya, "eyes") == "done"
    assert tick(town.maya) == "accepted"


def test_alone_with_the_bot_a_question_or_a_lone_word_is_not_met_with_silence(town: Town) -> None:
    """A question is answered with help, a single word with the verb it resembles; thanks and talk are left alone."""
    home = town.direct("MAYA")
    for words in ("what can you do?", "hlep"):
        town.maya.says(words, at=home, direct=True)
    helped, near = (decode_card(row.content) for row in town.rows(kind="answer"))
    assert [button.label for button in helped.buttons] == ["Report an issue", "Actions", "Metrics"]
    assert [button.label for button in near.buttons] == ["Did you mean help?", "Help"]
    for words in ("thanks!", "see you at lunch"):
        assert town.maya.says(words, at=home, direct=True) == Answer()


def test_a_mention_needs_no_verb_before_figures_or_before_a_numbered_reply(town: Town) -> None:
    """Where the bot hears only what mentions it, figures and "done 1" said to it in the channel do what they do in a thread."""
    add_action(town, 1, 4, "provider", date(2026, 3, 20))
    town.jo.mentions("SL 82% AHT 6:52")
    town.jo.mentions("done 1 sent today")
    kept, *_ = (decode_card(row.content) for row in town.rows(kind="answer"))
    assert "82" in kept.text and "do not know" not in kept.text
    with town.units() as uow:
        (item,) = uow.session.exec(select(models.ActionItem)).all()
        assert item.state == "done"
        assert len(uow.session.exec(select(models.Figure)).all()) == 2


def test_with_nothing_set_up_yet_the_first_line_says_who_speaks_and_how_to_begin(town: Town) -> None:
    """Whoever says hello to the bot before anybody manages it is told what to do, not that nothing is due."""
    with town.units() as uow:
        for row in uow.session.exec(select(models.Programme)).all():
            row.state = "ended"
            uow.session.add(row)
        for person in uow.session.exec(select(models.Person)).all():
            person.role = "member" if person.side == "client" else person.role
            uow.session.add(person)
        uow.commit()
    town.maya.says("hello", at=town.direct("MAYA"), direct=True)
    (card,) = (decode_card(row.content) for row in town.rows(kind="answer"))
    assert card.text == "I am Parley. No provider is set up yet, and nothing of yours is due."
    assert any("setup code" in line for line in lines_of(card))
