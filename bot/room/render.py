"""Card to HTML, form to HTML. Every word is escaped by the templates; nothing here builds markup by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.room.moments import shown, spoken, town
from bot.room.reader import Reader
from handlers.vocabulary.outgoing import AnyCard, File, Form, Picture, Tone, When

HOME = "home"
"""What stands for the message's reference on cards that are in no channel."""
TEMPLATES = Path(__file__).parent / "templates"

TONE_WORDS: Mapping[Tone, str] = MappingProxyType(
    {Tone.GOOD: "All good", Tone.WARN: "Needs a look", Tone.BAD: "Needs work", Tone.MISSING: "No data", Tone.PLAIN: ""}
)
"""The word beside a card's shape; a metric brings its own."""

ARROWS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"up": ("↑", "up"), "down": ("↓", "down"), "flat": ("→", "unchanged"), "": ("", "")}
)

EMOJI: Mapping[str, str] = MappingProxyType(
    {
        "white_check_mark": "done",
        "eyes": "looking",
        "hourglass_flowing_sand": "waiting",
        "question": "question",
        "tada": "well done",
        "leftwards_arrow_with_hook": "undone",
        "pushpin": "decision",
        "hammer": "action",
        "warning": "risk",
        "raised_hand": "I am here",
    }
)
"""Slack's emoji names, with the word a screen reader says; the templates draw them. The last four speak in a review."""
WRITTEN: Mapping[str, str] = MappingProxyType({"📌": "pushpin", "🔨": "hammer", "⚠": "warning", "✋": "raised_hand"})
"""Emoji that our own words show; they are drawn too, since not every machine has an emoji font."""
_WRITTEN = re.compile(f"([{''.join(WRITTEN)}])\ufe0f?")


def environment() -> Environment:
    """The templates: always escaping, and an unknown name is an error rather than an empty place."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        tone_words=TONE_WORDS,
        arrows=ARROWS,
        emoji=EMOJI,
        signs=_signs,
        spoken=_spoken,
        shown=shown,
        town=town,
        web_link=_web_link,
    )
    return made


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody who can be chosen in a form."""

    user: str
    name: str
    title: str
    company: str


@dataclass(frozen=True, slots=True)
class Company:
    """A company's people, in the order of the room's list."""

    name: str
    people: tuple[Listed, ...]


class CardRenderer:
    """Renders cards and forms for one reader at a time."""

    def __init__(self, templates: Environment) -> None:
        self._templates = templates

    def card(self, card: AnyCard, reader: Reader, ref: str) -> Markup:
        """A card as an HTML fragment; ``ref`` is its message, to which its buttons and pictures belong."""
        return Markup(self._templates.get_template("card.html").render(card=card, reader=reader, ref=ref))

    def shown(self, card: AnyCard, reader: Reader) -> Markup:
        """A card in a dialog of its own, for somebody who stands in no channel."""
        return Markup(self._templates.get_template("shown.html").render(card=self.loose(card, reader), reader=reader))

    def loose(self, card: AnyCard, reader: Reader) -> Markup:
        """A card that is no message: without pictures and files, since these have their address under a message."""
        parts = tuple(each for each in card.elements if not isinstance(each, Picture | File))
        return self.card(replace(card, elements=parts), reader, HOME)

    def form(
        self,
        form: Form,
        reader: Reader,
        state: str,
        values: Mapping[str, str] | None = None,
        problems: Mapping[str, str] | None = None,
        people: Sequence[Listed] = (),
    ) -> Markup:
        """A form for a dialog. ``state`` is its sealed description, ``values`` what was typed, ``problems`` by field;
        ``people`` can be chosen where a person is asked for: first those whom the field itself offers, then the others by
        their company."""
        typed = {field.name: field.initial for field in form.fields} | dict(values or {})
        named = {field.name for field in form.fields}
        wrong = dict(problems or {})
        return Markup(
            self._templates.get_template("form.html").render(
                form=form,
                reader=reader,
                state=state,
                typed=typed,
                problems=wrong,
                companies=_companies(people),
                titles={each.user: each.title for each in people},
                other_problems=[words for name, words in wrong.items() if name not in named],
            )
        )


def _companies(people: Sequence[Listed]) -> list[Company]:
    names = dict.fromkeys(each.company for each in people)
    return [Company(name, tuple(each for each in people if each.company == name)) for name in names]


def _spoken(when: When, reader: Reader) -> tuple[str, str]:
    return spoken(when, reader.zone, reader.now)


def _signs(words: str) -> list[tuple[str, str]]:
    """Words, each with the name of the sign that follows it; "" after the last."""
    *drawn, rest = _WRITTEN.split(words)
    return [*((said, WRITTEN[sign]) for said, sign in zip(drawn[::2], drawn[1::2], strict=True)), (rest, "")]


def _web_link(url: str) -> bool:
    """Only http and https become links; anything else is shown as words."""
    return urlsplit(url).scheme in {"http", "https"}
