"""What somebody typed into Teams, as plain words: the one place where its markup is taken off.

``text`` holds a mention as ``<at>Name</at>`` and some characters as entities; the ``text/html`` attachment beside it holds
what ``text`` has lost: where a link leads, which message is quoted, and where the quote ends and one's own words begin.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]*>", re.IGNORECASE)
_EMOJI = re.compile(r"<(?:emoji|img)\b[^<>]*\balt=\"([^\"<>]*)\"[^<>]*>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:at|p|div|span|b|i|u|s|em|strong|strike|a|ul|ol|li|pre|code|codeblock|blockquote|font|img|emoji|h[1-6]|table|tbody"
    r"|tr|td|th|attachment|systemeventmessage)\b[^<>]*>",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[ \t\u00a0]+")
_OURS = {2: None, 3: None}
"""What stands around somebody's id while the markup is taken off: in what was typed it means nothing."""
_QUOTE = re.compile(r"<blockquote\b[^<>]*/Reply[^<>]*>.*?</blockquote>", re.IGNORECASE | re.DOTALL)
_MENTION = re.compile(r"<span\b[^<>]*/Mention[^<>]*>([^<>]*)</span>", re.IGNORECASE)
NOBODY = ("28:", "19:")
"""How the ids of bots, and of channels and teams, begin."""
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
    written = (rich.answering or _text(activity, "text") or rich.whole).translate(_OURS)
    to_the_bot = False
    for entity in _entities(activity, "mention"):
        mentioned, shown = entity.get("mentioned"), _text(entity, "text")
        who = _text(mentioned, "id")
        if bot and who == bot:
            to_the_bot = True
            written = _without(written, shown)
        elif shown:
            name = _TAG.sub("", shown).replace("<", "").replace(">", "").strip()
            written = written.replace(shown, f"\x02{people[who]}\x03" if who in people else f"@{name}")
    words = plain(written)
    for label, address in rich.links[:LINKS]:
        words = _with_address(words, label, address)
    words = words.replace("\x02", "<@").replace("\x03", ">")
    return Heard(words, to_the_bot, _quoted(activity) or rich.quoted)


def mentioned(activity: Mapping[str, object], bot: str) -> list[str]:
    """Teams' ids of the people who are mentioned; bots, channels and teams are left out."""
    found = [_text(entity.get("mentioned"), "id") for entity in _entities(activity, "mention")]
    return list(dict.fromkeys(each for each in found if each and each != bot and not each.startswith(NOBODY)))


def plain(markup: str) -> str:
    """Markup as plain words: breaks as lines, emoji as themselves, entities as the characters they stand for."""
    lines = _BREAK.sub("\n", _EMOJI.sub(lambda found: html.unescape(found[1]), markup)).replace("\r\n", "\n")
    shown = html.unescape(_TAG.sub("", lines))
    return "\n".join(_SPACES.sub(" ", line).strip() for line in shown.split("\n")).strip()


def _without(written: str, shown: str) -> str:
    """A message without a mention in it, and without the comma or colon that follows one at its beginning."""
    if not shown:
        return written
    return re.sub(rf"\s*{re.escape(shown)}(?:&nbsp;|[\s\u00a0])*[:,]?(?:&nbsp;|[ \t\u00a0])*", " ", written).strip()


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


def _rich(activity: Mapping[str, object]) -> _Rich:
    rich = _Rich()
    found = activity.get("attachments")
    for each in found if isinstance(found, list) else []:
        if _text(each, "contentType") == "text/html":
            rich.feed(_text(each, "content"))
            rich.whole += _text(each, "content")
    rich.close()
    rich.whole = _MENTION.sub(r"<at>\1</at>", rich.whole)
    if rich.quoted:
        rich.answering = _QUOTE.sub("", rich.whole)
    return rich


class _Rich(HTMLParser):
    """Collects links and the quoted message from Teams' HTML. ``whole`` is all of it, with mentions as the text has them;
    ``answering`` what stands beside a quote."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[tuple[str, str]] = []
        self.quoted = self.whole = self.answering = ""
        self._address, self._label = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A link begins, or a quote."""
        known = {name: value or "" for name, value in attrs}
        if tag == "a" and known.get("href", "").startswith(("https://", "http://")):
            self._address, self._label = known["href"], ""
        if tag == "blockquote" and known.get("itemtype", "").endswith("/Reply") and not self.quoted:
            self.quoted = known.get("itemid", "")

    def handle_data(self, data: str) -> None:
        """What a link says."""
        if self._address:
            self._label += data

    def handle_endtag(self, tag: str) -> None:
        """A link is complete."""
        label = " ".join(self._label.split())
        if tag == "a" and self._address and label:
            self.links.append((label, self._address))
        self._address = "" if tag == "a" else self._address


def _entities(activity: Mapping[str, object], kind: str) -> list[Mapping[str, object]]:
    found = activity.get("entities")
    those = found if isinstance(found, list) else []
    return [each for each in those if isinstance(each, Mapping) and each.get("type") == kind]


def _text(payload: object, name: str) -> str:
    found = payload.get(name) if isinstance(payload, Mapping) else None
    return found if isinstance(found, str) else ""
