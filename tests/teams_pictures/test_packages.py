"""The official renderer is fetched by npm, in fixed versions, and whoever has no npm is told so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.teams_pictures.packages import NEEDED, VERSIONS, Unavailable, installed


def test_without_npm_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback: one sentence with the way out."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="apt-get install nodejs npm"):
        installed(tmp_path / "npm")


def test_what_is_there_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the right versions nothing is asked of npm; in another version it would be."""
    for name, version in VERSIONS.items():
        file = tmp_path / "node_modules" / name / "package.json"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({"version": version}))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installed(tmp_path) == [tmp_path / "node_modules" / each for each in NEEDED]
    file.write_text(json.dumps({"version": "1.0.0"}))
    with pytest.raises(Unavailable):
        installed(tmp_path)


def test_the_versions_are_fixed() -> None:
    """A picture must not change because somebody published something."""
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in VERSIONS.values())
