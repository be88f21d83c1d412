"""What is said to the bot in a record's thread and not understood is answered kindly, with the nearest words."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.help.here import EXAMPLES, examples, meant
from handlers.replies import parse
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Button, Code, Note, PrivateCard
from tests.town import MONDAY, Resident, Town, town_at

FORM = {"title": "Calls drop", "detail": "", "severity": "2", "kind": "service", "visibility": "SH"}
CARD = "issue.card:1"


@pytest.fixture(params=[Platform.SLACK, Platform.TEAMS])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Town:
    """An issue is reported."""
    town = town_at(tmp_path, platform=request.param)
    town.maya.submits("issue.report", FORM, hidden="1")
    return town


def asked(town: Town, who: Resident, words: str) -> PrivateCard | None:
    """What somebody reads, alone, who mentions the bot in the issue's thread."""
    before = {row.key for row in town.rows()}
    answer = who.mentions(words, thread=town.found(CARD)[1])
    if isinstance(answer.card, PrivateCard):
        return answer.card
    alone = [row for row in town.rows(kind="answer") if row.key not in before]
    card = decode_card(alone[0].content) if alone else None
    assert card is None or isinstance(card, PrivateCard)
    return card


def did_you_mean(card: PrivateCard) -> Button:
    """The button that does what was meant."""
    return next(each for each in card.buttons if each.label.startswith("Did you mean"))


@pytest.mark.parametrize("name", ["maya", "jo"])
def test_a_mistyped_word_in_a_thread_gets_the_nearest_of_that_thread(town: Town, name: str) -> None:
    """Client and outsider alike read what they may have meant and what can be written there; nothing is done."""
    card = asked(town, getattr(town, name), "acknowlege")
    assert card is not None and card.text == "I do not know 'acknowlege'."
    assert did_you_mean(card).label == "Did you mean ack?"
    (note,) = [each for each in card.elements if isinstance(each, Note)]
    assert [span.text for span in note.text if isinstance(span, Code)] == list(EXAMPLES["issue"])
    with town.units() as uow:
        issue = uow.issues.get(1)
    assert issue is not None and issue.state == "open"


def test_the_button_does_what_was_meant(town: Town) -> None:
    """One press acknowledges the issue, as the word does."""
    card = asked(town, town.jo, "acknowlege")
    assert card is not None
    button = did_you_mean(card)
    assert town.jo.presses(button.action, button.value).done == "Understood: ack."
    with town.units() as uow:
        issue = uow.issues.get(1)
    assert issue is not None and issue.state == "acknowledged"


def test_news_said_to_the_bot_is_answered_and_counts(town: Town) -> None:
    """Under an acknowledged issue any word of the owner's side is news of it; said to the bot it is answered too, and a verb
    does what it does anywhere."""
    town.jo.mentions("ack", thread=town.found(CARD)[1])
    town.later(hours=1)
    card = asked(town, town.jo, "frobnicating the queues now")
    assert card is not None and card.text == "I found nothing for me to do in that."
    with town.units() as uow:
        issue = uow.issues.get(1)
    assert issue is not None and issue.heard_at == town.now
    verb = asked(town, town.jo, "actions")
    assert verb is not None and "do not know" not in verb.text
    assert town.jo.says("we are on it", thread=town.found(CARD)[1]).card is None


def test_a_key_of_what_one_may_not_read_does_nothing(town: Town) -> None:
    """The button's value is a claim: an outsider does nothing under an internal card, nor under none."""
    town.maya.submits("issue.report", {**FORM, "visibility": "INT"}, hidden="1")
    inside = town.row("issue.card:2")
    assert inside is not None
    for value in (f"{inside.key} ack", "nonsense ack", ""):
        card = town.jo.presses("help.reply", value).card
        assert card is not None and "not there any more" in card.text
    with town.units() as uow:
        issue = uow.issues.get(2)
    assert issue is not None and issue.state == "open"


@pytest.mark.parametrize(
    ("subject", "words", "found"),
    [
        ("issue", "acknowlege", "ack"),
        ("issue", "dnoe", "done"),
        ("issue", "blokced: the policy", "blocked: the policy"),
        ("issue", "blokced", ""),
        ("issue", "severty 3", "severity 3"),
        ("issue", "when will it be fixed", ""),
        ("plan", "agre", "agree"),
        ("issue", "agre", ""),
        ("review", "descision: we wait", "decision: we wait"),
        ("programme", "ack", ""),
        ("issue", "", ""),
    ],
)
def test_the_nearest_word_of_a_thread(subject: str, words: str, found: str) -> None:
    """Near words are found with what followed them; far ones, and those that lack their reason, are not guessed."""
    assert meant(subject, words) == found


def test_what_is_offered_under_issues_and_actions_is_understood() -> None:
    """Each example is a word of the grammar as it stands there."""
    for subject in ("issue", "action"):
        for each in examples(subject):
            if each not in ("unblocked", "severity 2"):  # read by the issue's own reading
                assert isinstance(parse(each.replace("…", "x"), today=MONDAY.date(), short_names={}), tuple), each
