"""What may be asked of action items, parsed once from what was typed, pressed or filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from handlers.records.forms import read_owner, read_reason, read_title, read_visibility, read_words
from handlers.records.record import read_value
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.route import Asker, Invalid, Raw

VERB = "actions"
"""What to type to see what is open."""
_NUMBER = re.compile(r"(?:action\s+(?:item\s+)?)?#?(\d{1,9})", re.I)
_ADD = re.compile(r"(?:add|new)(?:\s+(?P<title>.+))?", re.I | re.S)


@dataclass(frozen=True, slots=True)
class AskActions:
    """The verb: lists, one item by its number, or a new item in one line (``adding``, None when none is asked for).

    ``words`` is what was typed after the verb; ``mention`` that no form can be opened.
    """

    words: str = ""
    adding: str | None = None
    number: int | None = None
    mention: bool = False

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Nothing to refuse here: what is not understood is answered with the state."""
        words = (raw.words or raw.value).strip()
        add, number = _ADD.fullmatch(words), _NUMBER.fullmatch(words)
        return cls(
            words,
            None if add is None else (add["title"] or "").strip(),
            None if number is None else int(number[1]),
            raw.mention,
        )


@dataclass(frozen=True, slots=True)
class AskForm:
    """A button that opens the form: ``issue`` or ``review`` is where it comes from, ``programme`` a chosen programme's id,
    or ""."""

    issue: int | None = None
    programme: str = ""
    review: int | None = None

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From "issue:<id>", "review:<id>", a programme's id, or nothing."""
        kind, _, number = raw.value.strip().partition(":")
        if kind == "issue" and number.isdecimal():
            return cls(issue=int(number))
        if kind == "review" and number.isdecimal():
            return cls(review=int(number))
        return cls(programme=raw.value.strip())


@dataclass(frozen=True, slots=True)
class AddAction:
    """A filled-in action item. ``due`` is still as written, as its day depends on the owner's place."""

    title: str
    owner_id: int
    due: str
    visibility: Visibility
    note: str = ""
    asked: AskForm = AskForm()
    """Where the form was opened."""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` with a problem for each field that could not be read."""
        values, problems = raw.values, dict[str, str]()
        title = checked_title(values.get("title", ""), problems)
        owner, note = read_owner(values, problems), read_words(values, "note", problems)
        visibility = read_visibility(raw, asker, problems)
        if problems or owner is None:
            raise Invalid(problems)
        asked = AskForm.parse(Raw(value=raw.hidden), asker)
        return cls(title, owner, values.get("due", "").strip(), visibility, note, asked)


@dataclass(frozen=True, slots=True)
class OneAction:
    """A button about one action item, drawn when it had this ``version`` (None: any will do), and a form's ``words``."""

    action_id: int
    version: int | None = None
    words: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's "<id>" or "<id>:<version>"."""
        return cls(*read_value(raw.value, VERB))

    @classmethod
    def parse_reason(cls, raw: Raw, asker: Asker) -> Self:
        """From a form whose one field, "reason", has to say something. Raises ``Invalid`` when it is empty."""
        reason = read_reason(raw)
        return cls(*read_value(raw.hidden, VERB), reason)


@dataclass(frozen=True, slots=True)
class MoveAction:
    """The form for another due day. ``due`` is still as written."""

    action_id: int
    version: int | None
    due: str
    words: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From the form's fields "due" and "reason", which may stay empty. Raises ``Invalid``."""
        due = raw.values.get("due", "").strip()
        if not due:
            raise Invalid({"due": "Due: this is empty. Give a day, for example friday or 2026-03-06"})
        return cls(*read_value(raw.hidden, VERB), due, raw.values.get("reason", "").strip())


@dataclass(frozen=True, slots=True)
class EditAction:
    """The form behind Edit: what it says now. The due day and the owner have ways of their own."""

    action_id: int
    version: int | None
    title: str
    note: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` with a problem for each field that could not be read."""
        problems: dict[str, str] = {}
        title, note = checked_title(raw.values.get("title", ""), problems), read_words(raw.values, "note", problems)
        if problems:
            raise Invalid(problems)
        return cls(*read_value(raw.hidden, VERB), title, note)


@dataclass(frozen=True, slots=True)
class ListActions:
    """A button that shows lists: "" my own and this channel's, "mine" or "all"."""

    which: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """``value`` narrows it; whatever else it holds is ignored."""
        return cls(raw.value if raw.value in ("mine", "all") else "")


def checked_title(words: str, problems: dict[str, str]) -> str:
    """A title that is there and fits; what is wrong is put into ``problems``."""
    return read_title(words, "Say what is to be done, for example: Send the new refund policy", "Note", problems)
