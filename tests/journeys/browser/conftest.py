"""The browser, the program and its people; a walk that fails leaves its recording in a temporary folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.browser.program import program
from tests.journeys.browser.seat import ARGUMENTS, CHROMIUM, Company

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[None]:
    """Remember whether the walk failed, for the fixture that keeps its recording."""
    report = yield
    if call.when == "call":
        item.stash[FAILED] = call.excinfo is not None
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window; skipped where there is none, except on CI."""
    if not CHROMIUM.exists():
        missing = f"{CHROMIUM} is not installed: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the ready example in it, made by the program itself at its first start."""
    home = tmp_path_factory.mktemp("furnished")
    with program(home):
        pass
    return home


@pytest.fixture
def company(browser: Browser, furnished: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Company]:
    """The program on its own copy of the example, and whoever sits down at it."""
    home = tmp_path / "home"
    shutil.copytree(furnished, home)
    with program(home) as address:
        people = Company(browser, address)
        yield people
        keep = request.node.stash.get(FAILED, False)
        people.leave(tmp_path if keep else None)
        if keep:
            print(f"\nThe walk is recorded in {tmp_path}: playwright show-trace {tmp_path}/0-*.zip")
        assert people.troubles == []
