"""The plain-reply grammar: what people really write, and what must be left alone."""

from __future__ import annotations

from datetime import date, timedelta
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.replies import parse
from handlers.replies.words import (
    Accept,
    Acknowledge,
    Ambiguous,
    Blocked,
    ChallengeFigure,
    ChangeOwner,
    Done,
    Figure,
    Figures,
    Kudos,
    MoveDue,
    NeedHelp,
    NotDoing,
    NotForMe,
    Reading,
    Reopen,
    Snooze,
    Undo,
    Word,
)

WEDNESDAY = date(2026, 3, 4)
FRIDAY, THURSDAY, SATURDAY = date(2026, 3, 6), date(2026, 3, 5), date(2026, 3, 7)
SHORT_NAMES = {
    "sl": "service_level",
    "service level": "service_level",
    "aht": "handle_time",
    "qa": "quality",
    "quality": "quality",
    "csat": "csat",
    "nps": "nps",
    "abandonment": "abandonment",
    "aban": "abandonment",
    "fcr": "first_contact_resolution",
    "% answered": "answered",
}
SL, AHT, QA = Figure("service_level", "SL", "82%"), Figure("handle_time", "AHT", "6:52"), Figure("quality", "QA", "91")


def read(text: str) -> Reading:
    """What the grammar makes of a text on Wednesday 4 March 2026."""
    return parse(text, today=WEDNESDAY, short_names=SHORT_NAMES)


