"""What people asked of the program, as the platform delivered it, with what each answer promised.

An event that was acknowledged in the end, and a command, click or form that was answered, must have had its whole effect. One
that got no answer, or an honest "not saved", may have had it once or not at all, but never by half.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.chaos import names

Said = Mapping[str, Any]
"""A message as it stands: channel, ts, thread_ts, user, text, and the bot's reactions on it."""
Effect = tuple[str, str]
"""A channel and the name of a message that must stand in it."""

NOT_SAVED = "Not saved"
NEVER_TRIED: Mapping[str, Any] = {"failure": "never tried", "answer": None, "at": 0.0}
WHISPERED_WITHIN = 15.0
"""Seconds after a click in which its private word comes."""
WORDS: Mapping[str, str | None] = {
    # the first word of a reply -> the line it leads to; None: only an emoji
    "ack": None,
    "blocked": "blocked",
    "unblocked": "answered",
    "done": "done",
    "ok": "accepted",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the ``effects`` it must have, all or none; ``surely`` when it was answered as done, ``never`` when it was
    answered that nothing was done."""

    effects: tuple[Effect, ...]
    surely: bool
    never: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """What the platform kept: everything it delivered to the program, what stands in its channels, and when (epoch seconds) the
    program said, or tried to say, to somebody alone that nothing was saved. ``bot`` is the program's own user id; ``reads``
    how this platform's deliveries are read."""

    deliveries: Sequence[Mapping[str, Any]]
    channels: Mapping[str, Sequence[Said]]
    not_saved_at: Sequence[float]
    bot: str
    reads: Callable[[Record], list[Asked]]

    def asked(self) -> list[Asked]:
        """Everything that was asked."""
        return self.reads(self)

    def root(self, channel: str, ts: str) -> str:
        """The words of a message."""
        return next((str(each["text"]) for each in self.channels[channel] if each["ts"] == ts), "")


def asked_of(record: Record) -> list[Asked]:
    """Everything that was asked on Slack."""
    gestures = [_gesture(each, record) for each in record.deliveries if each["kind"] != "events_api"]
    return [*_said(record), *(each for each in gestures if each is not None)]


def _said(record: Record) -> Iterable[Asked]:
    """Messages and replies. A mention comes as two events, and either of them is enough."""
    events: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for each in record.deliveries:
        inner = each["payload"].get("event") or {}
        spoken = inner.get("type") in ("message", "app_mention") and not inner.get("subtype")
        if spoken and inner.get("user") != record.bot:
            events.setdefault((inner["channel"], inner["ts"]), []).append(each)
    for (channel, ts), twins in events.items():
        inner = twins[0]["payload"]["event"]
        effects = effects_of_words(str(inner.get("text", "")), inner.get("thread_ts"), channel, ts, record)
        if effects:
            yield Asked(effects, surely=any(each["acked"] for each in twins))


def effects_of_words(text: str, thread: str | None, channel: str, ts: str, record: Record) -> tuple[Effect, ...]:
    """What a message leads to: a report to its card, a reply to its line, each with an emoji."""
    emoji = (channel, names.reaction(ts))
    if thread in (None, ts):
        word = names.nonce_of(text)
        return () if word is None else ((channel, names.card(word)), emoji)
    word, order = names.nonce_of(record.root(channel, str(thread))), text.split()[0].strip(":").casefold()
    if word is None or order not in WORDS:
        return ()
    line = WORDS[order]
    return (emoji,) if line is None else ((channel, names.line(word, line)), emoji)


def _gesture(delivery: Mapping[str, Any], record: Record) -> Asked | None:
    """A command, a click or a form: delivered once, never again."""
    effects = _effects_of_gesture(delivery, record)
    if not effects:
        return None
    attempt: Mapping[str, Any] = delivery["attempts"][-1] if delivery["attempts"] else NEVER_TRIED
    answered = attempt["failure"] is None
    refused = answered and (NOT_SAVED in str(attempt["answer"]) or _whispered(delivery, attempt["at"], record))
    return Asked(effects, surely=answered and not refused, never=answered and NOT_SAVED in str(attempt["answer"]))


def _effects_of_gesture(delivery: Mapping[str, Any], record: Record) -> tuple[Effect, ...]:
    payload = delivery["payload"]
    if delivery["kind"] == "slash_commands":
        word = names.nonce_of(payload["text"]) if payload["text"].startswith("actions add") else None
    elif payload["type"] == "view_submission":
        word = names.nonce_of(str(payload["view"]["state"]))
    elif payload["type"] == "block_actions" and ".accept" in payload["actions"][0]["action_id"]:
        message = payload["message"]
        word = names.nonce_of(record.root(payload["channel"]["id"], message.get("thread_ts") or message["ts"]))
        return () if word is None else ((names.channel_of(word), names.line(word, "accepted")),)
    else:
        word = None
    return () if word is None else ((names.channel_of(word), names.card(word)),)


def _whispered(delivery: Mapping[str, Any], at: float, record: Record) -> bool:
    """Whether a click was answered by a private "not saved"; which click it was for cannot be told, so any of them counts."""
    clicked = delivery["payload"].get("type") == "block_actions"
    return clicked and any(at <= told <= at + WHISPERED_WITHIN for told in record.not_saved_at)
