"""A new action item: from the form, from one line, or from another room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from handlers import places
from handlers.actions import cards, changes, forms, lists, people, rules, terms, voice
from handlers.actions.commands import AddAction, AskForm, checked_title
from handlers.actions.consent import refuse_outsider, refuse_past
from handlers.actions.phrase import read_phrase
from handlers.actions.standing import (
    Standing,
    standing_of,
    today_of,
)
from handlers.actions.undo import undo
from handlers.calendar import UnreadableDay, parse_day, wall_of, zone
from handlers.records.hours import hours_of
from handlers.records.record import may_see, names_of_sides
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.events import ActionAgreed
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.action import ActionItem
from storage.models.issue import Issue
from storage.models.person import Person
from storage.models.plan import ImprovementPlan
from storage.models.provider import Programme
from storage.models.review import Review
from storage.unit_of_work import UnitOfWork


def form(command: AskForm, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Open the form, from an issue or a review, for a chosen programme, or for this place's."""
    origin = _origin(command, asker, uow)
    programme = _programme(command, origin, asker, uow)
    hidden = _hidden(origin) or str(programme.id)
    internal = origin is not None and origin.visibility == Visibility.INTERNAL
    shared = isinstance(origin, Review)
    offered = people.candidates(asker, programme, uow)
    if internal:
        offered = [person for person in offered if person.side == Side.CLIENT]
    due = rules.usual_due(_day_in(asker.zone, now), hours_of(asker.zone, asker.country))
    return Answer(form=forms.add_form(asker, offered, _names(programme, uow), due, hidden, internal, shared))


def add(command: AddAction, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """A filled-in form becomes an action item. Raises ``Invalid`` naming the field."""
    origin = _origin(command.asked, asker, uow)
    programme = _programme(command.asked, origin, asker, uow)
    owner = people.chosen(command.owner_id, programme, uow)
    visibility = command.visibility
    if origin is not None and origin.visibility == Visibility.INTERNAL:
        visibility = Visibility.INTERNAL
    if visibility == Visibility.INTERNAL and owner.side == Side.PROVIDER:
        raise Invalid(
            {
                "owner": f"Owner: {owner.name} is at the provider and would not see it. Choose one of us, or both companies"
            }
        )
    due = _due(command.due, owner, owner.zone, now)
    made = agree(programme, command.title, owner, due, visibility, asker, uow, now, command.note, origin)
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
    origin: Issue | Review | ImprovementPlan | None = None,
) -> Standing:
    """A new action item, with its card. ``due`` is a day at the owner's place; ``origin`` is where it was agreed.

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
            issue_id=origin.id if isinstance(origin, Issue) else None,
            review_id=origin.id if isinstance(origin, Review) else None,
            plan_id=origin.id if isinstance(origin, ImprovementPlan) else None,
            created_by=asker.person_id,
            created_at=now,
        )
    )
    changes.note(item, None, "action.agreed", asker, uow, now, f"{title}\n{note}")
    standing = standing_of(item, uow)
    voice.post_card(standing, uow, now)
    uow.happened(ActionAgreed(standing.id))
    return standing


def in_one_line(words: str, mention: bool, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """ "Send the policy @Jo due friday": created at once; without words the form, or how to write it."""
    if not words:
        return Answer(card=lists.how_to_add()) if mention else form(AskForm(), asker, uow, now)
    programme = places.the_programme(asker, uow, again="action.form")
    title, owner, due = read_line(words, programme, asker, uow, now)
    visibility = _usual_visibility(owner, asker, uow)
    made = agree(programme, title, owner, due, visibility, asker, uow, now)
    voice.react(asker, uow, now, "white_check_mark")
    return Answer(card=cards.confirmation(made, f"Action {made.item.number} is with {owner.name}."))


def agree_in_review(
    review: Review, words: str, usual: Person | None, asker: Asker, uow: UnitOfWork, now: datetime
) -> ActionItem:
    """ "Send the policy @Jo due friday", said in a review: both companies see it. Without a name it is for ``usual``, else
    for the asker. Raises ``Invalid`` naming the field, and ``Declined``."""
    programme = uow.providers.programme(review.programme_id)
    assert programme is not None
    title, owner, due = read_line(words, programme, asker, uow, now, usual)
    return agree(programme, title, owner, due, Visibility.SHARED, asker, uow, now, origin=review).item


def agree_in_plan(
    plan: ImprovementPlan, title: str, owner: Person, due: date, asker: Asker, uow: UnitOfWork, now: datetime
) -> ActionItem:
    """What an improvement plan wants done: both companies see it. ``due`` is a day at the owner's place."""
    programme = uow.providers.programme(plan.programme_id)
    assert programme is not None
    return agree(programme, title, owner, due, Visibility.SHARED, asker, uow, now, origin=plan).item


