"""Three hundred posts of the calendar fall due at once in one workspace; meanwhile people are answered.

The stand-in takes as many posts a minute and workspace as the setting says (its default), and one a second and channel; it
answers 429 beyond that. An echo is measured as `echo` measures it, while the burst is under way.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from bot.settings import POSTS_A_MINUTE
from tests.bench.echoing import Town
from tests.bench.figures import Figure, percentile
from tests.bench.processes import scratch, stand_in
from tests.bench.saying import Posted, bots, channels, say

CHANNELS, EACH = 60, 5
WITHIN = 63.0
"""Seconds for three hundred posts: a minute, and what the queue takes to begin and to end."""
ECHOES = 20
GOAL = 2000.0
RATES = {"per_channel_second": 1.0, "channel_burst": 5, "workspace_minute": POSTS_A_MINUTE}


def measure(seconds: float | None) -> Iterator[Figure]:
    """``seconds`` changes nothing here."""
    for kind in ("sqlite", "postgresql"):
        with stand_in() as slack, scratch() as folder:
            town = Town(slack, RATES)
            with bots(slack, folder, kind, 1) as running:
                places = channels(town, CHANNELS)
                posted = Posted(town, places)
                began = say(running.url, places, EACH)
                echoes: list[float] = []
                while time.time() < began + 58 and len(echoes) < ECHOES:
                    echoes.append(1000 * town.echo(len(echoes)))
                    time.sleep(1.0)
                accepted = posted.wait(CHANNELS * EACH, 180)
                refused = posted.refused()
        yield Figure(f"burst.{kind}", accepted[-1] - began, "s", WITHIN)
        yield Figure(f"burst.{kind}.429", refused, "posts", 0.0)
        yield Figure(f"burst.{kind}.echo_p50", percentile(echoes, 0.5), "ms")
        yield Figure(f"burst.{kind}.echo_p95", percentile(echoes, 0.95), "ms", GOAL)
