"""What happens to channels outside our hands: they are shared, unshared, renamed, or the bot leaves."""

from __future__ import annotations

from datetime import datetime

from handlers.metrics.catalogue import load_catalogue
from handlers.places import direct_to, programme_name, shared_channel
from handlers.providers.cards import channel_frozen_card, welcome_card, welcome_of
from handlers.providers.handler import installation_of
from handlers.saying import About, say
from handlers.vocabulary.address import Place, Platform, SharedChannel, Side
from handlers.vocabulary.events import ProviderSetUp
from handlers.vocabulary.incoming import ChannelChanged
from handlers.vocabulary.outgoing import Answer, DirectPost, SharedPost
from storage.models.audit import AuditEntry
from storage.models.person import Person
from storage.models.provider import Channel, Programme
from storage.unit_of_work import UnitOfWork

LEFT = "I am no longer in it"
SHARED = "it is shared with another company now, and what goes there is for yours alone"
UNSHARED = "it is not shared with the provider any more"


def channel_changed(event: ChannelChanged, uow: UnitOfWork, now: datetime) -> Answer:
    """Take note of a change to a bound channel; freeze it at once where a post could now reach the wrong readers."""
    if event.place is None:
        return Answer()
    place = event.place
    for channel in uow.providers.channels_at(place.platform, place.workspace, place.channel):
        _change(channel, event, uow, now)
    return Answer()


def welcome(event: object, uow: UnitOfWork, now: datetime) -> None:
    """Introduce the bot once in the shared channel of a programme that begins."""
    assert isinstance(event, ProviderSetUp)
    programme = uow.providers.programme(event.programme_id)
    to = shared_channel(uow, event.programme_id)
    if programme is not None and to is not None:
        _introduce(programme, to, f"programme.welcome:{event.programme_id}", uow, now)


def greet(programme: Programme, channel: Channel, event: str, uow: UnitOfWork, now: datetime) -> None:
    """Introduce the bot in one more channel of a programme, and there alone."""
    to = SharedChannel(Place(Platform(channel.platform), channel.workspace, channel.channel))
    _introduce(programme, to, f"programme.welcome:{programme.id}:{event}", uow, now)


def _introduce(programme: Programme, to: SharedChannel, once: str, uow: UnitOfWork, now: datetime) -> None:
    assert programme.id is not None
    _, provider = installation_of(uow, programme)
    about = About(
        programme.installation_id,
        "programme.welcome",
        "set up",
        subject="programme",
        subject_id=programme.id,
        programme_id=programme.id,
        provider_id=provider.id,
    )
    card = welcome_card(welcome_of(uow, programme, provider, load_catalogue(), now))
    say(uow, SharedPost(to, card), about, once, now, mirrored=False)


def _change(channel: Channel, event: ChannelChanged, uow: UnitOfWork, now: datetime) -> None:
    before = (channel.outside, channel.frozen)
    match event.change:
        case "renamed" if event.new_channel:
            uow.outbox.move(channel.platform, channel.workspace, channel.channel, event.new_channel)
            channel.channel = event.new_channel
        case "shared":
            channel.outside, channel.seen_at = True, now
            channel.frozen = channel.kind == "internal"
        case "unshared":
            channel.outside, channel.seen_at = False, now
            channel.frozen = channel.frozen or channel.kind == "shared"
        case "left":
            channel.frozen, channel.seen_at = True, now
        case "joined":
            channel.frozen = channel.kind == "internal" and bool(channel.outside)
        case _:
            return
    uow.providers.add(channel)
    _note(channel, event, uow, now)
    if channel.frozen and not before[1]:
        _tell_managers(channel, event, uow, now)


def _tell_managers(channel: Channel, event: ChannelChanged, uow: UnitOfWork, now: datetime) -> None:
    """Privately: the client's owner of the programme, else whoever manages."""
    programme = uow.providers.programme(channel.programme_id)
    if programme is None:
        return
    reason = {"left": LEFT, "shared": SHARED}.get(event.change, UNSHARED)
    mend = {
        "left": "Invite me again and I go on where I stopped.",
        "shared": "Choose another channel: write @Parley setup internal in it.",
    }.get(event.change, "Share it with them again, or write @Parley setup in the channel you use now.")
    name = f"{channel.name or 'the ' + channel.kind + ' channel'} ({programme_name(uow, programme)})"
    card = channel_frozen_card(name, reason, mend)
    for person in _who_mends(channel, uow):
        to = direct_to(uow, person)
        about = About(
            channel.installation_id,
            "channel.frozen",
            f"channel {event.change}",
            subject="channel",
            subject_id=channel.id or 0,
            programme_id=channel.programme_id,
            provider_id=programme.provider_id,
        )
        if to is not None:
            say(uow, DirectPost(to, card), about, f"channel.frozen:{channel.id}:{event.id}:{person.id}", now)


def _who_mends(channel: Channel, uow: UnitOfWork) -> list[Person]:
    owner = uow.providers.accountable(channel.programme_id, Side.CLIENT)
    managers = [each for each in uow.people.of_client(channel.installation_id) if each.role == "manager"]
    people = managers if owner is None else [owner, *managers]
    return list({each.id: each for each in people}.values())


def _note(channel: Channel, event: ChannelChanged, uow: UnitOfWork, now: datetime) -> None:
    entry = AuditEntry(
        installation_id=channel.installation_id,
        programme_id=channel.programme_id,
        at=now,
        what=f"channel.{event.change}",
        subject="channel",
        subject_id=channel.id or 0,
        visibility="INT",
    )
    uow.audit.note(entry)
