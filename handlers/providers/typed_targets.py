"""The targets of the contract, as they are typed in the set-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.metrics import agreeing
from handlers.metrics.catalogue import load_catalogue
from handlers.metrics.metric import Target
from handlers.metrics.targets import BadTarget, read_targets, target_text
from handlers.providers.handler import DRAFT
from handlers.providers.people import Changing
from handlers.vocabulary.route import Asker, Invalid
from storage.unit_of_work import UnitOfWork


def read(text: str, chosen: Sequence[str], change: Changing, uow: UnitOfWork) -> Mapping[str, Target]:
    """The targets that stand in ``text``, by metric id, for chosen metrics that have none yet. Raises ``Invalid`` naming the
    field."""
    assert change.programme.id is not None
    catalogue = load_catalogue()
    try:
        said = read_targets(text, catalogue)
    except BadTarget as problem:
        raise Invalid({"targets": str(problem)}) from problem
    agreed = {row.metric for row in uow.metrics.tracked(change.programme.id) if uow.metrics.targets_of([row.id or 0])}
    for metric in said:
        name = catalogue.get(metric).name
        if metric not in chosen:
            raise Invalid(
                {"targets": f"{name} is not one of the metrics above; choose it there, or leave its target out"}
            )
        if metric in agreed and change.programme.state != DRAFT:
            raise Invalid(
                {
                    "targets": f"{name} has an agreed target, and that moves only by both sides' word: leave it out, and "
                    "propose it with metrics target"
                }
            )
    return said


def tell(typed: Mapping[str, Target], change: Changing, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    """Both companies read what was typed for a programme that runs; before that nothing is told."""
    if not typed or change.programme.state == DRAFT:
        return
    catalogue = load_catalogue()
    said = "; ".join(f"{catalogue.get(each).name} {target_text(catalogue.get(each), typed[each])}" for each in typed)
    agreeing.tell(f"{asker.name} entered targets, from this week on: {said}.", change.programme, asker, uow, now)
