"""Who answers for a programme, who is away, and until when the contract runs: the page behind "People"."""

from __future__ import annotations

from datetime import date, datetime

from handlers.calendar import day_text
from handlers.mirrors.twins import on_several
from handlers.places import mention, programme_name, the_programme
from handlers.providers.people_commands import ShowTeam
from handlers.records.record import names_of_sides
from handlers.stand_ins import away_until, today_of
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Answer, AnyCard, Button, Facts, Mention, PrivateCard, Text
from handlers.vocabulary.route import Asker
from storage.models.person import Person
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork

AWAY = Button("absence.ask", "I am away")
LEFT = Button("providers.leave", "Somebody has left")
LINK = Button("account.ask", "One person, two accounts")
Row = tuple[str, Text]


def team(command: ShowTeam, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """For whoever asks; the contract's end is the client's."""
    programme = the_programme(asker, uow, command.wanted, again="providers.team")
    provider = uow.providers.provider(programme.provider_id)
    assert provider is not None
    rows = [row for side in Side for row in _of_side(programme, provider, side, asker, uow, now)]
    if asker.side is Side.CLIENT:
        rows.append(("Contract", (_contract(provider.contract_end, _today(asker, uow, now)),)))
    return Answer(card=team_card(programme_name(uow, programme), rows, _buttons(programme, provider, asker, uow)))


def team_card(name: str, rows: list[Row], buttons: tuple[Button, ...]) -> PrivateCard:
    """The page."""
    text = f"Who answers for {name}"
    return PrivateCard(text=text, title=text, elements=(Facts(tuple(rows)),), buttons=buttons)


def _of_side(
    programme: Programme, provider: Provider, side: Side, asker: Asker, uow: UnitOfWork, now: datetime
) -> list[Row]:
    assert programme.id is not None
    company = names_of_sides(provider, uow)[side]
    found = []
    for role, label in (("owner", company), ("deputy", f"{company}, deputy")):
        person = uow.providers.accountable(programme.id, side, role)
        shown: Text = ("nobody",) if person is None else (mention(uow, person), _away(person, asker, uow, now))
        found.append((label, shown))
    return found


def _away(person: Person, asker: Asker, uow: UnitOfWork, now: datetime) -> str:
    """Away until when: one's own company and those who stand in have to know; the other side sees that somebody stands in."""
    last = away_until(uow, person, now)
    if last is None:
        return ""
    return f", away until {day_text(last, today_of(person, now))}" if person.side == asker.side else ", away now"


def _contract(end: date | None, today: date) -> str:
    return "no end is known" if end is None else f"until {day_text(end, today)}"


def _today(asker: Asker, uow: UnitOfWork, now: datetime) -> date:
    person = uow.people.get(asker.person_id)
    assert person is not None
    return today_of(person, now)


def _buttons(programme: Programme, provider: Provider, asker: Asker, uow: UnitOfWork) -> tuple[Button, ...]:
    escalation = Button("escalation.show", "Escalation", str(programme.id))
    if asker.manages:
        return (
            AWAY,
            LEFT,
            Button("providers.setup", "Change people", f"programme:{programme.id}"),
            Button("providers.contract", "Contract", f"provider:{provider.id}"),
            escalation,
            *((LINK,) if on_several(asker.installation_id, uow) else ()),
        )
    owner = None if programme.id is None else uow.providers.accountable(programme.id, asker.side)
    leads = asker.side is Side.PROVIDER and owner is not None and owner.id == asker.person_id
    return (AWAY, LEFT, escalation) if leads else (AWAY, escalation)


def samples(name: str) -> list[AnyCard]:
    """For the contract test."""
    rows: list[Row] = [
        ("Harbour Home", (Mention(None, "Maya Brooks"), "")),
        (name, (Mention(None, name), ", away until Friday 6 March")),
        (f"{name}, deputy", ("nobody",)),
        ("Contract", ("until Thursday 31 December",)),
    ]
    return [team_card(name, rows, (AWAY, LEFT))]
