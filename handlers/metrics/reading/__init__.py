"""Reading other people's exports: a dry run first, every refusal with its reason. See ``read_table`` and
``propose``.
"""

from __future__ import annotations

from handlers.metrics.reading.files import read_table
from handlers.metrics.reading.preview import Defaults, Observation, Preview
from handlers.metrics.reading.propose import propose
from handlers.metrics.reading.table import Table, UnreadableFile

__all__ = ["Defaults", "Observation", "Preview", "Table", "UnreadableFile", "propose", "read_table"]
