"""Whom an absence is told to: those who step in, and whoever it was said of. In their own working hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers import saying
from handlers.absences import cards
from handlers.absences.covering import Cover
from handlers.calendar import is_quiet, next_moment
from handlers.places import direct_to
from handlers.records.hours import hours_of
from handlers.saying import About
from handlers.stand_ins import today_of
from handlers.vocabulary.outgoing import DirectPost, PrivateCard
from handlers.vocabulary.route import Asker
from storage.models.absence import Absence
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

STEP_IN, TOLD_OF = "absence.step_in", "absence.told_of"


def tell(
    person: Person, absence: Absence, cover: Sequence[Cover], asker: Asker, uow: UnitOfWork, now: datetime
) -> None:
    """Those who step in learn for what; somebody else's absence is told to themselves too."""
    helpers = {each.by.id: each.by for each in cover if each.by is not None}
    for helper in helpers.values():
        if helper.id == asker.person_id:
            continue  # the answer says it
        programmes = [each.programme for each in cover if each.by is not None and each.by.id == helper.id]
        days = absence.first_day, absence.last_day, today_of(helper, now)
        card = cards.step_in_card(person.name, *days, programmes)
        _say(helper, card, STEP_IN, f"{STEP_IN}:{absence.id}:{helper.id}", absence, uow, now)
    if person.id != asker.person_id:
        days = absence.first_day, absence.last_day, today_of(person, now)
        card = cards.told_of_card(asker.name, *days, str(absence.id))
        _say(person, card, TOLD_OF, f"{TOLD_OF}:{absence.id}", absence, uow, now)


def take_back(person: Person, absence: Absence, uow: UnitOfWork, now: datetime, *, changed: bool = False) -> None:
    """Those who were asked to step in learn that they need not any more, or (``changed``) on other days."""
    assert absence.id is not None
    for row in uow.outbox.about("absence", absence.id, STEP_IN):
        saying.show(uow, row.once, cards.no_need_card(person.name, changed=changed), now)


def _say(to: Person, card: PrivateCard, kind: str, once: str, absence: Absence, uow: UnitOfWork, now: datetime) -> None:
    where = direct_to(uow, to)
    if where is None or absence.id is None:
        return
    hours = hours_of(to.zone, to.country)
    moment = next_moment(now, hours) if is_quiet(now, hours) else None
    about = About(to.installation_id, kind, "an absence was told", "absence", absence.id)
    saying.say(uow, DirectPost(where, card), about, once, now, not_before=moment)
