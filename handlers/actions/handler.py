"""The verb and its form: lists, one item, and a new one."""

from __future__ import annotations

from datetime import date, datetime

from handlers import places
from handlers.actions import cards, changes, forms, people, rules, voice
from handlers.actions.commands import AddAction, AskActions, AskForm, ListActions, OneAction, checked_title
from handlers.actions.consent import refuse_outsider, refuse_past
from handlers.actions.phrase import read_phrase
from handlers.actions.replies import numbered_words
from handlers.actions.standing import (
    Standing,
    find,
    find_numbered,
    may_see,
    standing_of,
    today_of,
)
from handlers.calendar import UnreadableDay, parse_day, wall_of, zone
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.events import ActionAgreed
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.action import ActionItem
from storage.models.issue import Issue
from storage.models.person import Person
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork


def ask(command: AskActions, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The verb: a new item in one line, one item by number, words about a numbered one, or the lists."""
    if command.adding is not None:
        return _in_one_line(command.adding, command.mention, asker, uow, now)
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
        return Answer(card=cards.list_card(mine, (), "", asker.side, now))
    where = "in this channel" if command.which != "all" and asker.programme_ids else "all providers"
    return Answer(card=cards.list_card(mine, _others(wanted, asker, uow), where, asker.side, now))


def show(command: OneAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """One action item, for the one who asks."""
    return Answer(card=cards.private_card(find(command.action_id, asker, uow), now))


def form(command: AskForm, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Open the form, from an issue, for a chosen programme, or for this place's."""
    issue = _issue(command.issue, asker, uow)
    programme = _programme(command, issue, asker, uow)
    hidden = f"issue:{issue.id}" if issue is not None else str(programme.id)
    internal = issue is not None and issue.visibility == Visibility.INTERNAL
    offered = people.candidates(asker, programme, uow)
    if internal:
        offered = [person for person in offered if person.side == Side.CLIENT]
    due = rules.usual_due(_day_in(asker.zone, now), rules.hours_of(asker.zone, asker.country))
    return Answer(form=forms.add_form(asker, offered, _names(programme, uow), due, hidden, internal=internal))


def add(command: AddAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """A filled-in form becomes an action item. Raises ``Invalid`` naming the field."""
    issue = _issue(command.issue, asker, uow)
    programme = _programme(AskForm(command.issue, command.programme), issue, asker, uow)
    owner = people.chosen(command.owner_id, programme, uow)
    visibility = command.visibility
    if issue is not None and issue.visibility == Visibility.INTERNAL:
        visibility = Visibility.INTERNAL
    if visibility == Visibility.INTERNAL and owner.side == Side.PROVIDER:
        raise Invalid(
            {
                "owner": f"Owner: {owner.name} is at the provider and would not see it. Choose one of us, or both companies"
            }
        )
    due = _due(command.due, owner, owner.zone, now)
    made = agree(programme, command.title, owner, due, visibility, asker, uow, now, command.note, issue)
    return Answer(card=cards.confirmation(made, f"Action {made.item.number} is with {owner.name}."), done="Added.")


def agree(
    programme: Programme,
    title: str,
    owner: Person,
    due: date,
    visibility: Visibility,
    asker: Asker,
    uow: UnitOfWork,
    now: datetime,
    note: str = "",
    issue: Issue | None = None,
) -> Standing:
    """A new action item, with its card. ``due`` is a day at the owner's place.

    Raises ``Declined`` when there is no channel for its card, or its owner may not know of it.
    """
    assert programme.id is not None and owner.id is not None
    refuse_outsider(Side(owner.side), internal=visibility == Visibility.INTERNAL)
    item = uow.actions.add(
        ActionItem(
            installation_id=programme.installation_id,
            provider_id=programme.provider_id,
            programme_id=programme.id,
            number=uow.actions.next_number(programme.installation_id),
            title=title,
            side=owner.side,
            owner_id=owner.id,
            due_on=due,
            note=note,
            visibility=visibility,
            issue_id=None if issue is None else issue.id,
            created_by=asker.person_id,
            created_at=now,
        )
    )
    changes.note(item, None, "action.agreed", asker, uow, now, title)
    standing = standing_of(item, uow)
    voice.post_card(standing, uow, now)
    uow.happened(ActionAgreed(standing.id))
    return standing


def _in_one_line(words: str, mention: bool, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """ "Send the policy @Jo due friday": created at once; without words the form, or how to write it."""
    if not words:
        return Answer(card=cards.how_to_add()) if mention else form(AskForm(), asker, uow, now)
    programme = places.the_programme(asker, uow, again="action.form")
    known = people.candidates(asker, programme, uow)
    phrase = read_phrase(words, known)
    if phrase.unknown:
        raise Invalid({"owner": people.unknown_owner(f"@{phrase.unknown}", known)})
    problems: dict[str, str] = {}
    title = checked_title(phrase.title, problems)
    if problems:
        raise Invalid(problems)
    owner = phrase.person or people.chosen(asker.person_id, programme, uow)
    if phrase.user:
        owner = people.mentioned(phrase.user, asker, programme, uow)
    due = _due(phrase.due, owner, asker.zone, now)
    visibility = _usual_visibility(owner, asker, uow)
    made = agree(programme, title, owner, due, visibility, asker, uow, now)
    voice.react(asker, uow, now, "white_check_mark")
    return Answer(card=cards.confirmation(made, f"Action {made.item.number} is with {owner.name}."))


def _usual_visibility(owner: Person, asker: Asker, uow: UnitOfWork) -> Visibility:
    """What is said in a shared channel is for both; what the client says among themselves stays there."""
    in_shared = bool(asker.programme_ids) and not asker.internal
    if asker.side is Side.PROVIDER or in_shared:
        return Visibility.SHARED
    if owner.side == Side.PROVIDER:
        raise Declined(
            f"Only our company reads this here, and {owner.name} is at the provider. "
            "Add it in the shared channel, or choose both companies in the form.",
            cards.ADD,
        )
    return Visibility.INTERNAL


def _due(written: str, owner: Person, zone_name: str, now: datetime) -> date:
    """The due day as written by somebody in ``zone_name``, or the usual one. Raises ``Invalid``."""
    owner_today = today_of(owner, now)
    if not written:
        return rules.usual_due(owner_today, rules.hours_of(owner.zone, owner.country))
    try:
        due = parse_day(written, _day_in(zone_name, now), field="Due")
    except UnreadableDay as problem:
        raise Invalid({"due": str(problem)}) from problem
    refuse_past(due, owner_today)
    return due


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
    return Answer(card=cards.list_card(mine, here, places.programme_name(uow, programme), asker.side, now))


def _issue(issue_id: int | None, asker: Asker, uow: UnitOfWork) -> Issue | None:
    """The issue an item comes from. One the asker may not know of does not exist for them."""
    issue = None if issue_id is None else uow.issues.get(issue_id)
    if issue_id is not None and (issue is None or not may_see(issue, asker, uow)):
        raise Declined("That issue is not in your list. The action item can be added without it.", cards.ADD)
    return issue


def _programme(command: AskForm, issue: Issue | None, asker: Asker, uow: UnitOfWork) -> Programme:
    wanted = command.programme if issue is None else str(issue.programme_id)
    return places.the_programme(asker, uow, wanted, again="action.form")


def _names(programme: Programme, uow: UnitOfWork) -> dict[Side, str]:
    installation = uow.providers.installation_by_id(programme.installation_id)
    provider = uow.providers.provider(programme.provider_id)
    assert provider is not None
    client = "the client" if installation is None or not installation.name else installation.name
    return {Side.CLIENT: client, Side.PROVIDER: provider.name}


def _day_in(zone_name: str, now: datetime) -> date:
    return wall_of(now, zone(zone_name)).date()
