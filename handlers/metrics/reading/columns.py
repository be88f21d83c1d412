"""What each column is, from its name: period, provider, queue, counts, durations, or a metric's own value.

Names are compared without case, accents and punctuation. Thresholds are taken from the name: ``calls_answered_60s`` is
answered within 60 seconds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.metrics.catalogue import Catalogue, normalised
from handlers.metrics.metric import Metric


class Role(StrEnum):
    """What a column holds."""

    WEEK_ENDING = "week ending"
    WEEK_START = "week start"
    WEEK = "week"
    MONTH = "month"
    DAY = "day"
    INTERVAL = "interval start"
    INTERVAL_COMPLETE = "interval complete"
    PROVIDER = "provider"
    PROVIDER_CODE = "provider code"
    QUEUE = "queue"
    OFFERED = "offered"
    ANSWERED = "answered"
    ANSWERED_WITHIN = "answered within"
    ABANDONED = "abandoned"
    ABANDONED_WITHIN = "abandoned within"
    SHORT_ABANDONS = "short abandons"
    TRANSFERRED = "transferred"
    TOTAL_HANDLE = "total handle time"
    TOTAL_WAIT = "total wait"
    TOTAL_HOLD = "total hold"
    VALUE = "value"
    METRIC_NAME = "metric name"
    METRIC_VALUE = "metric value"
    CALL_ID = "call id"
    CALL_TYPE = "call type"
    AGENT = "agent"
    TALK = "talk time of one call"
    HOLD = "hold time of one call"
    AFTER_WORK = "after-call work of one call"
    WAIT = "queue wait of one call"
    ABANDONED_FLAG = "abandoned, of one call"


PERIODS = (Role.INTERVAL, Role.DAY, Role.WEEK_ENDING, Role.WEEK_START, Role.WEEK, Role.MONTH)
"""Finest first: the finest period of a file is its grain."""
COUNTS = (
    Role.OFFERED, Role.ANSWERED, Role.ANSWERED_WITHIN, Role.ABANDONED, Role.ABANDONED_WITHIN, Role.SHORT_ABANDONS,
    Role.TRANSFERRED,
)  # fmt: skip
DURATIONS = (Role.TOTAL_HANDLE, Role.TOTAL_WAIT, Role.TOTAL_HOLD)

_THINGS = r"(?:calls?|contacts?|interactions?|chats?|tickets?|conversations?)"
_CALLS = rf"(?:(?:total |no of |number of |nr of |num |n )?{_THINGS} )?"
_AFTER = rf"(?: (?:{_THINGS}|count))?"
_PROVIDER = (
    r"(?:provider|vendor|supplier|partner|contract|bpo|outsourcer|operator|op|company|site|"
    r"anbieter|dienstleister|proveedor|fornecedor|fournisseur|prestataire|operadora)"
)
_QUEUE = r"(?:queue|campaign|skill|skill group|split|lob|line of business|programme|program|group|call type group)"
_OFFERED = (
    r"(?:received|offered|offer|offers|entered|inbound|presented|"
    r"incoming|volume|angeboten|ofrecidas|recibidas|recebidas|recus)"
)
_ANSWERED = (
    r"(?:answered|ans|answer|answers|handled|accepted|"
    r"taken|angenommen|atendidas|contestadas|traites|repondus)"
)
_ABANDONED = (
    r"(?:abandoned|abandon|abandons|aband|abn|"
    r"lost|hung up|aufgelegt|abandonadas|abandonnes)"
)
_NAMES: tuple[tuple[Role, str], ...] = (
    (Role.WEEK_ENDING, r"(?:week|wk|w) ?(?:ending|end|e)(?: date| sunday)?|we date"),
    (Role.WEEK_START, r"(?:week|wk|w) ?(?:commencing|starting|start|beginning|begin|of|c|b)(?: date| monday)?|monday"),
    (Role.WEEK, r"week|wk|kw|semana|iso week|year week|week date"),
    (Role.MONTH, r"month|mes|monat|mois|period month|year month|reporting month|month year"),
    (Role.DAY, r"date|day|datum|data|fecha|report date|reporting date|call date|business date|dia|period|row date"),
    (Role.INTERVAL, r"interval(?: start)?(?: time)?|start interval|half hour|time interval|timestamp|date ?time"),
    (Role.INTERVAL_COMPLETE, r"interval complete"),
    (Role.PROVIDER_CODE, r"(?:provider|vendor|supplier|partner|contract|bpo) (?:code|id)"),
    (Role.PROVIDER, _PROVIDER + r"(?: name)?"),
    (Role.QUEUE, _QUEUE + r"(?: name)?"),
    (Role.SHORT_ABANDONS, _CALLS + r"short (?:abandon(?:s|ed)?|abandoned calls)"),
    (Role.OFFERED, _CALLS + _OFFERED + _AFTER),
    (Role.ANSWERED, _CALLS + _ANSWERED + _AFTER),
    (Role.ABANDONED, _CALLS + _ABANDONED + _AFTER),
    (Role.TRANSFERRED, _CALLS + r"(?:transferred|transfer|transfers)" + _AFTER),
    (Role.TOTAL_HANDLE, r"total (?:handle|handling) time|handle time total|total handle|t handle"),
    (Role.TOTAL_WAIT, r"total (?:wait|queue|answer delay)(?: time)?|total speed of answer"),
    (Role.TOTAL_HOLD, r"total hold(?: time)?"),
    (Role.METRIC_NAME, r"metric|kpi|measure|metric name|indicator"),
    (Role.METRIC_VALUE, r"value|v|val|result|score"),
)  # fmt: skip
_CALL_LOG: tuple[tuple[Role, str], ...] = (
    (Role.CALL_ID, r"(?:call|contact|session|conversation|interaction) ?id"),
    (Role.CALL_TYPE, r"call type|direction|media direction|call direction"),
    (Role.AGENT, r"agent|agent id|user"),
    (Role.TALK, r"talk ?time|talk"),
    (Role.HOLD, r"hold ?time|hold"),
    (Role.AFTER_WORK, r"after call work(?: time)?|acw|wrap(?: up)?(?: time)?|after call time"),
    (Role.WAIT, r"(?:queue )?wait ?time|time in queue|queue time"),
    (Role.ABANDONED_FLAG, r"abandoned|is abandoned|abandon"),
    (Role.INTERVAL, r"timestamp|start time|date time|datetime|call start"),
    (Role.QUEUE, r"campaign|queue|queue name|skill|campaign name"),
    (Role.PROVIDER, r"(?:provider|vendor|supplier|partner)(?: name)?"),
)
_THRESHOLD = r"(?:within |in |under |less than |lt )?(\d{1,3}) ?(?:s|sec|secs|seconds)"
_WITHIN = (
    (Role.ANSWERED_WITHIN, _CALLS + _ANSWERED + " " + _THRESHOLD),
    (Role.ABANDONED_WITHIN, _CALLS + _ABANDONED + " " + _THRESHOLD),
)
_SHARE_WORDS = re.compile(r"\b(pct|percent|percentage|rate|perc)\b")
_UNIT_WORDS = re.compile(
    r"\b(in )?(hh mm ss|h mm ss|mm ss|m ss|hh mm|sec|secs|seconds|s|ms|msec|milliseconds|min|mins|minutes)$"
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place from 0, its name, its role; ``seconds`` is the threshold, ``metric`` what a value is of."""

    place: int
    name: str
    role: Role
    seconds: int | None = None
    metric: Metric | None = None


