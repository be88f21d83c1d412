"""The verb: lists, one item by its number, words about one, or a new one."""

from __future__ import annotations

from datetime import datetime

from handlers import places
from handlers.actions import cards
from handlers.actions import lists as list_cards
from handlers.actions.adding import in_one_line
from handlers.actions.commands import AskActions, ListActions, OneAction
from handlers.actions.replies import numbered_words
from handlers.actions.standing import Standing, find, find_numbered, standing_of
from handlers.records.record import may_see
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork


def ask(command: AskActions, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The verb: a new item in one line, one item by number, words about a numbered one, or the lists."""
    if command.adding is not None:
        return in_one_line(command.adding, command.mention, asker, uow, now)
    if command.number is not None:
        return Answer(card=cards.private_card(find_numbered(command.number, asker, uow), now))
    which = command.words.casefold()
    if which in ("", "mine", "my", "all", "list", "open"):
        return lists(ListActions({"my": "mine", "list": "all", "open": "all"}.get(which, which)), asker, uow, now)
    answered = numbered_words(command.words, asker, uow, now)
    return answered or _of_programme(
        places.the_programme(asker, uow, command.words, again="action.list"), asker, uow, now
    )


def lists(command: ListActions, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """My open items over all providers; then, unless only mine are wanted, the others of this place ("all": of all)."""
    mine = [standing_of(item, uow) for item in uow.actions.open_owned_by(asker.person_id)]
    wanted = list(asker.programme_ids)
    if command.which == "all" or (not wanted and asker.manages and command.which != "mine"):
        wanted = [each.id for each in places.programmes_seen_by(asker, uow) if each.id is not None]
    if command.which == "mine" or not wanted:
        return Answer(card=list_cards.list_card(mine, (), "", asker.side, now))
    where = "in this channel" if command.which != "all" and asker.programme_ids else "with all providers"
    return Answer(card=list_cards.list_card(mine, _others(wanted, asker, uow), where, asker.side, now))


def show(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """One action item, for the one who asks."""
    return Answer(card=cards.private_card(find(command.action_id, asker, uow), now))


def _others(programme_ids: list[int], asker: Asker, uow: UnitOfWork) -> list[Standing]:
    """What others have open in these programmes, and what waits for a yes; only what the asker may know of."""
    items = [item for each in programme_ids for item in uow.actions.unfinished_of(each)]
    seen = [item for item in items if may_see(item, asker, uow)]
    others = [item for item in seen if item.owner_id != asker.person_id or item.state == "done"]
    return [standing_of(item, uow) for item in sorted(others, key=lambda each: (each.due_on, each.number))]


def _of_programme(programme: Programme, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    assert programme.id is not None
    mine = [standing_of(item, uow) for item in uow.actions.open_owned_by(asker.person_id)]
    here = _others([programme.id], asker, uow)
    return Answer(
        card=list_cards.list_card(mine, here, f"with {places.programme_name(uow, programme)}", asker.side, now)
    )
