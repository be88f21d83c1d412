"""Asking the person at the terminal, and refusing to guess when there is none."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Protocol

YES = {"y", "yes"}
NO = {"n", "no"}


class CannotLeave(Exception):
    """The command cannot begin. The message is one sentence that names the way out."""


class Talk(Protocol):
    """Whoever started the command."""

    @property
    def listens(self) -> bool:
        """Whether questions can be answered."""
        ...

    def tell(self, *lines: str) -> None:
        """Say something."""
        ...

    def ask(self, question: str) -> str:
        """What was typed, without blanks around it; "" for nothing, or when the person went away."""
        ...


class Terminal:
    """The person at this terminal."""

    @property
    def listens(self) -> bool:
        """Whether a person can answer: a script or a pipe cannot."""
        return sys.stdin.isatty()

    def tell(self, *lines: str) -> None:
        """Print lines."""
        print(*lines, sep="\n", flush=True)

    def ask(self, question: str) -> str:
        """Ask; Ctrl+C and Ctrl+D answer nothing."""
        try:
            return input(f"{question} ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return ""


def agrees(talk: Talk, question: str, *, otherwise: bool = False) -> bool:
    """Yes or no; anything else is asked again, nothing typed is ``otherwise``."""
    while True:
        said = talk.ask(f"{question} {'[Y/n]' if otherwise else '[y/N]'}").casefold()
        if not said:
            return otherwise
        if said in YES | NO:
            return said in YES
        talk.tell(f"“{said}” was read; please answer yes or no.")


def told(command: Callable[[Talk], int], talk: Talk) -> int:
    """Run a command; what it cannot do is said in one sentence and ends with 2."""
    try:
        return command(talk)
    except CannotLeave as refusal:
        print(str(refusal), file=sys.stderr)
        return 2


def add_consent(parser: argparse.ArgumentParser, what: str) -> None:
    """The options by which a script says what a person is asked."""
    parser.add_argument("--yes", action="store_true", help=f"{what} without asking, for scripts")
    parser.add_argument("--even-if-real", action="store_true", help="with --yes: also when the data is not the example")
