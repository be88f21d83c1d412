"""The verb "metrics target": which targets are agreed, and the first one of a metric.

A target that is agreed moves only by both sides' consent (S7); here a manager enters what the contract says, and both
companies read it. Ten minutes are there to mend a slip; after that another target is proposed (``moving``).
"""

from __future__ import annotations

import json
from datetime import date, datetime

from handlers import places
from handlers.calendar import wall_of, zone
from handlers.metrics.commands import TABLE
from handlers.metrics.followed import target_between, target_of
from handlers.metrics.keeping import catalogue
from handlers.metrics.metric import Metric, Target
from handlers.metrics.moving import handler as moving
from handlers.metrics.said import short_of
from handlers.metrics.target_cards import entered_card, targets_card
from handlers.metrics.targets import BadTarget, ends, example_of, named_target, read_target, target_text
from handlers.records.lines import line_card
from handlers.records.record import UNDO_WITHIN
from handlers.saying import About, say
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.outgoing import Answer, Button, SharedCard, SharedPost
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.models.metrics import MetricTarget, TrackedMetric
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

KIND = "metrics.target"


def show(programme: Programme, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Every key metric with its target and since when it holds."""
    today, rows, beside = wall_of(now, zone(programme.anchor_zone)).date(), [], {}
    for tracked in _tracked(programme, uow):
        metric, agreed = catalogue().get(tracked.metric), _agreed(tracked, uow)
        target = None if agreed is None else target_of(metric, agreed)
        rows.append((metric, target, None if agreed is None else agreed.effective_from))
        beside[metric.id] = _beside(tracked, metric, agreed, today, uow)
    if not rows:
        raise Declined("No key metrics are chosen for this programme yet. A manager chooses them in the set-up.", TABLE)
    lacking = next((metric for metric, target, _ in rows if target is None), None)
    example = (
        "" if lacking is None or not asker.manages else f"metrics target {short_of(lacking)} {example_of(lacking)}"
    )
    waiting = moving.waiting(programme, asker, uow)
    return Answer(card=targets_card(places.programme_name(uow, programme), rows, example, beside, today, waiting))


def agree(said: str, programme: Programme, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Keep a metric's first target, "AHT 6:00 to 7:00", from today on, and propose another for one that is agreed. A metric
    without a target behind it is shown.

    Raises ``Declined`` with the way out for what cannot be read, and for who may not.
    """
    try:
        metric, words = named_target(said, catalogue())
        target = read_target(words, metric) if words else None
    except BadTarget as problem:
        raise Declined(f"{problem}.", TABLE) from problem
    if target is None:
        return show(programme, asker, uow, now)
    tracked = next((each for each in _tracked(programme, uow) if each.metric == metric.id), None)
    if not asker.manages and (tracked is None or _agreed(tracked, uow) is None):
        raise Declined(
            "A first target is entered by a manager of the company that hires; both companies read it, and either proposes "
            "another.",
            TABLE,
        )
    if tracked is None:
        choose = Button("providers.setup", "Choose the metrics", f"programme:{programme.id}")
        raise Declined(f"{metric.name} is not followed here, so it has no target. Choose it first.", choose)
    assert tracked.id is not None
    uow.metrics.in_turn(tracked.id)  # whoever enters one at the same moment has entered it, or has not yet
    before = _agreed(tracked, uow)
    if before is not None and not _slip(before, asker, uow, now):
        return moving.propose(tracked, metric, target, before, programme, asker, uow, now)
    _keep(tracked, metric, target, before, programme, asker, uow, now)
    text = f"{metric.name}: the target is {target_text(metric, target)}, from this week on"
    tell(f"{asker.name} entered a target. {text}.", programme, asker, uow, now)
    return Answer(card=entered_card(text))


def _tracked(programme: Programme, uow: UnitOfWork) -> list[TrackedMetric]:
    assert programme.id is not None
    return [each for each in uow.metrics.tracked(programme.id) if each.metric in catalogue().metrics]


def _agreed(tracked: TrackedMetric, uow: UnitOfWork) -> MetricTarget | None:
    """The newest target that says anything: of a metric that may have several, none or only a minimum."""
    assert tracked.id is not None
    rows = [
        each for each in uow.metrics.targets_of([tracked.id]) if each.target is not None or each.minimum is not None
    ]
    return rows[-1] if rows else None


def _slip(before: MetricTarget, asker: Asker, uow: UnitOfWork, now: datetime) -> bool:
    """Whether whoever entered a target a moment ago may enter another instead: not one that both companies agreed on, nor
    while somebody has proposed another."""
    if before.set_by != asker.person_id or now - before.set_at > UNDO_WITHIN or not asker.manages:
        return False
    proposals = uow.target_proposals
    return proposals.open(before.tracked_metric_id) is None and not proposals.brought(before.id or 0)


def _beside(tracked: TrackedMetric, metric: Metric, agreed: MetricTarget | None, today: date, uow: UnitOfWork) -> str:
    """What else there is to say of a metric's target: which one holds until a new one begins, and which is proposed."""
    assert tracked.id is not None
    waiting = uow.target_proposals.open(tracked.id)
    until = None if agreed is None or agreed.effective_from <= today else uow.metrics.target(tracked.id, today)
    said = []
    if until is not None:
        said.append(f"until then {target_text(metric, target_of(metric, until))}")
    if waiting is not None:
        said.append(f"proposed: {target_text(metric, target_between(metric, waiting.target, waiting.minimum))}")
    return "; ".join(said)


def _keep(
    tracked: TrackedMetric,
    metric: Metric,
    target: Target,
    before: MetricTarget | None,
    programme: Programme,
    asker: Asker,
    uow: UnitOfWork,
    now: datetime,
) -> None:
    """The row, and who entered what in the audit log; within ten minutes the same row says it better."""
    assert tracked.id is not None
    high, low = ends(target)
    today = wall_of(now, zone(programme.anchor_zone)).date()
    row = before or MetricTarget(tracked_metric_id=tracked.id, effective_from=today, set_by=asker.person_id, set_at=now)
    row.target, row.minimum = high, low
    uow.metrics.set_target(row)
    facts = {"metric": metric.id, "target": str(high), **({} if low is None else {"low": str(low)})}
    entry = AuditEntry(
        installation_id=programme.installation_id,
        programme_id=programme.id,
        at=now,
        person_id=asker.person_id,
        what="target.agreed",
        subject="metric",
        subject_id=tracked.id,
        visibility=Visibility.SHARED,
        facts=json.dumps(facts),
    )
    uow.audit.note(entry)


def tell(said: str, programme: Programme, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    """Both companies read it, where they have a channel."""
    assert programme.id is not None
    to = places.shared_channel(uow, programme.id)
    if to is None:
        return
    about = About(
        programme.installation_id,
        KIND,
        "a target was entered",
        subject="programme",
        subject_id=programme.id,
        programme_id=programme.id,
        provider_id=programme.provider_id,
    )
    say(uow, SharedPost(to, line_card((said,), SharedCard)), about, f"{KIND}:{programme.id}:{asker.event}", now)
