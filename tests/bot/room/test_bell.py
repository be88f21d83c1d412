"""The bell that tells open pages of changes."""

from __future__ import annotations

from bot.room.bell import REMEMBERED, Bell, Change


async def test_a_listener_hears_what_was_rung_since_its_page_was_drawn() -> None:
    """The changes after the noted one come first and in order, then those that follow."""
    bell = Bell()
    bell.ring(Change("message", "a", "1"))
    noted = bell.rung
    bell.ring(Change("message", "a", "2"))
    with bell.listen(noted) as changes:
        bell.ring(Change("message", "a", "3"))
        assert [(await changes.get()).ref for _ in range(2)] == ["2", "3"]


async def test_who_comes_too_late_is_told_so() -> None:
    """More changes than are remembered, or a count of an earlier start: the page is to be drawn again."""
    bell = Bell()
    for number in range(REMEMBERED + 1):
        bell.ring(Change("message", "a", str(number)))
    for since in (0, REMEMBERED + 9):
        with bell.listen(since) as changes:
            assert (await changes.get()).kind == "missed"
    with bell.listen(1) as changes:
        assert changes.qsize() == REMEMBERED
