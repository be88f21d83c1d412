"""Every button leads somewhere, every form is understood by its own reader, and every refusal offers a next step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handlers.routes import VERBS, table
from handlers.vocabulary.outgoing import Answer, Form
from tests.town import Town, town_at

ROUTES = table().routes
FOLDERS = (Path("handlers"), Path("bot"))
MADE = re.compile(r'(?:Button|Choose|Form)\(\s*(?:action=)?"([a-z]+\.[a-z_]+)"')
GIVEN = {"line": "words", "text": "more words", "date": "2026-03-20", "time": "08:30"}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town with one issue and one action item of Jo's."""
    town = town_at(tmp_path)
    report = {"title": "Lines drop", "detail": "", "severity": "3", "kind": "service", "visibility": "SH"}
    town.maya.submits("issue.report", report, "1")
    town.maya.types("actions add Send the policy @Jo due friday")
    return town


def test_every_action_in_the_source_has_a_route() -> None:
    """Whatever a button, a select or a form is made with stands in the table of contents."""
    made = {
        found
        for folder in FOLDERS
        for file in folder.rglob("*.py")
        for found in MADE.findall(file.read_text(encoding="utf-8"))
    }
    assert made and made <= set(ROUTES)


def filled_in(form: Form) -> dict[str, str]:
    """The form as somebody sends it who fills in what is empty and leaves the rest."""
    return {
        each.name: each.initial or GIVEN.get(each.kind, each.options[0].value if each.options else "")
        for each in form.fields
    }


@pytest.mark.parametrize(
    ("who", "opened", "value"),
    [
        ("maya", "issue.form", ""),
        ("jo", "issue.form", ""),
        ("maya", "issue.edit", "1"),
        ("jo", "issue.block", "1"),
        ("jo", "issue.finish", "1"),
        ("maya", "action.form", "issue:1"),
        ("jo", "action.form", ""),
        ("jo", "action.block", "1"),
        ("jo", "action.help", "1"),
        ("jo", "action.move", "1"),
        ("jo", "action.drop", "1"),
        ("maya", "providers.setup", "programme:1"),
    ],
)
def test_a_form_sent_in_as_it_was_opened_is_understood(town: Town, who: str, opened: str, value: str) -> None:
    """A form's fields are those its reader reads: filled in, it has no problems; untouched, only at its own fields."""
    person = getattr(town, who)
    form = person.presses(opened, value).form
    assert form is not None and form.action in ROUTES
    untouched = person.submits(form.action, {each.name: each.initial for each in form.fields}, form.hidden)
    assert set(untouched.problems) <= {each.name for each in form.fields}
    again = person.presses(opened, value).form
    if again is not None:
        assert not person.submits(again.action, filled_in(again), again.hidden).problems


def said(answer: Answer) -> bool:
    """Whether anything was answered at all."""
    return bool(answer.card or answer.form or answer.reaction or answer.done or answer.problems)


@pytest.mark.parametrize("word", [word for verb in VERBS for word in (verb.word, *verb.synonyms)] + ["help", "?"])
def test_every_verb_works_in_three_ways_for_everybody(town: Town, word: str) -> None:
    """By command, by mention and directly, a verb is answered to managers, members and the provider's people."""
    for person in (town.maya, town.ben, town.jo):
        assert said(person.types(word)) and said(person.mentions(word)) and said(person.says(word, direct=True))


def test_a_mistyped_verb_said_directly_is_one_press_away(town: Town) -> None:
    """Alone with the bot a near miss is answered with the verb that was meant; talk that is near nothing is left alone."""
    before = len(town.rows())
    answer = town.jo.says("reprot", direct=True)
    assert said(answer) and len(town.rows()) == before + 1
    assert not said(town.jo.says("see you at lunch", direct=True))
