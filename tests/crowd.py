"""A client with many providers, each with months of figures, issues, action items, reviews and plans, put straight into the
tables: for measuring, and for proving that nothing is asked once a provider."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert
from sqlmodel import SQLModel

import storage.models as models
from handlers.vocabulary.address import Account, Platform
from storage.database import Database

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
"""A Wednesday: last week's figures were due yesterday."""
LAST_WEEK = date(2026, 2, 23)
WEEK, DAY = timedelta(days=7), timedelta(days=1)
WORKSPACE = "T-CLIENT"
MANAGER = Account(Platform.ROOM, WORKSPACE, "U-MANAGER")
METRICS = ("service_level", "abandonment", "first_contact_resolution", "customer_satisfaction", "quality")
TARGETS = ("80", "5", "75", "85", "90")
MANAGER_ID = 1
BATCH = 5_000


def crowd(database: Database, providers: int = 200, weeks: int = 26) -> None:
    """Fill a migrated, empty database. Every tenth provider is in some trouble; every seventh forgot last week's figures."""
    with database.engine.begin() as connection:
        _client(connection)
        for number in range(1, providers + 1):
            _provider(connection, number)
        _fill(connection, models.Figure, [row for number in range(1, providers + 1) for row in _figures(number, weeks)])
        _fill(connection, models.AuditEntry, [row for number in range(1, providers + 1) for row in _heard(number)])


def lead_of(number: int) -> Account:
    """The account of the lead of the provider with this number, which is also its id and its programme's."""
    return Account(Platform.ROOM, f"T-{number}", f"U-LEAD-{number}")


def _client(connection: Connection) -> None:
    _fill(
        connection,
        models.Installation,
        [{"id": 1, "platform": "room", "workspace": WORKSPACE, "name": "Client", "bot_user": "", "installed_at": NOW}],
    )
    _fill(
        connection,
        models.Person,
        [_person(MANAGER_ID, "Maya Brooks", "client", "manager", "Europe/London", "GB", None)],
    )
    _fill(connection, models.PersonAccount, [_account(MANAGER_ID, MANAGER)])


def _provider(connection: Connection, number: int) -> None:
    lead = MANAGER_ID + number
    tenth = number % 10 == 0
    one = {"id": number, "installation_id": 1}
    its: dict[str, Any] = {"installation_id": 1, "provider_id": number, "programme_id": number}
    _fill(
        connection,
        models.Provider,
        [
            {
                **one,
                "name": f"Provider {number:03d}",
                "code": "",
                "country": "PH",
                "zone": "Asia/Manila",
                "contract_end": NOW.date() + 40 * DAY if number % 50 == 0 else None,
                "created_at": NOW - 26 * WEEK,
            }
        ],
    )
    _fill(
        connection,
        models.Programme,
        [
            {
                **one,
                "provider_id": number,
                "name": "Voice",
                "anchor_zone": "Europe/London",
                "digest_wall": "mon 08:30",
                "figures_wall": "tue 10:00",
                "state": "active",
                "created_at": NOW - 26 * WEEK,
            }
        ],
    )
    _fill(
        connection,
        models.Person,
        [_person(lead, f"Lead {number}", "provider", "lead", "Asia/Manila", "PH", number)],
    )
    _fill(connection, models.PersonAccount, [_account(lead, lead_of(number))])
    _fill(
        connection,
        models.Owner,
        [
            {"programme_id": number, "side": side, "role": "owner", "person_id": person, "since": NOW - 26 * WEEK}
            for side, person in (("client", MANAGER_ID), ("provider", lead))
        ],
    )
    _fill(
        connection,
        models.Channel,
        [
            {
                "installation_id": 1,
                "programme_id": number,
                "platform": "room",
                "workspace": WORKSPACE,
                "channel": f"C-{kind}-{number}",
                "kind": kind,
                "name": "",
                "frozen": tenth and kind == "shared",
            }
            for kind in ("shared", "internal")
        ],
    )
    _fill(connection, models.Schedule, [_digest(number)])
    _fill(
        connection,
        models.TrackedMetric,
        [
            {
                "id": (number - 1) * len(METRICS) + position + 1,
                "programme_id": number,
                "metric": metric,
                "definition": "",
                "position": position,
                "since": NOW - 26 * WEEK,
            }
            for position, metric in enumerate(METRICS)
        ],
    )
    _fill(
        connection,
        models.MetricTarget,
        [
            {
                "tracked_metric_id": (number - 1) * len(METRICS) + position + 1,
                "target": Decimal(target),
                "minimum": None,
                "effective_from": date(2025, 1, 1),
                "set_at": NOW - 26 * WEEK,
            }
            for position, target in enumerate(TARGETS)
        ],
    )
    _fill(connection, models.Issue, [_issue(number, which, its, lead) for which in range(4)])
    _fill(connection, models.ActionItem, [_action(number, which, its, lead) for which in range(6)])
    _reviews_and_plans(connection, number, its)


