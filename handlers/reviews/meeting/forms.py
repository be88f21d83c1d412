"""The small forms of a meeting: a line, a decision, a risk, and what is told of a review afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.reviews.meeting.commands import EXAMPLES
from handlers.reviews.meeting.wording import LONGEST, Kind
from handlers.reviews.standing import Standing
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Field, Form, Option
from storage.models.person import Person

BOTH = "both companies"
_SHOWN = {
    Kind.AGENDA: ("review.line.add", "Add an agenda line", "Add line", "What should we talk about?"),
    Kind.DECISION: ("review.decided", "A decision", "Keep decision", "What was decided?"),
    Kind.RISK: ("review.risked", "A risk", "Keep risk", "What could go wrong?"),
}


def line_form(kind: Kind, standing: Standing, others: Sequence[Standing] = ()) -> Form:
    """One input; where several reviews are ahead, which one it is for."""
    action, title, submit, label = _SHOWN[kind]
    fields: tuple[Field, ...] = (
        Field("words", label, "text", hint=f"One line is enough. Example: {EXAMPLES[kind]}", longest=LONGEST),
    )
    if others:
        options = tuple(Option(str(each.id), _named(each)) for each in (standing, *others))
        fields = (*fields, Field("review", "For which review", "choice", initial=str(standing.id), options=options))
    return Form(action, title, submit, fields, BOTH, _named(standing), str(standing.id))


def held_form(standing: Standing, people: Sequence[Person]) -> Form:
    """A review that was held without the bot."""
    options = tuple(
        Option(str(each.id), f"{each.name} ({standing.name(Side(each.side))})")
        for each in people
        if each.id is not None
    )
    hint = "One a line. Example: Refund calls go to the second line from Monday"
    fields: tuple[Field, ...] = (
        Field("decisions", "What was decided?", "text", hint, required=False),
        Field("present", "Who was there?", "choices", required=False, options=options),
    )
    return Form("review.was_held.tell", "It was held", "Post minutes", fields, BOTH, _named(standing), str(standing.id))


def _named(standing: Standing) -> str:
    return f"{standing.series.name} with {standing.provider.name}, {standing.day(standing.review.starts_at)}"
