"""What may be asked of improvement plans, parsed once from what was typed, pressed or filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from handlers.improvements.rules import MOST_HOLD, USUAL_HOLD
from handlers.records.forms import LONGEST_TITLE, read_owner, read_reason, read_words
from handlers.records.record import read_value
from handlers.vocabulary.route import Asker, Declined, Invalid, Raw

VERB = "plan"
"""What to type to see the plans there are."""
NO_METRIC = "none"
"""The choice of a plan for a problem that no figure shows."""
_NUMBER = re.compile(r"(?:plan\s+)?#?(\d{1,9})", re.I)
_NEW = re.compile(r"(?:new|add|draft)\b\s*(?P<title>.*)", re.I | re.S)


@dataclass(frozen=True, slots=True)
class AskPlan:
    """The verb: the plans there are, one by its number, or a new one (``title``, None when none is asked for)."""

    words: str = ""
    number: int | None = None
    title: str | None = None

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Nothing to refuse here: what is not understood is answered with the plans there are."""
        words = raw.words.strip()
        number, new = _NUMBER.fullmatch(words), _NEW.fullmatch(words)
        return cls(
            words, None if number is None else int(number[1]), None if new is None else " ".join(new["title"].split())
        )


@dataclass(frozen=True, slots=True)
class NewPlan:
    """The button that opens an empty plan: for a programme's id, or "", and about a metric, or ""."""

    programme: str = ""
    metric: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From "<programme>:<metric>", a programme's id, or nothing."""
        programme, _, metric = raw.value.strip().partition(":")
        return cls(programme, metric)


@dataclass(frozen=True, slots=True)
class Goal:
    """What a plan wants: the metric's id ("" for none), the target as written, for how many periods it has to hold."""

    metric: str
    target: str
    hold: int

    @classmethod
    def read(cls, values: Mapping[str, str], problems: dict[str, str]) -> Self:
        """From a form's values; what is wrong is put into ``problems``."""
        metric, hold = values.get("metric", "").strip(), values.get("hold", "").strip() or str(USUAL_HOLD)
        if not metric:
            problems["metric"] = "Nothing is chosen. Choose the figure that shows the problem, or no figure"
        if not hold.isdecimal() or not 1 <= int(hold) <= MOST_HOLD:
            problems["hold"] = (
                f"{hold!r} is not a number from 1 to {MOST_HOLD}. Give a number of periods, for example 4"
            )
            hold = "1"
        target = values.get("target", "").strip()
        if metric == NO_METRIC and target:
            problems["target"] = (
                f"{target!r} needs a figure that reaches it. Choose the figure, or leave the target empty"
            )
        return cls("" if metric == NO_METRIC else metric, target, int(hold))


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """A filled-in first page of a plan."""

    problem: str
    cause: str
    goal: Goal
    programme: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` with a problem for each field that could not be read."""
        problems: dict[str, str] = {}
        problem, cause = read_words(raw.values, "problem", problems), read_words(raw.values, "cause", problems)
        if not problem:
            problems["problem"] = "This is empty. Say what goes wrong, for example: Service level fell under 80 %"
        goal = Goal.read(raw.values, problems)
        if problems:
            raise Invalid(problems)
        return cls(problem, cause, goal, raw.hidden.strip())


@dataclass(frozen=True, slots=True)
class OnePlan:
    """A button about one plan, drawn when it had this ``version`` (None: any will do), and a form's ``words``."""

    plan_id: int
    version: int | None = None
    words: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's "<id>:<version>"."""
        return cls(*read_value(raw.value, VERB))

    @classmethod
    def parse_reason(cls, raw: Raw, asker: Asker) -> Self:
        """From a form whose one field, "reason", has to say something. Raises ``Invalid`` when it is empty."""
        return cls(*read_value(raw.hidden, VERB), read_reason(raw))

    @classmethod
    def parse_kept(cls, raw: Raw, asker: Asker) -> Self:
        """From the form of intended actions: the ids of those that stay, parted by commas; none may stay."""
        return cls(*read_value(raw.hidden, VERB), raw.values.get("keep", ""))

    @classmethod
    def parse_milestones(cls, raw: Raw, asker: Asker) -> Self:
        """From the form of milestones, which may be emptied."""
        return cls(*read_value(raw.hidden, VERB), raw.values.get("milestones", "").strip())


@dataclass(frozen=True, slots=True)
class EditWords:
    """What a plan says in words."""

    plan_id: int
    version: int | None
    title: str
    problem: str
    cause: str
    containment: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` with a problem for each field that could not be read."""
        problems: dict[str, str] = {}
        title = _title(raw.values, "Service level under 80 %", problems)
        read = [read_words(raw.values, name, problems) for name in ("problem", "cause", "containment")]
        if not read[0] and "problem" not in problems:
            problems["problem"] = "This is empty. Say what goes wrong, for example: Service level fell under 80 %"
        if problems:
            raise Invalid(problems)
        return cls(*read_value(raw.hidden, VERB), title, *read)


@dataclass(frozen=True, slots=True)
class EditGoal:
    """What a plan wants, changed."""

    plan_id: int
    version: int | None
    goal: Goal

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` with a problem for each field that could not be read."""
        problems: dict[str, str] = {}
        goal = Goal.read(raw.values, problems)
        if problems:
            raise Invalid(problems)
        return cls(*read_value(raw.hidden, VERB), goal)


@dataclass(frozen=True, slots=True)
class AddStep:
    """An action for a plan. ``due`` is still as written, as its day depends on the owner's place."""

    plan_id: int
    version: int | None
    title: str
    owner_id: int
    due: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` with a problem for each field that could not be read."""
        problems: dict[str, str] = {}
        title, owner = _title(raw.values, "Train two groups of eight", problems), read_owner(raw.values, problems)
        if problems or owner is None:
            raise Invalid(problems)
        return cls(*read_value(raw.hidden, VERB), title, owner, raw.values.get("due", "").strip())


@dataclass(frozen=True, slots=True)
class AboutMilestone:
    """A button that says of a milestone without a figure whether it is reached."""

    milestone_id: int

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's "<id>"."""
        if not raw.value.strip().isdecimal():
            raise Declined("This button belongs to an older card. Type `plan` to see what is running.")
        return cls(int(raw.value))


def _title(values: Mapping[str, str], example: str, problems: dict[str, str]) -> str:
    title = " ".join(values.get("title", "").split())
    if not title or len(title) > LONGEST_TITLE:
        problems["title"] = f"The title has {len(title)} characters; give 1 to {LONGEST_TITLE}, for example: {example}"
    return title
