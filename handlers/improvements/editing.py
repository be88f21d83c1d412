"""What is changed about a plan, each behind a form of its own. A button of an outdated card changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from handlers.improvements import cards, consent, forms, goals, milestones, steps
from handlers.improvements.commands import EditGoal, EditWords, OnePlan
from handlers.improvements.content import Content, content_of, with_goal
from handlers.improvements.gone_by import is_past
from handlers.improvements.standing import Standing, find
from handlers.records.record import is_stale
from handlers.vocabulary.outgoing import Answer, Form
from handlers.vocabulary.route import Asker
from storage.unit_of_work import UnitOfWork

Change = Callable[[Standing], Content]


def change(command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button Change: what there is to change."""
    standing = find(command.plan_id, asker, uow, now)
    consent.may_change(standing, asker)
    return Answer(card=cards.change_card(standing))


def words(command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button Words opens a form."""
    return opened(command, asker, uow, now, consent.may_change, forms.words_form)


def worded(command: EditWords, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form behind Words."""

    def changed(standing: Standing) -> Content:
        return replace(
            content_of(standing),
            title=command.title,
            problem=command.problem,
            cause=command.cause,
            containment=command.containment,
        )

    return _edited(command.plan_id, command.version, changed, asker, uow, now)


def goal(command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button "Figure and target" opens a form."""

    def form(standing: Standing) -> Form:
        followed, today = goals.figures_of(standing.programme, uow, now)
        return forms.goal_form(standing, forms.options_of(followed, today))

    return opened(command, asker, uow, now, consent.may_change, form)


def aimed(command: EditGoal, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form behind it."""

    def changed(standing: Standing) -> Content:
        followed, today = goals.figures_of(standing.programme, uow, now)
        metric, definition, target = goals.read_goal(command.goal, followed, today)
        if metric != standing.plan.metric:
            goals.clear_way(metric, standing.plan.programme_id, standing.id, asker, uow, now)
        return with_goal(content_of(standing), metric, definition, target, command.goal.hold)

    return _edited(command.plan_id, command.version, changed, asker, uow, now)


def steps_form(command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button Milestones opens a form."""
    return opened(command, asker, uow, now, consent.may_change, forms.milestones_form)


def stepped(command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form behind Milestones."""
    return _edited(command.plan_id, command.version, lambda it: with_milestones(it, command.words), asker, uow, now)


def intended(command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button Actions opens a form."""
    return opened(command, asker, uow, now, consent.may_change, forms.intended_form)


def kept(command: OnePlan, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form behind Actions: what it offers and is not marked is no part of the plan any more."""
    stay = {each.strip() for each in command.words.split(",")}

    def changed(standing: Standing) -> Content:
        content = content_of(standing)
        pairs = zip(standing.intended, content.intended, strict=True)
        unseen = {row.id for row in standing.intended[forms.OFFERED :]}
        left = (intent for row, intent in pairs if row.id in unseen or str(row.id) in stay)
        return replace(content, intended=tuple(left))

    return _edited(command.plan_id, command.version, changed, asker, uow, now)


def with_milestones(standing: Standing, text: str) -> Content:
    """What the plan says with other milestones. Raises ``Invalid`` naming the line that could not be read."""
    metric = None if standing.progress is None else standing.progress.metric
    known = [each.check_on for each in standing.milestones if not is_past(each.check_on, standing)]
    read = milestones.read_milestones(text, metric, standing.today, known)
    return replace(content_of(standing), milestones=tuple(read))


def opened(
    command: OnePlan,
    asker: Asker,
    uow: UnitOfWork,
    now: datetime,
    may: Callable[[Standing, Asker], None],
    form: Callable[[Standing], Form],
) -> Answer:
    """A button that opens a form, for those who may; how it stands now where the card was outdated."""
    standing = find(command.plan_id, asker, uow, now)
    if is_stale(standing.plan, command.version):
        return changed_since(standing, now)
    may(standing, asker)
    return Answer(form=form(standing))


def changed_since(standing: Standing, now: datetime) -> Answer:
    """Nothing was done, and why."""
    said = f"Plan {standing.plan.number} changed in the meantime, so nothing was done. This is how it stands now."
    return Answer(card=cards.private_card(standing, now, said))


def _edited(plan_id: int, version: int | None, changed: Change, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    standing = find(plan_id, asker, uow, now)
    if is_stale(standing.plan, version):
        return changed_since(standing, now)
    consent.may_change(standing, asker)
    after = steps.edit(standing, changed(standing), asker, uow, now)
    said = f"Plan {after.plan.number} is changed."
    return Answer(card=cards.confirmation(after, said), done=said)
