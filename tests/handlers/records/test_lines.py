"""The short lines of records."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handlers.records.lines import line_card, plain_text
from handlers.vocabulary.outgoing import Code, Mention, SharedCard, When

AT = datetime(2026, 4, 2, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("style", "said"),
    [("datetime", "2 April 17:00 (Europe/London)"), ("time", "17:00 (Europe/London)"), ("date", "2 April")],
)
def test_a_notification_names_a_moment_in_its_own_zone(style: str, said: str) -> None:
    """A moment is told on its zone's clock, which is named unless it is a bare day."""
    assert plain_text((When(AT, "Europe/London", style),)) == said  # type: ignore[arg-type]  # each of the three styles


def test_a_notification_tells_people_from_the_sentence() -> None:
    """A person has an @, so that two names beside each other are not read as one company of two."""
    text = (Mention(None, "Maya Brooks"), ", Jo Santos asks for ", Code("ok"), ".")
    card = line_card(text, SharedCard, quote="need the policy")
    assert card.text == "@Maya Brooks, Jo Santos asks for ok. need the policy"
