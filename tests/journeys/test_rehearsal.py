"""A rehearsal on the NHS 111 figures: complete, right, and the same bytes wherever it is played."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).resolve().parents[2]
FILE = HOME.parent / "shared" / "data" / "nhs111" / "nhs111_weekly.csv"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.is_file(), reason=f"the real data is not at {FILE}; see its PROVENANCE.md"),
]
WEEKS, PROVIDERS = 18, 28
INTERNAL = ("only for you", "declin", "watch", "baseline", "its first 12 weeks", "no action is on record", "peers")
"""Words of the findings that only the client reads."""


def _rehearse(out: Path, *, python: str = sys.executable, where: Path = HOME, **environment: str) -> bytes:
    """``messages.jsonl`` of a rehearsal by a process of its own, in folder ``where``."""
    command = [python, "-m", "bot", "rehearse", "--metrics", str(FILE), "--weeks", str(WEEKS), "--out", str(out)]
    told = {**os.environ, "PYTHONPATH": str(HOME), **environment}
    done = subprocess.run(command, cwd=where, env=told, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr
    return (out / "messages.jsonl").read_bytes()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """One rehearsal, for every test here to look at."""
    return _rehearse(tmp_path_factory.mktemp("rehearsal") / "out", TZ="UTC", PYTHONHASHSEED="0")


@pytest.fixture(scope="module")
def messages(written: bytes) -> list[dict[str, Any]]:
    """What was said, in order."""
    return [json.loads(line) for line in written.decode().splitlines()]


def _weekly(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in messages if each["kind"] == "digest.weekly"]


def _week_of(message: dict[str, Any]) -> str:
    """The Monday of the week a digest covers, from its reason."""
    return str(message["reason"]).rpartition(" ")[2]


def _figures() -> dict[tuple[str, str], tuple[int, int]]:
    """Answered within 60 s and answered, by provider and Monday, straight from the file."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {
            (row["contract_name"], str(date.fromisoformat(row["week_ending"]) - timedelta(days=6))): (
                int(row["calls_answered_60s"] or 0),
                int(row["calls_answered"] or 0),
            )
            for row in csv.DictReader(lines)
        }


def test_every_provider_gets_every_week_once(messages: list[dict[str, Any]]) -> None:
    """Eighteen weeks of 28 providers are 504 weekly digests, each provider and week exactly once."""
    found = Counter((each["provider"], _week_of(each)) for each in _weekly(messages))
    assert len(found) == WEEKS * PROVIDERS and set(found.values()) == {1}
    assert len({each["once"] for each in messages}) == len(messages)


def test_the_client_reads_each_provider_and_one_portfolio_a_week(messages: list[dict[str, Any]]) -> None:
    """As many internal digests as shared ones, and one portfolio of all providers a week, over which they hang."""
    kinds = Counter(each["kind"] for each in messages)
    assert kinds["digest.internal"] == kinds["digest.weekly"] == WEEKS * PROVIDERS
    portfolios = [each for each in messages if each["kind"] == "digest.portfolio"]
    assert len(portfolios) == len({_week_of(each) for each in portfolios}) == WEEKS
    assert all(each["visibility"] == "INT" and f"of {PROVIDERS} in trouble" in each["text"] for each in portfolios)


def test_ten_digests_say_what_the_file_says(messages: list[dict[str, Any]]) -> None:
    """F2 within 60 s, reckoned here from the counts of the file, stands in the digests of that provider and week."""
    figures = _figures()
    told = [each for each in _weekly(messages) if figures.get((each["provider"], _week_of(each)), (0, 0))[1]]
    for message in told[:: len(told) // 10][:10]:
        within, answered = figures[message["provider"], _week_of(message)]
        assert f"Service level: {100 * within / answered:.1f} %" in message["text"]


def test_a_missing_week_is_grey_and_never_zero(messages: list[dict[str, Any]]) -> None:
    """Where the file has no calls for a provider and week, its digest shows a grey ring and no number."""
    figures = _figures()
    gone = [each for each in _weekly(messages) if not figures.get((each["provider"], _week_of(each)), (0, 0))[1]]
    assert gone
    for message in gone:
        (row,) = [line for line in message["text"].splitlines() if "Service level" in line and line[0] in "●▲■○–"]
        assert row.startswith("○") and "no data" in row.lower()
        assert ": 0" not in row.partition("target")[0]


def test_nothing_internal_is_said_to_both_companies(messages: list[dict[str, Any]]) -> None:
    """What stands in a shared channel holds none of the findings that only the client reads."""
    for message in messages:
        if message["visibility"] == "SH":
            assert not [word for word in INTERNAL if word in message["text"].casefold()]
            assert "/shared-" in message["address"]


def test_the_bytes_depend_on_nothing_around_it(written: bytes, tmp_path: Path) -> None:
    """Another zone of the machine, hash seed and working folder write the same bytes."""
    (tmp_path / "elsewhere").mkdir()
    again = _rehearse(
        tmp_path / "out", where=tmp_path / "elsewhere", TZ="Pacific/Kiritimati", PYTHONHASHSEED="4711", LC_ALL="C"
    )
    assert again == written


@pytest.mark.parametrize("name", ["python3.12", "python3.13", "python3.14"])
def test_another_python_writes_the_same_bytes(name: str, written: bytes, tmp_path: Path) -> None:
    """Every Python that is here and has our dependencies writes the same bytes."""
    python = shutil.which(name)
    able = python and subprocess.run(
        [python, "-c", "import sqlmodel, babel, structlog"], capture_output=True, check=False
    )
    if python is None or not able or able.returncode:
        pytest.skip(f"{name} with our dependencies is not on the PATH")
    assert _rehearse(tmp_path / "out", python=python) == written
