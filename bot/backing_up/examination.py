"""Is the database sound? Each finding says what is wrong and what mends it; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import SQLModel, col, func, select

from handlers.calendar import Pattern
from handlers.routes import FIRINGS
from handlers.schedules import ONCE
from storage.database import Database
from storage.differing import missing
from storage.models.action import ActionItem
from storage.models.delivery import OutboxRow
from storage.models.issue import Issue
from storage.models.person import Person
from storage.models.plan import ImprovementPlan
from storage.models.provider import Programme
from storage.models.schedule import Schedule
from storage.unit_of_work import UnitOfWork
from storage.version import HEAD, version

LATE = timedelta(hours=1)
"""What is due for longer is not being acted on."""
FAR = timedelta(days=3 * 366)
"""Nothing is planned further ahead."""
SHOWN = 5
"""Rows named of each kind of trouble."""
OWNERS: Mapping[str, type[SQLModel]] = {
    "digest": Programme,
    "figures": Programme,
    "figures.later": Programme,
    "reminders": Person,
    "issue.acknowledge": Issue,
    "issue.resolve": Issue,
    "issue.answer": Issue,
    "issue.accept": Issue,
    "action.accept": ActionItem,
    "plan.check": ImprovementPlan,
    "plan.untouched": ImprovementPlan,
}
"""Whose a schedule is, by its subject."""
RESTORE = "stop Parley, then restore the newest backup that passes: python -m bot db restore FILE --replace"
ALIVE = "is Parley running? /healthz tells, and python -m bot check looks at Slack"


@dataclass(frozen=True, slots=True)
class Finding:
    """``mend`` is "" when all is well with the subject."""

    subject: str
    what: str
    mend: str = ""


def examine(database: Database, now: datetime) -> Iterator[Finding]:
    """Look at everything, the file first: what follows can only be read where the file is sound. ``now`` is aware UTC."""
    at = version(database)
    if at != HEAD:
        yield _migration(at)
        return
    yield Finding("version", f"the database stands at {at}, as this Parley wants it")
    lacking = missing(database)
    if lacking:
        named = ", ".join(lacking[:SHOWN])
        yield Finding("schema", f"not in the database, though this Parley asks for it: {named}", RESTORE)
        return
    storing = list(_file(database) if database.is_sqlite else _server(database))
    yield from storing
    if any(each.mend for each in storing):
        return
    with UnitOfWork(database, reading=True) as uow:
        yield _log(uow)
        yield from _calendar(uow, now)
        yield from _messages(uow, now)


def _migration(at: str | None) -> Finding:
    if at is None:
        return Finding(
            "version", "Parley has no tables here yet", "start it once, or set DATABASE_URL to the one you mean"
        )
    if at > HEAD:
        return Finding("version", f"the database stands at {at}, this Parley knows {HEAD}", "use the newer Parley")
    return Finding("version", f"the database stands at {at}, this Parley wants {HEAD}", "python -m bot db upgrade")


# --- what it is stored in -----------------------------------------------------------------------------------------------


def _file(database: Database) -> Iterator[Finding]:
    try:
        with database.session(reading=True) as session:
            connection = session.connection()
            said = [str(each) for (each,) in connection.exec_driver_sql(f"PRAGMA integrity_check({SHOWN})")]
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(SHOWN) if said == ["ok"] else []
    except OperationalError:
        raise  # somebody holds it, or it cannot be opened: that says nothing about what is in it
    except DatabaseError as unreadable:
        said, broken = [str(unreadable.orig)], []
    if said != ["ok"]:
        yield Finding("file", f"it is damaged: {'; '.join(said)}", RESTORE)
        return
    yield Finding("file", "every page of it can be read, and every index agrees with its table")
    if broken:
        named = ", ".join(f"{table} row {row} names no {parent}" for table, row, parent, _ in broken)
        yield Finding("references", f"rows name others that are not there: {named}", RESTORE)


def _server(database: Database) -> Iterator[Finding]:
    """PostgreSQL keeps references itself; an index whose making was broken off, or a constraint nobody proved, is told."""
    invalid = text(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE NOT i.indisvalid AND c.relname LIKE '%parley%' ORDER BY 1"
    )
    unproved = text(
        "SELECT conname FROM pg_constraint WHERE NOT convalidated AND conrelid::regclass::text LIKE 'parley%' ORDER BY 1"
    )
    with database.engine.connect() as connection:
        indexes = list(connection.execute(invalid).scalars())
        constraints = list(connection.execute(unproved).scalars())
    if indexes:
        yield Finding("indexes", f"not usable: {', '.join(indexes)}", f"REINDEX INDEX {indexes[0]}; and so on")
    if constraints:
        yield Finding("references", f"never proved: {', '.join(constraints)}", "ALTER TABLE … VALIDATE CONSTRAINT …")
    if not (indexes or constraints):
        yield Finding("server", "every index is usable and every reference proved")


# --- what stands in it --------------------------------------------------------------------------------------------------


def _log(uow: UnitOfWork) -> Finding:
    broken = uow.audit.broken_at()
    if broken is None:
        return Finding("audit log", "its chain verifies from the first entry to the last")
    return Finding(
        "audit log",
        f"its chain does not verify from entry {broken} on: that entry, or one before it, was changed or removed",
        "find out who wrote to the database besides Parley; a backup from before holds the entry as it was",
    )


def _calendar(uow: UnitOfWork, now: datetime) -> Iterator[Finding]:
    active = uow.session.exec(select(Schedule).where(Schedule.state == "active").execution_options(yield_per=500))
    count, wrong = 0, []
    for schedule in active:
        count += 1
        trouble = _trouble(schedule, now)
        if trouble:
            wrong.append(f"{schedule.id} ({schedule.subject} of {schedule.subject_id}) {trouble}")
    yield _listed(
        "calendar",
        f"{count:,} things are planned, each readable and in its time",
        wrong,
        f"{ALIVE}; if it runs, save the provider's times again in /vendor setup, which plans anew",
    )
    yield _listed("owners", "each belongs to a record that is there", list(_ownerless(uow)), RESTORE)


def _trouble(schedule: Schedule, now: datetime) -> str:
    if schedule.subject not in FIRINGS:
        return "is of a kind this Parley does not know"
    if now - schedule.next_at > LATE:
        return f"has been due since {schedule.next_at:%Y-%m-%d %H:%M} UTC and was not acted on"
    if schedule.next_at - now > FAR:
        return f"is planned for {schedule.next_at:%Y-%m-%d}"
    try:
        ZoneInfo(schedule.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"is in the zone {schedule.zone!r}, which is none"
    try:
        if schedule.pattern != ONCE:
            Pattern.parse(schedule.pattern)
    except ValueError:
        return f"repeats by {schedule.pattern!r}, which cannot be read"
    return ""


def _ownerless(uow: UnitOfWork) -> Iterator[str]:
    for subject, model in OWNERS.items():
        there = select(model.id).where(model.id == Schedule.subject_id).exists()  # type: ignore[attr-defined]
        query = select(Schedule.id).where(Schedule.state == "active", Schedule.subject == subject, ~there).limit(SHOWN)
        yield from (f"{found} ({subject})" for found in uow.session.exec(query).all())


def _messages(uow: UnitOfWork, now: datetime) -> Iterator[Finding]:
    late = (OutboxRow.state == "open", col(OutboxRow.not_before) < now - LATE)
    count, oldest = uow.session.exec(select(func.count(), func.min(OutboxRow.not_before)).where(*late)).one()
    if count:
        yield Finding(
            "messages", f"{count:,} are due and not sent, the oldest since {oldest:%Y-%m-%d %H:%M} UTC", ALIVE
        )
    else:
        yield Finding("messages", "none waits longer than an hour")
    root = select(SQLModel.metadata.tables["parley_outbox"].alias("root").c.key)
    replies = select(OutboxRow.seq).where(
        OutboxRow.state == "open", col(OutboxRow.thread_card).is_not(None), col(OutboxRow.thread_card).not_in(root)
    )
    lost = [f"message {seq}" for seq in uow.session.exec(replies.limit(SHOWN)).all()]
    yield _listed("threads", "every reply hangs under a message that is there", lost, RESTORE)
    failed = uow.session.exec(select(func.count()).select_from(OutboxRow).where(OutboxRow.state == "failed")).one()
    if failed:
        yield Finding("undeliverable", f"{failed:,} could not be sent and wait for a manager's decision in Home")


def _listed(subject: str, well: str, wrong: list[str], mend: str) -> Finding:
    if not wrong:
        return Finding(subject, well)
    more = f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
    return Finding(subject, f"{'; '.join(wrong[:SHOWN])}{more}", mend)
