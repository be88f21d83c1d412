"""Whatever a journey says is drawn as its platform would show it, and held against what that platform takes."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft6Validator  # type: ignore[import-untyped]  # its stubs are not installed

from bot.slack.forms import modal
from bot.slack.render import message
from bot.teams.forms import adaptive_form
from bot.teams.render import adaptive
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Answer, AnyCard, Form
from tests.contracts.slack_limits import message_violations, modal_violations

Json = dict[str, Any]
CARD_BYTES = 24_000
"""What we allow ourselves on Teams, counted here once more."""
_WORDS = frozenset({"text", "title", "value", "values", "fallbackText", "label", "errorMessage", "placeholder", "data"})
"""Where a card holds words and ids, which the schema only wants to be there."""
_taken: set[str] = set()
"""Cards of which the official schema was asked in this process, without their words: a card that is built like one of them
is as valid, and asking takes longer than all else in a journey."""


def prove_card(platform: Platform, card: AnyCard, key: str) -> None:
    """The platform takes the card as a message. Raises AssertionError saying what it would refuse."""
    if platform is Platform.TEAMS:
        drawn = adaptive(card, key=key)
        assert teams_refusals(drawn) == [], card.text
    if platform is Platform.SLACK:
        said = message(card, key=key)
        assert message_violations(said.text, said.blocks) == [], card.text


def prove_answer(platform: Platform, answer: Answer) -> None:
    """The platform takes what is answered: a card, or a form with what is wrong in it. Raises AssertionError as above."""
    if answer.card is not None:
        prove_card(platform, answer.card, "answer")
    if answer.form is not None:
        _prove_form(platform, answer.form, dict(answer.problems))


def _prove_form(platform: Platform, form: Form, problems: dict[str, str]) -> None:
    if platform is Platform.TEAMS:
        assert teams_refusals(adaptive_form(form, problems=problems)) == [], form.title
    if platform is Platform.SLACK:
        assert modal_violations(modal(form)) == [], form.title


def teams_refusals(card: Json) -> list[str]:
    """What Teams would refuse or misread: too large, not by the schema, a press that two readers would read differently, an
    input twice, a mention of nobody."""
    found = _by_schema(card)
    size = len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode())
    found += [f"{size} bytes"] if size > CARD_BYTES else []
    parts = _parts(card)
    presses = [part for part in parts if part.get("type") == "Action.Execute"]
    found += [
        f"{press['verb']} is {press['data']}" for press in presses if press["verb"] != press["data"].get("action")
    ]
    inputs = [part["id"] for part in parts if str(part.get("type")).startswith("Input.")]
    found += [f"{each} twice" for each in set(inputs) if inputs.count(each) > 1]
    written = json.dumps(card["body"], ensure_ascii=False)
    entities = card.get("msteams", {}).get("entities", [])
    return found + [f"nobody mentions {each['text']}" for each in entities if each["text"] not in written]


def _parts(node: object) -> list[Json]:
    """Every object of a card."""
    if isinstance(node, list):
        return [part for each in node for part in _parts(each)]
    if not isinstance(node, dict):
        return []
    return [node, *(part for each in node.values() for part in _parts(each))]


def _by_schema(card: Json) -> list[str]:
    built = json.dumps(_built(card), sort_keys=True)
    if built in _taken:
        return []
    found = [f"{error.json_path}: {error.message[:200]}" for error in _schema().iter_errors(_to_older_hosts(card))]
    if not found:
        _taken.add(built)
    return found


def _built(node: object) -> object:
    """How a card is built, without its words; of parts that are built alike, one."""
    if isinstance(node, list):
        return sorted({json.dumps(_built(each), sort_keys=True) for each in node})
    if not isinstance(node, dict):
        return node
    return {
        name: type(each).__name__ if name in _WORDS else _built(each) for name, each in node.items() if name != "id"
    }


@cache
def _schema() -> Draft6Validator:
    """The official schema of Adaptive Cards 1.5."""
    file = resources.files("adaptive_cards") / "schemas" / "schema-1.5.json"
    return Draft6Validator(json.loads(file.read_text(encoding="utf-8")))


def _to_older_hosts(card: Json) -> Json:
    """Charts, mention entities and the people search are Teams' own: the schema knows what stands in for the first."""
    older = deepcopy(card)
    older.pop("msteams", None)
    for part in _parts(older):
        part.pop("choices.data", None)
    older["body"] = [
        part.get("fallback", part) if part["type"].startswith("Chart.") else part for part in older["body"]
    ]
    return older
