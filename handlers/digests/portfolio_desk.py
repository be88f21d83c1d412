"""The verb "digest" about the portfolio: preview, skip the next one, pause and resume, change its time."""

from __future__ import annotations

import json
from datetime import datetime

from handlers.calendar import Pattern, clocks, zone
from handlers.digests import desk_cards, moving, portfolio
from handlers.digests import portfolio_kept as kept
from handlers.digests.commands import AskDigest
from handlers.digests.portfolio_cards import PAUSE, SKIP, VALUE, preview_card
from handlers.digests.rules import following
from handlers.digests.week import Standing
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.schedule import Schedule
from storage.unit_of_work import UnitOfWork

SUBJECT, UNDONE = "portfolio", "undone"
CHANGES = frozenset(f"{SUBJECT}.{what}" for what in ("paused", "resumed", "skipped", "unskipped", "moved"))
"""What of the portfolio the verb "undo" takes back, as the audit log calls it."""
OURS = "your company only"
EXAMPLE = "digest time portfolio mon 09:30"


def ask(command: AskDigest, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Do what is wished. Raises ``Declined`` while there is a single provider, which makes no portfolio."""
    schedule = portfolio.ensure(uow, asker.installation_id, asker.zone, now)
    if schedule is None:
        text = "The portfolio begins with your second provider. Until then the internal digest says it all."
        raise Declined(text, Button("digest.inside", "Internal preview"))
    if command.wish == "preview":
        found = portfolio.preview(uow, schedule, now)
        standing = kept.paused(uow, schedule.subject_id), kept.leaves_out(uow, schedule.subject_id, schedule.next_wall)
        return Answer(card=preview_card(found, Standing(*standing)))
    if command.wish == "time":
        return _time(command, schedule, asker, uow, now)
    if command.wish in ("pause", "resume"):
        return _pause(schedule, asker, uow, now, on=command.wish == "pause")
    return _skip(schedule, asker, uow, now, on=command.wish == "skip")


def take_back(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Undo a pause, a skip or another time, unless somebody changed the portfolio since. Raises ``Declined``."""
    schedule = uow.schedules.of(portfolio.SUBJECT, entry.subject_id)
    if schedule is None or [each.id for each in uow.audit.of(SUBJECT, entry.subject_id)][-1:] != [entry.id]:
        why = "The portfolio was changed again since. Here is how it stands now."
        raise Declined(why, Button("digest.preview", "The portfolio", VALUE))
    if entry.what == f"{SUBJECT}.moved":
        before = Pattern.parse(json.loads(entry.facts).get("from", schedule.pattern))
        return _time(AskDigest("time", view="portfolio", pattern=before), schedule, asker, uow, now, undoing=True)
    if entry.what in (f"{SUBJECT}.paused", f"{SUBJECT}.resumed"):
        return _pause(schedule, asker, uow, now, on=entry.what == f"{SUBJECT}.resumed", undoing=True)
    return _skip(schedule, asker, uow, now, on=entry.what == f"{SUBJECT}.unskipped", undoing=True)


def _pause(
    schedule: Schedule, asker: Asker, uow: UnitOfWork, now: datetime, *, on: bool, undoing: bool = False
) -> Answer:
    kept.pause(uow, asker.installation_id, on=on)
    _note(UNDONE if undoing else "paused" if on else "resumed", asker, uow, now)
    if on:
        text = "The portfolio is paused until you resume it. The digests of your providers go on."
        return Answer(card=desk_cards.told(text, Button("digest.resume", "Resume the portfolio", VALUE)))
    text = f"The portfolio is on again. The next one comes {_clocks(_coming(schedule, uow), schedule, asker)}."
    return Answer(card=desk_cards.told(text, PAUSE))


def _skip(
    schedule: Schedule, asker: Asker, uow: UnitOfWork, now: datetime, *, on: bool, undoing: bool = False
) -> Answer:
    """Leave out the next portfolio only, or not after all."""
    installation_id, wall = schedule.subject_id, schedule.next_wall
    if kept.paused(uow, installation_id):
        text = "The portfolio is paused, so there is none to leave out."
        return Answer(card=desk_cards.told(text, Button("digest.resume", "Resume the portfolio", VALUE)))
    if on != kept.leaves_out(uow, installation_id, wall):
        kept.leave_out(uow, installation_id, wall if on else None)
        _note(UNDONE if undoing else "skipped" if on else "unskipped", asker, uow, now, due=wall.isoformat())
    which = _clocks(schedule.next_at, schedule, asker)
    if not on:
        text = f"The next portfolio comes {which}."
        return Answer(card=desk_cards.told(text, SKIP, PAUSE))
    later = _clocks(_coming(schedule, uow), schedule, asker)
    text = f"The portfolio of {which} is skipped. The one after comes {later}. The digests of your providers go on."
    return Answer(card=desk_cards.told(text, Button("digest.unskip", "Do not skip it", VALUE)))


def _coming(schedule: Schedule, uow: UnitOfWork) -> datetime:
    """The next one that is not left out."""
    if not kept.leaves_out(uow, schedule.subject_id, schedule.next_wall):
        return schedule.next_at
    return following(Pattern.parse(schedule.pattern), zone(schedule.zone), schedule.next_wall)[1]


def _time(
    command: AskDigest, schedule: Schedule, asker: Asker, uow: UnitOfWork, now: datetime, *, undoing: bool = False
) -> Answer:
    before = Pattern.parse(schedule.pattern)
    if command.pattern is None:
        said = f"The portfolio comes {desk_cards.spoken(before)} ({schedule.zone})."
        if command.mention:
            return Answer(card=desk_cards.told(f"{said} Write for example {EXAMPLE} to move it."))
        return Answer(form=desk_cards.time_form(said, VALUE, before, schedule.zone, OURS))
    at = moving.move_portfolio(uow, schedule, command.pattern, now)
    moved = {"from": str(before), "to": str(command.pattern)}
    _note(UNDONE if undoing else "moved", asker, uow, now, **moved)
    when = f"{desk_cards.spoken(command.pattern)} ({schedule.zone})"
    text = f"The portfolio comes {when}. The next one: {_clocks(at, schedule, asker)}."
    again = Button("digest.time", "Change it again", VALUE)
    return Answer(card=desk_cards.told(text, again), done=f"Moved to {when}")


def _clocks(at: datetime, schedule: Schedule, asker: Asker) -> str:
    return clocks(at, (zone(schedule.zone), zone(asker.zone)))


def _note(what: str, asker: Asker, uow: UnitOfWork, now: datetime, **facts: str) -> None:
    entry = AuditEntry(
        installation_id=asker.installation_id,
        at=now,
        person_id=asker.person_id,
        what=f"{SUBJECT}.{what}",
        subject=SUBJECT,
        subject_id=asker.installation_id,
        visibility=Visibility.INTERNAL,
        facts=json.dumps(facts) if facts else "",
    )
    uow.audit.note(entry)
