"""What somebody typed into Teams, as plain words: the one place where its markup is taken off.

``text`` holds a mention as ``<at>Name</at>`` and some characters as entities; the ``text/html`` attachment beside it holds
what ``text`` has lost: where a link leads, which message is quoted, and where the quote ends and one's own words begin.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]{0,300}>", re.IGNORECASE)
_EMOJI = re.compile(r"<(?:emoji|img)\b[^<>]{0,500}\balt=\"([^\"<>]{0,50})\"[^<>]{0,2000}>", re.IGNORECASE)
_PASTED = re.compile(r"<img\b[^<>]{0,1000}/AMSImage\b[^<>]{0,2000}>", re.IGNORECASE)
"""A picture pasted between words, which is no emoji."""
FILES = ("reference", "application/vnd.microsoft.teams.file.download.info")
"""Contents that are files: as channels have them, and chats."""
_TAG = re.compile(
    r"</?(?:at|p|div|span|b|i|u|s|em|strong|strike|a|ul|ol|li|pre|code|codeblock|blockquote|font|img|emoji|h[1-6]|table|tbody"
    r"|tr|td|th|attachment|systemeventmessage)\b[^<>]{0,2500}>",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[ \t\u00a0]+")
_OPENS, _CLOSES, _BOT = "\x02", "\x03", "\x04"
"""Stand around somebody's id, and for the bot, while the markup is taken off: in what was typed they mean nothing."""
_OURS = dict.fromkeys(map(ord, (_OPENS, _CLOSES, _BOT)))
_AT = re.compile(r"<at\b[^<>]{0,100}>.{0,300}?</at>", re.IGNORECASE | re.DOTALL)
_CALLED = re.compile(
    rf"(?:&nbsp;|[\s\u00a0]){{0,9}}{_BOT}(?:&nbsp;|[\s\u00a0]){{0,9}}[:,]?(?:&nbsp;|[ \t\u00a0]){{0,9}}"
)
"""The bot's mention, and the comma or colon after it."""
_MENTION = re.compile(r"<span\b[^<>]{0,300}/Mention[^<>]{0,300}>([^<>]{0,300})</span>", re.IGNORECASE)
_LINK = re.compile(
    r"<a\b[^<>]{0,300}?\bhref=[\"'](https?://[^\"'<>\s]{1,2000})[\"'][^<>]{0,300}>(.{0,300}?)</a>",
    re.IGNORECASE | re.DOTALL,
)
_REPLY = re.compile(r"<blockquote\b[^<>]{0,300}/Reply[\"'][^<>]{0,300}>", re.IGNORECASE)
_ITEM = re.compile(r"\bitemid=[\"']([^\"'<>]{1,100})[\"']", re.IGNORECASE)
NOBODY = ("28:", "19:")
"""How the ids of bots, and of channels and teams, begin."""
LONGEST = 60_000
"""Characters of markup that are looked at; a message of Teams' has half of that."""
LINKS = 20
"""Links whose addresses are added to what was written."""


@dataclass(frozen=True, slots=True)
class Heard:
    """``words`` are plain; other people stand in them as ``<@id>``. ``to_the_bot``: it was mentioned. ``quoted`` is the message
    that is answered where there are no threads, "" for none."""

    words: str
    to_the_bot: bool = False
    quoted: str = ""


def said(activity: Mapping[str, object], bot: str, people: Mapping[str, str]) -> Heard:
    """What a message says. ``people`` are user ids by the ids Teams mentions people with; who is not among them stays as
    "@Name"."""
    rich = _rich(activity)
    written = (rich.answering or _text(activity, "text") or rich.whole)[:LONGEST].translate(_OURS)
    mentions = _entities(activity, "mention")
    words = plain(_CALLED.sub(" ", _resolved(written, mentions, bot, people)))
    for label, address in rich.links[:LINKS]:
        words = _with_address(words, label, address)
    words = words.replace(_OPENS, "<@").replace(_CLOSES, ">").replace(_BOT, "")
    to_the_bot = bool(bot) and any(_text(each.get("mentioned"), "id") == bot for each in mentions)
    return Heard(words, to_the_bot, _quoted(activity) or rich.quoted)