ONE_WORD: list[tuple[str, Word]] = [
    ("ack", Acknowledge()),
    ("Ack.", Acknowledge()),
    ("ACK that", Acknowledge()),
    ("ok, ack", Acknowledge()),
    ("acknowledged, thanks", Acknowledge("thanks")),
    ("ack - looking after lunch", Acknowledge("looking after lunch")),
    ("ack we are calling the carrier", Acknowledge("we are calling the carrier")),
    ("we're on it!", Acknowledge()),
    ("\U0001f440 looking into it", Acknowledge()),
    ("done", Done()),
    ("Done!", Done()),
    ("✅ done", Done()),
    (":white_check_mark: done", Done()),
    ("done ✔️", Done()),
    ("*done*", Done()),
    ("`done`", Done()),
    ("- done", Done()),
    ("ok, done", Done()),
    ("Hi team, done", Done()),
    ("done, thanks", Done("thanks")),
    ("done sent the sheet to Ana", Done("sent the sheet to Ana")),
    ("done: sheet’s in the folder – see tab 2", Done("sheet’s in the folder – see tab 2")),
    ("Done.\nThe new script is live.\nAll leads have it.", Done("The new script is live.\nAll leads have it.")),
    ("it's done", Done()),
    ("all done now", Done()),
    ("fixed", Done()),
    ("completed - retrained 12 agents", Done("retrained 12 agents")),
    ("done - can you check?", Done("can you check?")),
    ("ｄｏｎｅ", Done()),
    ("\u200bdone\u00a0", Done()),
    ("blocked: need the refund policy from you", Blocked("need the refund policy from you")),
    ("Blocked by the refund policy", Blocked("by the refund policy")),
    ("we're still blocked – no VPN access", Blocked("no VPN access")),
    ("sorry, blocked: no access", Blocked("no access")),
    ("blocked\nwaiting for the export", Blocked("waiting for the export")),
    ("waiting on you: the refund policy", Blocked("the refund policy")),
    ("tomorrow", Snooze(THURSDAY)),
    ("Tomorrow please", Snooze(THURSDAY)),
    ("+3d", Snooze(SATURDAY)),
    ("＋３ｄ", Snooze(SATURDAY)),
    ("+1w", Snooze(date(2026, 3, 11))),
    ("friday", Snooze(FRIDAY)),
    ("next Friday", Snooze(date(2026, 3, 13))),
    ("2026-03-06", Snooze(FRIDAY)),
    ("6 March", Snooze(FRIDAY)),
    ("March 6, 2026", Snooze(FRIDAY)),
    ("snooze 3d", Snooze(SATURDAY)),
    ("snooze until friday", Snooze(FRIDAY)),
    ("remind me tomorrow", Snooze(THURSDAY)),
    ("due friday", MoveDue(FRIDAY)),
    ("due 2026-03-06", MoveDue(FRIDAY)),
    ("Due: 6 March.", MoveDue(FRIDAY)),
    ("new due date: friday", MoveDue(FRIDAY)),
    ("move to friday", MoveDue(FRIDAY)),
    ("due friday, waiting for the policy", MoveDue(FRIDAY, "waiting for the policy")),
    ("due March 6, 2026 because of the bank holiday", MoveDue(FRIDAY, "of the bank holiday")),
    ("owner @ana", ChangeOwner("ana")),
    ("owner <@U0123ABC>", ChangeOwner("<@U0123ABC>")),
    ("owner: <at>Ana Cruz</at>", ChangeOwner("<at>Ana Cruz</at>")),
    ("owner: Ana Cruz", ChangeOwner("Ana Cruz")),
    ("assign to @ana please", ChangeOwner("ana")),
    ("owner me", ChangeOwner("me")),
    (
        "challenge SL: the ACD export is a day late",
        ChallengeFigure("service_level", "SL", "the ACD export is a day late"),
    ),
    ("Challenge service level – wrong queue", ChallengeFigure("service_level", "service level", "wrong queue")),
    ("we dispute QA: two audits were mine", ChallengeFigure("quality", "QA", "two audits were mine")),
    ("challenge SL 82% is wrong", ChallengeFigure("service_level", "SL", "82% is wrong")),
    ("challenge XYZ: wrong", ChallengeFigure(None, "XYZ", "wrong")),
    ("kudos @ana for the save on Tuesday", Kudos("@ana for the save on Tuesday")),
    ("Kudos to the night shift!", Kudos("to the night shift!")),
    ("kudos to Ana 🎉", Kudos("to Ana 🎉")),
    ("undo", Undo()),
    ("undo that please", Undo()),
    ("please undo", Undo()),
    ("ok", Accept()),
    ("OK!", Accept()),
    ("ok thanks", Accept()),
    ("accepted", Accept()),
    ("LGTM", Accept()),
    ("looks good to me, thanks", Accept()),
    ("thanks, works", Accept()),
    ("works for us", Accept()),
    ("👍", Accept()),
    ("👍🏽", Accept()),
    (":+1:", Accept()),
    (":thumbsup::skin-tone-3:", Accept()),
    ("ok 👍", Accept()),
    ("reopen: still failing for Visa", Reopen("still failing for Visa")),
    ("re-open it", Reopen()),
    ("reopen because the export is empty", Reopen("because the export is empty")),
    ("still not fixed", Reopen()),
    ("not doing: out of scope", NotDoing("out of scope")),
    ("won't do because the queue closes in May", NotDoing("the queue closes in May")),
    ("We won’t do this: too costly", NotDoing("too costly")),
    ("need help: no access to the export", NeedHelp("no access to the export")),
    ("I need help with the export", NeedHelp("with the export")),
    ("need help", NeedHelp()),
    ("SL 82% AHT 6:52 QA 91", Figures((SL, AHT, QA))),
    ("SL 82%, AHT 6:52; QA=91", Figures((SL, AHT, QA))),
    ("✅ SL 82% AHT 6:52 QA 91 🎉", Figures((SL, AHT, QA))),
    ("Hi team, here are our numbers: SL 82%, AHT 6:52 and QA 91. Thanks!", Figures((SL, AHT, QA))),
    ("• SL 82%\n• AHT 6:52\n• QA 91", Figures((SL, AHT, QA))),
    ("ok, SL 82%", Figures((SL,))),
    ("SL 82% ↑ AHT 6:52 ↓", Figures((SL, AHT))),
    ("@maria SL 82%", Figures((SL,))),
    ("ＳＬ\u3000８２％", Figures((Figure("service_level", "ＳＬ", "82%"),))),
    (
        "SL: 82 % | AHT 6m52s | QA 91/100",
        Figures(
            (
                Figure("service_level", "SL", "82 %"),
                Figure("handle_time", "AHT", "6m52s"),
                Figure("quality", "QA", "91/100"),
            )
        ),
    ),
    (
        "service level is 82,5\u00a0%, aht 6 min 52 s",
        Figures((Figure("service_level", "service level", "82,5 %"), Figure("handle_time", "aht", "6 min 52 s"))),
    ),
    ("sl 82,aht 412s", Figures((Figure("service_level", "sl", "82"), Figure("handle_time", "aht", "412s")))),
    ("NPS -12", Figures((Figure("nps", "NPS", "-12"),))),
    ("NPS −12", Figures((Figure("nps", "NPS", "-12"),))),
    ("SL 82% (820/1000)", Figures((Figure("service_level", "SL", "82% (820/1000)"),))),
    ("SL 820/1000, QA n/a", Figures((Figure("service_level", "SL", "820/1000"), Figure("quality", "QA", "n/a")))),
    ("QA: n/a", Figures((Figure("quality", "QA", "n/a"),))),
    ("SL 82% AHTT 6:52", Figures((SL, Figure(None, "AHTT", "6:52")))),
    ("last week: SL 82%", Figures((SL,), period="last week")),
    ("SL 82% for wk 10", Figures((SL,), period="wk 10")),
    ("2026-03-02: SL 82%, QA 91", Figures((SL, QA), period="2026-03-02")),
    ("oops AHT 6:25", Figures((Figure("handle_time", "AHT", "6:25"),), corrections=True)),
    ("correction: AHT 6:25", Figures((Figure("handle_time", "AHT", "6:25"),), corrections=True)),
    ("sorry, AHT is 6:25 not 6:52", Figures((Figure("handle_time", "AHT", "6:25"),), corrections=True)),
    ("AHT should be 6:25", Figures((Figure("handle_time", "AHT", "6:25"),), corrections=True)),
    ("% answered 91%", Figures((Figure("answered", "% answered", "91%"),))),
]

