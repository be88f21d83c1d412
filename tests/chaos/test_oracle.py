"""The oracle and the phases, on records written by hand: what they are for must not pass them unseen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers.calendar.business import is_working_day
from handlers.records.hours import hours_of
from tests.chaos import names, phases
from tests.chaos.asking import NOT_SAVED, Record, asked_of
from tests.chaos.morning import working_morning
from tests.chaos.oracle import Due, judge
from tests.chaos.progress import Progress, histogram, total
from tests.chaos.torment import Toll

BOT = "U0BOT"
WORD = names.nonce(3, 7)
HERE = names.shared_channel(3)
CARD = f"Issue 4: Refunds stuck {WORD}. Reported, not acknowledged yet."
DIGEST = "Provider 03, 9–15 Nov: no figures yet, 2 of 2 missing."


def said(ts: str, text: str, user: str = BOT, thread: str | None = None, reacted: bool = False) -> dict[str, Any]:
    """A message as it stands."""
    emoji = ["eyes"] if reacted else []
    return {"channel": HERE, "ts": ts, "thread_ts": thread, "user": user, "text": text, "reacted": emoji}


def event(ts: str, text: str, *, acked: bool, thread: str | None = None) -> dict[str, Any]:
    """Something a person wrote, as it was delivered."""
    inner = {"type": "message", "channel": HERE, "ts": ts, "text": text, "user": "U0LEAD03", "thread_ts": thread}
    return {"kind": "events_api", "payload": {"event": inner}, "acked": acked, "attempts": []}


def command(failure: str | None, answer: str = "") -> dict[str, Any]:
    """An action item, typed in one line."""
    payload = {"text": f"actions add Send it {WORD} due in 5 days", "channel_id": HERE}
    return {
        "kind": "slash_commands",
        "payload": payload,
        "attempts": [{"failure": failure, "answer": answer, "at": 5.0}],
    }


def record(deliveries: list[dict[str, Any]], *messages: dict[str, Any]) -> Record:
    """What the platform kept."""
    return Record(deliveries, {HERE: messages}, [], BOT, asked_of)


ASKED = said("1.0", f"<@U0BOT> report Refunds stuck {WORD}", "U0LEAD03", reacted=True)
MENTION = event("1.0", f"<@U0BOT> report Refunds stuck {WORD}", acked=True)


def test_what_stands_once_and_was_asked_for_is_well() -> None:
    """A report that was acknowledged has its emoji and its card, and a digest that was due stands."""
    due = [Due(HERE, names.digest("Provider 03"), 0.0)]
    verdict = judge(record([MENTION], ASKED, said("2.0", CARD), said("3.0", DIGEST)), due)
    assert verdict.clean and (verdict.expected, verdict.open) == (3, 0), verdict


def test_a_missing_card_is_lost() -> None:
    """An acknowledged report without its card is found, and so is a digest that did not come."""
    verdict = judge(record([MENTION], ASKED), [Due(HERE, names.digest("Provider 03"), 0.0)])
    assert len(verdict.lost) == 2, verdict


def test_a_second_card_is_doubled() -> None:
    """The same report twice in the channel is found, whatever keys the two carry."""
    verdict = judge(record([MENTION], ASKED, said("2.0", CARD), said("3.0", CARD)), [])
    assert verdict.doubled == [f"{names.card(WORD)} in {HERE}"], verdict


@pytest.mark.parametrize("words", ["I was away from 9 to 10.", DIGEST, CARD])
def test_what_nobody_asked_for_is_unexpected(words: str) -> None:
    """A message of the bot that nothing accounts for is found, known words or not."""
    assert len(judge(record([], said("2.0", words)), []).unexpected) == 1


def test_an_event_that_was_never_acknowledged_may_have_happened_but_not_by_half() -> None:
    """Without a 200 both nothing and everything is well; the card without the emoji is not."""
    lost = event("1.0", MENTION["payload"]["event"]["text"], acked=False)
    nothing = judge(record([lost], {**ASKED, "reacted": []}), [])
    everything = judge(record([lost], ASKED, said("2.0", CARD)), [])
    half = judge(record([lost], {**ASKED, "reacted": []}, said("2.0", CARD)), [])
    assert nothing.clean and everything.clean and len(half.halved) == 1


def test_either_event_of_a_mention_is_enough() -> None:
    """Slack sends a mention as two events; one of them acknowledged is a promise."""
    twin = event("1.0", MENTION["payload"]["event"]["text"], acked=False)
    assert len(judge(record([twin, MENTION], ASKED), []).lost) == 1


def test_a_command_counts_by_its_answer() -> None:
    """Answered: its card must stand. Unanswered: it may. Answered "not saved": it must not."""
    stands, nothing = said("2.0", CARD.replace("Issue", "Action")), ()
    assert len(judge(record([command(None, "Action 4 is with Liza.")], *nothing), []).lost) == 1
    assert judge(record([command("http_timeout")], *nothing), []).clean
    assert judge(record([command("http_timeout")], stands), []).clean
    assert judge(record([command(None, NOT_SAVED)], *nothing), []).clean
    assert not judge(record([command(None, NOT_SAVED)], stands), []).clean


def test_a_reply_leads_to_its_line() -> None:
    """ "blocked" under a card must be followed by the line and the emoji, and by no other line."""
    deliveries = [MENTION, event("3.0", "blocked: the policy", acked=True, thread="2.0")]
    reply = said("3.0", "blocked: the policy", "U0MANAGER", "2.0", reacted=True)
    card = said("2.0", CARD.replace("Reported, not acknowledged yet", "Waiting on Provider 03"))
    line = said("4.0", "Maya Brooks needs something from Provider 03 to go on: the policy", thread="2.0")
    assert judge(record(deliveries, ASKED, card, reply, line), []).clean
    assert len(judge(record(deliveries, ASKED, card, reply), []).lost) == 1
    wrong = said("4.0", "@Maya, back with you, thanks for the patience.", thread="2.0")
    assert len(judge(record(deliveries, ASKED, card, reply, line, wrong), []).unexpected) == 1
    assert len(judge(record(deliveries, ASKED, said("2.0", CARD), reply, line), []).stale) == 1


def call(key: str, at: float, done_at: float | None, answered_at: float | None, caller: str = "r1") -> dict[str, Any]:
    """A post as the platform kept it."""
    status = None if answered_at is None else 200
    return {"caller": caller, "key": key, "at": at, "done_at": done_at, "answered_at": answered_at, "status": status}


def test_a_kill_finds_each_message_in_its_phase() -> None:
    """Killed at ten: not tried, on its way, taken, answered but not noted, and noted; others' messages do not count."""
    calls = [
        call("marked", 9.8, None, None),
        call("taken late", 9.8, 10.5, 10.6),
        call("accepted", 9.7, 9.8, 10.05),
        call("unnoted", 9.5, 9.7, 9.95),
        call("noted", 9.0, 9.1, 9.3),
        call("long ago", 5.0, 5.1, 5.2),
        call("another's", 9.8, None, None, "r2"),
    ]
    rows: list[phases.Row] = [
        ("waiting", "open", 0, 0, 9.0),
        ("later", "open", 0, 0, 11.0),
        ("marked", "open", 1, 0, 9.0),
        ("unnoted", "open", 1, 0, 9.0),
        ("noted", "sent", 0, 1, 9.0),
        ("long ago", "sent", 0, 1, 5.0),
    ]
    found = phases.count("r1", 10.0, calls, rows, lambda each: str(each["key"]))
    assert found == {"before": 1, "marked": 2, "accepted": 2, "noted": 1}


def test_there_is_a_working_morning_on_every_day() -> None:
    """Whatever hour of whatever day the run is made, somewhere it is a working day's morning."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for hours in range(0, 366 * 24, 7):
        now = start + timedelta(hours=hours)
        zone, country = working_morning(now)
        wall = now.astimezone(ZoneInfo(zone))
        assert 9 <= wall.hour <= 13 and is_working_day(wall.date(), hours_of(zone, country)), (now, zone, country)


def test_a_run_goes_on_where_it_was_broken_off(tmp_path: Path) -> None:
    """What ended is kept and summed up; what was under way is done anew."""
    ended, broken = Toll("one", kills=10, doubled=1), Toll("two", kills=3)
    ended.hit["accepted"] = 4
    progress = Progress(tmp_path)
    progress.keep(ended)
    progress.tell(broken)
    again = Progress(tmp_path)
    assert again.has("one") and not again.has("two")
    summed = total(again.rounds(["one", "two"]))
    assert (summed["kills"], summed["doubled"], summed["phases"]["accepted"]) == (10, 1, 4)
    assert "####" in histogram(again.rounds(["one"]))
