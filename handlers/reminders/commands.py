"""What the buttons of a reminder ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from handlers.vocabulary.route import Asker, Declined, Invalid, Raw

CHOICES = ("tomorrow", "3d", "week")
NOT = "not"


@dataclass(frozen=True, slots=True)
class Snooze:
    """Put one's own reminder of an item off; ``until`` is one of ``CHOICES``, "" asks which, ``NOT`` takes it back."""

    action_id: int
    until: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's "<id>" or "<id>:tomorrow". Raises ``Declined`` for anything else."""
        action_id, _, until = raw.value.strip().partition(":")
        if not action_id.isdecimal() or until not in ("", NOT, *CHOICES):
            raise Declined("This button belongs to an older card. Ask for `actions` to see what is open.")
        return cls(int(action_id), until)


@dataclass(frozen=True, slots=True)
class AskWhy:
    """Why did I get this?"""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Nothing can be wrong here."""
        return cls()


@dataclass(frozen=True, slots=True)
class AskMornings:
    """How my mornings are set; ``words`` are a time, or days and a time, "" to look."""

    words: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Read by the handler, which knows what is usual where the asker lives."""
        return cls(raw.words.strip())


@dataclass(frozen=True, slots=True)
class SetMornings:
    """A filled-in form, still as written; ``days`` are short names, comma-joined."""

    time: str
    days: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` at the field that is empty."""
        values = {name: raw.values.get(name, "").strip() for name in ("time", "days")}
        examples = {"time": "08:15", "days": "Monday and Thursday"}
        empty = {
            name: f"This is empty. Give for example {examples[name]}" for name, value in values.items() if not value
        }
        if empty:
            raise Invalid(empty)
        return cls(values["time"], values["days"])


@dataclass(frozen=True, slots=True)
class PauseMornings:
    """Nothing before a day; ``words`` name it ("until monday"), "" is next Monday."""

    words: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's value or the words after the verb."""
        return cls(raw.value.strip() or raw.words.strip())


@dataclass(frozen=True, slots=True)
class WantWeekly:
    """The weekly list on or off."""

    on: bool

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's "on" or "off"."""
        return cls(raw.value.strip() != "off")


@dataclass(frozen=True, slots=True)
class AskQuiet:
    """My quiet hours; ``words`` are two times ("22:00-08:00") or "usual", "" to be asked by a form."""

    words: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's value or the words after the verb."""
        return cls(raw.value.strip() or raw.words.strip())


@dataclass(frozen=True, slots=True)
class SetQuiet:
    """A filled-in form, still as written."""

    begins: str
    ends: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` at the field that is empty."""
        values = {name: raw.values.get(name, "").strip() for name in ("begins", "ends")}
        empty = {name: "This is empty. Give for example 22:00" for name, value in values.items() if not value}
        if empty:
            raise Invalid(empty)
        return cls(values["begins"], values["ends"])
