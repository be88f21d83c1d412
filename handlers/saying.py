"""From a post to a row of the outbox: what is said is fixed here, in the transaction that causes it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from pydantic import Discriminator, TypeAdapter

from handlers import lateness, outsiders
from handlers.calendar import WorkHours
from handlers.mirrors.mentions import localised
from handlers.mirrors.twins import in_step, on_several, twins_of
from handlers.noise import guard
from handlers.noise.kinds import kind_of
from handlers.vocabulary.address import Account, Direct, Place, Platform, Thread, Visibility
from handlers.vocabulary.events import FoldedChanged
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    DirectPost,
    Errand,
    File,
    InternalCard,
    Picture,
    Post,
    PrivateCard,
    Reaction,
    SharedCard,
    SharedPost,
    WouldLeak,
    visibility_of,
)
from handlers.waking import awake, hours_of_channel, hours_of_person
from storage.models.delivery import OutboxRow
from storage.outbox import ERRAND, FILE, FOLDED, HELD, PICTURE, REACTION, UNORDERED, key_of
from storage.unit_of_work import UnitOfWork

Content = SharedCard | InternalCard | PrivateCard | Reaction | Errand
_CONTENT: TypeAdapter[Content] = TypeAdapter(Annotated[Content, Discriminator("kind")])
_MENTIONS = '"kind":"mention"'
WHY = "noise.why"
"""The button under what comes by itself; its value is the outbox key."""
WHY_LABEL = "Why this? Change it"
CAN_TELL = frozenset({Platform.SLACK, Platform.TEAMS, Platform.ROOM})
"""Platforms that answer who an account is."""
SHOWS_EMOJI = frozenset({Platform.SLACK, Platform.ROOM})
"""Platforms that tell of an emoji on anybody's message; Teams tells of those on the bot's own only."""


@dataclass(frozen=True, slots=True)
class About:
    """What a message is about: its record (so that a reply in its thread finds it), programme and reason.

    ``kind`` is what it is ("digest.weekly", "issue.card"); ``reason`` why it was sent ("schedule", "issue reported").
    ``urgent``: it passes quiet hours (severity 1, nothing else).
    """

    installation_id: int
    kind: str
    reason: str
    subject: str = ""
    subject_id: int = 0
    programme_id: int | None = None
    provider_id: int | None = None
    urgent: bool = False


def encode(content: Content) -> str:
    """A card, reaction or errand as JSON."""
    return _CONTENT.dump_json(content, exclude_defaults=False).decode()


def decode(text: str) -> Content:
    """The card, reaction or errand that was encoded. Raises pydantic's ``ValidationError`` on anything else."""
    return _CONTENT.validate_json(text)


def decode_card(text: str) -> AnyCard:
    """The card that was encoded."""
    content = decode(text)
    if isinstance(content, Reaction | Errand):
        raise TypeError(f"a card was expected, {content.kind} was stored")
    return content


def say(
    uow: UnitOfWork,
    post: Post,
    about: About,
    once: str,
    now: datetime,
    *,
    not_before: datetime | None = None,
    until: datetime | None = None,
    instead: outsiders.Instead = None,
    mirrored: bool = True,
) -> str:
    """Say something once: ``once`` names it for ever ("digest.weekly:3:2026-03-02"). Returns the outbox key.

    Said before: nothing happens and the same key comes back. ``until`` is the instant after which nobody has any use for it:
    what was not tried by then is listed as missed. While something is acted on that comes late, what is said carries the line
    that says so, and waits for working hours. ``instead`` is what somebody finds whom the bot cannot write to directly.
    What goes to a shared channel stands in the programme's shared channel on another platform too, unless not ``mirrored``.
    """
    row = _row(about, once, now, not_before or now)
    row.expires_at = until
    row.unhurried = uow.unhurried and not about.urgent
    row.visibility = visibility_of(post.card)
    if isinstance(post, DirectPost):
        _address_person(row, post.to, uow)
    else:
        _address_place(row, post.to.place, post.to.thread)
    row.content = encode(post.card)
    if uow.late_since is not None:
        _come_late(row, uow.late_since, about, uow, now)
    twins = _twins(row, uow) if mirrored and isinstance(post, SharedPost) else []
    kind = kind_of(about.kind)
    for each in (row, *twins):
        each.content = _localised(each, uow)
        if kind.by_itself(about.reason) and not about.urgent:
            guard.settle(each, kind, uow)
    if isinstance(post, DirectPost) and not outsiders.reachable(post.to.account, uow, about.installation_id):
        _say_beside(row, outsiders.posts(row, post.to, instead, uow), about, uow, now)
    key = uow.outbox.put(row).key
    for twin in twins:
        uow.outbox.put(twin)
    return key


