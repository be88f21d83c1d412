"""What a rehearsal leaves behind: an HTML transcript with pictures, and one JSON object a message."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from bot.charts.drawing import svg
from bot.plain import plain
from handlers.vocabulary.outgoing import AnyCard, Picture, Reaction
from storage.models.delivery import OutboxRow

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stood at the end. ``at`` is aware UTC."""

    at: datetime
    address: str
    visibility: str
    kind: str
    provider: str
    once: str
    reason: str
    key: str
    card: AnyCard
    text: str
    """The whole card in plain words."""

    @classmethod
    def of(cls, row: OutboxRow, card: AnyCard | Reaction, provider: str) -> Message:
        """A delivered row. Reactions are no messages."""
        if isinstance(card, Reaction):
            raise TypeError("a reaction is not a message")
        address = f"{row.platform}:{row.workspace}/{row.channel}"
        assert row.sent_at is not None
        named = (row.sent_at, address, row.visibility, row.kind, provider, row.once, row.reason, row.key)
        return cls(*named, card, plain(card))

    def as_json(self) -> str:
        """One line of ``messages.jsonl``."""
        return json.dumps(
            {
                "at": self.at.isoformat(),
                "address": self.address,
                "visibility": self.visibility,
                "kind": self.kind,
                "provider": self.provider,
                "text": self.text,
                "once": self.once,
                "reason": self.reason,
            },
            ensure_ascii=False,
        )


@dataclass(frozen=True, slots=True)
class Written:
    """Where a rehearsal was written, and how many messages of each kind there are."""

    weeks: int
    providers: int
    kinds: dict[str, int]
    transcript: Path
    messages: Path


@dataclass(frozen=True, slots=True)
class Review:
    """A line of the page about reviews: what is told of one, the words of each of its messages, and where they stand."""

    provider: str
    cells: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    """(what it is, the message's ``once``)."""


def write(
    messages: Sequence[Message], out: Path, *, weeks: int, providers: int, reviews: Sequence[Review] = ()
) -> Written:
    """Write an index and a page for each provider (``*.html``), and ``messages.jsonl``, into ``out``; with ``reviews`` a page
    that tells of each of them and leads to its messages."""
    out.mkdir(parents=True, exist_ok=True)
    lines = out / "messages.jsonl"
    lines.write_text("".join(message.as_json() + "\n" for message in messages), encoding="utf-8")
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["drawn"] = _Pictures()
    names = sorted({message.provider for message in messages})
    for number, name in enumerate(names, start=1):
        page = environment.get_template("transcript.html").render(
            name=name, messages=[message for message in messages if message.provider == name]
        )
        (out / f"provider-{number:02d}.html").write_text(page, encoding="utf-8")
    index = out / "index.html"
    kinds = dict(sorted(Counter(message.kind for message in messages).items()))
    listed = [(f"provider-{number:02d}.html", name) for number, name in enumerate(names, start=1)]
    if reviews:
        pages = {name: file for file, name in listed}
        files = {message.once: pages[message.provider] for message in messages}
        page = environment.get_template("reviews.html").render(reviews=reviews, files=files)
        (out / "reviews.html").write_text(page, encoding="utf-8")
    page = environment.get_template("transcripts.html").render(
        pages=listed, kinds=kinds, weeks=weeks, reviews=len(reviews)
    )
    index.write_text(page, encoding="utf-8")
    return Written(weeks, providers, kinds, index, lines)


class _Pictures:
    """Draws cards' pictures as SVG; one that several cards show is drawn once. The drawing escapes what it is given."""

    def __init__(self) -> None:
        self._drawn: dict[Picture, Markup] = {}

    def __call__(self, card: AnyCard) -> list[Markup]:
        """The card's pictures, ready to stand in a page."""
        return [self._of(element) for element in card.elements if isinstance(element, Picture)]

    def _of(self, picture: Picture) -> Markup:
        if picture not in self._drawn:
            self._drawn[picture] = Markup(svg(picture))
        return self._drawn[picture]
