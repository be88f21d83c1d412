"""Until when a contract runs, and what happens when it is over: everything falls silent and stays readable."""

from __future__ import annotations

import json
from datetime import date, datetime

from handlers import saying
from handlers.calendar import parse_day, wall_of, zone
from handlers.providers import contract_cards as cards
from handlers.providers import contract_timers as timers
from handlers.providers.handler import begin, installation_of
from handlers.providers.people import Changing
from handlers.providers.people_commands import AskContract, SetContract
from handlers.records.past import Undoable
from handlers.vocabulary.events import ContractMoved, ContractReopened
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined, Invalid, WhichProvider
from storage.models.audit import AuditEntry
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork

CHANGED = "contract.changed"
OPEN_END = {"open", "none", "no end"}


def ask(command: AskContract, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """A day in words is kept at once; without one the form opens. Raises ``Declined`` where several could be meant."""
    provider = _provider(command.provider_id, asker, uow)
    if command.words:
        return _keep(provider, command.words, asker, uow, now)
    assert provider.id is not None
    return Answer(form=cards.contract_form(provider.id, provider.name, provider.contract_end))


def set_end(command: SetContract, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form was sent in. Raises ``Invalid`` for a day that cannot be."""
    return _keep(_provider(command.provider_id, asker, uow), command.end, asker, uow, now)


def undo(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The end is again what it was. Raises ``Declined`` when it has changed since."""
    provider = _provider(entry.subject_id, asker, uow)
    facts = json.loads(entry.facts)
    if (None if provider.contract_end is None else provider.contract_end.isoformat()) != facts["after"]:
        raise Declined("The contract's end has changed since, so it is not put back.")
    before = None if facts["before"] is None else date.fromisoformat(facts["before"])
    reopened = change_end(uow, provider, before, now, asker.person_id)
    return Answer(
        card=cards.changed_card(provider.name, provider.id or 0, before, _today(provider, uow, now), reopened=reopened)
    )


UNDOABLE = Undoable(frozenset({CHANGED}), undo)


def change_end(uow: UnitOfWork, provider: Provider, end: date | None, now: datetime, by: int | None) -> bool:
    """Let the contract run until ``end`` (None: for good). Answers whether something that had ended goes on."""
    before, provider.contract_end = provider.contract_end, end
    uow.providers.add(provider)
    _audit(uow, provider, before, now, by)
    assert provider.id is not None
    reopened = False
    for programme in uow.providers.programmes_of(provider.id):
        reopened = _reopen(uow, programme, end, now, by) or reopened
        _farewell_again(uow, programme, provider, before, now)
        timers.set_timers(uow, programme, provider, now)
        assert programme.id is not None
        uow.happened(ContractMoved(programme.id))
    return reopened


def read_end(written: str, provider: Provider, uow: UnitOfWork, now: datetime, field: str = "end") -> date | None:
    """The last day that was written, None for an open end; what stood there before is no mistake, though it be past.

    Raises ``Invalid`` naming ``field``.
    """
    if not written or written.casefold() in OPEN_END:
        return None
    if provider.contract_end is not None and written == provider.contract_end.isoformat():
        return provider.contract_end
    try:
        said = written.removeprefix("until ").removeprefix("ends ")
        return parse_day(said, _today(provider, uow, now), field=field)
    except ValueError as problem:
        raise Invalid({field: f"{problem}; or open for no end"}) from problem


def _keep(provider: Provider, written: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    today = _today(provider, uow, now)
    end = read_end(written, provider, uow, now)
    if end == provider.contract_end:
        return Answer(card=cards.changed_card(provider.name, provider.id or 0, end, today, reopened=False))
    reopened = change_end(uow, provider, end, now, asker.person_id)
    card = cards.changed_card(provider.name, provider.id or 0, end, today, reopened=reopened)
    return Answer(card=card, done=card.text)


def _provider(provider_id: int | None, asker: Asker, uow: UnitOfWork) -> Provider:
    """The provider that is meant: by id, by the place, or the only one; also one whose contract is over."""
    if not asker.manages:
        raise Declined("A manager says until when a contract runs.")
    every = uow.providers.providers(asker.installation_id)
    places = asker.programme_ids if asker.chosen is None else (asker.chosen,)
    here = {programme.provider_id for each in places if (programme := uow.providers.programme(each))}
    wanted = {provider_id} if provider_id is not None else here
    found = [each for each in every if not wanted or each.id in wanted]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Declined("This provider is not there any more.", Button("providers.setup", "Set up a provider"))
    firsts = [(theirs[0], each.name) for each in found if (theirs := uow.providers.programmes_of(each.id or 0))]
    choices = [(first.id, name[:75]) for first, name in firsts if first.id is not None]
    raise WhichProvider("Which provider is this about?", "providers.contract", choices)


def _today(provider: Provider, uow: UnitOfWork, now: datetime) -> date:
    """The day in the anchor zone of the provider's first programme."""
    assert provider.id is not None
    programmes = uow.providers.programmes_of(provider.id)
    return wall_of(now, zone(programmes[0].anchor_zone if programmes else provider.zone)).date()


def _reopen(uow: UnitOfWork, programme: Programme, end: date | None, now: datetime, by: int | None) -> bool:
    over_already = end is not None and timers.last_moment(end, programme.anchor_zone) <= now
    if programme.state != "ended" or over_already:
        return False
    assert programme.id is not None
    programme.state = "active"
    uow.providers.add(programme)
    change = Changing(*installation_of(uow, programme), programme, now, by)
    begin(uow, change)
    change.note(uow, "contract.reopened")
    uow.happened(ContractReopened(programme.id))
    return True


def _farewell_again(
    uow: UnitOfWork, programme: Programme, provider: Provider, before: date | None, now: datetime
) -> None:
    """A farewell that was said for another end holds no more; for this end again, it does."""
    today = wall_of(now, zone(programme.anchor_zone)).date()
    end = provider.contract_end
    if before is not None:
        saying.show(uow, timers.farewell_name(programme, before), cards.goes_on_card(provider.name, before, today), now)
    if end is not None:
        saying.show(uow, timers.farewell_name(programme, end), cards.farewell_card(provider.name, end, today), now)


def _audit(uow: UnitOfWork, provider: Provider, before: date | None, now: datetime, by: int | None) -> None:
    assert provider.id is not None
    days = {"before": before, "after": provider.contract_end}
    entry = AuditEntry(
        installation_id=provider.installation_id,
        at=now,
        person_id=by,
        what=CHANGED,
        subject="provider",
        subject_id=provider.id,
        visibility="INT",
        facts=json.dumps(
            {name: None if day is None else day.isoformat() for name, day in days.items()}, sort_keys=True
        ),
    )
    uow.audit.note(entry)
