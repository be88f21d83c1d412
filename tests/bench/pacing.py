"""Fifty channels get twenty posts each, at one a second and channel: how near the limit, and is it ever exceeded?

The workspace's own limit is lifted: it is another figure (`burst`). The stand-in allows one post a second and channel with
bursts of five, and answers 429 beyond that.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.echoing import Town
from tests.bench.figures import Figure
from tests.bench.processes import scratch, stand_in
from tests.bench.saying import Posted, bots, channels, say

CHANNELS, EACH = 50, 20
RATIO = 1.35
NO_LIMIT = "1000000"
KINDS = (("sqlite", 1), ("postgresql", 1), ("postgresql", 2))


def measure(seconds: float | None) -> Iterator[Figure]:
    """Seconds from the commit until the last post was accepted. ``seconds`` is how many posts each channel gets."""
    each = EACH if seconds is None else max(3, int(seconds))
    for kind, replicas in KINDS:
        with stand_in() as slack, scratch() as folder:
            town = Town(slack, {"per_channel_second": 1.0, "channel_burst": 5})
            with bots(slack, folder, kind, replicas, PARLEY_POSTS_A_MINUTE=NO_LIMIT) as running:
                places = channels(town, CHANNELS)
                posted = Posted(town, places)
                before = running.cpu()
                began = say(running.url, places, each)
                accepted = posted.wait(CHANNELS * each, 30 + 6.0 * each)
                spent = running.cpu() - before
                refused = posted.refused()
        name = f"pacing.{kind}_x{replicas}"
        took = accepted[-1] - began
        yield Figure(name, took, "s", RATIO, float(each), by_ratio=True, valid=len(accepted) == CHANNELS * each)
        yield Figure(f"{name}.429", refused, "posts", 0.0)
        yield Figure(f"{name}.cpu", 1000 * spent / len(accepted), "ms/post")