def attached(activity: Mapping[str, object]) -> tuple[int, tuple[str, ...]]:
    """How many pictures came with a message, and the names of its other files, "" for one without. A picture is an attachment,
    or stands in the markup, or both: what is both counts once."""
    found = activity.get("attachments")
    those = [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
    pictures = [each for each in those if _text(each, "contentType").startswith("image/")]
    files = tuple(_text(each, "name") for each in those if _text(each, "contentType") in FILES)
    markup = "".join(_text(each, "content") for each in those if _text(each, "contentType") == "text/html")
    return max(len(pictures), len(_PASTED.findall(markup[:LONGEST]))), files


def mentioned(activity: Mapping[str, object], bot: str) -> list[str]:
    """Teams' ids of the people who are mentioned; bots, channels and teams are left out."""
    found = [_text(entity.get("mentioned"), "id") for entity in _entities(activity, "mention")]
    return list(dict.fromkeys(each for each in found if each and each != bot and not each.startswith(NOBODY)))


def plain(markup: str) -> str:
    """Markup as plain words: breaks as lines, emoji as themselves, entities as the characters they stand for."""
    lines = _BREAK.sub("\n", _EMOJI.sub(lambda found: html.unescape(found[1]), markup)).replace("\r\n", "\n")
    shown = html.unescape(_TAG.sub("", lines))
    return "\n".join(_SPACES.sub(" ", line).strip() for line in shown.split("\n")).strip()


def _resolved(written: str, mentions: list[Mapping[str, object]], bot: str, people: Mapping[str, str]) -> str:
    """The text with a mark for the bot and an id or a name for everybody else who is mentioned. Two people of one name are
    told apart by the order in which Teams lists them; a tag that no mention belongs to was typed by hand."""
    waiting = list(mentions)

    def stands_for(tag: re.Match[str]) -> str:
        inside = _inside(tag[0])
        entity = next((each for each in waiting if _inside(_text(each, "text")) == inside), None)
        again = next((each for each in mentions if _inside(_text(each, "text")) == inside), None)
        if entity is not None:
            waiting.remove(entity)
        meant = entity or again
        return inside if meant is None else _mark(meant, inside, bot, people)

    resolved = _AT.sub(stands_for, written)
    for entity in waiting:  # not as a tag, but as it says
        shown = _text(entity, "text")
        resolved = resolved.replace(shown, _mark(entity, _inside(shown), bot, people)) if shown else resolved
    return resolved


def _mark(entity: Mapping[str, object], name: str, bot: str, people: Mapping[str, str]) -> str:
    who = _text(entity.get("mentioned"), "id")
    if bot and who == bot:
        return _BOT
    name = name.replace("<", "").replace(">", "").removeprefix("@").strip()
    return f"{_OPENS}{people[who]}{_CLOSES}" if who in people else f"@{name}"


def _inside(tag: str) -> str:
    """A mention's name, as its reader sees it."""
    return " ".join(html.unescape(_TAG.sub("", tag)).split())


def _with_address(words: str, label: str, address: str) -> str:
    """Where a link leads stands after its label, if the label does not say it."""
    at = words.find(label)
    if at < 0 or address in words or address.rstrip("/") in (label, f"http://{label}", f"https://{label}"):
        return words
    end = at + len(label)
    return f"{words[:end]} ({address}){words[end:]}"


def _quoted(activity: Mapping[str, object]) -> str:
    for entity in _entities(activity, "quotedReply"):
        return _text(entity.get("quotedReply"), "messageId")
    return ""


@dataclass(frozen=True, slots=True)
class _Rich:
    """Teams' HTML: ``whole`` is all of it, with mentions as the text has them; ``answering`` what stands after a quote."""

    whole: str
    links: list[tuple[str, str]]
    quoted: str
    answering: str


def _rich(activity: Mapping[str, object]) -> _Rich:
    """Read by patterns of bounded length: a parser takes minutes over markup that was made to be broken."""
    found = activity.get("attachments")
    those = found if isinstance(found, list) else []
    html_parts = [_text(each, "content") for each in those if _text(each, "contentType") == "text/html"]
    whole = _PASTED.sub("", _MENTION.sub(r"<at>\1</at>", "".join(html_parts)[:LONGEST]))
    links = [(plain(label), html.unescape(address)) for address, label in _LINK.findall(whole)]
    reply = _REPLY.search(whole)
    quoted = _ITEM.search(reply[0]) if reply else None
    answering = whole.rpartition("</blockquote>")[2] if quoted else ""
    return _Rich(whole, [each for each in links if each[0]], quoted[1] if quoted else "", answering)


def _entities(activity: Mapping[str, object], kind: str) -> list[Mapping[str, object]]:
    found = activity.get("entities")
    those = found if isinstance(found, list) else []
    return [each for each in those if isinstance(each, Mapping) and each.get("type") == kind]


def _text(payload: object, name: str) -> str:
    found = payload.get(name) if isinstance(payload, Mapping) else None
    return found if isinstance(found, str) else ""
