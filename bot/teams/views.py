"""What a person sees in place of a card after they pressed something in it: the card of the invoke's response.

Only they see it, until the message itself is edited. Every such card has a way on: back to the card as it stands now (verb
"card.show"), to Home ("home.refresh") or, where nothing stood before, to one's Home ("home.show"). None is ever empty: Teams
would send the press again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.plain import plain
from bot.teams.buttons import HOME, Origin, row, way_back
from bot.teams.forms import adaptive_form
from bot.teams.home import home
from bot.teams.limits import Json
from bot.teams.render import Frame, document, framed
from bot.teams.text import said, small
from handlers.vocabulary.outgoing import Answer, AnyCard, Form, Tone

NOT_SAVED = "Not saved: the database did not answer in time. Please try again in a moment."
OLDER = "This belongs to an older card: what it was about has changed since. Here is how it stands now."
GONE = "This belongs to an older card, which is not there any more."
DONE = "Done."
NOT_DONE = "Not done yet:"
ONLY_YOU = "Only you see this."


@dataclass(frozen=True, slots=True)
class Spot:
    """The card in which somebody pressed, and who it is.

    ``key`` is ``data.card`` of the press: the card's key in the outbox, "home", or "" for one that is in neither; ``at`` is
    ``data.at``. ``in_channel``: the message stands in a channel, where others see something else. ``users`` are the "29:…" ids
    for which Home refreshes itself.
    """

    key: str = ""
    at: str = ""
    in_channel: bool = False
    users: tuple[str, ...] = ()


def shown(current: AnyCard | None, spot: Spot) -> Json:
    """The card as it stands now: what "card.show" and Home's refresh answer."""
    return _current(current, spot, "") if current else _alone(GONE, spot, Tone.WARN)


def answered(
    answer: Answer,
    current: AnyCard | None,
    spot: Spot,
    *,
    form: Form | None = None,
    values: Mapping[str, str] | None = None,
) -> Json:
    """The card that answers a press or a form.

    ``current`` is the card named by ``spot.key`` after what was done (for "home" the Home of that person), None where there is
    none. ``form`` and ``values`` are what was sent in (``forms.sent``): with problems the form comes back, each problem at its
    field and everything typed still there. A form in the answer comes before its card, and a card before the present one.
    """
    if answer.problems:
        return _problems(answer.problems, spot, form, values or {})
    repeated = answer.card is not None and answer.done in plain(answer.card)
    above = (said(answer.done),) if answer.done and not repeated else ()
    if answer.form is not None:
        return _form(answer.form, spot, above=above)
    if answer.card is not None:
        return framed(answer.card, Frame(_origin(spot), above, _private(spot), way_back(_origin(spot))))
    if current is not None:
        return _current(current, spot, answer.done)
    return _alone(answer.done or DONE, spot, Tone.GOOD)


def not_saved(spot: Spot, *, form: Form | None = None, values: Mapping[str, str] | None = None) -> Json:
    """Nothing was done: a form stays as it was filled in, anything else says so and leads back."""
    if form is None:
        return _alone(NOT_SAVED, spot, Tone.BAD)
    return _form(form, spot, values=values, above=(said(NOT_SAVED, Tone.BAD),))


def older(current: AnyCard | None, spot: Spot) -> Json:
    """What was pressed is not there any more: the card as it stands now, with the reason on top."""
    return _current(current, spot, OLDER, Tone.WARN) if current else _alone(GONE, spot, Tone.WARN)


def _current(current: AnyCard, spot: Spot, words: str, tone: Tone = Tone.GOOD) -> Json:
    above = (said(words, tone),) if words else ()
    if spot.key == HOME:
        return home(current, spot.users, at=spot.at, above=above)
    return framed(current, Frame(_origin(spot), above))


def _alone(words: str, spot: Spot, tone: Tone, rest: tuple[Json, ...] = ()) -> Json:
    """Words with no card to stand on, and the way back."""
    origin = _origin(spot)
    return document([said(words, tone), *rest], row((), origin, way_back(origin)), words, spot.key)


def _problems(problems: Mapping[str, str], spot: Spot, form: Form | None, values: Mapping[str, str]) -> Json:
    """Without the form, what was typed is shown, so that it can be copied."""
    if form is not None:
        return _form(form, spot, problems=problems, values=values)
    lines = tuple(said(problem, Tone.BAD) for problem in problems.values())
    typed = tuple(small(f"You had typed: {value}") for value in values.values() if value)
    return _alone(NOT_DONE, spot, Tone.BAD, (*lines, *typed))


def _form(
    form: Form,
    spot: Spot,
    *,
    problems: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    above: tuple[Json, ...] = (),
) -> Json:
    place = _origin(spot)
    return adaptive_form(
        form, problems=problems, values=values, key=place.key, at=place.at, in_channel=spot.in_channel, above=above
    )


def _origin(spot: Spot) -> Origin:
    return Origin(spot.key, spot.at)


def _private(spot: Spot) -> tuple[Json, ...]:
    return (small(ONLY_YOU),) if spot.in_channel else ()
