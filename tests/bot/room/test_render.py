"""Cards and forms as HTML: every element, everything escaped, moments in the reader's zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.room.moments import day_of, spoken
from bot.room.reader import Reader
from bot.room.render import CardRenderer, environment
from handlers.vocabulary.outgoing import (
    Button,
    Choose,
    Code,
    Facts,
    File,
    Heading,
    Item,
    Link,
    Listing,
    Mention,
    MetricRow,
    Metrics,
    Note,
    Option,
    Panel,
    Picture,
    Quote,
    SharedCard,
    Strong,
    Tone,
    When,
    Words,
)
from tests.bot.room.harness import MONDAY, PEOPLE, digest_card, report_form

CARDS = CardRenderer(environment())
MARIA, JOSE = (Reader(user=user, now=MONDAY, token="t", channel="manila") for user in PEOPLE[:2])
EVIL = """<script>alert("1")</script>&'"""


def evil_card() -> SharedCard:
    """A card whose every string tries to become markup."""
    return SharedCard(
        text=EVIL,
        title=EVIL,
        tone=Tone.WARN,
        elements=(
            Words((EVIL, Strong(EVIL), Code(EVIL), Link(EVIL, "javascript:alert(1)"), Mention(None, EVIL))),
            Heading(EVIL),
            Facts(((EVIL, (EVIL,)),)),
            Listing(((EVIL,),), more=2),
            Metrics((MetricRow(EVIL, EVIL, Tone.BAD, EVIL, "up", EVIL),)),
            Quote(EVIL, EVIL),
            Note((EVIL,)),
            Picture(EVIL, (Panel(EVIL, EVIL, Tone.GOOD, EVIL, ("a",), (1.0,)),), EVIL),
            Item((EVIL,), (Button(EVIL, EVIL, EVIL, "danger"),), Tone.BAD),
            File(EVIL, EVIL, EVIL, EVIL),
        ),
        buttons=(Button(EVIL, EVIL, EVIL, "danger"),),
        choose=Choose(EVIL, EVIL, (Option(EVIL, EVIL),)),
        why=EVIL,
    )


def test_whatever_is_typed_stays_words() -> None:
    """No string of a card becomes markup, an attribute or a script address, in any element."""
    html = CARDS.card(evil_card(), MARIA, EVIL)
    assert "<script" not in html and 'alert("1")' not in html
    assert 'href="javascript:' not in html


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="<>&\"'/= abcש\u202e\n", min_size=1, max_size=30).filter(str.strip))
def test_any_words_come_out_as_the_same_words(words: str) -> None:
    """Whatever a person writes is shown escaped and complete."""
    html = CARDS.card(SharedCard(text=words), MARIA, "1")
    assert html.count("<") == html.count(">") == 4
    assert f'<p class="words">{words}</p>' in html.unescape()


def test_every_element_is_shown() -> None:
    """The digest with each kind of element shows each of them."""
    html = str(CARDS.card(digest_card(), MARIA, "17.5"))
    for part in (
        "<strong>eighth</strong>", "<code>oops AHT 6:25</code>", 'href="https://example.com/agenda"', "+3 more",
        'src="/as/maria/pictures/17.5/2.svg"', 'href="/as/maria/pictures/17.5/2.png"', "<blockquote>The new macro",
        "<dt>Next review</dt>", "<h4>Went well</h4>", "button--primary", "button--danger", "Explain a metric</option>",
        "Why did I get this?", "mention--me",
    ):  # fmt: skip
        assert part in html, part


@pytest.mark.parametrize("tone", [tone for tone in Tone if tone is not Tone.PLAIN])
def test_status_is_a_shape_and_a_word(tone: Tone) -> None:
    """A status is never a colour alone: each tone has a drawing of its own and its word."""
    row = MetricRow("SL", "1", tone, f"word-{tone}")
    drawings = {
        each: str(CARDS.card(SharedCard("t", elements=(Metrics((replace(row, tone=each),)),)), MARIA, "1"))
        .split("<svg")[1].split("</svg>")[0] for each in Tone if each is not Tone.PLAIN
    }  # fmt: skip
    html = str(CARDS.card(SharedCard("t", elements=(Metrics((row,)),)), MARIA, "1"))
    assert f"word-{tone}" in html and len(set(drawings.values())) == 4


