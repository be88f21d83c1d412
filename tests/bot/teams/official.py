"""Microsoft's own JSON schema of the app manifest, installed from npm for the tests and stored nowhere in the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "@microsoft/app-manifest"
VERSION = "1.1.2"
FOLDER = Path(__file__).parents[3] / ".venv" / "official" / f"app-manifest-{VERSION}"
WITHIN = 120
"""Seconds an installation may take."""


def manifest_schema(version: str) -> dict[str, Any]:
    """The official schema of one manifest version. Where npm is missing the test is skipped, except in CI."""
    file = FOLDER / "node_modules" / PACKAGE / "build/json-schemas/teams" / f"v{version}" / "MicrosoftTeams.schema.json"
    if not file.exists():
        _install()
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8-sig"))
    return told


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        if os.environ.get("CI"):
            pytest.fail("npm is missing: the official manifest schema has to be looked at here")
        pytest.skip("no npm on this machine: the official manifest schema was not looked at")
    FOLDER.mkdir(parents=True, exist_ok=True)
    words = ("install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")
    subprocess.run([npm, *words, "--prefix", str(FOLDER), f"{PACKAGE}@{VERSION}"], check=True, timeout=WITHIN)
