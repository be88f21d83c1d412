"""Who and which queue each row is about: names cleaned of markers, renamed providers pointed out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.metrics.numbers import is_missing
from handlers.metrics.reading.columns import Column, Role
from handlers.metrics.reading.draft import Draft
from handlers.metrics.reading.preview import Defaults
from handlers.metrics.reading.table import Row

_MARKER = re.compile(r"\s*(\(\*+\)|\*+|[¹²³†‡]+|\(\d\))$")
WHICH_PROVIDER = "which provider is this file about? it has no provider column"


@dataclass(frozen=True, slots=True)
class Whose:
    """Provider, its code in the file, and queue."""

    provider_name: str
    provider_code: str | None
    queue: str | None


def whose(row: Row, columns: Mapping[Role, Column], defaults: Defaults) -> Whose | None:
    """Whom the row is about; None if the provider's cell is empty. A file without such a column takes the default."""
    name = _cell(row, columns.get(Role.PROVIDER))
    code = _cell(row, columns.get(Role.PROVIDER_CODE))
    queue = _cell(row, columns.get(Role.QUEUE))
    if columns.keys() & {Role.PROVIDER, Role.PROVIDER_CODE}:
        if not name and not code:
            return None
        return Whose(name or code or "", code or None, queue or defaults.queue)
    return Whose(defaults.provider_name, code or defaults.provider_code, queue or defaults.queue)


def _cell(row: Row, column: Column | None) -> str:
    text = row.cells[column.place] if column else ""
    return "" if is_missing(text) else _MARKER.sub("", text)


def note_names(draft: Draft, columns: Mapping[Role, Column], defaults: Defaults) -> None:
    """Ask for the provider where nobody said it; point out markers and codes with more than one name."""
    provider, code = columns.get(Role.PROVIDER), columns.get(Role.PROVIDER_CODE)
    if not provider and not code and not defaults.provider_name:
        draft.questions.append(WHICH_PROVIDER)
    marked = sorted({cell for cell in draft.table.cells(provider.place) if _MARKER.search(cell)}) if provider else []
    draft.notes.extend(f"the marker in {name!r} is left out of the name" for name in marked)
    if provider and code:
        names = defaultdict(set)
        for row in draft.table.rows:
            names[row.cells[code.place]].add(_cell(row, provider))
        for each, found in names.items():
            if len(found) > 1:
                draft.notes.append(f"code {each} has {len(found)} names: {', '.join(sorted(found))}")
