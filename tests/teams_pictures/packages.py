"""The official renderer and the markdown library it asks for, from npm, kept in a folder of the environment."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
from pathlib import Path

VERSIONS = {"adaptivecards": "3.0.6", "markdown-it": "14.1.0"}
FOLDER = Path(sys.prefix) / "npm"
NEEDED = (
    "adaptivecards/dist/adaptivecards.css",
    "markdown-it/dist/markdown-it.min.js",
    "adaptivecards/dist/adaptivecards.min.js",
)
"""In the order a page needs them."""
PATIENCE = 120


class Unavailable(Exception):
    """The renderer is not there and cannot be fetched; the message says how to mend it."""


def installed(folder: Path = FOLDER) -> list[Path]:
    """The renderer's files, fetched once into ``folder``, however many ask at a time. Raises ``Unavailable``."""
    folder.mkdir(parents=True, exist_ok=True)
    modules = folder / "node_modules"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if any(_version(modules / name) != version for name, version in VERSIONS.items()):
            _install(folder)
    return [modules / name for name in NEEDED]


def _version(package: Path) -> str:
    file = package / "package.json"
    return str(json.loads(file.read_text(encoding="utf-8"))["version"]) if file.exists() else ""


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable("npm is not installed: apt-get install nodejs npm")
    wanted = [f"{name}@{version}" for name, version in VERSIONS.items()]
    flags = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(
            [npm, "install", "--prefix", str(folder), *flags, *wanted],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(
            f"npm did not fetch {' and '.join(wanted)} within {PATIENCE} s: is there a network?"
        ) from None
    if done.returncode:
        raise Unavailable(f"npm could not fetch {' and '.join(wanted)}:\n{done.stderr[-600:]}")
