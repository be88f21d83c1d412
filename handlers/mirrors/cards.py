"""What stands in a thread for what somebody said on the other platform."""

from __future__ import annotations

from handlers.vocabulary.outgoing import AnyCard, Quote, SharedCard

LONGEST = 2900
"""Characters of a person's words in one message; Slack takes 3,000 in a section."""
ROOM = 60
"""Characters for the words that say how much is missing."""


def relay_card(name: str, platform: str, words: str) -> SharedCard:
    """Somebody's own words under their name; ``platform`` as people call it ("Slack")."""
    who, said = f"{name}, on {platform}", words
    if len(words) > LONGEST:
        kept = words[: LONGEST - ROOM].rstrip()
        said = f"{kept} … ({len(words) - len(kept):,} more characters stand on {platform})"
    return SharedCard(text=f"{who}: {said}", elements=(Quote(said, author=who),))


def examples() -> list[AnyCard]:
    """As it usually looks."""
    return [relay_card("Jo Santos", "Teams", "We found the cause and test the fix tonight.")]


def worst_cases() -> list[AnyCard]:
    """Words beyond every limit, with markup and mentions, and from right to left."""
    words = (
        "x" * 5000,
        "<!channel> & *bold* `code` <at>all</at>",
        "\u05e1\u05e4\u05e7 \u05d4\u05e9\u05d9\u202e",
        "1\n" * 900,
    )
    return [relay_card(each[:400], "Slack", each) for each in words]