def _twins(row: OutboxRow, uow: UnitOfWork) -> list[OutboxRow]:
    """What says the same elsewhere, where it was not said yet and the company uses more than one platform."""
    if not on_several(row.installation_id, uow) or uow.outbox.by_once(row.once) is not None:
        return []
    in_step(row, uow)
    return twins_of(row, uow)


def _localised(row: OutboxRow, uow: UnitOfWork) -> str:
    """What a row says, with people as its platform knows them."""
    if _MENTIONS not in row.content or not on_several(row.installation_id, uow):
        return row.content
    return encode(localised(decode(row.content), row.platform, row.installation_id, uow))


def _say_beside(
    row: OutboxRow, posts: Sequence[SharedPost] | None, about: About, uow: UnitOfWork, now: datetime
) -> None:
    """What cannot be sent to a person is kept, and shown when they ask for it; lines in threads tell them so."""
    told_already = posts is not None and not posts
    if (row.state == HELD and not told_already) or uow.outbox.by_once(row.once) is not None:
        return
    lines = [beside(row, post, about, str(at), uow, now) for at, post in enumerate(posts or ())]
    row.state, row.thread_card = FOLDED, lines[0] if lines else None
    if not lines:
        row.state, row.trouble = "dropped", outsiders.IN_THE_THREAD if told_already else outsiders.NOWHERE


def keep(uow: UnitOfWork, post: DirectPost, about: About, once: str, now: datetime) -> str:
    """Keep what is for one person alone without sending it: they are shown it when they ask. Returns its outbox key."""
    row = _row(about, once, now, now)
    row.visibility, row.content, row.state = visibility_of(post.card), encode(post.card), FOLDED
    _address_person(row, post.to, uow)
    return uow.outbox.put(row).key


def beside(row: OutboxRow, post: SharedPost, about: About, name: str, uow: UnitOfWork, now: datetime) -> str:
    """Say a line that stands for the direct message ``row``, where its reader is and when that would have come; once for each
    ``name``. Returns its outbox key."""
    about, once = replace(about, subject="", subject_id=0), f"{row.once}{outsiders.BESIDE}{name}"
    return say(uow, post, about, once, now, not_before=row.not_before, until=row.expires_at, mirrored=False)


def _come_late(row: OutboxRow, due_at: datetime, about: About, uow: UnitOfWork, now: datetime) -> None:
    """What hangs under a message that says that it is late need not say so again."""
    hours = _hours(row, uow)
    moment = None if hours is None or about.urgent else awake(now, hours)
    row.not_before = max(row.not_before, moment or now)
    above = None if row.thread_card is None else uow.outbox.by_key(row.thread_card)
    if above is None or above.late is None or above.created_at != now:
        where = "UTC" if hours is None else hours.zone.key
        row.late = lateness.dump(lateness.late_line(due_at, now, lateness.gaps(uow), where))


def _hours(row: OutboxRow, uow: UnitOfWork) -> WorkHours | None:
    """When whoever reads a message works; None where nobody knows."""
    if row.account_user:
        person = uow.people.by_account(row.installation_id, row.platform, row.account_workspace, row.account_user)
        return None if person is None else hours_of_person(person)
    programme = None if row.programme_id is None else uow.providers.programme(row.programme_id)
    return None if programme is None else hours_of_channel(uow, programme)


def note_waiting(row: OutboxRow, uow: UnitOfWork, now: datetime) -> None:
    """Before a message is tried for the first time: one that waited here for too long says that it is late, and why."""
    if row.kind not in UNORDERED and row.late is None and now - row.not_before > lateness.SENT_LATE:
        hours = _hours(row, uow)
        where = "UTC" if hours is None else hours.zone.key
        row.late = lateness.dump(lateness.late_line(row.not_before, now, lateness.gaps(uow), where))


