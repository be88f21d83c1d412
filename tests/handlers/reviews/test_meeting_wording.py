"""What a reply in a review's thread means."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.reviews.meeting.wording import LONGEST, Begin, End, Kind, Line, Meant, TakeBack, read, shortened


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("decision: go with B", Line(Kind.DECISION, "go with B")),
        ("Decided - keep the script", Line(Kind.DECISION, "keep the script")),
        ("we have decided: no calls on Sunday", Line(Kind.DECISION, "no calls on Sunday")),
        ("📌 second line from Monday", Line(Kind.DECISION, "second line from Monday")),
        ("action: Send the policy @Jo due friday", Line(Kind.ACTION, "Send the policy @Jo due friday")),
        ("Action item: call 12 customers", Line(Kind.ACTION, "call 12 customers")),
        ("to-do: update the wiki", Line(Kind.ACTION, "update the wiki")),
        ("RISK: trainers leave", Line(Kind.RISK, "trainers leave")),
        ("agenda: Easter", Line(Kind.AGENDA, "Easter")),
        ("add to the agenda: Easter", Line(Kind.AGENDA, "Easter")),
        ("decision:", Line(Kind.DECISION, "")),
        ("here", Line(Kind.ATTENDANCE)),
        ("I'm here!", Line(Kind.ATTENDANCE)),
        ("present.", Line(Kind.ATTENDANCE)),
        ("begin review", Begin()),
        ("Start the meeting", Begin()),
        ("End review.", End()),
        ("review is over", End()),
        ("undo", TakeBack()),
    ],
)
def test_a_marked_reply_means_one_thing(words: str, meant: Meant) -> None:
    """Each way to say it, whatever its case and the full stop after it."""
    assert read(words) == (meant,)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "I think the decision was right",
        "what is our biggest risk?",
        "action 7 is late",
        "here's the file",
        "I will be here at ten",
        "we should end the review process at some point",
        "Actions: none",
        "decided to wait and see",
        "undo 7",
        "ok",
    ],
)
def test_talk_means_nothing(words: str) -> None:
    """Words between people are left alone."""
    assert read(words) == ()


def test_one_message_may_say_several_things() -> None:
    """Each marked line counts; a plain line after one goes on with it until an empty one."""
    said = "Hi all,\ndecision: second line\nfrom Monday\n\nsee you\nrisk: trainers leave\nhere\nbye"
    assert read(said) == (
        Line(Kind.DECISION, "second line from Monday"),
        Line(Kind.RISK, "trainers leave"),
        Line(Kind.ATTENDANCE),
    )


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=1500))
def test_whatever_is_typed_is_read_and_fits(words: str) -> None:
    """Nothing people type breaks the reading, and a kept line is one line that fits."""
    for meant in read(words):
        if isinstance(meant, Line):
            said = shortened(meant.words)
            assert len(said) <= LONGEST and "\n" not in said


def test_long_words_are_cut_at_a_word() -> None:
    """What does not fit ends in an ellipsis, not in half a word."""
    assert shortened("one two three", 9) == "one two…"
    assert shortened("onetwothree", 6) == "onetw…"
