"""Asking back which provider or which review is meant: what somebody asked is kept for a day, and done with the one they
choose.

Their words stand in the database until then, never in a button: a button has no room for a form, and a chat client hands it
on. Only the person who asked can choose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import get_args

from pydantic import TypeAdapter

from handlers.answering import refusal
from handlers.asking import find_asker
from handlers.vocabulary.incoming import AnyIncoming, Asked, Pressed, Said, Shortcut, Submitted
from handlers.vocabulary.outgoing import Answer, Button, Choose, Option, PrivateCard
from handlers.vocabulary.route import CHOICES, Asker, Declined, WhichProvider, WhichReview
from storage.models.question import Question
from storage.unit_of_work import UnitOfWork

KEPT_FOR = timedelta(days=1)
CHOSEN = "help.chosen"
"""The button that chooses; its value is "<question>:<programme>", or "<question>:<programme>:<review series>"."""
LIST, LIST_OF_REVIEWS = "Choose a provider", "Choose a review"

Worded = Asked | Said | Pressed | Submitted | Shortcut
"""What asks for something in words or by a form, and can be kept until it is known whom it is about."""
Understands = Callable[[Worded, Asker], Answer | None]
"""What comes of an event, as the router understands it; None: nothing was meant for us."""
_START_AGAIN = Button("help.help", "What I can do here")


def question_card(which: WhichProvider, event: AnyIncoming, uow: UnitOfWork, now: datetime) -> PrivateCard:
    """Asks which one, and keeps what was asked meanwhile. The choices carry ids only."""
    action, before = which.again, ""
    asker = find_asker(event, uow, now) if _says_more(event) else None
    if isinstance(event, Worded) and asker is not None:
        uow.questions.forget_before(now - KEPT_FOR)
        action, before = CHOSEN, f"{uow.questions.keep(asker.person_id, _kept(event, uow, now), now)}:"
        before += f"{which.programme_id}:" if isinstance(which, WhichReview) else ""
    offered = [(f"{before}{programme_id}", name) for programme_id, name in which.choices]
    if len(offered) <= CHOICES:
        return replace(refusal(which), buttons=tuple(Button(action, name, value) for value, name in offered))
    label = LIST_OF_REVIEWS if isinstance(which, WhichReview) else LIST
    listed = Choose(action, label, tuple(Option(value, name) for value, name in offered))
    return replace(refusal(which), buttons=(), choose=listed)


def choose(event: Pressed, uow: UnitOfWork, now: datetime, understand: Understands) -> Answer:
    """Do what was asked, with the provider or the review that was chosen. Raises ``Declined`` when it is too late or somebody
    else's.

    A form that opens is not done yet: closed by mistake, the same button opens it again.
    """
    question, programme_id, series_id, presser = _question(event, uow, now)
    asked = replace(_decoded(question), id=event.id, request=event.request)
    asker = find_asker(asked, uow, now)
    if asker is None or asker.gone or asker.person_id != presser.person_id:
        raise _gone()
    answer = understand(asked, replace(asker, chosen=programme_id, series=series_id)) or Answer()
    if answer.form is None:
        uow.questions.forget(question)
    return answer if answer.card or answer.form or answer.problems or answer.done else replace(answer, done="Done.")


def _question(event: Pressed, uow: UnitOfWork, now: datetime) -> tuple[Question, int, int | None, Asker]:
    """What the presser asked, and the programme and review series they chose. Raises ``Declined``."""
    number, _, chosen = event.value.partition(":")
    programme, apart, series = chosen.partition(":")
    presser = find_asker(event, uow, now)
    numbers = (number, programme, series) if apart else (number, programme)
    if presser is None or presser.gone or not all(each.isdecimal() for each in numbers):
        raise _gone()
    question = uow.questions.of(int(number), presser.person_id)
    if question is None or question.asked_at < now - KEPT_FOR:
        raise _gone()
    return question, int(programme), int(series) if apart else None, presser


def _kept(event: Worded, uow: UnitOfWork, now: datetime) -> str:
    """What is kept of what was asked. Who was asked which provider, and now which of its reviews, asked what they said
    first."""
    if isinstance(event, Pressed) and event.action == CHOSEN:
        return _question(event, uow, now)[0].event
    return _encoded(event)


def _gone() -> Declined:
    """The same words whether it was answered, too old or somebody else's: who asked what is nobody else's to know."""
    return Declined(
        "This question is answered, more than a day old, or was put to somebody else, so nothing was done. "
        "If you still need it, write it once more, in the provider's channel or with the provider's name.",
        _START_AGAIN,
    )


def _says_more(event: AnyIncoming) -> bool:
    """Whether something would be lost if it had to be asked again: a verb alone is asked again by its button."""
    if isinstance(event, Asked | Said):
        return len(event.words.split()) > 1
    return isinstance(event, Pressed | Submitted | Shortcut)


@cache
def _shapes() -> Mapping[str, TypeAdapter[Worded]]:
    return {kind.__name__: TypeAdapter(kind) for kind in get_args(Worded)}


def _encoded(event: Worded) -> str:
    """ "Asked" and the event's fields as JSON after it."""
    name = type(event).__name__
    return f"{name} {_shapes()[name].dump_json(event).decode()}"


def _decoded(question: Question) -> Worded:
    name, _, fields = question.event.partition(" ")
    shape = _shapes().get(name)
    if shape is None:
        raise _gone()
    return shape.validate_json(fields)
