"""An ``Answer`` as what Slack expects in the acknowledgement. Pure; ``speaker.py`` sends what needs a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.slack import forms, render
from bot.slack.limits import MODAL_TITLE, cut
from bot.slack.rich_text import mrkdwn_words
from handlers.vocabulary.outgoing import Answer, AnyCard, File

Payload = Mapping[str, Any]
Body = dict[str, Any]

NOT_SAVED = "Not saved: the database did not answer in time. Please try again in a moment."
NOT_OPENED = "Slack did not open the form in time. Please try again."
EMPTY: Body = {}


def private_words(answer: Answer) -> Body:
    """Text and blocks for that person alone; empty when there is nothing to say."""
    if answer.card is not None:
        return card_words(answer.card)
    if answer.problems:
        return {"text": mrkdwn_words("\n".join(f"{name}: {problem}" for name, problem in answer.problems.items()))}
    return {"text": mrkdwn_words(answer.done)} if answer.done else EMPTY


def must_be_seen(answer: Answer) -> bool:
    """Whether a refusal, a choice or news is said: a card beside a short confirmation may be missed, these may not."""
    return answer.card is None or not answer.done


def card_words(card: AnyCard) -> Body:
    """A card that stands in no channel, and therefore has no key."""
    message = render.message(alone(card), key="")
    return {"text": message.text, "blocks": message.blocks}


def alone(card: AnyCard) -> AnyCard:
    """A card that stands in no channel has no thread its files could follow in."""
    return replace(card, elements=tuple(each for each in card.elements if not isinstance(each, File)))


def command_ack(answer: Answer) -> Body:
    """The acknowledgement of a command: seen by the one who typed it only."""
    words = private_words(answer)
    return {"response_type": "ephemeral", **words} if words else EMPTY


def submit_ack(answer: Answer, channel: str = "") -> Body:
    """The acknowledgement of a form opened in ``channel``: problems at the fields, a form or a card in its place, or all forms closed."""
    if answer.problems:
        return forms.problems(answer)
    if answer.form is not None:
        return {"response_action": "update", "view": forms.modal(answer.form, channel)}
    if answer.card is not None:
        return {"response_action": "update", "view": card_view(answer.card.title, card_words(answer.card))}
    return {"response_action": "clear"}


def submit_not_saved(body: Payload) -> Body:
    """Said at the form's first input, so that what was typed stays; a form without inputs shows it in its place."""
    blocks = body["view"].get("blocks") or ()
    inputs = [block["block_id"] for block in blocks if block.get("type") == "input" and block.get("block_id")]
    if inputs:
        return {"response_action": "errors", "errors": {inputs[0]: NOT_SAVED}}
    return {"response_action": "update", "view": card_view("Not saved", {"text": NOT_SAVED})}


def card_view(title: str, words: Body) -> Body:
    """Words in a modal of their own. ``title`` is cut to what Slack shows."""
    section = {"type": "section", "block_id": "words", "text": {"type": "mrkdwn", "text": words.get("text") or "Done"}}
    return {
        "type": "modal",
        "callback_id": "shown",
        "title": {"type": "plain_text", "text": cut(title.strip() or "Parley", MODAL_TITLE)},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": words.get("blocks") or [section],
    }
