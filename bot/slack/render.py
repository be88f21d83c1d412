"""A card as Block Kit. What is longer than Slack takes is cut and counted ("… (+3 more)"): never an API error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.plain import ARROWS, SHAPES, WHY, body, line, more, titled, toned
from bot.slack import limits
from bot.slack.controls import button, plain_text, select
from bot.slack.limits import cut, cut_counting
from bot.slack.rich_text import Json, elements, literal, mrkdwn, mrkdwn_words, section, tidy
from handlers.vocabulary.outgoing import (
    AnyCard,
    Element,
    Facts,
    File,
    Heading,
    Item,
    Listing,
    MetricRow,
    Metrics,
    Note,
    Picture,
    Quote,
    Span,
    Strong,
    Text,
    Words,
)

_LIST_ITEMS = 40
"""A list longer than this is not read in a chat."""
_ITEM = 400
_QUOTE = 2800
FILE_SIGN = "\N{PAPERCLIP}"
_ROWS = 20
_NEW_LINE: Json = {"type": "text", "text": "\n"}


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """What ``chat.postMessage`` and ``chat.update`` take. ``text`` is ``mrkdwn``, escaped: for notifications."""

    text: str
    blocks: list[Json]


def message(card: AnyCard, *, key: str, picture_file: str | None = None) -> SlackMessage:
    """The card as a message. ``key`` makes block ids unique; ``picture_file`` is the Slack file id of its picture.

    Raises ValueError when a button's or an option's value is longer than Slack carries: that is content, not an id.
    """
    text = _escaped_within(card.text, limits.MESSAGE_TEXT) or "–"
    return SlackMessage(text=text, blocks=blocks(card, key=key, most=limits.MESSAGE_BLOCKS, picture_file=picture_file))


def blocks(
    card: AnyCard, *, key: str, most: int, room: int = limits.ALL_BLOCKS, picture_file: str | None = None
) -> list[Json]:
    """The card in at most ``most`` blocks and ``room`` characters: a message takes 50, a modal or Home 100 blocks.

    Raises as ``message`` does.
    """
    drawing = _Drawing(picture_file, room)
    head = [_header(titled(card))] if card.title else []
    foot = _foot(card, drawing.used)
    drawn, left_out = _fitting(drawing, body(card), most - len(head) - len(foot) - 1)
    note = [_context_plain(more(left_out))] if left_out else []
    if not (head or drawn or foot):
        drawn = [_context_plain(card.text)]
    return _numbered([*head, *drawn, *note, *foot], key)


@dataclass(slots=True)
class _Drawing:
    """What is left while a message is drawn: the one picture, and the characters of all blocks together; ``used`` counts
    how often each action stands in it."""

    picture_file: str | None
    room: int = field(default=limits.ALL_BLOCKS)
    used: Counter[str] = field(default_factory=Counter)

    def blocks(self, element: Element) -> list[Json]:
        """One element as one block, or two where a line has several buttons; none when there is nothing to show."""
        if isinstance(element, Item):
            return self._item(element)
        if isinstance(element, Picture):
            return _present([self._picture(element)])
        if isinstance(element, Note):
            return _present([_context(element)])
        if isinstance(element, File):
            return [_context_plain(f"{FILE_SIGN} {element.label}")]
        return self._rich(_parts(element, min(limits.SECTION, self.room)))

    def _rich(self, parts: list[Json]) -> list[Json]:
        self.room -= sum(_said(part) for part in parts)
        return [{"type": "rich_text", "elements": parts}] if parts else []

    def _item(self, item: Item) -> list[Json]:
        """One button stands beside the line, which saves a block; more stand under it."""
        buttons = [button(each, self.used) for each in item.buttons[: limits.ACTIONS]]
        if len(buttons) != 1:
            said = self._rich(_present([section(toned(item), min(_ITEM, self.room))]))
            return [*said, {"type": "actions", "elements": buttons}] if buttons else said
        text = _section_text(toned(item))
        self.room -= limits.units(text["text"])
        return [{"type": "section", "text": text, "accessory": buttons[0]}]

    def _picture(self, picture: Picture) -> Json | None:
        if self.picture_file is None:
            return None
        file, self.picture_file = self.picture_file, None
        alt = cut_counting(tidy(picture.alt or picture.title) or "Chart", limits.ALT_TEXT)
        return {"type": "image", "slack_file": {"id": file}, "alt_text": alt}


def _fitting(drawing: _Drawing, parts: tuple[Element, ...], most: int) -> tuple[list[Json], int]:
    """The blocks that fit, and how many elements do not."""
    drawn: list[Json] = []
    for at, element in enumerate(parts):
        if len(drawn) >= most or drawing.room < _ITEM:
            return drawn, len(parts) - at
        more_blocks = drawing.blocks(element)
        if len(drawn) + len(more_blocks) > most:
            return drawn, len(parts) - at
        drawn += more_blocks
    return drawn, 0


def _parts(element: Element, room: int) -> list[Json]:
    """An element as parts of a ``rich_text`` block."""
    if isinstance(element, Words):
        return _present([section(element.text, room)])
    if isinstance(element, Heading):
        return _present([section((Strong(element.text),), limits.HEADER)])
    if isinstance(element, Facts):
        return _lines([(Strong(label), "  ", *value) for label, value in element.rows], room)
    if isinstance(element, Metrics):
        return _lines([_metric(row) for row in element.rows], room)
    if isinstance(element, Listing):
        return _listing(element, room)
    if isinstance(element, Quote):
        return _quote(element, min(room, _QUOTE))
    raise TypeError(f"unknown element {element!r}")


def _said(part: Json) -> int:
    """How much a part of a ``rich_text`` block says."""
    own = limits.units(part.get("text") or part.get("fallback") or "")
    return own + sum(_said(inner) for inner in part.get("elements", ()))


def _present(parts: Iterable[Json | None]) -> list[Json]:
    return [part for part in parts if part is not None]


def _lines(rows: Sequence[tuple[Span, ...]], room: int) -> list[Json]:
    """Rows one under the other in one section, each its fair share of the room, and the count of those left out."""
    share = max(room // max(len(rows), 1), 60)
    shown = min(max(room // share, 1), _ROWS)
    drawn = [elements(row, share) for row in rows[:shown]]
    if len(rows) > shown:
        drawn.append([{"type": "text", "text": more(len(rows) - shown)}])
    inside = [element for row in drawn for element in (*row, _NEW_LINE)][:-1]
    return [{"type": "rich_text_section", "elements": inside}] if inside else []


def _metric(row: MetricRow) -> tuple[Span, ...]:
    """A metric in one line, the status as shape and word."""
    said = "" if row.value.casefold() == row.word.casefold() else row.value
    value = " ".join(part for part in (said, ARROWS[row.arrow]) if part)
    tail = " · ".join(part for part in (row.word, row.detail) if part)
    return (f"{SHAPES[row.tone]} ", Strong(row.name), f"  {value}" if value else "", f"  {tail}" if tail else "")


def _listing(listing: Listing, room: int) -> list[Json]:
    """Bullets, and the count of what the card or we left out."""
    shown = (
        min(len(listing.items), _LIST_ITEMS, max(room // _ITEM, 1)) if _too_long(listing, room) else len(listing.items)
    )
    items = _present(section(item, _ITEM) for item in listing.items[:shown])
    left_out = len(listing.items) - shown + listing.more
    parts: list[Json] = [{"type": "rich_text_list", "style": "bullet", "elements": items}] if items else []
    return parts + _present([section((more(left_out),), 40)] if left_out else [])


def _too_long(listing: Listing, room: int) -> bool:
    words = sum(len(str(span)) for item in listing.items for span in item)
    return len(listing.items) > _LIST_ITEMS or words > room


def _quote(quote: Quote, room: int) -> list[Json]:
    """Somebody's words behind a bar, their name under it."""
    words = section((quote.words,), room)
    if words is None:
        return []
    by = section((f"– {quote.author}",), 200) if quote.author else None
    return _present([{"type": "rich_text_quote", "elements": words["elements"]}, by])


