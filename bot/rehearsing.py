"""``rehearse``: play weeks of your own figures without a platform."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bot.answering import add_defaults, defaults_of
from bot.logs import logs
from bot.rehearsal import NothingToRehearse, rehearse
from bot.settings import Settings
from handlers.metrics.catalogue import load_catalogue
from handlers.metrics.reading import UnreadableFile, propose, read_table


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file, how many weeks, and where to write."""
    parser.add_argument("--metrics", type=Path, required=True, metavar="FILE", help="a CSV file with figures")
    parser.add_argument("--weeks", type=int, required=True, metavar="N")
    add_defaults(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Read, preview, play, write."""
    logs("warning")
    if options.weeks < 1:
        print(f"--weeks is {options.weeks}: a whole number from 1 on, such as 18.", file=sys.stderr)
        return 2
    try:
        preview = propose(read_table(options.metrics), load_catalogue(), defaults=defaults_of(options))
    except FileNotFoundError:
        print(f"--metrics {options.metrics}: there is no such file.", file=sys.stderr)
        return 2
    except UnreadableFile as trouble:
        print(f"--metrics {options.metrics}: {trouble}", file=sys.stderr)
        return 2
    print("\n".join(preview.lines()))
    if not preview.ready:
        print("\nAnswer the questions above first, with the options of --help.", file=sys.stderr)
        return 2
    began = time.perf_counter()
    try:
        written = rehearse(preview, options.weeks, options.out)
    except NothingToRehearse as nothing:
        print(f"--metrics {options.metrics}: {nothing}", file=sys.stderr)
        return 2
    print(f"\n{written.weeks} weeks of {written.providers} providers in {time.perf_counter() - began:.1f} s:")
    for kind, count in written.kinds.items():
        print(f"  {count:6d}  {kind}")
    print(f"Read {written.transcript}; every message is a line of {written.messages}.")
    return 0
