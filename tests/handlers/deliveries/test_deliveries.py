"""What could not be delivered: told once a day, listed, sent again or dropped with what hangs on it, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers.deliveries.telling import KIND, gave_up
from handlers.saying import decode, encode
from handlers.vocabulary.outgoing import Answer, Button, Errand, Item, SharedCard
from storage.models.delivery import OutboxRow
from storage.outbox import key_of
from storage.undelivered import ROOT_FAILED
from tests.town import CLIENT, Resident, Town, town_at


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = town_at(tmp_path)
    yield made
    made.database.dispose()


def fails(town: Town, once: str, why: str = "is_archived", **details: Any) -> OutboxRow:
    """Something is said and cannot be delivered, as the courier notes it."""
    values: dict[str, Any] = {
        "key": key_of(once),
        "installation_id": 1,
        "programme_id": 1,
        "once": once,
        "kind": "issue.card",
        "visibility": "SH",
        "platform": "room",
        "workspace": CLIENT,
        "channel": "C-SHARED",
        "content": encode(SharedCard(f"said {once}")),
        "created_at": town.now,
        "not_before": town.now,
    }
    with town.units() as uow:
        row = uow.outbox.put(OutboxRow(**(values | details)))
        if row.state == "open":
            uow.outbox.give_up(row, "failed", why)
        gave_up(row, uow, town.now)
        uow.commit()
    return row


def lines(answer: Answer) -> list[Item]:
    """The lines of a list that can be decided about."""
    assert answer.card is not None
    return [each for each in answer.card.elements if isinstance(each, Item) and "delivery." in str(each.buttons)]


def told(town: Town) -> list[tuple[str, str]]:
    """Who was told what, by the notices as they stand."""
    town.deliver()
    return [(row.account_user, decode(row.content).text) for row in town.rows(kind=KIND)]  # type: ignore[union-attr]


def presses(who: Resident, item: Item, label: str) -> Answer:
    """Press a button of a line by what it says."""
    button = next(each for each in item.buttons if each.label == label)
    return who.presses(button.action, button.value)


def test_many_failures_are_one_message(town: Town) -> None:
    """Fifty failures of a day are one direct message to the accountable manager, which counts them; the next day's first
    failure is another one."""
    fails(town, "first")
    assert told(town) == [("U-MAYA", "A message could not be delivered: issue card")]
    for number in range(49):
        fails(town, f"more {number}")
    assert told(town) == [("U-MAYA", "50 messages could not be delivered")]
    town.now += timedelta(days=1)
    fails(town, "tomorrow")
    assert [text for _, text in told(town)] == [
        "50 messages could not be delivered",
        "51 messages could not be delivered",
    ]


def test_what_belongs_to_no_programme_reaches_the_managers(town: Town) -> None:
    """A direct message that failed belongs to no programme: whoever manages is told, and of a programme without an owner
    too."""
    fails(town, "direct", programme_id=None, channel="", account_workspace="T-NORTHWIND", account_user="U-JO")
    assert told(town) == [("U-MAYA", "A message could not be delivered: issue card")]
    _, ownerless = town.takes_on("Acme", "Chat", "C-ACME")
    fails(town, "theirs", programme_id=ownerless)
    assert told(town) == [("U-MAYA", "2 messages could not be delivered")]


def test_the_telling_is_never_told_of(town: Town) -> None:
    """A notice that cannot be delivered itself makes no further notice, nor do replies that wait for what failed."""
    fails(town, "notice", kind=KIND)
    fails(town, "reply", why=ROOT_FAILED)
    assert told(town) == [("", "said notice")], "only the row put by hand stands there"


def test_the_list_says_what_where_since_and_why(town: Town) -> None:
    """`deliveries` lists each message with its kind, its channel or person, since when and why, and never its words."""
    fails(town, "card")
    fails(
        town, "direct", programme_id=None, channel="", account_workspace="T-NORTHWIND", account_user="U-JO", why="gone"
    )
    card = town.maya.types("deliveries").card
    assert card is not None
    said = str(card.elements)
    assert "Northwind Manila" in said and "#C-SHARED" in said and "Jo Santos" in said and "is_archived" in said
    assert "Of no provider" in said and "2026, 3, 2" in said and "said card" not in said


def test_the_list_is_for_managers(town: Town) -> None:
    """A provider's person is refused, by command and by button."""
    row = fails(town, "card")
    for answer in (town.jo.types("deliveries"), town.jo.presses("delivery.send", str(row.seq))):
        assert answer.card is not None and "managers" in answer.card.text
    stored = town.row("card")
    assert stored is not None and stored.state == "failed"


