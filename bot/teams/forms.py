"""A form as inputs inside a card: Teams' dialogs do not reach everybody, cards do. All values arrive as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.plain import more
from bot.teams.buttons import OURS, Origin, choices, execute, titled, way_back
from bot.teams.carried import carried, carried_form
from bot.teams.limits import CARD_BYTES, LABEL, OPTIONS, TEXT, Json, literal, size
from bot.teams.render import document
from bot.teams.text import said, shortened, small
from handlers.vocabulary.outgoing import Field, Form, Tone

ORGANISATION = "graph.microsoft.com/users"
CONVERSATION = f"{ORGANISATION}?scope=currentContext"
"""Whom Teams' people picker searches: everybody of the host's organisation, or the members of the conversation, outsiders
among them. Source: learn.microsoft.com, "People Picker in Adaptive Cards"."""
_ROOMS = (OPTIONS, 40, 15)
"""Choices a select offers; fewer where a form has many selects."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent in: ``form`` is what it looked like, None where its card did not bring it along."""

    action: str
    hidden: str
    values: dict[str, str]
    form: Form | None


def adaptive_form(
    form: Form,
    *,
    problems: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    key: str = "",
    at: str = "",
    in_channel: bool = False,
    above: tuple[Json, ...] = (),
) -> Json:
    """The form as a card.

    The submit is an ``Action.Execute`` with ``verb`` and ``data.action`` = the form's action, ``data.hidden`` = what the
    form carries and ``data.form`` = the form itself, so that it can come back; each input's id is its field's name. Sent in
    with problems, it comes back with each problem under its input and the ``values`` that were typed: a card has no other
    place for them. ``key`` is the card it stands in for, to which its second button leads; ``in_channel`` whether that
    stands in a channel, whose members are then who can be chosen; ``above`` lines of ours on top.
    """
    wrong, typed, origin = problems or {}, values or {}, Origin(key, at)
    for most in _ROOMS:
        picker = CONVERSATION if in_channel else ORGANISATION
        parts = _parts(form, wrong, typed, most, picker)
        drawn = document(
            [*above, *parts],
            _buttons(form, origin),
            f"{form.title}. {form.intro}".strip(),
            key,
        )
        if size(drawn) - _typed(typed) <= CARD_BYTES:
            return drawn
    return {**drawn, "actions": _buttons(form, origin, whole=False)}


def sent(data: Mapping[str, Any]) -> Sent:
    """A submit's ``data``, as Teams merged it with what was typed: everything text, what is no text left out."""
    words = {str(name): value for name, value in data.items() if isinstance(value, str)}
    values = {name: value for name, value in words.items() if name not in OURS}
    form = carried_form(data.get("form"))
    if form is not None:
        form = replace(form, action=words.get("action", form.action), hidden=words.get("hidden", ""))
        values = {field.name: values.get(field.name, "") for field in form.fields}
    return Sent(words.get("action", ""), words.get("hidden", ""), values, form)


def _parts(form: Form, wrong: Mapping[str, str], typed: Mapping[str, str], most: int, picker: str) -> list[Json]:
    parts = [_words(form.title, size="Large", weight="Bolder")]
    parts += [_words(form.intro)] if form.intro else []
    for field in form.fields:
        asked, *hint = _input(field, typed.get(field.name, field.initial), most, picker)
        parts += [asked, *([_wrong(wrong[field.name])] if field.name in wrong else []), *hint]
    named = {field.name for field in form.fields}
    parts += [_wrong(problem) for name, problem in wrong.items() if name not in named]
    visible = small(f"Visible to: {shortened(form.visible_to)}")
    return [*parts, {**visible, "spacing": "Medium", "separator": True}]


def _buttons(form: Form, origin: Origin, *, whole: bool = True) -> list[Json]:
    """The submit, and the way back; ``whole``: with the form, without which problems are only listed."""
    brought = {"form": carried(replace(form, hidden=""))} if whole else {}
    submit: Json = {
        "type": "Action.Execute",
        **titled(form.submit),
        "verb": form.action,
        "data": origin.data(form.action, hidden=form.hidden, **brought),
        "style": "positive",
    }
    back = way_back(origin)
    return [submit, execute(replace(back, label="Cancel") if origin.key else back, origin)]


def _typed(values: Mapping[str, str]) -> int:
    """Bytes of people's own words: they are never cut, and never crowd the choices out."""
    return len("".join(values.values()).encode())


def _wrong(problem: str) -> Json:
    """A problem right under its input, where hosts put theirs."""
    return {**said(problem, Tone.BAD), "spacing": "Small"}


def _words(words: str, **style: object) -> Json:
    run = {"type": "TextRun", "text": literal(shortened(words)) or "–", **style}
    return {"type": "RichTextBlock", "inlines": [run]}


def _input(field: Field, value: str, most: int, picker: str) -> list[Json]:
    """One input with its hint under it: a placeholder would vanish while one types."""
    label = literal(shortened(field.label, LABEL)) or "–"
    asked: Json = {**_kind(field, value, most, picker), "id": field.name, "label": label, "isRequired": field.required}
    if field.required:
        asked["errorMessage"] = literal(shortened(f"{field.label} is needed", LABEL))
    missing = len(field.options) - most
    hint = " ".join(part for part in (field.hint, more(missing) if missing > 0 else "") if part)
    return [{**asked, "spacing": "Medium"}, *([small(shortened(hint, LABEL * 2))] if hint else [])]


def _kind(field: Field, value: str, most: int, picker: str) -> Json:
    if field.kind in ("choice", "choices"):
        return _choice(field, value, most)
    if field.kind == "person":
        return _person(field, value, most, picker)
    if field.kind in ("date", "time"):
        pattern, kind = (_DATE, "Input.Date") if field.kind == "date" else (_TIME, "Input.Time")
        return {"type": kind, "value": value} if pattern.fullmatch(value) else {"type": kind}
    longest = min(field.longest, TEXT)
    text: Json = {"type": "Input.Text", "isMultiline": field.kind == "text", "maxLength": longest}
    return {**text, "value": literal(value)[:longest]} if value else text


def _choice(field: Field, value: str, most: int) -> Json:
    """One or several of the options. What was chosen stays among them, however many there are."""
    several = field.kind == "choices"
    wanted = value.split(",") if several else [value]
    offered = field.options[:most]
    offered += tuple(option for option in field.options[most:] if option.value in wanted)
    known = {option.value for option in offered}
    chosen = [part for part in wanted if part in known]
    asked: Json = {"type": "Input.ChoiceSet", "choices": choices(offered, len(offered)), "isMultiSelect": several}
    asked |= {"wrap": True} if several else {"placeholder": "Choose"}
    return {**asked, "value": ",".join(chosen)} if chosen else asked


def _person(field: Field, value: str, most: int, picker: str) -> Json:
    """Teams' people picker, searched while one types. Those we know stand in the list already; a host that cannot search
    leaves ``choices.data`` out and offers only them."""
    asked: Json = {
        "type": "Input.ChoiceSet",
        "choices": choices(field.options, most),
        "choices.data": {"type": "Data.Query", "dataset": picker},
        "isMultiSelect": False,
        "placeholder": "Choose or search",
    }
    return {**asked, "value": value} if value else asked
