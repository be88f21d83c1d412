"""Spans as Slack's ``rich_text`` elements, and as ``mrkdwn`` where Slack takes nothing else.

Decision: whatever holds people's words is ``rich_text`` or ``plain_text``. There a text element is literal: ``*``,
``_``, ``~``, backticks, ``>`` and ``:name:`` garble nothing, and only a ``user`` element of our own mentions anybody.
Only two places are ``mrkdwn``: the message's top-level text and a note that holds a person, a moment or a link. There
``& < >`` are escaped once (which disarms ``<!channel>``, ``<@U…>`` and ``<url|label>``), and formatting marks get a
zero-width space on both sides, so that they touch no word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.plain import moment, span_words
from bot.slack.limits import cut_counting, units
from bot.slack.words import escape
from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.outgoing import Code, Link, Mention, Span, Strong, Struck, Text, When

Json = dict[str, Any]

_FORMATS = {"date": "{date_short_pretty}", "time": "{time}", "datetime": "{date_short_pretty} {time}"}
STYLES = {Strong: "bold", Struck: "strike", Code: "code"}
_USER = re.compile(r"[UW][A-Z0-9]+")
_ADDRESS = re.compile(r"https?://[^\s<>|]+")
_COMMAND = re.compile(r"<(?=[!@#])")
_MARKS = re.compile("[*_~`]+|^&gt;|:(?=[a-z0-9_+-]+:)", re.MULTILINE)
# Invisible direction overrides can make a line read as something else; NUL and halves of a letter cannot be sent.
_UNFIT = re.compile("[\x00\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def tidy(words: str) -> str:
    """People's words without what cannot be sent or would turn the reading direction."""
    return _UNFIT.sub("", words)


def literal(words: str) -> str:
    """Words for a literal element. ``<!``, ``<@`` and ``<#`` are also parted by a word joiner, if they are copied."""
    return _COMMAND.sub("<\u2060", tidy(words))


def mrkdwn_words(words: str) -> str:
    """People's words for ``mrkdwn``: escaped once, formatting marks disarmed."""
    return _MARKS.sub(lambda found: f"\u200b{found.group()}\u200b", escape(tidy(words)))


def mrkdwn(text: Text) -> str:
    """A line of spans as ``mrkdwn``."""
    return "".join(_mrkdwn_span(span) for span in text)


def _mrkdwn_span(span: Span) -> str:
    if isinstance(span, Strong):
        return f"*{mrkdwn_words(span.text)}*"
    if isinstance(span, Struck):
        return f"~{mrkdwn_words(span.text)}~"
    if isinstance(span, Mention):
        user = slack_user(span.account)
        return f"<@{user}>" if user else mrkdwn_words(span.name)
    if isinstance(span, When):
        fallback = mrkdwn_words(moment(span)).replace("|", "¦")
        return f"<!date^{int(span.at.timestamp())}^{_FORMATS[span.style]}|{fallback}>"
    if isinstance(span, Link) and _ADDRESS.fullmatch(span.url):
        return f"<{span.url.replace('&', '&amp;')}|{mrkdwn_words(span.text).replace('|', '¦')}>"
    return mrkdwn_words(span_words(span))


def elements(text: Iterable[Span], room: int) -> list[Json]:
    """A line of spans as ``rich_text`` elements of at most ``room`` characters; what does not fit is counted."""
    found: list[Json] = []
    for span in text:
        element, size = _element(span)
        if size > room:
            if element["type"] == "text":
                found.append({**element, "text": cut_counting(element["text"], max(room, 24))})
            else:
                found.append({"type": "text", "text": "…"})
            break
        room -= size
        if size:  # Slack refuses an empty text element
            found.append(element)
    return found


def _element(span: Span) -> tuple[Json, int]:
    """One span as an element, and how many characters it shows."""
    if isinstance(span, When):
        shown = moment(span)
        at = {"timestamp": int(span.at.timestamp()), "format": _FORMATS[span.style], "fallback": shown}
        return {"type": "date", **at}, units(shown)
    if isinstance(span, Mention) and (user := slack_user(span.account)):
        return {"type": "user", "user_id": user}, units(span.name)
    if isinstance(span, Link) and _ADDRESS.fullmatch(span.url):
        return {"type": "link", "url": span.url, "text": literal(span.text) or span.url}, units(span.text)
    words = literal(_bare(span))
    element: Json = {"type": "text", "text": words}
    style = STYLES.get(type(span))
    if style is not None:
        element["style"] = {style: True}
    return element, units(words)


def _bare(span: Span) -> str:
    """A span's words without any mark around them."""
    if isinstance(span, Mention):
        return span.name
    return span.text if isinstance(span, Struck) else span_words(span)


def slack_user(account: Account | None) -> str:
    """The user id to mention, or "" when this person is not on Slack."""
    if account is None or account.platform is not Platform.SLACK or not _USER.fullmatch(account.user):
        return ""
    return account.user


def section(text: Iterable[Span], room: int) -> Json | None:
    """A ``rich_text_section``, or None when there is nothing to say."""
    inside = elements(text, room)
    return {"type": "rich_text_section", "elements": inside} if inside else None
