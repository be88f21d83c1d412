"""What follows a card that stands: its picture and files, once each, in its thread, whatever breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.ports import Delivery, Later, Outcome, Refused, Unsure
from handlers.vocabulary.outgoing import File, Panel, Picture, SharedCard, Tone
from storage.database import Database
from storage.outbox import FILE, PICTURE
from tests.bot.post import Post
from tests.fakes import FakeGateway
from tests.town import Town

CHART = Picture("Weeks", (Panel("SL", "82 %", Tone.GOOD, "on target", ("a", "b"), (1.0, 2.0)),), "rose")
INVITE = File("review.ics", "text/calendar", "SEQUENCE:0", "Invitation")
NOTES = File("notes.txt", "text/plain", "none yet", "Notes")
REVIEW = SharedCard("Review", elements=(CHART, INVITE, NOTES))
MOVED = replace(REVIEW, elements=(CHART, replace(INVITE, content="SEQUENCE:1"), NOTES))


@pytest.fixture
async def apart(sqlite_url: str) -> AsyncIterator[Post]:
    """A post whose platform shows no files in cards."""
    database = Database(sqlite_url, durable=False)
    Town(database)
    post = Post(database)
    post.gateway.files_apart = True
    yield post
    database.dispose()


def shared(post: Post) -> list[str]:
    """The contents of the files and the titles of the charts that stand out there, in order."""
    parts = [posted.delivery.attachment for posted in post.gateway.posted]
    return [part.content if isinstance(part, File) else part.title for part in parts if part is not None]


async def test_a_cards_parts_follow_in_its_thread(apart: Post) -> None:
    """Chart and files are shared once each under the card; nothing waits for them."""
    apart.put("a", card=REVIEW)
    await apart.settle()
    assert sorted(shared(apart)) == ["SEQUENCE:0", "Weeks", "none yet"]
    card = apart.gateway.posted[0]
    assert {posted.delivery.thread for posted in apart.gateway.posted[1:]} == {card.ref}
    assert {row.kind for row in apart.rows()} == {"test.card", PICTURE, FILE}


async def test_where_cards_hold_files_nothing_follows(apart: Post) -> None:
    """A platform that shows them in the card gets no rows."""
    apart.gateway.files_apart = False
    apart.put("a", card=REVIEW)
    await apart.settle()
    assert len(apart.rows()) == 1


async def test_only_what_an_edit_changed_is_shared_again(apart: Post) -> None:
    """Another invitation follows once more; the chart, the notes and a mere change of words do not."""
    apart.put("a", card=REVIEW)
    await apart.settle()
    apart.revise("a", replace(REVIEW, text="Review, 14:00"))
    await apart.settle()
    assert len(shared(apart)) == 3
    for _ in range(2):
        apart.revise("a", MOVED)
        await apart.settle()
    assert shared(apart)[3:] == ["SEQUENCE:1"]


async def test_a_file_outdated_before_it_left_is_not_sent(apart: Post) -> None:
    """Two states of one file could arrive in any order, so the older stays here; the other file is not touched."""
    key = apart.put("a", card=REVIEW)
    assert await apart.courier.attempt(key) is None
    apart.revise("a", MOVED)
    assert await apart.courier.attempt(key) is None
    await apart.settle()
    assert sorted(shared(apart)) == ["SEQUENCE:1", "Weeks", "none yet"]
    assert [row.state for row in apart.rows() if row.kind == FILE].count("dropped") == 1


async def test_a_files_id_is_kept_before_it_is_shared(apart: Post) -> None:
    """When the share is unclear, the same upload is looked for and found: it stands once, uploaded once."""
    key = apart.put("a", card=SharedCard("Review", elements=(INVITE,)))
    await apart.courier.attempt(key)
    apart.gateway.faults = [("after", Unsure("dropped"))]
    (file,) = [row for row in apart.rows() if row.kind == FILE]
    assert await apart.courier.attempt(file.key) is not None
    assert apart.row(file.once).ref == "F001"
    apart.restart()
    await apart.settle()
    assert shared(apart) == ["SEQUENCE:0"] and apart.gateway.uploads == ["F001"]


async def test_an_upload_that_was_lost_is_made_again(apart: Post) -> None:
    """When the platform forgot what waited there, the file is uploaded anew."""
    key = apart.put("a", card=SharedCard("Review", elements=(INVITE,)))
    await apart.courier.attempt(key)
    (file,) = [row for row in apart.rows() if row.kind == FILE]
    apart.gateway.faults = [("before", Later(1.0))]
    await apart.courier.attempt(file.key)
    apart.gateway.uploads.clear()
    await apart.settle()
    assert shared(apart) == ["SEQUENCE:0"] and len(apart.gateway.uploads) == 1


class DiesBetween(FakeGateway):
    """The process is killed between the upload and its being kept."""

    async def post(self, delivery: Delivery) -> Outcome:
        """The share is never asked for the first time."""
        if delivery.attachment is not None and len(self.uploads) == 1:
            await asyncio.Event().wait()
        return await super().post(delivery)


async def test_killed_between_upload_and_share(apart: Post) -> None:
    """What was uploaded by a process that died is shared by the next one, once."""
    apart.gateway = DiesBetween(files_apart=True)
    apart.restart()
    key = apart.put("a", card=SharedCard("Review", elements=(INVITE,)))
    await apart.courier.attempt(key)
    (file,) = [row for row in apart.rows() if row.kind == FILE]
    attempt = asyncio.create_task(apart.courier._attempt(file.key))
    await asyncio.sleep(0.05)
    attempt.cancel()
    await asyncio.gather(attempt, return_exceptions=True)
    assert apart.row(file.once).ref == "F001" and shared(apart) == []
    apart.gateway.uploads.append("F001")  # the second upload's number; the first one still waits there
    apart.restart()
    await apart.settle()
    assert shared(apart) == ["SEQUENCE:0"]


async def test_a_file_broken_at_every_boundary_stands_once(apart: Post) -> None:
    """An exception at any call or commit on the file's way, before or after it took effect, shares it exactly once."""
    for number in range(1, 40):
        content = f"SEQUENCE:{number}"
        key = apart.put(f"a{number}", card=SharedCard("Review", elements=(replace(INVITE, content=content),)))
        await apart.courier.attempt(key)
        (file,) = [row for row in apart.rows() if row.kind == FILE and row.state == "open"]
        apart.crossed, apart.fails_at = 0, number
        await apart.courier.attempt(file.key)
        reached, apart.fails_at = apart.crossed, None
        apart.restart()
        await apart.settle()
        assert shared(apart).count(content) == 1, number
        if reached < number:
            assert number > 8
            return
    raise AssertionError("never got through")


async def test_a_part_that_cannot_be_uploaded_fails_alone(apart: Post) -> None:
    """A refused upload leaves the card where it stands, and a manager is told."""
    key = apart.put("a", card=SharedCard("Review", elements=(INVITE,)), programme_id=1)
    await apart.courier.attempt(key)

    async def refuse(delivery: Delivery) -> Refused:
        return Refused("missing_scope")

    apart.gateway.upload = refuse  # type: ignore[method-assign]  # the platform's answer
    await apart.settle()
    states = {row.kind: row.state for row in apart.rows()}
    assert states["test.card"] == "sent" and states[FILE] == "failed" and "delivery.failed" in states
