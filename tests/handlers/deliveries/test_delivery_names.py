"""What an undelivered message is called where somebody decides about it."""

from __future__ import annotations

import pytest

from handlers.deliveries.entries import what_is
from tests.databases import outbox_row


@pytest.mark.parametrize(("kind", "name"), [("digest.weekly", "weekly digest"), ("issue.card", "issue card")])
def test_a_message_is_called_by_words_people_know(kind: str, name: str) -> None:
    """Not by the name its kind has in the program."""
    assert what_is(outbox_row("one", kind=kind)) == name