def react(uow: UnitOfWork, place: Place, message: str, name: str, about: About, once: str, now: datetime) -> str:
    """Put an emoji on a person's message, through the outbox. Idempotent on every platform."""
    row = _row(about, once, now, now)
    row.kind = REACTION
    row.content = encode(Reaction(Thread(ref=message), name))
    row.visibility = Visibility.SHARED
    _address_place(row, place, Thread(ref=message))
    return uow.outbox.put(row).key


def look_up(uow: UnitOfWork, errand: Errand, installation_id: int, once: str, now: datetime) -> str:
    """Ask the platform who an account is, or what a message says; the answer comes back as ``PersonFound`` or
    ``WordsFound``. "" where no platform could tell."""
    through = _through(uow, installation_id, errand.account)
    if errand.account.platform not in CAN_TELL or not through:
        return ""
    reason = "what does this message say" if errand.what == "message" else f"who is this {errand.what}"
    row = _row(About(installation_id, ERRAND, reason), once, now, now)
    row.content = encode(errand)
    row.visibility = Visibility.PRIVATE
    row.platform, row.workspace = errand.account.platform, through
    row.account_workspace, row.account_user = errand.account.workspace, errand.account.user
    return uow.outbox.put(row).key


def look_up_person(
    uow: UnitOfWork, account: Account, installation_id: int, now: datetime, *, name: str = "", zone: str = ""
) -> str:
    """Ask once who somebody is who has just become known; ``name`` and ``zone`` are those we only assumed."""
    errand = Errand("person", account, assumed_name=name, assumed_zone=zone)
    return look_up(uow, errand, installation_id, _lookup(installation_id, account), now)


def assumed_of(uow: UnitOfWork, account: Account, installation_id: int) -> str:
    """The zone that was assumed of somebody when the platform was asked who they are; "" for whom it was not asked."""
    row = uow.outbox.by_once(_lookup(installation_id, account))
    asked = None if row is None else decode(row.content)
    return asked.assumed_zone if isinstance(asked, Errand) else ""


def is_looked_up(uow: UnitOfWork, account: Account, installation_id: int) -> bool:
    """Whether the platform was asked who somebody is and has not answered yet."""
    row = uow.outbox.by_once(_lookup(installation_id, account))
    return row is not None and row.state not in {"sent", "dropped", "failed"}


def _lookup(installation_id: int, account: Account) -> str:
    return f"{ERRAND}.person:{installation_id}:{account}"


def show(uow: UnitOfWork, once: str, card: AnyCard, now: datetime) -> bool:
    """Let the message said as ``once`` show ``card`` from now on. False if it was never said.

    Raises ``WouldLeak`` if the new card may be read by fewer people than the one it replaces.
    """
    row = uow.outbox.by_once(once)
    if row is None:
        return False
    if row.visibility != visibility_of(card):
        raise WouldLeak(f"{once} was said as {row.visibility} and cannot become {visibility_of(card)}")
    _revise(row, card, uow, now)
    if row.visibility == Visibility.SHARED and on_several(row.installation_id, uow):
        for twin in uow.outbox.twins_of(row.key):
            _revise(twin, card, uow, now)
    return True


def _revise(row: OutboxRow, card: AnyCard, uow: UnitOfWork, now: datetime) -> None:
    """Let one row show ``card``, with people as its platform knows them."""
    nowhere = row.state == "failed" and row.sent_revision == 0 and row.trying_since is None
    content = encode(card)
    if _MENTIONS in content and on_several(row.installation_id, uow):
        content = encode(localised(card, row.platform, row.installation_id, uow))
    uow.outbox.revise(row, content, now)
    kind = kind_of(row.kind)
    if nowhere and row.state == "open" and kind.by_itself(row.reason):
        guard.settle_again(row, kind, uow)
    if row.state == FOLDED and row.thread_card is not None:
        uow.happened(FoldedChanged(row.thread_card))


