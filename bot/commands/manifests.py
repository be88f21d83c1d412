"""``manifest slack | teams``: what an administrator gives the platform, each permission with its reason."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.settings import Settings
from bot.slack import manifest as slack
from bot.teams import manifest as teams
from bot.teams.package import package, read, validate
from handlers.help.desk import HELP
from handlers.routes import VERBS
from storage.version import PROGRAM

PACKAGE = Path("parley-teams.zip")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which platform, where to, and whose app it is."""
    parser.add_argument("platform", choices=["slack", "teams"])
    parser.add_argument(
        "--url", help="the public address of this Parley (PARLEY_PUBLIC_URL); Slack: for HTTP instead of Socket Mode"
    )
    parser.add_argument(
        "--out", type=Path, help=f"the file to write; Slack: instead of the terminal, Teams: {PACKAGE} if not given"
    )
    only = parser.add_argument_group("Teams only")
    only.add_argument("--check", type=Path, metavar="FILE", help="look at this package instead of writing one")
    only.add_argument("--client-id", help="the app registration's client id (TEAMS_CLIENT_ID)")
    only.add_argument("--company", default="Parley", help="who runs it, as its details show: up to 32 characters")
    only.add_argument("--website", default="", help="an https page about it; its details link there")
    only.add_argument("--privacy", default="", help="your privacy page")
    only.add_argument("--terms", default="", help="your terms of use")
    only.add_argument("--version", default=PROGRAM, help=f"a higher one than {PROGRAM}, to update only the package")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Write it, or look at one."""
    try:
        if options.platform == "slack":
            slack.write(slack.manifest(settings.command, options.url or _for_slack(settings)), options.out)
            return 0
        if options.check is not None:
            return _look(options.check)
        return _write(_app(options, settings), options.out or PACKAGE)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 2


def _for_slack(settings: Settings) -> str | None:
    """The public address if Slack is to call it; None for Socket Mode. Teams needs one, which says nothing of Slack."""
    by_http = settings.slack.signing_secret is not None if settings.slack is not None else settings.teams is None
    return (settings.public_url or None) if by_http else None


def _app(options: argparse.Namespace, settings: Settings) -> teams.App:
    client_id = options.client_id or (settings.teams.client_id if settings.teams is not None else "")
    if not client_id:
        raise ValueError(
            "TEAMS_CLIENT_ID is missing: set it in .env, or say --client-id; it stands in the app registration's Overview"
        )
    url = options.url or settings.public_url
    if not url:
        raise ValueError(
            "PARLEY_PUBLIC_URL is missing: Teams calls the bot from the internet. Set it in .env, or say --url https://…"
        )
    return teams.App(
        client_id,
        url,
        options.version,
        company=options.company,
        website=options.website,
        privacy=options.privacy,
        terms=options.terms,
    )


def _write(app: teams.App, path: Path) -> int:
    """Write the package, look at it as Teams will, and say what to do with it."""
    try:
        path.write_bytes(package(teams.manifest(app, VERBS, HELP)))
    except OSError as refused:
        raise ValueError(f"{path} cannot be written ({refused.strerror}): name another file with --out") from refused
    print(
        f"{path}: version {app.version}, id {app.id}",
        f"Messaging endpoint, to enter at the bot's registration: {app.endpoint}",
        "",
        "Where it can be used:",
        *(f"  {scope}: {reason}" for scope, reason in teams.SCOPES.items()),
        "What an owner of a team grants when adding it, for that team only:",
        *(f"  {name}: {reason}" for name, reason in teams.PERMISSIONS.items()),
        "",
        sep="\n",
    )
    return _look(path)


def _look(path: Path) -> int:
    """What Teams would refuse; 1 if anything."""
    problems = validate(path)
    if problems:
        print(f"{path}: Teams would refuse this package", *(f"  - {problem}" for problem in problems), sep="\n")
        return 1
    told = read(path)
    print(f"{path}: nothing to mend (manifest {told['manifestVersion']}, version {told['version']})")
    return 0
