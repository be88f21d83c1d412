"""Who asks, and where: from a platform account and place to our own records.

A person speaks before anybody registered them: whoever writes in a bound channel becomes known, on the client's side if
their own workspace is one of the company's that installed the bot, else on the side of the provider the channel belongs to.
"""

from __future__ import annotations

from datetime import datetime

from handlers.mirrors.twins import on_several
from handlers.places import USED_LAST
from handlers.saying import is_looked_up, look_up, look_up_person
from handlers.vocabulary.address import Place, Side
from handlers.vocabulary.incoming import AnyIncoming, Asked, HomeOpened, Said
from handlers.vocabulary.outgoing import Errand
from handlers.vocabulary.route import Asker
from storage.models.person import Person
from storage.models.provider import Channel, Installation
from storage.unit_of_work import UnitOfWork


def find_asker(event: AnyIncoming, uow: UnitOfWork, now: datetime) -> Asker | None:
    """The person behind an event, made known if need be; None for a workspace that never installed the bot, and for
    plain talk in a channel that is bound to nothing."""
    installation = _installation(event, uow)
    if installation is None or installation.id is None or not event.actor.workspace:
        return None  # the platform did not say whose account it is: nobody we know
    channels = _channels(event.place, uow)
    direct = isinstance(event, Said) and event.direct
    person = _known(event, installation, channels, uow)
    if person is None:
        if (isinstance(event, Said) and not channels and not direct) or _is_known_elsewhere(event, installation, uow):
            return None
        person = _introduce(event, installation, channels, uow, now)
    _perhaps_an_administrator(event, person, uow, now)
    _uses(person, event.actor.platform, uow)
    assert person.id is not None
    return Asker(
        person_id=person.id,
        name=person.name,
        side=Side(person.side),
        role=person.role,
        zone=person.zone,
        country=person.country,
        account=event.actor,
        installation_id=installation.id,
        event=event.id,
        place=event.place,
        programme_ids=_programmes(channels, person, uow),
        internal=bool(channels) and all(channel.kind == "internal" for channel in channels),
        direct=direct,
        confirmed=not _is_new(event, person, uow),
        message=event.message or None if isinstance(event, Said | Asked) else None,
        thread=event.thread if isinstance(event, Said | Asked) else None,
        gone=person.left_at is not None,
    )


def _uses(person: Person, platform: str, uow: UnitOfWork) -> None:
    """Who has accounts on several platforms is written to on the one they used last."""
    if person.id is None or not on_several(person.installation_id, uow):
        return
    if len({each.platform for each in uow.people.accounts(person.id)}) > 1:
        name = f"{USED_LAST}:{person.id}"
        if uow.settings.get(name) != platform:
            uow.settings.set(name, platform)


def _is_known_elsewhere(event: AnyIncoming, installation: Installation, uow: UnitOfWork) -> bool:
    """A Home that was opened does not say for sure whose people somebody is of: known under another workspace, they are not
    made known a second time as one of the client's."""
    assert installation.id is not None
    known = isinstance(event, HomeOpened) and uow.people.by_user(
        installation.id, event.actor.platform, event.actor.user
    )
    return bool(known)


def _is_new(event: AnyIncoming, person: Person, uow: UnitOfWork) -> bool:
    """A member of the client about whom the platform is being asked: they may turn out to be a guest from elsewhere."""
    member = person.side == Side.CLIENT and person.role == "member"
    return member and is_looked_up(uow, event.actor, person.installation_id)


def _perhaps_an_administrator(event: AnyIncoming, person: Person, uow: UnitOfWork, now: datetime) -> None:
    """Nobody manages yet and somebody of the client types the root command: whether they administer the workspace is
    asked, at most once a day."""
    typed = isinstance(event, Asked) and not event.mention
    if not typed or person.side != Side.CLIENT or person.role in {"manager", "executive"} or person.left_at is not None:
        return
    if not uow.people.has_manager(person.installation_id):
        once = f"errand.administrator:{person.installation_id}:{event.actor}:{now.date().isoformat()}"
        look_up(uow, Errand("administrator", event.actor), person.installation_id, once, now)


def _programmes(channels: tuple[Channel, ...], person: Person, uow: UnitOfWork) -> tuple[int, ...]:
    """What the place is bound to, as far as this person may know: a provider's people only their own company's."""
    found = dict.fromkeys(channel.programme_id for channel in channels)
    if person.side == Side.CLIENT:
        return tuple(found)
    rows = [uow.providers.programme(programme_id) for programme_id in found]
    return tuple(
        row.id for row in rows if row is not None and row.id is not None and row.provider_id == person.provider_id
    )


def _installation(event: AnyIncoming, uow: UnitOfWork) -> Installation | None:
    """Of the place's workspace. Without a place: where this account is known (a provider's own workspace installed nothing),
    else of the person's own workspace."""
    actor = event.actor
    if event.place is not None:
        return uow.providers.installation(actor.platform, event.place.workspace)
    person = uow.people.of_account(actor.platform, actor.workspace, actor.user)
    if person is not None:
        return uow.providers.installation_by_id(person.installation_id)
    return uow.providers.installation(actor.platform, actor.workspace)


def _channels(place: Place | None, uow: UnitOfWork) -> tuple[Channel, ...]:
    if place is None:
        return ()
    return tuple(uow.providers.channels_at(place.platform, place.workspace, place.channel))


def _known(
    event: AnyIncoming, installation: Installation, channels: tuple[Channel, ...], uow: UnitOfWork
) -> Person | None:
    """Somebody known by their account, or an outsider who was named by user id before they spoke. An outsider nobody
    placed yet belongs to the provider in whose channel they speak."""
    assert installation.id is not None
    actor = event.actor
    person = uow.people.by_account(installation.id, actor.platform, actor.workspace, actor.user)
    if person is None and not uow.providers.is_own(installation.id, actor.platform, actor.workspace):
        person = uow.people.claim(installation.id, actor.platform, actor.workspace, actor.user)
    if person is not None and person.side == Side.PROVIDER and person.provider_id is None and channels:
        programme = uow.providers.programme(channels[0].programme_id)
        provider = None if programme is None else uow.providers.provider(programme.provider_id)
        if provider is not None:
            person.provider_id, person.zone, person.country = provider.id, provider.zone, provider.country
            uow.people.add(person)
    return person


def _introduce(
    event: AnyIncoming, installation: Installation, channels: tuple[Channel, ...], uow: UnitOfWork, now: datetime
) -> Person:
    """Whoever speaks becomes known. Zone and country come from their provider, or stay UTC until they are told."""
    assert installation.id is not None
    own = uow.providers.is_own(installation.id, event.actor.platform, event.actor.workspace)
    side = Side.CLIENT if own else Side.PROVIDER
    programme = uow.providers.programme(channels[0].programme_id) if channels else None
    provider = None if programme is None else uow.providers.provider(programme.provider_id)
    theirs = provider if side is Side.PROVIDER else None
    person = uow.people.add(
        Person(
            installation_id=installation.id,
            provider_id=None if theirs is None else theirs.id,
            name=event.actor_name or event.actor.user,
            side=side,
            zone=theirs.zone if theirs is not None else (programme.anchor_zone if programme is not None else "UTC"),
            country="" if theirs is None else theirs.country,
            created_at=now,
        )
    )
    uow.people.connect(person, event.actor.platform, event.actor.workspace, event.actor.user)
    look_up_person(uow, event.actor, installation.id, now, name=person.name, zone=person.zone)
    return person
