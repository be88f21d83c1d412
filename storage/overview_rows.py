"""The rows an overview is read in: plain tuples, one class a question."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple


class ProgrammeRow(NamedTuple):
    """A programme that is not over, with its provider.

    ``my_role`` is "owner", "deputy" or None; ``owner_away`` whether the owner of the asker's side is away today.
    ``client_owner`` and ``provider_owner``: whether somebody who has not left answers there. ``shared`` counts the shared
    channels that may be posted to, ``frozen`` the channels that may not. ``digest_at`` is the next digest's instant, None
    when none is planned. ``heard_at`` is when somebody of the provider last did something on record, None for never.
    """

    programme_id: int
    provider_id: int
    provider: str
    programme: str
    country: str
    zone: str
    contract_end: date | None
    state: str
    anchor_zone: str
    digest_wall: str
    figures_wall: str
    created_at: datetime
    digest_at: datetime | None
    paused: str | None
    my_role: str | None
    owner_away: bool
    client_owner: bool
    provider_owner: bool
    shared: int
    frozen: int
    heard_at: datetime | None


class IssueRow(NamedTuple):
    """An open issue, with the side of its owner and of whoever reported it. ``until`` is when the side whose turn it is
    should have done its part; None where no time was set. ``level`` is how far it went up, 1 its owner."""

    id: int
    programme_id: int
    number: int
    version: int
    title: str
    severity: int
    state: str
    waiting_on: str
    owner_id: int
    owner_side: str
    reporter_id: int
    reporter_side: str
    reported_at: datetime
    until: datetime | None
    level: int = 1


class ActionRow(NamedTuple):
    """An action item that is open or waits for a yes; ``zone`` is the owner's, in which ``due_on`` is a day."""

    id: int
    programme_id: int
    number: int
    version: int
    title: str
    state: str
    side: str
    due_on: date
    owner_id: int
    zone: str
    created_by: int
    creator_side: str
    done_at: datetime | None


class FigureRow(NamedTuple):
    """A tracked metric with one of its targets and one of its recent figures; either may be missing (None).

    Targets and figures are joined, so each stands in several rows where there are several of the other. The numbers of a
    figure are still text: most of them are only counted.
    """

    tracked_id: int
    programme_id: int
    metric: str
    target_id: int | None
    target: Decimal | None
    minimum: Decimal | None
    effective_from: date | None
    figure_id: int | None
    queue: str | None
    period_start: date | None
    period_days: int | None
    numerator: str | None
    denominator: str | None
    value: str | None


class ReviewRow(NamedTuple):
    """A review that is ahead or was not held, with the name of its series."""

    id: int
    programme_id: int
    number: int
    version: int
    series: str
    state: str
    starts_at: datetime
    asked_at: datetime | None


class WaitingRow(NamedTuple):
    """An improvement plan that waits for words ("plan"), or a message that could not be sent ("delivery").

    ``client_agreed`` and ``provider_agreed`` are who gave a plan their word; a delivery's ``title`` is its kind, its ``state``
    the trouble, and ``place`` where it should have gone: a person's name, or a channel's ("" where neither is known).
    """

    kind: str
    id: int
    programme_id: int
    number: int
    version: int
    title: str
    state: str
    client_agreed: int | None
    provider_agreed: int | None
    by: int | None
    at: datetime
    place: str = ""


class PersonRow(NamedTuple):
    """The asker: their mornings, the absence that is on or next, and what is kept for them under two names; beside it when
    any process last ticked, and the rests that are kept."""

    morning: str
    zone: str
    away_from: date | None
    away_until: date | None
    checked: str | None
    pulse: str | None
    ticked: datetime | None
    gaps: str | None