def _header(title: str) -> Json:
    return {"type": "header", "text": plain_text(title, limits.HEADER)}


def _context(note: Note) -> Json | None:
    """A small line: literal when it is words only, ``mrkdwn`` when a person, a moment or a link is in it."""
    if all(isinstance(span, str) for span in note.text):
        words = "".join(str(span) for span in note.text)
        return _context_plain(words) if words.strip() else None
    words = mrkdwn(note.text)
    if limits.units(words) > limits.SECTION:  # cutting inside <!date^…> would break it
        return _context_plain("".join(span for span in note.text if isinstance(span, str)))
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": words, "verbatim": True}]}


def _section_text(text: Text) -> Json:
    """A line beside a button, which ``rich_text`` cannot have: literal when it is words only, else ``mrkdwn``."""
    marked = mrkdwn(text)
    if all(isinstance(span, str) for span in text) or limits.units(marked) > limits.SECTION:
        return plain_text(cut_counting(tidy(line(text)), _ITEM), limits.SECTION)
    return {"type": "mrkdwn", "text": marked, "verbatim": True}


def _context_plain(words: str) -> Json:
    text = {"type": "plain_text", "text": cut_counting(literal(words), limits.SECTION) or "–", "emoji": False}
    return {"type": "context", "elements": [text]}


def _foot(card: AnyCard, used: Counter[str]) -> list[Json]:
    """Select, buttons and the reason, in this order: the reason is read last and least."""
    drawn: list[Json] = []
    if card.choose is not None and card.choose.options:
        drawn.append({"type": "actions", "elements": [select(card.choose, used)]})
        if len(card.choose.options) > limits.OPTIONS:
            drawn.append(_context_plain(more(len(card.choose.options) - limits.OPTIONS)))
    if card.buttons:
        shown = card.buttons[: limits.ACTIONS]
        drawn.append({"type": "actions", "elements": [button(each, used) for each in shown]})
        if len(card.buttons) > limits.ACTIONS:
            drawn.append(_context_plain(more(len(card.buttons) - limits.ACTIONS)))
    if card.why:
        drawn.append(_context_plain(f"{WHY} {card.why}"))
    return drawn


def _escaped_within(words: str, limit: int) -> str:
    """The top-level text, cut before escaping so that no entity is cut in two."""
    kept = limit
    while limits.units(escaped := mrkdwn_words(cut_counting(words, kept))) > limit:
        kept = kept * 3 // 4
    return escaped


def _numbered(blocks: list[Json], key: str) -> list[Json]:
    """Every block with an id of its own, so that a payload can always be traced to its card."""
    return [{**block, "block_id": f"{cut(key, 240)}:{at}"} for at, block in enumerate(blocks)]
