"""Very many open items: one provider's year made by the real handlers, then copied within the database as often as wanted.

A copy has everything of its own: provider, programme, people, accounts, channels, issues with running clocks, action items,
schedules, cards in the outbox. Ids, numbers and names move by the copy's number, so every key and reference fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Integer, NullPool, Table, TextClause, bindparam, create_engine, text
from sqlalchemy.sql.expression import BindParameter
from sqlmodel import SQLModel, col, select

import storage.models as models
from handlers.metrics.catalogue import load_catalogue
from handlers.providers.handler import set_up
from handlers.providers.spec import MetricSpec, Owners, PersonSpec, ProviderSpec
from handlers.router import Router, follow
from handlers.routes import table
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.events import ActionAgreed
from handlers.vocabulary.incoming import Submitted
from storage.columns import Instant
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.standins.slack import HOST_TEAM, VENDOR_TEAM

BEGUN = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
"""A Monday. London's clocks show UTC."""
CLIENT, PROVIDER = HOST_TEAM, VENDOR_TEAM
CHANNEL = "C-SHARED"
STRIDE = 1_000
"""From one copy's ids to the next one's; no table holds as many rows of one provider."""
EACH = 50
"""Issues of a provider, and as many action items."""
WITH_CARDS = 10
"""So many issues of each provider have their cards in the outbox."""
AT_ONCE = 500
"""Copies made in one statement."""
COPIED = (
    models.Provider,
    models.Person,
    models.Programme,
    models.PersonAccount,
    models.Channel,
    models.Owner,
    models.TrackedMetric,
    models.MetricTarget,
    models.Issue,
    models.IssueClock,
    models.ActionItem,
    models.Schedule,
    models.OutboxRow,
)
UNCHECKED_SQLITE = ("PRAGMA synchronous=OFF", "PRAGMA foreign_keys=OFF")
UNCHECKED_POSTGRESQL = ("SET session_replication_role = replica", "SET synchronous_commit = off")
NAMED = {"key", "thread_card", "user", "account_user", "channel"}
"""Columns in which a copy has a word of its own."""
COUNTED = {"subject_id", "number"}


def copies_for(items: int) -> int:
    """How many providers have so many open items between them."""
    return items // (2 * EACH)


def multitude(database: Database, items: int, begun: datetime = BEGUN) -> None:
    """Fill a migrated, empty database with about so many open items, reported at ``begun`` (aware UTC, a working morning in
    London). None of the copies' is due within a month."""
    _original(database, begun)
    copies = copies_for(items)
    engine = create_engine(database.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)  # it checks nothing
    with engine.connect() as connection:
        for statement in UNCHECKED_SQLITE if database.is_sqlite else UNCHECKED_POSTGRESQL:
            connection.exec_driver_sql(statement)
        for first in range(1, copies, AT_ONCE):
            given = {"first": first, "last": min(first + AT_ONCE, copies) - 1, "stride": STRIDE}
            for model in COPIED:
                later = {"later": begun + timedelta(days=30, seconds=first)} if model is models.Schedule else {}
                connection.execute(_copying(SQLModel.metadata.tables[str(model.__tablename__)]), {**given, **later})
        for statement in () if database.is_sqlite else _beyond():
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("ANALYZE")


def _copying(target: Table) -> TextClause:
    own = {str(model.__tablename__) for model in COPIED}
    columns = list(target.columns)
    key = next(iter(target.primary_key.columns)).name
    few = f" AND (o.subject <> 'issue' OR o.subject_id <= {WITH_CARDS})" if target.name == "parley_outbox" else ""
    statement = text(
        f"INSERT INTO {target.name} ({', '.join(_quoted(column) for column in columns)})"
        f" SELECT {', '.join(_moved(column, own) for column in columns)} FROM {target.name} o CROSS JOIN ("
        " WITH RECURSIVE n(k) AS (SELECT CAST(:first AS INTEGER) UNION ALL SELECT k + 1 FROM n WHERE k < :last)"
        f' SELECT k FROM n) s WHERE o."{key}" < :stride{few}'
    )
    typed: list[BindParameter[Any]] = [bindparam(name, type_=Integer) for name in ("first", "last", "stride")]
    if target.name == "parley_schedule":
        typed.append(bindparam("later", type_=Instant()))
    return statement.bindparams(*typed)


def _quoted(column: Column[Any]) -> str:
    return f'"{column.name}"'


