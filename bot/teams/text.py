"""Spans as Teams text.

A line of mere words becomes a RichTextBlock, whose runs are literal. A line with a person, a moment or a link becomes a
TextBlock, because only there do mentions, ``{{DATE()}}`` and links work: in it people's words are disarmed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC
from urllib.parse import quote

from bot.plain import SHAPES, line, more, span_words
from bot.teams.limits import TEXT, Json, disarmed, lines_apart, literal
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Code, Link, Mention, Span, Strong, Struck, Text, Tone, When

COLOURS = {Tone.GOOD: "Good", Tone.WARN: "Warning", Tone.BAD: "Attention"}
"""Teams' own names: each theme has its own shade of them."""

SHORTEST = 80
"""Characters that every part of a line that is too long keeps."""
_IN_TAG = re.compile(r"[<>&*_~`\[\]\\{}#|]")


def shortened(words: str, limit: int = TEXT) -> str:
    """``words``, or their beginning and how many characters are missing."""
    if len(words) <= limit:
        return words
    kept = words[: max(limit - 24, 1)].rstrip()
    return kept + more(len(words) - len(kept))


def small(words: str) -> Json:
    """A quiet line of mere words."""
    run = {"type": "TextRun", "text": literal(words) or "–", "size": "Small", "isSubtle": True}
    return {"type": "RichTextBlock", "inlines": [run], "spacing": "Small"}


def said(words: str, tone: Tone = Tone.GOOD) -> Json:
    """A line of ours on top of a card: what has just been done, or why nothing was."""
    colour = {"color": COLOURS[tone]} if tone in COLOURS else {}
    shape = {"type": "TextRun", "text": f"{SHAPES[tone]} ", "weight": "Bolder", **colour}
    return {"type": "RichTextBlock", "inlines": [shape, {"type": "TextRun", "text": literal(shortened(words)) or "–"}]}


def short(text: Text, limit: int) -> Text:
    """A line whose spans are each cut to ``limit``; persons and moments stay whole."""
    return tuple(_short_span(span, limit) for span in text)


def _short_span(span: Span, limit: int) -> Span:
    if isinstance(span, str):
        return shortened(span, limit)
    return replace(span, text=shortened(span.text, limit)) if isinstance(span, Strong | Struck | Code | Link) else span


@dataclass(slots=True)
class Speech:
    """Turns lines into blocks and remembers who was mentioned: a mention needs an entity beside the card's body."""

    entities: dict[str, Json] = field(default_factory=dict)

    def block(self, text: Text, **style: object) -> Json:
        """A line as the fitting kind of block. However long it is, nobody in it goes unmentioned."""
        if any(isinstance(span, Mention | When | Link) for span in text):
            kept = text if len(line(text)) <= TEXT else short(text, max(TEXT // len(text), SHORTEST))
            return {"type": "TextBlock", "text": self.marked(kept), "wrap": True, **style}
        spacing = {name: value for name, value in style.items() if name in ("spacing", "separator", "id")}
        subtle = {name: value for name, value in style.items() if name in ("size", "isSubtle", "color", "weight")}
        return {"type": "RichTextBlock", "inlines": _runs(text, subtle), **spacing}

    def marked(self, text: Text) -> str:
        """A line in Teams' markdown."""
        return lines_apart("".join(self._marked_span(span) for span in text))

    def _marked_span(self, span: Span) -> str:
        if isinstance(span, Strong):
            inside = disarmed(span.text).strip()
            return f"**{inside}**" if inside else ""
        if isinstance(span, When):
            return _moment(span)
        if isinstance(span, Link) and span.url.startswith(("https://", "http://")):
            address = quote(span.url, safe=":/?#[]@!$&'*+,;=%~").replace("[", "%5B").replace("]", "%5D")
            return f"[{disarmed(span.text)}]({address})"
        if isinstance(span, Mention) and span.account and span.account.platform is Platform.TEAMS:
            return self._mention(span, span.account.user)
        return disarmed(span.name if isinstance(span, Mention) else span_words(span))

    def _mention(self, span: Mention, user: str) -> str:
        """The tag of a mention; two people of one name get two tags.

        Teams looks for the entity's text in what is written, letter by letter: no mark of markdown may stand in it.
        """
        name = " ".join(literal(_IN_TAG.sub(" ", span.name)).split()) or "?"
        tag, number = f"<at>{name}</at>", 1
        while tag in self.entities and self.entities[tag]["mentioned"]["id"] != user:
            number += 1
            tag = f"<at>{name} ({number})</at>"
        self.entities[tag] = {"type": "mention", "text": tag, "mentioned": {"id": user, "name": name}}
        return tag


def _moment(when: When) -> str:
    """The moment in the reader's own zone, by Teams' text functions (aware; ``YYYY-MM-DDTHH:MM:SSZ`` is required)."""
    at = when.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    date, time = f"{{{{DATE({at}, SHORT)}}}}", f"{{{{TIME({at})}}}}"
    return {"date": date, "time": time, "datetime": f"{date} {time}"}[when.style]


def _runs(text: Text, style: dict[str, object]) -> list[Json]:
    """Literal runs of at most ``TEXT`` characters together."""
    room = TEXT
    runs: list[Json] = []
    for span in text:
        words = literal(_bare(span))
        if not words or room <= 0:
            continue
        run: Json = {"type": "TextRun", "text": shortened(words, max(room, 25)), **style}
        runs.append({**run, **_run_style(span)})
        room -= len(words)
    return runs or [{"type": "TextRun", "text": "–", **style}]


def _bare(span: Span) -> str:
    """A span's words without any mark around them."""
    if isinstance(span, Mention):
        return span.name
    return span.text if isinstance(span, Struck) else span_words(span)


def _run_style(span: Span) -> Json:
    if isinstance(span, Strong):
        return {"weight": "Bolder"}
    if isinstance(span, Struck):
        return {"strikethrough": True}
    return {"fontType": "Monospace"} if isinstance(span, Code) else {}