def with_why(card: AnyCard, row: OutboxRow) -> AnyCard:
    """A card as it is delivered: where it says why it came, a button tells by which rule, and what can be done about it.
    Lines in threads have none, unless they stand for a direct message: a reply there asks the same."""
    hangs = row.thread_card is not None or row.thread_ref is not None
    if not card.why or (hangs and not outsiders.is_beside(row)):
        return card
    return replace(card, buttons=(*card.buttons, Button(WHY, WHY_LABEL, row.key)))


def apart(card: AnyCard) -> list[Picture | File]:
    """What follows in a card's thread where a card cannot hold it: its first chart, and its files."""
    pictures = [element for element in card.elements if isinstance(element, Picture)]
    return [*pictures[:1], *(element for element in card.elements if isinstance(element, File))]


def file_once(card: OutboxRow, file: File) -> str:
    """What a card's file is said as, whatever it holds; the digest of its content follows."""
    return f"{FILE}:{card.once}:{file.name}:"


def apart_row(card: OutboxRow, part: Picture | File, channel: str, now: datetime) -> OutboxRow:
    """The row that shares a part of ``card``, which stands in ``channel``: in the thread the card is in, else in the card's
    own. A chart is shared once; a file once for each content it has."""
    kind, once = PICTURE, f"{PICTURE}:{card.once}"
    if isinstance(part, File):
        held = hashlib.sha256(f"{part.media_type}\n{part.content}".encode()).hexdigest()[:16]
        kind, once = FILE, file_once(card, part) + held
    said = decode_card(card.content)
    return OutboxRow(
        key=key_of(f"{card.installation_id}:{once}"),
        installation_id=card.installation_id,
        provider_id=card.provider_id,
        programme_id=card.programme_id,
        once=once,
        kind=kind,
        subject=card.subject,
        subject_id=card.subject_id,
        reason=card.reason,
        unhurried=card.unhurried,
        visibility=card.visibility,
        platform=card.platform,
        workspace=card.workspace,
        channel=channel,
        account_workspace=card.account_workspace,
        account_user=card.account_user,
        thread_card=None if card.thread_ref is not None else card.thread_card or card.key,
        thread_ref=card.thread_ref,
        content=encode(replace(said, elements=(part,), buttons=(), choose=None)),
        created_at=now,
        not_before=now,
    )


def key_for(installation_id: int, once: str) -> str:
    """The outbox key of what is said as ``once``, before it is said."""
    return key_of(f"{installation_id}:{once}")


def _row(about: About, once: str, now: datetime, not_before: datetime) -> OutboxRow:
    return OutboxRow(
        key=key_for(about.installation_id, once),
        installation_id=about.installation_id,
        provider_id=about.provider_id,
        programme_id=about.programme_id,
        once=once,
        kind=about.kind,
        subject=about.subject,
        subject_id=about.subject_id,
        reason=about.reason,
        visibility="",
        platform="",
        workspace="",
        content="",
        created_at=now,
        not_before=not_before,
    )


def _address_place(row: OutboxRow, place: Place, thread: Thread | None) -> None:
    row.platform, row.workspace, row.channel = place.platform, place.workspace, place.channel
    if thread is not None:
        row.thread_card, row.thread_ref = thread.card, thread.ref


def _address_person(row: OutboxRow, to: Direct, uow: UnitOfWork) -> None:
    """A direct message leaves through a workspace of the company's, to the person's account in theirs."""
    row.platform = to.account.platform
    row.workspace = _through(uow, row.installation_id, to.account) or to.account.workspace
    row.account_workspace, row.account_user = to.account.workspace, to.account.user


def _through(uow: UnitOfWork, installation_id: int, account: Account) -> str:
    """The workspace in which the bot meets an account: its own where that is the company's, else the company's first on
    this platform; "" where the company has none."""
    if uow.providers.is_own(installation_id, account.platform, account.workspace):
        return account.workspace
    return uow.providers.workspace_of(installation_id, account.platform)


def place_of(row: OutboxRow) -> Place | None:
    """Where the row goes, or None while a direct conversation has not been opened."""
    if not row.channel:
        return None
    return Place(Platform(row.platform), row.workspace, row.channel)


def account_of(row: OutboxRow) -> Account | None:
    """The person a direct message goes to."""
    if not row.account_user:
        return None
    return Account(Platform(row.platform), row.account_workspace, row.account_user)
