"""``check``: is everything ready, and if not, what mends it?"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from bot.findings import Finding, wrong
from bot.settings import Settings
from bot.slack.check import check as check_slack
from bot.teams.check import Wanted
from bot.teams.check import check as check_teams
from bot.teams.check_teams import Stored, conversation_id, is_conversation
from storage.database import Database
from storage.models.teams import TeamsConversation
from storage.snapshot import snapshot
from storage.version import PROGRAM

NEITHER = "Neither Slack nor Teams is set up: SLACK_BOT_TOKEN and TEAMS_CLIENT_ID are missing. The room needs no tokens: make run."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which channels the bot should be in, and whose consent is looked at."""
    parser.add_argument(
        "--channel",
        action="append",
        type=conversation_id,
        default=[],
        metavar="ID",
        help="a channel the bot should be a member of: C… on Slack; on Teams 19:…@thread.tacv2, or its link",
    )
    parser.add_argument(
        "--team", action="append", default=[], metavar="ID", help="a team on Teams: groupId in the link to the team"
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Ask each platform that is set up, and print one line a finding."""
    if settings.slack is None and settings.teams is None:
        print(NEITHER)
        return 1
    findings = asyncio.run(_look(options, settings))
    for finding in findings:
        print(f"{'ok  ' if finding.ok else 'MEND'}  {finding.subject}: {finding.what}")
        if not finding.ok:
            print(f"      -> {finding.mend}")
    return 0 if all(finding.ok for finding in findings) else 1


async def _look(options: argparse.Namespace, settings: Settings) -> list[Finding]:
    """Slack first; a channel is asked about where its id belongs."""
    on_teams = [each for each in options.channel if is_conversation(each)]
    on_slack = [each for each in options.channel if not is_conversation(each)]
    findings: list[Finding] = []
    if settings.slack is not None:
        findings += await check_slack(settings.slack, on_slack)
    else:
        findings += [_nowhere(each, "SLACK_BOT_TOKEN") for each in on_slack]
    if settings.teams is None:
        return findings + [_nowhere(each, "TEAMS_CLIENT_ID") for each in on_teams]
    stored, trouble = known(settings)
    wanted = Wanted(settings.public_url, on_teams, options.team, stored, PROGRAM)
    return [*findings, *await check_teams(settings.teams, wanted), *trouble]


def _nowhere(channel: str, name: str) -> Finding:
    return wrong(f"channel {channel}", "its platform is not set up", f"set {name}, or copy the channel's id again")


def known(settings: Settings) -> tuple[dict[str, Stored], list[Finding]]:
    """What Parley knows of conversations on Teams, by id; nothing is made where there is no database yet."""
    file = settings.database_url.removeprefix("sqlite:///")
    if file != settings.database_url and not Path(file).exists():
        return {}, []
    database = Database(settings.database_url)
    try:
        if not inspect(database.engine).has_table(TeamsConversation.__tablename__):
            return {}, []
        with_group = col(TeamsConversation.team_group)
        query = select(col(TeamsConversation.conversation), col(TeamsConversation.service_url), with_group)
        query = query.where(col(TeamsConversation.gone_at).is_(None))
        with snapshot(database) as connection:
            return {row[0]: Stored(*row) for row in connection.execute(query)}, []
    except SQLAlchemyError as refused:
        mend = "is the database running, and is DATABASE_URL right? python -m bot db check says more"
        return {}, [wrong("database", f"it cannot be read ({type(refused).__name__})", mend)]
    finally:
        database.dispose()
