"""``rehearse``: play weeks of your own figures without a platform."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bot.commands.answering import add_defaults, defaults_of
from bot.example.occasions import as_csv, as_lines
from bot.example.year import tell_year
from bot.rehearsal.stage import NothingToRehearse, rehearse
from bot.rehearsal.transcript import Written, write
from bot.settings import Settings
from bot.watching.logs import logs
from handlers.metrics.catalogue import load_catalogue
from handlers.metrics.reading import UnreadableFile, propose, read_table

YEAR, PROVIDERS = 52, 6


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file, how many weeks, and where to write."""
    figures = parser.add_mutually_exclusive_group(required=True)
    figures.add_argument("--metrics", type=Path, metavar="FILE", help="a CSV file with figures")
    figures.add_argument("--example", action="store_true", help="a year of six invented providers, people included")
    parser.add_argument("--weeks", type=int, required=True, metavar="N", help="how many; the example's year has 52")
    add_defaults(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Read, preview, play, write."""
    logs("warning")
    if options.weeks < 1:
        print(f"--weeks is {options.weeks}: a whole number from 1 on, such as 18.", file=sys.stderr)
        return 2
    if options.example:
        return _example(options)
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
    _tell(written, time.perf_counter() - began)
    return 0


def _example(options: argparse.Namespace) -> int:
    """The invented year: its transcript, and a sheet that tells of every review."""
    if options.weeks > YEAR:
        print(f"--weeks is {options.weeks}: the example's year has {YEAR}.", file=sys.stderr)
        return 2
    began = time.perf_counter()
    told = tell_year(options.weeks)
    written = write(
        told.messages, options.out, weeks=options.weeks, providers=PROVIDERS, reviews=as_lines(told.occasions)
    )
    sheet = options.out / "reviews.csv"
    sheet.write_text(as_csv(told.occasions), encoding="utf-8")
    _tell(written, time.perf_counter() - began)
    print(f"What became of every review is in {sheet}.")
    return 0


def _tell(written: Written, seconds: float) -> None:
    print(f"\n{written.weeks} weeks of {written.providers} providers in {seconds:.1f} s:")
    for kind, count in written.kinds.items():
        print(f"  {count:6d}  {kind}")
    print(f"Read {written.transcript}; every message is a line of {written.messages}.")
