"""Every occurrence of every series up to a moment, as it ended: for whoever reads a transcript and asks "and that one?"."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.example.companies import Company
from bot.rehearsal.transcript import Review as ReviewLine
from handlers.calendar import city
from storage.models.provider import Provider
from storage.models.review import Review, ReviewSeries
from storage.outbox import FOLDED, HELD
from storage.unit_of_work import UnitOfWork

WALL = "%a %Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True)
class Occasion:
    """One occurrence. ``planned`` is its wall by the cadence; ``held_ours`` and ``held_theirs`` when it was (to be) held, on
    both sides' clocks. ``state`` is "held", "skipped", "not held", "cancelled" or "planned"; ``moved_by`` "", "holiday" or
    "person"; ``asked`` says when it was asked about. The last three are the names of its messages, "" for none."""

    provider: str
    series: str
    planned: str
    held_ours: str
    held_theirs: str
    state: str
    moved_by: str
    reason: str
    asked: str
    agenda: str
    minutes: str
    question: str


def occasions(uow: UnitOfWork, companies: Sequence[Company], until: datetime) -> list[Occasion]:
    """By provider, series and planned wall; none that starts after ``until``."""
    return list(_found(uow, {each.name: each for each in companies}, until))


def _found(uow: UnitOfWork, companies: dict[str, Company], until: datetime) -> Iterator[Occasion]:
    for provider in uow.providers.providers(1):
        for programme in uow.providers.programmes_of(provider.id or 0):
            for series in uow.series.of(programme.id or 0, ended_too=True):
                for review in uow.reviews.of_series(series.id or 0):
                    if review.starts_at <= until:
                        yield _of(review, series, provider, uow)


def _of(review: Review, series: ReviewSeries, provider: Provider, uow: UnitOfWork) -> Occasion:
    ours = f"{review.starts_at.astimezone(ZoneInfo(series.anchor_zone)):{WALL}} {city(series.anchor_zone)}"
    theirs = f"{review.starts_at.astimezone(ZoneInfo(provider.zone)):{WALL}} {city(provider.zone)}"
    said = [_said(f"review.{kind}:{review.id}", uow) for kind in ("agenda", "minutes", "unheld")]
    asked = "" if review.asked_at is None else f"{review.asked_at:{WALL}} UTC"
    planned = f"{review.planned_wall:{WALL}}"
    return Occasion(
        provider.name, series.name, planned, ours, theirs, review.state, review.moved_by, review.reason, asked, *said
    )


def _said(once: str, uow: UnitOfWork) -> str:
    """The message in which it was said: itself, or somebody's morning message that holds it; "" for none."""
    row = uow.outbox.by_once(once)
    if row is None or row.state == HELD:
        return ""
    if row.state != FOLDED or row.thread_card is None:
        return once
    morning = uow.outbox.by_key(row.thread_card)
    return "" if morning is None else morning.once


def as_lines(sheet: Sequence[Occasion]) -> list[ReviewLine]:
    """The sheet for the page of a transcript."""
    return [
        ReviewLine(
            each.provider,
            (each.series, each.planned, each.held_ours, each.held_theirs, _became(each), each.reason),
            tuple((what, once) for what, once in _messages(each) if once),
        )
        for each in sheet
    ]


def _became(each: Occasion) -> str:
    moved = {"": "", "holiday": ", moved by a holiday", "person": ", moved by a person"}[each.moved_by]
    asked = f", asked about {each.asked}" if each.asked else ""
    return f"{each.state}{'' if each.state == 'skipped' else moved}{asked}"


def _messages(each: Occasion) -> tuple[tuple[str, str], ...]:
    return ("agenda", each.agenda), ("minutes", each.minutes), ("question", each.question)


def as_csv(sheet: Sequence[Occasion]) -> str:
    """The sheet with a header, as spreadsheets read it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(field.name for field in fields(Occasion))
    writer.writerows(astuple(each) for each in sheet)
    return out.getvalue()
