"""Through here goes everything that comes by itself, on its way into the outbox; nothing of it is ever dropped.

In a channel it is the one message of the day, or hangs in the thread of that one, or waits for the next free working
morning. To one person it comes in their own hours, or stands in their next morning message.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from handlers.calendar import Pattern, is_quiet, is_working_day, wall_of, zone
from handlers.calendar.cadence import DAY_NAMES
from handlers.noise import preferences, rules
from handlers.noise.kinds import Kind, Own, Second, kind_of
from handlers.records.hours import hours_of
from handlers.vocabulary.events import MessageHeld
from handlers.waking import hours_of_channel
from storage.models.delivery import OutboxRow
from storage.models.provider import Programme
from storage.outbox import HELD
from storage.unit_of_work import UnitOfWork

NEVER_STANDS = {"failed", "dropped", "missed"}
"""States of a message that is not in its channel and will not come by itself."""


def settle(row: OutboxRow, kind: Kind, uow: UnitOfWork) -> None:
    """Give a row that is about to be put its place and time; what was said before is left alone.

    What is of no use any more from a moment on rather hangs in a thread than waits that long.
    """
    uow.outbox.look_ahead([row.once])
    if uow.outbox.by_once(row.once) is not None:
        return
    if row.account_user:
        _direct(row, kind, uow)
    elif row.thread_card is None and row.thread_ref is None:
        _in_channel(row, kind, uow)


def settle_again(row: OutboxRow, kind: Kind, uow: UnitOfWork) -> None:
    """Give what failed in a channel, stands nowhere, and is sent after all since it was edited, a place on the day it comes
    now: its own may be over, or another message's."""
    if not row.account_user and row.thread_card is None and row.thread_ref is None:
        _in_channel(row, kind, uow)
        uow.session.add(row)


def _direct(row: OutboxRow, kind: Kind, uow: UnitOfWork) -> None:
    person = uow.people.by_account(row.installation_id, row.platform, row.account_workspace, row.account_user)
    if person is None or kind.own is Own.MORNING:
        return
    today = wall_of(row.not_before, zone(person.zone)).date()
    resting = preferences.paused_until(person, today, uow)
    folded = kind.own is Own.FOLDED or resting is not None or preferences.wants_folded(person, row.kind, uow)
    if folded and kind.own is not Own.WHOLE:
        assert person.id is not None
        row.state = HELD
        uow.happened(MessageHeld(person.id))
        return
    hours = preferences.awake_hours(person, uow)
    if is_quiet(row.not_before, hours) or resting is not None:
        row.not_before = preferences.next_awake(row.not_before, hours, resting)


def _in_channel(row: OutboxRow, kind: Kind, uow: UnitOfWork) -> None:
    place = row.platform, row.workspace, row.channel
    speaking = _programmes(row, uow)
    where = zone(speaking[0].anchor_zone) if speaking else zone("UTC")
    day = wall_of(row.not_before, where).date()
    holder = uow.channel_days.claim(place, day, row.key)
    if holder == row.key:
        return
    first = uow.outbox.locked(holder)
    if first is None or first.state in NEVER_STANDS or _gives_way(first, row, kind):
        uow.channel_days.pass_on(place, day, row.key)
    elif rules.hangs(kind.second, first.kind) or not _wait(row, day, where, speaking, uow):
        row.thread_card = first.thread_card or first.key


def _gives_way(first: OutboxRow, row: OutboxRow, kind: Kind) -> bool:
    """A request that nobody tried to post yet hangs under the digest after all, as on any other day; so it is after a rest of
    the bot, when the earlier one of the day is acted on first."""
    untried = first.state == "open" and first.sent_revision == 0 and first.trying_since is None
    if untried and kind.second is Second.HANGS and kind_of(first.kind).second is Second.UNDER_DIGEST:
        first.thread_card = row.key
        return True
    return False


def _wait(row: OutboxRow, day: date, where: ZoneInfo, speaking: list[Programme], uow: UnitOfWork) -> bool:
    """Let it come on the next working morning that no message has or will have; False where there is none in time."""
    place = row.platform, row.workspace, row.channel
    hours = hours_of_channel(uow, speaking[0]) if speaking else hours_of(where.key, "")
    busy = _busy(row, speaking, uow)

    def is_free(each: date) -> bool:
        return is_working_day(each, hours) and DAY_NAMES[each.weekday()] not in busy

    for each, moment in rules.mornings(day, where, is_free, row.expires_at):
        if uow.channel_days.claim(place, each, row.key) == row.key:
            row.not_before = moment
            return True
    return False


def _programmes(row: OutboxRow, uow: UnitOfWork) -> list[Programme]:
    """The programmes that speak in the row's channel, the first one set up there first: its calendar is the channel's."""
    bound = uow.providers.channels_at(row.platform, row.workspace, row.channel)
    found = (uow.providers.programme(each) for each in sorted({channel.programme_id for channel in bound}))
    return [each for each in found if each is not None]


def _busy(row: OutboxRow, speaking: list[Programme], uow: UnitOfWork) -> set[str]:
    """The week days on which something comes every week."""
    portfolio = uow.schedules.of("portfolio", row.installation_id)
    patterns = [wall for each in speaking for wall in (each.digest_wall, each.figures_wall)]
    patterns += [] if portfolio is None or portfolio.state != "active" else [portfolio.pattern]
    return {day for pattern in patterns for day in Pattern.parse(pattern).days}
