"""Looking at plans and drafting one: the verb, the list, one plan, the first page."""

from __future__ import annotations

from datetime import datetime

from handlers import places
from handlers.improvements import cards, consent, forms, goals, lists, steps, voice
from handlers.improvements.commands import AskPlan, DraftPlan, NewPlan, OnePlan
from handlers.improvements.content import Content
from handlers.improvements.standing import find, find_numbered, speakers_of, standing_of
from handlers.records.forms import short_title
from handlers.records.record import may_see, names_of_sides
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Asker, Declined
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork


def ask(command: AskPlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The verb: one plan by its number, a new one, else the plans there are."""
    if command.number is not None:
        return Answer(card=cards.private_card(find_numbered(command.number, asker, uow, now), now))
    if command.title is not None:
        return _first_page(NewPlan(), command.title, asker, uow, now)
    return show_list(None, asker, uow, now)


def show_list(command: object, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The plans of this place (or of all the asker may see) that are not over, oldest first."""
    seen = places.programmes_seen_by(asker, uow)
    here = [each for each in seen if each.id in asker.programme_ids] or seen
    plans = [plan for each in here if each.id is not None for plan in uow.plans.running_of(each.id)]
    chosen = [each for each in plans if may_see(each, asker, uow)]
    shown = [standing_of(each, uow, now) for each in chosen[: lists.LISTED]]
    drafts = any(each.id is not None and _may_draft(each, asker, uow) for each in here)
    return Answer(card=lists.list_card(shown, len(chosen), now, drafts=drafts))


def show(command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """One plan, for the asker's eyes."""
    return Answer(card=cards.private_card(find(command.plan_id, asker, uow, now), now))


def new(command: NewPlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button that opens the first page, perhaps about a figure: then with what the figures say of it. A plan that is
    about that figure already is shown instead."""
    return _first_page(command, "", asker, uow, now)


def draft(command: DraftPlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """A filled-in first page becomes a draft, which only the client sees."""
    programme = _programme(command.programme, asker, uow)
    followed, today = goals.figures_of(programme, uow, now)
    metric, definition, target = goals.read_goal(command.goal, followed, today)
    assert programme.id is not None
    goals.clear_way(metric, programme.id, None, asker, uow, now)
    title = short_title(command.problem)
    content = Content(
        title=title,
        problem=command.problem if command.problem != title else "",
        cause=command.cause,
        metric=metric,
        definition=definition,
        target=target,
        hold_periods=command.goal.hold,
    )
    standing = steps.draft(programme, content, asker, uow, now)
    said = f"Plan {standing.plan.number} is drafted. Only {standing.names[Side.CLIENT]} sees it until you propose it."
    if voice.waits_with(standing, uow):
        said = f"{said} It waits in your conversation with me."
        return Answer(card=cards.drafted_card(standing, said), done=said)
    return Answer(card=cards.private_card(standing, now, said), done=said)


def _first_page(command: NewPlan, title: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    programme = _programme(command.programme, asker, uow)
    provider = uow.providers.provider(programme.provider_id)
    assert programme.id is not None and provider is not None
    running = uow.plans.running_of(programme.id)
    same = [each for each in running if command.metric and each.metric == command.metric and may_see(each, asker, uow)]
    if same:
        standing = standing_of(same[-1], uow, now)
        said = f"Plan {standing.plan.number} is about this figure already."
        return Answer(card=cards.private_card(standing, now, said))
    followed, today = goals.figures_of(programme, uow, now)
    problem = title or goals.evidence(followed, command.metric, programme, now)
    names = names_of_sides(provider, uow)
    return Answer(
        form=forms.draft_form(
            programme.id,
            names[Side.CLIENT],
            places.programme_name(uow, programme, places.programmes_seen_by(asker, uow)),
            forms.options_of(followed, today),
            problem,
            command.metric,
            goals.agreed_text(followed, command.metric, today),
        )
    )


def _programme(wanted: str, asker: Asker, uow: UnitOfWork) -> Programme:
    """The programme that is meant, for those who may draft a plan there. Raises ``Declined``."""
    programme = places.the_programme(asker, uow, wanted, again="plan.new")
    assert programme.id is not None
    consent.may_draft(speakers_of(programme.id, uow), asker)
    return programme


def _may_draft(programme: Programme, asker: Asker, uow: UnitOfWork) -> bool:
    assert programme.id is not None
    try:
        consent.may_draft(speakers_of(programme.id, uow), asker)
    except Declined:
        return False
    return True
