"""Stories that are the same wherever they are told: what people do and what they see, not how their platform does it."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from sqlmodel import col, select

from storage.models.action import ActionItem
from storage.models.metrics import Figure
from storage.unit_of_work import UnitOfWork
from tests.journeys.office import AnyOffice

TITLE = "Refund calls wait 20 minutes"
REPORT = "Report an issue"


async def an_issue_reported(office: AnyOffice, title: str = TITLE) -> Any:
    """The manager reports an issue by a form; its card."""
    before = len(office.shared())
    form = await office.opens(office.maya, "report", press=REPORT)
    await office.fills(form, {"Title": title, "What happened": "A customer complained on the phone."})
    await office.waits(lambda: len(office.shared()) > before)
    await office.quiet()
    return office.shared()[-1]


async def an_issue_from_report_to_acceptance(office: AnyOffice) -> Any:
    """Form with an error at its field, then ack, blocked, answered, done, ok; the card, which stands once."""
    maya, liza, before = office.maya, office.liza, len(office.shared())
    form = await office.opens(maya, "report", press=REPORT)
    assert form.title == REPORT
    await office.fills(form, {"Title": "   "})
    assert "empty" in (form.error_at("Title") or "") and office.rows("issue.card") == []
    await office.fills(form, {"Title": TITLE})
    await office.waits(lambda: len(office.shared()) > before)
    card = office.shared()[-1]
    assert TITLE in office.words(card) and "Liza Reyes" in office.words(card)

    assert office.reacted(await office.replies(liza, "ack", card)) == ["eyes"]
    assert "Manila Support is working on it" in office.words(card)
    asked = await office.replies(liza, "blocked: we need the new refund policy from you", card)
    assert office.reacted(asked) == ["hourglass_flowing_sand"]
    assert "the new refund policy" in office.words(card)
    assert any(office.names(each, maya) for each in office.answers(card))
    assert office.reacted(await office.replies(maya, "unblocked: it is on page 4", card)) == ["white_check_mark"]
    assert office.reacted(await office.replies(liza, "done retrained the late shift", card)) == ["white_check_mark"]
    assert "waiting for a yes" in office.words(card)
    assert office.reacted(await office.replies(maya, "ok", card)) == ["white_check_mark"]
    assert "Closed" in office.words(card)
    assert len(office.shared()) == before + 1 and card is office.shared()[-1]
    return card


async def buttons_do_what_words_do(office: AnyOffice, card: Any) -> None:
    """An outsider's presses and forms are theirs; the manager accepts with a button, and opens it again with a word."""
    maya, liza = office.maya, office.liza
    await office.presses(liza, "Acknowledge", card)
    await office.waits(lambda: "is working on it" in office.words(card))
    blocked = await office.presses(liza, "Blocked", card)
    assert blocked.title == "Blocked"
    await office.fills(blocked, {blocked.labels[0]: "the policy"})
    await office.waits(lambda: "Waiting on" in office.words(card))
    await office.presses(maya, "We answered", card)
    await office.waits(lambda: "is working on it" in office.words(card))
    done = await office.presses(liza, "Done", card)
    await office.fills(done, {done.labels[0]: "retrained the late shift"})
    await office.waits(lambda: "waiting for a yes" in office.words(card))
    await office.presses(maya, "Accept", card)
    await office.waits(lambda: "Closed" in office.words(card))
    await office.replies(maya, "reopen: it happened again", card)
    assert "working on it" in office.words(card)


async def talk_is_left_alone(office: AnyOffice, card: Any) -> None:
    """Ordinary conversation in channel and thread makes no reaction, no reply and no row."""
    rows, standing = len(office.rows()), office.standing()
    talk = [
        await office.says(office.liza, words)
        for words in (
            "Good morning! We are two people short today, done with the roster though.",
            "Thanks, that is okay for us & them",
            "Can you call me tomorrow about the 82% we discussed?",
        )
    ]
    talk += [
        await office.replies(who, words, card)
        for who, words in (
            (office.maya, "Could you look into the recording of 14:20?"),
            (office.liza, "Sure, I think it was the evening shift, we have done that before."),
            (office.maya, "Ok let us talk about it on Thursday then, there is more behind it"),
            (office.arnel, ":+1:"),
        )
    ]
    assert [message.reactions for message in talk] == [{}] * len(talk)
    assert len(office.rows()) == rows and office.standing() == standing + len(talk)


# --- action items


async def an_item_agreed(office: AnyOffice, words: str) -> Any:
    """The manager agrees an action item by mention; its card."""
    before = len(office.shared())
    said = await office.mentions(office.maya, f"actions add {words}")
    await office.waits(lambda: len(office.shared()) == before + 1)
    await office.quiet()
    assert office.reacted(said) == ["white_check_mark"]
    return office.shared()[-1]


