"""The house's rules about who may import whom, read from the source."""

from __future__ import annotations

import ast
import collections
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
SHARED = {
    "calendar",
    "replies",
    "places",
    "saying",
    "waking",
    "lateness",
    "graces",
    "schedules",
    "vocabulary",
    "asking",
    "routes",
    "router",
    "records",
    "stand_ins",
    "agendas",
    "ladders",
    "csv_file",
    "noise",
    "outsiders",
    "mirrors",
}
"""What every room of ``handlers`` may use, and the two files that join the rooms."""
SISTERS = {
    ("providers", "metrics"): "setting a provider up chooses its metrics from the catalogue",
    ("digests", "metrics"): "a digest tells the figures",
    ("improvements", "metrics"): "a plan closes when its figure holds",
    ("home", "metrics"): "Home tells how the figures stand against their targets",
    ("home", "catching_up"): "Home lists what was missed while nothing ran",
}
"""Rooms that may know a sister, and why."""
UNEXPECTED = {"bot/delivery/courier.py", "bot/dispatch.py"}
"""The only files that may catch what nobody expected."""

FILES = sorted(
    path
    for top in ("bot", "handlers", "storage")
    for path in (HOUSE / top).rglob("*.py")
    if "versions" not in path.parts
)


def name_of(path: Path) -> str:
    """The module's dotted name."""
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of ours, parsed when the first test asks: a worker that runs none of these tests reads nothing."""
    return {name_of(path): ast.parse(path.read_text()) for path in FILES}


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module a tree imports, our own names resolved to modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in trees() else str(node.module)


@cache
def imports() -> dict[str, set[str]]:
    """What each module of ours imports."""
    return {name: set(imported(tree)) for name, tree in trees().items()}


@cache
def ours() -> dict[str, set[str]]:
    """What each module of ours imports of ours."""
    return {name: {each for each in those if each in trees()} for name, those in imports().items()}


def test_the_arrows_point_down() -> None:
    """storage imports nothing of ours; handlers import handlers and storage only."""
    wrong = [
        (name, each)
        for name, those in ours().items()
        for each in those
        if (name.startswith("storage") and not each.startswith("storage"))
        or (name.startswith("handlers") and each.startswith("bot"))
    ]
    assert wrong == []


def test_the_vocabulary_needs_nothing() -> None:
    """handlers.vocabulary imports itself and the standard library."""
    wrong = [
        (name, each)
        for name, those in imports().items()
        if name.startswith("handlers.vocabulary")
        for each in those
        if not each.startswith("handlers.vocabulary") and each.partition(".")[0] not in sys.stdlib_module_names
    ]
    assert wrong == []


def test_sisters_do_not_know_each_other() -> None:
    """A room of handlers imports no sister room, save those written down with a reason; and every exception is used."""
    found = {
        (name.split(".")[1], each.split(".")[1]): (name, each)
        for name, those in ours().items()
        if name.startswith("handlers.") and (HOUSE / "handlers" / name.split(".")[1]).is_dir()
        for each in those
        if each.startswith("handlers.") and each.split(".")[1] not in SHARED | {name.split(".")[1]}
    }
    assert {pair: where for pair, where in found.items() if pair not in SISTERS} == {}
    assert set(SISTERS) - set(found) == set(), "exceptions nobody uses any more"
    used = {each.split(".")[1] for those in ours().values() for each in those if each.startswith("handlers.")}
    assert SHARED - used == set(), "shared names nobody uses any more"


def test_doors_do_not_know_each_other() -> None:
    """bot.slack, bot.teams and bot.room import no other door; of handlers they know the vocabulary."""
    doors = ("bot.slack", "bot.teams", "bot.room")
    wrong = [
        (name, each)
        for name, those in ours().items()
        for door in doors
        if name.startswith(door)
        for each in those
        if each.startswith(tuple(other for other in doors if other != door))
        or (each.startswith("handlers.") and not each.startswith("handlers.vocabulary"))
    ]
    assert wrong == []


def test_no_import_inside_a_function() -> None:
    """What a module needs stands at its top."""
    wrong = [
        (name, function.name)
        for name, tree in trees().items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    ]
    assert wrong == []


def test_no_circle() -> None:
    """No module leads back to itself."""
    try:
        TopologicalSorter(ours()).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_only_few_files_catch_everything() -> None:
    """``except Exception`` (or broader) stands in the files written down, and in each of them."""
    found = {
        str(path.relative_to(HOUSE))
        for path in FILES
        for node in ast.walk(trees()[name_of(path)])
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or any(_catches_all(each) for each in ast.walk(node.type)))
    }
    assert found == UNEXPECTED


def _catches_all(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in {"Exception", "BaseException"}


def test_every_test_says_what_it_proves() -> None:
    """Each test has a docstring, and no two tests of a file have one name (the second would hide the first)."""
    silent, hidden = [], []
    for path in sorted((HOUSE / "tests").rglob("test_*.py")):
        module = ast.parse(path.read_text())
        classes = [node.body for node in module.body if isinstance(node, ast.ClassDef)]
        for body in (module.body, *classes):
            tests = [
                node
                for node in body
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
            ]
            names = collections.Counter(test.name for test in tests)
            silent += [f"{path.name}::{test.name}" for test in tests if not ast.get_docstring(test)]
            hidden += [f"{path.name}::{name}" for name, count in names.items() if count > 1]
    assert (silent, hidden) == ([], [])


def test_one_module_knows_the_engine() -> None:
    """DBOS moves fast: it is imported in one module."""
    assert [name for name, those in imports().items() if any(each.partition(".")[0] == "dbos" for each in those)] == [
        "bot.delivery.engine"
    ]


def test_importing_builds_nothing() -> None:
    """Every module can be imported in an empty environment, and opens no file to write, no socket, no thread.

    The sign-in library's HTTP client tries at import whether this machine has IPv6 (``::1``, any port): that is let pass."""
    program = f"""
import importlib, os, socket, sys, threading
def refuse(event, args):
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if event == "socket.bind" and args[1] == ("::1", 0):
        return
    if writes or event in ("socket.connect", "socket.bind", "sqlite3.connect"):
        raise SystemExit(f"{{event}} {{args}}")
sys.dont_write_bytecode = True
sys.addaudithook(refuse)
for name in {[name for name in trees() if name not in ("storage.migrations.env", "bot.__main__")]!r}:
    importlib.import_module(name)
assert threading.active_count() == 1, threading.enumerate()
"""
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=HOUSE, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr or done.stdout
