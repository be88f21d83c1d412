"""A call log, one row a call, added up to days and campaigns as far as its columns suffice.

Handled: an agent is named and talk time is there. Answered and abandoned count inbound calls only. Legs of a transfer
share the id of their call and are not counted again. ``[None]`` is missing, and a missing part of the handle time is
not zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from handlers.metrics.catalogue import Catalogue
from handlers.metrics.figures import counted
from handlers.metrics.formulas import Counts, ServiceLevelDefinition, service_level
from handlers.metrics.numbers import NotANumber, TwoReadings, is_missing, read_duration, read_number
from handlers.metrics.reading.columns import Column, Role
from handlers.metrics.reading.derive import Derived
from handlers.metrics.reading.draft import Draft
from handlers.metrics.reading.gather import Found, observations
from handlers.metrics.reading.periods import Period
from handlers.metrics.reading.places import whose
from handlers.metrics.reading.preview import Defaults, Observation
from handlers.metrics.reading.table import Row

ONE, NONE = Decimal(1), Decimal(0)
HANDLE = (Role.TALK, Role.HOLD, Role.AFTER_WORK)
NEEDED = {
    Role.TALK: "no handle time: the log has no talk time",
    Role.AFTER_WORK: "handle time is without after-call work: the log has no such column",
    Role.ABANDONED_FLAG: "no abandonment and no service level: the log does not say which calls were abandoned",
    Role.WAIT: "no speed of answer and no service level: the log has no queue wait time",
    Role.CALL_TYPE: "no abandonment, speed of answer or service level: the log does not say which calls were inbound",
}
"""What is missing from the log, and what that costs."""
ZONE = "times carry no zone: a day is the day of the system that wrote the file; its first and last day may be partial"


@dataclass(frozen=True, slots=True)
class Call:
    """One call: None is missing or unknown."""

    inbound: bool | None
    agent: bool
    handle: Decimal | None
    wait: Decimal | None
    abandoned: bool | None

    @property
    def answered(self) -> bool:
        """An agent took it."""
        return self.agent and not self.abandoned


def propose_calls(
    draft: Draft, columns: Sequence[Column], periods: Sequence[Period | None], catalogue: Catalogue, said: Defaults
) -> tuple[Observation, ...]:
    """The observations of a call log: handle time, and for inbound calls abandonment, speed of answer and service
    level.
    """
    by_role = {column.role: column for column in columns}
    draft.notes.append(ZONE)
    draft.notes.extend(words for role, words in NEEDED.items() if role not in by_role)
    if said.service_level is None and {Role.WAIT, Role.ABANDONED_FLAG} <= by_role.keys():
        draft.notes.append("no service level: say its formula and threshold, such as 'F6 within 20 s'")
    legs = _legs(draft, by_role)
    found: list[Found] = []
    for place, period in enumerate(periods):
        owner = whose(draft.table.rows[place], by_role, said)
        if period is None or place in legs:
            continue
        if owner is None:
            draft.refuse_row(place, "the provider is missing")
            continue
        day = Period(period.start, period.days)
        derived = _derived(draft, place, by_role, catalogue, said.service_level)
        found.extend(Found(owner, day, each, place) for each in derived)
    return observations(draft, found, catalogue)


def _legs(draft: Draft, columns: Mapping[Role, Column]) -> set[int]:
    """Rows that repeat a call's id: the leg that is not itself a transfer counts."""
    calls: dict[str, list[int]] = {}
    for place, call_id in enumerate(draft.table.cells(columns[Role.CALL_ID].place)):
        if not is_missing(call_id):
            calls.setdefault(call_id, []).append(place)
    legs: set[int] = set()
    for places in calls.values():
        main = next((place for place in places if not _transfer(draft.table.rows[place], columns)), places[0])
        for place in places:
            if place != main:
                legs.add(place)
                draft.refuse_row(place, f"another leg of the call in row {draft.table.rows[main].number}: counted once")
    return legs


