"""The steps of a plan's life. Each asks for consent, changes the record, and says what both sides need to know.

A step takes the plan as it stands and answers how it stands afterwards; refusals are ``Declined`` and change nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from handlers.calendar import next_business_day, wall_of, zone
from handlers.improvements import changes, consent, rules, telling, terms, voice
from handlers.improvements.content import Content, Intent, changed_parts, content_of, dump, fill, put
from handlers.improvements.gone_by import none_past
from handlers.improvements.standing import Standing, standing_of
from handlers.records.hours import hours_of
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Button, Code, Text
from handlers.vocabulary.route import Asker
from storage.actions import OPEN
from storage.models.action import ActionItem
from storage.models.person import Person
from storage.models.plan import ImprovementPlan
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

HandOut = Callable[[ImprovementPlan, str, Person, date, Asker, UnitOfWork, datetime], ActionItem]
"""Makes an action item of a plan: title, owner, due day at the owner's place."""


def draft(programme: Programme, content: Content, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """A new draft, for the client only; it waits with whoever drafts it."""
    assert programme.id is not None
    plan = fill(
        ImprovementPlan(
            installation_id=programme.installation_id,
            provider_id=programme.provider_id,
            programme_id=programme.id,
            number=uow.plans.next_number(programme.installation_id),
            title=content.title,
            created_by=asker.person_id,
            created_at=now,
        ),
        content,
    )
    uow.plans.add(plan)
    standing, _ = changes.keep(plan, None, "plan.drafted", asker, uow, now, _kept(None, content))
    author = uow.people.get(asker.person_id)
    if author is not None:
        voice.post_draft(standing, author, uow, now)
    return standing


def edit(standing: Standing, content: Content, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """The plan says something else. What both had agreed needs both words again; of a proposal, whoever changes it gives
    their side's word with the change."""
    consent.may_change(standing, asker)
    was = content_of(standing)
    parts = changed_parts(was, content)
    if not parts:
        return standing
    plan, before = standing.plan, changes.facts_of(standing)
    state = plan.state
    put(content, standing, uow)
    if state != "draft":
        plan.state, plan.reason = "proposed", ""
        _take_words_back(plan)
        if state == "proposed":
            _give_word(plan, asker, now)
    after, once = changes.keep(plan, before, "plan.edited", asker, uow, now, _kept(was, content))
    if state != "draft":
        said = telling.edited(after, asker, telling.told_parts(standing.progress, was, content, parts))
        voice.line(after, uow, now, once, said, *telling.word_buttons(after))
    return after


def propose(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """Both companies see it from now on; with the proposal the client gives its word. No day that is past is proposed."""
    consent.may_propose(standing, asker)
    none_past(standing)
    plan, before = standing.plan, changes.facts_of(standing)
    plan.state, plan.visibility, plan.proposed_at = "proposed", Visibility.SHARED, now
    _give_word(plan, asker, now)
    after, _ = changes.keep(plan, before, "plan.proposed", asker, uow, now)
    voice.post_card(after, uow, now)
    return after


def agree(standing: Standing, asker: Asker, hand_out: HandOut, uow: UnitOfWork, now: datetime) -> Standing:
    """A side gives its word. With both words a proposal runs and its actions are handed out; what was called done closes."""
    consent.may_agree(standing, asker)
    plan, before = standing.plan, changes.facts_of(standing)
    _give_word(plan, asker, now)
    waiting = standing_of(plan, uow, now).waiting_for
    plan.reason = "" if not waiting else plan.reason
    if plan.state == "done" and not waiting:
        return close(standing, asker, uow, now, before)
    if not waiting:
        plan.state, plan.agreed_at = "agreed", plan.agreed_at or now
    after, once = changes.keep(plan, before, "plan.agreed", asker, uow, now)
    voice.line(after, uow, now, once, telling.agreed(after, asker))
    return after if waiting else _hand_out(after, asker, hand_out, uow, now)


def not_yet(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, reason: str) -> Standing:
    """A side says what is missing; its word, if it was given, is taken back. What was called done runs on."""
    consent.may_say_not_yet(standing, asker)
    plan, before = standing.plan, changes.facts_of(standing)
    plan.reason = reason
    if plan.state == "done":
        _run_on(standing, uow)
    else:
        _take_word_back(plan, asker.side)
    after, once = changes.keep(plan, before, "plan.not_yet", asker, uow, now, reason)
    other = after.accountable[asker.side.other]
    to: Text = () if other is None else (after.mention(other), ", ")
    said: Text = (*to, f"{asker.name} cannot say yes to plan {plan.number} yet. Change it, or talk about it here:")
    offered = (Button("plan.change", "Change", after.value),) if plan.state == "proposed" else ()
    voice.line(after, uow, now, once, said, *offered, quote=reason)
    return after


def act(
    standing: Standing, intent: Intent, owner: Person, asker: Asker, hand_out: HandOut, uow: UnitOfWork, now: datetime
) -> Standing:
    """An action for the plan: at once where both have agreed, else as something intended."""
    consent.not_over(standing)
    if standing.plan.state in ("agreed", "done"):
        hand_out(standing.plan, intent.title, owner, intent.due_on, asker, uow, now)
        after = standing_of(standing.plan, uow, now)
        voice.show_card(after, uow, now)
        return after
    content = content_of(standing)
    return edit(standing, replace(content, intended=(*content.intended, intent)), asker, uow, now)


def call_done(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    """A plan whose figure held closes; one without a figure is called done, and the other side's word closes it."""
    consent.may_close(standing, asker)
    plan, before = standing.plan, changes.facts_of(standing)
    if plan.metric:
        return close(standing, asker, uow, now, before)
    plan.state = "done"
    _take_words_back(plan)
    _give_word(plan, asker, now)
    after, once = changes.keep(plan, before, "plan.done", asker, uow, now)
    said: Text = (*telling.to(after, asker.side.other), f"{asker.name} says plan {plan.number} is done. Is it? Reply ")
    said = (*said, Code("agree"), " or ", Code("not yet: why"), ".")
    voice.line(after, uow, now, once, said, terms.agree_button(after), terms.not_yet_button(after))
    return after


def close(
    standing: Standing, asker: Asker | None, uow: UnitOfWork, now: datetime, before: dict[str, object] | None = None
) -> Standing:
    """Close it, without asking whether they may. ``asker`` None: the figure did.

    ``before`` is the state to go back to by undo, if the caller changed something already.
    """
    plan = standing.plan
    before = before or changes.facts_of(standing)
    plan.state, plan.closed_at = "closed", now
    plan.held_until = None if standing.progress is None else rules.last_counted(standing.progress.counted)
    after, once = changes.keep(plan, before, "plan.closed", asker, uow, now)
    voice.line(after, uow, now, once, telling.closed(after, asker), by_itself=asker is None)
    return after


def withdraw(standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime, reason: str) -> Standing:
    """It is no longer needed, and everybody who saw it sees why. Its action items go on by themselves."""
    consent.may_withdraw(standing, asker)
    plan, before = standing.plan, changes.facts_of(standing)
    plan.state, plan.reason, plan.closed_at = "withdrawn", reason, now
    after, once = changes.keep(plan, before, "plan.withdrawn", asker, uow, now, reason)
    open_ = [each for each in after.actions if each.state in OPEN]
    left = _stays(len(open_))
    said: Text = (*telling.to(after, asker.side.other), f"{asker.name} withdrew plan {plan.number}.{left}")
    voice.line(after, uow, now, once, said, quote=reason)
    return after


def _stays(count: int) -> str:
    """What becomes of a withdrawn plan's action items."""
    if not count:
        return ""
    return (
        " Its open action item stays with its owner."
        if count == 1
        else f" Its {count} open action items stay with their owners."
    )


def _hand_out(standing: Standing, asker: Asker, hand_out: HandOut, uow: UnitOfWork, now: datetime) -> Standing:
    """What was intended becomes action items. A day that has passed meanwhile becomes the owner's next working day."""
    if not standing.intended:
        return standing
    for each in standing.intended:
        owner = uow.people.get(each.owner_id)
        if owner is None or owner.left_at is not None:
            owner = standing.accountable[Side(owner.side)] if owner is not None else None
        if owner is not None:
            hand_out(standing.plan, each.title, owner, due_day(each.due_on, owner, now), asker, uow, now)
        uow.plans.drop_intended(each)
    after = standing_of(standing.plan, uow, now)
    voice.show_card(after, uow, now)
    return after


def due_day(wanted: date, owner: Person, now: datetime) -> date:
    """The day itself, or the owner's next working day where it is past at their place."""
    today = wall_of(now, zone(owner.zone)).date()
    return wanted if wanted >= today else next_business_day(today, hours_of(owner.zone, owner.country))


def _give_word(plan: ImprovementPlan, asker: Asker, now: datetime) -> None:
    if asker.side is Side.CLIENT:
        plan.client_agreed_by, plan.client_agreed_at = asker.person_id, now
    else:
        plan.provider_agreed_by, plan.provider_agreed_at = asker.person_id, now


def _take_word_back(plan: ImprovementPlan, side: Side) -> None:
    if side is Side.CLIENT:
        plan.client_agreed_by = plan.client_agreed_at = None
    else:
        plan.provider_agreed_by = plan.provider_agreed_at = None


def _take_words_back(plan: ImprovementPlan) -> None:
    for side in Side:
        _take_word_back(plan, side)


def _run_on(standing: Standing, uow: UnitOfWork) -> None:
    """Not done after all: the words that had been given before it was called done stand again."""
    done = [each for each in uow.audit.of("plan", standing.id) if each.what == "plan.done"]
    changes.restore(standing, json.loads(done[-1].facts)["before"], uow)


def _kept(before: Content | None, after: Content) -> str:
    """What the plan said before and says now, for the audit log."""
    return json.dumps([None if before is None else dump(before), dump(after)], ensure_ascii=False)
