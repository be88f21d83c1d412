"""How a request finds its handler: who asks, what they may, and the shape of a handler.

A handler is ``handler(command, asker, uow, now) -> Answer``: synchronous, no network, one transaction, time as an argument.
What cannot be parsed raises ``Invalid`` with a problem for each field; what is refused raises ``Declined`` with the way out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from handlers.vocabulary.address import Account, Place, Side
from handlers.vocabulary.outgoing import Answer, Button

CHOICES = 5
"""How many providers are offered as buttons; more are a list to choose from."""


class Who(StrEnum):
    """Who may do something."""

    ANYONE = "anyone"
    CLIENT = "people of the client"
    MANAGER = "managers"


@dataclass(frozen=True, slots=True)
class Asker:
    """The person who asks and where: ids of our own records, never platform payloads.

    ``programme_ids`` is what the place is bound to (usually one). ``internal`` is true where only the client reads.
    ``zone`` is the person's IANA zone. ``event`` identifies what they did, and is the seed of ``once`` keys.
    """

    person_id: int
    name: str
    side: Side
    role: str
    zone: str
    country: str
    account: Account
    installation_id: int
    event: str
    place: Place | None = None
    programme_ids: tuple[int, ...] = ()
    internal: bool = False
    direct: bool = False
    confirmed: bool = True
    """False while the platform has not said yet whether somebody new in the client's workspace is a guest from elsewhere."""
    message: str | None = None
    thread: str | None = None
    chosen: int | None = None
    """The programme they chose when they were asked which one they mean: it goes before whatever else was said."""
    series: int | None = None
    """The review series they chose when they were asked which one they mean; it is of the programme ``chosen``."""
    gone: bool = False
    """True for somebody who was noted as having left: they may do nothing any more."""

    @property
    def manages(self) -> bool:
        """Whether this person may steer: a manager or an executive of the client."""
        return self.side is Side.CLIENT and self.role in {"manager", "executive"}


@dataclass(frozen=True, slots=True)
class Raw:
    """What reached a route, still as text: a form's values, a button's value, the words after a verb.

    ``value`` is a button's value; ``hidden`` what a form carried; ``words`` what was typed after the verb; ``quoted`` and
    ``quoted_ref`` the message a shortcut was used on. ``mention`` is true where the bot was mentioned, and no form can be opened.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    value: str = ""
    hidden: str = ""
    words: str = ""
    quoted: str = ""
    quoted_ref: str = ""
    mention: bool = False


class Invalid(Exception):
    """Some of what was entered could not be read. ``problems``: field name -> what was read and an example."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {problem}" for name, problem in problems.items()))
        self.problems = {name: _sentence(name, problem) for name, problem in problems.items()}


def _sentence(name: str, problem: str) -> str:
    """A problem as it stands at its field, where the field's own name in front would only be technical."""
    said = problem[len(name) + 2 :] if problem.casefold().startswith(f"{name.casefold()}: ") else problem
    return said[:1].upper() + said[1:]


class Declined(Exception):
    """Understood, but it cannot be done. ``why`` says so in a sentence; ``buttons`` offer the next step."""

    def __init__(self, why: str, *buttons: Button) -> None:
        super().__init__(why)
        self.why = why
        self.buttons = buttons


class WhichProvider(Declined):
    """Understood but for whom it is meant: ``choices`` are the ids and names of the programmes it can be, and ``again`` the
    action to which a button leads that carries nothing but such an id."""

    def __init__(self, why: str, again: str, choices: Sequence[tuple[int, str]]) -> None:
        buttons = [Button(again, name, str(programme_id)) for programme_id, name in choices[:CHOICES]]
        super().__init__(why, *buttons)
        self.again = again
        self.choices = tuple(choices)


class WhichReview(WhichProvider):
    """Understood but for which of a programme's review series it is meant: ``choices`` are their ids and names."""

    def __init__(self, why: str, again: str, programme_id: int, choices: Sequence[tuple[int, str]]) -> None:
        super().__init__(why, again, choices)
        self.programme_id = programme_id


def allowed(who: Who, asker: Asker) -> bool:
    """Whether this person may do what is for ``who``."""
    return {Who.ANYONE: True, Who.CLIENT: asker.side is Side.CLIENT, Who.MANAGER: asker.manages}[who]


C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Route(Generic[C]):
    """One row of the table of contents: the action's name, how its input becomes a command, its handler, who may."""

    action: str
    parse: Callable[[Raw, Asker], C]
    handle: Callable[[C, Asker, Any, Any], Answer]
    who: Who = Who.ANYONE


@dataclass(frozen=True, slots=True)
class Verb:
    """A word after the root command. ``action`` is the route it leads to; ``help`` one line saying what it is good for.

    A ``silent`` verb works and is not listed in help: at most ten are shown.
    """

    word: str
    action: str
    help: str
    who: Who = Who.ANYONE
    synonyms: tuple[str, ...] = ()
    group: str = ""
    silent: bool = False
