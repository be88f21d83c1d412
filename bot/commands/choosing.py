"""What can be typed after ``python -m bot``. Each command answers its exit code: 0 well, 1 found trouble, 2 cannot begin."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dotenv import dotenv_values

from bot.settings import Settings, SettingsProblem, read

COMMANDS = {
    "run": ("bot.commands.beginning", "start Parley: Slack and Teams when .env has their tokens, else the room"),
    "check": (
        "bot.commands.checking",
        "test tokens, permissions, addresses, membership and clock, and say how to mend what is wrong",
    ),
    "manifest": (
        "bot.commands.manifests",
        "write the app manifest for Slack or the app package for Teams, or look at a package",
    ),
    "import": ("bot.commands.importing", "preview figures, providers or review series from a file, and import them"),
    "rehearse": ("bot.commands.rehearsing", "play weeks of your own figures without a platform"),
    "db": ("bot.commands.databases", "upgrade, back up, restore or check the database"),
    "export": ("bot.commands.exporting", "write every record as files that others can read"),
    "start-fresh": ("bot.commands.starting_fresh", "put the example aside and begin with your own providers"),
    "uninstall": ("bot.commands.uninstalling", "remove what Parley keeps on this machine, after an export"),
}
"""Each command is a module with ``arguments(parser)`` and ``run(options, settings) -> int``; only the one that was asked for
is loaded, since a running bot should not carry the rehearsal in its memory."""


def main(arguments: Sequence[str]) -> int:
    """Run one command."""
    given = (
        environment()
    )  # first: the Teams SDK reads the .env of any folder above into the environment when it is imported
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Parley: vendor governance in the shared channel."
    )
    shown = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    wanted = next((word for word in arguments if word in COMMANDS), None)
    runners: dict[str, Callable[[argparse.Namespace, Settings], int]] = {}
    for name, (module, summary) in COMMANDS.items():
        subparser = shown.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if name == wanted:
            loaded = importlib.import_module(module)
            loaded.arguments(subparser)
            runners[name] = loaded.run
    options = parser.parse_args(arguments)
    try:
        settings = read(given, at_terminal=sys.stderr.isatty())
    except SettingsProblem as trouble:
        print("Parley cannot start:", *(f"  - {problem}" for problem in trouble.problems), sep="\n", file=sys.stderr)
        return 2
    for warning in settings.warnings:
        print(f"Warning: {warning}", file=sys.stderr)
    return runners[options.command](options, settings)


def environment() -> dict[str, str]:
    """The .env file of the folder one stands in, overruled by the real environment."""
    values = {name: value for name, value in dotenv_values(Path.cwd() / ".env").items() if value}
    return values | {name: value for name, value in os.environ.items() if value}
