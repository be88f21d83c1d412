"""The verb ``review``: without words it shows the state, with words it does what they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from handlers import places
from handlers.calendar import parse_day, wall_of
from handlers.calendar.cadence import plain_clock
from handlers.reviews.meeting import adding
from handlers.reviews.meeting import handler as meeting
from handlers.reviews.meeting.commands import OneReview
from handlers.reviews.planning import Coming
from handlers.reviews.series import arranging, holding, when
from handlers.reviews.series import cards as series_cards
from handlers.reviews.series import forms as series_forms
from handlers.reviews.series import handler as series
from handlers.reviews.series.commands import AskReviews, OneOccasion, OneSeries
from handlers.reviews.series.standing import SeriesStanding, may_arrange, may_manage, standing_of
from handlers.reviews.sides import sides_of
from handlers.reviews.templates import NAMES
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined, Invalid, WhichReview
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

AGAIN = "review.list"
MOVE_EXAMPLE = "`review move friday 15:00 because half of us travel`"
_REASON = re.compile(
    r"(?:\s+because:?\s+(?!of\b)|\s+(?=because\s+of\b)|\s*[:;]\s+|\s+-{1,2}\s+)(?P<reason>.+)$", re.I | re.S
)
KNOWN = "After `review` I know dates, calendar, move, skip, add, begin and end."
_TIME = re.compile(
    r"(?:(?:\s+|^)(?:at\s+)?(?P<time>\d{1,2}:\d{2}\s*(?:am|pm)?|\d{1,2}\s*(?:am|pm))|\s+(?:at\s+)?(?P<point>\d{1,2}\.\d{2}))$",
    re.I,
)
_LEAD = re.compile(r"^(?:the\s+)?(?:next\s+(?:one|review)\s*)?(?:to|on)?\s+", re.I)

Asking = Callable[[str, AskReviews, Asker, UnitOfWork, datetime], Answer]


def ask(command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """What the verb does: the first word says what, the others how. Words that name nothing known are answered with the
    state."""
    first, _, rest = _verb_first(command.words).partition(" ")
    does = WORDS.get(first.casefold())
    if does is not None:
        return does(rest.strip(), command, asker, uow, now)
    try:
        return show(AskReviews("", command.words or command.programme, command.mention), asker, uow, now)
    except Declined as problem:
        if not command.words:
            raise
        raise Declined(f"{KNOWN} {problem.why}", *problem.buttons) from problem


def knowing(words: Mapping[str, Asking]) -> Callable[[AskReviews, Asker, UnitOfWork, datetime], Answer]:
    """The verb with more first words than this room can answer by itself."""

    def answered(command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        first, _, rest = command.words.strip().partition(" ")
        does = words.get(first.casefold())
        if does is None:
            return ask(command, asker, uow, now)
        return does(rest.strip(), command, asker, uow, now)

    return answered


def _verb_first(words: str) -> str:
    """ "weekly move friday" is "move weekly friday": people name the review first, too."""
    kind, _, rest = words.partition(" ")
    verb, _, last = rest.strip().partition(" ")
    if kind.casefold() in NAMES and verb.casefold() in WORDS:
        return f"{verb} {kind} {last}"
    return words


def show(command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Which reviews there are, the soonest first, each with its next date in both zones and what can be done about it."""
    programme = places.the_programme(asker, uow, command.programme, again=AGAIN)
    standings = _standings(programme, uow, now)
    name = places.programme_name(uow, programme)
    assert programme.id is not None
    hint = "" if standings else _suggestion(programme, uow, now)
    return Answer(card=series_cards.state_card(standings, name, programme.id, manage=asker.manages, suggestion=hint))


def _suggestion(programme: Programme, uow: UnitOfWork, now: datetime) -> str:
    provider = uow.providers.provider(programme.provider_id)
    assert provider is not None
    sides = sides_of(programme, provider, uow)
    return f"{when.hint(*when.suggested(sides, series_forms.USUAL_MINUTES, now), sides)}."


