"""The environment is read once; what is missing or wrong is said all at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import SettingsProblem, read
from bot.teams.settings import TeamsSettings

ROOT = Path(__file__).parents[2]
CLIENT, TENANT = "11111111-2222-4333-8444-55555555555a", "21111111-2222-4333-8444-55555555555b"
TEAMS = {"TEAMS_CLIENT_ID": CLIENT, "TEAMS_CLIENT_SECRET": "hush", "TEAMS_TENANT_ID": TENANT}


def test_nothing_set_is_the_example() -> None:
    """Without any setting the room opens on its example, on this machine only."""
    settings = read({})
    assert settings.is_example
    assert (settings.host, settings.port, settings.command) == ("127.0.0.1", 8080, "/vendor")
    assert settings.database_url == "sqlite:///.parley/example.sqlite"


def test_slack_has_a_database_of_its_own() -> None:
    """With tokens the example's file is not touched."""
    settings = read({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})
    assert not settings.is_example
    assert settings.database_url.endswith("parley.sqlite")


def test_everything_wrong_is_said_at_once() -> None:
    """Every name that is missing or wrong stands in one error, with the value and the way out."""
    with pytest.raises(SettingsProblem) as trouble:
        read(
            {
                "SLACK_APP_TOKEN": "nonsense",
                "PARLEY_PORT": "eighty",
                "DATABASE_URL": "mysql://x",
                "PARLEY_COMMAND": "vendor",
            }
        )
    said = "\n".join(trouble.value.problems)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "PARLEY_PORT", "DATABASE_URL", "PARLEY_COMMAND"):
        assert name in said
    assert "'eighty'" in said and "8080" in said


def test_a_postgresql_address_gets_its_driver() -> None:
    """The address hosting services hand out works as it is."""
    assert read({"DATABASE_URL": "postgres://me@db/parley"}).database_url == "postgresql+psycopg://me@db/parley"


def test_tokens_are_never_shown() -> None:
    """Whoever prints the settings sees no token."""
    settings = read({"SLACK_BOT_TOKEN": "xoxb-hush", "SLACK_APP_TOKEN": "xapp-hush", "SLACK_SIGNING_SECRET": "hush"})
    assert "hush" not in repr(settings)


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_missing_settings_end_with_two(tmp_path: Path) -> None:
    """The command line says what is missing and ends with 2, without a traceback."""
    ended = command("check", SLACK_APP_TOKEN="xapp-1", PARLEY_HOME=str(tmp_path))
    assert ended.returncode == 2
    assert "SLACK_BOT_TOKEN is missing" in ended.stderr and "Traceback" not in ended.stderr


