"""The verb "digest" about the portfolio: preview, pause and resume, change its time."""

from __future__ import annotations

import json
from datetime import datetime

from handlers.calendar import Pattern, clocks, zone
from handlers.digests import desk_cards, moving, portfolio
from handlers.digests.commands import AskDigest
from handlers.digests.portfolio_cards import preview_card
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.schedule import Schedule
from storage.unit_of_work import UnitOfWork

VALUE = "portfolio"
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
        return Answer(card=preview_card(found, paused=portfolio.paused(uow, asker.installation_id)))
    if command.wish == "time":
        return _time(command, schedule, asker, uow, now)
    if command.wish in ("pause", "resume"):
        return _pause(schedule, asker, uow, now, on=command.wish == "pause")
    text = "The portfolio comes every week; it can be paused, but not skipped once."
    raise Declined(text, Button("digest.pause", "Pause the portfolio", VALUE))


def _pause(schedule: Schedule, asker: Asker, uow: UnitOfWork, now: datetime, *, on: bool) -> Answer:
    portfolio.pause(uow, asker.installation_id, on=on)
    _note("portfolio.paused" if on else "portfolio.resumed", asker, uow, now)
    if on:
        text = "The portfolio is paused until you resume it. The digests of your providers go on."
        return Answer(card=desk_cards.told(text, Button("digest.resume", "Resume the portfolio", VALUE)))
    text = f"The portfolio is on again. The next one comes {_clocks(schedule.next_at, schedule, asker)}."
    return Answer(card=desk_cards.told(text, Button("digest.pause", "Pause the portfolio", VALUE)))


def _time(command: AskDigest, schedule: Schedule, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    before = Pattern.parse(schedule.pattern)
    if command.pattern is None:
        said = f"The portfolio comes {desk_cards.spoken(before)} ({schedule.zone})."
        if command.mention:
            return Answer(card=desk_cards.told(f"{said} Write for example {EXAMPLE} to move it."))
        return Answer(form=desk_cards.time_form(said, VALUE, before, schedule.zone, OURS))
    at = moving.move_portfolio(uow, schedule, command.pattern, now)
    _note("portfolio.moved", asker, uow, now, to=str(command.pattern))
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
        what=what,
        subject="portfolio",
        subject_id=asker.installation_id,
        visibility=Visibility.INTERNAL,
        facts=json.dumps(facts) if facts else "",
    )
    uow.audit.note(entry)
