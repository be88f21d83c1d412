"""A form as inputs inside a card: Teams' dialogs do not reach everybody, cards do. All values arrive as text."""

from __future__ import annotations

import re

from bot.plain import more
from bot.teams.limits import BUTTON, LABEL, OPTIONS, TEXT, Json, literal
from bot.teams.render import choices, document
from bot.teams.text import shortened
from handlers.vocabulary.outgoing import Field, Form

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}")


def adaptive_form(form: Form, *, problems: dict[str, str] | None = None, values: dict[str, str] | None = None) -> Json:
    """The form as a card.

    The submit is an ``Action.Execute`` with ``verb`` and ``data.action`` = the form's action and ``data.hidden`` = what
    the form carries; each input's id is its field's name. Sent in with problems, it comes back with each problem above
    its input and the ``values`` that were typed: a card has no other place for them.
    """
    wrong, typed = problems or {}, values or {}
    parts = [_words(form.title, size="Large", weight="Bolder")]
    parts += [_words(form.intro)] if form.intro else []
    for field in form.fields:
        parts += [_words(f"■ {wrong[field.name]}", color="Attention")] if field.name in wrong else []
        parts.append(_input(field, typed.get(field.name, field.initial)))
    parts.append(_words(f"Visible to: {form.visible_to}", size="Small", isSubtle=True))
    submit: Json = {
        "type": "Action.Execute",
        "title": literal(shortened(form.submit, BUTTON)),
        "verb": form.action,
        "data": {"action": form.action, "hidden": form.hidden},
        "style": "positive",
    }
    return document(parts, [submit], f"{form.title}. {form.intro}".strip())


def _words(words: str, **style: object) -> Json:
    run = {"type": "TextRun", "text": literal(shortened(words)) or "–", **style}
    return {"type": "RichTextBlock", "inlines": [run]}


def _input(field: Field, value: str) -> Json:
    """One input; its hint goes into the label, for a placeholder vanishes while one types."""
    missing = len(field.options) - OPTIONS
    hint = " ".join(part for part in (field.hint, more(missing) if missing > 0 else "") if part)
    label = f"{field.label} ({hint})" if hint else field.label
    common: Json = {"id": field.name, "label": literal(shortened(label, LABEL * 2)), "isRequired": field.required}
    if field.required:
        common["errorMessage"] = literal(shortened(f"{field.label} is needed", LABEL))
    return {**_kind(field, value), **common}


def _person(field: Field, value: str) -> Json:
    """Teams' people picker: everybody of the organisation, searched while one types. Those we know stand in the list
    already; a host that cannot search leaves ``choices.data`` out and offers only them."""
    picker: Json = {
        "type": "Input.ChoiceSet",
        "choices": choices(field.options),
        "choices.data": {"type": "Data.Query", "dataset": "graph.microsoft.com/users"},
        "isMultiSelect": False,
    }
    return {**picker, "value": value} if value else picker


def _kind(field: Field, value: str) -> Json:
    if field.kind in ("choice", "choices"):
        known = {option.value for option in field.options[:OPTIONS]}
        several = field.kind == "choices"
        chosen = [part for part in (value.split(",") if several else [value]) if part in known]
        select: Json = {"type": "Input.ChoiceSet", "choices": choices(field.options), "isMultiSelect": several}
        return {**select, "value": ",".join(chosen)} if chosen else select
    if field.kind == "person":
        return _person(field, value)
    if field.kind in ("date", "time"):
        pattern, kind = (_DATE, "Input.Date") if field.kind == "date" else (_TIME, "Input.Time")
        return {"type": kind, "value": value} if pattern.fullmatch(value) else {"type": kind}
    longest = min(field.longest, TEXT)
    text: Json = {"type": "Input.Text", "isMultiline": field.kind == "text", "maxLength": longest}
    return {**text, "value": literal(value)[:longest]} if value else text
