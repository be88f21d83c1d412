"""The verb "digest": a preview of what would be posted now, pause and resume."""

from __future__ import annotations

from datetime import datetime

from handlers.calendar import next_fire, parse_pattern, wall_of, zone
from handlers.digests import cards
from handlers.digests.commands import AskDigest
from handlers.digests.gathering import Gathering
from handlers.digests.handler import pause, paused
from handlers.digests.week import Moment
from handlers.places import the_programme
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.outgoing import Answer, Button, PrivateCard, When, Words
from handlers.vocabulary.route import Asker
from storage.models.audit import AuditEntry
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

AGAIN = {"preview": "digest.preview", "pause": "digest.pause", "resume": "digest.resume"}


def ask(command: AskDigest, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Preview, pause or resume the digest of a programme."""
    programme = the_programme(asker, uow, command.wanted, again=AGAIN[command.wish])
    if command.wish == "preview":
        return _preview(programme, uow, now)
    return _pause(programme, asker, uow, now, on=command.wish == "pause")


def _preview(programme: Programme, uow: UnitOfWork, now: datetime) -> Answer:
    provider = uow.providers.provider(programme.provider_id)
    assert provider is not None and programme.id is not None
    moment = Moment(wall_of(now, zone(programme.anchor_zone)), now)
    digest = Gathering(uow, programme, provider, moment, now).digest
    return Answer(card=cards.preview_card(digest, paused=paused(uow, programme.id)))


def _pause(programme: Programme, asker: Asker, uow: UnitOfWork, now: datetime, *, on: bool) -> Answer:
    assert programme.id is not None
    pause(uow, programme.id, on=on)
    entry = AuditEntry(
        installation_id=programme.installation_id,
        programme_id=programme.id,
        at=now,
        person_id=asker.person_id,
        what="digest.paused" if on else "digest.resumed",
        subject="digest",
        subject_id=programme.id,
        visibility=Visibility.INTERNAL,
    )
    uow.audit.note(entry)
    if on:
        text = "The weekly digest is paused, for both companies and for you, until you resume it."
        button = Button("digest.resume", "Resume the digest", str(programme.id))
        return Answer(card=PrivateCard(text, elements=(Words((text,)),), buttons=(button,)))
    _, at = next_fire_of(programme, now)
    text = "The weekly digest is on again."
    words = Words((f"{text} The next one comes ", When(at, programme.anchor_zone), "."))
    return Answer(card=PrivateCard(text, elements=(words,)))


def next_fire_of(programme: Programme, now: datetime) -> tuple[datetime, datetime]:
    """When the next digest is due, as wall and instant."""
    return next_fire(parse_pattern(programme.digest_wall), programme.anchor_zone, now)
