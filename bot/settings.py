"""The environment, read once and frozen. Everything missing or wrong is said in one error, with the way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from bot.delivery.windows import Windows, windows
from bot.secret_files import with_files
from bot.slack.settings import SlackSettings
from bot.teams.settings import (
    GRAPH_URL,
    LOGIN_URL,
    METADATA_URL,
    REQUESTS_A_SECOND,
    SERVICE_URL,
    TWICE,
    WINDOWS,
    TeamsSettings,
)

DEFAULT_HOME = ".parley"
DEFAULT_PORT = 8080
POSTS_A_MINUTE, FEWEST_POSTS = 375, 20
"""How many posts a whole workspace gets in any minute. Slack allows "several hundred": of these, 300 are for what the calendar
says, the rest for answers."""
SHORTEST_TOKEN = 16
JSON, TEXT = FORMATS = ("json", "text")
EVERYWHERE = ("", "0.0.0.0", "::")
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names this machine calls itself by."""
LEVELS = ("debug", "info", "warning", "error")


class SettingsProblem(Exception):
    """Some settings are missing or cannot be used. ``problems`` has one sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What Parley runs with. ``slack`` and ``teams`` are None without tokens; without either the room opens on its example.

    ``log`` is the level from which lines are written, ``log_format`` "json" or "text". ``warnings`` are sentences about what
    works and should be mended.
    """

    home: Path
    database_url: str = field(repr=False)
    host: str
    port: int
    command: str
    slack: SlackSettings | None = None
    teams: TeamsSettings | None = None
    public_url: str = ""
    example_now: datetime | None = None
    pace: float = 1.0
    posts_a_minute: int = POSTS_A_MINUTE
    settle: float = 10.0
    log: str = "warning"
    log_format: str = JSON
    metrics_token: str = field(default="", repr=False)
    warnings: tuple[str, ...] = ()

    @property
    def is_example(self) -> bool:
        """Whether the room with invented providers is what is served."""
        return self.slack is None and self.teams is None

    @property
    def calendars_at(self) -> str:
        """Where calendar programs reach Parley, without a slash at the end: the public https address, or for the example this
        machine; "" where they cannot. A secret address never goes over a network in the clear."""
        here = f"[{self.host}]" if ":" in self.host else self.host
        own = f"http://{'127.0.0.1' if self.host in EVERYWHERE else here}:{self.port}" if self.is_example else ""
        given = (self.public_url or own).strip().rstrip("/")
        return given if _keeps_secrets(given) else ""


