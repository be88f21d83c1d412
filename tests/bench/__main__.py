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
}
"""Each is a module with ``measure(seconds) -> Iterator[Figure]``."""


def main() -> int:
    """Measure what was asked for; answers 1 when a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure Parley.")
    parser.add_argument("--only", choices=BENCHMARKS, help="one benchmark")
    parser.add_argument("--seconds", type=float, help="a shorter or longer measurement, where time is what is chosen")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the processes under way are ended on the way out
    figures = []
    for name, module in BENCHMARKS.items():
        if options.only in (None, name):
            for figure in importlib.import_module(module).measure(options.seconds):
                print(figure.line(), flush=True)
                figures.append(figure)
    print(table(figures), file=sys.stderr)
    return int(any(figure.reached is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