def roles(columns: Sequence[str], catalogue: Catalogue) -> tuple[Column, ...]:
    """The columns that mean something to us; where two claim one role, the first does. A call log is read by its own
    names.
    """
    if is_call_log(columns):
        return _first_of_each(
            [column for place, name in enumerate(columns) if (column := _named(place, name, _CALL_LOG))]
        )
    return _first_of_each([column for place, name in enumerate(columns) if (column := _column(place, name, catalogue))])


def is_call_log(columns: Sequence[str]) -> bool:
    """One row a call: there is a call id beside talk time or call type."""
    found = {column.role for place, name in enumerate(columns) if (column := _named(place, name, _CALL_LOG))}
    return Role.CALL_ID in found and bool(found & {Role.TALK, Role.CALL_TYPE})


def bare_name(name: str) -> str:
    """The normalised name with camelCase opened up: "OfferedCalls" is "offered calls"."""
    return normalised(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))


def is_share(name: str) -> bool:
    """Whether the name says percentage or rate."""
    return bool(_SHARE_WORDS.search(bare_name(name)))


def _named(place: int, name: str, names: Sequence[tuple[Role, str]]) -> Column | None:
    bare = bare_name(name)
    role = next((role for role, pattern in names if re.fullmatch(pattern, bare)), None)
    return Column(place, name, role) if role else None


def _column(place: int, name: str, catalogue: Catalogue) -> Column | None:
    bare = bare_name(name)
    for role, pattern in _WITHIN:
        within = re.fullmatch(pattern, bare)
        if within is not None:
            return Column(place, name, role, seconds=int(within[1]))
    return _named(place, name, _NAMES) or _value(place, name, catalogue)


def _value(place: int, name: str, catalogue: Catalogue) -> Column | None:
    """A column that holds a metric's own value: "SL %", "Avg Handle", "CSAT", "AHT (mm:ss)"."""
    bare = bare_name(name)
    if re.search(r"\b(target|goal|threshold|meets|met|forecast)\b", bare):
        return None
    unitless = _UNIT_WORDS.sub("", bare).strip()
    shareless = " ".join(_SHARE_WORDS.sub("", bare).split())
    metric = next((found for text in (bare, unitless, shareless) if text and (found := catalogue.find(text))), None)
    if metric is None and is_share(name):
        metric = _share_of(shareless, catalogue)
        within = re.search(r"(\d{1,3}) ?s(?:ec)?$", shareless)
        return Column(place, name, Role.VALUE, int(within[1]) if within else None, metric) if metric else None
    return Column(place, name, Role.VALUE, metric=metric) if metric else None


def _share_of(shareless: str, catalogue: Catalogue) -> Metric | None:
    """ "pct_answered_60s" is a service level, "pct_abandoned" an abandonment."""
    if re.fullmatch(_CALLS + r"(?:answered|ans) " + _THRESHOLD, shareless):
        return catalogue.get("service_level")
    if re.fullmatch(_CALLS + r"(?:abandoned|abandon)" + _AFTER, shareless):
        return catalogue.get("abandonment")
    return None


def _first_of_each(columns: Sequence[Column]) -> tuple[Column, ...]:
    first: dict[tuple[Role, int | None, str], Column] = {}
    for column in columns:
        first.setdefault((column.role, column.seconds, column.metric.id if column.metric else ""), column)
    return tuple(first.values())
