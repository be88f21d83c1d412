"""Every kind of message the house says stands in the table of kinds, and nothing else does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from handlers.noise.kinds import KINDS, Origin, Own, Second

HANDLERS = Path(__file__).parents[3] / "handlers"
SAYS = {"About", "about", "_about"}
"""What makes an ``About`` with a kind: the class itself, and the helpers of the rooms."""
SPOKEN = {f"metrics.{word}" for word in ("asked", "challenge", "elsewhere", "read", "undone", "volume", "which")}
"""Kinds of answers in a figures thread: ``say_in`` puts "metrics." before the word it is given."""
KIND = re.compile(r"[a-z]+(\.[a-z_]+)*")


def _constants(tree: ast.Module) -> dict[str, str]:
    """Names of a module that stand for a string, those of a tuple too."""
    found: dict[str, str] = {}
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for name, value in zip(names, values, strict=False):
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    found[name.id] = value.value
    return found


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _kinds() -> Iterator[tuple[str, str]]:
    """Every kind that is given to what makes an ``About``, with the file it is in."""
    trees = {path: ast.parse(path.read_text()) for path in sorted(HANDLERS.rglob("*.py"))}
    everywhere = {name: text for tree in trees.values() for name, text in _constants(tree).items()}
    for path, tree in trees.items():
        here = _constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) in SAYS | {"post"}:
                values = [*node.args, *(each.value for each in node.keywords if each.arg == "kind")]
                for value in (inner for each in values[:3] for inner in ast.walk(each)):
                    text = _text(value, here, everywhere)
                    if text is not None and "." in text and KIND.fullmatch(text):
                        yield text, str(path.relative_to(HANDLERS))


def _text(value: ast.AST, here: dict[str, str], everywhere: dict[str, str]) -> str | None:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, ast.Name):
        return here.get(value.id)
    if isinstance(value, ast.Attribute):
        return everywhere.get(value.attr)
    return None


def test_every_kind_of_message_was_decided_on() -> None:
    """Whoever adds a kind of message has to say whether it comes by itself: every kind in the code is in the table."""
    undecided = {kind: where for kind, where in _kinds() if kind not in KINDS}
    assert undecided == {}, "add these to handlers/noise/kinds.py"


def test_the_table_holds_no_kind_that_nobody_says() -> None:
    """A kind that is said no more leaves the table: each is found in the code, or spoken by the figures thread."""
    words = "\n".join(path.read_text() for path in HANDLERS.rglob("*.py") if path.name != "kinds.py")
    unsaid = {kind for kind in KINDS if f'"{kind}"' not in words and kind not in SPOKEN}
    assert unsaid == set()


def test_figures_answers_are_those_in_the_table() -> None:
    """What is said in a figures thread has a line in the table, by the word it is said with."""
    found = set()
    for path in (HANDLERS / "metrics").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _called(node) == "say_in":
                found |= {f"metrics.{each.value!s}" for each in node.args if isinstance(each, ast.Constant)}
    assert found == SPOKEN


def test_whatever_comes_by_itself_says_by_which_rule() -> None:
    """Each kind that comes by itself names itself and its rule, and what is never turned off says so."""
    for name, kind in KINDS.items():
        assert kind.what and kind.rule.endswith("."), name
        if kind.origin is Origin.ITSELF and kind.own is Own.ALONE and not kind.switches:
            assert "Severity 1" in kind.rule or "severity 1" in kind.rule, f"{name} can be changed by nobody"


def test_no_digest_is_put_off_to_another_day() -> None:
    """A digest that finds its channel's day taken is told in a thread: it belongs to its day."""
    digests = ("digest.weekly", "digest.internal", "digest.portfolio")
    assert {KINDS[name].second for name in digests} == {Second.HANGS}
