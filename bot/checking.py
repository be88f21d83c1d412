"""``check``: is everything ready, and if not, what mends it?"""

from __future__ import annotations

import argparse
import asyncio

from bot.settings import Settings
from bot.slack.check import check


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which channels the bot should be in."""
    parser.add_argument(
        "--channel", action="append", default=[], metavar="ID", help="a channel the bot should be a member of"
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Ask Slack, and print one line a finding."""
    if settings.slack is None:
        print("Slack is not set up: SLACK_BOT_TOKEN is missing. The room needs no tokens: make run.")
        return 1
    findings = asyncio.run(check(settings.slack, options.channel))
    for finding in findings:
        print(f"{'ok  ' if finding.ok else 'MEND'}  {finding.subject}: {finding.what}")
        if not finding.ok:
            print(f"      -> {finding.mend}")
    return 0 if all(finding.ok for finding in findings) else 1
