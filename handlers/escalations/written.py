"""A matrix as YAML that a manager reads and edits; nothing in it is a program, and every problem names its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from handlers.escalations.matrix import LEVELS, POSTS, SEVERITIES, BadMatrix, Matrix, Named, Step, after_of, after_text
from handlers.escalations.matrix import checked as checked_matrix
from handlers.ladders import HIGHEST
from handlers.records.yaml_text import NotYaml, compose
from handlers.vocabulary.address import Side
from handlers.vocabulary.incoming import plain

FILE = Path(__file__).parent / "templates" / "usual.yaml"
LONGEST_MATRIX = 3000
"""Characters: what the form's field holds. Reading takes time in proportion, and somebody waits for the answer."""
MOST_STEPS = len(SEVERITIES) * len(LEVELS)
LONGEST_NAME = 170
EXAMPLE = "- {severity: 1, level: 2, after: 30 minutes, client: deputy, provider: deputy}"
KEYS = ("severity", "level", "after", "client", "provider", "how")
ELSE = " else "

Find = Callable[[str, Side], int]
"""The id of the person a name means on a side. Raises ``BadMatrix``."""
Name = Callable[[int], str]


def nobody_known(name: str, side: Side) -> int:
    """For the usual matrix, which names posts only."""
    raise BadMatrix(f"{name!r} is no post")


@cache
def usual() -> Matrix:
    """The matrix that holds until a manager keeps another one, read once a process."""
    return read(FILE.read_text(encoding="utf-8"), nobody_known)


def usual_text() -> str:
    """The same as YAML, with its explanations."""
    return FILE.read_text(encoding="utf-8")


def read(text: str, find: Find, name: str = "matrix") -> Matrix:
    """Read a matrix. Raises ``BadMatrix`` naming the field ``name``, the line, what was read and an example."""
    if len(text) > LONGEST_MATRIX:
        raise BadMatrix(
            f"{name}: this has {len(text):,} characters, at most {LONGEST_MATRIX:,} fit. Leave comments out"
        )
    try:
        root = compose(text, EXAMPLE)
    except NotYaml as problem:
        raise BadMatrix(f"{name}: {problem}") from None
    return _Reader(name, find).matrix(root)


def write(matrix: Matrix, name_of: Name) -> str:
    """A matrix as YAML, with the names of those it names."""
    comments = [line for line in usual_text().splitlines() if line.startswith("#")]
    steps = [_written(step, name_of) for step in matrix.steps]
    body = yaml.safe_dump({"steps": steps}, sort_keys=False, allow_unicode=True, width=1000)
    return "\n".join([*comments, body]) if len(body) + 500 < LONGEST_MATRIX else body


def _written(step: Step, name_of: Name) -> dict[str, int | str]:
    found: dict[str, int | str] = {"severity": step.severity, "level": step.level, "after": after_text(step.after)}
    for side in Side:
        said = _who(step.who.get(side, Named()), name_of)
        if said:
            found[str(side)] = said
    return {**found, "how": "summary"} if step.how == "summary" else found


def _who(named: Named, name_of: Name) -> str:
    if named.post:
        return named.post
    return ELSE.join(name_of(each) for each in (named.person_id, named.deputy_id) if each is not None)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the nodes, so that each problem can name its line."""

    field: str
    find: Find

    def matrix(self, root: yaml.Node | None) -> Matrix:
        steps = self._mapping(root, ("steps",), f"a matrix has steps such as {EXAMPLE}").get("steps")
        if not isinstance(steps, yaml.SequenceNode) or not 0 < len(steps.value) <= MOST_STEPS:
            raise self._bad(steps or root, f"steps is not a list of 1 to {MOST_STEPS} lines such as {EXAMPLE}")
        try:
            return checked_matrix([self._step(each) for each in steps.value])
        except BadMatrix as problem:
            raise problem if str(problem).startswith(f"{self.field}: ") else self._bad(steps, str(problem)) from None

    def _step(self, node: yaml.Node) -> Step:
        parts = self._mapping(node, KEYS, f"a step is {EXAMPLE}")
        missing = [name for name in ("severity", "level", "after") if name not in parts]
        if missing:
            raise self._bad(node, f"{missing[0]} is missing; a step is {EXAMPLE}")
        severity = self._number(parts["severity"], "severity", SEVERITIES)
        level = self._number(parts["level"], "level", LEVELS)
        try:
            after = after_of(self._words(parts["after"], "after", "30 minutes"))
        except BadMatrix as problem:
            raise (
                problem if str(problem).startswith(f"{self.field}: ") else self._bad(parts["after"], str(problem))
            ) from None
        how = self._words(parts["how"], "how", "summary") if "how" in parts else "told"
        if how not in ("told", "summary"):
            raise self._bad(parts["how"], f"how: {how!r} is neither told nor summary; leave it out to have people told")
        who = {side: self._named(parts[side], side, level) for side in Side if side in parts}
        return Step(severity, level, after, "summary" if how == "summary" else "told", who)

    def _named(self, node: yaml.Node, side: Side, level: int) -> Named:
        words = self._words(node, side, "deputy, or a name", empty=True)
        if words.casefold() in ("", "nobody"):
            return Named()
        if words.casefold() in POSTS:
            return self._post(node, words.casefold(), side, level)
        first, _, second = words.partition(ELSE)
        try:
            person = self.find(first.strip().removesuffix(","), side)
            deputy = self.find(second.strip(), side) if second.strip() else None
        except BadMatrix as problem:
            raise self._bad(node, f"{side}: {problem}") from None
        return Named(person_id=person, deputy_id=None if deputy == person else deputy)

    def _post(self, node: yaml.Node, post: str, side: Side, level: int) -> Named:
        if post == "executive" and (side is Side.PROVIDER or level < HIGHEST):
            raise self._bad(node, f"{side}: executive is for level 3 of your own company; name a person instead")
        return Named(post=post)

    def _mapping(self, node: yaml.Node | None, known: tuple[str, ...], example: str) -> Mapping[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self._bad(node, f"this was not understood; {example}")
        parts: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)[:40] if isinstance(key, yaml.ScalarNode) else "a list"
            if name not in known or name in parts:
                why = "stands here twice" if name in parts else f"is not one of {', '.join(known)}"
                raise self._bad(key, f"{name!r} {why}; {example}")
            parts[name] = value
        return parts

    def _words(self, node: yaml.Node, name: str, example: str, *, empty: bool = False) -> str:
        words = plain(" ".join(node.value.split())) if isinstance(node, yaml.ScalarNode) else None
        if words is None or len(words) > LONGEST_NAME or not (words or empty):
            raise self._bad(node, f"{name} is not 1 to {LONGEST_NAME} characters of text; write for example {example}")
        return words

    def _number(self, node: yaml.Node, name: str, among: tuple[int, ...]) -> int:
        text = node.value if isinstance(node, yaml.ScalarNode) else ""
        if text not in map(str, among):
            more = " Level 1 is always the issue's owner." if name == "level" and text == "1" else ""
            shown = repr(text[:40]) if text else "this"
            raise self._bad(node, f"{name}: {shown} is not one of {', '.join(map(str, among))}.{more}")
        return int(text)

    def _bad(self, node: yaml.Node | None, problem: str) -> BadMatrix:
        line = 1 if node is None else node.start_mark.line + 1
        return BadMatrix(f"{self.field}: line {line}: {problem}")