def _reviews_and_plans(connection: Connection, number: int, its: dict[str, Any]) -> None:
    _fill(
        connection,
        models.ReviewSeries,
        [
            {
                **its,
                "id": number,
                "name": "Weekly review",
                "rule": "FREQ=WEEKLY;BYDAY=TH",
                "first_wall": datetime(2026, 1, 8, 10),
                "minutes": 30,
                "anchor_zone": "Europe/London",
                "template": "weekly",
                "agenda": "",
                "link": "",
                "ahead_days": 2,
                "state": "active",
                "uid": f"series-{number}",
                "created_at": NOW - 8 * WEEK,
                "version": 1,
            }
        ],
    )
    _fill(
        connection,
        models.Review,
        [
            {
                **its,
                "id": number,
                "series_id": number,
                "number": number,
                "planned_wall": datetime(2026, 3, 5, 10),
                "starts_at": NOW + DAY + number * timedelta(minutes=1),
                "minutes": 30,
                "visibility": "SH",
                "state": "planned",
                "moved_by": "",
                "reason": "",
                "sequence": 0,
                "created_at": NOW - WEEK,
                "version": 1,
            }
        ],
    )
    if number % 20 == 0:
        plan = models.ImprovementPlan(
            **its, number=number, title="Answer faster", state="proposed", visibility="SH", created_at=NOW - DAY
        )
        _fill(connection, models.ImprovementPlan, [plan.model_dump(exclude={"id"})])


def _figures(number: int, weeks: int) -> list[dict[str, Any]]:
    """Percentages with their counts; those of every tenth provider miss their targets."""
    behind = number % 10 == 0
    share = {"service_level": 7000 if behind else 8600, "abandonment": 700 if behind else 300}
    newest = 1 if number % 7 == 0 else 0
    rows = []
    for week in range(newest, weeks):
        for metric in METRICS:
            numerator = Decimal(share.get(metric, 9400) + week % 5)
            rows.append(
                {
                    "programme_id": number,
                    "queue": "",
                    "metric": metric,
                    "definition": "",
                    "period_start": LAST_WEEK - week * WEEK,
                    "period_days": 7,
                    "numerator": numerator,
                    "denominator": Decimal(10_000),
                    "value": numerator / 100,
                    "how": "reply",
                    "origin": "",
                    "reported_at": NOW - week * WEEK - DAY,
                }
            )
    return rows


def _heard(number: int) -> list[dict[str, Any]]:
    """What the lead did, week by week; every fifteenth provider has been quiet for three weeks."""
    return [
        {
            "installation_id": 1,
            "programme_id": number,
            "at": NOW - DAY - week * WEEK,
            "person_id": MANAGER_ID + number,
            "what": "figure.reported",
            "subject": "figure",
            "subject_id": 1,
            "visibility": "SH",
            "facts": "",
            "chain": "",
        }
        for week in range(3 if number % 15 == 0 else 0, 26)
    ]


def _issue(number: int, which: int, its: dict[str, Any], lead: int) -> dict[str, Any]:
    """One waits for the client, one is late with the provider, two are in hand; the last is the client's alone."""
    waiting, late = which == 0 and number % 10 == 0, which == 1 and number % 10 == 5
    by = NOW - DAY if late else NOW + 5 * DAY
    issue = models.Issue(
        **its,
        number=(number - 1) * 4 + which + 1,
        title=f"Calls wait too long, queue {which}",
        severity=2 if waiting else 3,
        visibility="INT" if which == 3 else "SH",
        state="waiting" if waiting else "acknowledged",
        waiting_on="client" if waiting else "",
        reporter_id=MANAGER_ID,
        owner_id=MANAGER_ID if which == 3 else lead,
        reported_at=NOW - WEEK,
        acknowledge_by=NOW - 6 * DAY,
        resolve_by=by,
        answer_by=NOW - DAY if waiting else None,
    )
    return issue.model_dump(exclude={"id"})


def _action(number: int, which: int, its: dict[str, Any], lead: int) -> dict[str, Any]:
    ours = which % 3 == 0
    action = models.ActionItem(
        **its,
        number=(number - 1) * 6 + which + 1,
        title=f"Send the policy, part {which}",
        side="client" if ours else "provider",
        owner_id=MANAGER_ID if ours else lead,
        due_on=NOW.date() - 3 * DAY if which == 1 and number % 10 == 5 else NOW.date() + which * DAY,
        state="done" if which == 2 and number % 25 == 0 else "open",
        created_by=MANAGER_ID,
        created_at=NOW - WEEK,
    )
    return action.model_dump(exclude={"id"})


def _digest(number: int) -> dict[str, Any]:
    return {
        "installation_id": 1,
        "subject": "digest",
        "subject_id": number,
        "pattern": "mon 08:30",
        "zone": "Europe/London",
        "next_wall": datetime(2026, 3, 9, 8, 30),
        "next_at": NOW + 5 * DAY,
        "grace": 86_400,
        "state": "active",
    }


def _person(
    person_id: int, name: str, side: str, role: str, zone: str, country: str, provider_id: int | None
) -> dict[str, Any]:
    return {
        "id": person_id,
        "installation_id": 1,
        "provider_id": provider_id,
        "name": name,
        "side": side,
        "role": role,
        "email": "",
        "zone": zone,
        "country": country,
        "morning": "09:00",
        "created_at": NOW - 26 * WEEK,
    }


def _account(person_id: int, account: Account) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "platform": str(account.platform),
        "workspace": account.workspace,
        "user": account.user,
    }


def _fill(connection: Connection, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), BATCH):
        connection.execute(insert(table), rows[start : start + BATCH])