def _transfer(row: Row, columns: Mapping[Role, Column]) -> bool:
    return "transfer" in _text(row, columns.get(Role.CALL_TYPE)).casefold()


def _derived(
    draft: Draft,
    place: int,
    columns: Mapping[Role, Column],
    catalogue: Catalogue,
    wanted: ServiceLevelDefinition | None,
) -> list[Derived]:
    try:
        call = _call(draft.table.rows[place], columns)
    except (NotANumber, TwoReadings) as problem:
        draft.refuse_row(place, str(problem))
        return []
    derived = [*_handle(call, columns, catalogue), *_inbound(call, catalogue, wanted)]
    if not derived:
        draft.refuse_row(place, "no agent handled it and it was not an abandoned inbound call: nothing to count")
    return derived


def _call(row: Row, columns: Mapping[Role, Column]) -> Call:
    kind = _text(row, columns.get(Role.CALL_TYPE)).casefold()
    flag = _text(row, columns.get(Role.ABANDONED_FLAG)).casefold()
    parts = [_seconds(row, columns[role]) for role in HANDLE if role in columns]
    whole = Role.TALK in columns and None not in parts
    return Call(
        inbound="inbound" in kind or kind in ("in", "incoming") if kind else None,
        agent=bool(_text(row, columns.get(Role.AGENT))),
        handle=sum((part for part in parts if part is not None), NONE) if whole else None,
        wait=_seconds(row, columns.get(Role.WAIT)),
        abandoned=flag in ("1", "true", "yes", "y") if flag else None,
    )


def _text(row: Row, column: Column | None) -> str:
    text = row.cells[column.place] if column else ""
    return "" if is_missing(text) else text


def _seconds(row: Row, column: Column | None) -> Decimal | None:
    text = _text(row, column)
    if not text:
        return None
    duration = read_duration(text)
    return duration if duration is not None else read_number(text)


def _handle(call: Call, columns: Mapping[Role, Column], catalogue: Catalogue) -> list[Derived]:
    if not call.answered or call.handle is None:
        return []
    metric = catalogue.get("handle_time")
    parts = " + ".join(
        {Role.TALK: "talk", Role.HOLD: "hold"}.get(role, "after-call work") for role in HANDLE if role in columns
    )
    direction = ", outbound calls" if call.inbound is False else ""
    return [Derived(metric.id, f"({parts}) / handled{direction}", counted(metric, call.handle, ONE))]


def _inbound(call: Call, catalogue: Catalogue, wanted: ServiceLevelDefinition | None) -> list[Derived]:
    """An inbound call without an agent that was not abandoned either (a menu, a transfer to a third party) counts
    nowhere.
    """
    if not call.inbound or call.abandoned is None or not (call.answered or call.abandoned):
        return []
    abandonment, speed = catalogue.get("abandonment"), catalogue.get("speed_of_answer")
    abandoned = ONE if call.abandoned else NONE
    derived = [Derived(abandonment.id, "abandoned / (answered + abandoned)", counted(abandonment, abandoned, ONE))]
    if call.answered and call.wait is not None:
        derived.append(Derived(speed.id, speed.definition, counted(speed, call.wait, ONE)))
    if wanted is not None and call.wait is not None:
        level = service_level(wanted.formula, _counts_of(call, call.wait, wanted))
        derived.extend([] if level.missing else [Derived("service_level", str(wanted), level)])
    return derived


def _counts_of(call: Call, wait: Decimal, wanted: ServiceLevelDefinition) -> Counts:
    within = ONE if wait <= wanted.seconds else NONE
    short = ONE if wanted.short_seconds is not None and wait < wanted.short_seconds else NONE
    answered, abandoned = (ONE, NONE) if call.answered else (NONE, ONE)
    return Counts(
        answered=answered,
        answered_within=answered * within,
        abandoned=abandoned,
        abandoned_within=abandoned * within,
        short_abandons=abandoned * short,
    )