def _moved(column: Column[Any], own: set[str]) -> str:
    """The column of a copy, in SQL."""
    here = f"o.{_quoted(column)}"
    number = "CAST(s.k AS TEXT)"
    refers = next((key.column.table.name for key in column.foreign_keys), "")
    if refers in own or column.name in COUNTED or (column.primary_key and not refers):
        return f"{here} + s.k * :stride"
    if column.name == "next_at":
        return ":later"
    if column.name == "once":
        about, moved = "':' || CAST(o.subject_id AS TEXT)", "':' || CAST(o.subject_id + s.k * :stride AS TEXT)"
        unlike = f"CASE WHEN {here} LIKE '%' || {about} || '%' THEN '' ELSE '~' || {number} END"
        return f"replace({here}, {about}, {moved}) || {unlike}"
    if column.name in NAMED or (column.name == "name" and column.table.name == "parley_provider"):
        return f"CASE WHEN {here} = '' THEN '' ELSE {here} || '~' || {number} END"
    return here


def _beyond() -> Iterator[str]:
    """PostgreSQL numbers the next rows after the copies."""
    for model in COPIED:
        target = SQLModel.metadata.tables[str(model.__tablename__)]
        key = next(iter(target.primary_key.columns)).name
        yield (
            f"SELECT setval(pg_get_serial_sequence('{target.name}', '{key}'), (SELECT max(\"{key}\") FROM {target.name}))"
        )


def _original(database: Database, begun: datetime) -> None:
    """One provider with its people, issues and action items; what it said stands in the channel."""
    wiring = table()
    with UnitOfWork(database) as uow:
        installation = uow.providers.add(
            models.Installation(platform=Platform.SLACK, workspace=CLIENT, bot_user="U-BOT", installed_at=begun)
        )
        assert installation.id is not None
        set_up(uow, installation.id, _spec(), begun, catalogue=load_catalogue())
        follow(wiring.followers, uow, begun)
        uow.commit()
    router = Router(wiring, lambda: UnitOfWork(database))
    for number in range(EACH):
        _report(router, number, begun)
    with UnitOfWork(database) as uow:
        _agree(uow, begun)
        follow(wiring.followers, uow, begun)
        for row in uow.session.exec(select(models.OutboxRow)).all():
            row.state, row.sent_revision, row.ref, row.sent_at = "sent", row.revision, f"17000.{row.seq}", begun
        uow.commit()


def _spec() -> ProviderSpec:
    mine, theirs = PersonSpec("Maya Brooks", "U-MAYA", CLIENT, "manager"), PersonSpec("Liza Santos", "U-LIZA", PROVIDER)
    return ProviderSpec(
        provider="Manila Support",
        country="PH",
        zone="Asia/Manila",
        client=Owners(mine, PersonSpec("Tom Ellis", "U-TOM", CLIENT)),
        theirs=Owners(replace(theirs, role="lead"), PersonSpec("Jo Cruz", "U-JO", PROVIDER)),
        anchor_zone="Europe/London",
        channel=CHANNEL,
        channel_name="northwind-manila",
        metrics=(MetricSpec("service_level", Decimal(80)), MetricSpec("handle_time", Decimal(400))),
    )


def _report(router: Router, number: int, begun: datetime) -> None:
    place, actor = Place(Platform.SLACK, CLIENT, CHANNEL), Account(Platform.SLACK, CLIENT, "U-MAYA")
    values = {"title": f"Refunds are late, order {number}", "severity": "3", "kind": "service", "visibility": "SH"}
    form = Submitted(f"bench:{number}", actor, place, action="issue.report", values=values, hidden="1")
    answer = router.handle(form, begun + timedelta(seconds=number))
    if answer.problems:
        raise RuntimeError(f"the example issue was not taken: {answer.problems}")


def _agree(uow: UnitOfWork, begun: datetime) -> None:
    """Action items, of which each owner has some to be reminded of on any of the next days."""
    holders = uow.session.exec(select(models.Owner).order_by(col(models.Owner.id))).all()
    for number in range(EACH):
        holder = holders[number % len(holders)]
        item = models.ActionItem(
            installation_id=1,
            provider_id=1,
            programme_id=1,
            number=number + 1,
            title=f"Send the corrected list {number}",
            side=holder.side,
            owner_id=holder.person_id,
            due_on=begun.date() + timedelta(days=1 + number // len(holders)),
            created_by=holder.person_id,
            created_at=begun,
        )
        uow.session.add(item)
        uow.session.flush()
        assert item.id is not None
        uow.happened(ActionAgreed(item.id))
