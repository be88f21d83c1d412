"""Agenda templates: what each kind of review is about. YAML that a manager reads and edits; nothing in it is a program.

An agenda has a title, its minutes, and items; an item is either a ``section`` that is filled from the data, or something to
``ask``, each with its minutes if one likes. An edited agenda counts for later reviews only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from handlers.records.yaml_text import NotYaml, compose
from handlers.vocabulary.incoming import plain
from storage.models.review import ReviewSeries

FOLDER = Path(__file__).parent / "templates"
NAMES: Mapping[str, str] = {
    "daily": "daily",
    "weekly": "weekly",
    "fortnightly": "every two weeks",
    "monthly": "monthly",
    "quarterly": "quarterly",
}
"""The shipped templates and the kind of cadence each is made for."""
KIND_TEMPLATE: Mapping[str, str] = {kind: name for name, kind in NAMES.items()}
"""The shipped template that is made for a kind of cadence."""
SECTIONS: Mapping[str, str] = {
    "figures": "Figures",
    "issues": "Open issues",
    "actions": "Overdue on both sides",
    "plans": "Improvement plans",
    "decisions": "Decided last time",
    "wins": "What went well",
    "lines": "Your lines",
}
"""What can be filled in, and its heading."""
AGENDAS_LENGTH = "agenda"
"""Chosen instead of minutes: as long as the agenda says."""
LONGEST_TITLE, LONGEST_ASK, LONGEST_MINUTES, MOST_ITEMS = 80, 200, 480, 15
LONGEST_AGENDA = 3000
"""Characters: what the form's field holds. Reading takes time in proportion, and somebody waits for the answer."""
EXAMPLE = "- section: figures, or - ask: What would make next week easier?"


class BadAgenda(ValueError):
    """An agenda that cannot be used; the message names the line, what was read and a way to write it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item: a ``section`` filled from the data, or a question to ``ask``; exactly one of the two is not ""."""

    section: str = ""
    ask: str = ""
    minutes: int | None = None

    @property
    def heading(self) -> str:
        """What stands above it."""
        return SECTIONS[self.section] if self.section else self.ask


@dataclass(frozen=True, slots=True)
class Template:
    """An agenda: how the review is called, how long it is, and its items in order."""

    title: str
    minutes: int
    items: tuple[Item, ...]


def template_text(name: str) -> str:
    """A shipped template as YAML. Raises ``BadAgenda`` for a name that is not one of ``NAMES``."""
    if name not in NAMES:
        raise BadAgenda(f"template: {name!r} is not one of {', '.join(NAMES)}")
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


@cache
def template(name: str) -> Template:
    """A shipped template, read once a process."""
    return read_agenda(template_text(name), "template")


def agenda_of(series: ReviewSeries) -> Template:
    """The agenda of a series: the manager's own, else its template's."""
    return read_agenda(series.agenda) if series.agenda else template(series.template)


def read_agenda(text: str, field: str = "agenda") -> Template:
    """Read an agenda. Raises ``BadAgenda`` naming ``field``, the line, what was read and an example."""
    if len(text) > LONGEST_AGENDA:
        raise BadAgenda(f"{field}: this has {len(text):,} characters, at most {LONGEST_AGENDA:,} fit. Say it shorter")
    try:
        root = compose(text, EXAMPLE)
    except NotYaml as problem:
        raise BadAgenda(f"{field}: {problem}") from None
    return _Reader(field).template(root)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the nodes, so that each problem can name its line."""

    field: str

    def template(self, root: yaml.Node | None) -> Template:
        known = ("title", "minutes", "items")
        parts = self._mapping(root, known, "the agenda has a title, its minutes and items")
        missing = [name for name in known if name not in parts]
        if missing:
            raise BadAgenda(f"{self.field}: {missing[0]} is missing; an agenda has a title, its minutes and items")
        items = parts["items"]
        if not isinstance(items, yaml.SequenceNode) or not 0 < len(items.value) <= MOST_ITEMS:
            raise self._bad(items, f"items is not a list of 1 to {MOST_ITEMS} lines such as {EXAMPLE}")
        title = self._words(parts["title"], "title", LONGEST_TITLE, "Weekly operations review")
        return Template(title, self._minutes(parts["minutes"]), tuple(self._item(each) for each in items.value))

    def _item(self, node: yaml.Node) -> Item:
        parts = self._mapping(node, ("section", "ask", "minutes"), f"an item is {EXAMPLE}")
        if ("section" in parts) == ("ask" in parts):
            raise self._bad(node, f"an item is either a section or something to ask: {EXAMPLE}")
        minutes = self._minutes(parts["minutes"]) if "minutes" in parts else None
        if "ask" in parts:
            return Item(ask=self._words(parts["ask"], "ask", LONGEST_ASK, "What changed?"), minutes=minutes)
        section = self._words(parts["section"], "section", LONGEST_TITLE, "figures")
        if section not in SECTIONS:
            raise self._bad(parts["section"], f"{section!r} is not a section; choose from {', '.join(SECTIONS)}")
        return Item(section=section, minutes=minutes)

    def _mapping(self, node: yaml.Node | None, known: tuple[str, ...], example: str) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self._bad(node, f"this was not understood; {example}")
        parts: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "a list"
            if name not in known or name in parts:
                why = "stands here twice" if name in parts else f"is not one of {', '.join(known)}"
                raise self._bad(key, f"{name!r} {why}; {example}")
            parts[name] = value
        return parts

    def _words(self, node: yaml.Node, name: str, longest: int, example: str) -> str:
        words = plain(" ".join(node.value.split())) if isinstance(node, yaml.ScalarNode) else ""
        if not words or len(words) > longest:
            raise self._bad(node, f"{name} is not 1 to {longest} characters of text; write for example {example}")
        return words

    def _minutes(self, node: yaml.Node) -> int:
        text = node.value if isinstance(node, yaml.ScalarNode) else ""
        fits = text.isascii() and text.isdecimal() and len(text) <= len(str(LONGEST_MINUTES))
        if not fits or not 0 < int(text) <= LONGEST_MINUTES:
            shown = repr(text[:40]) if text else "this"
            raise self._bad(node, f"minutes: {shown} is not a number from 1 to {LONGEST_MINUTES}; write for example 5")
        return int(text)

    def _bad(self, node: yaml.Node | None, problem: str) -> BadAgenda:
        line = 1 if node is None else node.start_mark.line + 1
        return BadAgenda(f"{self.field}: line {line}: {problem}")
