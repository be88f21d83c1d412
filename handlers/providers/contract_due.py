"""What the calendar does about a contract's end: tells the manager ahead, says goodbye once, and ends it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from handlers import saying, schedules
from handlers.calendar import wall_of, zone
from handlers.places import direct_to, shared_channel
from handlers.providers import contract_cards as cards
from handlers.providers import contract_timers as timers
from handlers.providers.handler import installation_of
from handlers.providers.people import Changing
from handlers.saying import About
from handlers.stand_ins import acting_for
from handlers.vocabulary.address import Side
from handlers.vocabulary.events import ContractEnded, Fired
from handlers.vocabulary.outgoing import DirectPost, SharedPost
from handlers.waking import awake, hours_of_person
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork

ENDED = "contract.ended"
RUNNING = {"active", "paused"}


def ahead(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """So many days to go: whoever answers on the client's side today is told, in their own working hours."""
    found = _running(fired.subject_id, uow)
    if found is None:
        return
    programme, provider, end = found
    over = timers.last_moment(end, programme.anchor_zone)
    if now >= over:
        return  # nothing ran until it was over
    person = acting_for(uow, fired.subject_id, Side.CLIENT, now)
    to = None if person is None else direct_to(uow, person)
    due = [days for days, at in timers.told_at(end, programme.anchor_zone) if at <= now]
    if person is not None and to is not None and due and provider.id is not None:
        days = due[-1]
        items = _open_items(fired.subject_id, uow) if days <= cards.WEEK else []
        today = wall_of(now, zone(person.zone)).date()
        card = cards.ahead_card(provider.name, provider.id, end, today, (end - today).days, items)
        once = f"{timers.AHEAD}:{programme.id}:{end.isoformat()}:{days}"
        moment = awake(now, hours_of_person(person))
        saying.say(uow, DirectPost(to, card), _about(programme, timers.AHEAD), once, now, not_before=moment, until=over)
    coming = [at for _, at in timers.told_at(end, programme.anchor_zone) if at > now]
    if coming:
        schedules.once_at(uow, timers.AHEAD, fired.subject_id, programme.installation_id, coming[0], until=over)


def farewell(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """Goodbye to both companies, once, before the end."""
    found = _running(fired.subject_id, uow)
    to = shared_channel(uow, fired.subject_id)
    if found is None or to is None:
        return
    programme, provider, end = found
    over = timers.last_moment(end, programme.anchor_zone)
    if programme.state != "active" or now >= over:
        return
    card = cards.farewell_card(provider.name, end, wall_of(now, zone(programme.anchor_zone)).date())
    about, once = _about(programme, timers.FAREWELL), timers.farewell_name(programme, end)
    saying.say(uow, SharedPost(to, card), about, once, now, until=over)


def over(fired: Fired, uow: UnitOfWork, now: datetime) -> None:
    """The contract is over: from now on nothing is said about it by itself."""
    found = _running(fired.subject_id, uow)
    if found is None:
        return
    programme, provider, end = found
    if now < timers.last_moment(end, programme.anchor_zone):
        return  # it was extended
    programme.state = "ended"
    uow.providers.add(programme)
    for subject in ("digest", "figures", "figures.later"):
        schedules.cancel(uow, subject, fired.subject_id)
    timers.cancel_timers(uow, programme)
    change = Changing(*installation_of(uow, programme), programme, now)
    change.note(uow, ENDED, provider=provider.id)
    uow.happened(ContractEnded(fired.subject_id))


def _running(programme_id: int, uow: UnitOfWork) -> tuple[Programme, Provider, date] | None:
    programme = uow.providers.programme(programme_id)
    provider = None if programme is None else uow.providers.provider(programme.provider_id)
    if programme is None or provider is None or provider.contract_end is None or programme.state not in RUNNING:
        return None
    return programme, provider, provider.contract_end


def _open_items(programme_id: int, uow: UnitOfWork) -> Sequence[str]:
    """What is not finished, in a line each."""
    issues = [f"issue {each.number}: {each.title}" for each in uow.issues.open_of(programme_id)]
    return [*issues, *(f"action {each.number}: {each.title}" for each in uow.actions.unfinished_of(programme_id))]


def _about(programme: Programme, kind: str) -> About:
    return About(
        programme.installation_id,
        kind,
        "the contract ends",
        "programme",
        programme.id or 0,
        programme.id,
        programme.provider_id,
    )
