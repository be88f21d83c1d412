"""Where somebody stands: what the place is bound to, and what waits there. Read only, and only what they may know of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from handlers.calendar import due_text, wall_of, zone
from handlers.places import in_direct_conversation, programme_name, programmes_seen_by, the_programme
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Option
from handlers.vocabulary.route import Asker
from storage.models.action import ActionItem
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

LISTED = 5
PROGRAMMES = 8


@dataclass(frozen=True, slots=True)
class Standing:
    """How one programme stands. ``digest_at`` None: no digest is coming. ``overdue`` counts action items by side."""

    programme_id: int
    name: str
    state: str
    issues: int
    overdue: dict[Side, int]
    digest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """One of the asker's own open action items that is due or overdue."""

    number: int
    title: str
    due: str
    provider: str


@dataclass(frozen=True, slots=True)
class Where:
    """The place and the person. ``kind``: "bound" (to a provider), "free" (a channel bound to nothing), "alone".

    ``settable`` are what could be set up here (values of the wizard's button); ``managers`` are named to those who may
    not.
    """

    kind: str
    side: Side
    manages: bool
    zone: str
    programmes: tuple[Standing, ...] = ()
    more: int = 0
    mine: tuple[Item, ...] = ()
    mine_more: int = 0
    settable: tuple[Option, ...] = ()
    managers: tuple[str, ...] = ()


def state_of(wanted: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Where:
    """Read the state of the place; of one programme, when ``wanted`` names it. Raises ``Declined`` if none is called so."""
    seen = programmes_seen_by(asker, uow)
    here = [each for each in seen if each.id in asker.programme_ids]
    if wanted:
        here = [the_programme(asker, uow, wanted)]
    kind = "bound" if here else "alone" if in_direct_conversation(asker, uow) else "free"
    shown = here or _own(seen, asker, uow)
    mine, mine_more = ((), 0) if here else _mine(asker, uow, now)
    return Where(
        kind=kind,
        side=asker.side,
        manages=asker.manages,
        zone=asker.zone,
        programmes=tuple(_standing(each, seen, asker, uow, now) for each in shown[:PROGRAMMES]),
        more=max(0, len(shown) - PROGRAMMES),
        mine=mine,
        mine_more=mine_more,
        settable=_settable(asker, uow) if kind == "free" and asker.manages else (),
        managers=_managers(asker, uow),
    )


def _own(seen: list[Programme], asker: Asker, uow: UnitOfWork) -> list[Programme]:
    """A manager's are all; everybody else's are those they answer for, or their only provider's."""
    if asker.manages:
        return seen
    owned = {each.id for each in uow.providers.programmes_owned(asker.person_id)}
    return [each for each in seen if each.id in owned] or (seen if asker.side is Side.PROVIDER else [])


def _standing(programme: Programme, seen: list[Programme], asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    assert programme.id is not None
    issues = [each for each in uow.issues.open_of(programme.id) if _may_see(each.visibility, asker)]
    actions = [each for each in uow.actions.open_of(programme.id) if _may_see(each.visibility, asker)]
    overdue = dict.fromkeys(Side, 0)
    for action in actions:
        overdue[Side(action.side)] += action.due_on < _today_of(action, uow, now)
    schedule = uow.schedules.of("digest", programme.id)
    coming = schedule is not None and schedule.state == "active" and programme.state == "active"
    return Standing(
        programme.id,
        programme_name(uow, programme, seen),
        programme.state,
        len(issues),
        overdue,
        schedule.next_at if coming and schedule is not None else None,
    )


def _may_see(visibility: str, asker: Asker) -> bool:
    return visibility == "SH" or (asker.side is Side.CLIENT and asker.confirmed)


def _today_of(action: ActionItem, uow: UnitOfWork, now: datetime) -> date:
    """A due day is a day at its owner's place."""
    owner = uow.people.get(action.owner_id)
    return wall_of(now, zone("UTC" if owner is None else owner.zone)).date()


def _mine(asker: Asker, uow: UnitOfWork, now: datetime) -> tuple[tuple[Item, ...], int]:
    """The asker's own items that are due by today, the oldest first, and how many more there are."""
    today = wall_of(now, zone(asker.zone)).date()
    due = [each for each in uow.actions.open_owned_by(asker.person_id) if each.due_on <= today]
    items = []
    for action in due[:LISTED]:
        provider = uow.providers.provider(action.provider_id)
        name = "" if provider is None or asker.side is Side.PROVIDER else provider.name
        items.append(Item(action.number, action.title, due_text(action.due_on, today), name))
    return tuple(items), max(0, len(due) - LISTED)


def _settable(asker: Asker, uow: UnitOfWork) -> tuple[Option, ...]:
    """What a manager may want to set up in a free channel besides somebody new: a draft that was left, a programme that
    has no channel yet, or another programme of a provider that is there."""
    options: list[Option] = []
    for programme in uow.providers.programmes(asker.installation_id, state=None):
        assert programme.id is not None
        provider = uow.providers.provider(programme.provider_id)
        name = programme.name if provider is None else f"{provider.name}: {programme.name}"
        if programme.state == "draft":
            options.append(Option(f"programme:{programme.id}", f"Go on with {name}"))
        elif programme.state == "active":
            bound = {each.platform for each in uow.providers.channels(programme.id, "shared")}
            if not bound:
                options.append(Option(f"programme:{programme.id}", f"{name}, which has no channel yet"))
            elif asker.place is not None and asker.place.platform not in bound:
                options.append(Option(f"here:{programme.id}", f"{name}, whose channel here this is"))
    for provider in uow.providers.providers(asker.installation_id):
        options.append(Option(f"provider:{provider.id}", f"Another programme of {provider.name}"))
    return tuple(options[:50])


def _managers(asker: Asker, uow: UnitOfWork) -> tuple[str, ...]:
    if asker.manages or asker.side is Side.PROVIDER:
        return ()
    return tuple(each.name for each in uow.people.of_client(asker.installation_id) if each.role == "manager")[:3]
