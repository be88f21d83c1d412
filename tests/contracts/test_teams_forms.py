"""Forms in Teams: sent out, filled in, sent back, returned with problems, without losing a letter."""

from __future__ import annotations

import ast
import base64
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import handlers
from bot.teams.buttons import OURS
from bot.teams.carried import LARGEST, carried, carried_form
from bot.teams.forms import CONVERSATION, ORGANISATION, adaptive_form, sent
from handlers.vocabulary.outgoing import Field, Form, Option
from tests.contracts.sample_cards import MARKUP
from tests.contracts.teams_forms import FORM, every_kind, typed_into
from tests.contracts.test_cards import teams_violations

Json = dict[str, Any]


def inputs(card: Json) -> dict[str, Json]:
    return {part["id"]: part for part in card["body"] if part["type"].startswith("Input.")}


def words(card: Json) -> str:
    return json.dumps(card["body"], ensure_ascii=False)


def test_every_kind_of_input_comes_back_as_text() -> None:
    """People by either id, choices with commas, several of more than a hundred, dates and times: as they were entered."""
    form, values = every_kind()
    came = sent(typed_into(adaptive_form(form, key="k", at="19:c"), values))
    assert (came.action, came.hidden, came.values) == ("kinds.all", "id:1", values)
    assert came.form == form


def test_a_form_that_is_wrong_comes_back_with_everything_typed() -> None:
    """Each problem stands right after its input, and a choice beyond the hundredth is still chosen."""
    form, values = every_kind()
    again = adaptive_form(form, problems={"day": "Read “31.2.”: try 28 Feb."}, values=values, key="k")
    assert {name: part.get("value") for name, part in inputs(again).items()} == values
    at = again["body"].index(inputs(again)["day"])
    assert "try 28 Feb." in json.dumps(again["body"][at + 1], ensure_ascii=False)
    assert sent(typed_into(again, values)).values == values


def test_a_problem_of_no_field_is_said_all_the_same() -> None:
    """What concerns the whole form stands in it too, before the buttons."""
    assert "Somebody was faster" in words(adaptive_form(FORM, problems={"": "Somebody was faster"}))


def test_a_person_is_searched_where_the_form_stands() -> None:
    """In a shared channel among its members, outsiders included; elsewhere in the whole organisation."""
    form, _ = every_kind()
    found = [inputs(adaptive_form(form, in_channel=where))["owner"]["choices.data"] for where in (True, False)]
    assert [each["dataset"] for each in found] == [CONVERSATION, ORGANISATION]


def test_what_is_beyond_the_hundredth_choice_is_counted() -> None:
    """The list is cut where nobody reads any more, and says so under it."""
    form, _ = every_kind()
    card = adaptive_form(form)
    assert len(inputs(card)["metrics"]["choices"]) == 100 and "(+30 more)" in words(card)


def test_the_way_out_of_a_form_needs_no_input() -> None:
    """A form has a button back to the card it stands in place of, or else to one's Home, which no empty field hinders."""
    submit, cancel = adaptive_form(FORM, key="k", at="19:c")["actions"]
    assert submit["data"] | {"form": ""} == {
        "action": "issue.report", "hidden": "programme:1", "form": "", "card": "k", "at": "19:c",
    }  # fmt: skip
    assert (cancel["verb"], cancel["associatedInputs"]) == ("card.show", "none")
    assert "associatedInputs" not in submit
    _, away = adaptive_form(FORM)["actions"]
    assert (away["title"], away["verb"], away["associatedInputs"]) == ("Home", "home.show", "none")


def test_no_field_has_a_name_the_button_uses() -> None:
    """Teams merges what was typed into what the button brings: one name for two things would lose one of them."""
    names = set()
    for path in Path(handlers.__path__[0]).glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Field" and node.args:
                names |= {node.args[0].value} if isinstance(node.args[0], ast.Constant) else set()
    assert len(names) > 20 and not names & OURS


def test_a_form_with_too_many_choices_is_small_enough_and_still_comes_back() -> None:
    """Five selects of a hundred long choices: fewer are offered, and that is said."""
    options = tuple(Option(f"option-{each}", f"{each} " + "ä" * 90) for each in range(100))
    fields = tuple(Field(f"f{each}", "Which?", "choice", options=options) for each in range(5))
    card = adaptive_form(Form("a.b", "Many", "Send", fields, "you"), key="k")
    assert teams_violations(card) == [] and "more)" in words(card)
    assert sent(typed_into(card, {"f0": "option-3"})).values["f0"] == "option-3"


def test_long_words_are_never_cut_to_make_room() -> None:
    """Five fields full of emoji come back whole, and the card stays under what Teams takes."""
    fields = tuple(Field(f"f{each}", "Tell", "text") for each in range(5))
    typed = {field.name: "\U0001f4a1" * 3000 for field in fields}
    card = adaptive_form(Form("a.b", "Much", "Send", fields, "you"), problems={"f1": "No."}, values=typed, key="k")
    assert {name: part["value"] for name, part in inputs(card).items()} == typed
    assert len(json.dumps(card, ensure_ascii=False).encode("utf-16-le")) < 80_000


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(("line", "text", "choice", "choices", "person")))
@settings(max_examples=60, deadline=None)
def test_any_form_is_carried_whole(label: str, value: str, kind: Any) -> None:
    """Whatever stands in a form, it comes back equal from what its button carries."""
    try:
        f"{label}{value}".encode()
    except UnicodeEncodeError:
        return
    form = Form("a.b", label, "Send", (Field("x", label, kind, options=(Option(value, label),)),), label, hidden=value)
    assert carried_form(carried(form)) == form


@pytest.mark.parametrize(
    "claimed",
    [None, 7, "", "nothing", "%%%", base64.urlsafe_b64encode(b"{}").decode(), "ä" * 10,
     base64.urlsafe_b64encode(zlib.compress(b'{"action": 1}')).decode(),
     base64.urlsafe_b64encode(zlib.compress(b" " * (LARGEST * 50))).decode()],
    ids=["nothing", "number", "empty", "words", "marks", "not packed", "umlauts", "no form", "a bomb"],
)  # fmt: skip
def test_what_is_no_form_is_not_taken_for_one(claimed: object) -> None:
    """A changed or missing description is no error: the values are read all the same."""
    came = sent({"action": "a.b", "hidden": "1", "form": claimed, "title": "Late", "count": 3, "card": "k"})
    assert (came.form, came.values) == (None, {"title": "Late"})


def test_markup_in_a_form_stays_words() -> None:
    """Labels, hints, choices and problems with markup, a mention and a moment: shown as they were written."""
    field = Field("x", MARKUP, "choice", MARKUP, options=(Option("a", MARKUP),))
    card = adaptive_form(Form("a.b", MARKUP, MARKUP, (field,), MARKUP, MARKUP), problems={"x": MARKUP}, key="k")
    assert teams_violations(card) == []
    assert "TextBlock" not in {part["type"] for part in card["body"]} and "{{" not in words(card)
