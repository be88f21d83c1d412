"""Review series, their reviews, and what was said in one: agenda lines, attendance, decisions, actions, risks."""

from __future__ import annotations

from datetime import datetime

from pydantic import NaiveDatetime
from sqlalchemy import DateTime, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Instant


class ReviewSeries(SQLModel, table=True):
    """A recurring review of a programme by both companies.

    ``rule`` is the value of an RFC 5545 RRULE and ``first_wall`` its DTSTART on the wall clock of ``anchor_zone``.
    ``template`` names a shipped agenda, ``agenda`` holds the manager's own in YAML ("": the template as it is). ``link`` is
    where the meeting is held, https or "". ``ahead_days`` is how many working days before a review its agenda is posted.
    ``state``: "active" or "ended". ``uid`` is the calendar's identity of the series, for ever.
    """

    __tablename__ = "parley_review_series"

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    provider_id: int = Field(foreign_key="parley_provider.id", index=True)
    programme_id: int = Field(foreign_key="parley_programme.id", index=True)
    name: str
    rule: str
    first_wall: NaiveDatetime = Field(sa_type=DateTime)
    minutes: int = 30
    anchor_zone: str
    template: str
    agenda: str = ""
    link: str = ""
    ahead_days: int = 2
    state: str = "active"
    uid: str
    created_by: int | None = Field(default=None, foreign_key="parley_person.id")
    created_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1


class Review(SQLModel, table=True):
    """One review of a series, made when its turn comes near, or earlier when somebody moved, skipped or cancelled it.

    ``planned_wall`` is its wall time by the cadence, its identity within the series (RFC 5545: RECURRENCE-ID); ``starts_at``
    when it is held; ``held_wall`` the naive wall time a person moved it to, on the series' clock, None where the cadence rules.
    ``state``: "planned", "under way", "held", "skipped", "cancelled", "not held". ``moved_by`` is "",
    "holiday" or "person"; ``reason`` says why it was moved, skipped, cancelled or not held. ``sequence`` counts what
    calendars were told. ``agenda_at`` is when the agenda was posted, ``asked_at`` when it was asked why nobody held it.
    """

    __tablename__ = "parley_review"
    __table_args__ = (UniqueConstraint("series_id", "planned_wall"), UniqueConstraint("installation_id", "number"))

    id: int | None = Field(default=None, primary_key=True)
    installation_id: int = Field(foreign_key="parley_installation.id", index=True)
    provider_id: int = Field(foreign_key="parley_provider.id", index=True)
    programme_id: int = Field(foreign_key="parley_programme.id", index=True)
    series_id: int = Field(foreign_key="parley_review_series.id", index=True)
    number: int
    planned_wall: NaiveDatetime = Field(sa_type=DateTime)
    starts_at: datetime = Field(sa_type=Instant, index=True)
    held_wall: NaiveDatetime | None = Field(default=None, sa_type=DateTime)
    minutes: int
    visibility: str = "SH"
    state: str = Field(default="planned", index=True)
    moved_by: str = ""
    reason: str = ""
    sequence: int = 0
    agenda_at: datetime | None = Field(default=None, sa_type=Instant)
    asked_at: datetime | None = Field(default=None, sa_type=Instant)
    started_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    led_by: int | None = Field(default=None, foreign_key="parley_person.id")
    created_at: datetime = Field(sa_type=Instant)
    version: int = 1


class ReviewEntry(SQLModel, table=True):
    """One line of a review. ``entry_kind``: "agenda", "attendance", "decision", "action", "risk".

    ``person_id`` is who said it, or who was there. ``source``: "form", "reply", "reaction", "button", "carried". ``origin``
    is the message it was taken from, so that the same emoji twice is one line. ``state``: "open", "struck", "carried",
    "settled". An action's item is in ``action_item_id``; a line carried over from an earlier review is in ``carried_from``.
    """

    __tablename__ = "parley_review_entry"
    __table_args__ = (Index("parley_review_entry_review", "review_id", "entry_kind"),)

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="parley_review.id")
    entry_kind: str
    words: str = ""
    person_id: int | None = Field(default=None, foreign_key="parley_person.id")
    action_item_id: int | None = Field(default=None, foreign_key="parley_action_item.id")
    carried_from: int | None = Field(default=None, foreign_key="parley_review_entry.id")
    source: str
    origin: str = ""
    state: str = "open"
    at: datetime = Field(sa_type=Instant)