NEAR_MISSES = [
    "",
    "   ",
    "I'm done with this discussion about SL",
    "let's ack that we disagree",
    "ok so what about the refund policy?",
    "ok but who calls them?",
    "okay then",
    "thanks",
    "thanks, will look",
    "yes",
    "ack?",
    "ack that we disagree on this",
    "ack by friday",
    "ack this or done?",
    "ack 12",
    "not done yet",
    "almost done",
    "done yet?",
    "done with that vendor",
    "done deal",
    "done soon",
    "done 80%",
    "when will it be done",
    "it would be done by now if you asked",
    "@ana done",
    "> done",
    "> done\nI agree with that",
    "can you undo this?",
    "undo the refund for customer 12",
    "the number is blocked",
    "blocked numbers list attached",
    "blocked on my calendar Tuesday",
    "tomorrow is a holiday here",
    "tomorrow?",
    "see you tomorrow",
    "today",
    "friday works for me",
    "24/7",
    "10:30",
    "1.5",
    "sun",
    "due to the outage we lost two hours",
    "due diligence starts soon",
    "due friday?",
    "who is the owner?",
    "owner of the refund process is Ana",
    "challenge accepted",
    "challenge of the day: no hold time",
    "it is a challenge for us",
    "why challenge SL?",
    "works council meets Friday",
    "works only on Chrome",
    "accepted payment methods are Visa and Amex",
    "looks good but the SL is off",
    "reopen the store on Monday",
    "reopening hours: 9 to 5",
    "not doing well today",
    "won't do that again",
    "do you need help?",
    "need help desk numbers by Friday",
    "I can help",
    "SL",
    "SL?",
    "SL 82%?",
    "SL 82% is too low",
    "is SL 82% ok?",
    "SL target 82%",
    "our target for SL 80% is in the contract",
    "SL was 82% last week and I think we should talk",
    "QA meeting 10:30",
    "call at 10:30, SL 82",
    "CSAT 4 pm",
    "the SL is bad",
    "Revenue 12, Cost 13",
    "we had 412 calls",
    "SL pending",
    "quality over quantity",
    "last week SL 82%, this week SL 80%",
    "👎",
    "🎉",
    "✅ invoice sent yesterday",
    "done " + "x" * 5000,
]