def test_a_preview_imports_nothing(tmp_path: Path) -> None:
    """Wrong columns and rows are shown with their reasons, and nothing is written without --yes."""
    file = tmp_path / "figures.csv"
    file.write_text(
        "week_ending,contract_name,calls_answered,calls_answered_60s\n2026-03-08,Acme,100,82\nTotal,,100,82\n"
    )
    ended = command("import", "metrics", str(file), PARLEY_HOME=str(tmp_path / "home"))
    assert ended.returncode == 0, ended.stderr
    assert "Would import 1 figures" in ended.stdout and "Nothing was imported" in ended.stdout
    assert not (tmp_path / "home").exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that is not there is said by its name."""
    ended = command("rehearse", "--metrics", "nowhere.csv", "--weeks", "2", "--out", str(tmp_path))
    assert ended.returncode == 2 and "nowhere.csv: there is no such file" in ended.stderr


def secret_in(folder: Path, text: str, mode: int = 0o600) -> str:
    """A file that holds a secret; its path."""
    file = folder / f"secret-{len(list(folder.iterdir()))}"
    file.write_text(text)
    file.chmod(mode)
    return str(file)


def test_secrets_come_from_files_too(tmp_path: Path) -> None:
    """Every secret may be named as a file that holds it, with or without a line's end, and is not shown either."""
    settings = read(
        {
            "SLACK_BOT_TOKEN_FILE": secret_in(tmp_path, "xoxb-hush\n"),
            "SLACK_APP_TOKEN_FILE": secret_in(tmp_path, "xapp-hush"),
            "SLACK_SIGNING_SECRET_FILE": secret_in(tmp_path, "hush"),
            "TEAMS_CLIENT_ID": CLIENT,
            "TEAMS_TENANT_ID": TENANT,
            "TEAMS_CLIENT_SECRET_FILE": secret_in(tmp_path, "hush~.secret\n"),
            "DATABASE_URL_FILE": secret_in(tmp_path, "postgres://me:hush@db/parley"),
            "PARLEY_METRICS_TOKEN_FILE": secret_in(tmp_path, "hush-hush-hush-hush"),
        }
    )
    assert settings.slack is not None and settings.slack.bot_token == "xoxb-hush"
    assert (settings.slack.app_token, settings.slack.signing_secret) == ("xapp-hush", "hush")
    assert settings.teams is not None and settings.teams.client_secret == "hush~.secret"
    assert settings.database_url == "postgresql+psycopg://me:hush@db/parley"
    assert settings.metrics_token == "hush-hush-hush-hush"
    assert settings.warnings == () and "hush" not in repr(settings)


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """Missing, empty, of two words, not text, and given twice: each is said with its name and its path, never its content."""
    empty, two = secret_in(tmp_path, " \n"), secret_in(tmp_path, "xoxb-hush\nxapp-hush\n")
    bytes_of = tmp_path / "bytes"
    bytes_of.write_bytes(b"\xff\xfe\x00hush")
    with pytest.raises(SettingsProblem) as trouble:
        read(
            {
                "SLACK_BOT_TOKEN_FILE": two,
                "SLACK_APP_TOKEN_FILE": str(tmp_path / "nowhere"),
                "SLACK_SIGNING_SECRET_FILE": empty,
                "DATABASE_URL": "sqlite:///hush",
                "DATABASE_URL_FILE": empty,
                "PARLEY_METRICS_TOKEN_FILE": str(bytes_of),
            }
        )
    said = "\n".join(trouble.value.problems)
    for words in (
        f"SLACK_BOT_TOKEN_FILE is {two!r}, which holds more than one word",
        f"SLACK_APP_TOKEN_FILE is {str(tmp_path / 'nowhere')!r}, which cannot be read (No such file",
        f"SLACK_SIGNING_SECRET_FILE is {empty!r}, which is empty",
        "DATABASE_URL and DATABASE_URL_FILE are both set",
        f"PARLEY_METRICS_TOKEN_FILE is {str(bytes_of)!r}, which cannot be read (it is not text)",
    ):
        assert words in said
    assert "hush" not in said


@pytest.mark.parametrize(("mode", "warns"), [(0o600, False), (0o640, False), (0o644, True), (0o660, True)])
def test_a_secret_others_can_read_is_warned_of(tmp_path: Path, mode: int, warns: bool) -> None:
    """A file that everybody may read, or a group may write, is used and warned of; one for its owner and group is not."""
    path = secret_in(tmp_path, "sqlite:///x.sqlite", mode)
    settings = read({"DATABASE_URL_FILE": path})
    assert settings.database_url == "sqlite:///x.sqlite"
    assert [path in each and "chmod 600" in each for each in settings.warnings] == ([True] if warns else [])


def test_measures_and_lines_have_settings() -> None:
    """Lines are text at a terminal and JSON elsewhere unless it is said; another form, and a token that could be guessed,
    are refused."""
    assert read({}).log_format == "json" and read({}, at_terminal=True).log_format == "text"
    assert read({"PARLEY_LOG_FORMAT": "JSON"}, at_terminal=True).log_format == "json"
    with pytest.raises(SettingsProblem) as trouble:
        read({"PARLEY_LOG_FORMAT": "xml", "PARLEY_METRICS_TOKEN": "short"})
    assert "'xml'" in str(trouble.value) and "at least 16" in str(trouble.value) and "short" not in str(trouble.value)


# --- Teams


def teams(**more: str) -> TeamsSettings:
    """What is read of Teams, with these settings besides the three that are needed."""
    found = read({**TEAMS, **more}).teams
    assert found is not None
    return found


