"""What no longer holds is struck through on every platform, and stays readable."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.plain import plain
from bot.room.render import environment
from bot.slack import render
from bot.slack.rich_text import mrkdwn
from bot.teams.render import adaptive
from handlers.saying import decode, encode
from handlers.vocabulary.outgoing import SharedCard, Struck, When, Words
from tests.contracts.slack_limits import message_violations
from tests.contracts.test_cards import teams_violations

SAID = "Refund calls <wait> *20* minutes"
CARD = SharedCard("Taken back.", elements=(Words((Struck(SAID), " Taken back.")),))


def test_slack_strikes_words_through() -> None:
    """As a style where text is literal, as a mark around escaped words elsewhere."""
    drawn = render.message(CARD, key="k")
    (part,) = [block for block in drawn.blocks if block["type"] == "rich_text"]
    assert part["elements"][0]["elements"][0] == {"type": "text", "text": SAID, "style": {"strike": True}}
    assert message_violations(drawn.text, drawn.blocks) == []
    assert mrkdwn((Struck("a < b"),)) == "~a &lt; b~"


def test_teams_strikes_words_through() -> None:
    """As a run's style; in a line with a moment, where Teams has no such mark, between tildes."""
    card: dict[str, Any] = adaptive(CARD, key="k")
    (block,) = [part for part in card["body"] if part["type"] == "RichTextBlock"]
    assert block["inlines"][0] == {"type": "TextRun", "text": SAID, "strikethrough": True}
    assert teams_violations(card) == []
    moment = When(datetime(2026, 3, 2, tzinfo=UTC), "UTC")
    with_moment = adaptive(SharedCard("x", elements=(Words((Struck("gone"), moment)),)), key="k")
    assert teams_violations(with_moment) == [] and "gone" in str(with_moment["body"])


def test_struck_words_read_as_plain_words_and_survive_the_outbox() -> None:
    """Between tildes for terminals; the card is the same after it was stored."""
    assert f"~{SAID}~" in plain(CARD)
    assert decode(encode(CARD)) == CARD


def test_the_room_strikes_words_through() -> None:
    """As HTML, escaped."""
    drawn = environment().get_template("parts.html").module.span(Struck(SAID), None)  # type: ignore[attr-defined]
    assert str(drawn).strip() == "<s>Refund calls &lt;wait&gt; *20* minutes</s>"