QUESTIONS = [
    ("done?", ("done",)),
    ("fixed??", ("done",)),
    ("done by friday", ("done", "due 2026-03-06")),
    ("done tomorrow", ("done", "due 2026-03-05")),
    ("done but the export fails", ("done", "blocked: the reason")),
    ("✅", ("done", "ok")),
    ("blocked", ()),
    ("not doing", ()),
    ("challenge", ()),
    ("kudos", ()),
    ("due 06/03/2026", ("due 2026-03-06", "due 2026-06-03")),
    ("06/03/2026", ("snooze 2026-03-06", "snooze 2026-06-03")),
    ("due 2026-03-02", ()),
]


@pytest.mark.parametrize(("text", "word"), ONE_WORD)
def test_a_reply_is_understood(text: str, word: Word) -> None:
    """What people write becomes the one word it means."""
    assert read(text) == (word,)


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_talk_between_people_is_left_alone(text: str) -> None:
    """A message that only resembles the grammar is not for the bot."""
    assert read(text) == NotForMe()


@pytest.mark.parametrize(("text", "options"), QUESTIONS)
def test_what_is_truly_ambiguous_is_asked_once(text: str, options: tuple[str, ...]) -> None:
    """One question comes back, and each option it offers is a reply the grammar reads."""
    found = read(text)
    assert isinstance(found, Ambiguous)
    assert found.options == options
    assert found.question.endswith(("?", "."))
    assert all(isinstance(read(option), tuple) for option in options)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ack\ndue friday", (Acknowledge(), MoveDue(FRIDAY))),
        ("done\nSL 82%\nQA 91", (Done(), Figures((SL, QA)))),
        ("SL 82%\nQA 91\ndone", (Figures((SL, QA)), Done())),
        ("> SL?\nSL 82%", (Figures((SL,)),)),
        ("owner @ana\ndue friday", (ChangeOwner("ana"), MoveDue(FRIDAY))),
    ],
)
def test_several_lines_are_several_words(text: str, words: tuple[Word, ...]) -> None:
    """Each line may say one thing; quoted lines say nothing."""
    assert read(text) == words


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(SHORT_NAMES)), st.integers(0, 999), min_size=1),
    st.sampled_from((", ", "; ", "\n", " ", " | ")),
)
def test_any_list_of_known_figures_is_read_whole(figures: dict[str, int], between: str) -> None:
    """Whatever known names come in whatever order, every figure comes back with its own value."""
    found = read(between.join(f"{name.upper()} {value}%" for name, value in figures.items()))
    expected = tuple(Figure(SHORT_NAMES[name], name.upper(), f"{value}%") for name, value in figures.items())
    assert found == (Figures(expected),)


@settings(max_examples=100, deadline=timedelta(milliseconds=400))
@given(st.text(alphabet=st.sampled_from("SL 82%,:;.'\n?-+adonekbc👍✅>@<\u00a0/("), max_size=300))
def test_no_text_breaks_the_grammar(text: str) -> None:
    """Whatever is typed, an answer of the promised kind comes back in good time."""
    assert isinstance(read(text), tuple | NotForMe | Ambiguous)


@pytest.mark.parametrize(
    "text", ["." * 3000 + "x", "done" + " " * 3000 + "x", "ok " * 1300, "SL 1" * 300, "due ," * 700, ":a" * 1500]
)
def test_a_hostile_message_is_answered_quickly(text: str) -> None:
    """Long runs made to keep a pattern busy cost a fraction of a second."""
    start = perf_counter()
    read(text)
    assert perf_counter() - start < 0.5


def test_without_a_catalogue_figures_are_left_alone() -> None:
    """A channel that has no metrics yet still understands the other words."""
    assert parse("SL 82%", today=WEDNESDAY, short_names={}) == NotForMe()
    assert parse("challenge SL: wrong", today=WEDNESDAY, short_names={}) == (ChallengeFigure(None, "SL", "wrong"),)
