"""What was done already, in a file, so that a run that was broken off goes on with the next round.

A round that was broken off begins anew: what it killed is not counted, since nobody looked at what came of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.chaos.phases import PHASES
from tests.chaos.torment import Toll

FILE = "progress.json"


class Progress:
    """The tolls of a run, kept in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._kept: dict[str, Any] = {"rounds": {}, "under_way": None}
        if self._file.exists():
            self._kept = json.loads(self._file.read_text())

    def has(self, name: str) -> bool:
        """Whether this round was ended and looked at."""
        return name in self._kept["rounds"]

    def tell(self, toll: Toll) -> None:
        """A round under way, after each kill."""
        self._kept["under_way"] = asdict(toll)
        self._write()

    def keep(self, toll: Toll) -> None:
        """A round that ended."""
        self._kept["rounds"][toll.name] = asdict(toll)
        self._kept["under_way"] = None
        self._write()

    def rounds(self, names: Iterable[str]) -> list[dict[str, Any]]:
        """The tolls of these rounds, as far as they ended."""
        return [self._kept["rounds"][name] for name in names if name in self._kept["rounds"]]

    def _write(self) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self._kept, indent=1))
        fresh.replace(self._file)


COUNTED = ("kills", "lost", "doubled", "unexpected", "halved", "stale", "expected", "open", "steps")


def total(rounds: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The rounds together; ``phases`` counts kills with at least one message in the phase."""
    rounds = list(rounds)
    summed: dict[str, Any] = {name: sum(each.get(name, 0) for each in rounds) for name in COUNTED}
    return {**summed, "phases": {phase: sum(each["hit"][phase] for each in rounds) for phase in PHASES}}


def histogram(rounds: Iterable[dict[str, Any]]) -> str:
    """How many kills struck messages in which phase, and how many messages those were."""
    rounds = list(rounds)
    lines = [f"{'phase':<10}{'kills':>7}{'messages':>10}"]
    for phase in PHASES:
        struck = sum(each["hit"][phase] for each in rounds)
        messages = sum(each["messages"][phase] for each in rounds)
        lines.append(f"{phase:<10}{struck:>7}{messages:>10}  {'#' * min(60, struck)}")
    return "\n".join(lines)
