"""Why did I get this? Asked by a button under the message, or in words under it or alone with the bot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handlers import outsiders, saying
from handlers.noise import preferences, why_cards
from handlers.noise.commands import AskWhy, Fold
from handlers.noise.kinds import KINDS, Kind, Switch, kind_of
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.incoming import Said
from handlers.vocabulary.outgoing import Answer, AnyCard, Button, PrivateCard
from handlers.vocabulary.route import Asker, Declined
from storage.models.delivery import OutboxRow
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

WORDS = frozenset({"why", "why this", "why me", "why did i get this"})
UNKNOWN = "I know no message here that you could ask about. Say `mornings` to see what you set."
SNOOZES = 2
"""Items of a morning message that can be put off right here."""
Reply = Callable[[Said, OutboxRow, Asker, UnitOfWork, datetime], Answer | None]


def why(command: AskWhy, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Why a message came, and what can be done about it; without a key the newest one here that came by itself. Raises
    ``Declined`` for what the asker cannot read."""
    row = uow.outbox.by_key(command.key) if command.key else _newest(asker, uow)
    row = None if row is None else _theirs(row, asker, uow)
    if row is None or not _may_read(row, asker, uow):
        raise Declined(UNKNOWN, why_cards.SETTINGS)
    return Answer(card=_explained(row, asker, uow))


def fold(command: Fold, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Messages of a kind, or all, stand in my morning message from now on, or come as they did. Silent to others."""
    if command.kind and command.kind not in KINDS:
        raise Declined(UNKNOWN, why_cards.SETTINGS)
    preferences.fold(_person(asker, uow), command.on, uow, command.kind)
    return Answer(card=why_cards.folded_card(command.kind, command.on))


def asked_first(reply: Reply) -> Reply:
    """Whoever understands replies under a card, with the question why it came answered before."""

    def answer(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
        if " ".join(event.words.casefold().split()).rstrip("?!. ") not in WORDS:
            return reply(event, row, asker, uow, now)
        row = _in_thread(row, asker, uow)
        return Answer(card=_explained(row, asker, uow)) if _may_read(row, asker, uow) else None

    return answer


def nothing_else(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """Under a card that nothing can be replied to."""
    return None


def _theirs(row: OutboxRow, asker: Asker, uow: UnitOfWork) -> OutboxRow:
    """Of a line in a thread what it stands for, where that was said to the asker alone; any other message as it is."""
    alone = outsiders.behind(row, uow)
    return alone if alone is not None and _may_read(alone, asker, uow) else row


def _in_thread(root: OutboxRow, asker: Asker, uow: UnitOfWork) -> OutboxRow:
    """What is asked about under a card: the newest line there that calls the asker alone, else the card."""
    lines = uow.outbox.under(root.platform, root.workspace, root.channel, root.key)
    found = (_theirs(each, asker, uow) for each in lines if kind_of(each.kind).by_itself(each.reason))
    return next((each for each in found if each.account_user), root)


def _explained(row: OutboxRow, asker: Asker, uow: UnitOfWork) -> PrivateCard:
    kind, card = kind_of(row.kind), saying.decode_card(row.content)
    if row.account_user:
        return why_cards.why_card(card.why, kind, _own(row, kind, card, _person(asker, uow), uow))
    if not kind.by_itself(row.reason):
        return why_cards.why_card(card.why, kind, ())
    if not asker.manages:
        return why_cards.why_card(card.why, kind, (), _who_may(row, uow))
    return why_cards.why_card(card.why, kind, [each for switch in kind.switches for each in _shared(switch, row)])


def _own(row: OutboxRow, kind: Kind, card: AnyCard, person: Person, uow: UnitOfWork) -> list[Button]:
    """What somebody can do about a message to themselves."""
    weekly = any(each.action == "reminder.weekly" for each in card.buttons)
    if preferences.wants_folded(person, row.kind, uow):
        fold_it = Button("noise.fold", "Let it come by itself", f"{row.kind}:off")
    else:
        fold_it = Button("noise.fold", "Only in my morning message", f"{row.kind}:on")
    one_press = {
        Switch.TIME: [
            Button("reminder.times", "Change the time"),
            Button("reminder.why", "How reminders work"),
        ],
        Switch.PAUSE: [Button("reminder.pause", "Pause until Monday", "until monday")],
        Switch.FOLD: [fold_it],
        Switch.WEEKLY: [Button("reminder.weekly", "No weekly list", "off")] if weekly else [],
    }
    found = [each for switch in kind.switches for each in one_press.get(switch, [])]
    shared = [each for switch in kind.switches for each in _shared(switch, row)]
    return [*[each for each in card.buttons if each.action == "reminder.snooze"][:SNOOZES], *found, *shared]


def _shared(switch: Switch, row: OutboxRow) -> list[Button]:
    """What a manager can do about a message to many; each answers with the way back."""
    programme = str(row.programme_id or "")
    found = {
        Switch.DIGEST: [
            Button("digest.time", "Change its time", programme),
            Button("digest.skip", "Skip the next one", programme),
        ],
        Switch.PORTFOLIO: [
            Button("digest.time", "Change its time", "portfolio"),
            Button("digest.pause", "Pause the portfolio", "portfolio"),
        ],
        Switch.PROGRAMME: [Button("providers.setup", "Change the times", f"programme:{programme}")],
        Switch.SERIES: [Button("review.list", "Its dates and times", programme)],
        Switch.CONTRACT: [Button("providers.contract", "Change the end", f"provider:{row.provider_id}")],
    }
    return found.get(switch, [])


def _who_may(row: OutboxRow, uow: UnitOfWork) -> list[str]:
    """Who can change what comes to many: the client's owner of the programme where they manage, and the managers."""
    people = [each for each in uow.people.of_client(row.installation_id) if each.role == "manager"]
    owner = None if row.programme_id is None else uow.providers.accountable(row.programme_id, Side.CLIENT)
    people.sort(key=lambda each: owner is None or each.id != owner.id)
    return [each.name for each in people]


def _newest(asker: Asker, uow: UnitOfWork) -> OutboxRow | None:
    if asker.place is None:
        return None
    place = asker.place
    rows = uow.outbox.newest_in(place.platform, place.workspace, place.channel)
    return next((row for row in rows if kind_of(row.kind).by_itself(row.reason)), None)


def _may_read(row: OutboxRow, asker: Asker, uow: UnitOfWork) -> bool:
    """A direct message is its reader's alone, what is internal the client's, anything else both companies'."""
    if row.installation_id != asker.installation_id:
        return False
    if row.account_user:
        reader = uow.people.by_account(row.installation_id, row.platform, row.account_workspace, row.account_user)
        return reader is not None and reader.id == asker.person_id
    if asker.side is Side.CLIENT:
        return True
    return row.visibility == Visibility.SHARED and row.provider_id == _person(asker, uow).provider_id


def _person(asker: Asker, uow: UnitOfWork) -> Person:
    person = uow.people.get(asker.person_id)
    if person is None:
        raise Declined("I do not know you here yet. Say something in the channel both companies share.")
    return person
