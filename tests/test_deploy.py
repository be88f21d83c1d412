"""What runs Parley elsewhere names only files, settings and commands that exist. None of it is run by these tests."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.commands import checking, manifests
from bot.secret_files import SECRETS, SUFFIX
from bot.settings import read
from bot.slack.manifest import PATH as SLACK
from bot.teams.settings import PATH as TEAMS
from handlers.reviews.calendars.rules import PATH as CALENDARS
from storage.version import PROGRAM

HOUSE = Path(__file__).parent.parent
NAME = re.compile(r"\b(?:SLACK|TEAMS|PARLEY|DATABASE)_[A-Z_]+\b")
SOURCES = ("bot/settings.py", "bot/slack/settings.py", "bot/teams/settings.py")
OF_COMPOSE = {"PARLEY_SITE"}
"""Names that the compose file gives to the proxy, not to Parley."""


def settings() -> set[str]:
    """Every name the settings read. ``SLACK_`` tokens are read by their endings."""
    found = {name for source in SOURCES for name in NAME.findall((HOUSE / source).read_text())}
    return found | set(SECRETS)


def known() -> set[str]:
    """Every name that may be set."""
    return settings() | {name + SUFFIX for name in SECRETS}


def assigned(text: str) -> set[str]:
    """The names a file of lines NAME=value sets."""
    return set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE))


def compose() -> dict[str, Any]:
    """The compose file."""
    told: dict[str, Any] = yaml.safe_load((HOUSE / "compose.yaml").read_text())
    return told


def unit() -> Iterator[tuple[str, str]]:
    """The unit's lines, name and value."""
    for line in (HOUSE / "deploy/parley.service").read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield name, value


def test_the_example_of_settings_tells_all_of_them() -> None:
    """.env.example has a line for every setting there is and for none that is not, and its own values are accepted."""
    text = (HOUSE / ".env.example").read_text()
    assert assigned(text) == settings()
    assert {name + SUFFIX for name in SECRETS} <= set(NAME.findall(text))
    values = dict(re.findall(r"^([A-Z_]+)=(.+)$", text, re.MULTILINE))
    assert read(values).is_example


def test_the_readme_names_what_there_is() -> None:
    """Every setting and every option of `check` and `manifest` that the README names exists."""
    text = (HOUSE / "README.md").read_text()
    assert set(NAME.findall(text)) <= known()
    for module, command in ((checking, "check"), (manifests, "manifest slack"), (manifests, "manifest teams")):
        parser = argparse.ArgumentParser()
        module.arguments(parser)
        lines = re.findall(rf"`[^`]*-m\s+bot\s+{command}([^`]*)`", text)
        assert lines, command
        for option in re.findall(r"--[a-z-]+", " ".join(lines)):
            assert option in parser.format_help(), option


def test_the_image_is_made_of_what_is_there() -> None:
    """Every path the Dockerfile copies exists and is sent to the build, every setting it makes is one, and it runs as a user
    of its own with a health check."""
    text = (HOUSE / "Dockerfile").read_text()
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE) for word in line.split()[:-1]]
    sent = {line[1:] for line in (HOUSE / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied and all((HOUSE / path).exists() for path in copied) and set(copied) == sent
    assert set(re.findall(r"^(?:ENV )?\s*(PARLEY_[A-Z_]+)=", text, re.MULTILINE)) <= settings()
    assert "--require-hashes" in text and "USER parley" in text and "/healthz" in text and "PARLEY_HOST=0.0.0.0" in text
    script = re.search(r'CMD \["python", "-c", "(.+)"\]', text)
    assert script is not None
    compile(script[1].replace('\\"', '"'), "healthcheck", "exec")


def test_two_replicas_are_composed() -> None:
    """The compose file runs two replicas on PostgreSQL, gives every secret as a file that is declared, and names only
    settings that exist."""
    told = compose()
    parley = told["services"]["parley"]
    assert parley["deploy"]["replicas"] == 2 and "ports" not in parley
    assert set(parley["environment"]) <= known()
    files = {name: value for name, value in parley["environment"].items() if name.endswith(SUFFIX)}
    assert set(files.values()) == {f"/run/secrets/{name}" for name in parley["secrets"]}
    assert not set(parley["environment"]) & set(SECRETS), "a secret stands in the file itself"
    used = {name for service in told["services"].values() for name in service.get("secrets", [])}
    assert used == set(told["secrets"])
    assert all(file["file"].startswith("./secrets/") for file in told["secrets"].values())
    assert "secrets/" in (HOUSE / ".gitignore").read_text().splitlines()
    mounted = [each.partition(":")[0] for each in told["services"]["proxy"]["volumes"]]
    assert all((HOUSE / path).is_file() for path in mounted if path.startswith("./"))
    assert {
        name for service in told["services"].values() for name in NAME.findall(str(service))
    } <= known() | OF_COMPOSE


def test_the_proxy_lets_nothing_else_through() -> None:
    """From outside only the addresses of Slack, Teams and calendars are served, and nothing writes down which; the replicas' own port is the one they listen on."""
    told = (HOUSE / "deploy/Caddyfile").read_text()
    assert re.findall(r"^\t@doors path (.+)$", told, re.MULTILINE) == [f"{SLACK} {TEAMS} /{CALENDARS}/*"]
    assert not re.search(r"^\s*log\b", told, re.MULTILINE)
    assert re.findall(r"^\thandle(.*) {$", told, re.MULTILINE) == [" @doors", ""]
    assert "dynamic a parley 8080" in told and "PARLEY_PORT=8080" in (HOUSE / "Dockerfile").read_text()


def test_the_unit_names_what_there_is() -> None:
    """The systemd unit sets only settings that exist, hands over every credential it names, and starts the command line."""
    lines = list(unit())
    environment = dict(value.partition("=")[::2] for name, value in lines if name == "Environment")
    assert set(environment) <= known() and not set(environment) & set(SECRETS)
    given = {value.partition(":")[0] for name, value in lines if name == "LoadCredential"}
    assert {value.removeprefix("%d/") for name, value in environment.items() if name.endswith(SUFFIX)} == given
    assert dict(lines)["ExecStart"].endswith("-m bot run") and dict(lines)["Restart"] == "on-failure"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_systemd_reads_the_unit(tmp_path: Path) -> None:
    """systemd itself finds nothing to complain about; only the interpreter is the one of this environment."""
    text = (HOUSE / "deploy/parley.service").read_text().replace("/opt/parley/.venv/bin/python", sys.executable)
    (tmp_path / "parley.service").write_text(text)
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "parley.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "parley.service:" not in found.stderr, found.stderr


def test_the_program_says_the_version_it_is() -> None:
    """The version in the measures and the backups is that of pyproject.toml."""
    assert tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]["version"] == PROGRAM
