"""Run the benchmarks: one JSON object a line on standard output, then a table on standard error."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys

from tests.bench.figures import table

BENCHMARKS = {
    "commands": "tests.bench.signed_commands",
    "rehearse": "tests.bench.rehearsing",
    "ready": "tests.bench.starting",
    "memory": "tests.bench.resting",
    "echo": "tests.bench.echoing",
    "home": "tests.bench.home",
    "previews": "tests.bench.previews",
    "ticking": "tests.bench.ticking",
    "pacing": "tests.bench.pacing",
    "burst": "tests.bench.bursting",
    "many": "tests.bench.starting_with_many",
}
"""Each is a module with ``measure(seconds) -> Iterator[Figure]``."""


def main() -> int:
    """Measure what was asked for; answers 1 when a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure Parley.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these, of {', '.join(BENCHMARKS)}")
    parser.add_argument("--only", help="only this one")
    parser.add_argument("--seconds", type=float, help="a shorter or longer measurement, where time is what is chosen")
    options = parser.parse_args()
    wanted = {*options.names, *filter(None, (options.only,))}
    if unknown := wanted - BENCHMARKS.keys():
        parser.error(f"{', '.join(sorted(unknown))}: there is no such benchmark; there are {', '.join(BENCHMARKS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the processes under way are ended on the way out
    figures = []
    for name, module in BENCHMARKS.items():
        if not wanted or name in wanted:
            for figure in importlib.import_module(module).measure(options.seconds):
                print(figure.line(), flush=True)
                figures.append(figure)
    print(table(figures), file=sys.stderr)
    return int(any(figure.reached is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