def _keeps_secrets(address: str) -> bool:
    """Whether nobody on the way reads along: https, or nothing but this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in THIS_MACHINE)
    return safe and bool(parts.hostname) and not (parts.query or parts.fragment)


def read(given: Mapping[str, str], *, at_terminal: bool = False) -> Settings:
    """Settings from environment variables and the files they name. ``at_terminal``: a person reads the log lines.

    Raises ``SettingsProblem`` naming every name at once.
    """
    problems: list[str] = []
    warnings: list[str] = []
    environment = with_files(given, problems, warnings)
    home = Path(environment.get("PARLEY_HOME") or DEFAULT_HOME)
    slack, teams = _slack(environment, problems), _teams(environment, problems)
    name = "example.sqlite" if slack is None and teams is None else "parley.sqlite"
    url = environment.get("DATABASE_URL") or f"sqlite:///{home / name}"
    settings = Settings(
        home=home,
        database_url=_database(url, problems),
        host=environment.get("PARLEY_HOST") or "127.0.0.1",
        port=_number(environment, "PARLEY_PORT", DEFAULT_PORT, problems),
        command=_command(environment, problems),
        slack=slack,
        teams=teams,
        public_url=environment.get("PARLEY_PUBLIC_URL", ""),
        example_now=_moment(environment, "PARLEY_EXAMPLE_NOW", problems),
        pace=_seconds(environment, "PARLEY_PACE_SECONDS", 1.0, problems),
        posts_a_minute=_posts(environment, problems),
        log=_level(environment, problems),
        log_format=_format(environment, TEXT if at_terminal else JSON, problems),
        metrics_token=_metrics_token(environment, problems),
        settle=_seconds(environment, "PARLEY_SETTLE_SECONDS", 10.0, problems),
        warnings=tuple(warnings),
    )
    if problems:
        raise SettingsProblem(problems)
    return settings


def _slack(environment: Mapping[str, str], problems: list[str]) -> SlackSettings | None:
    bot, app, secret = (environment.get(f"SLACK_{name}") for name in ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET"))
    if not (bot or app or secret):
        return None
    if not bot:
        problems.append(
            "SLACK_BOT_TOKEN is missing: copy the “Bot User OAuth Token” (xoxb-…) from OAuth & Permissions."
        )
    if not (app or secret):
        problems.append(
            "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is missing: an app-level token (xapp-…) connects without a public"
            " address, a signing secret serves Slack over HTTP. Both stand under Basic Information."
        )
    if bot and not bot.startswith("xoxb-"):
        problems.append("SLACK_BOT_TOKEN does not begin with xoxb-: it seems to be another kind of token.")
    if app and not app.startswith("xapp-"):
        problems.append("SLACK_APP_TOKEN does not begin with xapp-: it seems to be another kind of token.")
    if problems or not bot:
        return None
    return SlackSettings(
        bot_token=bot,
        app_token=app or None,
        signing_secret=secret or None,
        api_url=environment.get("SLACK_API_URL") or "https://slack.com/api/",
        command=environment.get("PARLEY_COMMAND") or "/vendor",
    )


def _teams(environment: Mapping[str, str], problems: list[str]) -> TeamsSettings | None:
    needed = ("TEAMS_CLIENT_ID", "TEAMS_CLIENT_SECRET", "TEAMS_TENANT_ID")
    given = {name: environment.get(name) or "" for name in needed}
    if not any(given.values()):
        return None
    missing = [name for name in needed if not given[name]]
    problems += [
        f"{name} is missing: Teams needs {', '.join(needed)}. They stand in the bot's app registration in Entra."
        for name in missing
    ]
    if missing:
        return None
    tenants = (environment.get("TEAMS_TENANTS") or "").replace(",", " ").split()
    try:
        return TeamsSettings(
            client_id=given["TEAMS_CLIENT_ID"].casefold(),
            client_secret=given["TEAMS_CLIENT_SECRET"],
            tenant_id=given["TEAMS_TENANT_ID"].casefold(),
            tenants=tuple(tenants),
            unsure=(environment.get("TEAMS_UNSURE") or TWICE),  # type: ignore[arg-type]  # looked at there
            service_url=environment.get("TEAMS_SERVICE_URL") or SERVICE_URL,
            login_url=(environment.get("TEAMS_LOGIN_URL") or LOGIN_URL).rstrip("/"),
            metadata_url=environment.get("TEAMS_METADATA_URL") or METADATA_URL,
            graph_url=(environment.get("TEAMS_GRAPH_URL") or GRAPH_URL).rstrip("/"),
            command=environment.get("PARLEY_COMMAND") or "/vendor",
            windows=_windows(environment, problems),
            requests_a_second=_requests(environment, problems),
        )
    except ValueError as problem:
        problems += str(problem).splitlines()
        return None


def _database(url: str, problems: list[str]) -> str:
    if url.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        problems.append(
            f"DATABASE_URL begins with {url.split(':', 1)[0]!r}: use sqlite:///path/to/file or postgresql+psycopg://…"
        )
    return url


def _command(environment: Mapping[str, str], problems: list[str]) -> str:
    command = environment.get("PARLEY_COMMAND") or "/vendor"
    if not command.startswith("/") or " " in command or len(command) > 32:
        problems.append(f"PARLEY_COMMAND is {command!r}: one word that begins with a slash, such as /vendor.")
    return command


def _number(environment: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    text = environment.get(name) or str(default)
    if not text.isdigit() or int(text) > 65535:
        problems.append(f"{name} is {text!r}: a port number such as {default}.")
        return default
    return int(text)


def _posts(environment: Mapping[str, str], problems: list[str]) -> int:
    text = environment.get("PARLEY_POSTS_A_MINUTE") or str(POSTS_A_MINUTE)
    if not text.isdigit() or int(text) < FEWEST_POSTS:
        problems.append(
            f"PARLEY_POSTS_A_MINUTE is {text!r}: how many posts a whole workspace gets in a minute, {FEWEST_POSTS} or more."
        )
        return POSTS_A_MINUTE
    return int(text)


def _windows(environment: Mapping[str, str], problems: list[str]) -> Windows:
    text = environment.get("PARLEY_TEAMS_WINDOWS")
    try:
        return windows(text) if text else WINDOWS
    except ValueError as problem:
        problems.append(f"PARLEY_TEAMS_WINDOWS is {text!r}: {problem}, or leave it empty for Teams' own.")
        return WINDOWS


def _requests(environment: Mapping[str, str], problems: list[str]) -> int:
    text = environment.get("PARLEY_TEAMS_REQUESTS_A_SECOND") or str(REQUESTS_A_SECOND)
    if not text.isdigit() or int(text) < 1:
        problems.append(
            f"PARLEY_TEAMS_REQUESTS_A_SECOND is {text!r}: how many requests Teams takes of the app, {REQUESTS_A_SECOND} unless"
            " Microsoft raised it."
        )
        return REQUESTS_A_SECOND
    return int(text)


def _level(environment: Mapping[str, str], problems: list[str]) -> str:
    level = (environment.get("PARLEY_LOG") or "warning").casefold()
    if level not in LEVELS:
        problems.append(f"PARLEY_LOG is {level!r}: one of {', '.join(LEVELS)}.")
    return level


def _format(environment: Mapping[str, str], otherwise: str, problems: list[str]) -> str:
    form = (environment.get("PARLEY_LOG_FORMAT") or otherwise).casefold()
    if form not in FORMATS:
        problems.append(f"PARLEY_LOG_FORMAT is {form!r}: json for a collector, or text for a person.")
    return form


def _metrics_token(environment: Mapping[str, str], problems: list[str]) -> str:
    token = environment.get("PARLEY_METRICS_TOKEN") or ""
    if token and len(token) < SHORTEST_TOKEN:
        problems.append(
            f"PARLEY_METRICS_TOKEN has {len(token)} characters: take at least {SHORTEST_TOKEN}, such as openssl rand -hex 24 makes."
        )
    return token


def _seconds(environment: Mapping[str, str], name: str, default: float, problems: list[str]) -> float:
    text = environment.get(name) or str(default)
    try:
        return float(text)
    except ValueError:
        problems.append(f"{name} is {text!r}: a number of seconds such as {default}.")
        return default


def _moment(environment: Mapping[str, str], name: str, problems: list[str]) -> datetime | None:
    text = environment.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        problems.append(f"{name} is {text!r}: a moment with its zone, such as 2026-03-02T09:00:00+00:00.")
        return None
    return moment