def take_back(item: ActionItem, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    """Take an item back that the asker just agreed. Raises ``Declined`` when somebody acted on it since."""
    if item.state not in rules.CLOSED:
        undo(standing_of(item, uow), asker, uow, now)


def read_line(
    words: str, programme: Programme, asker: Asker, uow: UnitOfWork, now: datetime, usual: Person | None = None
) -> tuple[str, Person, date]:
    """The title, the owner (``usual`` or the asker where none is named) and the due day of one line. Raises ``Invalid``."""
    known = people.candidates(asker, programme, uow)
    phrase = read_phrase(words, known)
    if phrase.unknown:
        raise Invalid({"owner": people.unknown_owner(f"@{phrase.unknown}", known)})
    problems: dict[str, str] = {}
    title = checked_title(phrase.title, problems)
    if problems:
        raise Invalid(problems)
    owner = phrase.person or usual or people.chosen(asker.person_id, programme, uow)
    if phrase.user:
        owner = people.mentioned(phrase.user, asker, programme, uow)
    return title, owner, _due(phrase.due, owner, asker.zone, now)


def _usual_visibility(owner: Person, asker: Asker, uow: UnitOfWork) -> Visibility:
    """What is said in a shared channel is for both; what the client says among themselves stays there."""
    in_shared = bool(asker.programme_ids) and not asker.internal
    if asker.side is Side.PROVIDER or in_shared:
        return Visibility.SHARED
    if owner.side == Side.PROVIDER:
        raise Declined(
            f"Only our company reads this here, and {owner.name} is at the provider. "
            "Add it in the shared channel, or choose both companies in the form.",
            terms.ADD,
        )
    return Visibility.INTERNAL


def _due(written: str, owner: Person, zone_name: str, now: datetime) -> date:
    """The due day as written by somebody in ``zone_name``, or the usual one. Raises ``Invalid``."""
    owner_today = today_of(owner, now)
    if not written:
        return rules.usual_due(owner_today, hours_of(owner.zone, owner.country))
    try:
        due = parse_day(written, _day_in(zone_name, now), field="Due")
    except UnreadableDay as problem:
        raise Invalid({"due": str(problem)}) from problem
    refuse_past(due, owner_today)
    return due


def _origin(command: AskForm, asker: Asker, uow: UnitOfWork) -> Issue | Review | None:
    """The issue or review an item comes from. One the asker may not know of does not exist for them."""
    found: Issue | Review | None = None
    if command.issue is not None:
        found, called = uow.issues.get(command.issue), "issue"
    elif command.review is not None:
        found, called = uow.reviews.get(command.review), "review"
    else:
        return None
    if found is None or not may_see(found, asker, uow):
        raise Declined(f"That {called} is not in your list. The action item can be added without it.", terms.ADD)
    return found


def _hidden(origin: Issue | Review | None) -> str:
    if origin is None:
        return ""
    return f"{'issue' if isinstance(origin, Issue) else 'review'}:{origin.id}"


def _programme(command: AskForm, origin: Issue | Review | None, asker: Asker, uow: UnitOfWork) -> Programme:
    wanted = command.programme if origin is None else str(origin.programme_id)
    return places.the_programme(asker, uow, wanted, again="action.form")


def _names(programme: Programme, uow: UnitOfWork) -> Mapping[Side, str]:
    provider = uow.providers.provider(programme.provider_id)
    assert provider is not None
    return names_of_sides(provider, uow)


def _day_in(zone_name: str, now: datetime) -> date:
    return wall_of(now, zone(zone_name)).date()
