"""What is counted for Prometheus: how old the queue is, what became of deliveries, how late ticks are, how fast platforms are answered.

What one process did is counted as it happens. What stands in the database is asked for at each scrape and is the same from
every replica, so take the maximum over them. No name of a provider, a person or a channel is a label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

Count = Callable[[str, str], None]
"""Counts one thing of a kind that ended so: (platform, outcome) of a delivery, (kind, result) of an event."""
Measure = Callable[[str, float], None]
"""Notes how many seconds something of a kind took."""

QUICK: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
"""Seconds. Slack waits three for an answer."""
SLOW: Final = (0.005, 0.02, 0.1, 0.5, 1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
"""Seconds. A calendar that is thirty behind is called ill."""


def uncounted(kind: str, result: str) -> None:
    """For whoever runs without measures: a rehearsal, a test."""


def unmeasured(kind: str, seconds: float) -> None:
    """For whoever runs without measures: a rehearsal, a test."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database told at a scrape. Seconds are None where nothing waits."""

    queue_length: int
    oldest_due_seconds: float | None
    undeliverable: int
    schedule_behind_seconds: float | None
    replicas: int


class Measures:
    """One process's counts. ``version`` is the program's, ``schema`` the migration it wants."""

    def __init__(self, version: str, schema: str) -> None:
        self.registry = CollectorRegistry()
        self._deliveries = Counter(
            "parley_deliveries",
            "Attempts at messages, by what came of them",
            ["platform", "outcome"],
            registry=self.registry,
        )
        self._events = Counter(
            "parley_events", "What came in, by what became of it", ["kind", "result"], registry=self.registry
        )
        self._answers = Histogram(
            "parley_answer_seconds",
            "From a platform's request to our answer; Slack waits three seconds, Teams five",
            ["kind"],
            buckets=QUICK,
            registry=self.registry,
        )
        self._ticks = Histogram(
            "parley_tick_seconds", "How long a tick took", ["tick"], buckets=SLOW, registry=self.registry
        )
        self._lag = Histogram(
            "parley_tick_lag_seconds",
            "How much later than planned a tick began",
            ["tick"],
            buckets=SLOW,
            registry=self.registry,
        )
        self._failures = Counter("parley_tick_failures", "Ticks that failed", ["tick"], registry=self.registry)
        self._stand = _Stand(version, schema)
        self.registry.register(self._stand)
        ProcessCollector(registry=self.registry)

    def delivery(self, platform: str, outcome: str) -> None:
        """An attempt ended: sent, later, refused, unsure, away (the history could not be read). Besides: adopted (it was sent
        because the history showed it), failed (given up), missed (too late to be of use)."""
        self._deliveries.labels(platform, outcome).inc()

    def event(self, kind: str, result: str) -> None:
        """An event ended: done, duplicate, refused, ignored, not_saved, failed."""
        self._events.labels(kind, result).inc()

    def answered(self, kind: str, seconds: float) -> None:
        """A platform was answered after so many seconds: on Slack an event, command, click, form or shortcut; on Teams
        ``teams_…``."""
        self._answers.labels(kind).observe(seconds)

    def ticked(self, tick: str, seconds: float) -> None:
        """A tick took so many seconds."""
        self._ticks.labels(tick).observe(seconds)

    def lagged(self, tick: str, seconds: float) -> None:
        """A tick began so many seconds later than planned."""
        self._lag.labels(tick).observe(max(0.0, seconds))

    def stumbled(self, tick: str, _seconds: float = 0.0) -> None:
        """A tick failed."""
        self._failures.labels(tick).inc()

    def page(self, standing: Standing | None, accept: str = "") -> tuple[bytes, str]:
        """Everything in the format the caller accepts, with its content type. ``standing`` None: the database is away; what
        it would have told is left out, since nobody knows it."""
        self._stand.standing = standing
        encoder, content_type = choose_encoder(accept)
        page: bytes = encoder(self.registry)
        return page, content_type


class _Stand(Collector):
    """What is asked for at the moment of a scrape."""

    def __init__(self, version: str, schema: str) -> None:
        self._build = {"version": version, "schema": schema}
        self.standing: Standing | None = None

    def collect(self) -> Iterator[Metric]:
        """The build, whether the database answered, and what it told."""
        yield InfoMetricFamily("parley_build", "Which program this is", self._build)
        stand = self.standing
        yield _gauge("parley_database_up", "Whether the database answered this scrape", float(stand is not None))
        if stand is None:
            return
        yield _gauge("parley_queue_length", "Messages that are due and not sent", stand.queue_length)
        yield _gauge(
            "parley_queue_oldest_due_seconds",
            "For how long the oldest message that is not sent has been due; 0 when none is",
            stand.oldest_due_seconds or 0.0,
        )
        yield _gauge(
            "parley_undeliverable", "Messages that could not be sent and wait for a decision", stand.undeliverable
        )
        yield _gauge(
            "parley_schedule_behind_seconds",
            "For how long the oldest thing in the calendar has been due without being acted on; 0 when nothing is",
            stand.schedule_behind_seconds or 0.0,
        )
        yield _gauge(
            "parley_replicas_alive", "Processes of this program that ticked in the last minute", stand.replicas
        )


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value)