def test_sent_again(town: Town) -> None:
    """A message sent again goes out, leaves the list, and the notice says that nothing waits any more."""
    fails(town, "card")
    told(town)
    (line,) = lines(town.maya.types("deliveries"))
    answer = presses(town.maya, line, "Send again")
    assert "On the way again" in answer.done
    stored = town.row("card")
    assert stored is not None and stored.state == "sent"
    assert lines(town.maya.types("deliveries")) == []
    assert told(town) == [("U-MAYA", "What could not be delivered is decided; nothing waits any more.")]
    again = presses(town.maya, line, "Send again")
    assert again.card is not None and "decided already" in again.card.text


def test_replies_go_and_stay_with_their_root(town: Town) -> None:
    """Replies that failed only because of their root are not listed beside it; sending it again sends them too, in order."""
    root = fails(town, "root")
    for number in range(2):
        fails(town, f"reply {number}", why=ROOT_FAILED, thread_card=root.key)
    fails(town, "other trouble", why="msg_too_long", thread_card=root.key)
    shown = lines(town.maya.types("deliveries"))
    singles = [line for line in shown if "Send again" in str(line.buttons)]
    assert len(singles) == 2 and "2 replies to it wait with it" in str(singles[0].text)
    assert "2 others in its thread go with it" in presses(town.maya, singles[0], "Send again").done
    states = {once: town.row(once).state for once in ("root", "reply 0", "reply 1", "other trouble")}  # type: ignore[union-attr]
    assert states == {"root": "sent", "reply 0": "sent", "reply 1": "sent", "other trouble": "failed"}


def test_a_reply_takes_its_root_along(town: Town) -> None:
    """Sending a reply again whose root failed too sends the root first, since the reply needs it."""
    root = fails(town, "root")
    reply = fails(town, "reply", why="msg_too_long", thread_card=root.key)
    town.maya.presses("delivery.send", str(reply.seq))
    stored = town.row("root")
    assert stored is not None and stored.state == "sent"


def test_dropping_says_what_happens_to_replies_and_can_be_undone(town: Town) -> None:
    """Dropping a message drops what waits for it and says so; undo brings both back; who is late with undo is told."""
    root = fails(town, "root")
    fails(town, "reply", why=ROOT_FAILED, thread_card=root.key)
    (line,) = lines(town.maya.types("deliveries"))
    answer = presses(town.maya, line, "Drop")
    assert "One other that replied to it is dropped too" in answer.done
    assert {town.row(once).state for once in ("root", "reply")} == {"dropped"}  # type: ignore[union-attr]
    assert answer.card is not None
    undo = next(button for button in answer.card.buttons if button.label == "Undo")
    assert "2 messages are in the list again" in town.maya.presses(undo.action, undo.value).done
    (line,) = lines(town.maya.types("deliveries"))
    assert "1 reply to it wait" in str(line.text)
    presses(town.maya, line, "Drop")
    town.now += timedelta(minutes=11)
    late = town.maya.presses(undo.action, undo.value)
    assert late.card is not None and "nothing of yours from the last ten minutes" in late.card.text


