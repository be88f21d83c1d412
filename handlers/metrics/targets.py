"""Targets as people write them, "at least 85 %" or "6:00 to 7:00", and what is kept of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from handlers.metrics.catalogue import Catalogue
from handlers.metrics.metric import Direction, Metric, Target, Unit
from handlers.metrics.said import short_of
from handlers.metrics.values import EXAMPLES, ValueProblem, parse_value, short_value

LONGEST = 60
"""Characters of one target."""
_FROM = re.compile(r"^(?:target\s*)?(?:is\s+)?(?:between|from|within)\s+", re.I)
_BETWEEN = re.compile(r"(?<=[\d%])\s*(?:\bto\b|\band\b|-|\u2013|\u2026|\.\.+)\s*(?=\d)", re.I)
_LEAST = re.compile(r"^(?:at least|min(?:imum)?|>=|\u2265|over|above|from)\s*", re.I)
_MOST = re.compile(r"^(?:at most|max(?:imum)?|<=|\u2264|under|below|up to)\s*", re.I)
_PER_THOUSAND = re.compile(r"\s*per\s*1[,.]?000$", re.I)
_VALUE_BEGINS = re.compile(
    r"\s*[:=]?\s*(?=(?:at |min|max|between|from|within|over|above|under|below|up to|[<>\u2264\u2265]|\d))", re.I
)


class BadTarget(ValueError):
    """A target that cannot be used; the message names the metric, what was read and a way to write it."""


def read_target(text: str, metric: Metric) -> Target:
    """The target that is meant: one value, or for a band both ends, in the metric's own unit.

    Raises ``BadTarget`` where it cannot be read, or goes the other way than the metric.
    """
    words = " ".join(text.split())
    parts = _BETWEEN.split(_FROM.sub("", words))
    if len(words) > LONGEST or not words:
        raise BadTarget(f"{metric.name}: {words[:LONGEST]!r} is no target; write for example {example_of(metric)}")
    if metric.direction is Direction.BAND:
        if len(parts) != 2:  # two ends
            raise BadTarget(
                f"{metric.name} is good between two values, so its target has both; I read {words!r}. "
                f"Write for example {example_of(metric)}"
            )
        low, high = (_value(part, metric, words) for part in parts)
        if low >= high:
            raise BadTarget(
                f"{metric.name}: in {words!r} the first value is not under the second; write the lower first"
            )
        return Target(low=low, high=high)
    if len(parts) > 1:
        which = "at least" if metric.direction is Direction.UP else "at most"
        raise BadTarget(
            f"{metric.name} has one target, a value it is {which}; I read {words!r}. Write {example_of(metric)}"
        )
    return Target(at=_value(_one_way(words, metric), metric, words))


def target_text(metric: Metric, target: Target | None) -> str:
    """ "at least 85 %", "at most 5 %", "75 % to 85 %", or "" without a target."""
    if target is None:
        return ""
    if target.low is not None and target.high is not None:
        return f"{short_value(metric, target.low)} to {short_value(metric, target.high)}"
    bound = "at least" if metric.direction is Direction.UP else "at most"
    return f"{bound} {short_value(metric, target.at)}"


def example_of(metric: Metric) -> str:
    """A target one could write, "80 %" or "6:00 to 7:00": the usual one elsewhere, else an example in the metric's unit."""
    if metric.direction is Direction.BAND:
        if metric.hint is not None and metric.hint.target is not None and metric.hint.target.low is not None:
            return f"{short_value(metric, metric.hint.target.low)} to {short_value(metric, metric.hint.target.high)}"
        return "6:00 to 7:00"
    usual = None if metric.hint is None or metric.hint.target is None else metric.hint.target.at
    return EXAMPLES[metric.unit] if usual is None else short_value(metric, usual)


def named_target(line: str, catalogue: Catalogue) -> tuple[Metric, str]:
    """The metric a line begins with and the words after it: "AHT 6:00 to 7:00", "Quality: at least 95 %".

    Raises ``BadTarget`` for a line that begins with no metric of the catalogue.
    """
    words = line.strip().lstrip("-*\u2022 \t")
    for split in _VALUE_BEGINS.finditer(words):
        metric = catalogue.find(words[: split.start()])
        if metric is not None:
            return metric, words[split.end() :]
    metric = catalogue.find(words)
    if metric is not None:
        return metric, ""
    near = catalogue.nearest(re.sub(r"[\d:%].*", "", words))
    offered = (
        f"did you mean {short_of(near)}?" if near is not None else "begin with a metric, for example AHT 6:00 to 7:00"
    )
    raise BadTarget(f"{words[:LONGEST]!r} begins with no metric that I know; {offered}")


def read_targets(text: str, catalogue: Catalogue) -> Mapping[str, Target]:
    """Targets one a line, by metric id. Raises ``BadTarget`` for the first that cannot be read, or stands there twice."""
    found: dict[str, Target] = {}
    for line in filter(str.strip, re.split(r"[\n;]", text)):
        metric, words = named_target(line, catalogue)
        if metric.id in found:
            raise BadTarget(f"{metric.name} stands there twice; keep one line")
        found[metric.id] = read_target(words, metric)
    return found


def ends(target: Target | None) -> tuple[Decimal | None, Decimal | None]:
    """What is kept of a target: its value, and the lower end where it is a band (``followed.target_of`` reads it back)."""
    if target is None:
        return None, None
    return (target.at, None) if target.at is not None else (target.high, target.low)


def _one_way(words: str, metric: Metric) -> str:
    against, said = (_MOST, "at least") if metric.direction is Direction.UP else (_LEAST, "at most")
    if against.match(words):
        raise BadTarget(
            f"{metric.name}: {words!r} goes the wrong way; of it {'more' if said == 'at least' else 'less'} is better, so a "
            f"target is {said} something. Write {example_of(metric)}"
        )
    return (_LEAST if metric.direction is Direction.UP else _MOST).sub("", words)


def _value(text: str, metric: Metric, words: str) -> Decimal:
    try:
        value = parse_value(_PER_THOUSAND.sub("", text) if metric.unit is Unit.PER_THOUSAND else text, metric)
    except ValueProblem as problem:
        raise BadTarget(
            f"{metric.name}: {words!r} is no target: {problem.why.rstrip('.')}; write for example {example_of(metric)}"
        ) from None
    if value is None:
        raise BadTarget(f"{metric.name}: {words!r} is no target; write for example {example_of(metric)}")
    return value
