"""``manifest slack``: the app manifest to paste at api.slack.com/apps, each scope with its reason."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.settings import Settings
from bot.slack.manifest import manifest, write


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which platform, and where to."""
    parser.add_argument("platform", choices=["slack"])
    parser.add_argument("--url", help="the public address of this Parley, for HTTP instead of Socket Mode")
    parser.add_argument("--out", type=Path, help="a file instead of the terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Write it."""
    write(manifest(settings.command, options.url or settings.public_url or None), options.out)
    return 0