def test_a_line_has_its_own_buttons_its_shape_and_the_shapes_word() -> None:
    """An item's buttons press its own values; its tone is drawn and said; a guest reads the line alone."""
    item = Item(("Send the policy",), (Button("action.done", "Done", "7"), Button("action.drop", "No", "7")), Tone.WARN)
    html = str(CARDS.card(SharedCard("t", elements=(item,)), MARIA, "17.5"))
    assert html.count('action="/as/maria/press"') == 2 and html.count('name="value" value="7"') == 2
    assert "item-tone--warn" in html and 'class="unseen">Needs a look: ' in html and "Send the policy" in html
    assert 'role="group" aria-labelledby="line-17.5-0"' in html and 'id="line-17.5-0"' in html
    guest = str(CARDS.card(SharedCard("t", elements=(item,)), replace(MARIA, guest=True), "17.5"))
    assert "<button" not in guest and "Send the policy" in guest


def test_emoji_of_our_own_words_are_drawn() -> None:
    """A machine without an emoji font shows no empty boxes: the signs that speak in a review are drawings, the words stay."""
    said = ("An emoji here: 📌 decision, ⚠️ risk; ", Strong("now"), " ✋ on this card.")
    html = str(CARDS.card(SharedCard("t", elements=(Note(said),)), MARIA, "1"))
    assert [name for name in ("pushpin", "warning", "raised_hand", "hammer") if f"sign--{name}" in html] == [
        "pushpin", "warning", "raised_hand",
    ]  # fmt: skip
    assert not set("📌⚠✋\ufe0f") & set(html) and "</svg> decision, " in html and "on this card." in html


def test_a_moment_is_shown_in_the_readers_zone_and_the_zone_named_when_it_differs() -> None:
    """A review at 10:00 Manila reads 02:00 London time for London, and just 10:00 for Manila."""
    review = When(datetime(2026, 11, 26, 2, 0, tzinfo=UTC), "Asia/Manila")
    assert spoken(review, "Asia/Manila", MONDAY) == ("Thu 26 Nov, 10:00", "")
    assert spoken(review, "Europe/London", MONDAY) == ("Thu 26 Nov, 02:00 London time", "Thu 26 Nov, 10:00 in Manila")


def test_a_day_is_the_readers_day() -> None:
    """The same message is today's in Manila and yesterday's in London, and another year is said."""
    posted = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    assert day_of(posted, "Asia/Manila", MONDAY) == ("2026-11-23", "Today, Monday 23 November")
    assert day_of(posted, "Europe/London", MONDAY) == ("2026-11-22", "Yesterday, Sunday 22 November")
    assert day_of(datetime(2025, 1, 1, 12, tzinfo=UTC), "UTC", MONDAY)[1] == "Wednesday 1 January 2025"


def test_a_guest_sees_no_button() -> None:
    """Under a Slack guest's limits a card has neither buttons nor a select."""
    html = str(CARDS.card(digest_card(), replace(JOSE, guest=True), "1"))
    assert "<button" not in html and "<select" not in html and "Went well" in html


def test_a_problem_stands_at_its_field_and_what_was_typed_is_kept() -> None:
    """A refused form comes back with the words typed, the problem tied to its field, and who will see it."""
    values = {"title": "<x>", "kinds": "complaint,system", "severity": "3", "details": "a\nb", "due": ""}
    html = str(CARDS.form(report_form(), MARIA, "sealed", values, {"title": "too short", "other": "no such day"}))
    assert 'value="&lt;x&gt;"' in html and ">\na\nb</textarea>" in html
    assert 'aria-describedby="field-title-hint field-title-problem" aria-invalid="true"' in html
    assert 'id="field-title-problem">too short' in html and "no such day" in html
    assert html.count("checked") == 2 and '<option value="3" selected>' in html
    assert "both companies, in #manila-voice" in html
