"""The catalogue of metrics and the presets, read from the YAML beside this file. Nothing is read at import."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import fuzz, process

from handlers.metrics.metric import Aggregation, Direction, Metric, Target, TargetHint, Unit

HERE = Path(__file__).parent
CLOSE_ENOUGH = 75.0
"""Similarity (0-100) from which a misspelt name is offered; below it a short word would match almost anything."""


class UnknownMetric(LookupError):
    """There is no metric of this name in the catalogue."""

    def __init__(self, metric_id: str) -> None:
        super().__init__(f"metric: {metric_id!r} is not in the catalogue; see handlers/metrics/catalogue.yaml")


class BadCatalogue(ValueError):
    """The catalogue's data is wrong: says which metric and what about it."""


@dataclass(frozen=True, slots=True)
class PresetMetric:
    """One metric of a preset; ``target`` None means: agree on one from your own history."""

    metric_id: str
    target: Target | None


@dataclass(frozen=True, slots=True)
class Preset:
    """A ready-made set of key metrics for one kind of work."""

    id: str
    name: str
    about: str
    metrics: tuple[PresetMetric, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All metrics and presets. ``names`` maps every normalised name and synonym to its metric."""

    metrics: Mapping[str, Metric]
    presets: tuple[Preset, ...]
    names: Mapping[str, Metric]

    def get(self, metric_id: str) -> Metric:
        """The metric with this id. Raises ``UnknownMetric``."""
        if metric_id not in self.metrics:
            raise UnknownMetric(metric_id)
        return self.metrics[metric_id]

    def find(self, text: str) -> Metric | None:
        """The metric that ``text`` names exactly: id, name, short name or synonym, in any case, spacing or
        punctuation.
        """
        name = normalised(text)
        bare = name.removeprefix("pct ").removesuffix(" pct")
        tries = (name, name.replace(" ", ""), bare, bare.replace(" ", ""))
        return next((self.names[spelling] for spelling in tries if spelling in self.names), None)

    def nearest(self, text: str) -> Metric | None:
        """The metric meant by a misspelt name, to be asked back ("did you mean …?"), or None if nothing is close."""
        found = self.suggestions(text, limit=1)
        return found[0] if found else None

    def suggestions(self, text: str, *, limit: int = 3) -> tuple[Metric, ...]:
        """The closest metrics, best first, each once."""
        hits = process.extract(
            normalised(text), list(self.names), scorer=fuzz.ratio, limit=limit * 5, score_cutoff=CLOSE_ENOUGH
        )
        return tuple({self.names[hit[0]].id: self.names[hit[0]] for hit in hits}.values())[:limit]

    @property
    def key_metrics(self) -> tuple[Metric, ...]:
        """The metrics that are key by default."""
        return tuple(metric for metric in self.metrics.values() if metric.key_by_default)

    def preset(self, preset_id: str) -> Preset | None:
        """The preset with this id."""
        return next((preset for preset in self.presets if preset.id == preset_id), None)


def normalised(text: str) -> str:
    """Lower case, without accents; percent signs become "pct", other punctuation becomes single spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("%", " pct ")).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", letters))


@cache
def load_catalogue(folder: Path = HERE) -> Catalogue:
    """Read ``catalogue.yaml`` and ``presets.yaml`` from ``folder``, once a process. Raises ``BadCatalogue`` if they contradict
    themselves.
    """
    entries = yaml.safe_load((folder / "catalogue.yaml").read_text(encoding="utf-8"))
    metrics = {metric.id: metric for metric in map(_metric, entries)}
    presets = yaml.safe_load((folder / "presets.yaml").read_text(encoding="utf-8"))
    return Catalogue(metrics, tuple(_preset(entry, metrics) for entry in presets), _names(metrics))


def _names(metrics: Mapping[str, Metric]) -> dict[str, Metric]:
    names: dict[str, Metric] = {}
    for metric in metrics.values():
        for name in (metric.id, metric.name, metric.short, *metric.synonyms):
            for spelling in {normalised(name), normalised(name).replace(" ", "")}:
                if names.setdefault(spelling, metric) is not metric:
                    raise BadCatalogue(f"{metric.id}: the name {name!r} already belongs to {names[spelling].id}")
    return names


def _metric(entry: Mapping[str, Any]) -> Metric:
    try:
        return Metric(
            id=entry["id"],
            name=entry["name"],
            short=entry["short"],
            synonyms=tuple(str(name) for name in entry["synonyms"]),
            numerator=entry["numerator"],
            denominator=entry.get("denominator", ""),
            definition=entry["definition"],
            unit=Unit(entry["unit"]),
            direction=Direction(entry["direction"]),
            aggregation=Aggregation(entry["aggregation"]),
            decimals=entry.get("decimals", 1),
            scale=_number(entry.get("scale")),
            lowest=_number(entry.get("lowest", 0)),
            highest=_number(entry.get("highest")),
            ask_below=_number(entry.get("ask_below")),
            hint=TargetHint(_target(entry["typical"].get("target")), entry["typical"]["source"]),
            key_by_default=entry.get("key", False),
            watched_only=entry.get("watched_only", False),
        )
    except (KeyError, ValueError) as problem:
        raise BadCatalogue(f"{entry.get('id', '?')}: {problem}") from problem


def _preset(entry: Mapping[str, Any], metrics: Mapping[str, Metric]) -> Preset:
    unknown = [row["metric"] for row in entry["metrics"] if row["metric"] not in metrics]
    if unknown:
        raise BadCatalogue(f"preset {entry['id']}: {', '.join(unknown)} is not in the catalogue")
    rows = tuple(PresetMetric(row["metric"], _target(row.get("target"))) for row in entry["metrics"])
    return Preset(entry["id"], entry["name"], entry["about"], rows)


def _target(value: Any) -> Target | None:
    if value is None:
        return None
    if isinstance(value, list):
        return Target(low=_number(value[0]), high=_number(value[1]))
    return Target(at=_number(value))


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
