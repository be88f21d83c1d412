"""YAML that somebody typed, read into nodes: each of them knows its line, and nothing in it is ever a program."""

from __future__ import annotations

import yaml

MOST_BRACKETS = 60
"""Reading brackets in brackets takes time with the square of their depth: 3,000 of them took over three seconds."""


class NotYaml(ValueError):
    """Text that cannot be read; the message names the line where there is one, and a way to write it."""


def compose(text: str, example: str) -> yaml.Node | None:
    """The nodes of ``text``, None for nothing; ``example`` is a line as it is to be written. The caller bounds the length,
    and raises what is meant by ``NotYaml`` under the name of its field."""
    if sum(map(text.count, "[{")) > MOST_BRACKETS:
        raise NotYaml(f"this has too many brackets; write each line such as {example}")
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        line = 1 if problem.problem_mark is None else problem.problem_mark.line + 1
        raise NotYaml(f"line {line} is not YAML ({problem.problem}); write for example {example}") from None
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError):
        # the library lets the last two out for a character or a version number that is none
        raise NotYaml(f"this is not YAML; write for example {example}") from None
