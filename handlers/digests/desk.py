"""The verb "digest": a preview of what would be posted now; pause and resume, leave one out, change its time."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.calendar import Pattern, clocks, zone
from handlers.digests import cards, desk_cards, keeping, moving, portfolio_desk, voice
from handlers.digests.commands import EXAMPLE, AskDigest
from handlers.digests.gathering import Gathering
from handlers.digests.handler import Digests
from handlers.digests.inner import inside
from handlers.digests.picture import picture_of
from handlers.digests.rules import following
from handlers.places import programme_name, the_programme
from handlers.records.cards import for_one
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork

AGAIN = {wish: f"digest.{wish}" for wish in ("preview", "pause", "resume", "skip", "unskip", "time")}
SUBJECT, UNDONE = "digest", "undone"
CHANGES = frozenset(f"{SUBJECT}.{what}" for what in ("paused", "resumed", "skipped", "unskipped", "moved"))
"""What of a digest the verb "undo" takes back, as the audit log calls it."""
BOTH = "both companies: the new time is said in the thread of the newest digest"


@dataclass(frozen=True, slots=True)
class DigestDesk:
    """Answers managers about digests."""

    digests: Digests

    def ask(self, command: AskDigest, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Do what is wished, for the programme that is meant or for the portfolio of all."""
        if command.view == "portfolio":
            return portfolio_desk.ask(command, asker, uow, now)
        again = "digest.inside" if command.view == "internal" and command.wish == "preview" else AGAIN[command.wish]
        programme = the_programme(asker, uow, command.wanted, again=again)
        provider = uow.providers.provider(programme.provider_id)
        assert provider is not None
        about = _About(programme, provider, asker, uow, now)
        if command.wish == "preview":
            gathering = self.digests.preview(programme, provider, uow, now)
            return _inside(gathering, about) if command.view == "internal" else _preview(gathering, about)
        if command.wish == "time":
            return _time(about, command)
        if command.wish in ("pause", "resume"):
            return _pause(about, on=command.wish == "pause")
        return _skip(about, on=command.wish == "skip")

    def take_back(self, entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        """Undo a pause, a skip or another time; by whoever did it, unless somebody changed the digest since. Raises
        ``Declined``."""
        programme = uow.providers.programme(entry.subject_id)
        provider = None if programme is None else uow.providers.provider(programme.provider_id)
        assert programme is not None and provider is not None
        about = _About(programme, provider, asker, uow, now, undoing=True)
        if [each.id for each in uow.audit.of(SUBJECT, entry.subject_id)][-1:] != [entry.id]:
            why = f"The digest of {about.name} was changed again since. Here is how it stands now."
            raise Declined(why, Button("digest.preview", "The digest", str(about.id)))
        if entry.what == f"{SUBJECT}.moved":
            before = json.loads(entry.facts)["from"]
            return _time(about, AskDigest("time", str(about.id), pattern=Pattern.parse(before)))
        if entry.what in (f"{SUBJECT}.paused", f"{SUBJECT}.resumed"):
            return _pause(about, on=entry.what == f"{SUBJECT}.resumed")
        return _skip(about, on=entry.what == f"{SUBJECT}.unskipped")


@dataclass(frozen=True, slots=True)
class _About:
    """Whose digest, and who asks; ``undoing``: they take their own last change back."""

    programme: Programme
    provider: Provider
    asker: Asker
    uow: UnitOfWork
    now: datetime
    undoing: bool = False

    @property
    def id(self) -> int:
        assert self.programme.id is not None
        return self.programme.id

    @property
    def name(self) -> str:
        return programme_name(self.uow, self.programme, self.uow.providers.programmes_of(self.programme.provider_id))

    @property
    def next(self) -> tuple[datetime, datetime]:
        """The next digest, as wall and instant."""
        return moving.next_of(self.uow, self.programme, self.now)

    def clocks(self, at: datetime) -> str:
        """A moment on both sides' clocks."""
        return clocks(at, (zone(self.programme.anchor_zone), zone(self.provider.zone)))

    def after(self, wall: datetime) -> datetime:
        """The digest after the one of this wall time."""
        pattern = Pattern.parse(self.programme.digest_wall)
        return following(pattern, zone(self.programme.anchor_zone), wall)[1]

    def done(self, what: str, text: str, **facts: str) -> None:
        """Keep who did it, and tell both companies in the newest digest's thread."""
        entry = AuditEntry(
            installation_id=self.programme.installation_id,
            programme_id=self.id,
            at=self.now,
            person_id=self.asker.person_id,
            what=f"{SUBJECT}.{UNDONE if self.undoing else what}",
            subject=SUBJECT,
            subject_id=self.id,
            visibility=Visibility.SHARED,
            facts=json.dumps(facts) if facts else "",
        )
        self.uow.audit.note(entry)
        voice.tell(self.uow, self.id, f"{self.asker.name} {text}", self.asker.event, self.now)


def _preview(gathering: Gathering, about: _About) -> Answer:
    wall, at = about.next
    standing = keeping.standing(about.uow, about.id, wall)
    coming = about.after(wall) if standing.skips else at
    return Answer(card=cards.preview_card(replace(gathering.digest, next_at=coming), standing))


def _inside(gathering: Gathering, about: _About) -> Answer:
    digest = replace(gathering.digest, next_at=about.next[1])
    card = cards.internal_card(digest, inside(gathering), picture_of(digest))
    return Answer(card=for_one(card, "Nothing was posted: this is what only your company would read."))


def _pause(about: _About, *, on: bool) -> Answer:
    keeping.pause(about.uow, about.id, on=on)
    if on:
        about.done("paused", "paused the weekly digest until a manager resumes it.")
        text = "The weekly digest is paused, for both companies and for you, until you resume it."
        return Answer(card=desk_cards.told(text, Button("digest.resume", "Resume the digest", str(about.id))))
    coming = about.clocks(about.next[1])
    about.done("resumed", f"resumed the weekly digest. The next one: {coming}.")
    text = f"The weekly digest is on again. The next one comes {coming}."
    return Answer(card=desk_cards.told(text, Button("digest.pause", "Pause the digest", str(about.id))))


def _skip(about: _About, *, on: bool) -> Answer:
    """Leave out the next digest only, or not after all."""
    value, (wall, at) = str(about.id), about.next
    standing = keeping.standing(about.uow, about.id, wall)
    which, later = about.clocks(at), about.clocks(about.after(wall))
    if standing.paused:
        text = f"The digest of {about.name} is paused, so there is none to leave out."
        return Answer(card=desk_cards.told(text, Button("digest.resume", "Resume the digest", value)))
    if not on:
        keeping.leave_out(about.uow, about.id, None)
        if standing.skips:
            about.done("unskipped", f"did not leave out the next digest after all. It comes {which}.")
        text = f"The next digest of {about.name} comes {which}."
        return Answer(card=desk_cards.told(text, Button("digest.skip", "Skip the next one", value)))
    if not standing.skips:
        keeping.leave_out(about.uow, about.id, wall)
        about.done("skipped", f"skipped the next digest ({which}). The one after comes {later}.", due=wall.isoformat())
    text = f"The digest of {about.name} of {which} is skipped. The one after comes {later}."
    return Answer(card=desk_cards.told(text, Button("digest.unskip", "Do not skip it", value)))


def _time(about: _About, command: AskDigest) -> Answer:
    """Another day and time; without one, the form for it."""
    before = Pattern.parse(about.programme.digest_wall)
    anchor = about.programme.anchor_zone
    if command.pattern is None:
        said = f"The digest of {about.name} comes {desk_cards.spoken(before)} ({anchor})."
        if command.mention:
            return Answer(card=desk_cards.told(f"{said} Write for example {EXAMPLE} to move it."))
        return Answer(form=desk_cards.time_form(said, str(about.id), before, anchor, BOTH))
    when = f"{desk_cards.spoken(command.pattern)} ({anchor})"
    again = Button("digest.time", "Change it again", str(about.id))
    if command.pattern == before:
        text = f"The digest of {about.name} comes {when} already. The next one: {about.clocks(about.next[1])}."
        return Answer(card=desk_cards.told(text, again))
    at = moving.move(about.uow, about.programme, command.pattern, about.now)
    coming = about.clocks(at)
    about.done(
        "moved",
        f"moved the weekly digest to {when}. The next one: {coming}.",
        **{"from": str(before)},
        to=str(command.pattern),
    )
    text = f"The digest of {about.name} comes {when}. The next one: {coming}."
    return Answer(card=desk_cards.told(text, again), done=f"Moved to {when}")