def _set_up(rest: str, command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """ "new", "new Northwind", or with what it will be: "new monthly second tuesday 10:00"."""
    may_manage(asker)
    kind, words = when.kind_first(rest)
    if kind or when.CLOCK.search(words):
        return series.ask(AskReviews(), asker, uow, now, kind, words)
    return series.ask(AskReviews("", rest), asker, uow, now)


def _dates(rest: str, command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    standing, _ = _one(rest, "review.dates", asker, uow, now)
    return Answer(card=series_cards.dates_card(standing, manage=asker.manages))


def _move(rest: str, command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """ "move friday 15:00 because we travel": without a time it stays the same, without a day the form asks."""
    standing, words = _one(rest, "review.move", asker, uow, now)
    each = _next(standing)
    may_arrange(standing.series, asker, uow)
    words, reason = _split(f" {words}", _REASON, "reason")
    day, at = _split(_LEAD.sub("", plain_clock(words)).strip(), _TIME, "time", "point")
    if not day and not at:
        return arranging.move_form(OneOccasion(series_forms.occasion_of(each, standing)), asker, uow, now)
    wall = arranging.read_wall(day or each.held.date().isoformat(), at or f"{each.held:%H:%M}", standing, now)
    problem = arranging.refused(wall, each, standing, uow, now)
    if problem:
        raise Invalid({"day": f"{problem}. Write for example {MOVE_EXAMPLE}"})
    unusual = arranging.unusual_about(wall, standing)
    if unusual:
        value = str(series_forms.occasion_of(each, standing, proposed=wall))
        raise Declined(f"{' '.join(unusual)} Nothing is moved yet.", Button("review.move", "Move it anyway", value))
    return arranging.move(standing, each, wall, " ".join(reason.split()), asker, uow, now)


def _skip(rest: str, command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """ "skip because of the training": without a reason the form asks for it."""
    standing, words = _one(rest, "review.skip", asker, uow, now)
    each = _next(standing)
    may_arrange(standing.series, asker, uow)
    reason = " ".join(
        re.sub(
            r"^(?:the\s+)?next(?:\s+(?:one|review))?\b|^because\b(?!\s+of\b)|^[:;-]+", "", words.strip(), flags=re.I
        ).split()
    )
    reason = re.sub(r"^because\s+(?!of\b)", "", reason, flags=re.I)
    if not reason:
        return arranging.skip_form(OneOccasion(series_forms.occasion_of(each, standing)), asker, uow, now)
    return arranging.skip(standing, each, reason, asker, uow, now)


def _unskip(rest: str, command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """ "unskip", or "unskip 5 march" where several were left out."""
    standing, words = _one(rest, series_cards.HOLD, asker, uow, now)
    words = _LEAD.sub("", f" {words}").strip()
    try:
        day = parse_day(words, wall_of(now, standing.sides.anchor).date(), field="day") if words else None
    except ValueError as problem:
        raise Invalid({"day": str(problem)}) from problem
    return holding.hold_one(standing, day, asker, uow, now)


def _cancel(rest: str, command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """One of them, or all: asked, never guessed."""
    standing, _ = _one(rest, "review.dates", asker, uow, now)
    each = _next(standing)
    may_arrange(standing.series, asker, uow)
    buttons = [Button("review.skip", "Only the next one", str(series_forms.occasion_of(each, standing)))]
    if asker.manages:
        buttons.append(Button("review.end_series", "The whole series", standing.value, "danger"))
    raise Declined(f"“{standing.series.name}”: only the next one, or the whole series?", *buttons)


def _edit(rest: str, command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    standing, _ = _one(rest, "review.edit", asker, uow, now)
    return series.edit_form(OneSeries(standing.id), asker, uow, now)


def _agenda(rest: str, command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    standing, _ = _one(rest, "review.agenda.edit", asker, uow, now)
    return series.agenda_form(OneSeries(standing.id), asker, uow, now)


def _add(rest: str, command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    return adding.add_words(rest, command.mention, asker, uow, now)


def _begin(rest: str, command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    standing, _ = _one(rest, "review.begin", asker, uow, now)
    rows = uow.reviews.ahead_of(standing.series.programme_id)
    due = next((row.id for row in rows if row.series_id == standing.id), None)  # also one whose time has just gone by
    return meeting.begin(OneReview(due or 0), asker, uow, now)


def _end(rest: str, command: AskReviews, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The review that is under way is over. Where several are, the one that was named; else it is asked which."""
    programme = places.the_programme(asker, uow, again=AGAIN)
    assert programme.id is not None
    running = [row for row in uow.reviews.ahead_of(programme.id) if row.state == "under way"]
    if not running:
        raise Declined(
            "No review is under way. To end a whole series, write `review cancel`.", Button(AGAIN, "Reviews")
        )
    names = {each.id: each for each in _standings(programme, uow, now)}
    named = [row for row in running if row.series_id in names and _without_name(names[row.series_id], rest) is not None]
    if len(running) > 1 and len(named) != 1:
        buttons = [Button("review.end", names[row.series_id].series.name, str(row.id)) for row in running]
        raise Declined("Several reviews are under way. Which one is over?", *buttons)
    return meeting.end(OneReview((named or running)[0].id or 0), asker, uow, now)


WORDS: dict[str, Asking] = {
    **dict.fromkeys(("setup", "set-up", "new", "create"), _set_up),
    **dict.fromkeys(("dates", "preview", "next"), _dates),
    **dict.fromkeys(("move", "postpone", "reschedule"), _move),
    "skip": _skip,
    **dict.fromkeys(("unskip", "reinstate"), _unskip),
    "cancel": _cancel,
    **dict.fromkeys(("edit", "change"), _edit),
    **dict.fromkeys(("agenda", "template"), _agenda),
    **dict.fromkeys(("add", "line"), _add),
    **dict.fromkeys(("begin", "start"), _begin),
    **dict.fromkeys(("end", "finish", "close"), _end),
}
"""The first word after the verb, and what it does."""


def _standings(programme: Programme, uow: UnitOfWork, now: datetime) -> list[SeriesStanding]:
    assert programme.id is not None
    found = [standing_of(each, uow, now) for each in uow.series.of(programme.id)]
    return sorted(found, key=lambda each: (each.next is None, each.next.at if each.next else each.series.created_at))


def _one(words: str, action: str, asker: Asker, uow: UnitOfWork, now: datetime) -> tuple[SeriesStanding, str]:
    """The series that is meant by the place and by its name or kind in front of the words, and the words that are left.

    Raises ``Declined`` with a button for each series when several could be meant; the buttons lead to ``action``.
    """
    programme = places.the_programme(asker, uow, again=AGAIN)
    standings = _standings(programme, uow, now)
    if not standings:
        buttons = (Button(series_cards.SETUP, "Set up a review", str(programme.id)),) if asker.manages else ()
        raise Declined("No reviews are set up here yet.", *buttons)
    named = [(each, rest) for each in standings if (rest := _without_name(each, words)) is not None]
    if len(named) == 1:
        return named[0]
    if len(standings) == 1:
        return standings[0], words
    chosen = [each for each in standings if each.id == asker.series]
    if chosen:
        return chosen[0], words
    if words:  # what was said goes on with the one they choose
        raise WhichReview(
            "Which review?", action, programme.id or 0, [(each.id, each.series.name) for each in standings]
        )
    raise Declined("Which review?", *(Button(action, each.series.name, _value(each, action)) for each in standings))


def _value(standing: SeriesStanding, action: str) -> str:
    """What a button for this series carries: the next occurrence where the action is about one."""
    upcoming = standing.next
    if action in ("review.move", "review.skip") and upcoming is not None:
        return str(series_forms.occasion_of(upcoming, standing))
    if action == "review.begin" and upcoming is not None:
        return str(upcoming.review_id or "")
    return str(standing.id)


def _without_name(standing: SeriesStanding, words: str) -> str | None:
    """The words after the series' name, its template or its kind; None when they do not begin with one."""
    said = re.sub(r"^the\s+", "", words.strip(), flags=re.I)
    for name in (standing.series.name, NAMES[standing.series.template], standing.series.template):
        if re.match(rf"{re.escape(name)}(?!\w)", said, re.I):
            return re.sub(r"^\s*(?:review|one)\b", "", said[len(name) :], flags=re.I).strip()
    return None


def _next(standing: SeriesStanding) -> Coming:
    """The next one that nobody has begun yet."""
    upcoming = next((each for each in standing.coming if each.state == "planned"), None)
    if upcoming is None:
        why = f" {standing.cut_short}" if standing.cut_short else ""
        raise Declined(f"Nothing is planned in “{standing.series.name}”.{why}", Button(AGAIN, "Reviews"))
    return upcoming


def _split(words: str, pattern: re.Pattern[str], *names: str) -> tuple[str, str]:
    found = pattern.search(words)
    if found is None:
        return words.strip(), ""
    return words[: found.start()].strip().rstrip(","), next(found[name] for name in names if found[name]).strip()