def test_three_settings_are_teams() -> None:
    """With client id, secret and tenant Teams is on, beside Slack or alone, with Microsoft's own addresses and a database
    of its own; ids are compared in lower case, as Microsoft writes them."""
    settings = read({**TEAMS, "TEAMS_CLIENT_ID": CLIENT.upper()})
    assert settings.teams is not None and settings.slack is None and not settings.is_example
    assert settings.teams.client_id == CLIENT and settings.teams.bot_user == f"28:{CLIENT}"
    assert settings.database_url.endswith("parley.sqlite")
    found = settings.teams
    assert (found.service_url, found.login_url, found.metadata_url, found.graph_url, found.unsure) == (
        "https://smba.trafficmanager.net/teams/",
        "https://login.microsoftonline.com",
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        "https://graph.microsoft.com",
        "twice",
    )
    both = read({**TEAMS, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"})
    assert both.teams is not None and both.slack is not None


@pytest.mark.parametrize("missing", list(TEAMS))
def test_part_of_teams_is_said_to_be_part(missing: str) -> None:
    """Each of the three that is missing is named with where it stands."""
    with pytest.raises(SettingsProblem) as trouble:
        read({name: value for name, value in TEAMS.items() if name != missing})
    assert len(trouble.value.problems) == 1
    assert trouble.value.problems[0].startswith(f"{missing} is missing") and "Entra" in trouble.value.problems[0]


def test_more_tenants_are_the_clients_own() -> None:
    """Several tenants, with commas or spaces, count as the client's; everybody else's people are outsiders."""
    other, third = TENANT.replace("2", "3"), TENANT.replace("2", "4")
    assert teams(TEAMS_TENANTS=f"{other.upper()}, {third}").own_tenants == {TENANT, other, third}


def test_another_cloud_is_trusted_alone() -> None:
    """A service address of one's own adds its host and nothing else to where the token goes; slashes at the end do not
    matter."""
    found = teams(
        TEAMS_SERVICE_URL="http://127.0.0.1:99/teams/",
        TEAMS_LOGIN_URL="https://login.example.com/",
        TEAMS_GRAPH_URL="https://graph.example.com/",
    )
    assert found.service_hosts == (*teams().service_hosts, "127.0.0.1:99")
    assert (found.login_url, found.graph_url) == ("https://login.example.com", "https://graph.example.com")


WRONG_TEAMS = [
    ("TEAMS_CLIENT_ID", "parley", "app registration's Overview"),
    ("TEAMS_CLIENT_ID", "{11111111-2222-4333-8444-55555555555a}", "app registration's Overview"),
    ("TEAMS_TENANT_ID", "client.onmicrosoft.com", "00000000-0000-0000-0000-000000000000"),
    ("TEAMS_TENANTS", f"{TENANT} vendor.com", "Overview of that tenant"),
    ("TEAMS_CLIENT_SECRET", "  ", "Certificates & secrets"),
    ("TEAMS_UNSURE", "perhaps", "twice (post it again) or never (tell a manager)"),
    ("TEAMS_SERVICE_URL", "smba.trafficmanager.net", "leave it empty for Microsoft's own"),
    ("TEAMS_LOGIN_URL", "ftp://login.example.com", "leave it empty for Microsoft's own"),
    ("TEAMS_METADATA_URL", "https://", "leave it empty for Microsoft's own"),
    ("TEAMS_GRAPH_URL", "graph", "leave it empty for Microsoft's own"),
]


@pytest.mark.parametrize(("name", "value", "way_out"), WRONG_TEAMS)
def test_each_wrong_setting_of_teams_is_named(name: str, value: str, way_out: str) -> None:
    """A value of the wrong shape is named with what was read and the way out, and no secret is shown."""
    with pytest.raises(SettingsProblem) as trouble:
        read({**TEAMS, "TEAMS_CLIENT_SECRET": "hush", name: value})
    assert len(trouble.value.problems) == 1
    said = trouble.value.problems[0]
    assert said.startswith(name) and way_out in said and "hush" not in said


def test_everything_wrong_with_teams_is_said_at_once() -> None:
    """Nobody mends one setting of Teams after the other."""
    with pytest.raises(SettingsProblem) as trouble:
        read({**TEAMS, **{name: value for name, value, _ in WRONG_TEAMS}})
    assert len(trouble.value.problems) == len({name for name, _, _ in WRONG_TEAMS})


def test_the_secret_of_teams_is_never_shown() -> None:
    """Whoever prints the settings sees no client secret."""
    assert "hush" not in repr(read(TEAMS)) and "hush" not in repr(teams())


def test_a_strangers_env_file_above_changes_nothing(tmp_path: Path) -> None:
    """The Teams SDK reads the .env of any folder above when it is imported; settings are read before."""
    (tmp_path / ".env").write_text("PARLEY_PORT=none-of-ours\n")
    (tmp_path / "inside").mkdir()
    house = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "check"],
        cwd=tmp_path / "inside",
        env=house,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "PARLEY_PORT" not in done.stderr and "Neither Slack nor Teams" in done.stdout, done.stderr
