"""Every card on every platform.

The cards are the ``examples()`` and ``worst_cases()`` of ``handlers/**/*cards.py`` and of ``sample_cards.py``. What the
examples look like is stored in ``rendered/``, one file a module. Renew with
``PARLEY_RENEW=1 pytest tests/contracts/test_cards.py`` and read the difference before committing it.
"""

from __future__ import annotations

import importlib
import json
import os
from copy import deepcopy
from functools import cache
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft6Validator  # type: ignore[import-untyped]  # its stubs are not installed

import handlers
from bot.plain import plain
from bot.slack import forms, render
from bot.slack.rich_text import mrkdwn_words, tidy
from bot.teams.forms import adaptive_form
from bot.teams.render import adaptive
from handlers.vocabulary.outgoing import Answer, AnyCard, Field, Form, Option, SharedCard, Words
from tests.contracts import sample_cards
from tests.contracts.slack_limits import message_violations, modal_violations

Json = dict[str, Any]
RENDERED = Path(__file__).parent / "rendered"


def modules() -> list[ModuleType]:
    """The samples and every room's cards."""
    top = Path(handlers.__path__[0])
    files = [path.relative_to(top).with_suffix("") for path in sorted(top.glob("**/*cards.py"))]
    found = [importlib.import_module(".".join(("handlers", *file.parts))) for file in files]
    return [sample_cards, *(module for module in found if hasattr(module, "examples"))]


def _name(module: ModuleType) -> str:
    return (
        module.__name__.removeprefix("handlers.")
        .removeprefix("tests.contracts.")
        .removesuffix(".cards")
        .replace(".", "_")
    )


MODULES = [pytest.param(module, id=_name(module)) for module in modules()]


def cards(module: ModuleType) -> dict[str, AnyCard]:
    """A module's cards by what one would look for: "examples-0"."""
    return {
        f"{kind}-{at}": card
        for kind in ("examples", "worst_cases")
        for at, card in enumerate(getattr(module, kind, list)())
    }


@cache
def _schema() -> Draft6Validator:
    """The official schema of Adaptive Cards 1.5."""
    file = resources.files("adaptive_cards") / "schemas" / "schema-1.5.json"
    return Draft6Validator(json.loads(file.read_text(encoding="utf-8")))


def _as_an_older_host_sees_it(card: Json) -> Json:
    """Charts and mention entities are Teams' own: the schema knows what falls back for the former, not the latter."""
    older = deepcopy(card)
    older.pop("msteams", None)
    for part in older["body"]:
        part.pop("choices.data", None)  # the people search of Teams: who cannot search leaves it out
    older["body"] = [part.get("fallback", part) if part["type"] == "Chart.Line" else part for part in older["body"]]
    return older


def teams_violations(card: Json) -> list[str]:
    """What the schema or our size cap says against a card."""
    found = [
        f"{error.json_path}: {error.message[:200]}" for error in _schema().iter_errors(_as_an_older_host_sees_it(card))
    ]
    size = len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode())
    entities = card.get("msteams", {}).get("entities", [])
    written = json.dumps(card["body"], ensure_ascii=False)
    found += [f"nobody mentions {entity['text']}" for entity in entities if entity["text"] not in written]
    return [*found, f"{size} bytes"] if size > 24_000 else found


@pytest.mark.parametrize("module", MODULES)
def test_slack_takes_every_card(module: ModuleType) -> None:
    """Whatever is in a card, what we send breaks no limit of Slack and mentions nobody by a person's words."""
    for name, card in cards(module).items():
        for picture_file in ("F123", None):
            drawn = render.message(card, key="k" * 300, picture_file=picture_file)
            assert message_violations(drawn.text, drawn.blocks) == [], name


@pytest.mark.parametrize("module", MODULES)
def test_teams_takes_every_card(module: ModuleType) -> None:
    """Whatever is in a card, the Adaptive Card is valid by the official schema and small enough."""
    for name, card in cards(module).items():
        assert teams_violations(adaptive(card, key="key")) == [], name


