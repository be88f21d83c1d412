"""How long an uncertain post is waited for, and how often it is tried."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an uncertain post is waited for, in seconds, and how often it is tried.

    ``timeout`` bounds everything an attempt asks of the platform after its mark (0: unbounded), so that nothing leaves
    later than that; ``settle`` is how long the platform may take to show a post in its history. A manager is told after
    ``attempts`` without a clear answer, or when nothing could even be tried for ``give_up``. ``longest`` bounds the wait
    between attempts. ``in_order`` is how long the later messages of a thread wait for one that was tried without an end:
    a stuck one keeps its order, but not for ever.
    """

    timeout: float = 10.0
    settle: float = 10.0
    attempts: int = 8
    longest: float = 300.0
    give_up: float = 86_400.0
    in_order: float = 900.0

    @property
    def unclear(self) -> float:
        """Seconds after the mark until the history can be trusted to tell what became of a post."""
        return self.timeout + self.settle
