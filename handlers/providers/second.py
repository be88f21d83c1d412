"""The same programme on a second platform: its channel there is bound, and unbound again.

What both companies read then stands in both channels; nothing that was said before is said again.
"""

from __future__ import annotations

from datetime import datetime

from handlers.mirrors.twins import NAMES
from handlers.places import in_direct_conversation, programme_name, the_programme
from handlers.providers import cards
from handlers.providers.channels import greet
from handlers.providers.commands import BindHere, Unbind
from handlers.providers.handler import bind, installation_of
from handlers.providers.people import changing
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Answer, Button, Tone
from handlers.vocabulary.route import Asker, Declined
from storage.models.provider import Channel, Programme
from storage.unit_of_work import UnitOfWork

WHOSE = "This channel is not set up. Is it the one of a provider you work with already?"
OFFERED = 4
"""How many programmes are offered as buttons."""


def offered(asker: Asker, uow: UnitOfWork) -> list[Button]:
    """A button for each programme that runs in a channel on another platform and has none on this one."""
    if asker.place is None or not asker.manages:
        return []
    here = asker.place.platform
    found: list[Button] = []
    running = uow.providers.programmes(asker.installation_id)
    for programme in running:
        assert programme.id is not None
        bound = {each.platform for each in uow.providers.channels(programme.id, "shared")}
        if bound and here not in bound:
            label = f"This is {programme_name(uow, programme, running)}'s channel on {NAMES[here]}"
            found.append(Button("providers.here", label[:75], str(programme.id)))
    return found[:OFFERED]


def bind_here(command: BindHere, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Let the channel one is in be a programme's shared channel on this platform; it is greeted there. Raises ``Declined``
    where it cannot be."""
    if asker.place is None or in_direct_conversation(asker, uow):
        raise Declined("Type setup here in the channel you share with the provider.")
    programme = the_programme(asker, uow, command.wanted, again="providers.here")
    name, place = programme_name(uow, programme), asker.place
    before = _bound(programme, uow, place.platform)
    if before is not None and (before.workspace, before.channel) == (place.workspace, place.channel):
        return Answer(card=cards.told(f"This is {name}'s channel on {NAMES[place.platform]} already.", tone=Tone.PLAIN))
    change = changing(installation_of(uow, programme), programme, asker, uow, now)
    try:
        bound = bind(uow, change, "shared", place.channel)
    except ValueError as problem:
        raise Declined(f"This cannot be {name}'s channel: {problem}.") from problem
    assert bound is not None
    greet(programme, bound, f"{bound.id}:{asker.event}", uow, now)
    instead = "" if before is None else " It takes the place of the one I used before."
    text = (
        f"This is {name}'s channel on {NAMES[place.platform]} from now on.{instead} {_together(programme, bound, uow)}"
    )
    return Answer(card=cards.told(text.strip(), Button("providers.unbind", "Undo", f"channel:{bound.id}")))


def unbind(command: Unbind, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The channel one is in, or the one a button names, is no programme's channel any more. Raises ``Declined`` for the only
    one both companies read."""
    channel = _meant(command, asker, uow)
    programme = uow.providers.programme(channel.programme_id)
    assert programme is not None
    name, platform = programme_name(uow, programme), NAMES[Platform(channel.platform)]
    if channel.kind == "shared" and len(uow.providers.channels(channel.programme_id, "shared")) == 1:
        raise Declined(
            f"This is the only channel you and {name} share here, so I keep it. Type setup here in another one to move."
        )
    change = changing(installation_of(uow, programme), programme, asker, uow, now)
    change.note(uow, "channel.unbound", kind=channel.kind, channel=channel.channel)
    uow.providers.unbind(channel)
    again = Button("providers.here" if channel.kind == "shared" else "providers.internal", "Undo", str(programme.id))
    here = asker.place is not None and asker.place.channel == channel.channel
    where = f"in this channel on {platform}" if here else f"in its channel on {platform}"
    text = f"I post nothing about {name} {where} any more. What stands there stays."
    return Answer(card=cards.told(text, *((again,) if here else ())))


def _meant(command: Unbind, asker: Asker, uow: UnitOfWork) -> Channel:
    kind, _, number = command.wanted.partition(":")
    if kind == "channel" and number.isdecimal():
        found = [each for each in uow.providers.channels_of(asker.installation_id) if each.id == int(number)]
    elif command.wanted.casefold() in set(Platform):
        programme = the_programme(asker, uow)
        assert programme.id is not None
        theirs = [each for name in ("shared", "internal") for each in uow.providers.channels(programme.id, name)]
        found = [each for each in theirs if each.platform == command.wanted.casefold()]
    elif asker.place is None or in_direct_conversation(asker, uow):
        raise Declined("Type setup unbind in the channel that I should leave alone.")
    else:
        bound = uow.providers.channels_at(asker.place.platform, asker.place.workspace, asker.place.channel)
        wanted = the_programme(asker, uow, command.wanted).id if len(bound) > 1 else None
        found = [each for each in bound if wanted in (None, each.programme_id)]
    if not found:
        raise Declined("This channel is bound to no provider, so there is nothing to undo.")
    return found[0]


def _bound(programme: Programme, uow: UnitOfWork, platform: str) -> Channel | None:
    assert programme.id is not None
    return next((each for each in uow.providers.channels(programme.id, "shared") if each.platform == platform), None)


def _together(programme: Programme, bound: Channel, uow: UnitOfWork) -> str:
    assert programme.id is not None
    others = [each for each in uow.providers.channels(programme.id, "shared") if each.id != bound.id]
    if not others:
        return ""
    there = " and ".join(dict.fromkeys(NAMES[Platform(each.platform)] for each in others))
    return f"What I say here stands on {there} too, and what people answer in its threads."