@pytest.mark.parametrize("module", MODULES)
def test_every_card_reads_as_plain_words(module: ModuleType) -> None:
    """The plain form holds the fallback text and every button's label."""
    for name, card in cards(module).items():
        words = " ".join(plain(card).split())
        assert " ".join(card.text.split()) in words, name
        assert all(" ".join(button.label.split()) in words for button in card.buttons), name


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_look_as_stored(module: ModuleType) -> None:
    """Nobody changes what people see without seeing the change."""
    now = json.dumps([_shown(card) for card in module.examples()], ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    stored = RENDERED / f"{_name(module)}.json"
    if os.environ.get("PARLEY_RENEW"):
        stored.parent.mkdir(exist_ok=True)
        stored.write_text(now, encoding="utf-8")
    assert stored.exists(), f"no {stored.name} yet: run with PARLEY_RENEW=1, read it, commit it"
    assert now == stored.read_text(encoding="utf-8"), "looks different: if you meant it, renew with PARLEY_RENEW=1"


def _shown(card: AnyCard) -> Json:
    drawn = render.message(card, key="key", picture_file="F123")
    return {
        "slack": {"text": drawn.text, "blocks": drawn.blocks},
        "teams": adaptive(card, key="key"),
        "plain": plain(card).splitlines(),
    }


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_words_are_escaped_exactly_once(words: str) -> None:
    """Undoing Slack's escapes once gives the person's words back, and no bracket of theirs is left standing."""
    escaped = mrkdwn_words(words)
    assert "<" not in escaped and ">" not in escaped
    undone = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert undone.replace("\u200b", "") == tidy(words).replace("\u200b", "")


@given(st.text(min_size=1, max_size=120).filter(lambda words: words.strip()), st.integers(1, 60))
@settings(max_examples=25, deadline=None)
def test_any_words_any_number_fit(words: str, count: int) -> None:
    """Any text, any number of times, is taken by Slack and by Teams."""
    card = SharedCard(words, words, elements=(Words((words * count,)),) * count)
    drawn = render.message(card, key="key")
    assert message_violations(drawn.text, drawn.blocks) == []
    assert teams_violations(adaptive(card, key="key")) == []


def test_what_is_left_out_is_counted() -> None:
    """A crowded card says how much is missing, on both platforms."""
    crowded = sample_cards.worst_cases()[-2]
    for written in (json.dumps(render.message(crowded, key="k").blocks), json.dumps(adaptive(crowded, key="k"))):
        assert "more)" in written


def test_two_buttons_of_one_action_are_kept_apart() -> None:
    """The second has a suffix that the listener drops; the value stays its own."""
    blocks = render.message(sample_cards.digest(), key="k").blocks
    (actions,) = [block["elements"] for block in blocks if block["type"] == "actions"]
    pressed = [(element["action_id"], element["value"]) for element in actions]
    assert pressed[1:3] == [("action.done", "a1"), ("action.done#1", "a2")]


def test_a_value_too_long_is_refused_by_name() -> None:
    """An id is never cut: the error names the field."""
    card = sample_cards.digest()
    long = type(card)("x", buttons=(type(card.buttons[0])("issue.done", "Done", "v" * 2001),))
    with pytest.raises(ValueError, match=r"Button.value of issue.done"):
        render.message(long, key="k")


def _forms() -> list[Form]:
    options = tuple(Option(str(number), "o" * 80) for number in range(101))
    fields = (
        Field("title", "Title", initial="x" * 50, longest=20),
        Field("story", "What happened?", "text", hint="h" * 2100, required=False, initial=sample_cards.MARKUP),
        Field("who", "Owner", "choice", initial="3", options=options),
        Field("kinds", "Kinds", "choices", initial="1,2,unknown", options=options[:5]),
        Field("due", "Due", "date", initial="2026-11-30"),
    )
    people = (
        Field("owner", "Owner", "person", initial="U0LEAD", options=(Option("U0LEAD", sample_cards.MARKUP),)),
        Field("deputy", "Deputy", "person", required=False, initial="not a user id"),
    )
    wrong = (
        Field("due", "l" * 2001, "date", initial="next week"),
        Field("at", "At", "time", initial="soon"),
        Field("who", sample_cards.RIGHT_TO_LEFT, "choice"),
        Field("kind", "Kind", "choice", initial="nobody", options=options[:2]),
    )
    return [
        Form(
            "issue.report", "Report issue", "Report issue", fields, "both companies", "Said in the thread.", "issue=1"
        ),
        Form("a.b", "t" * 30, "s" * 30, wrong, sample_cards.MARKUP, sample_cards.MARKUP),
        Form("providers.people", "Who answers", "Next", people, "your own company"),
        Form("empty", "Nothing to fill in", "OK", (), "you"),
    ]


@pytest.mark.parametrize("form", _forms(), ids=lambda form: form.action)
def test_forms_are_taken(form: Form) -> None:
    """A form is within a modal's limits, its inputs are keyed by field, and as a card it is valid too."""
    view = forms.modal(form)
    assert modal_violations(view) == []
    names = {field.name for field in form.fields if field.kind not in ("choice", "choices") or field.options}
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    assert {block["block_id"] for block in inputs} == {block["element"]["action_id"] for block in inputs} == names
    assert teams_violations(adaptive_form(form, problems={"due": "In the past: try tomorrow."})) == []


def test_a_person_is_chosen_among_all_the_platform_knows() -> None:
    """Slack and Teams search their own directory; who held the post stands there, and no id Slack would refuse."""
    (form,) = [each for each in _forms() if each.action == "providers.people"]
    elements = [block["element"] for block in forms.modal(form)["blocks"] if block["type"] == "input"]
    assert elements == [
        {"type": "users_select", "action_id": "owner", "initial_user": "U0LEAD"},
        {"type": "users_select", "action_id": "deputy"},
    ]
    owner, deputy = [part for part in adaptive_form(form)["body"] if part["type"] == "Input.ChoiceSet"]
    assert owner["choices.data"]["dataset"] == "graph.microsoft.com/users"
    assert owner["value"] == owner["choices"][0]["value"] == "U0LEAD"
    assert (deputy["choices"], deputy["isRequired"]) == ([], False)


def test_problems_stand_at_their_fields() -> None:
    """A submitted form that cannot be read comes back with an error at each field."""
    answer = Answer(problems={"due": "Read “31.2.”: try 28 Feb."})
    assert forms.problems(answer) == {"response_action": "errors", "errors": {"due": "Read “31.2.”: try 28 Feb."}}


def test_a_teams_press_names_its_action_for_both_readers() -> None:
    """Teams reads the verb, the SDK's router reads data.action: they agree, and the ids travel along."""
    card = adaptive(sample_cards.digest(), key="digest:1")
    presses = [(press["verb"], press["data"]) for press in card["actions"]]
    assert all(verb == data["action"] and data["card"] == "digest:1" for verb, data in presses)
    assert [data["value"] for _, data in presses] == ["p1", "a1", "a2", "a1"]


def test_the_picture_is_shown_where_there_is_one() -> None:
    """Slack shows the uploaded file with its words for who cannot see it; without a file there is no empty frame."""
    with_file = render.message(sample_cards.digest(), key="k", picture_file="F123").blocks
    (image,) = [block for block in with_file if block["type"] == "image"]
    assert image["slack_file"] == {"id": "F123"}
    assert image["alt_text"] == sample_cards.PICTURE.alt
    assert not [block for block in render.message(sample_cards.digest(), key="k").blocks if block["type"] == "image"]


def test_a_missing_week_is_left_out_of_a_teams_chart() -> None:
    """A gap is never a zero: eleven of twelve weeks are drawn, and older hosts read the words."""
    charts = [part for part in adaptive(sample_cards.digest(), key="k")["body"] if part["type"] == "Chart.Line"]
    series = charts[0]["data"][0]["values"]
    assert len(series) == 11
    assert 0 not in [point["y"] for point in series]
    assert charts[0]["fallback"]["type"] == "TextBlock"
