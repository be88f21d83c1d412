"""What stands in a thread for what somebody said on the other platform."""

from __future__ import annotations

from collections.abc import Sequence

from babel.lists import format_list

from handlers.vocabulary.outgoing import AnyCard, Note, Quote, SharedCard, Struck, Words

LONGEST = 2900
"""Characters of a person's words in one message; Slack takes 3,000 in a section."""
NAME, FILES = 80, 5
"""Characters of a file's name, and how many files are named."""
ROOM = 60
"""Characters for the words that say how much is missing."""


def relay_card(name: str, platform: str, words: str, *, sent: str = "", edited: bool = False) -> SharedCard:
    """Somebody's own words under their name; ``platform`` as people call it ("Slack"). ``sent`` is what came with them, in words
    ("a picture and plan.xlsx"), ``edited`` that they were changed since."""
    who, said = f"{name}, on {platform}", words
    if len(words) > LONGEST:
        kept = words[: LONGEST - ROOM].rstrip()
        said = f"{kept} … ({len(words) - len(kept):,} more characters stand on {platform})"
    if not words.strip():
        line = f"{who}, sent {sent}{' (edited)' if edited else ''}."
        return SharedCard(text=line, elements=(Words((line,)),))
    by = f"{who} (edited)" if edited else who
    beside = (Note((f"With {sent}, on {platform}.",)),) if sent else ()
    return SharedCard(text=f"{by}: {said}", elements=(Quote(said, author=by), *beside))


def deleted_card(name: str, platform: str) -> SharedCard:
    """What stands where somebody's words stood that they deleted: their name, and nothing of what they said."""
    line = f"{name}, on {platform}"
    said = (Struck(line), " deleted what they had written.")
    return SharedCard(text=f"{line} deleted what they had written.", elements=(Words(said),))


def author_of(card: AnyCard, platform: str) -> str:
    """Whose words one of these cards tells, as it names them."""
    return card.text.partition(f", on {platform}")[0]


def sent_in_words(pictures: int, files: Sequence[str]) -> str:
    """What came with a message: "a picture", "2 pictures and plan.xlsx"; "" for nothing."""
    shown = [each.strip()[:NAME] or "a file" for each in files]
    told = [*shown[:FILES], *([f"{len(shown) - FILES} more files"] if len(shown) > FILES else [])]
    if pictures:
        told.insert(0, "a picture" if pictures == 1 else f"{pictures} pictures")
    return format_list(told, locale="en_GB")


def examples() -> list[AnyCard]:
    """As it usually looks."""
    words = "We found the cause and test the fix tonight."
    return [
        relay_card("Jo Santos", "Teams", words),
        relay_card("Jo Santos", "Teams", words, sent=sent_in_words(2, ["refund.xlsx"]), edited=True),
        relay_card("Jo Santos", "Teams", "", sent=sent_in_words(1, [])),
        deleted_card("Jo Santos", "Teams"),
    ]


def worst_cases() -> list[AnyCard]:
    """Words beyond every limit, with markup and mentions, and from right to left."""
    words = (
        "x" * 5000,
        "<!channel> & *bold* `code` <at>all</at>",
        "\u05e1\u05e4\u05e7 \u05d4\u05e9\u05d9\u202e",
        "1\n" * 900,
    )
    files = sent_in_words(99, [each[:400] for each in words] * 9)
    return [
        card
        for each in words
        for card in (
            relay_card(each[:400], "Slack", each, sent=files, edited=True),
            relay_card(each[:400], "Slack", "", sent=files),
            deleted_card(each[:400], "Slack"),
        )
    ]
