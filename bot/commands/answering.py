"""The options by which a person answers what a file leaves open; the same for importing and rehearsing."""

from __future__ import annotations

import argparse

from handlers.metrics.formulas import ServiceLevelDefinition, parse_definition
from handlers.metrics.reading import Defaults


def add_defaults(parser: argparse.ArgumentParser) -> None:
    """What may have to be said about a file of figures."""
    said = parser.add_argument_group("what the file leaves open")
    said.add_argument(
        "--provider", default="", metavar="NAME", help="whose figures they are, without a provider column"
    )
    said.add_argument("--queue", metavar="NAME", help="which queue they are of")
    said.add_argument(
        "--service-level",
        type=_definition,
        metavar="FORMULA",
        help="such as 'F6 within 20 s' (F1 to F6, see the catalogue)",
    )
    said.add_argument("--dates", choices=["dmy", "mdy"], help="is 03/04/2026 in April (dmy) or in March (mdy)?")
    said.add_argument("--decimal", choices=[".", ","], help="the decimal mark")
    said.add_argument(
        "--clock", choices=["minutes", "hours"], help="is 4:12 minutes and seconds, or hours and minutes?"
    )
    said.add_argument("--durations", choices=["s", "ms"], help="are bare durations seconds or milliseconds?")


def defaults_of(options: argparse.Namespace) -> Defaults:
    """What the person said."""
    return Defaults(
        provider_name=options.provider,
        queue=options.queue,
        service_level=options.service_level,
        order=options.dates,
        mark=options.decimal,
        clock=options.clock,
        bare_durations=options.durations,
    )


def _definition(text: str) -> ServiceLevelDefinition:
    """Raises ``argparse.ArgumentTypeError`` with the reason."""
    try:
        return parse_definition(text)
    except ValueError as unreadable:
        raise argparse.ArgumentTypeError(str(unreadable)) from unreadable
