"""What a person's figures mean: each typed value becomes a figure, a question, or nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from handlers.metrics.catalogue import Catalogue
from handlers.metrics.figures import Figure as Measured
from handlers.metrics.figures import counted, unweighted
from handlers.metrics.ledger import Given
from handlers.metrics.metric import Aggregation, Direction, Metric, Unit
from handlers.metrics.numbers import NotANumber, TwoReadings, read_number
from handlers.metrics.values import (
    EXAMPLES,
    TOO_LONG,
    UNBELIEVABLE,
    ValueProblem,
    format_duration,
    format_value,
    parse_value,
)
from handlers.replies import parse
from handlers.replies.words import Figure as SaidFigure
from handlers.replies.words import Figures

EXAMPLE_LIMIT = 3
MOST_WORDS_BESIDE = 3
"""A known name with at most so many other words ("QA good") is a figure that failed; with more it is talk."""
_RATIO = re.compile(r"(?P<part>[\d.,' ]+?)\s*(?:/|out of|of)\s*(?P<whole>[\d.,' ]+)", re.I)
_BESIDE = re.compile(r"(?P<value>.*?)\s*\((?P<beside>[^()]*)\)\s*", re.S)
_CONTACTS = re.compile(r"(?P<volume>[\d.,' ]+)\s*(?:calls?|contacts?|chats?|tickets?|cases?|surveys?|answers?)", re.I)
_WORDS = (
    (re.compile(r"\s*(?:percent|per cent|pct)\b", re.I), "%"),
    (re.compile(r"\s*(?:points?|pts?|pp)\b", re.I), ""),
)
_MINUTES = re.compile(r"(?<=:\d\d)\s*(?:minutes?|mins?|m|hours?|hrs?|h)\b", re.I)
_MONEY = re.compile(r"\s*(?:eur|usd|gbp)\b", re.I)
_VOLUME = re.compile(
    r"(?:about|around|approx\.?|roughly|some|~)?\s*(?P<number>\d[\d.,' ]*)(?P<thousand>\s*k)?"
    r"\s*(?:calls?|contacts?|chats?|tickets?|cases?)?(?:\s*(?:a|per|/)\s*week)?\s*[.!]?",
    re.I,
)
MOST_CONTACTS = Decimal(100_000_000)


@dataclass(frozen=True, slots=True)
class Unread:
    """A value that could not be read: its name as typed, what was typed, and the question to ask."""

    name: str
    typed: str
    question: str


@dataclass(frozen=True, slots=True)
class Said:
    """Everything a message said in figures: what can be kept, what must be asked, what was said not to exist."""

    given: tuple[Given, ...]
    unread: tuple[Unread, ...]
    absent: tuple[Metric, ...]


def short_names(catalogue: Catalogue, followed: Iterable[str]) -> dict[str, str]:
    """Every lower-case spelling of every metric; where two share one, a followed metric has it."""
    first = set(followed)
    ordered = sorted(catalogue.metrics.values(), key=lambda metric: metric.id in first)
    names = {spelling: metric.id for metric in ordered for spelling in _spellings(metric)}
    return {**{name: metric.id for name, metric in catalogue.names.items()}, **names}


def _spellings(metric: Metric) -> list[str]:
    return [" ".join(name.lower().split()) for name in (metric.id, metric.name, metric.short, *metric.synonyms) if name]


def read_said(figures: Figures, catalogue: Catalogue, definitions: Mapping[str, str], week: date) -> Said:
    """The figures of a message for one week. ``definitions`` are those followed, by metric; others take the catalogue's."""
    given: dict[str, Given] = {}
    unread: list[Unread] = []
    absent: list[Metric] = []
    for each in figures.values:
        if each.metric is None:
            unread.append(_unknown(each.name, each.value, catalogue))
            continue
        metric = catalogue.get(each.metric)
        try:
            measured = read_measured(each.value, metric)
        except ValueProblem as problem:
            unread.append(
                Unread(each.name, each.value, f"{problem.why}. For example {short_of(metric)} {problem.example}")
            )
            continue
        if measured is None:
            absent.append(metric)
        else:
            definition = definitions.get(metric.id, metric.definition)
            given[metric.id] = Given(metric, definition, measured, week)
    return Said(tuple(given.values()), tuple(unread), tuple(absent))


