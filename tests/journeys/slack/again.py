"""Slack says everything twice: what is remembered and what is seen, compared before and after."""

from __future__ import annotations

import asyncio

from sqlmodel import SQLModel

from storage.unit_of_work import UnitOfWork
from tests.journeys.slack.office import Office

LATER = 0.3
"""Seconds after the last acknowledgement in which something could still be said behind it."""


def remembered(office: Office) -> dict[str, list[str]]:
    """Every row of every table."""
    with UnitOfWork(office.house.database, reading=True) as uow:
        rows = uow.session.connection().execute
        return {table.name: sorted(map(repr, rows(table.select()))) for table in SQLModel.metadata.sorted_tables}


def seen(office: Office) -> list[tuple[str, ...]]:
    """Every message with its reactions, every private word, modal and Home tab that stands in Slack."""
    people = office.slack.world.users.values()
    messages = [(each.ts, each.text, each.words, str(each.reactions)) for each in office.slack.messages()]
    private = [(user.id, each.ts, each.words) for user in people for each in user.ephemerals]
    views = [(user.id, view.id, view.words) for user in people for view in user.views]
    homes = [(user.id, str(user.home.payload)) for user in people if user.home is not None]
    return [*messages, *private, *views, *homes]


async def everything_again(office: Office, start: int = 0) -> int:
    """Deliver every payload from position ``start`` on once more: each is acknowledged, and nothing is written, said, opened
    or published. How many payloads there are now, to begin from the next time."""
    await office.quiet()
    before, stood, published = remembered(office), seen(office), len(office.slack.calls_of("views.publish"))
    for delivery in list(office.slack.deliveries)[start:]:
        attempt = await office.slack.redeliver(delivery)
        assert attempt.failure is None, (delivery.kind, delivery.event_type, attempt.failure)
    await asyncio.sleep(LATER)
    await office.quiet()
    after = remembered(office)
    for table, rows in before.items():
        assert after[table] == rows, (table, set(after[table]) ^ set(rows))
    assert seen(office) == stood
    assert len(office.slack.calls_of("views.publish")) == published
    return len(office.slack.deliveries)
