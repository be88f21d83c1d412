"""Secrets from files: whoever does not want a token in the environment names a file that holds it, ``<NAME>_FILE``.

That is how Docker, Kubernetes and systemd hand secrets over.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "TEAMS_CLIENT_SECRET",
    "DATABASE_URL",
    "PARLEY_METRICS_TOKEN",
)
"""The settings that may be given so."""
SUFFIX = "_FILE"
LONGEST = 4096
"""Bytes of a secret; a longer file is surely another one."""
HANDED_OVER = (Path("/run/secrets"), Path("/run/credentials"), Path("/var/run/secrets"))
"""Where containers and systemd put them: nobody else reads there, whatever the file's own permissions say."""


def with_files(environment: Mapping[str, str], problems: list[str], warnings: list[str]) -> dict[str, str]:
    """The environment with every secret that is in a file. A sentence for whatever cannot be read goes to ``problems``, for
    whatever others on this machine can read to ``warnings``; neither holds a secret."""
    known = dict(environment)
    for name in SECRETS:
        path = environment.get(name + SUFFIX)
        if not path:
            continue
        if environment.get(name):
            problems.append(
                f"{name} and {name}{SUFFIX} are both set: remove one, so that it is clear which one counts."
            )
            continue
        value = _read(name + SUFFIX, Path(path), problems)
        if value is not None:
            known[name] = value
            _check_permissions(name + SUFFIX, Path(path), warnings)
    return known


def _read(name: str, file: Path, problems: list[str]) -> str | None:
    try:
        with file.open("rb") as opened:
            text = opened.read(LONGEST + 1).decode().strip()
    except (OSError, UnicodeDecodeError) as refused:
        why = refused.strerror if isinstance(refused, OSError) else "it is not text"
        problems.append(
            f"{name} is {str(file)!r}, which cannot be read ({why}): name a text file that holds only the value."
        )
        return None
    if not text:
        problems.append(f"{name} is {str(file)!r}, which is empty: write the value into it, alone.")
        return None
    if len(text.split()) > 1 or len(text) > LONGEST:
        problems.append(
            f"{name} is {str(file)!r}, which holds more than one word: it must hold the value and nothing else."
        )
        return None
    return text


def _check_permissions(name: str, file: Path, warnings: list[str]) -> None:
    place = file.resolve()
    if any(place.is_relative_to(folder) for folder in HANDED_OVER):
        return
    mode = place.stat().st_mode
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        warnings.append(f"{name}: others on this machine may use {str(file)!r}; take that away with: chmod 600 {file}")