async def items_agreed_by_both(office: AnyOffice) -> None:
    """One line with a person and a day, from either side; the form has its errors at the field."""
    card = await an_item_agreed(office, f"Send the refund policy {office.called(office.liza)} due friday")
    for words in ("Send the refund policy", "Liza Reyes", "6 March"):
        assert words in office.words(card)
    before = len(office.shared())
    await office.mentions(office.liza, "actions add Retrain the late shift due 2026-03-10")
    await office.waits(lambda: len(office.shared()) == before + 1)
    assert items(office)["Retrain the late shift"].due_on == date(2026, 3, 10)
    form = await office.opens(office.maya, "actions add", press="Add an action item")
    title, due = form.labels[0], form.labels[2]
    form = await office.fills(form, {title: "Call the carrier", due: date(2026, 2, 27)})
    assert form.error_at(due) and "Call the carrier" not in items(office)
    await office.fills(form, {due: date(2026, 3, 12)})
    await office.waits(lambda: len(office.shared()) == before + 2)


async def a_typed_day_is_my_own_affair(office: AnyOffice) -> Any:
    """`+3d` in the thread puts the reminder off, the day everybody agreed stays, and nothing is said; the item's card."""
    card = await an_item_agreed(office, f"Retrain the queue {office.called(office.liza)} due friday")
    standing = office.standing()
    said = await office.replies(office.liza, "+3d", card)
    assert office.reacted(said) == ["hourglass_flowing_sand"]
    assert office.standing() == standing + 1
    await office.until(datetime(2026, 3, 5, 0, 55, tzinfo=UTC))
    assert office.rows("reminders.morning") == []
    assert items(office)["Retrain the queue"].due_on == date(2026, 3, 6)
    return card


def items(office: AnyOffice) -> dict[str, ActionItem]:
    """Every action item by its title."""
    with UnitOfWork(office.house.database, reading=True) as uow:
        return {row.title: row for row in uow.session.exec(select(ActionItem)).all()}


# --- a week of figures


async def figures_asked(office: AnyOffice) -> Any:
    """The request for figures, posted at ten on Tuesday in Manila."""
    before = len(office.shared())
    await office.until(datetime(2026, 3, 3, 1, 59, tzinfo=UTC))
    assert len(office.shared()) == before
    await office.until(datetime(2026, 3, 3, 2, 1, tzinfo=UTC))
    assert len(office.shared()) == before + 1
    return office.shared()[-1]


async def figures_read_back(office: AnyOffice) -> list[float]:
    """Two figures kept, one asked about, a correction; the seconds after which each was read back in the thread."""
    request = await figures_asked(office)
    assert office.names(request, office.liza) and "SL" in office.words(request)
    took = []
    for words, echo in (("SL 82% AHT 6:52 QA good", "82"), ("oops AHT 6:25", "6:25"), ("QA 91%", "91")):
        answers, started = len(office.answers(request)), time.monotonic()
        said = await office.replies(office.liza, words, request)
        await office.waits(partial(more_answers, office, request, answers))
        took.append(time.monotonic() - started)
        await office.quiet()
        assert echo in office.words(office.answers(request)[-1]), words
        assert office.reacted(said) == ["question" if "good" in words else "white_check_mark"], words
    assert "good" in office.words(office.answers(request)[0])
    kept = {name: value.rstrip("0").rstrip(".") for name, value in figures(office).items()}
    assert kept == {"service_level": "82", "handle_time": "385", "quality": "91"}
    return took


def more_answers(office: AnyOffice, root: Any, count: int) -> bool:
    """Whether more than so many replies of the bot stand under a message."""
    return len(office.answers(root)) > count


def figures(office: AnyOffice) -> dict[str, str]:
    """The newest figure of each metric."""
    with UnitOfWork(office.house.database, reading=True) as uow:
        rows = uow.session.exec(select(Figure).order_by(col(Figure.id))).all()
    return {row.metric: str(row.value) for row in rows}


SECRET = "Their invoices do not add up"


async def a_digest_stands_once(office: AnyOffice) -> Any:
    """Monday half past eight in London: one card for both, the internal one inside, nothing internal outside; the card."""
    form = await office.opens(office.maya, "report", press=REPORT, inside=True)
    await office.fills(form, {"Title": SECRET})
    await office.waits(office.inside)
    request = await figures_asked(office)
    await office.replies(office.liza, "SL 82% AHT 6:52 QA 91%", request)
    before, inside = len(office.shared()), len(office.inside())
    await office.until(datetime(2026, 3, 9, 8, 29, tzinfo=UTC))
    assert len(office.shared()) == before
    await office.until(datetime(2026, 3, 9, 8, 31, tzinfo=UTC))
    await office.ticks()
    await office.quiet()
    assert len(office.shared()) == before + 1 and len(office.inside()) >= inside + 1
    digest, internal = office.shared()[-1], office.inside()[-1]
    assert "82" in office.words(digest) and SECRET not in office.words(digest)
    read = office.outsiders_read()
    only_inside = set(office.words(internal).splitlines()) - set(office.words(digest).splitlines())
    assert len(only_inside) >= 2 and not only_inside & set(read.splitlines()), only_inside
    assert SECRET in "".join(map(office.words, office.inside()))
    assert not [words for words in (SECRET, *INTERNAL_WORDS) if words in read]
    return digest


INTERNAL_WORDS = ("declin", "baseline", "No action is on record", "Only your company reads this")
"""What the internal digest says and the shared one never does."""
