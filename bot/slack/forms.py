"""A form as a Slack modal, and an answer's problems as the errors at its fields."""

from __future__ import annotations

import re

from bot.plain import more
from bot.slack import limits
from bot.slack.carry import packed
from bot.slack.controls import options, plain_text
from bot.slack.limits import cut, cut_counting, fitting
from bot.slack.rich_text import Json, literal, section, tidy
from handlers.vocabulary.outgoing import Answer, Field, Form

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}")
_USER = re.compile(r"[UW][A-Z0-9]{2,}")


def modal(form: Form, channel: str = "") -> Json:
    """The form as a view for ``views.open``, ``views.update`` or an ack.

    ``callback_id`` is the form's action, ``private_metadata`` the ``channel`` it was opened in and what it carries, and each input's ``block_id`` *and*
    ``action_id`` are the field's name: the value stands in ``state.values[name][name]``. Raises ValueError when
    ``hidden`` is longer than Slack carries.
    """
    said = section((form.intro,), limits.SECTION) if form.intro else None
    intro = [{"type": "rich_text", "block_id": "intro", "elements": [said]}] if said else []
    visible = {
        "type": "context",
        "block_id": "visible_to",
        "elements": [plain_text(f"Visible to: {form.visible_to}", 2000)],
    }
    return {
        "type": "modal",
        "callback_id": fitting(form.action, limits.IDENTIFIER, "Form.action"),
        "private_metadata": fitting(
            packed(channel, form.hidden), limits.PRIVATE_METADATA, f"Form.hidden of {form.action}"
        ),
        "title": plain_text(form.title, limits.MODAL_TITLE),
        "submit": plain_text(form.submit, limits.MODAL_BUTTON),
        "close": plain_text("Cancel", limits.MODAL_BUTTON),
        "blocks": [*intro, *(_input(field) for field in form.fields), visible],
    }


def problems(answer: Answer) -> Json:
    """The ack of a submitted form that could not be read: what is wrong, at each field."""
    return {
        "response_action": "errors",
        "errors": {name: cut_counting(literal(words), limits.LABEL) for name, words in answer.problems.items()},
    }


def _input(field: Field) -> Json:
    """One input. A select without a choice is said in words: Slack refuses an empty one."""
    if field.kind in ("choice", "choices") and not field.options:
        nothing = section((f"{field.label}: nothing to choose from yet.",), limits.SECTION)
        return {"type": "rich_text", "block_id": field.name, "elements": [nothing]}
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label, limits.LABEL),
        "element": {"action_id": field.name, **_element(field)},
        "optional": not field.required,
    }
    hint = _hint(field)
    return {**block, "hint": plain_text(hint, limits.LABEL)} if hint else block


def _hint(field: Field) -> str:
    missing = len(field.options) - limits.OPTIONS
    return f"{field.hint} {more(missing)}".strip() if missing > 0 else field.hint


def _element(field: Field) -> Json:
    if field.kind in ("choice", "choices"):
        return _selection(field)
    if field.kind in ("date", "time"):
        return _picker(field)
    if field.kind == "person":
        person: Json = {"type": "users_select"}
        return {**person, "initial_user": field.initial} if _USER.fullmatch(field.initial) else person
    longest = max(1, min(field.longest, limits.INPUT_LENGTH))
    element: Json = {"type": "plain_text_input", "multiline": field.kind == "text", "max_length": longest}
    return {**element, "initial_value": cut(tidy(field.initial), longest)} if field.initial else element


def _picker(field: Field) -> Json:
    """A date or a time; an initial value Slack could not read is left out instead of refused."""
    pattern, kind = (_DATE, "date") if field.kind == "date" else (_TIME, "time")
    element: Json = {"type": f"{kind}picker"}
    return {**element, f"initial_{kind}": field.initial} if pattern.fullmatch(field.initial) else element


def _selection(field: Field) -> Json:
    """One or several of the options; an initial choice that is not among them is left out."""
    choices = options(field.options)
    if field.kind == "choice":
        first = next((choice for choice in choices if choice["value"] == field.initial), None)
        single: Json = {"type": "static_select", "options": choices}
        return {**single, "initial_option": first} if first else single
    wanted = {value.strip() for value in field.initial.split(",")}
    chosen = [choice for choice in choices if choice["value"] in wanted]
    several: Json = {"type": "multi_static_select", "options": choices}
    return {**several, "initial_options": chosen} if chosen else several
