"""What may be asked about being away: by words, by a form, by a button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from handlers.vocabulary.route import Asker, Declined, Invalid, Raw


@dataclass(frozen=True, slots=True)
class AskAway:
    """The verb: ``words`` are the days, with somebody else's mention before them or not; "" opens the form.

    ``person_id`` is whom a button is about.
    """

    words: str = ""
    mention: bool = False
    person_id: int | None = None

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Days depend on whose they are, so they are read later."""
        value = raw.value.strip()
        return cls(raw.words.strip(), raw.mention, int(value) if value.isdecimal() else None)


@dataclass(frozen=True, slots=True)
class TellAway:
    """A filled-in form. ``user`` is a platform's user id, "" for oneself; days are still as written."""

    user: str
    first: str
    last: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` at the field that is empty."""
        values = {name: raw.values.get(name, "").strip() for name in ("person", "first", "last")}
        empty = {
            name: "This is empty. Give a day, for example 2026-03-06" for name in ("first", "last") if not values[name]
        }
        if empty:
            raise Invalid(empty)
        return cls(values["person"], values["first"], values["last"])


@dataclass(frozen=True, slots=True)
class Back:
    """Somebody is back, or is not going to be away after all. ``absence_id`` None: one's own, or of who is in ``words``."""

    absence_id: int | None = None
    words: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's id, or from the words after the verb. Raises ``Declined`` for a value that is no id."""
        value = raw.value.strip()
        if value and not value.isdecimal():
            raise Declined("This button belongs to an older card. Type `back` instead.")
        return cls(int(value) if value else None, raw.words.strip())
