"""The README of an export's folder: what is in it, who may see it, and how to read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.leaving.scope import Scope

EVERYTHING = (
    "THIS FOLDER HOLDS INTERNAL AND PRIVATE CONTENT. What only your own company or one person was meant to read is in it,",
    "among it direct messages and people's own words. Keep it where only those may look who may see all of that.",
)
INTERNAL = (
    "THIS FOLDER HOLDS INTERNAL AND PRIVATE CONTENT about one provider: do not hand it to that provider as it is.",
    "Without --internal the export has only what both companies may see.",
)
SHARED = (
    "This folder holds what both companies may see about one provider: nothing internal, no direct messages, no reminders,",
    "and of your own people neither e-mail address nor account. Read it before you hand it over: words in it are as people wrote them.",
)
HOW = """How to read it

* Each .csv file is one kind of record: comma-separated, UTF-8 with a byte order mark, the first line names the columns.
  Import it as comma-separated text; do not let a spreadsheet guess separators.
* Moments are UTC, days and wall-clock times have no zone; all are ISO 8601. An empty cell is unknown or nothing, never zero.
* Numbers are exact decimals. A figure's value is numerator / denominator where both are given.
* A cell of text that a spreadsheet could take for a formula begins with an apostrophe, and so does one that began with an
  apostrophe already: take one leading apostrophe away and you have the exact words.
* An id in one file is the id column of another: owner_id is an id in people.csv; names stand beside their ids.
* visibility is SH (both companies), INT (your company only) or PRV (one person).
* Words in audit_log.csv are in clear; they are empty where nothing was said or the person was erased.
* manifest.json has the number of records and the SHA-256 of each file, and what was left out with the reason.
"""


class Told(Protocol):
    """A file that was written."""

    @property
    def file(self) -> str:
        """Its name."""
        ...

    @property
    def about(self) -> str:
        """What is in it."""
        ...

    @property
    def records(self) -> int:
        """How many."""
        ...


def who_may_see(scope: Scope) -> tuple[str, ...]:
    """Who this export is for, as it stands on the screen and in the folder."""
    if scope.everything:
        return EVERYTHING
    return INTERNAL if scope.internal else SHARED


def explanation(scope: Scope, source: Mapping[str, object], files: Sequence[Told], now: datetime) -> str:
    """The README's text."""
    of = f" about {scope.provider}" if scope.provider else ""
    width = max(len(each.file) for each in files)
    listed = [f"{each.file:{width}}  {each.records:>9,}  {each.about}" for each in files]
    title = f"Parley's records{of} of {source.get('client') or 'nobody yet'}, exported {now:%Y-%m-%d %H:%M} UTC"
    return "\n".join([title, "", *who_may_see(scope), "", HOW, *listed, ""])
