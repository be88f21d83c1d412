"""The two forms about the matrix: one person for a level, and all of it as text."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.escalations.commands import ALL
from handlers.escalations.matrix import LEVELS, SEVERITIES
from handlers.escalations.standing import Standing
from handlers.escalations.written import LONGEST_MATRIX
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Field, Form, Option

BOTH = "both companies; your own level 3 only your company"
MOST_PEOPLE = 90


def text_form(standing: Standing, text: str) -> Form:
    """The whole matrix as YAML; empty is the usual one again."""
    return Form(
        action="escalation.kept",
        title="Edit escalation",
        submit="Save matrix",
        fields=(
            Field(
                "matrix",
                "Who is brought in when",
                "text",
                hint="Names, or owner, deputy, executive. Empty: the usual one",
                required=False,
                initial=text,
                longest=LONGEST_MATRIX,
            ),
        ),
        visible_to=BOTH,
        intro="Both companies read what changed of their part. Issues under way follow it at once; nobody is told twice.",
        hidden=standing.value,
    )


def person_form(standing: Standing, people: Sequence[Option]) -> Form:
    """Somebody for a level; which company they answer for follows from who they are."""
    levels = {2: "Level 2", 3: f"Level 3 (of {standing.names[Side.CLIENT][:40]}: visible to your company only)"}
    severities = tuple(Option(str(each), f"Severity {each}") for each in SEVERITIES)
    return Form(
        action="escalation.named",
        title="Name somebody",
        submit="Save",
        fields=(
            Field(
                "level",
                "Level",
                "choice",
                initial="2",
                options=tuple(Option(str(each), levels[each][:75]) for each in LEVELS),
            ),
            Field("severity", "For", "choice", initial="1", options=(*severities, Option(ALL, "All severities"))),
            Field(
                "after",
                "How long past its time",
                hint="Empty: as it is now. Or 30 minutes, 4 hours, 2 days: working time; severity 1 day and night",
                required=False,
                longest=40,
            ),
            Field("person", "Who is brought in", "person", options=tuple(people[:MOST_PEOPLE])),
            Field("deputy", "While they are away", "person", required=False, options=tuple(people[:MOST_PEOPLE])),
        ),
        visible_to=BOTH,
        intro="Somebody of either company. For more at once, use Edit as text.",
        hidden=standing.value,
    )