def test_all_of_a_programme(town: Town) -> None:
    """Everything of one programme is decided together; another programme's and what belongs to none stay; undo works."""
    _, other = town.takes_on("Acme", "Chat", "C-ACME")
    for number in range(3):
        fails(town, f"ours {number}")
    fails(town, "theirs", programme_id=other)
    fails(town, "nobody's", programme_id=None)
    group = next(line for line in lines(town.maya.types("deliveries")) if "All 3" in str(line.text))
    assert "3 messages are dropped" in presses(town.maya, group, "Drop all").done
    assert town.maya.types("undo").done.startswith("3 messages are in the list again")
    assert "3 messages are on the way" in presses(town.maya, group, "Send all again").done
    assert "One message is on the way" in town.maya.presses("delivery.again", "0").done
    left = lines(town.maya.types("deliveries"))
    assert len(left) == 1 and "Acme" in str(town.maya.types("deliveries").card)


def test_every_decision_is_in_the_audit_log(town: Town) -> None:
    """Who sent again, dropped and took back what is kept, by ids."""
    row = fails(town, "card")
    for action in ("delivery.drop", "history.undo", "delivery.send"):
        value = f"delivery:{row.seq}" if action.startswith("history") else str(row.seq)
        town.maya.presses(action, value)
    with town.units() as uow:
        noted = uow.audit.of("delivery", row.seq or 0)
    assert [(entry.what, entry.facts) for entry in noted] == [
        ("delivery.left", f"[{row.seq}]"),
        ("delivery.back", f"[{row.seq}]"),
        ("delivery.again", f"[{row.seq}]"),
    ]


def test_what_was_too_late_is_listed_and_can_be_sent_anyway(town: Town) -> None:
    """A missed message stands in a list of its own for a week; somebody who wants it all the same gets it."""
    past = town.now - timedelta(hours=1)
    fails(town, "missed", state="missed", trouble="it was of use until then only", expires_at=past)
    line = next(each for each in lines(town.maya.types("deliveries")))
    presses(town.maya, line, "Send it anyway")
    stored = town.row("missed")
    assert stored is not None and stored.state == "sent"
    fails(town, "old", state="missed", not_before=town.now - timedelta(days=8))
    assert lines(town.maya.types("deliveries")) == []


def test_a_long_list_has_pages(town: Town) -> None:
    """Twenty messages are shown eight at a time, each once."""
    for number in range(20):
        fails(town, f"m{number}")
    seen: list[str] = []
    for start in ("0", "8", "16"):
        answer = town.maya.presses("delivery.list", start)
        assert answer.card is not None
        seen += [line.buttons[0].value for line in lines(answer) if line.buttons[0].action == "delivery.send"]
        assert (Button("delivery.list", "Next", str(int(start) + 8)) in answer.card.buttons) == (start != "16")
    assert len(seen) == len(set(seen)) == 20


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "999999"])
def test_strange_buttons_decide_nothing(town: Town, value: str) -> None:
    """A button that names no undelivered message leads back to the list."""
    for action in ("delivery.send", "delivery.drop"):
        answer = town.maya.presses(action, value)
        assert answer.card is not None and any(button.action == "delivery.list" for button in answer.card.buttons)


def test_a_dropped_edit_leaves_the_message_to_later_edits(town: Town) -> None:
    """Dropping an edit that failed leaves the message as it stands; its next edit is shown; undo brings the dropped one
    back."""
    row = fails(town, "card", sent_revision=1, revision=2, ref="ref-9", state="failed", trouble="edit_window_closed")
    town.maya.presses("delivery.drop", str(row.seq))
    assert "in the list again" in town.maya.types("undo").done
    town.maya.presses("delivery.drop", str(row.seq))
    with town.units() as uow:
        stored = uow.outbox.by_once("card")
        assert stored is not None and stored.state == "sent"
        uow.outbox.revise(stored, encode(SharedCard("news")), town.now)
        uow.commit()
    stored = town.row("card")
    assert stored is not None and (stored.state, stored.revision) == ("open", 3)


def test_an_errand_is_named_without_its_content(town: Town) -> None:
    """A question to the platform that came to nothing is listed as one."""
    errand = Errand("person", town.jo.account)
    where = {"channel": "", "account_workspace": "T-NORTHWIND", "account_user": "U-JO"}
    fails(town, "asked", kind="errand", programme_id=None, content=encode(errand), visibility="PRV", **where)
    assert "A question about somebody" in str(lines(town.maya.types("deliveries"))[0].text)
