"""Every card on every platform.

The cards are the ``examples()`` and ``worst_cases()`` of ``handlers/**/*cards.py`` and of ``sample_cards.py``. What the
examples look like is stored in ``rendered/``, one file a module. Renew with
``PARLEY_RENEW=1 pytest tests/contracts/test_cards.py`` and read the difference before committing it.
"""

from __future__ import annotations

import importlib
import json
import os
from collections import Counter
from copy import deepcopy
from dataclasses import replace
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
from bot.teams.limits import CARD_BYTES, literal, size
from bot.teams.render import adaptive
from handlers.vocabulary.outgoing import Answer, AnyCard, Field, Form, Item, Option, SharedCard, Words
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
    """Charts, mention entities and the people search are Teams' own: the schema knows what falls back, not them.

    What is left out here is looked at by ``_own_parts``.
    """
    older = deepcopy(card)
    older.pop("msteams", None)
    for part in older["body"]:
        part.pop("choices.data", None)  # who cannot search leaves it out
    older["body"] = [part["fallback"] if part["type"] == "Chart.Line" else part for part in older["body"]]
    return older


def _own_parts(card: Json) -> list[str]:
    """What is wrong with the parts only Teams knows. Source: learn.microsoft.com, "Format cards in Microsoft Teams",
    "People Picker in Adaptive Cards", "Charts in Adaptive Cards"."""
    own = card.get("msteams", {})
    written = json.dumps(card["body"], ensure_ascii=False)
    found = [f"msteams.{name}" for name in own if name != "entities"]
    for entity in own.get("entities", []):
        if set(entity) != {"type", "text", "mentioned"} or set(entity["mentioned"]) != {"id", "name"}:
            found.append(f"an odd entity {entity}")
        if json.dumps(entity["text"], ensure_ascii=False)[1:-1] not in written:
            found.append(f"nobody mentions {entity['text']}")
    for part in card["body"]:
        if part["type"] == "Chart.Line" and set(part) - {"id"} != {"type", "title", "data", "fallback"}:
            found.append(f"an odd chart: {sorted(part)}")
        if set(part.get("choices.data", {"type": 0, "dataset": 0})) != {"type", "dataset"}:
            found.append(f"an odd people search: {part['choices.data']}")
    return found


def parts(part: Any) -> list[Json]:
    """Every object anywhere in a card."""
    if isinstance(part, list):
        return [found for each in part for found in parts(each)]
    return [part, *(found for each in part.values() for found in parts(each))] if isinstance(part, dict) else []


def _reach(card: Json) -> list[str]:
    """What is wrong with what the card brings back: each press names its action twice, ids are told apart."""
    found = []
    for press in (each for each in parts(card) if each.get("type") == "Action.Execute"):
        if not press["verb"] or press["verb"] != press["data"].get("action"):
            found.append(f"verb {press['verb']!r} and action {press['data'].get('action')!r}")
    ids = [each["id"] for each in parts(card["body"]) if "id" in each and "mentioned" not in each]
    return [*found, *(f"id {each} twice" for each, count in Counter(ids).items() if count > 1)]


_SEMANTIC = {"color": {"Good", "Warning", "Attention"}, "style": {"positive", "destructive", "emphasis", "compact"}}


def _fixed_colours(card: Json) -> list[str]:
    """Colours and looks that would not follow the reader's theme."""
    looks = [
        (name, each[name]) for each in parts(card) for name in ("color", "style", "backgroundImage") if name in each
    ]
    return [f"{name} {look!r}" for name, look in looks if look not in _SEMANTIC.get(name, ())]


def teams_violations(card: Json) -> list[str]:
    """What the schema, our size cap or our own rules say against a card."""
    found = [
        f"{error.json_path}: {error.message[:200]}" for error in _schema().iter_errors(_as_an_older_host_sees_it(card))
    ]
    found += [*_own_parts(card), *_reach(card), *_fixed_colours(card)]
    found += [] if card["body"] and card["fallbackText"].strip() else ["an empty card"]
    sent = len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode())
    return [*found, f"{sent} bytes"] if sent > 24_000 else found


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
        assert teams_violations(adaptive(card, key="k" * 64, at="19:" + "c" * 60)) == [], name


@pytest.mark.parametrize("module", MODULES)
def test_a_message_in_teams_is_found_again_by_its_key(module: ModuleType) -> None:
    """The key is the id of the body's first part and of no other, and every button brings it and its channel along."""
    key, at = "o" * 64, "19:" + "c" * 60 + "@thread.tacv2"
    for name, card in cards(module).items():
        drawn = adaptive(card, key=key, at=at)
        assert drawn["body"][0]["id"] == key, name
        brought = [each["data"] for each in parts(drawn) if each.get("type") == "Action.Execute"]
        assert {(data["card"], data["at"]) for data in brought} <= {(key, at)}, name


@pytest.mark.parametrize("module", MODULES)
def test_what_teams_leaves_out_is_counted_and_buttons_never_are(module: ModuleType) -> None:
    """Of a card too large the end is counted; its own buttons and the beginning of its text stay."""
    for name, card in cards(module).items():
        drawn = adaptive(card, key="key")
        assert len(drawn.get("actions", [])) == len(card.buttons), name
        assert literal(card.text)[:200].split("{")[0] in drawn["fallbackText"], name
        inside = sum(each.get("type") == "Action.Execute" for each in parts(drawn["body"]))
        wanted = sum(len(each.buttons) for each in card.elements if isinstance(each, Item))
        assert inside >= wanted or "more)" in json.dumps(drawn["body"]), name


def test_the_schema_would_notice() -> None:
    """The checks themselves: an unknown property, a colour of our own, a lost verb, a stray entity, two equal ids."""
    card = adaptive(sample_cards.digest(), key="key")
    spoilt = [deepcopy(card) for _ in range(6)]
    spoilt[0]["body"][0]["inlines"][0]["size"] = "Huge"
    spoilt[1]["body"][0]["inlines"][0]["color"] = "#ff0000"
    spoilt[2]["actions"][0]["verb"] = "other"
    spoilt[3]["msteams"]["entities"][0]["text"] = "<at>Boss</at>"
    spoilt[4]["body"][1]["id"] = "key"
    spoilt[5]["body"] = []
    assert teams_violations(card) == [] and all(teams_violations(each) for each in spoilt)


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


def test_a_card_with_no_room_for_charts_says_what_they_found() -> None:
    """Charts go before anything else, and their words stand in their place."""
    digest = sample_cards.digest()
    short_of_full = (CARD_BYTES - size(adaptive(digest, key="k"))) // 8
    full = replace(digest, elements=(*digest.elements, *(Words(("w" * short_of_full,)),) * 8))
    said = json.dumps(adaptive(full, key="k")["body"], ensure_ascii=False)
    assert "Chart.Line" not in said and "On target in 10 of 11 reported weeks." in said
    assert said.count("w" * short_of_full) == 8


def test_a_missing_week_is_left_out_of_a_teams_chart() -> None:
    """A gap is never a zero: eleven of twelve weeks are drawn, and older hosts read the words."""
    charts = [part for part in adaptive(sample_cards.digest(), key="k")["body"] if part["type"] == "Chart.Line"]
    series = charts[0]["data"][0]["values"]
    assert len(series) == 11
    assert 0 not in [point["y"] for point in series]
    assert "On target in 10 of 11 reported weeks." in charts[0]["fallback"]["inlines"][0]["text"]