def read_leniently(
    words: str, catalogue: Catalogue, names: Mapping[str, str], today: date
) -> tuple[Figures, list[Unread]] | None:
    """A list in which only some figures can be read ("SL 82% QA good"); None when it is talk, or none can be read.

    Only for threads in which figures were asked for: elsewhere a sentence is left alone.
    """
    longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    starts = [found.start() for found in re.finditer(rf"(?<!\w)(?:{longest_first})(?!\w)", words, re.I)]
    if not starts or words[: starts[0]].strip(" ,;:-\n"):
        return None
    values: list[SaidFigure] = []
    unread: list[Unread] = []
    for start, end in pairwise([*starts, len(words)]):
        piece = words[start:end].strip(" ,;\n")
        read = parse(piece, today=today, short_names=names)
        if isinstance(read, tuple) and isinstance(read[0], Figures):
            values += read[0].values
            continue
        found = re.match(longest_first, piece, re.I)
        beside = piece[found.end() if found else 0 :].strip(" :=-")
        if found is None or not 0 < len(beside.split()) <= MOST_WORDS_BESIDE:
            return None
        metric = catalogue.get(names[found[0].lower()])
        unread.append(Unread(found[0], beside, f"a number such as {example_value(metric).removesuffix('%')}?"))
    return (Figures(tuple(values)), unread) if values else None


def _question(metric: Metric, problem: ValueProblem) -> str:
    why = problem.why if problem.why.endswith("?") else f"{problem.why}."
    return f"{why} For example {short_of(metric)} {problem.example}"


def _unknown(name: str, value: str, catalogue: Catalogue) -> Unread:
    near = catalogue.nearest(name)
    question = (
        f"did you mean {near.name}? Then reply {short_of(near)} {value}" if near else "I know no figure of that name"
    )
    return Unread(name, value, question)


def read_measured(typed: str, metric: Metric) -> Measured | None:
    """A typed value as a figure: "82%", "6:52", "4,180/5,100", "82% (5,100 calls)"; None where there is no value.

    Counts make it weighted. Raises ``ValueProblem``.
    """
    beside = _BESIDE.fullmatch(typed.strip())
    value, aside = (beside["value"], beside["beside"]) if beside else (typed.strip(), "")
    ratio = _RATIO.fullmatch(value) or _RATIO.fullmatch(aside)
    if ratio and metric.aggregation is Aggregation.RATIO:
        return _of_counts(typed, ratio, metric)
    number = parse_value(_tidy(value, metric), metric)
    if number is None:
        return None
    contacts = _CONTACTS.fullmatch(aside)
    if contacts is None or not metric.denominator:
        return unweighted(metric, number)
    volume = _count(contacts["volume"], typed, metric)
    return Measured(number * volume / metric.factor, volume, number)


def _of_counts(typed: str, ratio: re.Match[str], metric: Metric) -> Measured:
    part, whole = (_count(ratio[name], typed, metric) for name in ("part", "whole"))
    if not whole:
        raise ValueProblem(metric, typed, f"I read {typed!r}, and nothing can be shared among 0")
    measured = counted(metric, part, whole)
    if metric.highest is not None and measured.value is not None and measured.value > metric.highest:
        raise ValueProblem(metric, typed, f"I read {typed!r}, which is {format_value(metric, measured.value)}")
    return measured


def _count(text: str, typed: str, metric: Metric) -> Decimal:
    try:
        count = read_number(text, three_digits="group")
    except (NotANumber, TwoReadings) as problem:
        raise ValueProblem(metric, typed, f"I read {typed!r} and expected counts") from problem
    if count > UNBELIEVABLE:
        raise ValueProblem(metric, typed, TOO_LONG)
    return count


def _tidy(value: str, metric: Metric) -> str:
    """Units as words become marks, or go where the metric says them anyway."""
    for words, mark in _WORDS if metric.unit in (Unit.PERCENT, Unit.SCORE) else ():
        value = words.sub(mark, value)
    if metric.unit is Unit.SECONDS:
        value = _MINUTES.sub("", value)
    return _MONEY.sub("", value) if metric.unit is Unit.MONEY else value


def read_volume(words: str) -> Decimal | None:
    """How many contacts a message means, if it is nothing but that: "about 5,200 contacts a week", "5.2k"."""
    match = _VOLUME.fullmatch(" ".join(words.split()))
    if match is None:
        return None
    try:
        number = read_number(match["number"], three_digits="decimal" if match["thousand"] else "group")
    except (NotANumber, TwoReadings):
        return None
    number *= 1000 if match["thousand"] else 1
    return number if 0 < number <= MOST_CONTACTS and number == number.to_integral_value() else None


def short_of(metric: Metric) -> str:
    """What people type for it."""
    return metric.short or metric.name


def example_reply(metrics: Sequence[Metric]) -> str:
    """A reply to copy: "SL 82% AHT 6:52 QA 97%"."""
    return " ".join(f"{short_of(metric)} {example_value(metric)}" for metric in metrics[:EXAMPLE_LIMIT])


def example_value(metric: Metric) -> str:
    """A value one could well see: a little better than what is typical, else the unit's example."""
    typical = None if metric.hint is None or metric.hint.target is None else metric.hint.target.at
    if typical is None:
        return EXAMPLES[metric.unit]
    if metric.unit is Unit.PERCENT:
        return f"{typical + (2 if metric.direction is Direction.UP else -1):f}%"
    better = typical if metric.direction is Direction.UP else typical - 1
    return format_duration(better) if metric.unit is Unit.SECONDS else f"{better:f}"
