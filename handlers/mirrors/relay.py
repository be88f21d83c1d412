"""What people say in the thread of a record that stands on two platforms, told in its thread on the other one.

Said once, as plain words under their name, and kept in step when they change or delete them; what the bot itself says there
with the same words is not said twice, and what it answers privately is nobody else's business.
"""

from __future__ import annotations

import re
from datetime import datetime

from handlers.mirrors import cards
from handlers.mirrors.twins import NAMES, on_several
from handlers.saying import About, decode_card, say, show
from handlers.vocabulary.address import Place, Platform, SharedChannel, Side, Thread, Visibility
from handlers.vocabulary.incoming import Rewritten, Said
from handlers.vocabulary.outgoing import Answer, AnyCard, SharedCard, SharedPost
from handlers.vocabulary.route import Asker
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

KIND = "relay"
_MENTION = re.compile(r"<@([^>|\s]+)(?:\|[^>]*)?>")
_FIRST_WORD = re.compile(r"^\W*\w+\W*")


def relay(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> list[str]:
    """Tell what was said under our card ``row`` wherever its twins stand; answers the keys of what tells it. Nothing where
    there are none, or where the speaker is not of the two companies that read there."""
    if row.visibility != Visibility.SHARED or not on_several(asker.installation_id, uow):
        return []
    if asker.side is Side.PROVIDER and row.programme_id not in asker.programme_ids:
        return []
    words = _plain(event.words, event.actor.platform, asker.installation_id, uow)
    sent = cards.sent_in_words(event.pictures, event.files)
    if (not words.strip() and not sent) or uow.inbox.holds(_deleted(event)):
        return []
    card = cards.relay_card(asker.name, NAMES[event.actor.platform], words, sent=sent)
    return [_told(each, card, event, uow, now) for each in _elsewhere(row, uow) if _is_open(each, uow)]


def follow(event: Rewritten, uow: UnitOfWork, now: datetime) -> Answer | None:
    """Let what repeats somebody's words elsewhere say what they say now, or that they are deleted. None where nothing does."""
    if event.place is None or event.thread is None:
        return None
    place = event.place
    bound = uow.providers.channels_at(place.platform, place.workspace, place.channel)
    gone = event.deleted and any(on_several(each.installation_id, uow) for each in bound)
    if gone:  # what was said may come after this: sent again, or waiting for the card it hangs under
        uow.inbox.add(_deleted(event), now)
    row = uow.outbox.by_reference(place.platform, place.workspace, place.channel, event.thread)
    copies = [] if row is None else [uow.outbox.by_once(_once(event, each)) for each in _elsewhere(row, uow)]
    standing = [each for each in copies if each is not None and each.state != "dropped"]
    platform = NAMES[event.actor.platform]
    for each in standing:
        if _stays_deleted(event, decode_card(each.content), platform):
            continue
        name = cards.author_of(decode_card(each.content), platform)
        words = _plain(event.words, event.actor.platform, each.installation_id, uow)
        sent = cards.sent_in_words(event.pictures, event.files)
        card = cards.relay_card(name, platform, words, sent=sent, edited=True)
        show(uow, each.once, cards.deleted_card(name, platform) if event.deleted else card, now)
    return Answer() if standing or gone else None


def _deleted(event: Said | Rewritten) -> str:
    """What is noted of a message that its author deleted."""
    return f"deleted:{event.place}:{event.message}"


def _stays_deleted(event: Rewritten, told: AnyCard, platform: str) -> bool:
    """Whether what changes is told as deleted already, and cannot come back: an edit that comes after it was only late. On Teams
    a deletion can be taken back."""
    deleted = cards.deleted_card(cards.author_of(told, platform), platform)
    return event.actor.platform is Platform.SLACK and told == deleted


def quiet(keys: list[str], event: Said, answer: Answer | None, asker: Asker, uow: UnitOfWork) -> None:
    """Take back what the bot has said itself by now under the same card, and what it answered privately."""
    private = answer is not None and answer.card is not None and not answer.reaction
    for key in keys:
        row = uow.outbox.by_key(key)
        with_files = bool(event.pictures or event.files)  # which nobody else has said
        if row is not None and (private or (not with_files and _said_already(row, event.words, asker, uow))):
            uow.outbox.give_up(row, "dropped", "the bot said it itself")


def take_back(keys: list[str], uow: UnitOfWork) -> None:
    """What was said turned out to be no word for the thread."""
    for key in keys:
        row = uow.outbox.by_key(key)
        if row is not None:
            uow.outbox.give_up(row, "dropped", "it was not said to the thread")


def _elsewhere(row: OutboxRow, uow: UnitOfWork) -> list[OutboxRow]:
    """The card and its twins, but for the one in whose thread it was said."""
    original = uow.outbox.original(row)
    return [each for each in (original, *uow.outbox.twins_of(original.key)) if each.key != row.key]


def _once(event: Said | Rewritten, under: OutboxRow) -> str:
    """What the message is told as under a card; the same when it is changed, whatever event tells of it."""
    return f"{KIND}:{event.place}:{event.message or event.id}:{under.key}"


def _told(under: OutboxRow, card: SharedCard, event: Said, uow: UnitOfWork, now: datetime) -> str:
    place = Place(Platform(under.platform), under.workspace, under.channel)
    about = About(
        under.installation_id,
        KIND,
        "said on the other platform",
        programme_id=under.programme_id,
        provider_id=under.provider_id,
    )
    thread = Thread(card=under.thread_card or under.key)
    return say(uow, SharedPost(SharedChannel(place, thread), card), about, _once(event, under), now, mirrored=False)


def _is_open(row: OutboxRow, uow: UnitOfWork) -> bool:
    """Whether the row's channel may still be spoken in, and is still one of its own programme."""
    bound = uow.providers.channels_at(row.platform, row.workspace, row.channel)
    theirs = [each for each in bound if row.programme_id in (None, each.programme_id)]
    return any(not each.frozen and each.kind == "shared" for each in theirs) and row.state != "dropped"


def _said_already(row: OutboxRow, words: str, asker: Asker, uow: UnitOfWork) -> bool:
    """Whether the bot named this person in the thread since, with whatever they said beyond the first word."""
    beyond = _squeezed(_FIRST_WORD.sub("", words, count=1))
    for each in uow.outbox.said_after(row):
        said = _squeezed(f"{decode_card(each.content).text} {each.content}")
        if _squeezed(asker.name) in said and beyond in said:
            return True
    return False


def _squeezed(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _plain(words: str, platform: str, installation_id: int, uow: UnitOfWork) -> str:
    """The words with people by name: an id of one platform says nothing on another."""

    def name(found: re.Match[str]) -> str:
        person = uow.people.by_user(installation_id, platform, found[1])
        return "@somebody" if person is None else f"@{person.name}"

    return _MENTION.sub(name, words)
