"""What may be asked of an issue, parsed once from what was typed, pressed or filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from handlers.issues.rules import KINDS, SEVERITIES
from handlers.records.forms import read_owner, read_reason, read_title, read_visibility, read_words, short_title
from handlers.records.record import read_value
from handlers.vocabulary.address import Visibility
from handlers.vocabulary.route import Asker, Invalid, Raw

USUAL_SEVERITY = 3
EXAMPLE = "Say what went wrong, for example: Refund calls wait 20 minutes"
VERB = "report list"
"""What to type to see what is open."""
_NUMBER = re.compile(r"(?:issue\s+)?#?(\d{1,9})", re.I)
_LISTS = {"list": "open", "open": "open", "all": "open", "mine": "mine", "my": "mine"}


@dataclass(frozen=True, slots=True)
class AskReport:
    """The verb, the button or the shortcut: open the form, or show what is asked for.

    ``words`` is what was typed after the verb; ``quoted`` the message a shortcut was used on; ``mention`` that no form
    can be opened; ``programme`` the id of a chosen programme, or "".
    """

    words: str = ""
    quoted: str = ""
    mention: bool = False
    programme: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Nothing to refuse here: whatever the words are, they can become a title."""
        return cls(raw.words.strip(), raw.quoted.strip(), raw.mention, raw.value.strip())

    @property
    def listing(self) -> str:
        """Which list is asked for, "open" or "mine", or ""."""
        return _LISTS.get(self.words.casefold(), "")

    @property
    def number(self) -> int | None:
        """The number of the issue that is asked for ("12", "#12", "issue 12"), or None."""
        found = _NUMBER.fullmatch(self.words)
        return None if found is None else int(found[1])


@dataclass(frozen=True, slots=True)
class ReportIssue:
    """A filled-in report."""

    title: str
    detail: str
    severity: int
    kind: str
    visibility: Visibility
    programme: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` with a problem for each field that could not be read."""
        problems: dict[str, str] = {}
        read = _described(raw.values, problems)
        visibility = read_visibility(raw, asker, problems)
        if problems:
            raise Invalid(problems)
        return cls(*read, visibility, raw.hidden.strip())

    @classmethod
    def from_words(cls, words: str, visibility: Visibility, programme: str = "") -> Self:
        """A report made in one line, where no form can be opened: severity 3, kind "other", to be edited later."""
        title = short_title(words)
        return cls(title, words if words != title else "", USUAL_SEVERITY, "other", visibility, programme)


@dataclass(frozen=True, slots=True)
class ShowIssues:
    """Open issues of this place, or of the asker ("mine")."""

    which: str = "open"

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """``value`` "mine" narrows it; anything else is all that is open."""
        return cls(_LISTS.get(raw.value.strip(), "open"))


@dataclass(frozen=True, slots=True)
class OneIssue:
    """A button about one issue, drawn when it had this ``version`` (None: any will do), and a form's ``words``."""

    issue_id: int
    version: int | None
    words: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From a button's "<id>:<version>"."""
        return cls(*read_value(raw.value, VERB))

    @classmethod
    def parse_note(cls, raw: Raw, asker: Asker) -> Self:
        """From a form whose one field, "note", may stay empty."""
        return cls(*read_value(raw.hidden, VERB), raw.values.get("note", "").strip())

    @classmethod
    def parse_reason(cls, raw: Raw, asker: Asker) -> Self:
        """From a form whose one field, "reason", has to say something. Raises ``Invalid`` when it is empty."""
        reason = read_reason(raw)
        return cls(*read_value(raw.hidden, VERB), reason)


@dataclass(frozen=True, slots=True)
class EditIssue:
    """A corrected report: what it says now, and who owns it."""

    issue_id: int
    version: int | None
    title: str
    detail: str
    severity: int
    kind: str
    owner_id: int | None

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """Raises ``Invalid`` with a problem for each field that could not be read."""
        problems: dict[str, str] = {}
        read = _described(raw.values, problems)
        owner = read_owner(raw.values, problems, required=False)
        if problems:
            raise Invalid(problems)
        issue_id, version = read_value(raw.hidden, VERB)
        return cls(issue_id, version, *read, owner)


def _described(values: Mapping[str, str], problems: dict[str, str]) -> tuple[str, str, int, str]:
    """Title, detail, severity and kind; what is wrong is put into ``problems``."""
    title = read_title(values.get("title", ""), EXAMPLE, "What happened", problems)
    detail = read_words(values, "detail", problems)
    severity = values.get("severity", str(USUAL_SEVERITY)).strip()
    if severity not in map(str, SEVERITIES):
        problems["severity"] = f"{severity!r} is not a severity. Choose 1 (worst) to 4, for example 3"
    kind = values.get("kind", "other").strip()
    if kind not in KINDS:
        problems["kind"] = f"{kind!r} is not a kind. Choose one of {', '.join(KINDS)}, for example quality"
    return title, detail, USUAL_SEVERITY if "severity" in problems else int(severity), kind
