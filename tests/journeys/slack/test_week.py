"""A week of figures: asked for on Tuesday morning in Manila, read from plain replies, and posted once on Monday."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import col, select

from storage.models.metrics import Figure
from storage.unit_of_work import UnitOfWork
from tests.journeys.slack.office import INTERNAL, SHARED, Mode, Office, opened
from tests.journeys.slack.test_issue import more_than, reacted, reply
from tests.standins.slack import Message

SECRET = "Their invoices do not add up"
INTERNAL_WORDS = ("declin", "baseline", "No action is on record", "Only your company reads this", "U0DEPUTY")
ECHO_WITHIN = 2.0


@pytest.fixture
async def settled(empty: Path, tmp_path: Path, mode: Mode) -> AsyncIterator[Office]:
    """Set up, at the pace of production: one post a second and channel."""
    async with opened(empty, tmp_path, mode, pace=1.0) as office:
        office.settle()
        await office.waits(office.shared)
        await office.quiet()
        yield office


async def asked(office: Office) -> Message:
    """The request for figures, posted at ten on Tuesday in Manila."""
    before = len(office.shared())
    await office.until(datetime(2026, 3, 3, 1, 59, tzinfo=UTC))
    assert len(office.shared()) == before
    await office.until(datetime(2026, 3, 3, 2, 1, tzinfo=UTC))
    assert len(office.shared()) == before + 1
    return office.shared()[-1]


def figures(office: Office) -> dict[str, str]:
    """The newest figure of each metric."""
    with UnitOfWork(office.house.database, reading=True) as uow:
        rows = uow.session.exec(select(Figure).order_by(col(Figure.id))).all()
    return {row.metric: str(row.value) for row in rows}


@pytest.mark.slow
async def test_a_plain_reply_is_read_back_within_two_seconds(settled: Office) -> None:
    """Two figures kept, one asked about, a correction; each answer stands in the thread within two seconds."""
    office = settled
    request = await asked(office)
    assert "U0LEAD" in str(request.blocks) and "SL" in request.words
    took = []
    for words, echo in (("SL 82% AHT 6:52 QA good", "82"), ("oops AHT 6:25", "6:25"), ("QA 91%", "91")):
        answers, started = len(office.answers(request)), time.monotonic()
        said = await office.liza.says(SHARED, words, request)
        await office.waits(partial(more_than, lambda: office.answers(request), answers))
        took.append(time.monotonic() - started)
        await office.quiet()
        assert echo in office.answers(request)[-1].words, words
        assert reacted(office, said) == ["question" if "good" in words else "white_check_mark"], words
    print(f"echo after {', '.join(f'{each:.2f}' for each in took)} s")
    assert sorted(took)[1] < ECHO_WITHIN, took  # the median: other work on a test machine may delay one
    assert "good" in office.answers(request)[0].words
    assert {name: figures(office)[name].rstrip("0").rstrip(".") for name in figures(office)} == {
        "service_level": "82",
        "handle_time": "385",
        "quality": "91",
    }
    assert "3 of 3" in request.words or "complete" in request.words.lower() or request.earlier


@pytest.mark.slow
async def test_the_digest_stands_once_and_what_is_internal_stays_inside(settled: Office) -> None:
    """Monday half past eight in London: one card for both, its picture once in its thread, the internal one inside."""
    office = settled
    await office.maya.command("/vendor", f"report {SECRET}", INTERNAL)
    await office.maya.submits()
    await office.waits(lambda: office.said(INTERNAL))
    request = await asked(office)
    await reply(office, "liza", "SL 82% AHT 6:52 QA 91%", request)
    before, inside = len(office.shared()), len(office.said(INTERNAL))
    await office.until(datetime(2026, 3, 9, 8, 29, tzinfo=UTC))
    assert len(office.shared()) == before
    await office.until(datetime(2026, 3, 9, 8, 31, tzinfo=UTC))
    await office.ticks()
    await office.waits(lambda: [m for m in office.answers(office.shared()[-1]) if m.payload.get("files")], 10)
    await office.quiet()
    assert len(office.shared()) == before + 1 and len(office.said(INTERNAL)) >= inside + 1
    digest = office.shared()[-1]
    pictures = [each for each in office.answers(digest) if each.payload.get("files")]
    assert len(pictures) == 1
    internal = office.said(INTERNAL)[-1]
    assert "82" in digest.words and SECRET not in digest.words
    with office.house.units() as uow:
        secrets = [row for row in uow.outbox.everything() if row.visibility == "INT"]
    assert secrets and all(row.channel == INTERNAL or row.account_user in {"U0MANAGER", "U0DEPUTY"} for row in secrets)
    seen = office.outsiders_read()
    only_inside = set(internal.words.splitlines()) - set(digest.words.splitlines())
    assert len(only_inside) >= 2 and not only_inside & set(seen.splitlines()), only_inside
    assert SECRET in "".join(each.words for each in office.said(INTERNAL))
    assert not [word for word in (SECRET, *INTERNAL_WORDS) if word in seen]
    await office.restart()
    await office.ticks()
    await office.quiet()
    assert len(office.shared()) == before + 1
    assert len([each for each in office.answers(digest) if each.payload.get("files")]) == 1
