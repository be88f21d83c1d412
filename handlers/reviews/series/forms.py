"""The forms about series: setting one up, editing it and its agenda, moving and leaving out an occurrence, ending it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.reviews import planning
from handlers.reviews.planning import Coming
from handlers.reviews.series import preview, when
from handlers.reviews.series.commands import (
    LONGEST_LINK,
    LONGEST_NAME,
    LONGEST_REASON,
    Occasion,
)
from handlers.reviews.series.standing import SeriesStanding
from handlers.reviews.sides import Sides
from handlers.reviews.templates import AGENDAS_LENGTH, LONGEST_AGENDA, NAMES, SECTIONS, template, template_text
from handlers.vocabulary.outgoing import Field, Form, Option

BOTH = "both companies"
LENGTHS = (15, 30, 45, 60, 90, 120)
USUAL_MINUTES = 30
LONGEST_WHEN = 100


def setup_form(sides: Sides, programme_id: int, ahead_days: int, now: datetime, kind: str = "", said: str = "") -> Form:
    """A new series: what, when, how long, where, and how early the agenda comes. ``kind`` (of ``NAMES``) and ``said``, the
    words for when it is, are what was typed with the verb."""
    day, found = when.suggested(sides, USUAL_MINUTES, now)
    return Form(
        action="review.set_up",
        title="Set up a review",
        submit="Set up review",
        fields=(
            Field(
                "template",
                "Which review",
                "choice",
                initial=kind or when.USUAL_KIND,
                options=tuple(Option(name, template(name).title) for name in NAMES),
            ),
            Field(
                "when",
                "When",
                hint=f"{when.hint(day, found, sides)}. Monthly: second {day} {found[0].start:%H:%M}, or last working day",
                initial=said[:LONGEST_WHEN] or f"{when.first_day(kind, day)} {found[0].start:%H:%M}",
                longest=LONGEST_WHEN,
            ),
            _minutes(None),
            _link(""),
            _ahead(ahead_days),
        ),
        visible_to=BOTH,
        intro=f"With {sides.names[sides.anchor_side.other]}. Times are by the clock in {sides.anchor.key}.",
        hidden=str(programme_id),
    )


def edit_form(standing: SeriesStanding) -> Form:
    """Name, rhythm, length, link and clock of a series that stands."""
    series = standing.series
    return Form(
        action="review.edited",
        title="Edit review series",
        submit="Save",
        fields=(
            Field("name", "Name", initial=series.name, longest=LONGEST_NAME),
            Field(
                "when",
                "When",
                initial=planning.cadence_of(series).words(),
                hint="By the clock below",
                longest=LONGEST_WHEN,
            ),
            _minutes(series.minutes),
            _link(series.link),
            Field(
                "zone", "Clock", initial=series.anchor_zone, hint="A time zone, for example Europe/London", longest=60
            ),
        ),
        visible_to=BOTH,
        intro="Another rhythm counts from the next review on. Both companies see what changed.",
        hidden=standing.value,
    )


def agenda_form(standing: SeriesStanding) -> Form:
    """The agenda as YAML."""
    series = standing.series
    return Form(
        action="review.agenda.kept",
        title="Edit agenda",
        submit="Save agenda",
        fields=(
            Field(
                "agenda",
                "Agenda",
                "text",
                hint=f"A section ({', '.join(SECTIONS)}) or something to ask. Empty: as it came",
                required=False,
                initial=series.agenda or template_text(series.template),
                longest=LONGEST_AGENDA,
            ),
            _ahead(series.ahead_days),
        ),
        visible_to=BOTH,
        intro="This counts for later agendas only; one that is posted stays as it is.",
        hidden=standing.value,
    )


def move_form(
    standing: SeriesStanding, chosen: Coming, to: datetime, *, unusual: Sequence[str] = (), reason: str = ""
) -> Form:
    """Another moment for one occurrence. ``to`` is the naive wall time to begin with; ``unusual`` is what they have to know
    before they say it again."""
    asked = bool(unusual)
    return Form(
        action="review.moved",
        title="Move a review",
        submit="Move it anyway" if asked else "Move it",
        fields=(
            _which(standing, chosen),
            Field("day", "Day", "date", initial=to.date().isoformat()),
            Field("time", "Time", "time", initial=f"{to:%H:%M}", hint=f"By the clock in {standing.series.anchor_zone}"),
            Field("reason", "Why", required=False, initial=reason, hint="Both sides read it", longest=LONGEST_REASON),
        ),
        visible_to=BOTH,
        intro=" ".join((*unusual, "Send it again if you mean it.")) if asked else f"“{standing.series.name}”",
        hidden=str(occasion_of(chosen, standing, proposed=to if asked else None)),
    )


def skip_form(standing: SeriesStanding, chosen: Coming) -> Form:
    """Leave one out, and why."""
    return Form(
        action="review.skipped",
        title="Skip a review",
        submit="Skip it",
        fields=(
            _which(standing, chosen),
            Field(
                "reason",
                "Why",
                hint="Both sides read it. Example: half of us are at the training",
                longest=LONGEST_REASON,
            ),
        ),
        visible_to=BOTH,
        intro=f"“{standing.series.name}” goes on with the one after it.",
        hidden=str(occasion_of(chosen, standing)),
    )


def end_form(standing: SeriesStanding) -> Form:
    """The whole series is over, and why."""
    return Form(
        action="review.ended",
        title="End the series",
        submit="End series",
        fields=(
            Field(
                "reason",
                "Why",
                hint="Both sides read it. Example: the monthly one covers it now",
                longest=LONGEST_REASON,
            ),
        ),
        visible_to=BOTH,
        intro=f"No more of “{standing.series.name}”. What was decided in it stays.",
        hidden=standing.value,
    )


def occasion_of(each: Coming, standing: SeriesStanding, proposed: datetime | None = None) -> Occasion:
    """What a button or a choice about an occurrence carries."""
    return Occasion(standing.id, each.planned_wall, None, each.version, proposed)


def _which(standing: SeriesStanding, chosen: Coming) -> Field:
    held = [each for each in standing.coming if each.is_held]
    shown = held if any(each.planned_wall == chosen.planned_wall for each in held) else [chosen, *held]
    options = tuple(
        Option(
            str(occasion_of(each, standing)),
            preview.occasion(each, standing.sides, year=preview.later_year(each, shown))[:75],
        )
        for each in shown
    )
    return Field("which", "Which one", "choice", initial=str(occasion_of(chosen, standing)), options=options)


def _minutes(minutes: int | None) -> Field:
    """How long; None for a new one, which takes its agenda's length unless somebody chooses another."""
    lengths = sorted({*LENGTHS, *(() if minutes is None else (minutes,))})
    options = tuple(Option(str(each), f"{each} minutes") for each in lengths)
    if minutes is None:
        lasts = ", ".join(f"{NAMES[name]} {template(name).minutes}" for name in NAMES)
        own = Option(AGENDAS_LENGTH, "as its agenda says")
        hint = f"The agendas' minutes: {lasts}"
        return Field("minutes", "How long", "choice", hint, initial=AGENDAS_LENGTH, options=(own, *options))
    return Field("minutes", "How long", "choice", initial=str(minutes), options=options)


def _link(link: str) -> Field:
    hint = "Where you meet, for example https://meet.example.com/abc"
    return Field("link", "Meeting link", required=False, initial=link, hint=hint, longest=LONGEST_LINK)


def _ahead(days: int) -> Field:
    counted = sorted({0, 1, 2, 3, 4, 5, days})
    options = tuple(Option(str(each), _days(each)) for each in counted)
    return Field("ahead", "Agenda comes", "choice", initial=str(days), options=options)


def _days(days: int) -> str:
    if days == 0:
        return "the same morning"
    return "one working day before" if days == 1 else f"{days} working days before"
