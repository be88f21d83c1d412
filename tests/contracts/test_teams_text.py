"""Words, people and moments in a Teams card, and in the plain text its notification reads."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.plain import plain
from bot.teams.limits import disarmed, literal
from bot.teams.render import adaptive
from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.outgoing import Facts, Mention, Quote, SharedCard, Text, When, Words
from tests.contracts.test_cards import teams_violations

Json = dict[str, Any]
NINE = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
MARKS = re.compile(r"(?<!\\)[*_~`\[\]<>{}]")


def person(name: str, user: str = "5b2c7d0e-8a44-4c39-9a57-2f10f7a1a001", tenant: str = "vendor") -> Mention:
    return Mention(Account(Platform.TEAMS, tenant, user), name)


def drawn(*text: Any) -> Json:
    line: Text = text
    return adaptive(SharedCard("Said", elements=(Words(line),)), key="k")


ODD = {
    "Ana *Cruz*": "Ana Cruz",
    "Paolo <Reyes>": "Paolo Reyes",
    "O'Brien & Söhne": "O'Brien Söhne",
    "[Bot] {{DATE(2026-01-01T00:00:00Z)}}": "Bot DATE(2026-01-01T00:00:00Z)",
    "שרה\u202e כהן": "שרה כהן",
    "💡 Lu": "💡 Lu",
    "<at></at>": "at /at",
    "  ": "?",
    "a\nb": "a b",
}


@pytest.mark.parametrize(("name", "shown"), ODD.items())
def test_a_person_of_an_odd_name_is_mentioned(name: str, shown: str) -> None:
    """The tag stands in the text letter by letter as in its entity, without anything markdown would take for its own."""
    card = drawn("Over to ", person(name), ".")
    [entity] = card["msteams"]["entities"]
    assert entity["text"] == f"<at>{shown}</at>" and entity["mentioned"]["name"] == shown
    assert card["body"][0]["text"] == f"Over to <at>{shown}</at>."
    assert teams_violations(card) == []


def test_two_people_of_one_name_are_told_apart() -> None:
    """Each tag has one entity, and a person mentioned twice has one tag."""
    first, second = person("Jo Santos", "a"), person("Jo Santos", "29:b", "host")
    card = drawn(first, " and ", second, " and ", first)
    assert [each["mentioned"]["id"] for each in card["msteams"]["entities"]] == ["a", "29:b"]
    assert card["body"][0]["text"] == "<at>Jo Santos</at> and <at>Jo Santos (2)</at> and <at>Jo Santos</at>"


def test_nobody_goes_unmentioned_because_somebody_wrote_much() -> None:
    """Of a line far too long the words are cut and counted; the person and the moment in it stay alive."""
    card = drawn("w" * 9000, person("Jo"), "v" * 9000, When(NINE, "UTC"))
    text = card["body"][0]["text"]
    assert len(text) < 3500 and text.count("more)") == 2
    assert "<at>Jo</at>" in text and "{{TIME(" in text and card["msteams"]["entities"]


def test_people_of_other_platforms_are_named() -> None:
    """Somebody on Slack, or without an account, cannot be notified in Teams: their name stands there as a word."""
    card = drawn(Mention(Account(Platform.SLACK, "T1", "U1"), "Jo *S*"), ", ", Mention(None, "Maya"))
    assert "msteams" not in card and card["body"][0]["text"] == r"Jo \*S\*, Maya"


def test_a_moment_follows_its_reader_in_lines_and_facts() -> None:
    """Teams works moments out in TextBlocks and facts alone (not in a RichTextBlock, msteams-docs issue 4489)."""
    moment = When(NINE, "Asia/Manila")
    card = adaptive(SharedCard("Due", elements=(Words(("Due ", moment)), Facts((("By", (moment,)),)))), key="k")
    block, facts = card["body"]
    assert block["type"] == "TextBlock"
    shown = "{{DATE(2026-03-05T09:00:00Z, SHORT)}} {{TIME(2026-03-05T09:00:00Z)}}"
    assert block["text"] == f"Due {shown}" and facts["facts"] == [{"title": "By", "value": shown}]


def test_the_plain_text_spells_the_zone_of_every_moment() -> None:
    """A notification cannot know its reader's clock: each moment names the zone it is told in."""
    moments = [When(NINE, zone) for zone in ("Europe/London", "Asia/Manila")]
    said = plain(SharedCard("Review", elements=(Words((moments[0], " · ", moments[1])),)))
    assert "Thu 5 Mar 2026, 09:00 Europe/London" in said and "17:00 Asia/Manila" in said


def test_lines_of_people_stay_lines() -> None:
    """A single line break is none in Teams' markdown; four spaces at a line's beginning are no program text."""
    text = drawn("first\nsecond\n\n\n    third ", person("Jo"))["body"][0]["text"]
    assert text == "first\n\nsecond\n\nthird <at>Jo</at>"
    quoted = adaptive(SharedCard("Said", elements=(Quote("first\n  second", "Jo"),)), key="k")["body"][0]["items"][0]
    assert quoted["inlines"][0]["text"] == "first\n  second"


def test_emoji_and_right_to_left_come_whole() -> None:
    """Nothing is cut in the middle of a character, and only what turns the direction of what follows is taken out."""
    words = "👩🏽‍💻 مستوى \u202eالخدمة\u202c 81.9%"
    text = json.dumps(drawn(words)["body"], ensure_ascii=False)
    assert "👩🏽‍💻 مستوى الخدمة 81.9%" in text


@given(st.text(st.characters(codec="utf-8"), max_size=80))
@settings(max_examples=100, deadline=None)
def test_disarming_only_adds_what_is_not_seen(words: str) -> None:
    """Without backslashes before marks and word joiners, a person's words are there again, letter by letter."""
    seen = re.sub(r"\\([*_~`\[\]\\#+>.)-])", r"\1", disarmed(words)).replace("\u2060", "")
    assert seen == re.sub(r"\\([*_~`\[\]\\#+>.)-])", r"\1", literal(words)).replace("\u2060", "") or "\\" in words


@given(st.text(st.sampled_from("ab <>/at{}[]()*_~`&#1.-\n")))
@settings(max_examples=150, deadline=None)
def test_no_words_make_a_tag_a_template_or_a_link(words: str) -> None:
    """Of marks that could begin a mention, a moment, a link or an entity none is left as it was."""
    text = disarmed(words)
    assert not re.search(r"</?\w|\{\{|(?<!\\)\[|&#?\w+;", text)
